"""What the pages are made from, kept in memory by day and issue."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from upstander import pipeline
from upstander.core import clock
from upstander.core.places import Places
from upstander.core.settings import Settings
from upstander.forecast import issued
from upstander.forecast.ledger import Ledger
from upstander.forecast.qualification import Verdict
from upstander.forecast.scoreboard import assemble
from upstander.forecast.scoreboard.board import Board
from upstander.lake import Lake
from upstander.lake.records.accounts import Accounts
from upstander.lake.records.attempts import Attempts
from upstander.lake.records.one_time import OneTime
from upstander.lake.records.store import Records
from upstander.report import known, situation
from upstander.report.known import Known
from upstander.report.situation import Overview, Situation
from upstander.web.access_log import Recently
from upstander.web.limits import Limit, of_reports

DAYS_KEPT, PAGES_KEPT = 4, 400  # a day is some 100 MB of rows; a page some 100 kB


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


@dataclass
class State:
    """The lake and places, with the last few days read and pages made; people's records and accounts."""

    settings: Settings
    lake: Lake
    places: Places
    today: date
    records: Records
    accounts: Accounts
    reports: Limit = field(default_factory=of_reports)
    recently: Recently = field(default_factory=Recently)
    _days: OrderedDict[tuple[Any, ...], tuple[Known, Overview]] = field(default_factory=OrderedDict)
    _pages: OrderedDict[tuple[Any, ...], bytes] = field(default_factory=OrderedDict)
    _board: tuple[str, Board, bool] | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def attempts(self) -> Attempts:
        """Attempts to sign in."""
        return Attempts(self.records)

    @property
    def links(self) -> OneTime:
        """One-time links: invitations, new passwords, roles."""
        return OneTime(self.records)

    def space_title(self, id: str) -> str:
        """What a space is called; no space has the title "no space"."""
        return next((s.title for s in self.accounts.spaces() if s.id == id), id or "no space")

    def day(self, text: str | None) -> date:
        """The day asked for, or the installation's own.

        Raises:
            ConfigError: the text is no day or instant between 1946 and 2100.
        """
        return clock.day(text) if text else self.today

    def key(self, as_of: date) -> tuple[Any, ...]:
        """Changes exactly when the answer for the day may change: day, last two issues, releases known."""
        entry = issued.entry_of(self.ledger, as_of)
        before = issued.entry_of(self.ledger, entry.as_of - timedelta(days=1)) if entry else None
        told = (entry.issue if entry else "", before.issue if before else "")
        return (as_of, *told, len(self.lake.releases(as_of=as_of)))

    @property
    def ledger(self) -> Ledger:
        """What was issued, and may be shown."""
        return Ledger.of(self.settings)

    def held(self, as_of: date, key: tuple[Any, ...]) -> tuple[Known, Overview]:
        """Everything known on the day, read once."""
        with self._lock:
            if key not in self._days:
                last = issued.latest(self.ledger, as_of)
                before = issued.before(self.ledger, last) if last else None
                read = known.read(self.lake, self.places, last, as_of=as_of, previous=before)
                self._days[key] = (read, situation.overview_of(read))
                while len(self._days) > DAYS_KEPT:
                    self._days.popitem(last=False)
            self._days.move_to_end(key)
            return self._days[key]

    def situation(self, as_of: date, key: tuple[Any, ...], code: str) -> Situation:
        """One place on the day."""
        return situation.situation(self.held(as_of, key)[0], code)

    def scored(self, as_of: date) -> Scored:
        """The scoreboard that may be shown on a day: its truth must have been known by then."""
        file = assemble.file_held(self.settings.home)
        stat = file.stat()
        key = f"{file.name} {stat.st_mtime_ns} {stat.st_size}"
        with self._lock:
            if self._board is None or self._board[0] != key:
                self._board = (key, *assemble.held(self.settings.home))
            _, board, own = self._board
        if board.as_of > as_of:
            return Scored(None, own, f"The scoreboard speaks from {board.as_of}, after this day.", key)
        return Scored(board, own, "", key)

    def page(self, key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
        """A page made once for its key."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
            made = self._pages[key] = make()
            while len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
            return made


def open_state(settings: Settings) -> State:
    """The state of a home folder, started from the bundle if it is new."""
    lake, places = pipeline.open_lake(settings)
    records = Records.open(settings.records, settings.keys_folder)
    return State(settings, lake, places, pipeline.day(settings), records, Accounts(records))
