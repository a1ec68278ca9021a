"""``upstander monitor``: what rules draft now, and what they would have drafted."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.monitor.replay_table import Back

ORDER = 16  # in the list of verbs
SHOWN = {n: n for n in ("choices", "missed", "cases")} | {"table": "rows", "rules": ""}
EXAMPLE = "upstander monitor --replay 2019-01..2026-05"


def monitor(
    replay: Annotated[
        str, typer.Option(help="Look back from one month to another: 2012-01..2026-05.")
    ],
    show: Annotated[
        str, typer.Option(help="table, choices, rules, missed or cases.")
    ] = "table",
    peer: Annotated[
        Path | None, typer.Option(help="A file of HDX Signals, as they publish it.")
    ] = None,
    ship: Annotated[
        bool,
        typer.Option("--ship", help="Also renew the packaged copy, before a release."),
    ] = False,
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Hold the rules against the past: what they would have drafted, what came, beside simple lists and a peer."""
    from upstander import jobs, replaying
    from upstander.core.errors import ConfigError

    if show not in SHOWN:
        raise ConfigError(f"--show {show!r}: write {', '.join(SHOWN)}")
    settings = terminal.settings(home, as_of)
    replayed = replaying.issues(settings)
    found = jobs.look_back(settings, replay, peer, replayed=replayed, ship=ship)
    rows = _of_rules(found) if show == "rules" else getattr(found, SHOWN[show])
    head = {"from": found.first, "to": found.last, "kind": found.kind}
    terminal.emit(rows, shape, title="Look back", head=head)


def _of_rules(found: Back) -> list[dict[str, Any]]:
    """The back-test of each rule of months."""
    return [
        {"rule": name, **{k: v for k, v in asdict(test).items() if k != "fired"}}
        for name, test in found.rules.items()
    ]
