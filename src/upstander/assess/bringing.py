"""Bring a file in: read it by its program's import, check every line by the form, report every fault, keep all or none.

What comes of evidence and reports are drafts for the inbox, and contacts apart from them; ``kept`` writes both. People
triage. Cases of warning and response and their entries are kept as they are; an entry names its case by title or id.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upstander.assess import duplicates
from upstander.assess.duplicates import Pair
from upstander.assess.forms import Form, FormError, form
from upstander.assess.imports import Found, Import
from upstander.assess.keeping import draft
from upstander.assess.mapping import Columns, filled, fitted
from upstander.assess.review import stamp_within
from upstander.assess.submissions import hashed, receipt
from upstander.core import plugins
from upstander.core.errors import ConfigError, FileRefused, UnknownPlace
from upstander.core.formulas import defused
from upstander.core.places import Places
from upstander.core.rights import Actor, Marking, Role, Stamp, Usage
from upstander.core.uploads import GIVEN_BACK, MOST_ROWS
from upstander.lake.records import Draft, Record, new_id

if TYPE_CHECKING:
    from upstander.lake.records.store import Records
    from upstander.lake.records.vault import Vault

MOST_TOLD = 1_000  # faults; a file with more is the wrong file
PLUGINS = "upstander.assess.imports"
KINDS = ("evidence", "submission", "warning_case", "case_entry")  # what is brought in from files


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell or line, and what to do."""

    file: str
    where: str
    column: str
    problem: str


@dataclass(frozen=True)
class Item:
    """One line that can be kept: its draft, the contact for the vault, and the receipt code of a report."""

    where: str
    draft: Draft
    contact: Mapping[str, str]
    receipt: str = ""


@dataclass(frozen=True)
class Brought:
    """What a file gave. ``items`` is empty when there are faults, unless the good lines were asked for.

    Attributes:
        read: lines in the file.
        again: lines that are in the store already, word for word; not brought in twice.
        pairs: items that may be the same, by the ids of drafts and records; for people to decide.
        unmapped: columns that went nowhere. ``left``: columns left out on purpose.
        faulty: the faulty lines with what is wrong, as CSV to mend and give again; b"" where there are none.
    """

    read: int
    items: tuple[Item, ...]
    again: int
    pairs: tuple[Pair, ...]
    faults: tuple[Fault, ...]
    unmapped: tuple[str, ...]
    left: tuple[str, ...]
    notes: tuple[str, ...]
    faulty: bytes


def names() -> list[str]:
    """The programs there are."""
    return plugins.names(PLUGINS)


def bring(
    program: str, path: Path, *, by: Actor, places: Places, kind: str = "evidence", place: str = "",
    columns: Columns | None = None, encoding: str = "", keep_good: bool = False, known: Sequence[Record] = (),
    wholes: Sequence[Record] = (),
) -> Brought:  # fmt: skip
    """Read one file into drafts; nothing is kept yet.

    Args:
        place: code of the place where a line says none.
        known: records of this kind to find duplicates among.
        wholes: records that a line may be part of (``within`` of its form), which it names by title or id.

    Raises:
        FileRefused: the file as a whole cannot be read. ConfigError: no such program, kind or column.
    """
    if kind not in KINDS:
        raise ConfigError(f"from files come {', '.join(KINDS)}; not {kind!r}")
    source, wanted = plugins.load(PLUGINS, program, Import), form(kind)
    if source.published and kind != "evidence":
        raise ConfigError(f"{program} brings published evidence, nothing else")
    opened = source.open(path, encoding, places)
    mapped = fitted(opened.columns, columns or Columns(), wanted)
    items: list[Item] = []
    faults: list[Fault] = []
    bad: list[tuple[Mapping[str, Any], list[Fault]]] = []
    used, read = set[str](), 0
    codes = frozenset(places.places)
    for found in opened.items:
        read += 1
        if read > MOST_ROWS:
            raise FileRefused(f"{path.name}: has more than {MOST_ROWS:,} items; divide it into several files")
        used |= found.used
        try:
            items.append(_item(found, source, mapped, wanted, by, codes, places, place, wholes))
        except FormError as error:
            told = [Fault(path.name, found.line.where, mapped.fields.get(n, n), w) for n, w in error.faults.items()]
            bad.append((found.line.cells, told))
            faults += told[: max(0, MOST_TOLD - len(faults))]
    went = {*mapped.fields.values(), *used, mapped.place}
    contacts = set(mapped.contact.values())
    left = {c for c in opened.columns if c in mapped.leave or c in source.private} - went - contacts
    if kind != "submission":
        left |= contacts  # only who reports to us has a contact in the vault
    else:
        went |= contacts
    new, again = _new(items, known)
    return Brought(
        read=read, items=() if faults and not keep_good else new, again=again, faults=tuple(faults),
        pairs=_pairs(new, known), unmapped=tuple(c for c in opened.columns if c not in went | left),
        left=tuple(sorted(left)), notes=opened.notes, faulty=_given_back(bad),
    )  # fmt: skip


