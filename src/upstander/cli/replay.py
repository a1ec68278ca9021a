"""``upstander replay``: forecasts of past months, made afterwards from what was known on their days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.replaying import Replayed

ORDER = 19  # in the list of verbs

EXAMPLE = "upstander replay --from 2024-02 --to 2026-05"


def replay(
    first: Annotated[str, typer.Option("--from", help="first month, YYYY-MM")],
    last: Annotated[str, typer.Option("--to", help="last month, YYYY-MM")],
    home: terminal.Home = None,
) -> None:
    """Forecast each month as of its 20th, strictly from what was known then; none of it enters the ledger.

    What was made before from the same data by the same program is not made again.
    """
    from upstander import pipeline, replaying
    from upstander.core.months import month_of

    settings = terminal.settings(home, None)
    clock = pipeline.clock(settings)
    made = 0
    with terminal.progress() as progress:
        for month in replaying.replay(
            settings, month_of(first), month_of(last), clock, progress
        ):
            made += month.issue is not None
            terminal.say(_told(month))
    terminal.say(f"{made} replayed issues in {replaying.folder(settings)}")


def _told(month: Replayed) -> str:
    if month.issue is None:
        return f"{month.day}  none: {month.why}"
    return f"{month.day}  {month.issue.id}{'' if month.is_new else ', as made before'}"
