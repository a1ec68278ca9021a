"""``upstander release``: the public figures of a month as files that the pages serve for good."""

from __future__ import annotations

from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 11  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="Public releases: the public figures of a month as files, served for good.",
)


@app.callback()
def about() -> None:
    """Public releases."""


@app.command(epilog="Example: [bold]upstander release make[/]")
def make(
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    address: Annotated[
        str | None,
        typer.Option(help="Address in the descriptions (default: UPSTANDER_URL)."),
    ] = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Write the release of the month: CSV, Parquet, Data Package, Croissant, schema.org, SHA-256. Never written over."""
    from upstander import pipeline
    from upstander.forecast import issued
    from upstander.forecast.ledger import Ledger
    from upstander.report import as_of_data
    from upstander.web.releases import store

    settings = terminal.settings(home, as_of)
    lake, places = pipeline.open_lake(settings)
    day = pipeline.clock(settings).day
    last = issued.latest(Ledger.of(settings), day)
    known = as_of_data.read(lake, places, last, as_of=day)
    month = store.make(known, settings.home, address or settings.url)
    rows = [
        {"file": name, "sha256": check}
        for name, check in store.files_of(settings.home, month).items()
    ]
    terminal.emit(rows, shape, title=f"Release {month}", head={"files": len(rows)})
    terminal.say(f"served at /releases/archive/{month}/ and /releases/latest/")
