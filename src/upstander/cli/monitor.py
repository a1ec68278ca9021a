"""``upstander monitor``: what rules draft now, and what they would have drafted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 16  # in the list of verbs
EXAMPLE = "upstander monitor --replay 2019-01..2026-05"


def monitor(
    replay: Annotated[
        str, typer.Option(help="Look back from one month to another: 2012-01..2026-05.")
    ],
    show: Annotated[str, typer.Option(help="table, missed or cases.")] = "table",
    peer: Annotated[
        Path | None, typer.Option(help="A file of HDX Signals, as they publish it.")
    ] = None,
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Hold the rules against the past: what they would have drafted, what came, beside simple lists and a peer."""
    from upstander import jobs
    from upstander.core.errors import ConfigError

    if show not in ("table", "missed", "cases"):
        raise ConfigError(f"--show {show!r}: write table, missed or cases")
    found = jobs.look_back(terminal.settings(home, as_of), replay, peer)
    rows = {"table": found.rows, "missed": found.missed, "cases": found.cases}[show]
    head = {"from": found.first, "to": found.last, "kind": found.kind}
    terminal.emit(rows, shape, title="Look back", head=head)
