"""Rarely absent: what is said where every factor was looked at and nothing was seen (R06)."""

from __future__ import annotations

from collections.abc import Sequence

from upstander.assess.aggregation import Finding
from upstander.core.messages import say


def nothing_seen(findings: Sequence[Finding], base_rate: str) -> str | None:
    """What is said when every structural factor was assessed and nothing seen: the observed base rate (R06).

    Args:
        base_rate: the rate with what it is the rate of, as printed, for example ``1.6 % of country-years 1989-2025
            saw 100 or more civilians killed``; the caller takes it from the data and never prints 0 %.

    Returns:
        The sentence, or None where anything is seen or a factor is not assessed (that is another sentence).
    """
    spreads = [f.spread for f in findings if f.role == "structural" and f.scored]
    if not spreads or any(s.range != (0, 0) for s in spreads):
        return None
    looked, of = sum(s.assessed for s in spreads), sum(s.of for s in spreads)
    return say(
        "assess.none_of_the_factors_was_seen_in",
        number=len(spreads),
        looked=looked,
        of=of,
        base_rate=base_rate,
    )
