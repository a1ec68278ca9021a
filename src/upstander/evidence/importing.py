"""Bring a file in: read it by its program's import, check every line by the form, report every fault, keep all or none.

What comes of evidence and reports are drafts for the inbox, and contacts apart from them; ``kept`` writes both. People
triage. Cases of warning and response and their entries are kept as they are; an entry names its case by title or id.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upstander.core import plugins
from upstander.core.errors import ConfigError, FileRefused
from upstander.core.formulas import defused
from upstander.core.places import Places
from upstander.core.rights import Actor
from upstander.core.upload_rows import MOST_ROWS, Line
from upstander.core.uploads import GIVEN_BACK
from upstander.evidence import carried_rights, duplicates
from upstander.evidence.column_mapping import Columns, fitted
from upstander.evidence.duplicates import Group, Pair
from upstander.evidence.formats import Import, Opened
from upstander.evidence.rows import Item, Reading, item
from upstander.records import Draft, Record, new_id
from upstander.records.forms import Form, FormError, form, importable

if TYPE_CHECKING:
    from upstander.records.store import Records
    from upstander.records.vault import Vault

MOST_TOLD = 1_000  # faults; a file with more is the wrong file
MOST_NOTES, MOST_NAMED = 50, 10  # notes on lines, and lines named in one
PLUGINS = "upstander.evidence.formats"
# What people do with an item after it came: no part of what makes it the same word for word.
LATER = frozenset(
    [
        "status",
        "status_why",
        "reason",
        "receipt",
        "contact",
        "evidence",
        "reliability",
        "credibility",
        "supports",
        "against",
        "acts",
        "act_types",
        "notes",
        "neutral",
        "hate",
        "groups",
    ]
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell or line, and what to do."""

    file: str
    where: str
    column: str
    problem: str


@dataclass(frozen=True)
class Brought:
    """What a file gave. ``items`` is empty when there are faults, unless the good lines were asked for.

    Attributes:
        read: lines in the file.
        again: lines that are in the store already, word for word; not brought in twice.
        pairs, groups: items that may be the same, by the ids of drafts and records; for people to decide. A group holds
            many alike, such as the lines of one questionnaire.
        unmapped: columns that went nowhere. ``left``: columns left out on purpose.
        faulty: the faulty lines with what is wrong, as CSV to mend and give again; b"" where there are none.
    """

    read: int
    items: tuple[Item, ...]
    again: int
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
    faults: tuple[Fault, ...]
    unmapped: tuple[str, ...]
    left: tuple[str, ...]
    notes: tuple[str, ...]
    faulty: bytes


def names() -> list[str]:
    """The programs there are."""
    return plugins.names(PLUGINS)


def bring(
    program: str,
    path: Path,
    *,
    by: Actor,
    places: Places,
    kind: str = "evidence",
    place: str = "",
    columns: Columns | None = None,
    encoding: str = "",
    keep_good: bool = False,
    known: Sequence[Record] = (),
    wholes: Sequence[Record] = (),
    today: date = date.max,
) -> Brought:
    """Read one file into drafts; nothing is kept yet.

    Args:
        place: code of the place where a line says none.
        known: records of this kind to find duplicates among.
        wholes: records that a line may be part of (``within`` of its form), which it names by title or id.
        today: no day of what happened lies after it.

    Raises:
        FileRefused: the file as a whole cannot be read. ConfigError: no such program, kind or column.
    """
    source, wanted = _source(program, kind), form(kind)
    opened = source.open(path, encoding, places)
    mapped, notes = fitted(opened.columns, columns or Columns(), wanted, opened.asked)
    rights = _rights(opened, mapped, wanted)
    reading = Reading(
        source, mapped, wanted, by, places, place, wholes, rights, opened.head, today
    )
    read = _read(path.name, opened, reading)
    left, unmapped = _not_taken(opened, reading, read.used)
    new, again = _new(read.items, known)
    alike = _alike(new, known)
    return Brought(
        read=read.lines,
        items=() if read.faults and not keep_good else new,
        again=again,
        faults=tuple(read.faults),
        pairs=alike.pairs,
        groups=alike.groups,
        unmapped=unmapped,
        left=left,
        notes=(*opened.notes, *notes, *read.told()),
        faulty=_given_back(read.bad),
    )


