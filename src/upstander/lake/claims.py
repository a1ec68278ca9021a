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
MONTHS_COMPARED = 12  # a year: long enough for a quiet month, short enough to be the same world
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
        of_years = column.name == table.period and table.grain == "year"
        if column.type != DAY and not of_years:
            continue
        limit = pa.scalar(known.year if of_years else known, column.type)
        row = pc.index(pc.greater(rows[column.name], limit), True).as_py()
        if row >= 0:
            key = ", ".join(f"{name} {rows[name][row].as_py()}" for name in table.key)
            raise SourceChanged(
                f"{snapshot.path.name}: {column.name} {rows[column.name][row].as_py()} ({key}) is later than {known}, "
                "the day the release became known; mend the row, or give the true day with --known-on YYYY-MM-DD"
            )


def refuse_repeats(table: Table, snapshot: Snapshot, rows: pa.Table) -> None:
    """Raise SourceChanged where two rows of the file say the same thing of the same place and time."""
    counts = rows.group_by(list(table.key), use_threads=False).aggregate([([], "count_all")])
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
    snapshot: Snapshot, months: pa.Table, known: tuple[Release, ...], held: pa.Table, places: Places
) -> None:
    """Refuse a release of the world in which whole regions fall to 0, or most countries are missing.

    It is compared over its last months with what is held for the same months, else with those held before.

    Args:
        months: the release's rows of VIOLENCE_MONTH.
        held: rows of VIOLENCE_MONTH that stand in the lake, with their stamps.

    Raises:
        SourceChanged: with the figures, and what to do.
    """
    covered = _whole_months(snapshot.first, snapshot.last)[-MONTHS_COMPARED:]
    before = _spoken(known, held)
    same = [m for m in covered if m in before]
    usual = same or [m for m in sorted(before) if covered and m < covered[0]][-MONTHS_COMPARED:]
    mine = same or covered
    if not usual or not mine:
        return
    new = _sums(months)
    told = f"{snapshot.path.name}: speaks for the whole world in {mine[0]:%Y-%m} to {mine[-1]:%Y-%m}, but"
    remedy = (
        "if it is a cut, say which places it covers with --covers SDN,YEM; "
        "if it is so in truth, keep it with --despite-fall"
    )
    counts = median(len(before[m]) for m in usual), min(len(new.get(m, {})) for m in mine)
    if counts[0] >= FEWEST_COUNTRIES and counts[1] < LEAST_SHARE * counts[0]:
        raise SourceChanged(
            f"{told} a month has {counts[1]} countries with deaths, usually {counts[0]:g}; {remedy}"
        )
    usually, now = _by_region(before, usual, places), _by_region(new, mine, places)
    fallen = {
        r: round(n / len(usual))
        for r, n in usually.items()
        if n >= WAR * len(usual) and not now.get(r)
    }
    if fallen:
        figures = ", ".join(
            f"{region} has 0 deaths, usually {deaths:,} a month"
            for region, deaths in fallen.items()
        )
        raise SourceChanged(f"{told} {figures}; {remedy}")


def _whole_months(first: date, last: date) -> list[date]:
    """First days of the months that lie whole between the two days."""
    after = last + timedelta(days=1)
    return [m for m in months_from_to(first, month_after(after, -1)) if m >= first]


def _sums(months: pa.Table) -> Sums:
    sums: dict[date, dict[str, int]] = defaultdict(dict)
    for country, month, deaths in zip(
        *(months[name].to_pylist() for name in ("country", "month", "fatalities_best")), strict=True
    ):
        if deaths:
            sums[month][country] = deaths
    return sums


def _spoken(known: tuple[Release, ...], held: pa.Table) -> Sums:
    """Deaths by month and place from the best voice that speaks for the world in that month."""
    by_voice: dict[precedence.Voice, list[Release]] = {}
    for release in known:
        voice = precedence.voice_of(release)
        if voice is not None and voice in precedence.VOICES and release.places is None:
            by_voice.setdefault(voice, []).append(release)
    spoken: dict[date, Mapping[str, int]] = {}
    for voice in sorted(by_voice, key=lambda v: -v.rank):
        sums = _sums(precedence.rows_of(held, voice))
        for release in by_voice[voice]:
            spoken |= {m: sums.get(m, {}) for m in _whole_months(release.first, release.last)}
    return spoken


def _by_region(sums: Sums, months: list[date], places: Places) -> Mapping[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for month in months:
        for place, deaths in sums.get(month, {}).items():
            totals[places.get(place).region] += deaths
    return totals
