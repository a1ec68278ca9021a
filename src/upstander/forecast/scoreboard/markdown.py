"""The scoreboard as a Markdown page: the same board, the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.core.plugins import load
from upstander.core.types import CAVEAT
from upstander.forecast.scoreboard.assemble import TASKS, settings_tried, task_names
from upstander.forecast.scoreboard.board import Board, Column, Table, Task

HEAD = """# Scoreboard

Written by `upstander score --all --write docs/scoreboard.md`; do not edit. As of {as_of}, version {version}, seed {seed}.

Three ways of looking back, never mixed, named in every title. **Hindcast**: final data cut at each origin, which flatters
every learned model. **Real origins**: dated copies, exactly what was published by that day. **Ledger**: forecasts issued and
hashed before the truth was known, the only test. A difference whose 90 % interval holds the neutral value reads *not
distinguishable*. {caveat}
"""


def page(board: Board) -> str:
    """The whole page."""
    parts = [HEAD.format(as_of=board.as_of, version=board.code_version, seed=board.seed, caveat=CAVEAT)]
    if board.missing:
        parts.append("## Not scored\n\n" + "\n".join(f"- {m}" for m in board.missing) + "\n")
    parts.append(_verdicts(board))
    for name in task_names():
        if tables := board.of(name):
            task = load(TASKS, name, Task)
            parts.append(f"## {task.title}\n\nSource: {task.citation}.\n")
            parts += [table(t) for t in tables]
    parts.append(_tried(board))
    return "\n".join(p for p in parts if p)


def table(shown: Table) -> str:
    """One table with its notes."""
    head = "| " + " | ".join(c.label for c in shown.columns) + " |"
    rule = "|" + "|".join("---" if c.form == "text" else "--:" for c in shown.columns) + "|"
    rows = ["| " + " | ".join(text(r.get(c.key), c) for c in shown.columns) + " |" for r in shown.rows]
    notes = "".join(f"\n{n}\n" for n in shown.notes)
    return f"### {shown.heading}\n\n" + "\n".join([head, rule, *rows]) + "\n" + notes


def text(value: Any, column: Column) -> str:
    """A cell as people read it; what is not known is said so.

    >>> text({"value": 0.9441, "low": 0.912, "high": 1.02, "verdict": "not distinguishable"}, Column("r", "", "gain"))
    '0.944 [0.912, 1.020] not distinguishable'
    """
    if value is None:
        return "–" if column.form in ("gain", "text") else "not known"
    if isinstance(value, Mapping):
        if value["value"] is None:
            return "not known"
        told = f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"
        return f"{told} not distinguishable" if value["verdict"] == "not distinguishable" else told
    if column.form == "text" or isinstance(value, str):
        return str(value).replace("|", "/")
    if column.form == "count":
        return f"{value:,.0f}"
    if column.form == "percent":
        return f"{100 * value:.1f} %"
    return f"{value:,.{column.digits}f}"


def _verdicts(board: Board) -> str:
    if not board.verdicts:
        return ""
    rows = [f"| {v.target} | {v.model} | {'qualified' if v.qualified else '**outlook only**'} | {v.words} |"
            for v in board.verdicts]  # fmt: skip
    return (
        "## Qualification for alerts\n\nA model that does not beat its baseline is shown and never used for alerts.\n\n"
        "| Target | Model | Verdict | Ground |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _tried(board: Board) -> str:
    lines = []
    for name, entries in board.tried.items():
        lines.append(f"- {name}: {settings_tried(board.tried, name)} settings")
        lines += [f"  - {e['date']}: {e['what']} ({e['settings']})" for e in entries]
    return "## What was tried\n\n" + "\n".join(lines) + "\n" if lines else ""
