"""``upstander records``: the database of people's records as a whole."""

from __future__ import annotations

from typing import Annotated

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

ORDER = 18  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True, help="The database of people's records: move it to another one."
)


@app.callback()
def about() -> None:
    """The database of people's records."""


@app.command(
    epilog="Example: [bold]upstander records move --to postgresql+psycopg://upstander@db.example/upstander[/]"
)
def move(
    to: Annotated[
        str,
        typer.Option(
            envvar="UPSTANDER_MOVE_TO",
            help="URL of an empty database; in UPSTANDER_MOVE_TO it shows nowhere.",
        ),
    ],
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Copy everything into an empty database and prove every chain there. Stop the server first; the old one stays."""
    from upstander.cli.audit import opened
    from upstander.records import database_transfer

    settings = terminal.settings(home)
    opened(settings).database.engine.dispose()  # there must be one: moving makes none
    by = terminal.operator()
    counts = database_transfer.move(
        settings.records, to, settings.keys_folder, by=by, now=utc_now()
    )
    rows = [{"table": name, "rows": number} for name, number in counts.items()]
    terminal.emit(
        rows,
        shape,
        title="Moved, and every chain holds",
        head={"rows": sum(counts.values())},
    )
    terminal.say(
        "Set UPSTANDER_RECORDS_URL to the new database and start again; then delete the old one. Keys stay where they are."
    )
