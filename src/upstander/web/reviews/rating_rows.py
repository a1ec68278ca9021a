"""The ratings of one space in a review as rows that are edited: in the table of a factor, or in a file that is brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from upstander.assess.rating import rating_draft, record_id
from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.rights import may_write, stamp_within
from upstander.core.upload_rows import Line
from upstander.records import Draft, Record, exchange
from upstander.records.exchange import Row, Standing
from upstander.records.forms import form
from upstander.web.kernel.form_fields import MOST_WHY
from upstander.web.kernel.record_reading import reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.records import brought_back, links
from upstander.web.reviews.workspace import Desk

OWN = form("rating")
# What the system fills in, and what says which rating a row is.
FIXED = ("code", "edition")


def own_ratings(request: PageRequest, desk: Desk) -> dict[str, Record]:
    """The ratings of the reader's space by code; its own of the space comes before one that few may read."""
    review, who = desk.review.record.id, request.actor
    own = (r for r in desk.review.of("rating") if r.stamp.space == who.space)
    by_id = {record.id: record for record in own}
    found: dict[str, Record] = {}
    for record in by_id.values():
        code = record.body["code"]
        ids = (record_id(review, code, who.space, a) for a in ("", who.account))
        first = next((by_id[id] for id in ids if id in by_id), None)
        if first is not None:
            found[code] = first
    return found


def values_of(record: Record | None) -> dict[str, Any]:
    """What a rating says, by field that people fill in; nothing where there is none."""
    body = record.body if record else {}
    return {f.name: body.get(f.name) for f in OWN.fields if f.is_typed}


def rows(
    request: PageRequest,
    desk: Desk,
    lines: Iterable[Line],
) -> list[Row]:
    """What each line would do to the ratings of the writer's space; a line names its rating by ``code``."""
    own = own_ratings(request, desk)
    by_id = _codes_by_id(desk, request, own)
    read = [_told_apart(line, desk, by_id, own) for line in lines]
    office = _office(request, desk, own)
    filled = [line for line in read if not _is_blank(line)]
    made = iter(brought_back.checked(request, exchange.rows(filled, office), office))
    return [Row(li.where, "same") if _is_blank(li) else _plain(next(made)) for li in read]


def _plain(row: Row) -> Row:
    """The row with what people fill in alone; one that only the wording of its framework sets apart says the same."""
    fields = tuple(name for name in row.fields if name not in FIXED)
    if row.fields and not fields:
        return Row(row.where, "same", row.record)
    return replace(row, fields=fields)


def _told_apart(
    line: Line, desk: Desk, by_id: Mapping[str, str], own: Mapping[str, Record]
) -> Line:
    """The line with the code that it is about and the id of the rating there, if there is one; and why it cannot be read.

    An id decides: a spreadsheet program makes 13.1 of the code 13.10.
    """
    id, said = _text(line, "id"), _text(line, "code")
    code = by_id.get(id, "") if id else said
    fault = line.fault
    if not fault and id and (not code or _names_another(said, code, desk)):
        fault = say("web.row_names_another_rating", code=said[:20] or "?")
    record = own.get(code)
    cells = {k: v for k, v in line.cells.items() if k not in ("kind", "edition")}
    about = {"id": record.id if record else "", "code": code}
    return replace(line, fault=fault, cells={**cells, **about})


def _codes_by_id(
    desk: Desk, request: PageRequest, own: Mapping[str, Record]
) -> dict[str, str]:
    """The code of every rating that the writer's space has or could have in the review, by its id."""
    review, space = desk.review.record.id, request.actor.space
    could = {record_id(review, code, space): code for code in desk.frameworks.rated}
    return {**could, **{record.id: code for code, record in own.items()}}


def _names_another(
    said: str,
    code: str,
    desk: Desk,
) -> bool:
    """Whether a code was typed that is another indicator's; one that a spreadsheet program took for a number is not."""
    if said == code or said not in desk.frameworks.rated:
        return False
    try:
        return float(said) != float(code)
    except ValueError:
        return True


def _is_blank(line: Line) -> bool:
    """Whether a line of an indicator that was not rated says nothing of it still."""
    if line.fault or _text(line, "version").removesuffix(".0") not in ("", "0"):
        return False
    names = (f.name for f in OWN.fields if f.is_typed and f.name not in FIXED)
    return not any(line.cells.get(name) not in (None, "", []) for name in names)


def _text(line: Line, name: str) -> str:
    cell = line.cells.get(name)
    return "" if cell is None else str(cell).strip()


def _office(
    request: PageRequest,
    desk: Desk,
    own: Mapping[str, Record],
) -> exchange.Desk:
    """Who brings the rows, and into which ratings."""
    reader = reader_of(request, own.values())

    def make(fields: Mapping[str, Any], standing: Standing | None) -> Draft:
        return _draft(request, desk, fields, standing.record if standing else None)

    def at(id: str, version: int) -> Record | None:
        return _version(request, id, version)

    known = {
        r.id: _standing(request, r, links.hidden_among(r, OWN, reader))
        for r in own.values()
    }
    return exchange.Desk("rating", request.actor, frozenset(), known, make=make, at=at)


def _standing(
    request: PageRequest, record: Record, hidden: Mapping[str, list[str]]
) -> Standing:
    may = may_write(request.actor, record.stamp, OWN.writers)
    return Standing(record, {}, may, hidden)


def _version(
    request: PageRequest,
    id: str,
    version: int,
) -> Record | None:
    """A rating as it was at a version, None where there was none."""
    if version < 1:
        return None
    try:
        return request.state.records.read(
            "rating", id, by=request.actor, as_of=request.now, version=version
        )
    except UnknownRecord:
        return None


def _draft(
    request: PageRequest,
    desk: Desk,
    fields: Mapping[str, Any],
    before: Record | None,
) -> Draft:
    """The rating as it would be kept. Raises FormError."""
    review, who = desk.review.record, request.actor
    return rating_draft(
        {name: value for name, value in fields.items() if name != "edition"},
        desk.frameworks,
        review=review.id,
        by=who,
        places=frozenset(),
        place=review.place,
        stamp=before.stamp if before else stamp_within(review.stamp, who),
        expected=before.version if before else 0,
    )


def keep(
    request: PageRequest,
    made: Row,
    why: str,
) -> Record:
    """Keep a row by itself. Raises Conflict where somebody wrote in between, NotAllowed for a row that is refused."""
    if made.draft is None:
        raise NotAllowed(made.why)
    [record] = request.state.records.append(
        [made.draft], by=request.actor, why=why[:MOST_WHY], now=request.now
    )
    return record
