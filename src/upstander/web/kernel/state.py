"""What the pages are made from, kept in memory by what it is made of: releases, issues, day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from upstander import pipeline
from upstander.core import clock as instants
from upstander.core import code
from upstander.core.clock import Clock
from upstander.core.errors import ConfigError, LeakageError, NotCovered
from upstander.core.places import Places
from upstander.core.settings import Settings
from upstander.forecast import issued
from upstander.forecast.ledger import Ledger
from upstander.forecast.past_windows import Past
from upstander.forecast.qualification import Verdict
from upstander.forecast.scoreboard import assemble
from upstander.forecast.scoreboard.board import Board
from upstander.lake import Lake
from upstander.lake.as_of import AsOf
from upstander.lake.cache import Remembered, remember
from upstander.records.accounts import Accounts
from upstander.records.api_tokens import ApiTokens
from upstander.records.held_drafts import HeldDrafts
from upstander.records.one_time_tokens import OneTime
from upstander.records.sign_in_attempts import Attempts
from upstander.records.store import Records
from upstander.report import as_of_data as known
from upstander.report import changes as changing
from upstander.report import situation
from upstander.report.archive import releases_hash
from upstander.report.as_of_data import Known
from upstander.report.changes import Changes
from upstander.report.situation import Overview, Situation
from upstander.web.kernel.access_log import Recently
from upstander.web.kernel.cache import Kept
from upstander.web.kernel.rate_limits import Limit, Rate, of_calls, of_reports
from upstander.web.kernel.upload_tray import Tray

if TYPE_CHECKING:
    from upstander.monitor.outcomes import Truth

MEGABYTE = 1_000_000
# What is kept in memory. Measured on the bundle with an issue of 196 places: besides its tables a reading holds 25 MB of
# rows, series and years once every page was asked for, and a day on it 3 MB.
READINGS, PAGES, PEOPLE_PAGES = 150 * MEGABYTE, 70 * MEGABYTE, 30 * MEGABYTE
TRUTH, PAST, CHANGES = 2 * MEGABYTE, 6 * MEGABYTE, MEGABYTE // 5
ROWS_OF_READING, DAYS_OF_READING, DAY = 25 * MEGABYTE, 12 * MEGABYTE, 3 * MEGABYTE


@dataclass(frozen=True)
class Scored:
    """The scoreboard for a day; without one, why. ``stamp`` changes when its file does."""

    board: Board | None
    own: bool
    why: str
    stamp: str

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Which models may raise an alert; none is known without a scoreboard."""
        return self.board.verdicts if self.board else ()


@dataclass(frozen=True)
class Edition:
    """What an answer for a day is made from; two that are equal give the same answer, byte for byte.

    Attributes:
        issue, before: ids of the newest issue known on the day and of the one before it, '' where there is none.
        releases: hash of the releases known on the day.
        code: hash of the program, whose pages say something else after an upgrade.
    """

    as_of: date
    issue: str
    before: str
    releases: str
    code: str
    lake: Remembered = field(compare=False, repr=False)

    @property
    def reading(self) -> tuple[str, str, str]:
        """What is read for the day; many days share it."""
        return (self.issue, self.before, self.releases)


@dataclass(frozen=True)
class Reading:
    """What was read for an edition, and the days last asked for that share it: they go when it goes."""

    known: Known
    days: Kept[tuple[Known, Overview]] = field(
        default_factory=lambda: Kept(DAYS_OF_READING, at_once=2, most_waiting=48)
    )

    @property
    def size(self) -> int:
        """Bytes, about."""
        tables: int = sum(t.nbytes for t in self.known.tables.values())
        return ROWS_OF_READING + DAYS_OF_READING + tables

    def on(self, day: date) -> tuple[Known, Overview]:
        """What was known on the day, and every place at once."""
        return self.days.get(day, lambda: _every_place(self.known.on(day)), lambda _: DAY)


def _every_place(held: Known) -> tuple[Known, Overview]:
    return held, situation.overview_of(held)


