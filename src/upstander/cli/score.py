"""``upstander score``: how good the forecasts are, beside every baseline."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from upstander.cli import terminal

EXAMPLE = "upstander score --benchmark views --data ../shared/data/benchmarks/views --format json"


class Benchmark(StrEnum):
    """What is scored: the VIEWS prediction challenge's windows, or our yearly targets in a hindcast."""

    views = "views"
    annual = "annual"


def score(
    benchmark: Annotated[Benchmark, typer.Option(help="views: monthly draws; annual: yearly probabilities.")],
    data: Annotated[Path | None, typer.Option(help="Folder of the benchmark's files (views).")] = None,
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Score every model and baseline; differences come with 90 % intervals."""
    from upstander import pipeline

    settings = terminal.settings(home)
    with terminal.progress() as progress:
        result = pipeline.score(settings, benchmark.value, data, progress=progress)
    terminal.emit(result.rows, shape, title=result.title, head=result.head)
