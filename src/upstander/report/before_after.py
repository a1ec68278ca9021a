"""One place as of two days side by side: what was known and forecast then and now, and the revision in figures.

A revision is the difference of two figures for the same thing. Where one of the two was not known there is none, and where the
definitions of the two days differ that is said beside it: such a difference is no change on the ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from upstander.report.history import Month, Year
from upstander.report.probabilities import Chance
from upstander.report.situation import Situation

MOST_MONTHS = 36


@dataclass(frozen=True)
class Counted:
    """Deaths of one year or month as both days count them; None where a day does not know it.

    Attributes:
        when: the year, or the first day of the month, as ISO text.
        definitions: of the two days, where they differ; () where they are the same or one is not known.
    """

    when: str
    total: tuple[int | None, int | None]
    one_sided: tuple[int | None, int | None]
    definitions: tuple[str, ...] = ()

    @property
    def revision(self) -> int | None:
        """All deaths, after less before."""
        return _less(*self.total)

    @property
    def one_sided_revision(self) -> int | None:
        """Civilians killed deliberately, after less before."""
        return _less(*self.one_sided)


@dataclass(frozen=True)
class Odds:
    """One event as both days gave its probability; None where a day gave none."""

    label: str
    before: Chance | None
    after: Chance | None

    @property
    def points(self) -> float | None:
        """Percentage points, after less before."""
        if self.before is None or self.after is None:
            return None
        return 100 * (self.after.probability - self.before.probability)


@dataclass(frozen=True)
class BeforeAfter:
    """What differs between two days; ``months`` are those that the two count otherwise, ``same_months`` how many they agree on."""

    odds: tuple[Odds, ...]
    years: tuple[Counted, ...]
    months: tuple[Counted, ...]
    same_months: int
    releases: tuple[tuple[str, str, str], ...] = ()

    @property
    def revised_years(self) -> tuple[Counted, ...]:
        """The years that the two days count otherwise, or that one of them alone knows."""
        return tuple(y for y in self.years if _is_otherwise(y))


def _is_otherwise(counted: Counted) -> bool:
    return (
        counted.total[0] != counted.total[1] or counted.one_sided[0] != counted.one_sided[1]
    )


def compare(before: Situation, after: Situation) -> BeforeAfter:
    """Two days of one place, the earlier one first."""
    months = _months(before, after)
    known = [m for m in months if None not in m.total]
    moved = tuple(m for m in known if m.revision or m.one_sided_revision)
    return BeforeAfter(
        odds=_odds(before, after),
        years=_years(before, after),
        months=moved[-MOST_MONTHS:],
        same_months=len(known) - len(moved),
        releases=_releases(before, after),
    )


def _less(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _odds(before: Situation, after: Situation) -> tuple[Odds, ...]:
    """By event, in the order of the later day; the horizon may begin with another month on each."""
    then = {_event(c): c for c in before.chances if c.applies}
    now = {_event(c): c for c in after.chances if c.applies}
    labels = {e: c.label for e, c in (*then.items(), *now.items())}
    order = (*now, *(e for e in then if e not in now))
    return tuple(Odds(labels[e], then.get(e), now.get(e)) for e in order)


def _event(chance: Chance) -> tuple[str, int]:
    """What is forecast, and over how many months."""
    first, last = chance.first_month, chance.last_month
    return chance.target, 12 * (last.year - first.year) + last.month - first.month


def _years(before: Situation, after: Situation) -> tuple[Counted, ...]:
    then = {y.year: y for y in before.years}
    now = {y.year: y for y in after.years}
    years = sorted({*then, *now})
    return tuple(_year(str(year), then.get(year), now.get(year)) for year in years)


def _year(
    when: str,
    then: Year | None,
    now: Year | None,
) -> Counted:
    both = (then, now)
    total_then, total_now = (y.total if y else None for y in both)
    first, second = (y.one_sided if y else None for y in both)
    return Counted(when, (total_then, total_now), (first, second), _definitions(then, now))


def _months(before: Situation, after: Situation) -> tuple[Counted, ...]:
    then = {m.month: m for m in before.months}
    now = {m.month: m for m in after.months}
    months = sorted({*then, *now})
    return tuple(_month(m.isoformat(), then.get(m), now.get(m)) for m in months)


def _month(
    when: str,
    then: Month | None,
    now: Month | None,
) -> Counted:
    both = (then, now)
    total_then, total_now = (m.deaths if m else None for m in both)
    first, second = (m.one_sided if m else None for m in both)
    return Counted(when, (total_then, total_now), (first, second), _definitions(then, now))


def _definitions(then: Year | Month | None, now: Year | Month | None) -> tuple[str, ...]:
    if then is None or now is None or then.definition == now.definition:
        return ()
    return then.definition, now.definition


def _releases(before: Situation, after: Situation) -> tuple[tuple[str, str, str], ...]:
    """Sources of which the later day knows another release: title, release then ('' for none), release now."""
    then: Mapping[str, str] = {a.source: a.release for a in before.ages}
    found = ((a.title, then.get(a.source, ""), a.release) for a in after.ages)
    return tuple(row for row in found if row[1] != row[2])
