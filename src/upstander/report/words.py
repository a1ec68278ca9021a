"""How numbers and dates are said, and the words that are refused.

No probability reads as 0 % or 100 % (R04); what is not known is said so and never reads as zero.
"""

from __future__ import annotations

import math
import re
from datetime import date

from upstander.core.dates import NOT_KNOWN, day, iso_day, moment, month
from upstander.core.messages import changed, say, text

__all__ = ["NOT_KNOWN", "day", "iso_day", "moment", "month"]
WHOLE = ("persons", "events")  # units that are counted, one by one
NBSP, DASH = "\u00a0", "\u2013"
# Verbs that turn a probability into a certainty, and likelihood words that read an onset's few per cent as safety.
REFUSED = re.compile(
    r"\b(will|certain to|impossible|inevitably|(very |highly |un|most )?likely|almost no chance|remote)\b",
    re.I,
)


def percent(p: float | None) -> str:
    """A probability as text, never 0 % or 100 %.

    >>> [percent(p).replace(NBSP, " ") for p in (0.0, 0.003, 0.04, 0.374, 0.994, 1.0, None)]
    ['<0.1 %', '0.3 %', '4 %', '37 %', '99.4 %', '>99.9 %', 'not known']
    """
    if p is None or math.isnan(p):
        return NOT_KNOWN
    if p < 0.001:
        return f"<0.1{NBSP}%"
    if p > 0.999:
        return f">99.9{NBSP}%"
    digits = 1 if p < 0.00950 or p >= 0.99 else 0
    return f"{100 * p:.{digits}f}{NBSP}%"


def judged(per_cent: float) -> str:
    """A probability that people gave, 0 to 100, rounded as people mean it and never 0 % or 100 %.

    >>> [judged(v) for v in (0, 0.4, 1, 35, 99, 100)]
    ['at most 1 %', 'at most 1 %', '1 %', '35 %', '99 %', 'at least 99 %']
    """
    if per_cent < 1:
        return say("report.at_most_1")
    return say("report.at_least_99") if per_cent > 99 else f"{per_cent:.0f} %"


def judged_range(low: float, high: float) -> str:
    """A range that people gave, its ends as ``judged``.

    >>> [judged_range(*r) for r in ((0, 0), (10, 60), (0, 5), (100, 100))]
    ['at most 1 %', '10–60 %', 'at most 1 % to 5 %', 'at least 99 %']
    """
    first, last = judged(low), judged(high)
    if first == last:
        return first
    return (
        f"{low:.0f}{DASH}{last}"
        if low >= 1 and high <= 99
        else say("report.to_6", first=first, last=last)
    )


def interval(low: float | None, high: float | None) -> str:
    """A 90 % interval as text, the unit said once where both ends are plain numbers."""
    a, b = percent(low), percent(high)
    if a == b:
        return a
    plain = "<" not in a and ">" not in b and NOT_KNOWN not in (a, b)
    return (
        f"{a.removesuffix(NBSP + '%')}{DASH}{b}" if plain else say("report.to_5", a=a, b=b)
    )


def times(ratio: float | None) -> str:
    """A ratio to the base rate, e.g. ``4.2 ×``."""
    if ratio is None:
        return NOT_KNOWN
    if ratio < 0.1:
        return f"<0.1{NBSP}×"
    return f"{ratio:.1f}{NBSP}×" if ratio < 10 else f"{ratio:,.0f}{NBSP}×"


def count(value: float | None) -> str:
    """A count of persons or events with thousands apart; None is not zero."""
    return NOT_KNOWN if value is None else f"{value:,.0f}"


def amount(value: float | None) -> str:
    """An indicator's value with about three telling digits."""
    if value is None:
        return NOT_KNOWN
    size = abs(value)
    return (
        f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    )


def measure(value: float | None, unit: str) -> str:
    """An indicator's value in its unit: people and events are whole numbers.

    >>> [measure(31.0, "persons"), measure(0.0, "events a year"), measure(0.4512, "index 0 to 1")]
    ['31', '0', '0.45']
    """
    return count(value) if unit.startswith(WHOLE) else amount(value)


def rank_range(low: int, high: int) -> str:
    """Ranks from best to worst, e.g. ``3–11``; one rank by its number."""
    return f"{low}" if low == high else f"{low}{DASH}{high}"


def ranks(low: int, high: int, of: int) -> str:
    """A rank range among all, e.g. ``3–11 of 199``."""
    return say("report.of_2", rank_range=rank_range(low, high), of=of)


def tied(others: int) -> str:
    """What follows a rank that others share: ``, tied with 190 others``; nothing where nobody does."""
    if not others:
        return ""
    return say("report.tied_with_other", n=others)


def capitalize_first(text: str) -> str:
    """A phrase as a heading; its other letters stay: "civilians ... (UCDP)" becomes "Civilians ... (UCDP)"."""
    return changed(text, lambda t: t[:1].upper() + t[1:])


def lower_first(text: str) -> str:
    """A title inside a sentence: "Armed group" becomes "armed group", "UN report" stays."""
    return changed(text, lambda t: t if t[:2].isupper() else t[:1].lower() + t[1:])


def span(first: date, last: date) -> str:
    """Months from first to last; a calendar year by its number."""
    if (first.month, last.month) == (1, 12):
        return (
            str(first.year) if first.year == last.year else f"{first.year}{DASH}{last.year}"
        )
    return f"{first:%b %Y}{DASH}{last:%b %Y}"


def age(last: date, as_of: date) -> str:
    """How old data are on a day: ``24 days``, ``18 months``."""
    days = (as_of - last).days
    if days < 0:
        return text("current")
    return (
        say("report.n_days", n=days)
        if days < 92
        else say("report.n_months", n=round(days / 30.44))
    )
