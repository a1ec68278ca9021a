"""``upstander run``: the whole system, once."""

from __future__ import annotations

from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 1  # in the list of verbs

EXAMPLE = "upstander run --briefs 10"


def run(
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    briefs: Annotated[
        int, typer.Option(min=0, help="Country briefs to write as PDF, highest risk first.")
    ] = 10,
    top: Annotated[int, typer.Option(min=1, help="Rows of the watchlist to print.")] = 20,
) -> None:
    """Forecast from what is known, enter the ledger, print the watchlist, write pages and briefs."""
    from upstander import pipeline
    from upstander.core.clock import demonstration_note
    from upstander.report.documents import watchlist

    settings = terminal.settings(home, as_of)
    with terminal.progress() as progress:
        clock = pipeline.clock(settings)
        done = pipeline.run(settings, clock, briefs=briefs, progress=progress)
    watchlist.show(done.overview, top=top, first=demonstration_note(clock))
    terminal.say(f"Watchlist page   {done.folder / 'index.html'}")
    terminal.say(f"Country briefs   {done.folder / 'briefs'} ({briefs} highest)")
    terminal.say(f"Any other        {terminal.command('report brief CODE')}")
    terminal.say(f"Ledger           {settings.ledger} entry {done.issue.id}")
    terminal.say(f"All pages        {terminal.command('serve')}")
