"""How numbers and dates are said, and the words that are refused.

No probability reads as 0 % or 100 % (R04); what is not known is said so and never reads as zero.
"""

from __future__ import annotations

import math
import re
from datetime import date

from upstander.core.dates import NOT_KNOWN, day, iso_day, moment, month
from upstander.core.messages import Message, changed, say, text

__all__ = ["NOT_KNOWN", "day", "iso_day", "moment", "month"]
WHOLE = ("persons", "events")  # units that are counted, one by one
NBSP, DASH = "\u00a0", "\u2013"
PER_CENT, FOLD = f"{NBSP}%", f"{NBSP}×"
DECIMALS = ("count", "one_decimal", "two_decimals")  # formats of core.message_values
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
        return _number("<{n:one_decimal}" + PER_CENT, 0.1, f"<0.1{PER_CENT}")
    if p > 0.999:
        return _number(">{n:one_decimal}" + PER_CENT, 99.9, f">99.9{PER_CENT}")
    digits = _digits(p)
    english = f"{100 * p:.{digits}f}{PER_CENT}"
    return _number(f"{{n:{DECIMALS[digits]}}}{PER_CENT}", 100 * p, english)


def _digits(p: float) -> int:
    """Decimals of a probability in per cent."""
    return 1 if p < 0.00950 or p >= 0.99 else 0


def _number(pattern: str, n: float, english: str) -> Message:
    """A number as each language writes it; its English is made here, since every page says many."""
    return Message(english, f"texts.{pattern}", {"n": float(n)})


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
    if low is None or high is None or NOT_KNOWN in (a, b) or "<" in a or ">" in b:
        return say("report.to_5", a=a, b=b)
    first, last = (DECIMALS[_digits(p)] for p in (low, high))
    pattern = f"{{low:{first}}}{DASH}{{high:{last}}}{PER_CENT}"
    english = f"{a.removesuffix(PER_CENT)}{DASH}{b}"
    ends = {"low": float(100 * low), "high": float(100 * high)}
    return Message(english, f"texts.{pattern}", ends)


def times(ratio: float | None) -> str:
    """A ratio to the base rate, e.g. ``4.2 ×``."""
    if ratio is None:
        return NOT_KNOWN
    if ratio < 0.1:
        return _number("<{n:one_decimal}" + FOLD, 0.1, f"<0.1{FOLD}")
    if ratio < 10:
        return _number("{n:one_decimal}" + FOLD, ratio, f"{ratio:.1f}{FOLD}")
    return _number("{n:count}" + FOLD, ratio, f"{ratio:,.0f}{FOLD}")


def count(value: float | None) -> str:
    """A count of persons or events with thousands apart; None is not zero."""
    return NOT_KNOWN if value is None else _number("{n:count}", value, f"{value:,.0f}")


def amount(value: float | None) -> str:
    """An indicator's value with about three telling digits."""
    if value is None:
        return NOT_KNOWN
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    return _number(f"{{n:{DECIMALS[digits]}}}", value, f"{value:,.{digits}f}")


def measure(value: float | None, unit: str) -> str:
    """An indicator's value in its unit: people and events are whole numbers.

    >>> [measure(31.0, "persons"), measure(0.0, "events a year"), measure(0.4512, "index 0 to 1")]
    ['31', '0', '0.45']
    """
    return count(value) if unit.startswith(WHOLE) else amount(value)


def rank_range(low: int, high: int) -> str:
    """Ranks from best to worst, e.g. ``3–11``; one rank by its number."""
    if low == high:
        return str(low)
    values = {"low": int(low), "high": int(high)}
    return Message(f"{low}{DASH}{high}", f"texts.{{low}}{DASH}{{high}}", values)


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
        return rank_range(first.year, last.year)
    english = f"{first:%b %Y}{DASH}{last:%b %Y}"
    months = {"first": first, "last": last}
    return Message(
        english, f"texts.{{first:short_month}}{DASH}{{last:short_month}}", months
    )


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
