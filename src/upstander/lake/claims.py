"""What a release claims of itself, checked before it is kept: its day, and the world it speaks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.months import month_after, months_from_to
from upstander.core.places import Places
from upstander.core.tables import DAY, Table
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Snapshot
from upstander.lake import precedence
from upstander.lake.releases import Release

OF_THE_WORLD = precedence.MONTHLY_SOURCES
MONTHS_COMPARED = (
    12  # a year: long enough for a quiet month, short enough to be the same world
)
WAR = VIOLENT_YEAR  # deaths, here of a month: a region with a year's worth in a month is never silent by chance
FEWEST_COUNTRIES = 10  # with fewer held there is no world to compare with
LEAST_SHARE = 0.5  # of the countries of a usual month; UCDP's months of 2025 had 45 to 56

Sums = Mapping[date, Mapping[str, int]]  # month -> place -> deaths


def known_day(snapshot: Snapshot) -> date:
    """The day the release was known.

    Raises:
        ConfigError: neither the file nor the person who brought it says.
    """
    if snapshot.known_at is None:
        raise ConfigError(
            f"{snapshot.path.name}: does not say when it was published; give the day with --known-on YYYY-MM-DD"
        )
    return snapshot.known_at


def refuse_rows_later_than_known(table: Table, snapshot: Snapshot, rows: pa.Table) -> None:
    """Raise SourceChanged for the first row that speaks of a day after the release was known."""
    known = known_day(snapshot)
    for column in table.columns:
        is_year = column.name == table.period and table.grain == "year"
        if column.type != DAY and not is_year:
            continue
        limit = pa.scalar(known.year if is_year else known, column.type)
        row = pc.index(pc.greater(rows[column.name], limit), True).as_py()
        if row >= 0:
            key = ", ".join(f"{name} {rows[name][row].as_py()}" for name in table.key)
            raise SourceChanged(
                f"{snapshot.path.name}: {column.name} {rows[column.name][row].as_py()} ({key}) is later than {known}, "
                "the day the release became known; mend the row, or give the true day with --known-on YYYY-MM-DD"
            )


def refuse_repeats(table: Table, snapshot: Snapshot, rows: pa.Table) -> None:
    """Raise SourceChanged where two rows of the file say the same thing of the same place and time."""
    counts = rows.group_by(list(table.key), use_threads=False).aggregate(
        [([], "count_all")]
    )
    if counts.num_rows == rows.num_rows:
        return
    twice = counts.filter(pc.greater(counts["count_all"], 1)).slice(0, 1).to_pylist()[0]
    key = ", ".join(f"{name} {twice[name]}" for name in table.key)
    raise SourceChanged(
        f"{snapshot.path.name}: {twice['count_all']} rows of {key}; take out all but one, or fetch the file again"
    )


def limited(snapshot: Snapshot, rows: pa.Table, held: pa.Table) -> Snapshot:
    """A release of a yearly series, with only its own places where it holds far fewer than are held of the same series.

    A cut of a yearly series would else take every other country's values back.

    Args:
        held: rows of the same source that stand in the lake.
    """
    same = held.filter(pc.is_in(held["indicator"], pc.unique(rows["indicator"])))
    own, usual = pc.unique(rows["country"]), len(pc.unique(same["country"]))
    if len(own) >= LEAST_SHARE * usual:
        return snapshot
    words = f"{snapshot.path.name} has {len(own)} places where {usual} are held: taken to speak of its own alone"
    return replace(snapshot, places=tuple(sorted(own.to_pylist())), taken_for=words)


def refuse_fall(
    snapshot: Snapshot,
    months: pa.Table,
    known: tuple[Release, ...],
    held: pa.Table,
    places: Places,
) -> None:
    """Refuse a release of the world in which whole regions fall to 0, or most countries are missing.

    It is compared over its last months with what is held for the same months, else with those held before.

    Args:
        months: the release's rows of VIOLENCE_MONTH.
        held: rows of VIOLENCE_MONTH that stand in the lake, with their stamps.

    Raises:
        SourceChanged: with the figures, and what to do.
    """
    before = _spoken(known, held)
    covered = _whole_months(snapshot.first, snapshot.last)[-MONTHS_COMPARED:]
    mine, usual = _compared(covered, before)
    if not usual or not mine:
        return
    new = _sums(months)
    fault = _few_countries(before, usual, new, mine)
    if not fault:
        usually = _by_region(before, usual, places)
        fault = _fallen_regions(usually, len(usual), _by_region(new, mine, places))
    if fault:
        raise SourceChanged(
            f"{snapshot.path.name}: speaks for the whole world in "
            f"{mine[0]:%Y-%m} to {mine[-1]:%Y-%m}, but {fault}; "
            "if it is a cut, say which places it covers with --covers SDN,YEM; "
            "if it is so in truth, keep it with --despite-fall"
        )


def _compared(covered: list[date], before: Sums) -> tuple[list[date], list[date]]:
    """The months of a release that are compared, and those held that they are compared with."""
    same = [m for m in covered if m in before]
    if same:
        return same, same
    earlier = [m for m in sorted(before) if covered and m < covered[0]]
    return covered, earlier[-MONTHS_COMPARED:]


def _few_countries(
    before: Sums,
    usual: list[date],
    new: Sums,
    mine: list[date],
) -> str:
    """The words where a month has far fewer countries with deaths than usual; else ''."""
    usually = median(len(before[m]) for m in usual)
    fewest = min(len(new.get(m, {})) for m in mine)
    if usually < FEWEST_COUNTRIES or fewest >= LEAST_SHARE * usually:
        return ""
    return f"a month has {fewest} countries with deaths, usually {usually:g}"


def _fallen_regions(usually: Mapping[str, int], months: int, now: Mapping[str, int]) -> str:
    """The words for the regions at war over ``months`` months that have no deaths now; else ''."""
    fallen = [
        r for r, deaths in usually.items() if deaths >= WAR * months and not now.get(r)
    ]
    return ", ".join(
        f"{r} has 0 deaths, usually {round(usually[r] / months):,} a month" for r in fallen
    )


def _whole_months(first: date, last: date) -> list[date]:
    """First days of the months that lie whole between the two days."""
    after = last + timedelta(days=1)
    return [m for m in months_from_to(first, month_after(after, -1)) if m >= first]


def _sums(months: pa.Table) -> Sums:
    sums: dict[date, dict[str, int]] = defaultdict(dict)
    columns = (months[name].to_pylist() for name in ("country", "month", "fatalities_best"))
    for country, month, deaths in zip(*columns, strict=True):
        if deaths:
            sums[month][country] = deaths
    return sums


def _spoken(known: tuple[Release, ...], held: pa.Table) -> Sums:
    """Deaths by month and place from the best voice that speaks for the world in that month."""
    by_voice = _of_the_world(known)
    spoken: dict[date, Mapping[str, int]] = {}
    for voice in sorted(by_voice, key=lambda v: -v.rank):
        sums = _sums(precedence.rows_of(held, voice))
        for release in by_voice[voice]:
            spoken |= {
                m: sums.get(m, {}) for m in _whole_months(release.first, release.last)
            }
    return spoken


def _of_the_world(releases: tuple[Release, ...]) -> dict[precedence.Voice, list[Release]]:
    """The releases that speak for the world by month, by their voices."""
    by_voice: dict[precedence.Voice, list[Release]] = {}
    for release in releases:
        voice = precedence.voice_of(release)
        if voice in precedence.VOICES and release.places is None:
            by_voice.setdefault(voice, []).append(release)
    return by_voice


def _by_region(sums: Sums, months: list[date], places: Places) -> Mapping[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for month in months:
        for place, deaths in sums.get(month, {}).items():
            totals[places.get(place).region] += deaths
    return totals
