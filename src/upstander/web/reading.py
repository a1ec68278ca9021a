"""Reading people's records for pages: everything here asks with the reader's rights, then and now.

The store decides by the rights a record has today. Here a version must also be readable by its own rights: what was
written while a record was kept closer does not come to light when the record is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from upstander.assess import forms
from upstander.assess.forms import Form
from upstander.core.errors import UnknownRecord
from upstander.core.rights import may_read
from upstander.lake.records import Record
from upstander.report import entries
from upstander.report.entries import Reader
from upstander.web.asking import Asking

PAGE = 50  # rows of a list
MOST = 20_000  # records of a file, or of a list of the past
BATCH = 500


def form_of(kind: str) -> Form:
    """The form of a kind in an address. Raises UnknownRecord."""
    if kind not in forms.kinds():
        raise UnknownRecord(f"no kind of record named {kind[:40]!r}")
    return forms.form(kind)


def read(asking: Asking, kind: str, id: str, version: int | None = None) -> Record:
    """A record, or one of its versions. Raises UnknownRecord."""
    found = asking.state.records.read(kind, id, by=asking.actor, as_of=asking.as_of, version=version)
    if not may_read(asking.actor, found.stamp):
        raise UnknownRecord(f"{kind} {id}: this version may not be read")
    return found


def history(asking: Asking, kind: str, id: str) -> list[Record]:
    """The versions of a record, oldest first. Raises UnknownRecord."""
    kept = asking.state.records.history(kind, id, by=asking.actor, as_of=asking.as_of)
    if not (versions := _readable(asking, kept)):
        raise UnknownRecord(f"{kind} {id}: no version of it may be read")
    return versions


def find(asking: Asking, *, limit: int = BATCH, **asked: Any) -> list[Record]:
    """Records as of the instant asked about; ``asked`` as in ``Records.find``."""
    return _readable(asking, asking.state.records.find(by=asking.actor, as_of=asking.as_of, limit=limit, **asked))


def everything(asking: Asking, **asked: Any) -> list[Record]:
    """All records that fit, MOST at most."""
    found: list[Record] = []
    after = ""
    while len(found) < MOST:
        batch = asking.state.records.find(by=asking.actor, as_of=asking.as_of, limit=BATCH, after=after, **asked)
        found += _readable(asking, batch)
        if len(batch) < BATCH:
            break
        after = batch[-1].id
    return found


def page(asking: Asking, **asked: Any) -> tuple[list[Record], str, int]:
    """One page of records: the rows, the id the next page follows ('' when there is none), and how many there are."""
    after = asking.query.get("after", "")[:40]
    if asking.is_past:
        known = everything(asking, **asked)
        found, count = [r for r in known if r.id > after][: PAGE + 1], len(known)
    else:
        found = find(asking, limit=PAGE + 1, after=after, **asked)
        count = asking.state.records.count(by=asking.actor, as_of=asking.as_of, **asked)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else "", count


def reader_of(asking: Asking, records: Iterable[Record]) -> Reader:
    """For whom these records are shown, with the titles of what they link to."""
    ids = sorted({i for r in records for i in entries.links_of(r, forms.form(r.kind))})
    titles: dict[str, tuple[str, str]] = {}
    for start in range(0, len(ids), BATCH):
        near = find(asking, ids=ids[start : start + BATCH])
        titles |= {r.id: (r.kind, entries.title_of(r, forms.form(r.kind))) for r in near}
    accounts = {a.account: a.name for a in asking.state.accounts.list()} if asking.session else {}
    spaces = {s.id: s.title for s in asking.state.accounts.spaces()}
    return Reader(asking.actor, accounts, spaces, dict(places(asking)), titles)


def places(asking: Asking) -> Sequence[tuple[str, str]]:
    """Codes and names of places, by name."""
    found = asking.state.places.current(asking.state.today)
    return sorted(((p.code, p.name) for p in found), key=lambda x: x[1])


def _readable(asking: Asking, records: Iterable[Record]) -> list[Record]:
    return [r for r in records if may_read(asking.actor, r.stamp)]
