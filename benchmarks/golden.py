"""Every answer before a change and after it: what a move must not alter by a byte.

    python -m benchmarks.golden home FOLDER            a home with a forecast, a published review and a record of each kind
    python -m benchmarks.golden read FOLDER OUT        every address of it, as a visitor, an analyst, a head and the administrator
    python -m benchmarks.golden compare BEFORE AFTER   what differs, by address; ends with 1 where anything does

The home is made by the edition before the change, and read by both: by the one before in a worktree of its own. The clock
stands still while it is read, so that equal input gives equal bytes.
"""

import datetime as clock
import difflib
import io
import json
import re
import shutil
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

NOON = clock.datetime(2026, 11, 27, 12, 0, 0, tzinfo=clock.UTC)
PLACES = ("SDN", "SWE", "MMR", "DEU", "NGA", "UKR", "NOR", "BRA")
READERS = {
    "visitor": None,
    "analyst": "analyst-justice",
    "head": "head-nhri",
    "administrator": "administrator-none",
}


class _Instants(type):
    def __instancecheck__(cls, it):
        return isinstance(it, clock.datetime)


class _Still(clock.datetime, metaclass=_Instants):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz=None):
        return NOON if tz else NOON.replace(tzinfo=None)


def stand_still() -> None:
    for name, module in list(sys.modules.items()):
        if (
            name.startswith(("upstander", "tests."))
            and getattr(module, "datetime", None) is clock.datetime
        ):
            module.datetime = _Still


def home(folder: Path) -> None:
    from tests.web import country_seed
    from tests.web.people import filled
    from tests.web.reviewing import Desk, offices
    from tests.web.serving import forecast_in

    from upstander.core.rights import Marking, Role, Stamp
    from upstander.records import drafts as keeping
    from upstander.records import forms, new_id

    stand_still()
    forecast_in(folder)
    office = offices(folder)
    Desk(office).published()
    made = country_seed.without_conflict(office)
    country_seed.registers(office, made["group"])
    by = office.account(Role.HEAD)
    for kind in forms.kinds():
        given = filled(
            forms.form(kind),
            f"words of a {kind}",
            {"group": made["group"].id, "any": new_id()},
        )
        stamp = Stamp(by.space, by.account, Marking.GREEN, restricted=False)
        draft = keeping.draft(
            kind,
            given,
            id=new_id(),
            by=by,
            places=frozenset(PLACES),
            stamp=stamp,
            place="TCD",
        )
        office.state.records.append(
            [replace(draft, writers=(Role.HEAD,))], by=by, why="frozen", now=NOON
        )
    for role, space in (
        (Role.ANALYST, "justice"),
        (Role.HEAD, "nhri"),
        (Role.ADMINISTRATOR, ""),
    ):
        office.client(office.account(role, space))


def read(folder: Path, out: Path) -> None:
    from tests.web.people import Office

    from upstander.core.rights import Role
    from upstander.core.settings import Settings
    from upstander.web.app import make

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "home"
        shutil.copytree(folder, copy)
        stand_still()
        office = Office(make(Settings(home=copy, url="http://127.0.0.1")))
        roles = {
            "analyst": (Role.ANALYST, "justice"),
            "head": (Role.HEAD, "nhri"),
            "administrator": (Role.ADMINISTRATOR, ""),
        }
        ids = _ids(office, roles)
        named = {}
        for reader in READERS:
            client = (
                office.client(office.account(*roles[reader]))
                if reader in roles
                else office.client()
            )
            client.cookies.set("form", "f" * 40)
            for address in _addresses(office.app, ids):
                answer = client.get(address)
                name = f"{len(named):04d}"
                named[name] = f"{reader} {address}"
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                head = f"{answer.status_code} {answer.headers.get('content-type')} {answer.headers.get('location', '')} {answer.headers.get('cache-control')}\n"
                (out / name).write_bytes(head.encode() + _content(answer.content))
        (out / "addresses.json").write_text(json.dumps(named, indent=1))
        print(len(named), "answers")


def _content(body: bytes) -> bytes:
    """A workbook without the moment it was packed; everything else as it is."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        names = [n for n in sorted(packed.namelist()) if n != "docProps/core.xml"]
        return b"\n".join(n.encode() + b"\n" + packed.read(n) for n in names)


def _ids(office, roles) -> dict[str, list[str]]:
    by = office.account(*roles["analyst"])
    ids: dict[str, list[str]] = {}
    for record in office.state.records.find(by=by, as_of=NOON, limit=10_000):
        ids.setdefault(record.kind, []).append(record.id)
    return ids


def _addresses(app, ids) -> list[str]:
    paths = sorted(
        {r.path for r in app.routes if "GET" in (getattr(r, "methods", None) or ())}
    )
    found = []
    for path in paths:
        found += _filled(path, ids)
    public = [
        "/?as_of=2026-06-25",
        "/countries?view=all",
        "/countries?view=outside_conflict",
        "/evidence?text=words",
        "/search?q=words",
        "/nowhere",
        "/countries/Nowhere",
        "/index.json?as_of=2030-01-01x",
    ]
    return found + public


def _filled(path: str, ids) -> list[str]:
    names = set(re.findall(r"{(\w+)", path))
    if {"kind", "id"} <= names:
        values = [{"kind": k, "id": i} for k in ids for i in ids[k][:1]]
    elif "id" in names:
        own = (
            "warning_case"
            if path.startswith("/lessons")
            else "submission"
            if "/submission/" in path
            else "elicitation"
            if "/questions/" in path
            else "evidence"
            if path.startswith("/evidence")
            else "review"
        )
        values = [{"id": i} for i in ids[own][:2]]
    elif "kind" in names:
        values = [{"kind": k} for k in ids]
    else:
        values = [{}]
    pools = {
        "name": PLACES,
        "account": ["analyst-justice"],
        "code": ["9.1", "1.1"],
        "number": ["1"],
        "shape": ["html", "json", "csv"],
        "other": ids["review"][:2],
    }
    for name in names - {"kind", "id"}:
        values = [{**v, name: p} for v in values for p in pools[name]]
    return [re.sub(r"{(\w+)(:\w+)?}", lambda m, v=v: quote(v[m[1]]), path) for v in values]


def compare(before: Path, after: Path) -> int:
    was = {v: k for k, v in json.loads((before / "addresses.json").read_text()).items()}
    now = {v: k for k, v in json.loads((after / "addresses.json").read_text()).items()}
    different = sorted(set(was) ^ set(now))
    for address in different:
        print("only", "before" if address in was else "after", address)
    for address in sorted(set(was) & set(now)):
        one, two = (before / was[address]).read_bytes(), (after / now[address]).read_bytes()
        if one != two:
            different.append(address)
            print("differs", address)
            try:
                lines = difflib.unified_diff(
                    one.decode().split("\n"), two.decode().split("\n"), lineterm="", n=0
                )
                print("\n".join(x[:200] for x in list(lines)[2:8]))
            except UnicodeDecodeError:
                print("  bytes", len(one), len(two))
    print(f"{len(was)} answers before, {len(now)} after, {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    verb, *paths = sys.argv[1:]
    sys.exit({"home": home, "read": read, "compare": compare}[verb](*map(Path, paths)))
