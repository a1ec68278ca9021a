"""The evidence library: its page, bringing files in with a look at them first, templates, reports into the inbox.

A file that was looked at is kept in memory until it is kept for good or a quarter of an hour has passed: one for each
account, never on disk beyond the moment it is read, for it may hold contacts of people who reported.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Response

from upstander.assess import bringing, exports, forms, submissions
from upstander.assess.bringing import Brought
from upstander.assess.imports import Import
from upstander.assess.keeping import draft
from upstander.assess.mapping import Columns, read_mapping
from upstander.core import plugins, uploads
from upstander.core.errors import ConfigError, FileRefused, NotAllowed, SourceChanged, UnknownRecord
from upstander.core.rights import Actor
from upstander.lake.records import Record
from upstander.lake.records.vault import Vault
from upstander.report import entries, evidence_library, inputs
from upstander.report.registers import register_kinds
from upstander.web.answers import Again, Done
from upstander.web.asking import Asking
from upstander.web.doors import Doors, Given
from upstander.web.reading import everything, find, places, read, with_ids

LINKING = ("rating", "position")  # besides the registers, what may point to an item
ASKED = (
    "status",
    "place",
    "crime",
    "of",
    "side",
    "reliability",
    "credibility",
    "since",
    "until",
    "ungraded",
    "text",
)
LASTS, MOST_WAITING = timedelta(minutes=15), 8
SHOWN = 200  # rows of a look; the rest is counted
LONGEST_MAPPING = 20_000
LONGEST_STEM, LONGEST_END = (
    120,
    5,
)  # bytes of a name on disk, which takes 255; letters of what follows its point


@dataclass(frozen=True)
class Waiting:
    """A file that was looked at and not yet kept."""

    name: str
    content: bytes
    given: Mapping[str, str]
    until: datetime


@dataclass
class Tray:
    """Files that wait, one for each account."""

    files: dict[str, Waiting] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, account: str, file: Waiting, now: datetime) -> None:
        """Keep it; what is old, or the oldest of too many, is let go."""
        with self.lock:
            left = {a: f for a, f in self.files.items() if f.until > now and a != account}
            newest = sorted(left.items(), key=lambda x: x[1].until)[-(MOST_WAITING - 1) :]
            self.files = {**dict(newest), account: file}

    def take(self, account: str, now: datetime) -> Waiting | None:
        """Take it out; None when there is none any more."""
        found = self.see(account, now)
        self.drop(account)
        return found

    def see(self, account: str, now: datetime) -> Waiting | None:
        """Look at it and leave it there; None when there is none any more."""
        with self.lock:
            found = self.files.get(account)
        return found if found and found.until > now else None

    def drop(self, account: str) -> None:
        """Let it go, if there is one."""
        with self.lock:
            self.files.pop(account, None)


def add(doors: Doors) -> None:
    """The pages and actions of the library."""
    tray, rejected = Tray(), Tray()

    def bring(asking: Asking, given: Given) -> Done | Again:
        return (
            keep(asking, tray, rejected)
            if given.text("do") == "keep"
            else preview(asking, given, tray, rejected)
        )

    doors.page("/evidence/import", look_import, "evidence_import.html")
    doors.action("/evidence/import", bring)
    doors.file("/evidence/import/rejected.csv", lambda asking: give_back(asking, rejected))
    doors.action("/evidence/reports/{id}", take)
    doors.page("/evidence", look, "evidence.html", is_kept=True)
    doors.file("/records/{kind}/template.csv", template)


def _known(asking: Asking, items: Sequence[Record], others: Sequence[Record]) -> set[str]:
    """Ids of records that the items speak for or against, and that the reader may read."""
    codes = {code for r in items for side in ("supports", "against") for code in r.body[side]}
    known = {r.id for r in others}
    ids = sorted({entries.linked_id(code) for code in codes} - known - {""})
    return known | {r.id for r in with_ids(asking, ids)}


def look(asking: Asking) -> dict[str, Any]:
    """The library, filtered."""
    asked = {n: asking.query.get(n, "").strip()[:200] for n in ASKED}
    items = everything(asking, kinds=("evidence",), place=asked["place"], text=asked["text"])
    if asked["text"]:
        items = [r for r in items if evidence_library.holds(r, asking.actor, asked["text"])]
    others = everything(asking, kinds=(*register_kinds(), *LINKING), place=asked["place"])
    items = evidence_library.readable(items, _known(asking, items, others))
    wanted, all_places = asking.query.get("page", "1"), places(asking)
    made = evidence_library.content(
        items,
        others,
        asking.actor,
        asked,
        all_places,
        page=int(wanted) if wanted.isdecimal() and len(wanted) < 5 else 1,
    )
    writes = (
        bool(asking.session)
        and not asking.is_past
        and asking.actor.role in forms.form("evidence").writers
    )
    return {
        **made,
        "places": all_places,
        "may_write": writes,
        "reports": _reports(asking) if writes else [],
        "past": asking.is_past,
        "as_of": asking.as_of.date().isoformat(),
    }


def _reports(asking: Asking) -> list[dict[str, Any]]:
    """Reports from monitors of which nothing was made yet."""
    found = find(asking, kinds=("submission",), where={"status": "received"}, limit=SHOWN)
    form = forms.form("submission")
    return [
        {
            "title": entries.title_of(r, form, asking.actor),
            "href": f"/records/submission/{r.id}",
            "take": f"/evidence/reports/{r.id}",
            "reliability": r.body["reliability"] or "not graded",
            "consents": bool(r.body["consent_use"]),
        }
        for r in found
        if not r.body["evidence"]
    ]


def take(asking: Asking, _: Given, id: str) -> Done:
    """Make an inbox item from a report, within what its giver consented to; the report then says that it is looked at."""
    who, codes = asking.signed_in(), _codes(asking)
    report = read(asking, "submission", id)
    item = submissions.evidence_from(report, by=who, places=codes)
    told = {
        **report.body,
        "status": "checking",
        "evidence": [*(report.body["evidence"] or []), item.id],
    }
    after = draft(
        "submission",
        told,
        id=id,
        by=who,
        places=codes,
        stamp=report.stamp,
        place=report.place,
        expected=report.version,
    )
    asking.state.records.append([item, after], by=who, why="taken into the inbox", now=asking.now)
    return Done(f"/records/evidence/{item.id}/edit", {"id": item.id}, 201)


def template(_: Asking, kind: str) -> Response:
    """The empty table of a kind, to be filled in offline."""
    if kind not in bringing.KINDS:
        raise ConfigError(f"there is a template for {', '.join(bringing.KINDS)}")
    return Response(
        exports.template(kind),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{kind}-template.csv"'},
    )


# Bringing a file in


def look_import(asking: Asking) -> dict[str, Any]:
    """An empty form."""
    _may_bring(asking)
    return _page(
        asking,
        {
            "program": "template",
            "kind": asking.query.get("kind", "evidence"),
            "place": asking.query.get("place", ""),
        },
    )


def preview(asking: Asking, given: Given, tray: Tray, rejected: Tray) -> Again:
    """Read the file and show what would be kept; nothing is. The rejected lines wait too, to be taken and mended."""
    who = _may_bring(asking)
    values = {
        n: given.text(n) for n in ("program", "kind", "place", "encoding", "mapping", "keep_good")
    }
    file = given.files.get("file")
    if file is None or not file.filename:
        return Again("evidence_import.html", _page(asking, values, {"file": "Choose a file"}))
    waiting = Waiting(Path(file.filename).name[:100], file.file.read(), values, asking.now + LASTS)
    try:
        brought = _brought(asking, who, waiting)
    except (ConfigError, FileRefused, SourceChanged) as error:
        return Again("evidence_import.html", _page(asking, values, {"file": str(error)}))
    if brought.items:
        tray.put(who.account, waiting, asking.now)
    if brought.faulty:
        rejected.put(who.account, replace(waiting, content=brought.faulty), asking.now)
    else:
        rejected.drop(who.account)
    return Again(
        "evidence_import.html", {**_page(asking, values), "look": _look(waiting, brought)}, 200
    )


def give_back(asking: Asking, rejected: Tray) -> Response:
    """The rejected lines of the file that this account looked at last, as a table to mend and bring again."""
    file = rejected.see(_may_bring(asking).account, asking.now)
    if file is None:
        raise UnknownRecord("no rejected lines are held")
    name = quote(f"{Path(file.name).stem}-rejected.csv")
    return Response(
        file.content,
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "cache-control": "no-store",
        },
    )


def keep(asking: Asking, tray: Tray, rejected: Tray) -> Done | Again:
    """Keep what was looked at."""
    who = _may_bring(asking)
    waiting = tray.take(who.account, asking.now)
    if waiting is None:
        return Again(
            "evidence_import.html",
            _page(asking, {}, {"file": "The file is not held any more. Choose it again"}),
        )
    brought = _brought(asking, who, waiting)
    vault = Vault.open(asking.state.records, asking.state.settings.vault_key)
    why = f"{waiting.given['program']}: {waiting.name}"
    made, receipts = bringing.kept(
        brought, records=asking.state.records, vault=vault, by=who, why=why, now=asking.now
    )
    content = {
        **_page(asking, waiting.given),
        "kept": len(made),
        "receipts": [{"where": w, "code": c} for w, c in receipts],
        "rejected": rejected.see(who.account, asking.now) is not None,
    }
    return Again("evidence_import.html", content, 201)


def _may_bring(asking: Asking) -> Actor:
    who = asking.signed_in()
    if who.role not in forms.form("evidence").writers or not who.space:
        raise NotAllowed(
            "Files are brought in by contributors, analysts, approvers and heads of a space."
        )
    return who


def _brought(asking: Asking, who: Actor, file: Waiting) -> Brought:
    """Read the file through a temporary one that is gone before anything else happens."""
    given = file.given
    kind = given["kind"] if given["kind"] in bringing.KINDS else "evidence"
    columns: Columns | None = None
    if given["mapping"]:
        columns = read_mapping(given["mapping"][:LONGEST_MAPPING], forms.form(kind))
    if given["program"] not in bringing.names():
        raise ConfigError("Choose the program that the file comes from")
    if given["place"] and given["place"] not in _codes(asking):
        raise ConfigError("Choose a place from the list")
    known, part = everything(asking, kinds=(kind,)), forms.form(kind)
    wholes = everything(asking, kinds=(part.field(part.within).to,)) if part.within else ()
    with tempfile.TemporaryDirectory(prefix="upstander-") as folder:
        path = Path(folder) / on_disk(file.name)
        path.write_bytes(file.content)
        return bringing.bring(
            given["program"],
            path,
            by=who,
            places=asking.state.places,
            kind=kind,
            place=given["place"],
            columns=columns,
            encoding=given["encoding"],
            keep_good=given["keep_good"] == "yes",
            known=known,
            wholes=wholes,
            today=asking.today,
        )


def on_disk(name: str) -> str:
    """A name for the file that any disk takes, as near to the person's as it can be: faults are told by it.

    >>> on_disk("../may.csv"), on_disk(".."), len(on_disk("စ" * 200 + ".csv").encode())
    ('may.csv', 'file', 124)
    """
    bare = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()).strip(
        ". "
    )
    stem, dot, end = bare.rpartition(".")
    if not dot or not end.isalnum() or len(end) > LONGEST_END or not end.isascii():
        stem, dot, end = bare, "", ""
    short = stem.encode("utf-8", "ignore")[:LONGEST_STEM].decode("utf-8", "ignore")
    return f"{short}{dot}{end}" or "file"


def _look(file: Waiting, brought: Brought) -> dict[str, Any]:
    by_draft = {i.draft.id: i.draft.body["title"] for i in brought.items}

    def titles(ids: Sequence[str]) -> list[str]:
        return [by_draft.get(i, "an item that is here already") for i in ids]

    return {
        "file": file.name,
        "read": brought.read,
        "new": len(brought.items),
        "again": brought.again,
        "rows": [
            {
                "where": i.where,
                "title": i.draft.body["title"],
                "day": i.draft.body.get("day") or i.draft.body.get("onset") or "",
                "place": i.draft.place,
            }
            for i in brought.items[:SHOWN]
        ],
        "more": max(0, len(brought.items) - SHOWN),
        "pairs": [
            {
                "kind": p.kind,
                "alike": f"{p.alike:.0f} of 100",
                "titles": titles((p.first, p.second)),
            }
            for p in brought.pairs[:SHOWN]
        ],
        "groups": [
            {"kind": g.kind, "count": len(g.ids), "titles": titles(g.ids[:3])}
            for g in brought.groups[:SHOWN]
        ],
        "faults": [
            {"where": f.where, "column": f.column, "problem": f.problem}
            for f in brought.faults[:SHOWN]
        ],
        "more_faults": max(0, len(brought.faults) - SHOWN),
        "unmapped": list(brought.unmapped),
        "left": list(brought.left),
        "notes": list(brought.notes),
        "has_contacts": sum(bool(i.contact) for i in brought.items),
    }


def _codes(asking: Asking) -> frozenset[str]:
    return frozenset(code for code, _ in places(asking))


def _page(
    asking: Asking, given: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> dict[str, Any]:
    told = faults or {}
    programs = [(n, plugins.load(bringing.PLUGINS, n, Import).title) for n in bringing.names()]
    kinds = [(k, forms.form(k).plural) for k in bringing.KINDS]
    encodings = [
        ("", "Unicode (UTF-8, UTF-16)"),
        *((e, e) for e in uploads.ENCODINGS if not e.startswith("utf")),
    ]
    return {
        "title": "Bring a file in",
        "look": None,
        "kept": None,
        "receipts": [],
        "rejected": False,
        "lessons": given.get("kind") in ("warning_case", "case_entry"),
        "fault": told.get("file", ""),
        "most": uploads.MOST_ROWS,
        "templates": [(label, f"/records/{k}/template.csv") for k, label in kinds],
        "inputs": {
            "program": _one("program", "Program the file comes from", programs, given),
            "kind": _one("kind", "What it holds", kinds, given),
            "place": _one(
                "place",
                "Place where a line says none",
                [("", inputs.NOT_SAID), *places(asking)],
                given,
            ),
            "encoding": _one("encoding", "Encoding of the text", encodings, given),
            "mapping": {
                **_plain("mapping", "Mapping"),
                "value": given.get("mapping", ""),
                "help": "TOML that says which column is which field; leave it empty when columns are named as the template names them.",
            },
        },
        "keep_good": given.get("keep_good") == "yes",
    }


def _one(
    name: str, label: str, options: Sequence[tuple[str, str]], given: Mapping[str, str]
) -> dict[str, Any]:
    shown = [
        {"value": v, "label": words, "chosen": v == given.get(name, "")} for v, words in options
    ]
    return {**_plain(name, label), "options": shown}


def _plain(name: str, label: str) -> dict[str, Any]:
    return {
        "name": name,
        "id": f"f-{name}",
        "label": label,
        "help": "",
        "fault": "",
        "required": False,
        "unit": "",
        "personal": False,
    }
