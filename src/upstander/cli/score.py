"""``upstander score``: how good the forecasts are, beside every baseline and peer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.forecast.scoreboard.board import Board, Column, Table

ORDER = 7  # in the list of verbs

SHOWN = (
    ".models",
    ".models_sure",
    ".published",
    ".resolved",
)  # tables the terminal shows; the rest is in the files
EXAMPLE = "upstander score --all --data ../shared/data/benchmarks --write docs/reference/scoreboard_tables.md"


def score(
    everything: Annotated[
        bool, typer.Option("--all", help="Every task; keeps the scoreboard that pages show.")
    ] = False,
    benchmark: Annotated[
        str | None, typer.Option(help="One task: ledger, real_origins, views, annual ...")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the benchmarks, or of the one named.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Write the scoreboard as Markdown to this file.")
    ] = None,
    ship: Annotated[
        bool, typer.Option(help="Renew the copy inside the package, before a release.")
    ] = False,
    model: Annotated[
        list[str] | None, typer.Option(help="Only this model and the baselines; may be repeated.")
    ] = None,
    latest: Annotated[
        int, typer.Option(min=0, help="Only so many of the newest origins; 0: all.")
    ] = 0,
    events: Annotated[
        Path | None,
        typer.Option(help="File of UCDP events to try summary-event rules on; else the lake's."),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this summary-event rule: end_month, start_month, spread; may be repeated."
        ),
    ] = None,
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Score every model, baseline and imported peer; differences come with 90 % intervals."""
    from upstander import pipeline
    from upstander.core.errors import ConfigError
    from upstander.forecast.scoreboard import assemble, markdown
    from upstander.lake.derive import RULES

    if everything == (benchmark is not None):
        raise ConfigError(
            f"give --all, or --benchmark with one of {', '.join(assemble.task_names())}"
        )
    whole = everything and not latest and not model and not rule
    if ship and not whole:
        raise ConfigError(
            "--ship needs the whole scoreboard: --all, without --model, --latest or --rule"
        )
    if unknown := set(rule or ()) - set(RULES):
        raise ConfigError(
            f"--rule {', '.join(sorted(unknown))}: no summary-event rule; have {', '.join(RULES)}"
        )
    rules = tuple(r for r in RULES if r in (rule or RULES))
    settings = terminal.settings(home, as_of)
    with terminal.progress() as progress:
        tasks = () if benchmark is None else (benchmark,)
        board = pipeline.score(
            settings,
            tasks,
            data,
            models=tuple(model or ()),
            latest=latest,
            events=events,
            rules=rules,
            progress=progress,
        )
    if whole:
        terminal.say(f"kept: {assemble.keep(board, settings.home)}")
    if write is not None:
        terminal.written(write, markdown.page(board))
        terminal.say(f"written: {write}")
    if ship:
        terminal.say(f"written: {assemble.ship(board)}")
    for text in board.missing:
        terminal.say(text)
    _emit(board, shape)


def _emit(board: Board, shape: terminal.Format) -> None:
    """JSON: the whole board, with the first table's rows on top. Else each task's tables of models."""
    from upstander.core.types import CAVEAT
    from upstander.forecast.scoreboard import board as boards
    from upstander.forecast.scoreboard import cells

    if shape is terminal.Format.json:
        import json

        first = board.tables[0] if board.tables else None
        body = json.loads(boards.to_json(board))
        print(
            json.dumps(
                {
                    "title": first.heading if first else "",
                    "rows": list(_flat(first)) if first else [],
                    "caveat": CAVEAT,
                    **body,
                },
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    for table in board.tables:
        notes = {f"note {n}": note for n, note in enumerate(table.notes, start=1)}
        if shape is terminal.Format.csv:
            terminal.emit(
                list(_flat(table)),
                shape,
                title=table.heading,
                head={"table": table.heading, **notes},
            )
        elif table.id.endswith(SHOWN):
            told = [
                {c.label: cells.text(r.get(c.key), c) for c in table.columns} for r in table.rows
            ]
            terminal.emit(told, shape, title=table.heading, head=notes)
    if shape is terminal.Format.table:
        count = len(board.tables)
        terminal.say(
            f"{count} {'table' if count == 1 else 'tables'} in all: --format json, --write FILE.md, or the page /track-record"
        )


def _flat(table: Table) -> Iterable[Mapping[str, Any]]:
    """Rows with the parts of an interval side by side, every row with every key."""

    def parts(row: Mapping[str, Any], column: Column) -> dict[str, Any]:
        value = row.get(column.key)
        if column.form != "gain":
            return {column.key: value}
        named = {"": "value", "_low": "low", "_high": "high", "_verdict": "verdict"}
        return {f"{column.key}{suffix}": (value or {}).get(part) for suffix, part in named.items()}

    for row in table.rows:
        yield {k: v for c in table.columns for k, v in parts(row, c).items()}
