"""One picture of a country's assessment: risk by factor with its coverage, and resilience by subject beside it.

Only where things stand is worked out here; the words are the page's own (``assessment_picture.html``), and the tables under the
picture hold every number. The two are drawn in different colours and never made into one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess.resilience import Row
from upstander.report.charts import SCALE
from upstander.report.registers import Shown

STEPS = 4  # of a level
STEP, GAP = 56, 4  # of risk, in units of the drawing
FACTOR_HEIGHT, TOP = 60, 26
SIDES = {"law": 226, "practice": 316}  # where each side of resilience begins
SMALL, SUBJECT_HEIGHT = 16, 19
STRONG = "#2c6469"  # of what protects; no shade of risk


def risk(rows: Sequence[Mapping[str, Any]]) -> Shown:
    """A bar a factor, of as many steps as its level, and under it how much of it is assessed."""
    width = STEPS * (STEP + GAP) - GAP
    return {
        "height": len(rows) * FACTOR_HEIGHT,
        "width": width,
        "step": STEP,
        "rows": [_factor(row, at * FACTOR_HEIGHT, width) for at, row in enumerate(rows)],
    }


def _factor(row: Mapping[str, Any], y: int, width: int) -> Shown:
    level = row["value"]
    fill = SCALE[level] if level is not None else ""
    share = row["assessed"] / row["of"] if row["of"] else 0
    return {
        **{name: row[name] for name in ("code", "title", "level", "assessed", "of")},
        "y": y,
        "share": round(width * share),
        "steps": _steps(level, 0, STEP, fill),
    }


def _steps(level: int | None, x: int, width: int, fill: str) -> list[Shown]:
    """Four boxes, the first ones filled; of what is not assessed none is, and their line is broken."""
    return [
        {
            "x": x + at * (width + GAP),
            "fill": fill if level is not None and at < level else "none",
            "dash": "3 3" if level is None else "",
        }
        for at in range(STEPS)
    ]


def resilience(rows: Sequence[Row]) -> Shown:
    """A line a subject with what there is in law and in practice, each of four steps."""
    return {
        "height": TOP + len(rows) * SUBJECT_HEIGHT,
        "heads": SIDES,
        "step": SMALL,
        "rows": [_subject(row, TOP + at * SUBJECT_HEIGHT) for at, row in enumerate(rows)],
    }


def _subject(row: Row, y: int) -> Shown:
    sides = {"law": row.law, "practice": row.practice}
    boxes = (_steps(sides[side], x, SMALL, STRONG) for side, x in SIDES.items())
    return {
        "words": row.subject.words,
        "y": y,
        "steps": [box for side in boxes for box in side],
    }
