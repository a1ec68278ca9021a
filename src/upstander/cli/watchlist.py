"""``upstander watchlist``: where the risk lies, from the last issue."""

from __future__ import annotations

from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 2  # in the list of verbs

EXAMPLE = "upstander watchlist --format json"


def watchlist(
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    top: Annotated[
        int | None, typer.Option(min=1, help="Rows to print; all when not given.")
    ] = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Every place with its probability, 90 % interval, base rate, rank range and reasons."""
    from upstander import pipeline
    from upstander.core.clock import demonstration_note
    from upstander.report.documents import watchlist as pages

    settings = terminal.settings(home, as_of)
    clock = pipeline.clock(settings)
    overview = pipeline.overview(settings, clock)
    if shape is terminal.Format.json:
        print(pages.to_json(overview))
    elif shape is terminal.Format.csv:
        print(pages.to_csv(overview), end="")
    else:
        pages.show(overview, top=top, first=demonstration_note(clock))
