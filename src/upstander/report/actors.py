"""Who killed civilians in a place: the actors that UCDP lists for one-sided violence there, as known on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any

import pyarrow.compute as pc

from upstander.core.places import Place
from upstander.report import place_figures
from upstander.report.as_of_data import Known

Row = dict[str, Any]
RECENT = 3  # years, the list's last among them: who was active in them stands first


@dataclass(frozen=True)
class Actor:
    """An actor of one-sided violence.

    Attributes:
        name: as UCDP writes it.
        is_government: a State's; else an organised group.
        years: those in which it killed 25 or more, oldest first.
        countries: how many it is listed for; of several, the list does not say which of them a year is of.
        is_recent: whether it was active in the list's last three years.
    """

    name: str
    is_government: bool
    years: tuple[int, ...]
    countries: int
    is_recent: bool

    @property
    def spans(self) -> str:
        """Its years in short: ``1989–2008, 2011, 2023–2025``."""
        return spans_of(self.years)


def spans_of(years: Sequence[int]) -> str:
    """Years, oldest first, as runs.

    >>> spans_of((1989, 1990, 1991, 2011, 2023, 2024))
    '1989–1991, 2011, 2023–2024'
    """
    ends = [a for a, b in pairwise(years) if b != a + 1]
    starts = [b for a, b in pairwise(years) if b != a + 1]
    runs = zip((*years[:1], *starts), (*ends, *years[-1:]), strict=True)
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def actors_of(data: Known, place: Place) -> tuple[Actor, ...] | None:
    """The actors listed for a place, those of it alone first, then the most lately active; None where that is not known."""
    if "one_sided_actor" not in data.tables or not place_figures.is_counted(data, place):
        return None
    rows = data.actors.get(place_figures.counted_under(data, place), [])
    last = pc.max(data.tables["one_sided_actor"]["year"]).as_py()
    of_actor = defaultdict[str, list[Row]](list)
    for row in sorted(rows, key=itemgetter("year")):
        of_actor[row["actor_id"]].append(row)
    return _in_order(_actor(years, last) for years in of_actor.values())


def _actor(rows: Sequence[Row], last: int) -> Actor:
    """One actor from its rows, oldest first; ``last`` is the newest year of the whole list."""
    newest = rows[-1]
    return Actor(
        name=newest["actor"],
        is_government=newest["sort"] == "government",
        years=tuple(row["year"] for row in rows),
        countries=newest["countries"],
        is_recent=newest["year"] > last - RECENT,
    )


def _in_order(actors: Iterable[Actor]) -> tuple[Actor, ...]:
    def place_in_list(a: Actor) -> tuple[bool, int, int, int, str]:
        return a.countries > 1, -a.years[-1], a.countries, -len(a.years), a.name

    return tuple(sorted(actors, key=place_in_list))
