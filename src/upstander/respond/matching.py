"""What to do: options that fit the factors found and the stage, ranked by four parts that stay in sight.

    priority = severity x trend x tractability x time to effect, times 100

severity: the factor's level / 4; trend: rising 1, steady, mixed or not known 0.75, falling 0.5; tractability: the option's
1 to 3 / 3; time to effect: the months that the stage leaves, over the soonest months of the option, 1 at most. Where a factor was
asked about and nobody assessed it, severity is left out and said to be. Of several factors the one that gives the highest
priority counts. Source: house rule, after the report's remark that it is hard to tell which factors to tackle and when (H02).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from upstander.respond.option import TYPES, Option, Way, options, stages

LEVELS, TRACTABLE = 4, 3
TREND: Mapping[str, float] = {"rising": 1.0, "falling": 0.5}
ELSE = 0.75
# Months in which an action must begin to work, by stage: upstream and after, years; danger, weeks.
MONTHS_LEFT: Mapping[str, int] = {
    "upstream": 60,
    "tension_rising": 12,
    "imminent": 2,
    "ongoing": 2,
    "after": 60,
}
PARTS = ("severity", "trend", "tractability", "time")


@dataclass(frozen=True)
class Seen:
    """A factor that calls for an answer. ``level`` 0-4, None where it was asked about and not assessed."""

    factor: str
    level: int | None = None
    trend: str = "not_known"


@dataclass(frozen=True)
class Match:
    """An option that fits, in one of its ways.

    Attributes:
        seen: the factor that counts most; factors: every asked factor that the option works on.
        parts: each 0 to 1, by its name in PARTS; None where not assessed.
        rank: 1 is first; ranks: lowest and highest rank when any one of the parts is left out.
        in_place: ids of records of what the country already has.
    """

    option: Option
    way: Way
    seen: Seen
    factors: tuple[str, ...]
    parts: Mapping[str, float | None]
    in_place: tuple[str, ...] = ()
    rank: int = 0
    ranks: tuple[int, int] = (0, 0)

    @property
    def priority(self) -> int:
        """0 to 100."""
        return round(100 * product(self.parts))

    @property
    def is_firm(self) -> bool:
        """Whether its rank hangs on no single part."""
        return self.ranks[0] == self.ranks[1]


@dataclass(frozen=True)
class WhyNot:
    """Why a factor has no option of a type at a stage, and which of its options begin at other stages."""

    factor: str
    type: str
    elsewhere: tuple[Option, ...]


def product(parts: Mapping[str, float | None], without: str = "") -> float:
    """The parts that are known, multiplied, one of them left out."""
    return prod(v for name, v in parts.items() if v is not None and name != without)


def matches(
    seen: Sequence[Seen], stage: str, in_place: Mapping[str, Sequence[str]] | None = None
) -> list[Match]:
    """Every option and way that fits, by rank; what the country already has stands first in ``placed``.

    Args:
        in_place: by option, ids of records of what is there.
    """
    there = in_place or {}
    fitting = (
        _match(option, way, seen, stage, tuple(there.get(option.id, ())))
        for option in options().values()
        for way in option.ways
        if stage in way.stages
    )
    return _ranked([match for match in fitting if match is not None])


def _match(
    option: Option,
    way: Way,
    seen: Sequence[Seen],
    stage: str,
    there: tuple[str, ...],
) -> Match | None:
    """The match by the factor that counts most; None where the option works on none of them."""
    own = [s for s in seen if s.factor in option.factors]
    if not own:
        return None
    parts = {s.factor: parts_of(option, way, s, stage) for s in own}
    most = max(own, key=lambda s: (s.level is not None, product(parts[s.factor])))
    factors = tuple(s.factor for s in own)
    return Match(option, way, most, factors, parts[most.factor], there)


def parts_of(
    option: Option,
    way: Way,
    seen: Seen,
    stage: str,
) -> dict[str, float | None]:
    """The four parts, each 0 to 1; severity None where nobody assessed the factor."""
    return {
        "severity": None if seen.level is None else seen.level / LEVELS,
        "trend": TREND.get(seen.trend, ELSE),
        "tractability": option.tractability / TRACTABLE,
        "time": min(1.0, MONTHS_LEFT[stage] / max(way.months[0], 1)),
    }


def _ranked(found: Sequence[Match]) -> list[Match]:
    """By priority, of equals what works on fewer factors first; with the rank each would have were one part left out."""
    whole = _order(found, "")
    others = [whole, *(_order(found, part) for part in PARTS)]
    ranked = [
        replace(m, rank=whole[_key(m)], ranks=_range(order[_key(m)] for order in others))
        for m in found
    ]
    return sorted(ranked, key=lambda m: (m.rank, len(m.option.factors)))


def _order(found: Sequence[Match], without: str) -> dict[tuple[str, str], int]:
    """Rank by option and way; equal products share the better rank."""
    values = {_key(m): _weight(m, without) for m in found}
    return {
        key: 1 + sum(other > value for other in values.values())
        for key, value in values.items()
    }


def _weight(match: Match, without: str) -> tuple[bool, float]:
    """What is assessed goes before what is not."""
    return match.parts["severity"] is not None, round(product(match.parts, without), 6)


def _key(match: Match) -> tuple[str, str]:
    return match.option.id, match.way.type


def _range(ranks: Iterable[int]) -> tuple[int, int]:
    every = tuple(ranks)
    return min(every), max(every)


def why_not(seen: Sequence[Seen], stage: str, found: Sequence[Match]) -> tuple[WhyNot, ...]:
    """For each factor and type that no match answers: what could be prepared for another stage."""
    answered = {(factor, m.way.type) for m in found for factor in m.factors}
    return tuple(
        WhyNot(s.factor, type, _at_other_stages(s.factor, type, stage))
        for s in seen
        for type in TYPES
        if (s.factor, type) not in answered
    )


def _at_other_stages(factor: str, type: str, stage: str) -> tuple[Option, ...]:
    def begins_elsewhere(option: Option) -> bool:
        way = option.way(type)
        return way is not None and stage not in way.stages and factor in option.factors

    return tuple(option for option in options().values() if begins_elsewhere(option))


@dataclass(frozen=True)
class Entry:
    """A cell of the matrix of factors and stages: the best priority there, and how many options of each type."""

    factor: str
    stage: str
    priority: int | None
    counts: Mapping[str, int]


def matrix(seen: Sequence[Seen]) -> tuple[tuple[Entry, ...], ...]:
    """Factors by stages: where there is most to win, and whether anything fits at all."""
    return tuple(tuple(_entry(s, stage) for stage in stages()) for s in seen)


def _entry(seen: Seen, stage: str) -> Entry:
    fitting = matches([seen], stage)
    counts = {type: sum(m.way.type == type for m in fitting) for type in TYPES}
    best = max((m.priority for m in fitting), default=None)
    return Entry(seen.factor, stage, best if seen.level is not None else None, counts)
