"""Public series beside an indicator, as a page shows them: value, year, standing, source and since when it was known.

They inform the level that people give. No rating reads them, and they tick nothing.
"""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

from upstander.assess.frameworks import Indicator
from upstander.assess.proxies import Standing, beside, named, wanted
from upstander.core.messages import say, text
from upstander.report import words
from upstander.report.as_of_data import Known
from upstander.report.history import Year

NOTE = say("web.public_figures_beside_the_indicator_they_inform")


def shown(held: Known, indicator: Indicator, place: str) -> dict[str, Any]:
    """The series that bear on an indicator, for a place, as known on the day of ``held``."""
    series = {name: held.series(name) for name in wanted([indicator])} | dict(held.counted)
    found = beside(indicator, series, place)
    return {
        "note": NOTE,
        "words": found.words,
        "rows": [_row(held, s, place) for s in found.standings],
        "not_known": list(found.not_known),
        "not_held": list(found.not_held),
    }


def _row(held: Known, s: Standing, place: str) -> dict[str, Any]:
    is_treaty = s.indicator.startswith("treaty_")
    value = (
        text("yes" if s.value else "no") if is_treaty else words.measure(s.value, s.unit)
    )
    return {
        "label": named(s.label, s.is_change),
        "unit": "" if is_treaty else s.unit,
        "year": s.year,
        "value": f"+{value}" if s.is_change and s.value > 0 else value,
        "standing": say("web.of_places", percent=words.percent(s.riskier_than), of=s.of),
        "direction": s.direction,
        "near": s.near,
        "source": _source(held, s, place),
    }


def _source(held: Known, s: Standing, place: str) -> str:
    """Publisher and release of the figure, and since when it was known."""
    if s.indicator.startswith("treaty_"):
        instrument = s.indicator.removeprefix("treaty_")
        return say(
            "web.acts_of_states_looked_at_to", day=words.day(held.known_to[instrument])
        )
    if s.indicator.startswith("ucdp_"):
        found = next((r for r in held.years[place] if r["year"] == s.year), None)
        if (
            found is None
        ):  # a year that the annual file does not have yet: its months were counted
            return _counted(held, next(y for y in held.years_of(place) if y.year == s.year))
        row = found
    else:
        rows = held.rows_of(s.indicator)
        row = rows.filter(
            pc.and_(pc.equal(rows["country"], place), pc.equal(rows["year"], s.year))
        ).to_pylist()[0]
    publisher = next(
        (
            r.publisher
            for r in held.releases
            if (r.source, r.release) == (row["source"], row["release"])
        ),
        row["source"],
    )
    return say(
        "web.known",
        publisher=publisher,
        release=row["release"],
        day=words.day(row["known_at"]),
    )


def _counted(held: Known, year: Year) -> str:
    """Who counted the months of a year, in which release and since when, and by which definition."""
    releases = (held.newest(source) for source in dict.fromkeys(year.source.split("+")))
    told = [
        say(
            "web.known", publisher=r.publisher, release=r.release, day=words.day(r.known_at)
        )
        for r in releases
        if r
    ]
    return f"{'; '.join(told)}: {year.definition}"
