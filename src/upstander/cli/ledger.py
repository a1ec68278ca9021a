"""``upstander ledger``: what was forecast, proof that nobody changed it, and what of it has come true."""

from __future__ import annotations

import typer

from upstander.cli import terminal

ORDER = 9  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True, help="The hash-chained record of every issued forecast."
)


@app.command(epilog="Example: [bold]upstander ledger verify[/]")
def verify(home: terminal.Home = None) -> None:
    """Prove that no entry and no issued file was changed; name the first that was."""
    from upstander.core.errors import ConfigError
    from upstander.forecast import ledger

    settings = terminal.settings(home)
    book = ledger.Ledger.of(settings)
    entries = ledger.verify(book)
    if not entries:
        raise ConfigError(
            f"{settings.ledger}: no ledger here; it begins with the first {terminal.command('run')}"
        )
    signed = (
        "its end is signed"
        if book.seal.exists()
        else f"not signed yet: {terminal.command('run')} signs it"
    )
    terminal.say(
        f"{settings.ledger}: {len(entries)} {'entry' if len(entries) == 1 else 'entries'}, every hash holds; {signed}"
    )
    for name in ledger.not_entered(book):
        terminal.say(
            f"{settings.issues / name}: is not in the ledger and never shown; the same run again enters it, or delete it"
        )


@app.command(epilog="Example: [bold]upstander ledger score --format json[/]")
def score(
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Score what has come true, with the newest truth known on the day; list what is still open."""
    from upstander import pipeline
    from upstander.core.types import CAVEAT
    from upstander.forecast import ledger_scores
    from upstander.forecast.ledger import Ledger
    from upstander.forecast.scoreboard.board import tidy
    from upstander.forecast.scoreboard.tasks.ledger import MIXED, row, summary

    settings = terminal.settings(home, as_of)
    lake, places = pipeline.open_lake(settings)
    day = pipeline.day(settings)
    scored = ledger_scores.score(Ledger.of(settings), lake, places, today=day)
    resolved = sum(i.resolved for i in scored)
    head = {
        "truth_as_of": day.isoformat(),
        "entries": len({i.entry for i in scored}),
        "resolved": resolved,
        "open": len(scored) - resolved,
        "definitions": MIXED,
        "caveat": CAVEAT,
    }
    in_columns = summary if shape is terminal.Format.table else row
    left_out = ("issue", "made_on")
    rows = [
        {k: tidy(v) for k, v in in_columns(i).items() if k not in left_out} for i in scored
    ]
    terminal.emit(rows, shape, title="Ledger: issued forecasts", head=head)
