"""``upstander demo``: the made-up country, loaded and removed."""

from __future__ import annotations

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

ORDER = 23  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="The made-up country, to look at what is done with a real one.",
    epilog="Example: [bold]upstander demo load[/]",
)


@app.command(epilog="Example: [bold]upstander demo load[/]")
def load(home: terminal.Home = None) -> None:
    """Load it beside the real records, in a database of its own."""
    from upstander.web.made_up import loading

    count = loading.load(terminal.settings(home), utc_now())
    terminal.say(f"Loaded: {count} records. Sign in, then look at it at /made-up")


@app.command(epilog="Example: [bold]upstander demo remove[/]")
def remove(home: terminal.Home = None) -> None:
    """Remove it, with everything that was written in it."""
    from upstander.web.made_up import loading

    loading.remove(terminal.settings(home))
    terminal.say("Removed: nothing of it is left")
