"""Rated once, seen through every framework; positions apart; how firm a level is."""

from datetime import timedelta

from tests.assess.rated import NOON, of_levels, rating_record, record

from upstander.assess.aggregation import Adjustment
from upstander.assess.frameworks import shipped
from upstander.assess.lenses import Setting, findings, positions, sensitivity, view
from upstander.assess.rating import ratings, record_id


def places_of(records: list, code: str) -> dict[str, list[tuple[str, str, int | None]]]:
    """By lens, where a rated code shows, and with what level."""
    base = ratings(records, shipped())
    found = {}
    for name in shipped().lenses:
        v = view(shipped(), name, base, "gov", {})
        found[name] = [
            (factor, a.indicator.code, a.ratings[code].level if a.ratings[code] else None)
            for factor, answers in v.answers.items()
            for a in answers
            if code in a.ratings
        ]
    return found


def test_two_indicators_rated_once_show_in_every_lens_and_changing_one_changes_all():
    """Journey 3."""
    records = [rating_record("7.5", 2), rating_record("9.1", 3)]
    assert places_of(records, "7.5") == {
        "framework_2014": [("7", "7.5", 2)],
        "six_factors": [("F4", "F4a", 2)],
        "framework_2009": [("3", "C3", 2), ("5", "C5", 2)],
        "cerd": [("CERD", "CERD6", 2)],
        "ngo_example": [("NGO-C", "NGO-C1", 2)],
    }
    nine = places_of(records, "9.1")
    assert nine["framework_2014"] == [("9", "9.1", 3)]
    assert nine["six_factors"] == [("F1", "F1c", 3)]
    assert nine["framework_2009"] == [("1", "C1", 3)]
    records.append(rating_record("7.5", 4, version=2, when=NOON + timedelta(hours=1)))
    changed = places_of(records, "7.5")
    assert {level for seen in changed.values() for _, _, level in seen} == {4}
    assert places_of(records, "9.1") == nine
    assert len({r.id for r in records}) == 2, "two records, whatever the number of lenses"
    assert records[0].id == record_id("r1", "7.5", "gov") == records[2].id


def test_every_rated_code_is_in_sight_in_every_lens_as_an_answer_or_by_name():
    base = ratings([rating_record(c, 1) for c in shipped().rated], shipped())
    for name in shipped().lenses:
        v = view(shipped(), name, base, "gov", {})
        answered = {c for answers in v.answers.values() for a in answers for c in a.ratings}
        assert answered | {*v.unseen} == set(shipped().rated)
        assert not answered & {*v.unseen}


def test_a_question_of_an_ngo_that_corresponds_to_nothing_is_rated_itself():
    base = ratings([rating_record("NGO-A1", 3)], shipped())
    assert view(shipped(), "ngo_example", base, "gov", {}).answers["NGO-A"][0].level == 3
    assert view(shipped(), "six_factors", base, "gov", {}).unseen == ("NGO-A1",)


def test_a_question_over_signs_of_intent_shows_the_ratings_and_forms_no_level():
    base = ratings([rating_record("10.1", 4)], shipped())
    answer = next(
        a
        for a in view(shipped(), "six_factors", base, "gov", {}).answers["F6"]
        if a.indicator.code == "F6c"
    )
    assert answer.ratings["10.1"].level == 4
    assert answer.level is None


def test_where_agencies_disagree_each_keeps_its_finding_and_none_is_averaged():
    records = [rating_record("7.5", 1, space="gov"), rating_record("7.5", 4, space="nhri")]
    base = ratings(records, shipped())
    found = positions(shipped(), "six_factors", base, {})
    assert {s: f.sign for s, f in found["F4"].items()} == {"gov": 1, "nhri": 4}
    assert {s: f.level for s, f in found["F4"].items()} == {"gov": 1, "nhri": 3}
    answer = view(shipped(), "framework_2014", base, "gov", {}).answers["7"][4]
    assert (answer.level, answer.positions["7.5"]) == (1, {"gov": 1, "nhri": 4})


