"""The scoreboard as a Markdown page: the same board, the same bytes."""

from __future__ import annotations

from upstander.core.plugins import load
from upstander.core.types import CAVEAT
from upstander.forecast.scoreboard.assemble import TASKS, settings_tried, task_names
from upstander.forecast.scoreboard.board import Board, Table, Task
from upstander.forecast.scoreboard.cells import text

HEAD = """# Scoreboard: all tables

Written by `upstander score --all --write docs/reference/scoreboard_tables.md`; do not edit. As of {as_of}, version {version}, seed {seed}.

Three ways of looking back, never mixed, named in every title. **Hindcast**: final data cut at each origin, which flatters
every learned model. **Real origins**: dated copies, exactly what was published by that day. **Ledger**: forecasts issued and
hashed before the truth was known, the only test. A difference whose 90 % interval holds the neutral value reads *not
distinguishable*. {caveat}
"""


def page(board: Board) -> str:
    """The whole page."""
    parts = [
        HEAD.format(as_of=board.as_of, version=board.code_version, seed=board.seed, caveat=CAVEAT)
    ]
    if board.missing:
        parts.append(
            "## Not in this scoreboard\n\n" + "\n".join(f"- {m}" for m in board.missing) + "\n"
        )
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
    rows = [
        "| " + " | ".join(text(r.get(c.key), c).replace("|", "/") for c in shown.columns) + " |"
        for r in shown.rows
    ]
    notes = "".join(f"\n{n}\n" for n in shown.notes)
    return f"### {shown.whole}\n\n" + "\n".join([head, rule, *rows]) + "\n" + notes


def _verdicts(board: Board) -> str:
    if not board.verdicts:
        return ""
    rows = [
        f"| {v.target} | {v.model} | {'qualified' if v.qualified else '**outlook only**'} | {v.words} |"
        for v in board.verdicts
    ]
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
