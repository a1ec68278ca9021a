"""``upstander ledger``: what was forecast, and proof that nobody changed it."""

from __future__ import annotations

import typer

from upstander.cli import terminal

app = typer.Typer(no_args_is_help=True, help="The hash-chained record of every issued forecast.")


@app.command(epilog="Example: [bold]upstander ledger verify[/]")
def verify(home: terminal.Home = None) -> None:
    """Prove that no entry and no issued file was changed; name the first that was."""
    from upstander.forecast import ledger

    settings = terminal.settings(home)
    entries = ledger.verify(settings.ledger, settings.issues)
    terminal.say(f"{settings.ledger}: {len(entries)} {'entry' if len(entries) == 1 else 'entries'}, every hash holds")
