"""A place's registers as one reader may see them, and the parts their pages are built from: measures, tables, links.

Measures are worked out from the records as they are; what is shown of a record is what ``records.disclosure_control`` leaves of it. A
number that counts persons is shown only to a reader who sees every record behind it exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from upstander.assess.measures import NOT_ASSESSED, Measure, of
from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.records import Record
from upstander.records.disclosure_control import blurred, sees_exactly
from upstander.records.forms import form, kinds
from upstander.report import record_views
from upstander.report.words import capitalize_first

# What templates read: a cell of a table, a row of cells, a table, a block of measures and tables, a titled address.
Cell = dict[str, Any]
Row = list[Cell]
Table = dict[str, Any]
Block = dict[str, Any]
Shown = record_views.Shown
Link = record_views.Link
MOST_LINKED = 50  # links of one list; beyond that the list of the kind is linked
ELSEWHERE = ("intent_opinion", "rating", "override")  # kinds that have pages of their own
PERSONS_WITHHELD = say("report.not_shown_here_it_counts_persons_in")


def register_kinds() -> tuple[str, ...]:
    """Kinds about a country that belong to no review and are not the intent dossier's."""
    return tuple(k for k in kinds() if form(k).is_register)


@dataclass(frozen=True)
class Registers:
    """The registers of one place on a day, for one reader.

    Attributes:
        adds: kinds that this reader may add to.
    """

    place: str
    records: tuple[Record, ...]
    on: date
    actor: Actor
    adds: frozenset[str] = frozenset()

    @cached_property
    def by_id(self) -> Mapping[str, Record]:
        """Every record, by id."""
        return {r.id: r for r in self.records}

    def of(self, kind: str, group: str = "") -> tuple[Record, ...]:
        """Records of a kind up to the day."""
        return of(self.records, kind, self.on, group)

    def seen(self, record: Record) -> Record:
        """The record as this reader may see it."""
        return blurred(record, self.actor)

    def exactly(self, records: Iterable[Record]) -> bool:
        """Whether the reader sees all of them as they are."""
        return all(sees_exactly(self.actor, r) for r in records)

    def link(self, id: str) -> Link:
        """A record's title and address; an id that this reader may not follow is only said to exist by its kind."""
        record = self.by_id.get(id)
        if record is None:
            return {"title": say("report.a_record_outside_this_page"), "href": ""}
        return {
            "title": record_views.title_of(record, form(record.kind), self.actor),
            "href": f"/records/{record.kind}/{record.id}",
        }

    def links(self, ids: Iterable[str]) -> list[Link]:
        """Titles and addresses of records that are on this page."""
        on_page = (id for id in ids if id in self.by_id)
        return [self.link(id) for id in islice(on_page, MOST_LINKED)]

    def group(self, id: str | None) -> str:
        """A group's neutral label; no group stands for all."""
        if not id:
            return say("report.all_groups")
        return (
            self.link(id)["title"]
            if id in self.by_id
            else say("report.a_group_outside_this_page")
        )

    def groups(self) -> list[Link]:
        """Every group of the place with its neutral label, to choose from."""
        return [{"id": g.id, "label": self.group(g.id)} for g in self.of("group")]

    def add(self, kind: str) -> str:
        """Where this reader adds a record of a kind; '' where the reader may not."""
        return f"/records/{kind}/new?place={self.place}" if kind in self.adds else ""

    def register(self, kind: str) -> Shown:
        """A kind with how many records of it there are, where they are listed and where one is added."""
        return {
            "kind": kind,
            "plural": form(kind).plural,
            "one": form(kind).title,
            "count": len(self.of(kind)),
            "href": f"/records/{kind}?place={self.place}",
            "add": self.add(kind),
        }

    def measure(
        self,
        m: Measure,
        *,
        persons: bool = False,
        name: str = "",
    ) -> Shown:
        """A measure as shown. ``persons``: it counts persons. ``name``: what it is called here, else its own name."""
        closed = persons and self._is_closed(m)
        return {
            "name": name or capitalize_first(m.name),
            "assessed": m.value is not None,
            "value": "" if closed else _with_range(m),
            "unit": "" if closed else m.unit,
            "words": PERSONS_WITHHELD if closed else m.words,
            "number": len(m.rests_on),
            "rests_on": self.links(m.rests_on),
            "source": m.source,
            "part": m.part,
        }

    def _is_closed(self, m: Measure) -> bool:
        on_page = (self.by_id[id] for id in m.rests_on if id in self.by_id)
        return m.value is not None and not self.exactly(on_page)

    def block(
        self,
        title: str,
        registers: Sequence[str],
        measures: Iterable[Shown] = (),
        tables: Iterable[Table] = (),
        *,
        flag: str = "",
        notes: Iterable[str] = (),
        lists: Iterable[Shown] = (),
    ) -> Block:
        """One topic: what it rests on, what follows from it, and a flag where something asks for attention."""
        return {
            "title": title,
            "registers": [self.register(k) for k in registers],
            "measures": list(measures),
            "tables": list(tables),
            "flag": flag,
            "notes": list(notes),
            "lists": [x for x in lists if x["links"]],
        }


def said(record: Record, name: str) -> str:
    """A field's value in the words of its form; '' when there is none."""
    return record_views.said(record, form(record.kind).field(name))


def lowered(kind: str, name: str, values: Iterable[str]) -> str:
    """Choices of a form's field inside a sentence: in its words, in small letters, joined by commas."""
    shown = form(kind).field(name).choices
    return ", ".join(shown[value].lower() for value in values)


def newest_first(records: Iterable[Record]) -> list[Record]:
    """By their day, the latest first."""
    return sorted(records, key=lambda r: (r.body["day"], r.id), reverse=True)


def _with_range(m: Measure) -> str:
    value = number(m.value)
    if m.low is None or m.high is None or m.low == m.high:
        return value
    return say("report.to_4", value=value, number=number(m.low), number_2=number(m.high))


def number(value: float | None) -> str:
    """A measure's value: whole where it is whole, else with two decimals."""
    if value is None:
        return NOT_ASSESSED
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def cell(
    words: str,
    *,
    href: str = "",
    level: int | None = None,
    heat: bool = False,
) -> Cell:
    """A cell of a table. ``heat``: it is shaded by its level, and hatched where it is not assessed."""
    shade = "" if not heat else "none" if level is None else str(level)
    return {"words": words, "href": href, "heat": shade}


def protective(words: str, level: int | None) -> Cell:
    """A cell of something that protects, 0-4, shaded by what is missing, so that dark is worse as everywhere."""
    return cell(words, level=None if level is None else 4 - level, heat=True)


def graded(record_kind: str, name: str, level: int | None) -> Cell:
    """A cell with a level 0-4 in the words of a form, shaded."""
    words = (
        NOT_ASSESSED if level is None else form(record_kind).field(name).choices[str(level)]
    )
    return cell(words, level=level, heat=True)


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    none: str = NOT_ASSESSED + ".",
) -> Table:
    """A table; ``none`` is said where it has no row."""
    return {
        "caption": caption,
        "head": list(head),
        "rows": [list(r) for r in rows],
        "none": none,
    }


def linked(link: Mapping[str, str]) -> Cell:
    """A cell that leads to a record."""
    return cell(link["title"], href=link["href"])


def listing(title: str, links: Iterable[Link]) -> Shown:
    """A titled list of links."""
    return {"title": title, "links": list(links)}
