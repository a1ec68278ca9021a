"""Forecasts of past months, each made afterwards from what was known on its day: for scores, rules and exercises.

A replayed issue says so in its record, stands in a folder of its own and never enters the ledger, which holds only what
was said before the truth was known. Strict: nothing that was published later is read. What was made stays; a second
replay makes what is missing, or what new inputs or another program would make differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from upstander import pipeline
from upstander.core import code
from upstander.core.clock import Clock
from upstander.core.errors import UpstanderError
from upstander.core.months import months_from_to
from upstander.core.settings import Settings
from upstander.forecast import issue
from upstander.forecast.issue import Issue

FOLDER = "replays"  # in the installation's home
DAY = 20  # of the month: what UCDP prints of the month before is out
Progress = pipeline.Progress


@dataclass(frozen=True)
class Replayed:
    """One month: its day, and the issue, or why there is none."""

    day: date
    issue: Issue | None
    why: str = ""
    is_new: bool = False


def folder(settings: Settings) -> Path:
    """Where replayed issues stand."""
    return settings.home / FOLDER


def issues(settings: Settings) -> list[Issue]:
    """The replayed issues by their day; of several of one day the one made last."""
    found = [issue.read(f.parent) for f in folder(settings).glob(f"*/{issue.HEAD}")]
    newest = {i.as_of: i for i in sorted(found, key=lambda i: (i.as_of, i.meta["made_on"]))}
    return [newest[day] for day in sorted(newest)]


def replay(
    settings: Settings, first: date, last: date, clock: Clock, progress: Progress
) -> Iterator[Replayed]:
    """Make the forecast of the 20th of each month from ``first`` to ``last``, oldest first.

    A month for which none can be made is given with the sentence that says why; the others go on.
    """
    months = months_from_to(first, last)
    there = {i.as_of: i for i in issues(settings)}
    program = code.fingerprint()
    for done, month in enumerate(months):
        progress("replay", done, len(months))
        day = month.replace(day=DAY)
        yield _replayed(settings, day, there.get(day), program, clock)
    progress("replay", len(months), len(months))


def _replayed(
    settings: Settings, day: date, there: Issue | None, program: str, clock: Clock
) -> Replayed:
    try:
        wanted = {"inputs": pipeline.inputs_of(settings, day), "code": program}
        if there and there.meta["replay"] == wanted:
            return Replayed(day, there)
        made = pipeline.replayed(
            settings, Clock(day, now=clock.now), folder(settings), wanted
        )
    except UpstanderError as error:
        return Replayed(day, None, str(error))
    return Replayed(day, made, is_new=True)
