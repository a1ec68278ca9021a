"""``upstander forecast``: make forecasts, issue them and enter them in the ledger."""

from __future__ import annotations

from upstander.cli import terminal

ORDER = 6  # in the list of verbs

EXAMPLE = "upstander forecast --as-of 2026-06-24"


def forecast(home: terminal.Home = None, as_of: terminal.AsOf = None) -> None:
    """Forecast from what was known on the day, and enter the issue in the ledger."""
    from upstander import pipeline

    settings = terminal.settings(home, as_of)
    with terminal.progress() as progress:
        issue = pipeline.forecast(settings, pipeline.clock(settings), progress=progress)
    terminal.say(f"issued {issue.id} in {settings.issues / issue.id}")
