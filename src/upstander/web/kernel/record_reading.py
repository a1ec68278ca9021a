"""Reading people's records for pages: everything here asks with the reader's rights, as of the instant asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.folding import folded
from upstander.core.messages import say
from upstander.core.rights import Actor, may_write
from upstander.records import Record, forms
from upstander.records.disclosure_control import blurred
from upstander.records.forms import Form
from upstander.records.kept_files import KIND
from upstander.records.record_cache import searched
from upstander.report import record_views
from upstander.report.record_views import Reader
from upstander.web.kernel.access_log import note
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url

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


def read(
    request: PageRequest,
    kind: str,
    id: str,
    version: int | None = None,
) -> Record:
    """A record, or one of its versions. Raises UnknownRecord."""
    found = request.state.records.read(
        kind, id, by=request.actor, as_of=request.as_of, version=version
    )
    note(request, [found])
    return found


def history(request: PageRequest, kind: str, id: str) -> Sequence[Record]:
    """The versions of a record, oldest first. Raises UnknownRecord."""
    found = request.state.records.history(kind, id, by=request.actor, as_of=request.as_of)
    note(request, found)
    return found


def find(
    request: PageRequest,
    *,
    limit: int = MOST_IDS,
    until: datetime | None = None,
    **asked: Any,
) -> Sequence[Record]:
    """Records as of the instant asked about, or as they stood ``until`` an earlier one; ``asked`` as in ``Records.find``."""
    as_of = min(request.as_of, until) if until else request.as_of
    found = request.state.records.find(by=request.actor, as_of=as_of, limit=limit, **asked)
    note(request, found)
    return found


def everything(request: PageRequest, **asked: Any) -> list[Record]:
    """All records that fit, MOST at most.

    Words that are held back from this reader do not find a record: who searches would learn them.
    """
    found: list[Record] = []
    after = ""
    while len(found) < MOST:
        batch = find(request, limit=BATCH, after=after, **asked)
        found += [r for r in batch if _says(request, r, asked.get("text", ""))]
        if len(batch) < BATCH:
            break
        after = batch[-1].id
    return found


def page_of_records(
    request: PageRequest, **asked: Any
) -> tuple[Sequence[Record], str, int]:
    """One page of records: the rows, the id the next page follows ('' when there is none), and how many there are."""
    after = request.query.get("after", "")[:40]
    found: Sequence[Record]
    if asked.get("text"):
        known = everything(request, **asked)
        found, count = [r for r in known if r.id > after][: PAGE + 1], len(known)
    else:
        found = find(request, limit=PAGE + 1, after=after, **asked)
        count = request.state.records.count(by=request.actor, as_of=request.as_of, **asked)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else "", count


def may_begin(request: PageRequest, kind: str) -> bool:
    """Whether this reader may write a new record of a kind on a page of today."""
    is_writer = request.actor.role in forms.form(kind).writers
    return bool(request.session) and is_writer and not request.is_past


def named(record: Record, actor: Actor) -> dict[str, str]:
    """What a record is called for a reader, and its page."""
    title = record_views.title_of(record, forms.form(record.kind), actor)
    return {"title": title, "href": url("record", kind=record.kind, id=record.id)}


def ways_to_add(
    request: PageRequest, kinds: Iterable[str], place: str
) -> list[dict[str, str]]:
    """Where the reader adds a record on a place, of each kind that it may write."""
    return [
        {
            "title": forms.form(kind).title,
            "href": url("record_new", kind=kind) + f"?place={place}",
        }
        for kind in kinds
        if may_begin(request, kind)
    ]


def may_edit(request: PageRequest, record: Record, form: Form) -> bool:
    """Whether this reader may write a next version: not when part of it is held back or erased."""
    may = (
        may_write(request.actor, record.stamp, form.writers)
        and not form.written_at
        and not record.erased
        and not is_closed(record, form)
    )
    return may and blurred(record, request.actor, form).body == record.body


def is_closed(record: Record, form: Form) -> bool:
    """Whether a record stands in a state in which it is not written any more: what follows is a record of its own."""
    state = form.state
    return state is not None and record.body.get(state.name) in form.closed_when


def may_keep(request: PageRequest) -> bool:
    """Whether this reader may keep a report in the archive."""
    return may_begin(request, KIND) and may_export(request)


def may_export(request: PageRequest) -> bool:
    """Whether exports are on for this reader's role."""
    return request.actor.role not in request.state.settings.no_export


def check_export(request: PageRequest) -> None:
    """Raises NotAllowed where exports are off for this reader's role."""
    if not may_export(request):
        raise NotAllowed(say("web.exports_are_switched_off_for_your_role"))


def _says(request: PageRequest, record: Record, text: str) -> bool:
    """Whether what this reader sees of a record holds all words."""
    if not text or (seen := blurred(record, request.actor)) is record:
        return True
    said = searched(seen.body)
    return all(word in said for word in folded(text).split())


def with_ids(request: PageRequest, ids: Sequence[str]) -> list[Record]:
    """Of these records those that there are and that the reader may read, in as many questions as it takes."""
    return [
        r
        for start in range(0, len(ids), MOST_IDS)
        for r in find(request, ids=ids[start : start + MOST_IDS])
    ]


def reader_of(request: PageRequest, records: Iterable[Record]) -> Reader:
    """For whom these records are shown, with the titles of what they link to."""
    ids = sorted({i for r in records for i in record_views.links_of(r, forms.form(r.kind))})
    near = with_ids(request, ids)
    titles = {
        r.id: (r.kind, record_views.title_of(r, forms.form(r.kind), request.actor))
        for r in near
    }
    accounts = request.account_names if request.session else {}
    spaces = {id: s.title for id, s in request.spaces.items()}
    return Reader(request.actor, accounts, spaces, dict(places(request)), titles)


def places(request: PageRequest) -> Sequence[tuple[str, str]]:
    """Codes and names of places, by name."""
    found = request.state.places.current(request.state.today)
    return sorted(((p.code, p.name) for p in found), key=lambda x: x[1])


def place_codes(request: PageRequest) -> frozenset[str]:
    """Codes of the places that a record may be about."""
    return frozenset(code for code, _ in places(request))
