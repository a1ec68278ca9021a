"""What every verb needs to speak: settings, progress bars, tables and JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from upstander.core.settings import Settings

Progress = Callable[[str, int, int], None]


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"


Home = Annotated[
    Path | None, typer.Option(help="Folder for the lake, forecasts and reports [UPSTANDER_HOME, else ./var].")
]
AsOf = Annotated[str | None, typer.Option(help="The day we ask about, YYYY-MM-DD [the bundle's own date].")]
Shape = Annotated[Format, typer.Option("--format", help="table, json or csv.")]


def settings(home: Path | None = None, as_of: str | None = None, **more: Any) -> Settings:
    """Settings from the environment, overridden by what the command line gave.

    Raises:
        ConfigError: a value cannot be read; the message names it.
    """
    from pydantic import ValidationError

    from upstander.core.errors import ConfigError
    from upstander.core.settings import Settings

    given = {"home": home, "as_of": as_of, **more}
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{'.'.join(map(str, first['loc']))}: {first['msg']} (given {first['input']!r})") from None


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress bars on stderr; in a file or pipe, one line a stage."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    with Bars(
        TextColumn("{task.description:<44}"),
        BarColumn(24),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bars:

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
                if not console.is_terminal:
                    sys.stderr.write(f"{stage} ...\n")
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def say(text: str) -> None:
    """One line for people, on stderr, so that stdout stays a clean table or JSON."""
    sys.stderr.write(text + "\n")


def emit(rows: Sequence[Mapping[str, Any]], shape: Format, *, title: str, head: Mapping[str, Any]) -> None:
    """Print rows as a table, CSV or JSON; ``head`` (age of data, caveat ...) goes with every one of them."""
    if shape is Format.json:
        print(json.dumps({**head, "rows": list(rows)}, indent=2, default=_plain, ensure_ascii=False))
    elif shape is Format.csv:
        _csv(rows, head)
    else:
        _table(rows, title, head)


def _plain(value: Any) -> str:
    if isinstance(value, (date, Path)):
        return str(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")


def _csv(rows: Sequence[Mapping[str, Any]], head: Mapping[str, Any]) -> None:
    import csv

    for key, value in head.items():
        print(f"# {key}: {value}")
    if rows:
        out = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def _table(rows: Sequence[Mapping[str, Any]], title: str, head: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        number = isinstance(next((r[name] for r in rows if r[name] is not None), ""), (int, float))
        table.add_column(name.replace("_", " "), justify="right" if number else "left")
    for row in rows:
        table.add_row(*(_cell(v) for v in row.values()))
    console.print(table)
    for key, value in head.items():
        console.print(f"[dim]{key.replace('_', ' ')}: {value}[/]")


def _cell(value: Any) -> str:
    if value is None:
        return "not known"
    return (
        f"{value:.4g}"
        if isinstance(value, float) and abs(value) < 1000
        else (f"{value:,.0f}" if isinstance(value, float) else str(value))
    )
