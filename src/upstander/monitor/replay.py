"""A look back: what rules would have drafted month by month, and what came after. Hindcast: final figures, a month late.

A draft of a month rests on the months before it. No place is drafted again within six months. A hit is a draft in the six
months before a hard onset, or in the twelve before a surge's year. Rules that learn are taught anew each January by what was
over by then; which of them fill the lists, and how many drafts each gets, was chosen on 2012 to 2018 (``budget``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

import numpy as np

from upstander.core.types import Array
from upstander.forecast.rolling.months import ahead, month_at, rolling
from upstander.monitor.past import YEAR, Past

DELAY = 1  # months between the last one known and the draft: UCDP's candidate events come on the 20th of the next
NO_REPEAT = 6  # months
SPANS = {"onset": 6, "surge": 12}  # months before an event in which a draft counts
EARLIER = max(SPANS.values())  # months of drafts before a period that its events count
WARM_UP = 12  # months that a rule runs before it is counted, so that its silences are real
MORE = 1.5  # times the deaths of the twelve months before


@dataclass(frozen=True)
class Part:
    """A list that drafts so many places a month, best score first."""

    name: str
    scores: Array
    drafts: int
    quiet_months: int = NO_REPEAT


@dataclass(frozen=True)
class Drafted:
    """One draft: which list, place and month (positions)."""

    part: str
    unit: int
    month: int


def drafted(
    parts: Sequence[Part],
    first: int,
    last: int,
) -> tuple[Drafted, ...]:
    """What these lists would have drafted from a year before one month to another.

    An event of the first months is warned of by drafts of the year before: they count for it, and in no number of drafts.
    """
    first -= EARLIER
    units = len(parts[0].scores)
    any_last = np.full(units, -10_000)
    own_last = [np.full(units, -10_000) for _ in parts]
    found = []
    for month in range(max(first - WARM_UP, DELAY), last + 1):
        taken: list[Drafted] = []
        for part, own in zip(parts, own_last, strict=True):
            scores = part.scores[:, month - DELAY].astype(float)
            silent = (month - any_last < NO_REPEAT) | (month - own < part.quiet_months)
            scores[silent | np.isnan(scores)] = -np.inf
            scores[[d.unit for d in taken]] = -np.inf
            order = np.argsort(-scores, kind="stable")[: part.drafts]
            chosen = [int(u) for u in order if np.isfinite(scores[u])]
            own[chosen] = month
            taken += [Drafted(part.name, u, month) for u in chosen]
        any_last[[d.unit for d in taken]] = month
        found += [d for d in taken if month >= first]
    return tuple(found)


@dataclass(frozen=True)
class Warned:
    """An event of the report period: its kind, place and month, and the drafts before it that count, newest last."""

    kind: str
    unit: int
    month: int
    drafts: tuple[int, ...]


def warned(
    past: Past,
    drafts: Sequence[Drafted],
    first: int,
    last: int,
) -> tuple[Warned, ...]:
    """Every onset and surge of the period with the months in which it was drafted in time."""
    months: dict[int, list[int]] = {}
    for d in drafts:
        months.setdefault(d.unit, []).append(d.month)
    kinds = (("onset", past.onsets), ("surge", past.surges))
    return tuple(
        Warned(
            kind,
            unit,
            month,
            tuple(m for m in sorted(months.get(unit, ())) if 0 < month - m <= SPANS[kind]),
        )
        for kind, events in kinds
        for unit, month in events
        if first <= month <= last
    )


def row(
    name: str,
    past: Past,
    drafts: Sequence[Drafted],
    first: int,
    last: int,
) -> dict[str, object]:
    """One line of the table of a look back."""
    events = warned(past, drafts, first, last)
    drafts = [d for d in drafts if d.month >= first]
    counts = {kind: [e for e in events if e.kind == kind] for kind in ("onset", "surge")}
    leads = [e.month - e.drafts[0] for e in events if e.drafts]
    made: dict[str, object] = {
        "rule": name,
        "drafts_a_month": round(len(drafts) / (last - first + 1), 1),
    }
    for kind, own in counts.items():
        share = sum(bool(e.drafts) for e in own) / len(own) if own else None
        made[f"{kind}s"] = len(own)
        made[f"{kind}s_warned"] = None if share is None else round(share, 2)
        made[f"{kind}_se"] = _error(share, len(own))
    return {
        **made,
        **_after(past, drafts, events),
        "median_lead_months": median(leads) if leads else None,
    }


def _error(share: float | None, count: int) -> float | None:
    """Standard error of a share, with half an event added on either side, so that none and all have one too."""
    if share is None:
        return None
    held = (share * count + 0.5) / (count + 1)
    return round(sqrt(held * (1 - held) / count), 2)


def _after(
    past: Past, drafts: Sequence[Drafted], events: Sequence[Warned]
) -> Mapping[str, float | None]:
    """Shares of the drafts followed by an event, by 1.5 times the deaths, by nothing; where that is known already."""
    hits = {(e.unit, m) for e in events for m in e.drafts}
    coming, before = ahead(past.total, YEAR), rolling(past.total, YEAR)
    known = [d for d in drafts if not np.isnan(coming[d.unit, d.month - DELAY])]
    if not known:
        return dict.fromkeys(("event_after", "more_after", "nothing_after"))
    event = [(d.unit, d.month) in hits for d in known]
    more = [
        coming[d.unit, d.month - DELAY] >= MORE * max(before[d.unit, d.month - DELAY], 1.0)
        for d in known
    ]
    count = len(known)
    return {
        "event_after": round(sum(event) / count, 2),
        "more_after": round(
            sum(m and not e for e, m in zip(event, more, strict=True)) / count, 2
        ),
        "nothing_after": round(
            sum(not m and not e for e, m in zip(event, more, strict=True)) / count, 2
        ),
    }


def missed(
    past: Past,
    events: Sequence[Warned],
    drafts: Sequence[Drafted],
    lists: Mapping[str, Part],
) -> list[dict[str, object]]:
    """Events without a draft in time, each with the reason.

    Args:
        lists: the one that speaks of each kind of event.
    """
    rows: list[dict[str, object]] = []
    for event in (e for e in events if not e.drafts):
        part, span = lists[event.kind], SPANS[event.kind]
        months = range(event.month - span, event.month)
        known = [r for m in months if (r := rank(part.scores, event.unit, m - DELAY))]
        best = min(known, default=None)
        before = [d.month for d in drafts if (d.unit, d.part) == (event.unit, part.name)]
        deaths = rolling(past.total, YEAR)[event.unit, event.month - 1 - DELAY]
        rows.append(
            {
                "event": event.kind,
                "place": past.names[past.units[event.unit]],
                "month": f"{month_at(event.month):%Y-%m}",
                "why": _why(best, part, [m for m in before if m < event.month]),
                "best_rank_in_time": best,
                "deaths_in_the_year_before": int(deaths),
            }
        )
    return rows


def _why(
    best: int | None,
    part: Part,
    earlier: Sequence[int],
) -> str:
    """The reason in a word: on no list, drafted too early and silent since, or too far down."""
    if best is None:
        return "not_on_the_list"
    return "silent" if best <= part.drafts and earlier else "too_far_down"


def rank(
    scores: Array,
    unit: int,
    at: int,
) -> int:
    """The rank of a place in a month, 1 the first; 0 where the list does not speak of it."""
    own = scores[unit, at]
    return int((scores[:, at] > own).sum()) + 1 if np.isfinite(own) else 0


def told(
    past: Past,
    drafts: Sequence[Drafted],
    place: str,
    until: int,
) -> list[str]:
    """The months in which a place was drafted in the two years up to a month, newest first."""
    if place not in past.units:
        return []
    unit = past.units.index(place)
    own = [d for d in drafts if d.unit == unit and until - 2 * YEAR <= d.month <= until]
    ordered = sorted(own, key=lambda d: -d.month)
    return [f"{month_at(d.month):%Y-%m} ({d.part})" for d in ordered]


def baselines(past: Past, seed: int) -> Mapping[str, tuple[Part, ...]]:
    """The five sorted lists that any rule must beat, each at its own budget."""
    quiet, year = past.is_quiet, rolling(past.total, YEAR)
    most = np.where(quiet, rolling(past.total, 2 * YEAR), -np.inf)
    half = rolling(past.killed, 6)
    earlier = np.zeros_like(half)
    earlier[:, 6:] = half[:, :-6]
    rise = np.where(quiet & (half > earlier), half - earlier, -np.inf)
    chance = np.random.default_rng(seed).random(past.total.shape)
    return {
        "random": (Part("random", chance, 8),),
        "most deaths in 12 months": (Part("most", year, 8),),
        "quiet five years, most deaths in 24 months": (Part("quiet", most, 4),),
        "quiet and a rise in one-sided deaths": (Part("rise", rise, 4),),
        "two quiet and five most deaths": (Part("quiet", most, 2), Part("most", year, 5)),
    }
