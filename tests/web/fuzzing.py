"""Odd requests to every route of the application, by a seed: what no browser sends, and what people send by mistake.

The routes are asked from the application and the names of fields and queries read from the pages' source, so that a new
page is asked without anybody remembering it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from tests.web import reviewing
from tests.web.people import ORIGIN, Client, Office, filled, token_in

from upstander.core.rights import Role
from upstander.records import forms

WEB = Path(__file__).resolve().parents[2] / "src/upstander/web"
SOURCES = {str(f.relative_to(WEB)): f.read_text("utf-8") for f in sorted(WEB.rglob("*.py"))}
WORD = re.compile(r'"(_?[a-z]+(?:_[a-z]+){0,3})"')
NAMES = sorted(
    {name for text in SOURCES.values() for name in WORD.findall(text)} - {"csrf"}
)
TEXTS = (
    "", " ", "0", "-1", "1", "99999999999999999999", "9" * 5000, "1e999", "NaN", "-inf", "٣", "²", "①", "1.5", "true", "null", "SDN",
    "ZZZ", "green", "AMBER", "strict", "x" * 300, "x" * 3000, "\x00", "a\x00b", "\ud800", "é\u0301", "\u202e", "مرحبا", "中文", "😀", "\n", "a\r\nb: c",
    "%00", "%", "%ff", "../../etc/passwd", "..", ".", "/", "//evil.example", "\\", "'", '"', "' or 1=1--", "<script>", "{{7*7}}", "${x}", "%s%n",
    "2026-01-01", "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "1945-12-31", "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00+99:99", "2026-01-01T25:00", "9999-12-31T23:59:59-23:59", "20260101", "2026-W01-1", "2026-1-1", "02/03/2026", "[]", "{}", "id", "six_factors",
    "e_wallet", "evidence", "review", "public", "freeze", "save", "keep", "nan", "0x10", "1_000", "+1", " 1 ", "pdf", "docx", "json", "a;b;c", "a,b",
)  # fmt: skip
SHAPES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**400, 10**18, 1e308, [], {}, [[]], {"a": {"b": [1, {}]}}, ["x"] * 50, [None], {"": ""}, ["\ud800"],
    {"level": []}, [1, "2", None],
)  # fmt: skip
STEPS, SHAPES_OF_FILES = (
    ("begin", "freeze", "submit", "complete", "publish", "reopen"),
    ("pdf", "docx", "html", "json", "csv"),
)
HOMES = {
    "/assessments/questions": "elicitation",
    "/assessments": "review",
    "/evidence/reports": "submission",
    "/lessons": "warning_case",
}
ENDS = ("/sign-out", "/account", "/sign-in", "/join", "/reset")
HOSTS = ("", "evil.example", "127.0.0.1:99999", "127.0.0.1:x", "[", "[::1", "[::1]:80", "127.0.0.1:0", "a" * 300, "127.0.0.1 x", "localhost:", "@", "127.0.0.1:٣",
         "x@127.0.0.1", "127.0.0.1/x", "\xff")  # fmt: skip
KINDS_OF_BODY = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "multipart/form-data",
                 "text/plain", "", "application/json; charset=utf-16", "multipart/form-data; boundary=", "application/x-www-form-urlencoded; charset=rot13",
                 "multipart/form-data; boundary=é", "multipart/form-data; boundary=x; charset=none", "multipart/mixed; boundary=x", ";", "application/json\x00")  # fmt: skip
BODIES = (
    b"", b"\x00", b"\xff\xfe", b"{", b"[" * 50_000, b"{" * 3000, b'{"a":' * 2000, b"null", b'"x"', b"1e999", b'{"fields": {"a": NaN}}', b'{"\\ud800": "\\udfff"}',
    b"&&&===", b"=" * 1000, b"a=%", b"a=%u1234&b=%GG", b"csrf=x&csrf=y", b"--x\r\n\r\n--x--", b"--x\r\ncontent-disposition: form-data\r\n\r\na\r\n--x--\r\n",
    b'--x\r\ncontent-disposition: form-data; name="file"; filename="\x00"\r\n\r\n\x00\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="\xff"\r\nContent-Type: text/plain; charset=none\r\n\r\n\xff\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--x--\r\n',
    b"PK\x03\x04" + b"\x00" * 40, b'{"fields": ' + b"9" * 5000 + b"}", b'{"a": 1, "a": 2}',
)  # fmt: skip
FILES = (b"", b"\x00\x01", b"PK\x03\x04broken", b"a,b\n1,2\n", b"title\n\xff", b'[{"a": 1}]', b"[" * 5000, b'{"a"', b"\xff\xfe\x00", b'"' * 4000, b"sep=;\na;b\n1;2",
         b"\xef\xbb\xbftitle,day\nx,2026-13-45\n", b"<?xml version='1.0'?>", b"%PDF-1.7")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request, as it can be sent again."""

    method: str
    url: str
    options: dict[str, Any]


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Methods and paths of all routes."""
    return sorted({(m, r.path) for r in app.routes for m in r.methods if m != "HEAD"})  # type: ignore[attr-defined]


def seeded(folder: Path) -> tuple[Office, Mapping[str, str]]:
    """An office with a review and a record of every kind that pages write, and their ids by kind."""
    desk = reviewing.Desk(reviewing.offices(folder))
    ids = {
        "review": desk.id,
        "account": "head-justice",
        "framework": "six_factors",
        "code": "1.1",
    }
    waiting = [k for k in forms.kinds() if not forms.form(k).written_at]
    for kind in waiting * 3:  # what a kind must link to may come after it
        form = forms.form(kind)
        if kind not in ids and {
            f.to for f in form.fields if f.required and f.to not in ("", "*")
        } <= set(ids):
            client = desk.home.of(
                Role.HEAD if Role.HEAD in form.writers else form.writers[0]
            )
            answer = client.write(
                f"/records/{kind}",
                fields=filled(form, "seeded", ids),
                why="seed",
                place="SDN",
                parent=desk.id,
            )
            if answer.status_code == 201:
                ids[kind] = answer.json()["id"]
    return desk.home, ids


def asked(app: FastAPI, seed: int, ids: Mapping[str, str], token: str) -> Iterator[Asked]:
    """Every route once, with odd values; the same for the same seed.

    Args:
        ids: what may stand in an address and lead somewhere, by kind. token: what a form of this asker must send back.
    """
    rng = random.Random(seed)
    every = routes(app)
    rng.shuffle(every)
    every.sort(
        key=lambda r: r[1].startswith(ENDS)
    )  # last, for afterwards nobody is signed in
    for method, path in every:
        url, kind = path, rng.choice([k for k in forms.kinds() if k in ids])
        if "{kind}" not in path:
            kind = next((k for start, k in HOMES.items() if path.startswith(start)), kind)
        for name in re.findall(r"\{(\w+)\}", path):
            url = url.replace(f"{{{name}}}", _quoted(_in_path(rng, name, kind, ids)))
        if rng.random() < (
            0.7 if method == "GET" else 0.1
        ):  # a day in the address makes it a page of the past
            url += "?" + "&".join(
                f"{rng.choice([*NAMES, 'as_of', 'as_of'])}={_quoted(rng.choice(TEXTS))}"
                for _ in range(rng.randint(1, 4))
            )
        yield Asked(method, url, _options(rng, method, path, kind, token, ids))


def _in_path(rng: random.Random, name: str, kind: str, ids: Mapping[str, str]) -> str:
    if rng.random() < 0.2:
        return rng.choice(TEXTS)[:100]
    likely = {"name": ("SDN", "sudan", *STEPS), "shape": SHAPES_OF_FILES, "kind": (kind,), "id": (ids.get(kind, "1"),), "code": ("1.1", "1", "2.3"),
              "account": (ids["account"],), "number": ("1", "2", "0")}  # fmt: skip
    return rng.choice(likely.get(name, tuple(ids.values())))


def _quoted(text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return "".join(
        chr(b) if (chr(b).isalnum() and b < 128) or chr(b) in "-_." else f"%{b:02X}"
        for b in raw
    )


def _options(
    rng: random.Random,
    method: str,
    path: str,
    kind: str,
    token: str,
    ids: Mapping[str, str],
) -> dict[str, Any]:
    headers: dict[str, str | bytes] = {"origin": ORIGIN, "x-csrf-token": token}
    odd = rng.random()
    if odd < 0.05:
        headers["host"] = rng.choice(HOSTS).encode("utf-8")
    elif odd < 0.10:
        headers["cookie"] = rng.choice(
            (
                "session=" + "x" * 50,
                "session=\xff",
                "=;;=",
                "form=\xe9; form=2",
                'session="\\"',
            )
        ).encode("latin-1")
    elif odd < 0.13:
        headers[rng.choice(("if-none-match", "accept-encoding", "accept-language", "range", "origin", "x-csrf-token", "x-forwarded-for", "accept", "sec-fetch-site"))] = rng.choice((b"", b"\xff", b"*", b"gzip;q=x", b"bytes=9-1", b"null"))  # fmt: skip
    if method == "GET":
        return {"headers": headers}
    way, pairs = rng.random(), []
    if way < 0.35:
        if path.startswith("/records/{kind}"):
            pairs = [*_nearly_right(rng, kind, ids)]
        pairs = [
            ("csrf", token),
            *pairs,
            *(
                (rng.choice(_names(rng, path)), _value(rng, ids))
                for _ in range(rng.randint(0, 25))
            ),
        ]
        return {
            "headers": {**headers, "content-type": KINDS_OF_BODY[0]},
            "content": "&".join(f"{n}={_quoted(v)}" for n, v in pairs),
        }
    if way < 0.65:
        values = {
            rng.choice(_names(rng, path)): _any(rng, ids) for _ in range(rng.randint(0, 15))
        }
        if rng.random() < 0.5:
            right = dict(_nearly_right(rng, kind, ids))
            odd = [
                *rng.sample(sorted(right), min(len(right), 3)),
                rng.choice(_names(rng, path)),
            ]
            values["fields"] = right | {
                name: _any(rng, ids) for name in odd[rng.randint(0, 4) :]
            }
            values["why"] = rng.choice(("because", _any(rng, ids)))
        return {
            "headers": {**headers, "content-type": "application/json"},
            "content": json.dumps(values),
        }
    if way < 0.85:
        data = {
            "csrf": token,
            "program": rng.choice(("template", "kobo", "odk_central", "reliefweb", "x")),
            "kind": rng.choice(forms.kinds()),
        }
        more = {
            rng.choice(_names(rng, path)): _value(rng, ids)
            .encode("utf-8", "replace")
            .decode()
            for _ in range(rng.randint(0, 5))
        }
        return {
            "headers": headers,
            "data": {**data, **more},
            "files": {
                "file": (rng.choice(("a.csv", "..", "a/b.xlsx", "😀")), rng.choice(FILES))
            },
        }
    return {
        "headers": {**headers, "content-type": rng.choice(KINDS_OF_BODY).encode("utf-8")},
        "content": rng.choice(BODIES),
    }


def _nearly_right(
    rng: random.Random, kind: str, ids: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What a form takes, as text, with a few values that it does not; for the next version of what is there."""
    right = {
        n: ";".join(v) if isinstance(v, list) else str(v)
        for n, v in filled(forms.form(kind), "as before", dict(ids)).items()
    }
    odd = {
        n: rng.choice(TEXTS)
        for n in rng.sample(sorted(right), min(len(right), rng.randint(0, 2)))
    }
    return list(
        {
            **right,
            **odd,
            "_why": "again",
            "_expected": rng.choice(("1", "2", "0")),
            "_place": "SDN",
        }.items()
    )


