"""Records taken away, edited in a spreadsheet and brought back: what was edited changes, and nothing else.

A row is one record of an export (``web.records.exports``): its id and version say which, and upon what it was edited. A row
that cannot be kept is refused by itself, with the reason; the others are kept. A row without an id is a new record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.core.upload_rows import Line
from upstander.records import Draft, Record, new_id
from upstander.records.drafts import draft
from upstander.records.forms import Form, FormError, form

# What an export says of a record that only its own page changes.
STANDING = ("place", "parent", "marking", "usage")


@dataclass(frozen=True)
class Row:
    """What became of one row: new, changed, same or refused; the fields that change, and why it is refused.

    ``is_conflict``: refused because somebody wrote in between; ``fields`` are then those that the two say differently.
    """

    where: str
    outcome: str
    record: str = ""
    fields: tuple[str, ...] = ()
    why: str = ""
    draft: Draft | None = None
    is_conflict: bool = False


@dataclass(frozen=True)
class Standing:
    """A record as it stands, and as an export shows it to who brings the file.

    Attributes:
        shown: by column of STANDING. hidden: by field, links that an export leaves out because this reader may not follow them.
    """

    record: Record
    shown: Mapping[str, str]
    may_edit: bool
    hidden: Mapping[str, list[str]]


Fields = Mapping[str, Any]
Make = Callable[[Fields, Standing | None], Draft]
At = Callable[[str, int], Record | None]


@dataclass(frozen=True)
class Desk:
    """Who brings the file, and into what.

    Attributes:
        known: every record of the kind that the writer may read, by id. place: of new records that name none.
        make: how a draft of this kind is made from a row's fields, where that is more than its form; raises FormError.
        at: a record as it was at a version, None where there was none: a row that nobody edited is no conflict.
    """

    kind: str
    by: Actor
    places: frozenset[str]
    known: Mapping[str, Standing]
    place: str = ""
    make: Make | None = None
    at: At | None = None

    @property
    def form(self) -> Form:
        """The form of the kind."""
        return form(self.kind)


def rows(lines: Iterable[Line], desk: Desk) -> Iterator[Row]:
    """What each row would do; a record that stands in two rows is refused the second time."""
    seen: set[str] = set()
    for line in lines:
        row = _row(line, desk)
        if row.record and row.record in seen:
            row = _refused(line, say("records.row_twice"), row.record)
        seen.add(row.record)
        yield row


def _row(line: Line, desk: Desk) -> Row:
    id = _text(line.cells.get("id"))
    if line.fault:
        return _refused(line, line.fault, id)
    if _text(line.cells.get("kind")) not in ("", desk.kind):
        return _refused(line, say("records.row_of_another_kind", kind=desk.form.title), id)
    try:
        return _changed(line, desk, id) if id else _new(line, desk)
    except FormError as error:
        return _refused(line, "; ".join(error.faults.values()), id)


def _refused(line: Line, why: str, id: str = "") -> Row:
    return Row(line.where, "refused", id, why=why)


def _new(line: Line, desk: Desk) -> Row:
    """A record that is new. Raises FormError."""
    place = _text(line.cells.get("place")) or desk.place
    if place and place not in desk.places:
        return _refused(line, say("records.row_place", place=place[:20]))
    if desk.make is not None:
        made = desk.make(_fields(line, desk.form), None)
        return Row(line.where, "new", made.id, _edited(None, made), draft=made)
    made = draft(
        desk.kind,
        _fields(line, desk.form),
        id=new_id(),
        by=desk.by,
        places=desk.places,
        place=place,
        parent=_text(line.cells.get("parent")),
    )
    return Row(line.where, "new", made.id, draft=made)


def _changed(line: Line, desk: Desk, id: str) -> Row:
    """A record that is there. Raises FormError."""
    standing = desk.known.get(id)
    if standing is None:
        return _refused(line, say("records.row_unknown", id=id[:40]), id)
    if moved := _moved(line, standing):
        return _refused(line, say("records.row_standing", names=", ".join(moved)), id)
    made = _next(line, desk, standing)
    edited = _edited(standing.record, made)
    if not edited or _as_it_was(line, desk, standing):
        return Row(line.where, "same", id)
    if not standing.may_edit:
        return _refused(line, say("records.row_not_yours"), id)
    if _version(line) != str(standing.record.version):
        return _conflict(line, standing, edited)
    return Row(line.where, "changed", id, edited, draft=made)


def _as_it_was(line: Line, desk: Desk, standing: Standing) -> bool:
    """Whether the row still says what the version said that it was taken from: then nobody edited it."""
    version = _version(line)
    if desk.at is None or not version.isdecimal():
        return False
    before = desk.at(standing.record.id, int(version[:9]))
    if before is None:
        return False
    return not _edited(before, _next(line, desk, replace(standing, record=before)))


def _version(line: Line) -> str:
    return _text(line.cells.get("version")).removesuffix(".0")


def _conflict(line: Line, standing: Standing, edited: tuple[str, ...]) -> Row:
    now = standing.record.version
    why = say("records.row_conflict", version=_version(line) or "?", now=now)
    refused = _refused(line, why, standing.record.id)
    return replace(refused, fields=edited, is_conflict=True)


def _moved(line: Line, standing: Standing) -> list[str]:
    """Columns beside the fields that somebody edited: they are changed on the record's own page."""
    cells = line.cells
    return [
        name
        for name in STANDING
        if name in cells and _text(cells[name]) != standing.shown.get(name, "")
    ]


def _next(line: Line, desk: Desk, standing: Standing) -> Draft:
    """The next version: the row's fields over those of the record; a column that is not there changes nothing."""
    record, given = standing.record, _fields(line, desk.form)
    for name in standing.hidden.keys() & given.keys():
        given[name] = _with_hidden(desk.form, record, name, given[name], standing)
    if desk.make is not None:
        return desk.make({**_open(record, desk.form), **given}, standing)
    return draft(
        desk.kind,
        {**_open(record, desk.form), **given},
        id=record.id,
        by=desk.by,
        places=desk.places,
        stamp=record.stamp,
        parent=record.parent,
        place=record.place,
        expected=record.version,
        settled=record.body,
    )


def _with_hidden(
    wanted: Form,
    record: Record,
    name: str,
    cell: Any,
    standing: Standing,
) -> Any:
    """A cell with the links that its export left out, where they stood."""
    if wanted.field(name).type == "link":
        return cell or record.body[name]
    seen = [v.strip() for v in _text(cell).split(";") if v.strip()]
    hidden = set(standing.hidden[name])
    before = [v for v in record.body[name] if v not in hidden]
    return record.body[name] if seen == before else [*seen, *standing.hidden[name]]


def _open(record: Record, wanted: Form) -> dict[str, Any]:
    """The fields of a record that people fill in."""
    return {f.name: record.body.get(f.name) for f in wanted.fields if f.is_typed}


def _fields(line: Line, wanted: Form) -> dict[str, Any]:
    """The row's cells that are fields of the form."""
    typed = {f.name for f in wanted.fields if f.is_typed}
    return {name: value for name, value in line.cells.items() if name in typed}


def _edited(record: Record | None, made: Draft) -> tuple[str, ...]:
    """The fields that a draft says otherwise than a record, or at all where there is none."""
    before = record.body if record else {}
    names = (f.name for f in form(made.kind).fields)
    return tuple(n for n in names if made.body.get(n) != before.get(n))


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
