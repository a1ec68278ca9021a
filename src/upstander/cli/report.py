"""``upstander report``: render what we hold on a place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 3  # in the list of verbs

app = typer.Typer(no_args_is_help=True, help="Country briefs and other documents.")


@app.callback()
def _reports() -> None:
    """Country briefs and other documents."""


@app.command(epilog="Example: [bold]upstander report brief SDN --pdf sudan.pdf[/]")
def brief(
    place: Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3 code, or a name.")],
    pdf: Annotated[Path | None, typer.Option(help="Write a PDF here.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page here; the default, as CODE.html.")
    ] = None,
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
) -> None:
    """A country brief of at most two pages."""
    from upstander import pipeline

    settings = terminal.settings(home, as_of)
    with terminal.progress() as progress:
        files = pipeline.brief(settings, place, pdf=pdf, html=html, progress=progress)
    for file, content in files.items():
        terminal.written(file, content)
        terminal.say(f"wrote {file}")
