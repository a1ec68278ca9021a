"""Crimes are processes: dated levels, their pace, what changed, and the stage by a stated rule or by people (R05)."""

from datetime import timedelta

import pytest
from tests.assess.rated import NOON, of_levels, rating_record, record

from upstander.assess.frameworks import shipped
from upstander.assess.lenses import Setting, findings
from upstander.assess.overall import overall
from upstander.assess.trajectory import as_of, pace, proposed, trajectory, what_changed
from upstander.records.forms import form

SIX = shipped()["six_factors"]
DAY = timedelta(days=1)
HISTORY = [
    rating_record("7.5", 1, version=1, when=NOON),
    rating_record("9.1", 2, version=1, when=NOON),
    rating_record(
        "7.5", 3, version=2, when=NOON + 100 * DAY, why="new reports", trend="rising"
    ),
    rating_record("7.6", None, version=1, when=NOON + 100 * DAY),
    rating_record("9.1", 2, version=2, when=NOON + 100 * DAY, note="a second survey"),
]


def test_levels_are_read_as_they_stood_at_each_instant():
    points = trajectory(
        shipped(),
        "six_factors",
        HISTORY,
        "gov",
        [NOON + 100 * DAY, NOON - DAY, NOON + 99 * DAY],
    )
    assert [p.levels["F4"] for p in points] == [None, 1, 2]
    assert [p.assessed for p in points] == [0, 2, 2], "not assessed is no rating"
    assert [p.level for p in points] == [None, 1, 1]
    assert len(as_of(HISTORY, NOON)) == 2


def test_a_level_people_set_counts_from_the_day_they_set_it():
    body = {
        "framework": "six_factors",
        "factor": "F4",
        "level": "4",
        "reason": "seen on site",
    }
    setting = Setting(overrides=(record("override", "o1", body, when=NOON + 50 * DAY),))
    points = trajectory(
        shipped(), "six_factors", HISTORY, "gov", [NOON, NOON + 60 * DAY], setting
    )
    assert [p.levels["F4"] for p in points] == [1, 4]


def test_the_pace_counts_steps_over_days():
    points = trajectory(
        shipped(), "six_factors", HISTORY, "gov", [NOON - DAY, NOON, NOON + 100 * DAY]
    )
    found = pace(points, "F4")
    assert found is not None
    assert (found.steps, found.days, found.text) == (1, 100.0, "+1 step in 100 days")
    assert found.per_year == pytest.approx(3.6525)
    assert pace(points, "") is not None
    assert pace(points, "F2") is None, "what was never assessed has no pace"
    assert pace(points[:2], "F4") is None


def test_what_changed_names_each_rating_that_differs_the_largest_step_first():
    found = what_changed(shipped(), HISTORY, NOON, NOON + 200 * DAY)
    assert [c.text for c in found] == [
        "7.5: 1 slight → 3 strong",
        "7.6: still not assessed; its grounds were revised",
        "9.1: still 2 some; its grounds were revised",
    ]
    assert (found[0].after.who, found[0].after.why) == ("ana", "new reports")
    assert what_changed(shipped(), HISTORY, NOON + 100 * DAY, NOON + 200 * DAY) == ()
    first = what_changed(shipped(), HISTORY, NOON - DAY, NOON)
    assert [(c.code, c.before) for c in first] == [("9.1", None), ("7.5", None)]


def staged(
    levels: dict[str, int | None],
    now: bool | None = False,
    before: bool | None = False,
    **rest,
):
    found = findings(shipped(), "six_factors", of_levels(levels, **rest), {})
    return proposed(overall(found), found, is_ongoing=now, was_ongoing=before)


def test_the_stage_follows_a_stated_rule():
    structural = [c for f in SIX.factors if f.role == "structural" for c in f.codes]
    assert staged({}) is None, "nothing known is no stage"
    assert staged(dict.fromkeys(structural, 1)).stage == "upstream"
    assert staged(dict.fromkeys(structural, 1), trend="rising").stage == "tension_rising"
    assert staged(dict.fromkeys(structural, 2)).stage == "tension_rising"
    assert staged(dict.fromkeys(structural, 3)).stage == "tension_rising"
    assert staged(dict.fromkeys(structural, 3) | {"8.8": 4}).stage == "imminent"
    assert staged({}, now=True).stage == "ongoing"
    assert staged({}, now=False, before=True).stage == "after"
    assert staged({}, now=None, before=True) is None, "not known is not over"


def test_every_stage_the_rule_can_propose_is_one_people_can_set():
    structural = [c for f in SIX.factors if f.role == "structural" for c in f.codes]
    every = [
        staged(dict.fromkeys(structural, 1)),
        staged(dict.fromkeys(structural, 2)),
        staged(dict.fromkeys(structural, 3) | {"8.8": 4}),
        staged({}, now=True),
        staged({}, before=True),
    ]
    assert [s.stage for s in every] == list(form("review").field("stage").choices)
