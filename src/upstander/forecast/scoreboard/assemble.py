"""Run the tasks, add what was tried, and keep the scoreboard where pages and alerts find it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from upstander import __version__
from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.core.files import write_aside
from upstander.forecast.scoreboard.board import (
    Asked,
    Board,
    Part,
    Table,
    Task,
    from_json,
    tidy,
    to_json,
)
from upstander.forecast.shapes import Names

TASKS = "upstander.forecast.scoreboard.tasks"
ORDER = (
    "ledger",
    "real_origins",
    "views_run",
    "hindcast",
    "views",
    "rolling",
    "annual",
    "ewp",
    "summary_events",
)  # the most honest first
Tried = Mapping[str, tuple[Mapping[str, Any], ...]]


def task_names() -> list[str]:
    """Every task, the most honest way of looking back first."""
    return sorted(plugins.names(TASKS), key=_place_in_order)


def _place_in_order(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def build(asked: Asked, tasks: Sequence[str] = ()) -> Board:
    """Score the tasks, all of them when none is named.

    Raises:
        ConfigError: no such task, or a benchmark's folder is not what it should be.
    """
    parts = {name: _scored(asked, name) for name in tasks or task_names()}
    tried = {n: t for n, t in tries().items() if n in parts}
    tables = tuple(_finished(t, tried) for part in parts.values() for t in part.tables)
    verdicts = tuple(v for p in parts.values() for v in p.verdicts)
    missing = (*_reduced(asked), *(m for p in parts.values() for m in p.missing))
    return Board(
        asked.as_of,
        __version__,
        asked.seed,
        tables,
        verdicts,
        tried,
        missing,
    )


def _scored(asked: Asked, name: str) -> Part:
    # Reading what a task needs takes minutes before its first piece is done.
    asked.progress(f"score {name}", 0, 1)
    part = plugins.load(TASKS, name, Task).score(asked)
    asked.progress(f"score {name}", 1, 1)
    return part


def _reduced(asked: Asked) -> Names:
    """What was left out on request: a quick look is never taken for the whole."""
    parts = []
    if asked.latest:
        parts.append(f"only the newest {asked.latest} origins of each task")
    if asked.models:
        parts.append(f"only {', '.join(asked.models)} and the baselines")
    return (f"Reduced scale: {' and '.join(parts)} were scored.",) if parts else ()


def tries() -> Tried:
    """What was tried on each task's cases, from ``tried.toml``, kept by hand."""
    text = files("upstander.forecast.scoreboard").joinpath("tried.toml").read_text("utf-8")
    by_task = tomllib.loads(text)
    return {task: tuple(tidy(e) for e in entries) for task, entries in by_task.items()}


def settings_tried(tried: Tried, task: str) -> int:
    """How many settings were scored on a task's cases until now."""
    return sum(int(e["settings"]) for e in tried.get(task, ()))


def _finished(table: Table, tried: Tried) -> Table:
    """The table with plain, rounded values, and the number of settings tried under it."""
    rows = tuple(tidy(r) for r in table.rows)
    return replace(table, rows=rows, notes=(*table.notes, *_note_of_tries(table, tried)))


def _note_of_tries(table: Table, tried: Tried) -> Names:
    count = settings_tried(tried, table.task)
    if not count or table.kind == "Published":
        return ()
    return (f"Settings tried on these cases until now: {count}.",)


def file_in(home: Path) -> Path:
    """Where a home folder keeps its scoreboard."""
    return home / "scoreboard" / "scoreboard.json"


def keep(board: Board, home: Path) -> Path:
    """Write the board under ``home``, aside first."""
    file = file_in(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_aside(file, to_json(board).encode())
    return file


def with_task(board: Board, new: Board, task: str) -> Board:
    """A board with one task scored anew; its truth is then known on the later of both days."""
    kept = tuple(t for t in board.tables if t.task != task)
    known = max(board.as_of, new.as_of)
    return replace(
        board,
        as_of=known,
        tables=(*new.tables, *kept),
        missing=(*board.missing, *new.missing),
    )


def packaged() -> Path:
    """The copy that comes with the package: our own scores, nothing of anybody's benchmark."""
    return Path(str(files("upstander.forecast.scoreboard").joinpath("scoreboard.json")))


def ship(board: Board) -> Path:
    """Renew the packaged copy, before a release."""
    file = packaged()
    file.write_text(to_json(board, shipped=True), encoding="utf-8")
    return file


def file_held(home: Path) -> Path:
    """The scoreboard of ``home``, else the packaged one."""
    own = file_in(home)
    return own if own.is_file() else packaged()


def held(home: Path) -> tuple[Board, bool]:
    """The scoreboard in ``file_held``, and whether it is this installation's own.

    Raises:
        ConfigError: the file is damaged.
    """
    file = file_held(home)
    try:
        return from_json(file.read_text(encoding="utf-8"), str(file)), file == file_in(home)
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read ({error}); run: upstander score --all"
        ) from None
