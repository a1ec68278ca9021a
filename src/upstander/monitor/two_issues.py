"""The newest issue of our forecasts beside the one before it, as rules of forecasts read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.forecast.issue import Issue

Chances = Mapping[str, float]


@dataclass(frozen=True)
class TwoIssues:
    """Rows of FORECAST_CHANCE of the newest issue with its day, and of the one before (None where there is none)."""

    newest: pa.Table
    day: date
    earlier: pa.Table | None = None
    day_before: date | None = None

    @staticmethod
    def in_order(issues: Sequence[Issue]) -> tuple[TwoIssues, ...]:
        """Each issue beside the one before it. ``issues``: by their day, oldest first."""
        made = []
        for before, newest in zip((None, *issues), issues, strict=False):
            earlier = (before.chances, before.as_of) if before else (None, None)
            made.append(TwoIssues(newest.chances, newest.as_of, *earlier))
        return tuple(made)

    def now(self, target: str) -> Chances:
        """The chance of a target by place in the newest issue, as a model gave it: base rates are nobody's forecast."""
        return {str(r["unit"]): float(r["probability"]) for r in self.rows(target)}

    def before(self, target: str) -> Chances:
        """The same in the issue before; none where there is none."""
        if self.earlier is None:
            return {}
        rows = _of(self.earlier, target)
        return {str(r["unit"]): float(r["probability"]) for r in rows}

    def rows(self, target: str) -> Sequence[Mapping[str, Any]]:
        """Rows of a target in the newest issue."""
        return _of(self.newest, target)

    def models(self, target: str) -> frozenset[str]:
        """Which models spoke on a target."""
        return frozenset(str(r["model"]) for r in self.rows(target))


def _of(chances: pa.Table, target: str) -> Sequence[Mapping[str, Any]]:
    own = chances.filter(pc.equal(chances["target"], target))
    rows: Sequence[Mapping[str, Any]] = own.to_pylist()
    return [r for r in rows if r["basis"] == "model"]
