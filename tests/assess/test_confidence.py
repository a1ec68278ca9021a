"""Confidence follows from evidence and agreement, and is never surer than what was looked at."""

import pytest

from upstander.assess.confidence import AGREEMENT, CONFIDENCE, EVIDENCE, derived, together


@pytest.mark.parametrize(
    ("evidence", "agreement", "says"),
    [
        ("limited", "low", "very_low"),
        ("limited", "high", "medium"),
        ("medium", "medium", "medium"),
        ("robust", "low", "medium"),
        ("robust", "medium", "high"),
        ("robust", "high", "very_high"),
    ],
)
def test_the_grid_gives_the_corners_and_the_middle(
    evidence: str, agreement: str, says: str
):
    assert derived(evidence, agreement) == says


def test_more_evidence_or_more_agreement_never_lowers_confidence():
    for e, evidence in enumerate(EVIDENCE):
        for a, agreement in enumerate(AGREEMENT):
            rank = CONFIDENCE.index(derived(evidence, agreement) or "")
            assert all(
                CONFIDENCE.index(derived(x, agreement) or "") >= rank for x in EVIDENCE[e:]
            )
            assert all(
                CONFIDENCE.index(derived(evidence, y) or "") >= rank for y in AGREEMENT[a:]
            )


def test_ratings_read_together_take_the_middle_and_are_low_at_most_where_little_was_assessed():
    assert together(["very_high", "high", "low"], 1.0) == "high"
    assert together(["very_high", "low"], 1.0) == "low"
    assert together(["very_high", "very_high"], 0.4) == "low"
    assert together(["very_high", None, None], 1.0) == "very_low"
    assert together([None], 1.0) is None
    assert together([], 0.0) is None
