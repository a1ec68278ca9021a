"""Yearly and monthly odds of one event do not contradict each other: one set of paths, and what contains is raised."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.forecast.test_rolling import PLACES, made_up

from upstander.core.forecast_tables import FORECAST_CHANCE
from upstander.forecast import coherence
from upstander.forecast.declared import from_rows
from upstander.forecast.rolling import calendar, odds, paths
from upstander.forecast.rolling.events import HEADLINE, LEARNED
from upstander.forecast.rolling.features import Known
from upstander.forecast.rolling.odds import last_year
from upstander.forecast.shapes import Row
from upstander.forecast.targets import ONE_SIDED_THRESHOLDS


def test_the_calendar_year_follows_from_the_same_paths_for_every_place() -> None:
    """Five months are known: the year's odds lie between those of six and of twelve months where nobody was killed yet."""
    months = made_up().until((2015 - 1999) * 12 + 4)
    known: Any = SimpleNamespace(
        units=months.units,
        years=np.arange(1999, 2015),
        deaths={
            "one_sided": months.killed[:, : 16 * 12].reshape(PLACES, 16, 12).sum(axis=2)
        },
    )
    features = Known.of(months)
    asked = features.at([months.count - 1])
    models = odds.learn_all(features, seed=1)
    last = last_year(asked)
    settled = models.settled(models.scores(asked.values), last)
    library = paths.Library.of(models.by_event[HEADLINE.id].lesson.rows)
    drawn = paths.agreeing(library, asked, settled, last)
    spread = {e.id: np.tile(settled[e.id], (3, 1)) for e in LEARNED}
    found = calendar.calendar(asked, drawn, spread, known).point
    so_far = months.killed[:, -5:].sum(axis=1)
    events = {e.id: e for e in LEARNED}
    for n in ONE_SIDED_THRESHOLDS:
        of_year = found[f"one_sided_{n}"]
        assert (of_year[so_far >= n] == calendar.MOST).all()
        for i in np.flatnonzero(so_far == 0).tolist():
            six, twelve = (
                drawn.probability(i, events[name], float(last[i]))
                for name in (f"civilians_{n}_6m", f"civilians_{n}")
            )
            assert max(six, 1e-4) - 1e-9 <= of_year[i] <= max(twelve, 1e-4) + 1e-9
    ordered = [found[f"one_sided_{n}"] for n in ONE_SIDED_THRESHOLDS]
    assert (ordered[0] >= ordered[1]).all()
    assert (ordered[1] >= ordered[2]).all()


def row(unit: str, target: str, p: float) -> Row:
    return {
        "unit": unit,
        "target": target,
        "first_month": None,
        "last_month": None,
        "probability": p,
        "low": p / 2,
        "high": min(2 * p, 0.999),
        "base_rate": 0.1,
        "rank": 1,
        "rank_low": 1,
        "rank_high": 2,
        "model": "m",
        "basis": "model",
        "note": None,
    }


def table(*rows: Row) -> pa.Table:
    days = {"first_month": date(2026, 1, 1), "last_month": date(2026, 12, 1)}
    return from_rows(FORECAST_CHANCE, [{**r, **days} for r in rows])


def test_what_contains_an_event_is_raised_to_it_and_ranked_anew() -> None:
    yearly = table(
        *(row(u, "one_sided_100", 0.9) for u in "AB"),
        row("A", "one_sided_100_24m", 0.3),
        row("B", "one_sided_100_24m", 0.5),
    )
    sums = table(row("A", "total_100", 0.2), row("B", "total_100", 0.6))
    rolling: Any = SimpleNamespace(
        calendar=table(row("A", "one_sided_100", 0.7), row("B", "one_sided_100", 0.4)),
        chances=table(row("A", "civilians_100", 0.8), row("B", "civilians_100", 0.1)),
    )
    found = {
        (r["target"], r["unit"]): r
        for r in coherence.together(yearly, sums, rolling).to_pylist()
    }
    assert found["one_sided_100", "A"]["probability"] == 0.7, (
        "the paths' in place of the model's"
    )
    assert found["one_sided_100_24m", "A"]["probability"] == 0.7
    assert found["one_sided_100_24m", "B"]["probability"] == 0.5
    assert found["total_100", "A"]["probability"] == 0.8
    assert found["total_100", "B"]["probability"] == 0.6
    assert found["total_100", "A"]["rank"] == 1
    for part, whole in coherence.pairs():
        for unit in "AB":
            if (part, unit) in found and (whole, unit) in found:
                inner, outer = found[part, unit], found[whole, unit]
                assert inner["probability"] <= outer["probability"]
                assert outer["low"] <= outer["probability"] <= outer["high"]


@pytest.mark.parametrize("part", ["civilians_25_3m", "one_sided_1000", "surge"])
def test_every_part_has_its_whole(part: str) -> None:
    assert part in dict(coherence.pairs())
