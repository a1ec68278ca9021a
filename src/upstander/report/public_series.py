"""Public series beside an indicator, as a page shows them: value, year, standing, source and since when it was known.

They inform the level that people give. No rating reads them, and they tick nothing.
"""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

from upstander.assess.frameworks import Indicator
from upstander.assess.proxies import Standing, beside, named, wanted
from upstander.report import words
from upstander.report.known import Known

NOTE = "Public figures beside the indicator. They inform the level that people give; they tick nothing and change no level."
COUNTS = ("persons", "events")  # units of whole numbers


def shown(held: Known, indicator: Indicator, place: str) -> dict[str, Any]:
    """The series that bear on an indicator, for a place, as known on the day of ``held``."""
    series = {name: held.series(name) for name in wanted([indicator])} | dict(held.counted)
    found = beside(indicator, series, place)
    return {
        "note": NOTE, "words": found.words, "rows": [_row(held, s, place) for s in found.standings],
        "not_known": list(found.not_known),
    }  # fmt: skip


def _row(held: Known, s: Standing, place: str) -> dict[str, Any]:
    is_treaty, is_count = s.indicator.startswith("treaty_"), s.unit.startswith(COUNTS)
    value = ("yes" if s.value else "no") if is_treaty else (words.count if is_count else words.amount)(s.value)
    return {
        "label": named(s.label, s.is_change), "unit": "" if is_treaty else s.unit, "year": s.year,
        "value": f"+{value}" if s.is_change and s.value > 0 else value,
        "standing": f"{words.percent(s.riskier_than)} of {s.of} places", "direction": s.direction, "near": s.near,
        "source": _source(held, s, place),
    }  # fmt: skip


def _source(held: Known, s: Standing, place: str) -> str:
    """Publisher and release of the figure, and since when it was known."""
    if s.indicator.startswith("treaty_"):
        instrument = s.indicator.removeprefix("treaty_")
        return f"acts of States, looked at to {words.day(held.known_to[instrument])}"
    if s.indicator.startswith("ucdp_"):
        row = next(r for r in held.years[place] if r["year"] == s.year)
    else:
        rows = held.rows_of(s.indicator)
        row = rows.filter(pc.and_(pc.equal(rows["country"], place), pc.equal(rows["year"], s.year))).to_pylist()[0]
    publisher = next(
        (r.publisher for r in held.releases if (r.source, r.release) == (row["source"], row["release"])), row["source"]
    )
    return f"{publisher}, {row['release']}, known {words.day(row['known_at'])}"
