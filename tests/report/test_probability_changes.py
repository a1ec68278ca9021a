"""What moved a probability: the families' changes and the common rest add up to the change, and it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log

import pyarrow as pa
import pytest
from tests.report import made_up

from upstander.core import places as place_tables
from upstander.core.forecast_tables import FORECAST_CHANCE, FORECAST_REASON
from upstander.report import as_json, as_of_data, situation
from upstander.report.documents import brief
from upstander.report.probability_changes import Moved, Share, Told, moved

BEFORE = {"id": "2026-03-24-aaaaaaaaaaaa", "as_of": "2026-03-24"}


def chance(p: float, year: int = 2026) -> dict[str, object]:
    return {
        "target": "one_sided_100",
        "probability": p,
        "first_month": date(year, 1, 1),
        "last_month": date(year, 12, 1),
    }


def why(**shares: float) -> list[dict[str, object]]:
    return [
        {"target": "one_sided_100", "family": f, "contribution": x}
        for f, x in shares.items()
    ]


def test_a_change_splits_into_families_and_what_is_common_to_all() -> None:
    # Log odds: ln(0.2/0.8) = -1.386 before, ln(0.5/0.5) = 0 now: +1.386, of which history +1.0, triggers -0.1.
    found = moved(
        Told([chance(0.5)], why(history=2.0, triggers=0.2)),
        Told([chance(0.2)], why(history=1.0, triggers=0.3)),
        BEFORE,
    )
    assert found is not None
    assert [(s.family, round(s.change, 9)) for s in found.shares] == [
        ("history", 1.0),
        ("triggers", -0.1),
    ]
    assert found.everyone == pytest.approx(log(4) - 0.9)
    assert found.sentence == (
        "20\u00a0% in the issue of 24 March 2026, 50\u00a0% now. Most of the change is history (+1.0 in log odds)."
    )


def test_another_period_is_said_and_so_is_a_change_common_to_all_places() -> None:
    found = moved(
        Told([chance(0.5, 2027)], why(history=1.0)),
        Told([chance(0.2, 2026)], why(history=1.05)),
        BEFORE,
    )
    assert found is not None
    assert "that issue spoke of 2026, this one of 2027" in found.sentence
    assert "common to all places (+1.4 in log odds)" in found.sentence


def test_no_news_is_said_as_no_news() -> None:
    same = Moved(
        "x",
        date(2026, 3, 24),
        "2026",
        "2026",
        0.2,
        0.2,
        (Share("history", 1.0, 1.02),),
        -0.02,
    )
    assert same.sentence.endswith("No family of reasons moved by more than a tenth.")


def test_a_place_the_last_issue_did_not_know_has_no_change() -> None:
    known, nothing = Told([chance(0.5)], why(history=1.0)), Told([], [])
    assert moved(known, nothing, BEFORE) is None
    assert moved(nothing, known, BEFORE) is None


@pytest.fixture(scope="module")
def earlier() -> made_up.Issue:
    """The same issue three months before: half the probabilities, and history a little weaker."""
    now = made_up.issue()
    chances = [
        {
            **r,
            "probability": max(r["probability"] / 2, 1e-9),
            "low": max(r["low"] / 2, 1e-9),
        }
        for r in now.chances.to_pylist()
    ]
    reasons = [
        {**r, "contribution": r["contribution"] - 0.6 * (r["family"] == "history")}
        for r in now.reasons.to_pylist()
    ]
    return replace(
        now,
        id=BEFORE["id"],
        meta={**now.meta, **BEFORE},
        chances=FORECAST_CHANCE.check(
            pa.Table.from_pylist(chances, schema=FORECAST_CHANCE.schema)
        ),
        reasons=FORECAST_REASON.check(
            pa.Table.from_pylist(reasons, schema=FORECAST_REASON.schema)
        ),
    )


def test_page_brief_and_json_say_what_moved_it(lake, earlier) -> None:
    held = as_of_data.read(
        lake, place_tables.load(), made_up.issue(), as_of=made_up.AS_OF, previous=earlier
    )
    told = situation.situation(held, "IND")
    assert told.moved is not None
    sentence = told.moved.sentence
    assert "20\u00a0% in the issue of 24 March 2026, 40\u00a0% now" in sentence
    written = as_json.situation(told)["moved"]
    assert written["sentence"] == sentence
    assert written["shares"][0]["change"] == pytest.approx(0.6)
    assert sentence in brief.html(told)
    assert brief.content(told)["moved"] == sentence
    assert brief.pdf(told).startswith(b"%PDF")


def test_the_first_issue_says_nothing_of_a_change(held) -> None:
    assert situation.situation(held, "IND").moved is None
