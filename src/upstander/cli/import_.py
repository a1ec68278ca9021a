"""``upstander import``: a peer's forecasts, checked, to stand beside ours in the scoreboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 11  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True, help="Bring a peer's forecasts in; they are scored beside ours."
)
Origin = Annotated[Path, typer.Option("--from", help="Folder of the peer's files.")]
Name = Annotated[str, typer.Option(help="The name it stands under in the scoreboard.")]


@app.command(epilog="Example: [bold]upstander import views --from DIR --name some_peer[/]")
def views(
    origin: Origin,
    name: Name,
    data: Annotated[
        Path | None,
        typer.Option(help="The challenge's files: checks the country numbers too."),
    ] = None,
    home: terminal.Home = None,
) -> None:
    """A submission to the VIEWS challenge: cm/window=Y2018/*.parquet ..."""
    from upstander.forecast import views as challenge
    from upstander.forecast.exchange import challenge_files, peers

    settings = terminal.settings(home)
    peers.checked_name(name)
    ids = challenge.read(data).ids if data is not None else None
    found = challenge_files.read(origin, ids)
    folder = peers.keep_views(settings.peers, name, found)
    scored = ", ".join(str(w) for w in found if w in challenge.WINDOWS)
    kept = ", ".join(str(w) for w in found if w not in challenge.WINDOWS)
    if scored:
        terminal.say(
            f"{folder}: windows {scored}; scored by: upstander score --benchmark views"
        )
    if kept:
        terminal.say(
            f"{folder}: window {kept}; kept and not scored, for its outcomes are not at hand"
        )


@app.command(
    epilog="Example: [bold]upstander import hubverse --from DIR/model-output/team-model --name some_peer[/]"
)
def hubverse(origin: Origin, name: Name, home: terminal.Home = None) -> None:
    """A model's output in a Hubverse hub: monthly deaths as samples, else as quantiles."""
    from upstander import pipeline
    from upstander.core.clock import utc_now
    from upstander.forecast.exchange import hub_reading, peers
    from upstander.forecast.qualification import DRAWN

    settings = terminal.settings(home)
    peers.checked_name(name)
    _, places = pipeline.open_lake(settings)
    found = hub_reading.read(
        origin, {p.code for p in places.current(pipeline.day(settings))}
    )
    day = utc_now().date()
    folder = peers.keep_months(settings.peers, name, DRAWN, found, day)
    months = ", ".join(f"{o:%Y-%m}" for o in sorted(found))
    terminal.say(
        f"{folder}: origins {months}; scored by: upstander score --benchmark real_origins"
    )


@app.command(
    epilog="Example: [bold]upstander import warnings --from hdx_signals.csv --name hdx_signals[/]"
)
def warnings(
    origin: Annotated[Path, typer.Option("--from", help="The peer's file, CSV.")],
    name: Annotated[str, typer.Option(help="hdx_signals or crisiswatch.")],
    home: terminal.Home = None,
) -> None:
    """Warnings of HDX Signals or CrisisWatch, as they publish them: beside ours in the look back and on country pages."""
    from upstander.core.clock import utc_now
    from upstander.core.errors import ConfigError
    from upstander.monitor import peer_labels

    if name not in peer_labels.READERS:
        raise ConfigError(f"--name {name!r}: write hdx_signals or crisiswatch")
    settings = terminal.settings(home)
    file, rows = peer_labels.bring_in(settings.peers, name, origin, utc_now().date())
    terminal.say(f"{file}: {rows} rows; beside ours by: upstander monitor --replay")
    terminal.say("Their labels stand on the pages of countries from today on.")