def override(level: str, *, when=NOON, space: str = "gov", factor: str = "F4"):
    body = {
        "framework": "six_factors",
        "factor": factor,
        "level": level,
        "reason": "curfew not yet rated",
    }
    return record("override", f"o{level}{when}", body, when=when, space=space, who="hed")


def test_a_level_people_set_is_a_visible_step_and_can_be_withdrawn():
    base = ratings([rating_record("7.5", 1)], shipped())

    def f4(*overrides):
        made = Setting(overrides=overrides)
        return {
            f.factor: f
            for f in view(shipped(), "six_factors", base, "gov", {}, made).findings
        }["F4"]

    found = f4(override("3"))
    assert (found.base, found.level) == (1, 3)
    assert found.adjustments == (
        Adjustment("set by people", 2, "curfew not yet rated", "hed"),
    )
    assert "+2 bands set by people: curfew not yet rated." in found.text
    later = NOON + timedelta(days=1)
    assert f4(override("3"), override("withdrawn", when=later)).level == 1
    assert f4(override("3", space="ngo")).level == 1, "another space's step is its own"
    assert f4(override("3", factor="F3")).level == 1


def test_people_cannot_set_a_level_where_nothing_was_assessed_or_on_intent():
    made = Setting(overrides=(override("4", factor="F2"),))
    assert all(f.level is None for f in findings(shipped(), "six_factors", {}, {}, made))


def test_a_step_from_a_register_stands_beside_the_rules_own_and_each_name_counts_once():
    setting = Setting(
        adjustments={
            "F1": (Adjustment("compounded", 1, "from the group register"),),
            "F5": (Adjustment("weak rule of law", 1, "courts cannot act"),),
        }
    )
    levels = dict.fromkeys(shipped()["six_factors"].factor("F1").codes, 3) | {"3.1": 2}
    found = {
        f.factor: f
        for f in findings(shipped(), "six_factors", of_levels(levels), {}, setting)
    }
    assert (found["F1"].base, found["F1"].level) == (3, 4)
    assert [a.reason for a in found["F1"].adjustments] == ["from the group register"]
    assert (found["F5"].base, found["F5"].level) == (1, 2)


def test_sensitivity_shows_every_rule_and_every_indicator_that_carries_a_level():
    levels = {"5.1": 0, "5.2": 0, "5.5": 4, "7.1": 3, "7.2": 3, "7.3": 3}
    found = sensitivity(shipped(), "six_factors", of_levels(levels), {})
    by_rule = {r.rule: r for r in found.rules}
    assert found.rules[0].rule == found.chosen == "two_signs"
    assert [by_rule[r].levels["F3"] for r in ("highest", "two_signs", "three_signs")] == [
        4,
        3,
        2,
    ]
    assert by_rule["three_signs"].order == (("F4",), ("F3",))
    assert by_rule["highest"].order == (("F3",), ("F4",))
    assert found.dropped["F3"] == (0, 3)
    assert found.pivotal["F3"] == ("5.5",), "without it nothing is seen"
    assert (found.dropped["F4"], found.pivotal["F4"]) == ((3, 3), ())
    assert not found.is_firm


def test_what_does_not_apply_carries_no_level_when_others_are_left_out():
    levels = {
        "13.3": 4,
        "13.4": 4,
        "2.6": 2,
        "4.1": 2,
        "4.2": 2,
    }  # the first two bear on a conflict only
    at_peace = sensitivity(
        shipped(), "six_factors", of_levels(levels), {}, Setting(has_nexus=False)
    )
    assert (at_peace.dropped["F2"], at_peace.pivotal["F2"]) == ((2, 2), ())
    at_war = sensitivity(
        shipped(), "six_factors", of_levels(levels), {}, Setting(has_nexus=True)
    )
    assert (at_war.dropped["F2"], at_war.pivotal["F2"]) == ((3, 4), ("13.3", "13.4"))


def test_equal_ratings_of_every_factor_are_firm_under_every_rule():
    even = of_levels({c: 4 for f in shipped()["six_factors"].factors for c in f.codes})
    assert sensitivity(shipped(), "six_factors", even, {}).is_firm
