"""Which release speaks for a month or a year: decided here and nowhere else.

A voice is a source, or one kind of a source's releases (``ucdp_ged`` publishes yearly final and monthly
Candidate files; a file of unknown making is an extract). For each place and period the voice of the best
rank that covers the whole period speaks; within a rank the one whose covering release was known last. A year comes from the
annual file, unless a consolidated release by month and type that covers it became known later: 26.1 raised 2024 by 27,300
deaths over the annual file of 25.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.months import month_after, month_end, months_from_to
from upstander.core.types import CANDIDATE, EXTRACT
from upstander.lake.releases import Release

NOBODY = -1
UNHEARD = np.iinfo(np.int64).max  # of a period that a voice does not cover
RANK_STEP = 10_000_000  # more than any day's ordinal, so that a day never outweighs a rank


@dataclass(frozen=True)
class Voice:
    """Who can speak for a month.

    Attributes:
        rank: 0 is heard first.
        definition: what it counts, in words for readers; equal words may be compared and added.
        provisional: the publisher will revise it, or nobody knows who made it.
        typed: it splits deaths by type of violence.
    """

    source: str
    kind: str
    rank: int
    definition: str
    provisional: bool
    typed: bool

    @property
    def name(self) -> str:
        """``source``, or ``source:kind`` for a kind of its own."""
        return f"{self.source}:{self.kind}" if self.kind else self.source


FINAL, FIRST_PRINT, TOTALS, UNKNOWN_MAKING = range(4)
CANDIDATE_WORDS = "UCDP Candidate events, provisional"
EXTRACT_WORDS = "a cut of event data, provisional, not a release of its publisher"
_FINAL_MONTHS = "UCDP GED, by start month"
_PACE = "PaCE monthly file, provisional, a lower bound"
# Source, kind, rank, definition, whether it is provisional, and whether it is typed.
_RELEASES: tuple[tuple[str, str, int, str, bool, bool], ...] = (
    ("ucdp_ged", "", FINAL, "UCDP GED events", False, True),
    ("ucdp_country_month", "", FINAL, _FINAL_MONTHS, False, False),
    ("ucdp_country_month_by_type", "", FINAL, _FINAL_MONTHS, False, True),
    ("ucdp_ged", CANDIDATE, FIRST_PRINT, CANDIDATE_WORDS, True, True),
    ("ucdp_candidate_extract", "", FIRST_PRINT, CANDIDATE_WORDS, True, True),
    ("ucdp_country_month_by_type", CANDIDATE, FIRST_PRINT, CANDIDATE_WORDS, True, True),
    ("pace_country_month", "", TOTALS, _PACE, True, False),
)
RELEASED = tuple(Voice(*row) for row in _RELEASES)
# Last, whatever it holds: an extract may fill a gap, and never takes a release's place.
_EXTRACTS = tuple(
    Voice(source, EXTRACT, UNKNOWN_MAKING, EXTRACT_WORDS, provisional=True, typed=typed)
    for source, typed in {v.source: v.typed for v in RELEASED if v.rank != TOTALS}.items()
)
VOICES = (*RELEASED, *_EXTRACTS)
YEARLY = Voice(
    "ucdp_country_year", "", FINAL, "UCDP country-year", provisional=False, typed=True
)
TYPED = tuple(v for v in VOICES if v.typed)
FIRST_PRINTS = tuple(v for v in VOICES if v.rank == FIRST_PRINT)
MONTHLY_SOURCES = frozenset(v.source for v in VOICES)
BY_NAME = {v.name: v for v in (*VOICES, YEARLY)}
_BY_HISTORY = {(v.source, v.kind): v for v in BY_NAME.values()}


@dataclass(frozen=True)
class Speakers:
    """Who speaks for each of U places and T periods.

    Attributes:
        voices: those that cover anything.
        chosen: (U, T) number of the voice in ``voices``, NOBODY where none covers the period.
    """

    voices: tuple[Voice, ...]
    chosen: npt.NDArray[np.int64]

    def names(self) -> tuple[str, ...]:
        """(T,) for each period the names of those who spoke, joined by ``+`` where places differ."""
        return tuple(self._names(column) for column in self.chosen.T)

    def _names(self, column: npt.NDArray[np.int64]) -> str:
        speaking = np.unique(column[column != NOBODY])
        return "+".join(sorted({self.voices[n].name for n in speaking}))


@dataclass(frozen=True)
class Heard:
    """Releases, and who speaks in them for each period of a place.

    Most releases speak of every place, so most places have the same speakers: those are worked out once for all of them.
    """

    releases: tuple[Release, ...]
    _found: dict[tuple[tuple[Voice, ...], tuple[bool, ...]], Mapping[date, Voice]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _mine: dict[tuple[Voice, ...], list[Release]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def by_month(
        self, place: str, voices: tuple[Voice, ...] = VOICES
    ) -> Mapping[date, Voice]:
        """First day of a month -> the voice that speaks for it, oldest first; months nobody covers are absent."""
        return self._by_period(place, voices)

    def by_year(self, place: str) -> Mapping[date, Voice]:
        """First day of a year -> the voice of the annual file, where it covers the year and none that is newer does."""
        newer = self._years_of_newer_months
        spoken = self._by_period(place, (YEARLY,))
        return {year: voice for year, voice in spoken.items() if year.year not in newer}

    @cached_property
    def _years_of_newer_months(self) -> frozenset[int]:
        return years_of_newer_months(self.releases)

    def _by_period(self, place: str, voices: tuple[Voice, ...]) -> Mapping[date, Voice]:
        if voices not in self._mine:
            self._mine[voices] = [r for r in self.releases if voice_of(r) in voices]
        named = tuple(r.places is None or place in r.places for r in self._mine[voices])
        if (voices, named) not in self._found:
            self._found[voices, named] = _spoken(self._mine[voices], place, voices)
        return self._found[voices, named]


def _spoken(
    releases: Sequence[Release], place: str, voices: tuple[Voice, ...]
) -> Mapping[date, Voice]:
    """Period -> the voice that speaks for it, oldest first, of releases that all have one of the voices."""
    if not releases:
        return {}
    periods = _periods(releases, yearly=YEARLY in voices)
    spoken = speakers(releases, (place,), periods, voices=voices)
    numbers = spoken.chosen[0].tolist()
    return {
        p: spoken.voices[n] for p, n in zip(periods, numbers, strict=True) if n != NOBODY
    }


def _periods(releases: Sequence[Release], *, yearly: bool) -> tuple[date, ...]:
    """First days of the years or months from the first that a release covers to the last."""
    first, last = min(r.first for r in releases), max(r.last for r in releases)
    if yearly:
        return tuple(date(year, 1, 1) for year in range(first.year, last.year + 1))
    return months_from_to(first, last)


def speakers(
    releases: Iterable[Release],
    places: Sequence[str],
    periods: Sequence[date],
    *,
    voices: Sequence[Voice] = VOICES,
    cut_on: date | None = None,
) -> Speakers:
    """Who speaks for each place and period.

    Args:
        releases: those known on the day asked about.
        periods: (T,) first days, one grain: months, or years when ``voices`` are yearly.
        cut_on: in a hindcast, the day by which each source's publication lag cuts its coverage.
    """
    yearly = YEARLY in voices
    starts = np.array([p.toordinal() for p in periods], dtype=np.int64)
    ends = np.array([_end(p, yearly=yearly).toordinal() for p in periods], dtype=np.int64)
    nobody = np.full((len(places), len(periods)), UNHEARD, dtype=np.int64)
    heard: dict[Voice, npt.NDArray[np.int64]] = {}
    for release in releases:
        voice = voice_of(release)
        if voice is None or voice not in voices:
            continue
        last = covered_to(release, cut_on).toordinal()
        inside = (starts >= release.first.toordinal()) & (ends <= last)
        cells = np.ix_(_speaks_for(release, places), inside)
        order = heard.setdefault(voice, nobody.copy())
        rank = voice.rank * RANK_STEP - release.known_at.toordinal()
        order[cells] = np.minimum(order[cells], rank)
    return _first_heard(heard, nobody)


def years_of_newer_months(
    releases: Iterable[Release], cut_on: date | None = None
) -> frozenset[int]:
    """Years that a consolidated release by month and type covers which became known after the annual file.

    Args:
        releases: those known on the day asked about; cut_on: as for ``speakers``.
    """
    of_the_world = [r for r in releases if r.places is None]
    annual = {
        year: release.known_at
        for release in of_the_world
        if voice_of(release) == YEARLY
        for year in _whole_years(release, cut_on)
    }
    return frozenset(
        year
        for release in of_the_world
        if _is_consolidated_by_type(release)
        for year in _whole_years(release, cut_on)
        if release.known_at > annual.get(year, date.min)
    )


def _is_consolidated_by_type(release: Release) -> bool:
    voice = voice_of(release)
    return voice is not None and voice in TYPED and voice.rank == FINAL


def _whole_years(release: Release, cut_on: date | None) -> range:
    """The calendar years that a release covers from their first day to their last."""
    first = release.first.year + (release.first > date(release.first.year, 1, 1))
    last = covered_to(release, cut_on)
    return range(first, last.year + (last == date(last.year, 12, 31)))


def _speaks_for(release: Release, places: Sequence[str]) -> npt.NDArray[np.bool_]:
    named = [release.places is None or place in release.places for place in places]
    return np.array(named, dtype=np.bool_)


def _first_heard(
    heard: Mapping[Voice, npt.NDArray[np.int64]], nobody: npt.NDArray[np.int64]
) -> Speakers:
    """Of (U, T) orders by voice, the voice of the least order; ``nobody`` is the order of none."""
    # by name backwards, so that of two final files of one day the events speak before their sums
    every = tuple(sorted(heard, key=lambda v: v.name, reverse=True))
    if not every:
        return Speakers((), np.full(nobody.shape, NOBODY, dtype=np.int64))
    orders = np.stack([heard[v] for v in every])
    chosen = np.where(orders.min(axis=0) == UNHEARD, NOBODY, orders.argmin(axis=0))
    return Speakers(every, chosen.astype(np.int64))


def voice_of(release: Release) -> Voice | None:
    """The voice a release speaks with; None for a source that says nothing of deaths by month or year."""
    return _BY_HISTORY.get(release.history)


def rows_of(rows: pa.Table, voice: Voice) -> pa.Table:
    """The rows of a lake table that a voice said."""
    of_source = pc.equal(rows["source"], voice.source)
    of_kind = pc.equal(rows["kind"], voice.kind)
    return rows.filter(pc.and_(of_source, of_kind))


def covered_to(release: Release, cut_on: date | None = None) -> date:
    """Last day the release speaks for; in a hindcast no later than its source's lag before ``cut_on``."""
    if cut_on is None:
        return release.last
    return min(release.last, cut_on - timedelta(days=release.lag_days))


def last_whole_month(release: Release, cut_on: date | None = None) -> date:
    """First day of the last month the release covers to its end."""
    return month_after(covered_to(release, cut_on) + timedelta(days=1), -1)


def newest_month(
    releases: Iterable[Release],
    voices: Sequence[Voice] = VOICES,
    *,
    cut_on: date | None = None,
) -> date | None:
    """First day of the newest month that some worldwide release of one of the voices reaches; None where none does."""
    ends = (
        last_whole_month(r, cut_on)
        for r in releases
        if r.places is None and voice_of(r) in voices
    )
    return max(ends, default=None)


def _end(period: date, *, yearly: bool) -> date:
    """Last day of the month or year that begins on ``period``."""
    if yearly:
        return date(period.year, 12, 31)
    return month_end(period)
