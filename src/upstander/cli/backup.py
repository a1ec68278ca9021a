"""``upstander backup``: a copy of everything, taken while people work, and put back into a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

if TYPE_CHECKING:
    from upstander.backing_up import Backup

ORDER = 19  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="A copy of everything, taken while people work, and put back into a new folder.",
)


@app.callback()
def about() -> None:
    """Backup and restoring."""


@app.command(
    epilog="Example: [bold]upstander backup make --to BACKUP --keys-to OTHER_PLACE[/]"
)
def make(
    to: Annotated[Path, typer.Option(help="A new folder for data and records.")],
    keys_to: Annotated[
        Path, typer.Option(help="A new folder for the keys, in another place.")
    ],
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Copy data, forecasts, ledger, records and keys as they are at one moment, and prove the copy. People may go on writing."""
    from upstander import backing_up

    settings = terminal.settings(home)
    made = backing_up.make(settings, to, keys_to, now=utc_now())
    _told(made, shape, "Copied, and everything holds")
    terminal.say(
        f"keep {keys_to} apart from {to}; put both back with: upstander backup restore"
    )


@app.command(
    epilog="Example: [bold]upstander backup restore BACKUP --keys OTHER_PLACE --home NEW_HOME[/]"
)
def restore(
    folder: Annotated[Path, typer.Argument(help="The folder that backup make wrote.")],
    keys: Annotated[Path, typer.Option(help="The folder of its keys.")],
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Put a backup into a new home folder, hold every file against the list, and prove every chain there."""
    from upstander import backing_up

    settings = terminal.settings(home)
    restored = backing_up.restore(settings, folder, keys)
    _told(restored, shape, "Put back, and everything holds")
    terminal.say(f"start with: upstander serve --home {settings.home}")


def _told(backup: Backup, shape: terminal.Format, title: str) -> None:
    proved = backup.proved
    rows = [{"chain": h.chain, "entries": h.number, "hash": h.hash} for h in proved.chains]
    head = {
        "files": len(backup.files),
        "entries": proved.entries,
        "forecasts": proved.forecasts,
        "releases": proved.releases,
    }
    terminal.emit(rows, shape, title=title, head=head)