def _item(
    found: Found, source: Import, mapped: Columns, wanted: Form, by: Actor, codes: frozenset[str],
    places: Places, place: str, wholes: Sequence[Record],
) -> Item:  # fmt: skip
    """One line as a draft with its contact apart. Raises FormError by field or column."""
    if found.line.fault:
        raise FormError({"the line": found.line.fault})
    cells = {k: v for k, v in found.line.cells.items() if k not in source.private}
    try:
        given, contact = filled(cells, mapped, wanted)
    except ValueError as error:
        raise FormError({error.args[0]: error.args[1]}) from None
    fields = {f.name for f in wanted.fields}
    given = {**{k: v for k, v in found.known.items() if k in fields and v is not None}, **given}
    where, lost = _place(found.place or str(cells.get(mapped.place) or given.get("place") or "") or place, places)
    stamp, code = Stamp(by.space, by.account, restricted=True), ""
    if wanted.kind == "evidence":
        given["status"] = "inbox"  # whatever the file says: people here have not read it
    elif wanted.kind == "submission":
        code = receipt()
        given |= {"receipt": hashed(code), "status": "received", "contact": None, "evidence": None}
        stamp = replace(stamp, marking=Marking.STRICT, usage=Usage.OFFICE)
    elif wanted.within:
        whole = _whole(str(given.get(wanted.within) or ""), wholes, wanted)
        given[wanted.within], where = whole.id, where or whole.place
        # as an analyst would keep it, whoever brings it in: nothing goes from a file to the world unread
        stamp = stamp_within(whole.stamp, replace(by, role=Role.ANALYST))
    else:
        given["place"], stamp = where, Stamp(by.space, by.account, restricted=wanted.restricted)
    open_data = {"published": source.published}
    try:
        made = draft(wanted.kind, given, id=new_id(), by=by, places=codes, stamp=stamp, place=where, settled=open_data)
    except FormError as error:
        raise FormError({**lost, **error.faults}) from None
    if lost:
        raise FormError(lost)
    if made.body.get("published"):
        made = replace(made, stamp=replace(stamp, restricted=False))
    return Item(found.line.where, made, contact, code)


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
    found = [w for w in wholes if name and (name == w.id or name.casefold() == str(w.body["title"]).casefold())]
    if len(found) == 1:
        return found[0]
    title = form(wanted.field(wanted.within).to).title.lower()
    told = f"{name[:80]!r} is no {title} that you may read; bring it in first, or write its title as it stands"
    raise FormError({wanted.within: f"several have the title {name[:80]!r}; write the id" if found else told})


def _same(body: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a line the same word for word: what people do with it afterwards is left out."""
    later = {"status", "status_why", "reason", "receipt", "contact", "evidence", "reliability", "credibility", "supports",
             "against", "acts", "act_types", "notes", "neutral", "hate", "groups"}  # fmt: skip
    return tuple((k, str(v)) for k, v in sorted(body.items()) if k not in later)


def _new(items: Sequence[Item], known: Iterable[Record]) -> tuple[tuple[Item, ...], int]:
    """Items that are not in the store word for word, by origin and id if their kind has them; and how many are."""
    seen = {_same(r.body) for r in known if _is_told_apart(r.body)}
    new: list[Item] = []
    for i in items:
        if _is_told_apart(i.draft.body) and _same(i.draft.body) in seen:
            continue
        seen.add(_same(i.draft.body))
        new.append(i)
    return tuple(new), len(items) - len(new)


def _is_told_apart(body: Mapping[str, Any]) -> bool:
    """Whether the same words mean the same item: where a kind keeps the id at the origin, only if that is known."""
    return "origin_id" not in body or bool(body["origin_id"])


def _pairs(items: Sequence[Item], known: Iterable[Record]) -> tuple[Pair, ...]:
    return duplicates.pairs(
        [duplicates.item(i.draft.id, i.draft.place, i.draft.body) for i in items],
        [duplicates.item(r.id, r.place, r.body) for r in known],
    )


def _given_back(bad: Sequence[tuple[Mapping[str, Any], list[Fault]]]) -> bytes:
    """The faulty lines as they came, with a last column that says what is wrong; reading them again takes it away."""
    if not bad:
        return b""
    columns = list(dict.fromkeys(c for cells, _ in bad for c in cells))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*map(defused, columns), GIVEN_BACK])
    for cells, faults in bad:
        words = "; ".join(f"{f.where}, {f.column}: {f.problem}" for f in faults)
        writer.writerow([*(defused(cells.get(c)) for c in columns), defused(words)])
    return out.getvalue().encode("utf-8-sig")


def kept(
    brought: Brought, *, records: Records, vault: Vault, by: Actor, why: str, now: datetime
) -> tuple[tuple[Record, ...], tuple[tuple[str, str], ...]]:
    """Write the items: contacts into the vault, then all drafts or none. The records, and (where, receipt code) of reports.

    Raises:
        NotAllowed, ContactsLost: nothing is kept; contacts put before are forgotten again.
    """
    drafts: list[Draft] = []
    with ExitStack() as undo:
        for i in brought.items:
            body = i.draft.body
            if i.contact and i.receipt:
                ref = vault.put(i.contact, space=by.space, by=by, now=now)
                undo.callback(vault.forget, ref, by=by, now=now)
                body = {**body, "contact": ref}
            drafts.append(replace(i.draft, body=body))
        made = records.append(drafts, by=by, why=why, now=now)
        undo.pop_all()
    records.log(by, "imported", why, now=now, details={"items": len(made), "faults": len(brought.faults)})
    return made, tuple((i.where, i.receipt) for i in brought.items if i.receipt)
