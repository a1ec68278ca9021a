"""How sure a rating is: evidence and agreement are kept, confidence follows from them, people may override with a reason.

Source: IPCC (2010), Guidance note for lead authors on consistent treatment of uncertainties, figure 1: confidence grows
with the robustness of the evidence and with agreement. The note prints no words in the nine cells; the grid below,
one step for each step on either side, is our stated reading of it. Confidence is no likelihood, and the two are never
put in one sentence (assess/probability_scales).
"""

from __future__ import annotations

from collections.abc import Iterable

from upstander.core.messages import say, text

EVIDENCE = ("limited", "medium", "robust")
AGREEMENT = ("low", "medium", "high")
CONFIDENCE = ("very_low", "low", "medium", "high", "very_high")


def words(confidence: str | None) -> str:
    """As shown: ``very high``; ``not known`` for None."""
    if confidence is None:
        return say("assess.not_known")
    return text(confidence.replace("_", " "))


def derived(evidence: str | None, agreement: str | None) -> str | None:
    """Confidence from the two, None where either was not given.

    >>> derived("robust", "medium"), derived("limited", "low"), derived("robust", None)
    ('high', 'very_low', None)
    """
    if evidence is None or agreement is None:
        return None
    return CONFIDENCE[EVIDENCE.index(evidence) + AGREEMENT.index(agreement)]


def together(confidences: Iterable[str | None], share_assessed: float) -> str | None:
    """Confidence of several ratings read together: the middle one, of two the lower; None where none is known.

    A rating whose confidence is not known counts as very low, and where less than half is assessed it is at most low:
    what nobody looked at cannot be known well. Both are our stated rule.
    """
    every = list(confidences)
    if not any(every):
        return None
    ranks = sorted(0 if c is None else CONFIDENCE.index(c) for c in every)
    middle = ranks[(len(ranks) - 1) // 2]
    return CONFIDENCE[
        middle if share_assessed >= 0.5 else min(middle, CONFIDENCE.index("low"))
    ]