@dataclass
class State:
    """The lake and places, with what was read and made of them lately; people's records and accounts.

    Attributes:
        real: of the made-up country, the settings of the installation beside it, whose forecasts it shows.
    """

    settings: Settings
    lake: Lake
    places: Places
    clock: Clock
    records: Records
    accounts: Accounts
    code: str = field(default_factory=code.fingerprint)
    real: Settings | None = None
    pages: Kept[bytes] = field(
        default_factory=lambda: Kept(PAGES, at_once=8, most_waiting=56)
    )
    people_pages: Kept[Any] = field(
        default_factory=lambda: Kept(PEOPLE_PAGES, at_once=2, most_waiting=48)
    )
    reports: Limit = field(default_factory=of_reports)
    calls: Rate = field(default_factory=of_calls)
    recently: Recently = field(default_factory=Recently)
    uploads: Tray = field(default_factory=Tray)
    rejected_lines: Tray = field(default_factory=Tray)
    _readings: Kept[Reading] = field(
        default_factory=lambda: Kept(READINGS, at_once=2, most_waiting=48)
    )
    _changes: Kept[Changes] = field(
        default_factory=lambda: Kept(8 * CHANGES, at_once=1, most_waiting=48)
    )
    _truths: Kept[Truth | None] = field(
        default_factory=lambda: Kept(4 * TRUTH, at_once=1, most_waiting=48)
    )
    _pasts: Kept[Past | None] = field(
        default_factory=lambda: Kept(4 * PAST, at_once=1, most_waiting=48)
    )
    _remembered: Remembered | None = None
    _board: tuple[str, Board, bool] | None = None

    @property
    def attempts(self) -> Attempts:
        """Attempts to sign in."""
        return Attempts(self.records)

    @property
    def links(self) -> OneTime:
        """One-time links: invitations, new passwords, roles."""
        return OneTime(self.records)

    @property
    def api_tokens(self) -> ApiTokens:
        """Tokens with which programs ask."""
        return ApiTokens(self.records)

    @property
    def held_drafts(self) -> HeldDrafts:
        """What programs wrote for somebody to finish."""
        return HeldDrafts(self.records)

    def space_title(self, id: str) -> str:
        """What a space is called; no space has the title "no space"."""
        return next(
            (s.title for s in self.accounts.spaces() if s.id == id), id or "no space"
        )

    @property
    def today(self) -> date:
        """The day asked about, where nobody asks for another."""
        return self.clock.day

    def day(self, text: str | None) -> date:
        """The day asked for, or the installation's own: of a later one nothing is known yet.

        Raises:
            ConfigError: the text is no day or instant between 1946 and 2100.
        """
        latest = max(self.today, self.clock.now().date())
        return min(instants.day(text), latest) if text else self.today

    @property
    def ledger(self) -> Ledger:
        """What was issued, and may be shown."""
        return Ledger.of(self.real or self.settings)

    @property
    def is_made_up(self) -> bool:
        """Whether the records are those of the made-up country."""
        return self.real is not None

    def edition(self, as_of: date) -> Edition:
        """What an answer for the day is made from; found from the ledger and the names of files, no forecast is read.

        Raises:
            LedgerBroken: the ledger does not hold.
        """
        lake = self._lake_now()
        last = issued.entry_of(self.ledger, as_of)
        before = issued.entry_before(self.ledger, last.as_of) if last else None
        known_then = releases_hash(lake.releases(as_of=as_of))
        told = (last.issue if last else "", before.issue if before else "")
        return Edition(as_of, *told, known_then, self.code, lake)

    def _lake_now(self) -> Remembered:
        """The lake as it is now, read anew where it has grown."""
        self._remembered = remember(self.lake, self._remembered)
        return self._remembered

    def figures(self, edition: Edition) -> tuple[Known, Overview]:
        """Everything known on the day, and every place at once.

        Raises:
            Overloaded: too many other days are being read.
        """
        reading = self._readings.get(
            edition.reading, lambda: self._read(edition), lambda made: made.size
        )
        return reading.on(edition.as_of)

    def changes(self, edition: Edition) -> Changes:
        """What changed on the day, of all places; worked out once for an edition."""

        def made() -> Changes:
            data, overview = self.figures(edition)
            return changing.changes(data, overview.lines)

        return self._changes.get(edition, made, lambda _: CHANGES)

    def prepare(self) -> None:
        """Read what today's pages are made of, before anybody waits for one."""
        self.changes(self.edition(self.today))

    def prepare_rest(self) -> None:
        """Work out what base rates are counted from, and the coming months of every place, from draws that fill memory."""
        data = self.figures(self.edition(self.today))[0]
        self.past(data.issued_as_of or self.today)
        data.fan_of("")

    def _read(self, edition: Edition) -> Reading:
        last, before = (
            issued.issue_named(self.ledger, id) if id else None
            for id in (edition.issue, edition.before)
        )
        return Reading(
            known.read(
                edition.lake, self.places, last, as_of=edition.as_of, previous=before
            )
        )

    def truth(self, as_of: date) -> Truth | None:
        """What the data say of violence on a day, None where no deaths by month and type are known."""
        known = tuple(r.file for r in self._lake_now().releases(as_of=as_of))
        return self._truths.get(
            (known, as_of), lambda: _truth(self.lake, self.places, as_of), lambda _: TRUTH
        )

    def past(self, as_of: date) -> Past | None:
        """The deaths as known on a day that base rates are counted from, None where no complete year is.

        Days with the same releases share it.
        """
        releases = self._lake_now().releases(as_of=as_of)
        newest = max((r.known_at for r in releases), default=as_of)
        return self._pasts.get(
            releases_hash(releases),
            lambda: _past(self.lake, self.places, newest),
            lambda _: PAST,
        )

    def situation(self, edition: Edition, code: str) -> Situation:
        """One place on the day."""
        return situation.situation(self.figures(edition)[0], code)

    def scored(self, as_of: date) -> Scored:
        """The scoreboard that may be shown on a day: its truth must have been known by then."""
        file = assemble.file_held(self.settings.home)
        stat = file.stat()
        key = f"{file.name} {stat.st_mtime_ns} {stat.st_size}"
        kept = self._board
        if kept is None or kept[0] != key:
            self._board = kept = (key, *assemble.held(self.settings.home))
        _, board, own = kept
        if board.as_of > as_of:
            return Scored(
                None, own, f"The scoreboard speaks from {board.as_of}, after this day.", key
            )
        return Scored(board, own, "", key)


def _truth(lake: Lake, places: Places, as_of: date) -> Truth | None:
    from upstander.monitor import outcomes

    try:
        return outcomes.read(lake, places, as_of=as_of)
    except (LeakageError, NotCovered):
        return None


def _past(lake: Lake, places: Places, as_of: date) -> Past | None:
    from upstander.forecast import past_windows

    try:
        return past_windows.read(AsOf(lake, as_of), places, as_of=as_of)
    except (ConfigError, LeakageError, NotCovered):
        return None


def open_state(settings: Settings, clock: Clock) -> State:
    """The state of a home folder, started from the bundle if it is new."""
    lake, places = pipeline.open_lake(settings)
    records = Records.open(settings.records, settings.keys_folder)
    return State(settings, lake, places, clock, records, Accounts(records))
