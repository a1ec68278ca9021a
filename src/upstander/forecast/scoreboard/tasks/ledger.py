"""The ledger: forecasts issued and hashed before the truth was known. The only test."""

from __future__ import annotations

from upstander.forecast import ledger_scores
from upstander.forecast.ledger import Ledger, entries
from upstander.forecast.scoreboard.board import Asked, Column, Columns, Part, Table, Task
from upstander.forecast.shapes import Names

COLUMNS = (
    Column("entry", "Entry", "count"),
    Column("as_of", "As of", "text"),
    Column("target", "Target", "text"),
    Column("window", "Window", "text"),
    Column("model", "Model", "text"),
    Column("cases", "Cases", "count"),
    Column("events", "Events", "count"),
    Column("score_name", "Score", "text"),
    Column("score", "Value"),
    Column("baseline_name", "Baseline", "text"),
    Column("baseline", "Its value"),
    Column("said_as", "Counted on the day by", "text"),
    Column("truth_as", "Counted today by", "text"),
)
OPEN = (
    Column("entry", "Entry", "count"),
    Column("as_of", "As of", "text"),
    Column("target", "Target", "text"),
    Column("window", "Window", "text"),
    Column("why", "Why it is open", "text"),
)
MIXED = (
    "Where the two definitions differ the truth is counted otherwise than on the day of the issue: read such a row as a "
    "comparison of definitions too."
)


def score(asked: Asked) -> Part:
    """What has come true, and what is still open."""
    keys = asked.keys or asked.home / "keys"
    book = Ledger(asked.home / "ledger.jsonl", asked.home / "issues", keys)
    if not entries(book):
        empty = (
            f"The ledger {book.file.name} of this home folder is empty; run: upstander run"
        )
        return Part(missing=(empty,))
    items = ledger_scores.score(book, asked.lake, asked.places, today=asked.as_of)
    done = _rows([i for i in items if i.resolved], COLUMNS)
    late = _rows([i for i in items if not i.resolved], OPEN)
    resolved = _table(
        "resolved", "issued forecasts that have come true or not", COLUMNS, done, (MIXED,)
    )
    return Part(
        (resolved, _table("open", "issued forecasts whose window is not over", OPEN, late))
    )


def _rows(
    items: list[ledger_scores.Item], columns: Columns
) -> tuple[dict[str, object], ...]:
    whole = [row(i) for i in items]
    return tuple({c.key: r[c.key] for c in columns} for r in whole)


def _table(
    name: str,
    title: str,
    columns: Columns,
    rows: tuple[dict[str, object], ...],
    notes: Names = (),
) -> Table:
    """A ledger belongs to its installation: it never ships with the package."""
    return Table(
        f"ledger.{name}", "ledger", "Ledger", title, "", columns, rows, notes, ships=False
    )


def row(item: ledger_scores.Item) -> dict[str, object]:
    """An item as plain values."""
    return {
        "entry": item.entry,
        "issue": item.issue,
        "as_of": item.as_of.isoformat(),
        "made_on": item.made_on.isoformat(),
        "target": item.target,
        "window": _window(item),
        "model": item.model,
        "status": "resolved" if item.resolved else "open",
        "why": item.why,
        "cases": item.cases,
        "events": item.events,
        **_judged(item),
    }


def _window(item: ledger_scores.Item) -> str:
    return f"{item.first:%Y-%m} to {item.last:%Y-%m}"


def _judged(item: ledger_scores.Item) -> dict[str, object]:
    """The scores and definitions of an item; a figure of an open one is not known."""
    is_over = item.resolved
    return {
        "score_name": item.score_name,
        "score": item.score if is_over else None,
        "baseline_name": item.baseline_name,
        "baseline": item.baseline if is_over else None,
        "said_as": item.said_as,
        "truth_as": item.truth_as,
        "same_definition": item.same_definition if is_over else None,
    }


def summary(item: ledger_scores.Item) -> dict[str, object]:
    """An item in the words that fit a line of a terminal; what is left out stands in the JSON and the CSV."""
    is_over = item.resolved
    return {
        "target": item.target,
        "window": _window(item),
        "as_of": item.as_of.isoformat(),
        "score": f"{item.score_name} {item.score:.4g}" if is_over else "open",
        "baseline": f"{item.baseline:.4g}" if is_over else "",
        "cases": item.cases if is_over else "",
    }


TASK = Task(
    title="The ledger: forecasts issued before the truth was known",
    citation="this installation's hash-chained record of issues",
    score=score,
)
