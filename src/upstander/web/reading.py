"""Reading people's records for pages: everything here asks with the reader's rights, as of the instant asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from upstander.assess import forms
from upstander.assess.blur import blurred
from upstander.assess.forms import Form
from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.folding import folded
from upstander.core.rights import may_write
from upstander.lake.records import Record
from upstander.lake.records.remembering import searched
from upstander.report import entries
from upstander.report.entries import Reader
from upstander.web.access_log import note
from upstander.web.asking import Asking

# A page of a review that somebody came from and goes back to: no other address is taken from a request.
REVIEW_PAGE = re.compile(r"/assessments/[0-9a-z]{26}(/rate/[\w.-]{1,20})?", re.ASCII)
PAGE = 50  # rows of a list
MOST = 20_000  # records of a file, or that a search finds
BATCH = 5_000  # records read at once
MOST_IDS = 500  # in one question


def back_to(text: str) -> str:
    """The page of a review to go back to, '' when the text is no such address."""
    return text if REVIEW_PAGE.fullmatch(text) else ""


def form_of(kind: str) -> Form:
    """The form of a kind in an address. Raises UnknownRecord."""
    if kind not in forms.kinds():
        raise UnknownRecord(f"no kind of record named {kind[:40]!r}")
    return forms.form(kind)


def read(asking: Asking, kind: str, id: str, version: int | None = None) -> Record:
    """A record, or one of its versions. Raises UnknownRecord."""
    found = asking.state.records.read(
        kind, id, by=asking.actor, as_of=asking.as_of, version=version
    )
    note(asking, [found])
    return found


def history(asking: Asking, kind: str, id: str) -> Sequence[Record]:
    """The versions of a record, oldest first. Raises UnknownRecord."""
    found = asking.state.records.history(kind, id, by=asking.actor, as_of=asking.as_of)
    note(asking, found)
    return found


def find(asking: Asking, *, limit: int = MOST_IDS, **asked: Any) -> Sequence[Record]:
    """Records as of the instant asked about; ``asked`` as in ``Records.find``."""
    found = asking.state.records.find(by=asking.actor, as_of=asking.as_of, limit=limit, **asked)
    note(asking, found)
    return found


def everything(asking: Asking, **asked: Any) -> list[Record]:
    """All records that fit, MOST at most.

    Words that are held back from this reader do not find a record: who searches would learn them.
    """
    found: list[Record] = []
    after = ""
    while len(found) < MOST:
        batch = find(asking, limit=BATCH, after=after, **asked)
        found += [r for r in batch if _says(asking, r, asked.get("text", ""))]
        if len(batch) < BATCH:
            break
        after = batch[-1].id
    return found


def page(asking: Asking, **asked: Any) -> tuple[Sequence[Record], str, int]:
    """One page of records: the rows, the id the next page follows ('' when there is none), and how many there are."""
    after = asking.query.get("after", "")[:40]
    found: Sequence[Record]
    if asked.get("text"):
        known = everything(asking, **asked)
        found, count = [r for r in known if r.id > after][: PAGE + 1], len(known)
    else:
        found = find(asking, limit=PAGE + 1, after=after, **asked)
        count = asking.state.records.count(by=asking.actor, as_of=asking.as_of, **asked)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else "", count


def may_edit(asking: Asking, record: Record, form: Form) -> bool:
    """Whether this reader may write a next version: not when part of it is held back or erased."""
    may = (
        may_write(asking.actor, record.stamp, form.writers)
        and not form.written_at
        and not record.erased
    )
    return may and blurred(record, asking.actor, form).body == record.body


def may_export(asking: Asking) -> bool:
    """Whether exports are on for this reader's role."""
    return asking.actor.role not in asking.state.settings.no_export


def check_export(asking: Asking) -> None:
    """Raises NotAllowed where exports are off for this reader's role."""
    if not may_export(asking):
        raise NotAllowed("Exports are switched off for your role. An administrator can say why.")


def _says(asking: Asking, record: Record, text: str) -> bool:
    """Whether what this reader sees of a record holds all words."""
    if not text or (seen := blurred(record, asking.actor)) is record:
        return True
    said = searched(seen.body)
    return all(word in said for word in folded(text).split())


def with_ids(asking: Asking, ids: Sequence[str]) -> list[Record]:
    """Of these records those that there are and that the reader may read, in as many questions as it takes."""
    return [
        r
        for start in range(0, len(ids), MOST_IDS)
        for r in find(asking, ids=ids[start : start + MOST_IDS])
    ]


def reader_of(asking: Asking, records: Iterable[Record]) -> Reader:
    """For whom these records are shown, with the titles of what they link to."""
    ids = sorted({i for r in records for i in entries.links_of(r, forms.form(r.kind))})
    near = with_ids(asking, ids)
    titles = {r.id: (r.kind, entries.title_of(r, forms.form(r.kind), asking.actor)) for r in near}
    accounts = asking.account_names if asking.session else {}
    spaces = {id: s.title for id, s in asking.spaces.items()}
    return Reader(asking.actor, accounts, spaces, dict(places(asking)), titles)


def places(asking: Asking) -> Sequence[tuple[str, str]]:
    """Codes and names of places, by name."""
    found = asking.state.places.current(asking.state.today)
    return sorted(((p.code, p.name) for p in found), key=lambda x: x[1])