@cache
def _words_beside(path: str) -> list[str]:
    """The words in quotation marks of the file that adds a route: its fields are among them."""
    return (
        sorted(
            {
                w
                for text in SOURCES.values()
                if f'"{path}"' in text
                for w in WORD.findall(text)
            }
            - {"csrf"}
        )
        or NAMES
    )


def _names(rng: random.Random, path: str) -> list[str]:
    """Names of fields: of the page's own file, of all pages, or of a form."""
    way = rng.random()
    return (
        _words_beside(path)
        if way < 0.6
        else NAMES
        if way < 0.7
        else [f.name for f in forms.form(rng.choice(forms.kinds())).fields]
    )


def _value(rng: random.Random, ids: Mapping[str, str]) -> str:
    return rng.choice(tuple(ids.values())) if rng.random() < 0.15 else rng.choice(TEXTS)


def _any(rng: random.Random, ids: Mapping[str, str]) -> Any:
    return rng.choice(SHAPES) if rng.random() < 0.5 else _value(rng, ids)


def people(office: Office, roles: Collection[Role] = tuple(Role)) -> list[Client]:
    """Somebody signed in in each role; nobody for the visitor."""
    made = []
    for role in roles:
        space = "" if role == Role.ADMINISTRATOR else "justice"
        client = office.client(
            None if role == Role.VISITOR else office.account(role, space),
            is_raising=False,
        )
        client.csrf = client.csrf or token_in(client.get("/sign-in"))
        made.append(client)
    return made


def failures(
    office: Office, seed: int, ids: Mapping[str, str], roles: Collection[Role] = tuple(Role)
) -> tuple[list[str], int]:
    """Requests of one round that the server had no answer to, each as words to repeat it, and how many were asked."""
    found, count = [], 0
    for number, client in enumerate(people(office, roles)):
        for one in asked(office.app, seed * 1000 + number, ids, client.csrf):
            answer = client.request(one.method, one.url, **one.options)
            count += 1
            if answer.status_code >= 500:
                found.append(f"{answer.status_code} for {client.csrf} at {one}")
    return found, count
