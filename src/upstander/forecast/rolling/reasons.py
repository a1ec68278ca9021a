"""Why the odds of 100 civilians killed deliberately in the next twelve months are what they are: shares of families, and sentences."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from upstander.core.messages import Message, say
from upstander.core.months import month_after
from upstander.core.plugins import load_all
from upstander.core.types import Array, Family, YearInputs
from upstander.forecast import annual_rows
from upstander.forecast.calibration import log_odds
from upstander.forecast.cases import FAMILIES
from upstander.forecast.explain import coalitions, mixed, shapley, typical
from upstander.forecast.rolling.events import HEADLINE, YEAR
from upstander.forecast.rolling.features import Asked
from upstander.forecast.rolling.months import SLOW, Months, rolling
from upstander.forecast.rolling.odds import Models
from upstander.forecast.shapes import ByName

QUARTER = 3
WORST_NEIGHBOURS = 3  # named in the sentence


def reasons(models: Models, asked: Asked, odds: Array, known: YearInputs) -> pa.Table:
    """FORECAST_REASON rows of the headline: contributions add up from the typical place to the place's own log odds.

    Args:
        odds: (N,) the probabilities printed. What settling nested events moved them by is shared out in proportion.
    """
    shares = _shares(models, asked, odds)
    units = tuple(asked.known.months.units[u] for u in asked.units)
    texts = {u: _sentences(asked.known.months, known, u) for u in units}
    return annual_rows.reasons(units, {HEADLINE.id: shares}, texts)


def _shares(models: Models, asked: Asked, odds: Array) -> ByName:
    """(N,) contribution by family, exact Shapley shares of the pooled log odds."""
    learned = models.by_event[HEADLINE.id]
    names = (*asked.known.names, *asked.known.months.slow_names)
    families = tuple(n.partition(".")[0] for n in names)
    order = tuple(f for f in FAMILIES if f in families)
    reference = typical(asked.values)
    sets = coalitions(order)
    rows = np.concatenate([mixed(asked.values, reference, families, own) for own in sets])
    scores = learned.score(rows).reshape(len(sets), -1)
    by_set = dict(zip(sets, scores, strict=True))
    shares = shapley(order, by_set.__getitem__)
    gap = log_odds(odds) - by_set[frozenset(order)]
    size = np.sum([np.abs(s) for s in shares.values()], axis=0)
    return {f: s + gap * np.abs(s) / np.maximum(size, 1e-12) for f, s in shares.items()}


def _sentences(months: Months, known: YearInputs, unit: str) -> dict[str, Message]:
    """One plain sentence by family."""
    at = months.units.index(unit)
    slow = load_all("upstander.forecast.features", Family)
    return {
        "history": _history(months, at),
        "dynamics": _dynamics(months, at),
        "neighbours": _neighbours(months, at),
        **{name: slow[name].sentence(known, unit) for name in SLOW},
    }


def _last(months: Months) -> date:
    return months.month_of(months.count - 1)


def _history(months: Months, at: int) -> Message:
    year = rolling(months.killed[at : at + 1], YEAR)[0]
    worst = int(np.argmax(year))
    before = float(year[-1 - YEAR]) if len(year) > YEAR else 0.0
    return say(
        "forecast.rolling_history",
        now=float(year[-1]),
        month=_last(months),
        before=before,
        worst=_worst(months, worst, float(year[worst])),
    )


def _worst(months: Months, at: int, killed: float) -> Message:
    if not killed:
        return say("forecast.rolling_none_since", first=months.first)
    return say("forecast.rolling_worst", killed=killed, month=months.month_of(at))


def _dynamics(months: Months, at: int) -> Message:
    killed = months.killed[at]
    active = int((killed[-YEAR:] > 0).sum())
    if not active:
        return say(
            "forecast.rolling_no_month",
            first=month_after(_last(months), 1 - YEAR),
            last=_last(months),
        )
    worst = len(killed) - YEAR + int(np.argmax(killed[-YEAR:]))
    return say(
        "forecast.rolling_dynamics",
        quarter=float(killed[-QUARTER:].sum()),
        before=float(killed[-2 * QUARTER : -QUARTER].sum()),
        active=active,
        worst=float(killed[worst]),
        month=months.month_of(worst),
    )


def _neighbours(months: Months, at: int) -> Message:
    beside = np.flatnonzero(months.neighbours[at])
    if not len(beside):
        return say("forecast.no_border")
    killed = months.killed[beside, -YEAR:].sum(axis=1)
    order = np.argsort(-killed, kind="stable")[:WORST_NEIGHBOURS]
    worst = [
        say(
            "forecast.neighbour",
            name=months.names[months.units[beside[i]]],
            killed=float(killed[i]),
        )
        for i in order
        if killed[i] > 0
    ]
    if not worst:
        return say("forecast.rolling_quiet_neighbours", month=_last(months))
    return say("forecast.rolling_neighbours", month=_last(months), worst=worst)
