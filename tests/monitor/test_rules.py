"""Rules of records and of forecasts: what they find, from whose records, and what they leave alone."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from tests.assess.made_up import record

from upstander.core.rights import Marking, Stamp
from upstander.forecast.qualification import Verdict
from upstander.forecast.targets import HEADLINE, NEW_MASS_KILLING
from upstander.monitor import back_test
from upstander.monitor.finding import Finding, Meant, ids_of, signal
from upstander.monitor.found_signals import issue_rules, record_rules, why_not
from upstander.monitor.past import Past
from upstander.monitor.two_issues import TwoIssues

ON = date(2026, 6, 30)


def days(before: int) -> str:
    return (ON - timedelta(days=before)).isoformat()


def found(rule: str, *records):
    return list(record_rules()[rule].find(records, ON))


def speech(before: int, speaker: str = "media", **given):
    return record(
        "speech_event", day=days(before), speaker=speaker, group="group1", **given
    )


def test_a_burst_of_speech_is_told_with_the_roles_that_speak():
    events = [speech(1), speech(5), speech(9, "religious")]
    [one] = found("speech_burst", *events)
    assert one.key == ("group1", "all")
    assert one.values["n"] == 3
    assert "Religious leader" in one.values["speakers"]
    assert not one.extreme


def test_office_holders_are_a_burst_of_their_own_and_incitement_makes_it_extreme():
    events = [speech(n, "minister") for n in (1, 2, 3)]
    referred = speech(4, "head", decision="refer", decision_why="calls for attacks")
    [one] = found("speech_burst", *events, referred, speech(5), speech(6), speech(7))
    assert one.key == ("group1", "officials")
    assert one.extreme


@pytest.mark.parametrize("when", [(1, 5), (40, 41, 42)])
def test_two_events_or_old_ones_are_no_burst(when):
    assert found("speech_burst", *(speech(n) for n in when)) == []


def test_a_steady_flow_is_no_burst():
    steady = [speech(n) for n in range(0, 210, 10)]
    assert found("speech_burst", *steady) == []


def test_a_new_discriminatory_rule_is_found_once_whether_measure_or_law():
    measure = record("preparatory_measure", type="discriminatory_rule", day=days(10))
    law = record("discrimination", law="3", since=days(20))
    practice = record("discrimination", practice="3", since=days(20))
    old = record("preparatory_measure", type="discriminatory_rule", day=days(100))
    other = record("preparatory_measure", type="training", day=days(3))
    got = found("discriminatory_rule", measure, law, practice, old, other)
    assert {f.key[0] for f in got} == {measure.id, law.id}
    assert all(f.once for f in got)


def test_a_cluster_of_measures_is_told_while_it_is_new():
    types = ("training", "militia", "militia")
    steps = [
        record("preparatory_measure", type=t, day=days(n))
        for n, t in zip((5, 10, 20), types, strict=True)
    ]
    [one] = found("preparatory_cluster", *steps)
    assert one.values["n"] == 3
    assert found("preparatory_cluster", *steps[1:]) == []
    old = [
        record("preparatory_measure", type=t, day=days(n + 60))
        for n, t in zip((5, 10, 20), types, strict=True)
    ]
    assert found("preparatory_cluster", *old) == []


def civic(before: int, **given):
    return record("civic_space", day=days(before), direction="narrows", **given)


def test_a_strong_reprisal_or_many_steps_are_told_and_what_widens_is_not():
    strong = civic(3, type="reprisal", weight="3")
    assert found("civil_society_reprisal", strong)[0].values["reprisals"] == 1
    assert found("civil_society_reprisal", civic(3, type="reprisal", weight="2")) == []
    many = [civic(n, type="law", weight="1") for n in (1, 2, 3)]
    assert found("civil_society_reprisal", *many)[0].values["n"] == 3
    wide = [
        record("civic_space", day=days(n), direction="widens", type="law")
        for n in (1, 2, 3)
    ]
    assert found("civil_society_reprisal", *wide) == []


def test_a_checklist_with_an_item_asks_for_a_review_and_an_empty_one_does_not():
    seen = record("less_obvious", seen=["child_transfer"], day=days(3))
    [one] = found("less_obvious_review", seen, record("less_obvious", day=days(3)))
    assert (one.key, one.values) == ((seen.id,), {"n": 1, "left": 6})


def test_a_publisher_that_stops_is_told_and_a_rare_one_is_not():
    def item(before: int, publisher: str):
        return record("evidence", day=days(before), publisher=publisher)

    steady = [item(n, "Radio") for n in range(31, 200, 4)]
    rare = [item(n, "Blog") for n in (40, 150)]
    [one] = found("source_silent", *steady, *rare)
    assert one.values["publisher"] == "Radio"
    assert found("source_silent", *steady, item(3, "Radio")) == []


# Forecasts


def chances(*rows) -> pa.Table:
    names = ("unit", "target", "probability", "model", "basis")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def test_odds_that_doubled_since_the_issue_before_are_a_step():
    before = chances(
        ("AAA", HEADLINE, 0.02, "m", "model"), ("BBB", HEADLINE, 0.02, "m", "model")
    )
    now = chances(
        ("AAA", HEADLINE, 0.05, "m", "model"),
        ("BBB", HEADLINE, 0.03, "m", "model"),
        ("CCC", HEADLINE, 0.5, "m", "model"),  # not known before: no step
        ("DDD", HEADLINE, 0.5, "m", "no_data"),
    )
    rule = issue_rules()["forecast_step"]
    [one] = rule.find(TwoIssues(now, ON, before, ON))
    assert one.place == "AAA"
    assert list(rule.find(TwoIssues(now, ON))) == []


def test_the_three_highest_chances_of_a_new_mass_killing_are_told_where_they_are_not_low():
    target = NEW_MASS_KILLING.id
    rows = [
        (u, target, p, "m", "model")
        for u, p in zip("ABCDE", (0.2, 0.1, 0.02, 0.05, 0.04), strict=True)
    ]
    got = list(issue_rules()["new_mass_killing"].find(TwoIssues(chances(*rows), ON)))
    assert [(f.place, f.values["rank"]) for f in got] == [("A", 1), ("B", 2), ("D", 3)]


def verdict(target: str, qualified: bool) -> Verdict:
    span = ("2020", "2024")
    return Verdict(
        target, "m", "base", "log loss", "Hindcast", *span, 0.1, 0, 0.2, qualified, True
    )


def test_only_a_model_qualified_on_the_rules_target_feeds_it():
    rule = issue_rules()["forecast_step"]
    issues = TwoIssues(chances(("AAA", HEADLINE, 0.5, "m", "model")), ON)
    assert "never judged" in why_not(rule, issues, [verdict("other", True)])
    assert "not qualified" in why_not(rule, issues, [verdict(HEADLINE, False)])
    assert why_not(rule, issues, [verdict(HEADLINE, True)]) == ""


# As signals


def test_a_signal_is_as_narrow_as_what_it_rests_on():
    strict = record("evidence")
    stamp = Stamp("gov", "ana", marking=Marking.STRICT, restricted=True)
    from dataclasses import replace

    from upstander.core.messages import say

    meant = Meant("x", "other", say("monitor.signal"))
    made = signal("gov", "id", "AAA", meant, ON, grounds=[replace(strict, stamp=stamp)])
    assert made.stamp.marking is Marking.STRICT
    assert made.stamp.restricted
    assert made.body["evidence"] == [strict.id]
    assert signal("gov", "id", "AAA", meant, ON).stamp.marking is Marking.AMBER


def test_what_was_found_is_not_found_again_for_six_months_but_the_extreme_is():
    plain, extreme = Finding("AAA", ("g",)), Finding("AAA", ("g",), extreme=True)
    today, later = (
        ids_of("gov", "x", plain, ON),
        ids_of("gov", "x", plain, date(2026, 11, 30)),
    )
    assert today[0] in later
    assert today[0] not in ids_of("gov", "x", plain, date(2026, 12, 1))
    assert not set(today) & set(ids_of("gov", "x", extreme, ON))
    once = Finding("AAA", ("g",), once=True)
    assert ids_of("gov", "x", once, ON) == ids_of("gov", "x", once, date(2030, 1, 1))


# Held against replayed issues


def test_a_rule_of_forecasts_is_held_against_replayed_issues_where_there_are_any():
    rule = issue_rules()["new_mass_killing"]
    target = NEW_MASS_KILLING.id
    killed = np.zeros((2, 240))
    killed[0, 226] = 150.0  # November 2007
    quiet = np.zeros((2, 240))
    deaths = {"state_based": quiet, "non_state": quiet, "one_sided": killed}
    names = {"AAA": "A", "BBB": "B"}
    known = Past(deaths, quiet, ("AAA", "BBB"), names, np.zeros((2, 2)))
    rows = (("AAA", target, 0.2, "m", "model"), ("BBB", target, 0.1, "m", "model"))
    days = [date(2007, month, 20) for month in (1, 2, 7)] + [date(2008, 12, 20)]
    issues = [TwoIssues(chances(*rows), day) for day in days]
    test = back_test.of_issues("new_mass_killing", rule, known, issues)
    assert test.drafts == 6  # not again within six months
    assert (test.hits, test.false_alarms, test.open) == (2, 2, 2)
    assert (test.first, test.last, test.is_strict) == ("2007-01", "2008-12", True)
    assert back_test.of_issues("x", rule, known, []) is None
