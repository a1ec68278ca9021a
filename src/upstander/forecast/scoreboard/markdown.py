"""The scoreboard as a Markdown page: the same board, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from upstander.core.plugins import load
from upstander.core.types import CAVEAT
from upstander.forecast.qualification import Verdict
from upstander.forecast.scoreboard.assemble import TASKS, settings_tried, task_names
from upstander.forecast.scoreboard.board import Board, Column, Table, Task
from upstander.forecast.scoreboard.cells import text
from upstander.forecast.shapes import Names

HEAD = """# Scoreboard: all tables

Written by `upstander score --all --write docs/reference/scoreboard_tables.md`; do not edit. As of {as_of}, version {version}, seed {seed}.

Three ways of looking back, never mixed, named in every title. **Hindcast**: final data cut at each origin, which flatters
every learned model. **Real origins**: dated copies, exactly what was published by that day. **Ledger**: forecasts issued and
hashed before the truth was known, the only test. A difference whose 90 % interval holds the neutral value reads *not
distinguishable*. {caveat}
"""


def page(board: Board) -> str:
    """The whole page."""
    head = HEAD.format(
        as_of=board.as_of,
        version=board.code_version,
        seed=board.seed,
        caveat=CAVEAT,
    )
    tasks = [part for name in task_names() for part in _task(board, name)]
    parts = [head, _missing(board), _verdicts(board), *tasks, _tried(board)]
    return "\n".join(p for p in parts if p)


def _missing(board: Board) -> str:
    if not board.missing:
        return ""
    return (
        "## Not in this scoreboard\n\n" + "\n".join(f"- {m}" for m in board.missing) + "\n"
    )


def _task(board: Board, name: str) -> list[str]:
    """The tables of a task under its title."""
    tables = board.of(name)
    if not tables:
        return []
    task = load(TASKS, name, Task)
    return [f"## {task.title}\n\nSource: {task.citation}.\n", *(table(t) for t in tables)]


def table(shown: Table) -> str:
    """One table with its notes."""
    head = _line(c.label for c in shown.columns)
    rule = "|" + "|".join("---" if c.form == "text" else "--:" for c in shown.columns) + "|"
    rows = [_row(r, shown.columns) for r in shown.rows]
    notes = "".join(f"\n{n}\n" for n in shown.notes)
    return f"### {shown.whole}\n\n" + "\n".join([head, rule, *rows]) + "\n" + notes


def _row(row: Mapping[str, Any], columns: Sequence[Column]) -> str:
    return _line(text(row.get(c.key), c).replace("|", "/") for c in columns)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _verdicts(board: Board) -> str:
    if not board.verdicts:
        return ""
    rows = [_line(_verdict(v)) for v in board.verdicts]
    return (
        "## Qualification for alerts\n\nA model that does not beat its baseline is shown and never used for alerts.\n\n"
        "| Target | Model | Verdict | Ground |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def _verdict(v: Verdict) -> Names:
    return (v.target, v.model, "qualified" if v.qualified else "**outlook only**", v.words)


def _tried(board: Board) -> str:
    lines = [line for name in board.tried for line in _tries_of(board, name)]
    return "## What was tried\n\n" + "\n".join(lines) + "\n" if lines else ""


def _tries_of(board: Board, name: str) -> Iterator[str]:
    yield f"- {name}: {settings_tried(board.tried, name)} settings"
    for e in board.tried[name]:
        yield f"  - {e['date']}: {e['what']} ({e['settings']})"
