"""What a scoreboard is made of: tables that say what they are, the tries behind them, and what is missing."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from upstander.core.errors import ConfigError
from upstander.forecast.qualification import Verdict
from upstander.forecast.scores import Gain
from upstander.forecast.shapes import Names, Row
from upstander.forecast.workers import Progress, Workers
from upstander.lake.derive import RULES, Rule

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake

# How a table looks back. Never mixed: the word stands in the title of every table.
Kind = Literal["Hindcast", "Real origins", "Ledger", "Published", "Today's outlook"]
Form = Literal["text", "count", "number", "percent", "gain"]
Chart = Literal["", "reliability", "pit", "horizon"]
Cell = Any  # text, number, None where not known, or the dictionary of ``gain``
DIGITS = 6  # significant digits kept: more is noise, and the same to the byte everywhere


@dataclass(frozen=True)
class Column:
    """A column: its key in the rows, the words over it, and how its values are said."""

    key: str
    label: str
    form: Form = "number"
    digits: int = 3


Columns = tuple[Column, ...]


@dataclass(frozen=True)
class Table:
    """One table of scores.

    Attributes:
        what: the cases, in words; "" where the title says it all.
        chart: how a page draws it beside the numbers; "" for none.
        ships: whether it may stand in the package: nothing in it is anybody else's data.
    """

    id: str
    task: str
    kind: Kind
    title: str
    what: str
    columns: Columns
    rows: tuple[Mapping[str, Cell], ...]
    notes: Names = ()
    chart: Chart = ""
    ships: bool = True

    @property
    def heading(self) -> str:
        """The title with the word for how it looks back."""
        return f"{self.kind}: {self.title}"

    @property
    def whole(self) -> str:
        """The heading with the cases."""
        return f"{self.heading}; {self.what}" if self.what else self.heading


@dataclass(frozen=True)
class Part:
    """What one task gives: tables, verdicts on models, and what could not be scored and why."""

    tables: tuple[Table, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    missing: Names = ()


@dataclass(frozen=True)
class Asked:
    """What a task is scored with.

    Attributes:
        data: folder of the benchmarks, or of one of them; None where there is none.
        peers: folder of imported peers' forecasts.
        models: only these (baselines always stay); empty for all.
        latest: only so many of the newest origins; 0 for all.
        events: file of UCDP events that summary-event rules are tried on; None: those of the lake.
        rules: the summary-event rules.
        keys: folder of the ledger's key; None: keys in the home folder.
    """

    lake: Lake
    places: Places
    as_of: date
    seed: int
    home: Path
    workers: Workers
    progress: Progress
    data: Path | None = None
    models: Names = ()
    latest: int = 0
    events: Path | None = None
    rules: tuple[Rule, ...] = RULES
    keys: Path | None = None

    @property
    def peers(self) -> Path:
        """Folder of imported peers' forecasts."""
        return self.home / "peers"

    @property
    def stamp(self) -> str:
        """Changes with what the lake holds on the day."""
        releases = self.lake.releases(as_of=self.as_of)
        lines = sorted(f"{r.source} {r.release} {r.sha256}" for r in releases)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def folder(self, name: str, holds: str) -> Path | None:
        """The benchmark's folder ``name`` in ``data``, or ``data`` itself, whichever holds the file."""
        if self.data is None:
            return None
        return next(
            (f for f in (self.data / name, self.data) if (f / holds).is_file()), None
        )


@dataclass(frozen=True, kw_only=True)
class Task:
    """One way to be judged: ``score`` makes its tables from what is asked."""

    title: str
    citation: str
    score: Callable[[Asked], Part]


@dataclass(frozen=True)
class Board:
    """A whole scoreboard, as of a day, by one version of the code and one seed."""

    as_of: date
    code_version: str
    seed: int
    tables: tuple[Table, ...]
    verdicts: tuple[Verdict, ...]
    tried: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    missing: Names = ()

    def of(self, task: str) -> tuple[Table, ...]:
        """The tables of one task."""
        return tuple(t for t in self.tables if t.task == task)


def gain(comparison: Gain, *, lower_is_better: bool = True) -> Row:
    """A comparison as a cell: value, interval, and what may be said of it."""
    if math.isnan(comparison.value):
        return {
            "value": None,
            "low": None,
            "high": None,
            "verdict": "not known",
        }
    return {
        "value": comparison.value,
        "low": comparison.low,
        "high": comparison.high,
        "verdict": _verdict(comparison, lower_is_better),
    }


def _verdict(comparison: Gain, lower_is_better: bool) -> str:
    if not comparison.is_distinguishable:
        return "not distinguishable"
    value = comparison.value
    neutral = comparison.neutral
    is_better = value < neutral if lower_is_better else value > neutral
    return "better" if is_better else "worse"


def tidy(value: Cell) -> Cell:
    """Numbers to six significant digits, numpy's as Python's, NaN as not known."""
    if isinstance(value, Mapping):
        return {k: tidy(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if not math.isfinite(value) else float(f"{value:.{DIGITS}g}")
    return value.isoformat() if isinstance(value, date) else value


def to_json(board: Board, *, shipped: bool = False) -> str:
    """The board as text, the same bytes for the same board.

    ``shipped`` leaves out what may not be packed, and what was missing here: of another home that says nothing.
    """
    indent = None if shipped else 1
    body = _body(board, shipped)
    return (
        json.dumps(
            body,
            ensure_ascii=False,
            indent=indent,
            allow_nan=False,
        )
        + "\n"
    )


def _body(board: Board, shipped: bool) -> Row:
    return {
        "as_of": board.as_of.isoformat(),
        "code_version": board.code_version,
        "seed": board.seed,
        "tables": [_plain(t) for t in board.tables if t.ships or not shipped],
        "verdicts": [_plain(v) for v in board.verdicts],
        "tried": tidy(board.tried),
        "missing": [] if shipped else list(board.missing),
    }


def _plain(value: Any) -> Row:
    return {f.name: _plain_field(f.name, getattr(value, f.name)) for f in fields(value)}


def _plain_field(name: str, value: Any) -> Any:
    return [_plain(c) for c in value] if name == "columns" else tidy(value)


def from_json(text: str, where: str) -> Board:
    """The board of ``to_json``.

    Raises:
        ConfigError: the text is no scoreboard; ``where`` is named.
    """
    try:
        return _board(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{where}: not a scoreboard ({error!r}); run: upstander score --all"
        ) from None


def _board(body: Mapping[str, Any]) -> Board:
    tables = tuple(_table(t) for t in body["tables"])
    verdicts = tuple(Verdict(**v) for v in body["verdicts"])
    return Board(
        tables=tables,
        verdicts=verdicts,
        tried={k: tuple(v) for k, v in body["tried"].items()},
        as_of=date.fromisoformat(body["as_of"]),
        code_version=body["code_version"],
        seed=body["seed"],
        missing=tuple(body["missing"]),
    )


def _table(body: Mapping[str, Any]) -> Table:
    parts = {
        "columns": tuple(Column(**c) for c in body["columns"]),
        "rows": tuple(body["rows"]),
    }
    return Table(
        **{
            **body,
            **parts,
            "notes": tuple(body["notes"]),
        }
    )
