"""``upstander score``: how good the forecasts are, beside every baseline and peer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.core.settings import Settings
    from upstander.forecast.scoreboard.board import Board, Column, Table
    from upstander.lake.derive import Rule

ORDER = 7  # in the list of verbs

# Tables the terminal shows; the rest is in the files.
SHOWN = (".models", ".models_sure", ".published", ".resolved")
EXAMPLE = "upstander score --all --data ../shared/data/benchmarks --write docs/reference/scoreboard_tables.md"


Everything = Annotated[
    bool, typer.Option("--all", help="Every task; keeps the scoreboard that pages show.")
]
Benchmark = Annotated[
    str | None, typer.Option(help="One task: ledger, real_origins, views, annual ...")
]
Data = Annotated[
    Path | None, typer.Option(help="Folder of the benchmarks, or of the one named.")
]
Write = Annotated[
    Path | None, typer.Option(help="Write the scoreboard as Markdown to this file.")
]
Ship = Annotated[
    bool, typer.Option(help="Renew the copy inside the package, before a release.")
]
Models = Annotated[
    list[str] | None,
    typer.Option(help="Only this model and the baselines; may be repeated."),
]
Latest = Annotated[
    int, typer.Option(min=0, help="Only so many of the newest origins; 0: all.")
]
Events = Annotated[
    Path | None,
    typer.Option(
        help="File of UCDP events to try summary-event rules on; else the lake's."
    ),
]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        help="Only this summary-event rule: end_month, start_month, spread; may be repeated."
    ),
]


def score(
    everything: Everything = False,
    benchmark: Benchmark = None,
    data: Data = None,
    write: Write = None,
    ship: Ship = False,
    model: Models = None,
    latest: Latest = 0,
    events: Events = None,
    rule: Rules = None,
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Score every model, baseline and imported peer; differences come with 90 % intervals."""
    from upstander import pipeline

    _one_or_all(everything, benchmark)
    whole = everything and not latest and not model and not rule
    _refuse_to_ship_a_part(ship, whole)
    rules = _rules(rule)
    settings = terminal.settings(home, as_of)
    with terminal.progress() as progress:
        board = pipeline.score(
            settings,
            () if benchmark is None else (benchmark,),
            data,
            models=tuple(model or ()),
            latest=latest,
            events=events,
            rules=rules,
            progress=progress,
        )
    _keep(board, settings.home if whole else None, write, ship)
    if ship:
        terminal.say(f"written: {_ship_past_odds(settings)}")
    for text in board.missing:
        terminal.say(text)
    _emit(board, shape)


def _one_or_all(everything: bool, benchmark: str | None) -> None:
    from upstander.core.errors import ConfigError
    from upstander.forecast.scoreboard import assemble

    if everything == (benchmark is not None):
        raise ConfigError(
            f"give --all, or --benchmark with one of {', '.join(assemble.task_names())}"
        )


def _refuse_to_ship_a_part(ship: bool, whole: bool) -> None:
    from upstander.core.errors import ConfigError

    if ship and not whole:
        raise ConfigError(
            "--ship needs the whole scoreboard: --all, without --model, --latest or --rule"
        )


def _rules(asked: list[str] | None) -> tuple[Rule, ...]:
    """The summary-event rules asked for, all where none is named. Raises ConfigError."""
    from upstander.core.errors import ConfigError
    from upstander.lake.derive import RULES

    if unknown := set(asked or ()) - set(RULES):
        raise ConfigError(
            f"--rule {', '.join(sorted(unknown))}: no summary-event rule; have {', '.join(RULES)}"
        )
    return tuple(r for r in RULES if r in (asked or RULES))


def _keep(board: Board, home: Path | None, write: Path | None, ship: bool) -> None:
    """Write the board where it is asked for: for the pages of ``home``, as Markdown, into the package."""
    from upstander.forecast.scoreboard import assemble, markdown

    if home is not None:
        terminal.say(f"kept: {assemble.keep(board, home)}")
    if write is not None:
        terminal.written(write, markdown.page(board))
        terminal.say(f"written: {write}")
    if ship:
        terminal.say(f"written: {assemble.ship(board)}")


def _ship_past_odds(settings: Settings) -> Path:
    """Renew what the models said of past years, which exercises show."""
    from upstander import pipeline
    from upstander.forecast import past_odds

    lake, places = pipeline.open_lake(settings)
    return past_odds.ship(lake, places, pipeline.day(settings), settings.seed)


def _emit(board: Board, shape: terminal.Format) -> None:
    """JSON: the whole board, with the first table's rows on top. Else each task's tables of models."""
    if shape is terminal.Format.json:
        _emit_json(board)
        return
    for table in board.tables:
        notes = {f"note {n}": note for n, note in enumerate(table.notes, start=1)}
        if shape is terminal.Format.csv:
            head = {"table": table.heading, **notes}
            terminal.emit(list(_flat(table)), shape, title=table.heading, head=head)
        elif table.id.endswith(SHOWN):
            terminal.emit(_in_words(table), shape, title=table.heading, head=notes)
    if shape is terminal.Format.table:
        count = len(board.tables)
        terminal.say(
            f"{count} {'table' if count == 1 else 'tables'} in all: --format json, --write FILE.md, or the page /track-record"
        )


def _emit_json(board: Board) -> None:
    import json

    from upstander.core.types import CAVEAT
    from upstander.forecast.scoreboard import board as boards

    first = board.tables[0] if board.tables else None
    body = {
        "title": first.heading if first else "",
        "rows": list(_flat(first)) if first else [],
        "caveat": CAVEAT,
        **json.loads(boards.to_json(board)),
    }
    print(json.dumps(body, ensure_ascii=False, indent=2))


def _in_words(table: Table) -> list[dict[str, str]]:
    from upstander.forecast.scoreboard import cells

    return [
        {c.label: cells.text(r.get(c.key), c) for c in table.columns} for r in table.rows
    ]


def _flat(table: Table) -> Iterable[Mapping[str, Any]]:
    """Rows with the parts of an interval side by side, every row with every key."""

    def parts(row: Mapping[str, Any], column: Column) -> dict[str, Any]:
        value = row.get(column.key)
        if column.form != "gain":
            return {column.key: value}
        named = {"": "value", "_low": "low", "_high": "high", "_verdict": "verdict"}
        return {
            f"{column.key}{suffix}": (value or {}).get(part)
            for suffix, part in named.items()
        }

    for row in table.rows:
        yield {k: v for c in table.columns for k, v in parts(row, c).items()}
