"""``upstander tick``: everything that runs unattended, once."""

from __future__ import annotations

from typing import Annotated

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

ORDER = 17  # in the list of verbs
EXAMPLE = "upstander tick"


def tick(
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Steps to take, else all: fetch, forecast, score, calendar, records, months, forecasts, reports, deliver."
        ),
    ] = None,
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Fetch, forecast, score, evaluate rules, queue drafts, keep scheduled reports, deliver what people released. Safe at any time, and twice at once."""
    from upstander import jobs

    done = jobs.tick(terminal.settings(home), utc_now, tuple(only or jobs.ALL))
    rows = [{"what": name, "result": value} for name, value in done.items()]
    terminal.emit(rows, shape, title="Unattended run", head={})
