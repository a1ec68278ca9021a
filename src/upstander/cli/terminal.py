"""What every verb needs to speak: settings, progress bars, tables and JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from upstander.core.rights import Actor
    from upstander.core.settings import Settings

Progress = Callable[[str, int, int], None]
PATIENCE = (
    10.0  # seconds: a pipe that says nothing for longer looks like a process that hangs
)


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"


Home = Annotated[
    Path | None,
    typer.Option(
        help="Folder for the lake, forecasts and reports (default: UPSTANDER_HOME, else ./var)."
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        help="The day we ask about, YYYY-MM-DD (default: today, or the bundle's own date where nothing newer was fetched)."
    ),
]
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
    if home is not None and home.exists() and not home.is_dir():
        raise ConfigError(
            f"--home {home}: is a file; name a folder, which is made where it does not exist"
        )
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        raise ConfigError(_complaint(error.errors()[0])) from None


def _complaint(fault: Mapping[str, Any]) -> str:
    name, given = ".".join(map(str, fault["loc"])), str(fault["input"])[:60]
    if name == "as_of":
        return f"--as-of {given!r} is not a day; write YYYY-MM-DD, for example 2026-06-24"
    return f"{name}: {fault['msg']} (given {given!r}); mend UPSTANDER_{name.upper()}"


def command(words: str) -> str:
    """A command of ours as the reader can type it here: with its path where the shell does not find it.

    >>> command("run").endswith("upstander run")
    True
    """
    import shutil

    called = Path(sys.argv[0])
    is_found = shutil.which("upstander") is not None or called.name != "upstander"
    return f"{'upstander' if is_found else called} {words}"


def written(file: Path, content: str | bytes) -> None:
    """Write a file that the command line named, aside first.

    Raises:
        ConfigError: it cannot be written there; the message says why and what to do.
    """
    from upstander.core.errors import ConfigError
    from upstander.core.files import write_aside

    try:
        write_aside(file, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be written ({error.strerror or error}); name a file in a folder of yours"
        ) from None


@contextmanager
def progress(clock: Callable[[], float] = monotonic) -> Iterator[Progress]:
    """Progress bars on stderr; in a file or pipe, one line a stage, and one more whenever a while has passed."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    tasks: dict[str, TaskID] = {}
    last = clock()
    with Bars(
        TextColumn("{task.description:<44}"),
        BarColumn(24),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bars:

        def show(stage: str, done: int, total: int) -> None:
            nonlocal last
            is_new, now = stage not in tasks, clock()
            if is_new:
                tasks[stage] = bars.add_task(stage, total=total)
            if not console.is_terminal and (is_new or now - last >= PATIENCE):
                sys.stderr.write(
                    f"{stage} ...\n" if is_new else f"{stage}: {done} of {total}\n"
                )
                sys.stderr.flush()
                last = now
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def say(text: str) -> None:
    """One line for people, on stderr, so that stdout stays a clean table or JSON."""
    sys.stderr.write(text + "\n")


def emit(
    rows: Sequence[Mapping[str, Any]], shape: Format, *, title: str, head: Mapping[str, Any]
) -> None:
    """Print rows as a table, CSV or JSON; ``head`` (age of data, caveat ...) goes with every one of them."""
    if shape is Format.json:
        print(
            json.dumps(
                {**head, "rows": list(rows)}, indent=2, default=_plain, ensure_ascii=False
            )
        )
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

    console = Console(highlight=False, markup=False)
    told = [
        {name.replace("_", " "): _cell(value) for name, value in row.items()}
        for row in rows
    ]
    if told and _least_width(told) > console.width:
        _blocks(console, title, told)
    else:
        _grid(
            console,
            title,
            told,
            [_is_number(rows, name) for name in (rows[0] if rows else ())],
        )
    for key, value in head.items():
        console.print(f"{key.replace('_', ' ')}: {value}", style="dim")


def _is_number(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    return isinstance(
        next((r[name] for r in rows if r[name] is not None), ""), (int, float)
    )


def _least_width(rows: Sequence[Mapping[str, str]]) -> int:
    """Columns of the terminal that the rows need: the first column whole, of the others the longest word."""
    first, *rest = rows[0]
    whole = max(len(first), *(len(row[first]) for row in rows))
    return whole + sum(
        2 + max(len(w) for row in rows for w in (*name.split(), *row[name].split(), ""))
        for name in rest
    )


def _grid(
    console: Any, title: str, rows: Sequence[Mapping[str, str]], numbers: Sequence[bool]
) -> None:
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", header_style="bold", box=None, pad_edge=False
    )
    for at, (name, is_number) in enumerate(
        zip(rows[0] if rows else (), numbers, strict=True)
    ):
        table.add_column(
            name, justify="right" if is_number else "left", no_wrap=at == 0, overflow="fold"
        )
    for row in rows:
        table.add_row(*row.values())
    console.print(table)


def _blocks(console: Any, title: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Each row as a paragraph, where a table of so many columns would cut its words."""
    console.print(title, style="italic")
    for row in rows:
        (_, called), *rest = row.items()
        console.print(called, style="bold")
        console.print(
            "; ".join(f"{name} {value}" for name, value in rest if value), soft_wrap=False
        )


def _cell(value: Any) -> str:
    if value is None:
        return "not known"
    return (
        f"{value:.4g}"
        if isinstance(value, float) and abs(value) < 1000
        else (f"{value:,.0f}" if isinstance(value, float) else str(value))
    )


def operator(*, administrator: bool = False) -> Actor:
    """Whoever has a shell on this machine, as the access log names them."""
    from upstander.core.rights import OPERATOR, Role

    return replace(OPERATOR, role=Role.ADMINISTRATOR) if administrator else OPERATOR
