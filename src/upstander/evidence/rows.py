"""One line of a file as a draft: its cells by the mapping, its rights no wider than the file says, checked by the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from upstander.core.cleaning import turned
from upstander.core.errors import UnknownPlace
from upstander.core.geography import Outline, outlines
from upstander.core.places import Places
from upstander.core.rights import Actor, Marking, Role, Stamp, Usage, stamp_within
from upstander.evidence import carried_rights
from upstander.evidence.column_mapping import Columns, filled
from upstander.evidence.formats import Found, Import
from upstander.evidence.submissions import hashed, receipt
from upstander.records import Draft, Record, new_id, plausibility
from upstander.records.drafts import draft
from upstander.records.forms import Form, FormError, form
from upstander.records.titles import title


@dataclass(frozen=True)
class Item:
    """One line that can be kept: its draft, the contact for the vault, the receipt code of a report, and notes on it."""

    where: str
    draft: Draft
    contact: Mapping[str, str]
    receipt: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What every line of a file is read by.

    Attributes:
        place: code of the place where a line says none.
        wholes: records that a line may be part of.
        rights: the columns that say rights, by what they say; ``head``: what the file says of itself.
        today: no day of what happened lies after it.
    """

    source: Import
    mapped: Columns
    form: Form
    by: Actor
    places: Places
    place: str
    wholes: Sequence[Record]
    rights: Mapping[str, str]
    head: Mapping[str, str]
    today: date

    @cached_property
    def outlines(self) -> Mapping[str, Outline]:
        """Outlines of places, read once."""
        return outlines(self.places.folder)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of places."""
        return frozenset(self.places.places)


def item(found: Found, reading: Reading) -> Item:
    """One line as a draft with its contact apart.

    Raises:
        FormError: by field or column.
    """
    if found.line.fault:
        raise FormError({"the line": found.line.fault})
    given, contact = _given(found, reading)
    where, lost = _place(_asked_place(found, given, reading), reading.places)
    where, stamp, code = _settle(given, where, reading)
    stamp = _narrowed(stamp, found.line.cells, reading)
    checked = _checked(given, where, stamp, lost, reading)
    notes = (*found.notes, *_doubts(checked, found, reading))
    return Item(found.line.where, checked, contact, code, notes)


def _asked_place(found: Found, given: Mapping[str, Any], reading: Reading) -> str:
    of_line = str(found.line.cells.get(reading.mapped.place) or given.get("place") or "")
    return found.place or of_line or reading.place


def _settle(given: dict[str, Any], where: str, reading: Reading) -> tuple[str, Stamp, str]:
    """Set what a file cannot say of a new item; its place, its stamp, and the receipt code of a report."""
    by, form_ = reading.by, reading.form
    stamp = Stamp(by.space, by.account, restricted=True)
    if form_.kind == "evidence":
        given["status"] = "inbox"  # whatever the file says: people here have not read it
        return where, stamp, ""
    if form_.kind == "submission":
        code = receipt()
        given |= {
            "receipt": hashed(code),
            "status": "received",
            "contact": None,
            "evidence": None,
        }
        return where, replace(stamp, marking=Marking.STRICT, usage=Usage.OFFICE), code
    if form_.within:
        whole = _whole(str(given.get(form_.within) or ""), reading.wholes, form_)
        given[form_.within] = whole.id
        # As an analyst would keep it, whoever brings it in: nothing goes from a file to the world unread.
        stamp = stamp_within(whole.stamp, replace(by, role=Role.ANALYST))
        return where or whole.place, stamp, ""
    if any(f.name == "place" for f in form_.fields):
        given["place"] = where
    return where, replace(stamp, restricted=form_.restricted), ""


def _given(found: Found, reading: Reading) -> tuple[dict[str, Any], dict[str, str]]:
    """Fields of the form and the contact: what the program knows, and above it what the mapping finds."""
    source, line = reading.source, found.line
    cells = {k: v for k, v in line.cells.items() if k not in source.private}
    try:
        given, contact = filled(
            cells, reading.mapped, reading.form, divider=source.divider, days=line.days
        )
    except ValueError as error:
        raise FormError({error.args[0]: error.args[1]}) from None
    fields = {f.name for f in reading.form.fields}
    return {
        **{k: v for k, v in found.known.items() if k in fields and v is not None},
        **given,
    }, contact


def _narrowed(stamp: Stamp, cells: Mapping[str, Any], reading: Reading) -> Stamp:
    """The stamp, no wider than the line says, or the file's head where the line says nothing."""
    of_file = {name: reading.head.get(name, "") for name in ("marking", "usage")}
    of_line = {
        name: said
        for name, column in reading.rights.items()
        if (said := cells.get(column)) not in (None, "")
    }
    return carried_rights.stamped(stamp, {**of_file, **of_line})


def _checked(
    given: Mapping[str, Any],
    where: str,
    stamp: Stamp,
    lost: Mapping[str, str],
    reading: Reading,
) -> Draft:
    """The draft, checked by the form and for what cannot be so; all faults of the line at once."""
    open_data = {"published": reading.source.published}
    try:
        made = draft(
            reading.form.kind,
            given,
            id=new_id(),
            by=reading.by,
            places=reading.codes,
            stamp=stamp,
            place=where,
            settled=open_data,
        )
    except FormError as error:
        raise FormError({**lost, **error.faults}) from None
    faults = {
        **lost,
        **(
            {}
            if reading.source.published
            else plausibility.faults(reading.form, made.body, reading.today)
        ),
    }
    if faults:
        raise FormError(faults)
    if (
        made.body.get("published")
        and stamp.marking is Marking.AMBER
        and "restricted" not in reading.rights
    ):
        made = replace(made, stamp=replace(stamp, restricted=False))
    return made


def _doubts(made: Draft, found: Found, reading: Reading) -> Iterator[str]:
    """What people should know of a line that can be kept."""
    if not made.body.get("published"):
        yield from plausibility.doubts(made.body, reading.outlines.get(made.place))
    yield from dict.fromkeys(
        words
        for v in found.line.cells.values()
        if isinstance(v, str)
        for words in turned(v)
    )
    if made.stamp.marking is Marking.RED:
        yield "marked TLP:RED in the file, and so kept: only you read it"


def _place(asked: str, places: Places) -> tuple[str, dict[str, str]]:
    """The code of a place written as its code or name, '' when nothing is said; and the fault, told with the line's others."""
    if not asked:
        return "", {}
    try:
        return places.find(asked, date.max).code, {}
    except UnknownPlace as error:
        return "", {"place": str(error)}


def _whole(asked: str, wholes: Sequence[Record], wanted: Form) -> Record:
    """The record that a line is part of, by its id or its title. Raises FormError."""
    name = asked.strip()
    found = [
        w
        for w in wholes
        if name
        and (name == w.id or name.casefold() == title(form(w.kind), w.body).casefold())
    ]
    if len(found) == 1:
        return found[0]
    whole = form(wanted.field(wanted.within).to).title.lower()
    told = f"{name[:80]!r} is no {whole} that you may read; bring it in first, or write its title as it stands"
    raise FormError(
        {
            wanted.within: f"several have the title {name[:80]!r}; write the id"
            if found
            else told
        }
    )