def _source(program: str, kind: str) -> Import:
    if kind not in importable():
        raise ConfigError(f"from files come {', '.join(importable())}; not {kind!r}")
    source = plugins.load(PLUGINS, program, Import)
    if source.published and kind != "evidence":
        raise ConfigError(f"{program} brings published evidence, nothing else")
    return source


def _rights(opened: Opened, mapped: Columns, wanted: Form) -> Mapping[str, str]:
    """The columns that say rights and are no field, by what they say."""
    free = [c for c in opened.columns if c not in mapped.fields.values()]
    return carried_rights.columns(free, [f.name for f in wanted.fields])


def _alike(new: Sequence[Item], known: Sequence[Record]) -> duplicates.Alike:
    return duplicates.search(
        [duplicates.item(i.draft.id, i.draft.place, i.draft.body) for i in new],
        [duplicates.item(r.id, r.place, r.body) for r in known],
    )


def _not_taken(
    opened: Opened, reading: Reading, used: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns left out on purpose, and those that went nowhere."""
    mapped = reading.mapped
    went = {*mapped.fields.values(), *used, *reading.rights.values(), mapped.place}
    contacts = set(mapped.contact.values())
    kept_out = {*mapped.leave, *reading.source.private, *opened.left}
    left = (kept_out & set(opened.columns)) - went - contacts
    if reading.form.kind == "submission":
        went |= contacts
    else:
        left |= contacts  # only who reports to us has a contact in the vault
    return tuple(sorted(left)), tuple(c for c in opened.columns if c not in went | left)


@dataclass
class _Read:
    """What the lines of a file gave so far."""

    lines: int = 0
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    bad: list[tuple[Mapping[str, Any], list[Fault]]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def refuse(self, file: str, line: Line, faults: Sequence[tuple[str, str]]) -> None:
        """Note a line that cannot be kept, with what is wrong by column."""
        of_line = [Fault(file, line.where, column, words) for column, words in faults]
        self.bad.append((line.cells, of_line))
        self.faults += of_line[: max(0, MOST_TOLD - len(self.faults))]

    def told(self) -> tuple[str, ...]:
        """Each note once, with the lines it is about."""
        return tuple(
            f"{words}: {_named(where)}"
            for words, where in list(self.notes.items())[:MOST_NOTES]
        )


def _named(where: Sequence[str]) -> str:
    more = f" and {len(where) - MOST_NAMED:,} more" if len(where) > MOST_NAMED else ""
    return ", ".join(where[:MOST_NAMED]) + more


def _read(name: str, opened: Opened, reading: Reading) -> _Read:
    """Every line as an item, as faults, or left out with what its origin said of it."""
    read = _Read()
    for found in opened.items:
        read.lines += 1
        if read.lines > MOST_ROWS:
            raise FileRefused(
                f"{name}: has more than {MOST_ROWS:,} items; divide it into several files"
            )
        read.used |= found.used
        if found.left_out:
            read.notes[f"left out, {found.left_out}"].append(found.line.where)
            continue
        try:
            line_item = item(found, reading)
        except FormError as error:
            fields = reading.mapped.fields
            faults = [(fields.get(n, n), words) for n, words in error.faults.items()]
            read.refuse(name, found.line, faults)
        else:
            read.items.append(line_item)
            for words in line_item.notes:
                read.notes[words].append(found.line.where)
    return read


def _same(body: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a line the same word for word: what people do with it afterwards is left out."""
    return tuple((k, str(v)) for k, v in sorted(body.items()) if k not in LATER)


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
    """Write the items, contacts into the vault: all or none. The records, and (where, receipt code) of reports.

    Raises:
        NotAllowed, ContactsLost: nothing is kept.
    """
    drafts: list[Draft] = []
    contacts: dict[str, Mapping[str, Any]] = {}
    for i in brought.items:
        body = i.draft.body
        if i.contact and i.receipt:
            ref = new_id()
            contacts[ref], body = i.contact, {**body, "contact": ref}
        drafts.append(replace(i.draft, body=body))
    made = vault.keep(contacts, drafts, by=by, why=why, now=now)
    records.log(
        by,
        "imported",
        why,
        now=now,
        details={"items": len(made), "faults": len(brought.faults)},
    )
    return made, tuple((i.where, i.receipt) for i in brought.items if i.receipt)
