"""``upstander tick``: everything that runs unattended, once."""

from __future__ import annotations

from upstander.cli import terminal
from upstander.core.clock import utc_now

ORDER = 17  # in the list of verbs
EXAMPLE = "upstander tick"


def tick(home: terminal.Home = None, shape: terminal.Shape = terminal.Format.table) -> None:
    """Evaluate rules and calendar, queue drafts, deliver what people released. Safe to run at any time, and twice at once."""
    from upstander import jobs

    done = jobs.tick(terminal.settings(home), utc_now())
    rows = [{"what": name, "result": value} for name, value in done.items()]
    terminal.emit(rows, shape, title="Unattended run", head={})
