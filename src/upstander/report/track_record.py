"""“Were we right?”: the scoreboard as a page shows it, with its pictures drawn here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from markupsafe import Markup

from upstander.core.errors import NotQualified
from upstander.core.messages import say
from upstander.core.plugins import load
from upstander.forecast import shipped, targets
from upstander.forecast.qualification import DRAWN, Verdict, of, qualified
from upstander.forecast.rolling import chances
from upstander.forecast.scoreboard.assemble import TASKS, settings_tried, task_names
from upstander.forecast.scoreboard.board import Board, Column, Table, Task
from upstander.forecast.scoreboard.cells import text
from upstander.forecast.scoreboard.reliability import bin_of
from upstander.report import score_charts
from upstander.report.probabilities import Chance, label

ISSUED = (shipped.DRAWS, shipped.CHANCES, chances.MODEL)  # models that issues are made with
YEAR = 12  # months
NEVER = say("report.never_judged")


@dataclass(frozen=True)
class Said:
    """A cell in words, and what stands small under it: a comparison's interval and verdict."""

    text: str
    under: str = ""


@dataclass(frozen=True)
class Section:
    """One task with its tables and how much was tried on its cases."""

    name: str
    title: str
    citation: str
    tried: int
    tables: tuple[Table, ...]


def sections(board: Board) -> tuple[Section, ...]:
    """The tasks that were scored, the most honest way of looking back first."""
    return tuple(_section(board, name) for name in task_names() if board.of(name))


def _section(board: Board, name: str) -> Section:
    task = load(TASKS, name, Task)
    tried = settings_tried(board.tried, name)
    return Section(
        name=name,
        title=task.title,
        citation=task.citation,
        tried=tried,
        tables=board.of(name),
    )


WIDEST = 9  # columns that fit 1,120 pixels, one of names or of a comparison with its interval counted as two


def pieces(table: Table) -> tuple[tuple[Column, ...], ...]:
    """A table's columns in pieces that a page holds without cutting one off, each with the columns that name the row."""
    names = _naming(table.columns)
    pieces: list[list[Column]] = [[]]
    for column in table.columns[len(names) :]:
        if pieces[-1] and _width((*names, *pieces[-1], column)) > WIDEST:
            pieces.append([])
        pieces[-1].append(column)
    return tuple((*names, *piece) for piece in pieces)


def _naming(columns: Sequence[Column]) -> Sequence[Column]:
    """The columns that name the row: those of text before any other, and at least the first."""
    texts = len(list(takewhile(lambda column: column.form == "text", columns)))
    return columns[: max(texts, 1)]


def _width(columns: Sequence[Column]) -> int:
    return sum(2 if c.form in ("text", "gain") else 1 for c in columns)


@dataclass(frozen=True)
class Judged:
    """Verdicts: on the models that issues are made with, over the year ahead and over other windows; and on other models."""

    year_ahead: tuple[Verdict, ...]
    other_windows: tuple[Verdict, ...]
    other_models: tuple[Verdict, ...]


def judged(board: Board) -> Judged:
    """The board's verdicts, what a reader asks for first apart."""
    issued = [v for v in board.verdicts if v.model in ISSUED]
    near = tuple(v for v in issued if _is_year_ahead(v.target))
    return Judged(
        near,
        tuple(v for v in issued if v not in near),
        tuple(v for v in board.verdicts if v.model not in ISSUED),
    )


def _is_year_ahead(target: str) -> bool:
    return target == DRAWN or targets.get(target).months == YEAR


def judged_here(board: Board) -> str:
    """What the only test says so far: how many issued forecasts have come true or not."""
    table = next((t for t in board.tables if t.id == "ledger.resolved"), None)
    if table is None or not table.rows:
        return "No forecast issued on this installation has been judged yet: its window has to pass first."
    number = len(table.rows)
    forecasts = "forecasts have" if number > 1 else "forecast has"
    return f"{number} issued {forecasts} been judged on this installation; see the ledger below."


def picture(table: Table) -> tuple[Markup, str]:
    """A table's picture and its caption; nothing where it has none."""
    drawn, caption = score_charts.draw(table)
    return Markup(
        drawn
    ), caption  # S704: our own SVG; labels in it are escaped in charts.svg


def named(target: str) -> str:
    """A target of the scoreboard in words."""
    if target == DRAWN:
        return "Deaths by month"
    return f"{label(target)}, in two years" if target.endswith("_24m") else label(target)


def said(value: Any, column: Column) -> Said:
    """A cell of a table in words."""
    words = text(value, column)
    if not isinstance(value, Mapping):
        return Said(words)
    first, _, rest = words.partition(" ")
    return Said(first, rest)


def standing(
    verdicts: Sequence[Verdict], printed: Sequence[Chance]
) -> tuple[tuple[str, str], ...]:
    """Whether a country page's probabilities may raise an alert, in words, and the events it is said of."""
    events: dict[str, list[str]] = {}
    for chance in printed:
        verdict = gate(verdicts, chance)
        events.setdefault(verdict, []).append(f"{chance.label}, {chance.period}")
    return tuple((verdict, "; ".join(labels)) for verdict, labels in events.items())


@dataclass(frozen=True)
class Fared:
    """How often an event came in past forecasts of a model, by what was said; ``is_own`` marks where a probability stands."""

    said: str
    is_own: bool
    cases: int
    mean: float
    seen: float
    low: float
    high: float


def fared(board: Board | None, chance: Chance) -> tuple[Fared, ...]:
    """Past forecasts of the event by the model that made a probability, looking back; none where no table is kept of them."""
    tables = (t for t in (board.tables if board else ()) if t.id in RELIABILITY)
    own = bin_of(chance.probability) if chance.applies else ""
    return tuple(
        Fared(r["bin"], r["bin"] == own, *(r[n] for n in FIGURES))
        for table in tables
        for r in table.rows
        if r["event"] == chance.target and r["model"] == chance.model
    )


def fared_alike(board: Board | None, chance: Chance | None) -> Fared | None:
    """Past forecasts in the range of a probability; None where none is kept."""
    every = fared(board, chance) if chance else ()
    return next((row for row in every if row.is_own), None)


RELIABILITY = ("annual.reliability", "rolling.reliability")
FIGURES = ("cases", "said", "seen", "low", "high")


def gate(verdicts: Sequence[Verdict], chance: Chance) -> str:
    """What the alert gate says of a probability: the same gate that an alert has to pass."""
    try:
        return qualified(verdicts, chance.target, chance.model)[0].words
    except NotQualified:
        bad = (
            v.words for v in of(verdicts, chance.target, chance.model) if not v.qualified
        )
        return next(bad, NEVER)


def twin(board: Board, own: bool) -> dict[str, Any]:
    """The page as plain values."""
    import json

    from upstander.forecast.scoreboard.board import to_json

    body: Mapping[str, Any] = json.loads(to_json(board))
    return {"own": own, **body}
