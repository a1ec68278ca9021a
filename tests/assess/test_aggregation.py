"""The level of a factor: ordinal, with its spread, bounds, evidence and named steps; missing is never zero."""

from hypothesis import given
from hypothesis import strategies as st
from tests.assess.rated import of_levels, record

from upstander.assess.aggregation import (
    CAVEAT,
    Finding,
    bounds,
    compounded,
    finding,
    level_of,
)
from upstander.assess.evidence_ties import evidence_of, ties_of
from upstander.assess.four_crimes import Crime
from upstander.assess.frameworks import shipped
from upstander.assess.lenses import findings
from upstander.assess.rarely_absent import nothing_seen
from upstander.assess.rating import Rating
from upstander.assess.rules import RULES

SIX = shipped()["six_factors"]
LEVELS = st.lists(st.integers(0, 4), min_size=1, max_size=30).map(sorted)


def on(
    factor: str, levels: dict[str, int | None], lens: str = "six_factors", **rest: object
) -> Finding:
    return finding(shipped(), lens, factor, of_levels(levels, **rest), {})


def test_rules_give_what_was_worked_out_by_hand():
    levels = [0, 0, 1, 3, 4, 4]
    assert {name: rule.apply(levels) for name, rule in RULES.items()} == {
        "two_signs": 4,
        "highest": 4,
        "three_signs": 3,
    }
    one = [0] * 11 + [4]
    assert {name: rule.apply(one) for name, rule in RULES.items()} == {
        "two_signs": 3,
        "highest": 4,
        "three_signs": 2,
    }
    assert RULES["three_signs"].apply([2, 4, 4]) == 3
    assert [RULES[r].apply([1]) for r in RULES] == [1, 1, 1], (
        "what is seen is never worded as not seen"
    )


@given(LEVELS)
def test_every_rule_gives_a_level_up_to_the_highest_and_signs_not_seen_change_none(
    levels: list[int],
):
    for rule in RULES.values():
        assert min(1, levels[-1]) <= rule.apply(levels) <= levels[-1]
        assert rule.apply([0, *levels]) == rule.apply(levels)


@given(LEVELS, st.integers(0, 29), st.integers(1, 4))
def test_a_higher_rating_never_lowers_a_level(levels: list[int], at: int, step: int):
    raised = list(levels)
    raised[at % len(levels)] = min(4, raised[at % len(levels)] + step)
    for rule in RULES.values():
        assert rule.apply(sorted(raised)) >= rule.apply(levels)


@given(LEVELS, st.integers(0, 12))
def test_the_bounds_hold_the_level_and_close_when_nothing_is_missing(
    levels: list[int], missing: int
):
    for rule in RULES:
        found = bounds(levels, missing, rule)
        assert found is not None
        assert found[0] <= (level_of(levels, rule) or 0) <= found[1]
        assert missing or found[0] == found[1]


def test_what_is_not_assessed_takes_no_part_and_is_not_zero():
    some, none = on("F3", {"5.5": 3, "5.1": 3}), on("F3", {"5.5": 3, "5.1": 3, "5.2": None})
    zeros = on("F3", dict.fromkeys(SIX.factor("F3").codes, 0) | {"5.5": 3, "5.1": 3})
    assert some.level == none.level == 3
    assert some.spread == none.spread
    assert (some.spread.assessed, some.spread.of) == (2, 12)
    assert zeros.level == 3, "ten quiet signs hide no strong one"
    assert some.bounds == (3, 4), "ten indicators nobody rated could still raise it"
    nothing = on("F3", {})
    assert (nothing.level, nothing.base, nothing.bounds) == (None, None, None)
    assert nothing.words == "not assessed"
    assert on("F3", dict.fromkeys(SIX.factor("F3").codes, 0)).words == "0 not seen"


def test_a_finding_has_the_direction_more_of_its_indicators_show():
    def trend(**n: int) -> str:
        codes = iter(SIX.factor("F3").codes)
        rated = {
            c: Rating(code=c, space="gov", level=2, trend=t)
            for t, k in n.items()
            for c in [next(codes) for _ in range(k)]
        }
        return finding(shipped(), "six_factors", "F3", rated, {}).trend

    assert trend(rising=2, steady=5, falling=1) == "rising"
    assert trend(falling=1, steady=1) == "falling"
    assert trend(rising=1, falling=1) == "mixed"
    assert trend(steady=1, not_known=4) == "steady"
    assert trend(not_known=2) == "not_known"


def test_one_very_strong_sign_stays_in_sight_where_all_others_are_not_seen():
    found = on("F3", dict.fromkeys(SIX.factor("F3").codes, 0) | {"5.5": 4})
    assert found.level == 3
    assert found.words == "3 strong; strongest sign 4 very strong (5.5)"
    assert found.spread.range == (0, 4)
    assert "run from 0 to 4" in found.text


def test_strong_discrimination_and_strong_exclusion_raise_factor_one_by_one_band():
    discrimination, exclusion = {"9.1": 3, "9.2": 3}, {"1.11": 3, "9.4": 3, "9.5": 3}
    past = dict.fromkeys(("2.1", "2.2", "2.3", "2.7", "2.8", "4.9", "9.3"), 2)
    both = on("F1", past | discrimination | exclusion)
    assert (both.base, both.level) == (3, 4)
    assert [(a.name, a.bands) for a in both.adjustments] == [("compounded", 1)]
    assert "coincide" in both.text
    for weaker in (
        past | discrimination,
        past | exclusion,
        past | discrimination | {"1.11": 2, "9.4": 2, "9.5": 2},
    ):
        assert on("F1", weaker).adjustments == ()
    assert on("F1", dict.fromkeys(SIX.factor("F1").codes, 4)).level == 4, (
        "no band above the highest"
    )
    assert compounded(4, None) is None, "what is not known is not strong"


def test_no_level_is_formed_of_intent():
    signs = dict.fromkeys(("10.1", "10.7", "11.5", "12.1"), 4)
    assert on("F6", signs).level is None, (
        "signs of intent alone make no level of factor six"
    )
    assert "signs of intent are rated" in on("F6", signs).words
    every = dict.fromkeys(shipped()["framework_2014"].factor("10").codes, 4)
    for lens in shipped().lenses.values():
        assert {on(f.code, every, lens.name).level for f in lens.factors} == {None}, (
            lens.name
        )
    assert on("F6", signs | {"11.1": 1}).level == 1
    for lens, factor in (("framework_2014", "10"), ("framework_2009", "7")):
        codes = shipped()[lens].factor(factor).codes
        found = on(factor, dict.fromkeys(codes, 4), lens)
        assert (found.base, found.level, found.bounds) == (None, None, None)
        assert "intent is never scored" in found.text
        assert found.spread.levels == (0, 0, 0, 0, len(codes)), (
            "what people rated stays in sight"
        )


def test_a_finding_names_the_crimes_it_bears_on_each_with_its_incitement_flag():
    found = on("11", {"11.1": 2}, "framework_2014")
    assert [(c.crime, c.act, c.incitement) for c in found.crimes] == [
        (Crime.AGAINST_HUMANITY, True, False)
    ]
    assert on("11", {"11.1": 0}, "framework_2014").crimes == (), (
        "what is not seen bears on no crime"
    )
    assert on("7", {"7.5": 3}, "framework_2014").crimes == (), (
        "a common factor bears on none in particular"
    )
    six = on("F6", {"10.2": 1, "11.1": 2})
    assert [c.crime for c in six.crimes] == [Crime.AGAINST_HUMANITY], (
        "signs of intent belong in the dossier"
    )
    assert on("6", {"11.1": 2}, "framework_2009").crimes == found.crimes
    called = on("F2", {"7.14": 3}, incitement=(Crime.GENOCIDE,))
    assert [(c.crime, c.act, c.incitement) for c in called.crimes] == [
        (Crime.GENOCIDE, False, True)
    ]


def test_every_finding_carries_the_caveat_that_present_is_not_cause():
    for found in findings(shipped(), "framework_2014", of_levels({"7.5": 4}), {}):
        assert found.caveat == CAVEAT
    assert "is not a cause and does not make crimes inevitable" in CAVEAT
    assert "will" not in on("F4", {"7.5": 4}).text.split()


def test_when_all_six_are_absent_the_observed_base_rate_is_given_and_never_impossible():
    rate = "1.6 % of country-years saw 100 or more civilians killed"
    levels = {c: 0 for f in SIX.factors if f.role == "structural" for c in f.codes}
    text = nothing_seen(findings(shipped(), "six_factors", of_levels(levels), {}), rate)
    assert text is not None
    assert rate in text
    assert "None of the 6 factors" in text
    assert "impossible" not in text
    seen = findings(shipped(), "six_factors", of_levels(levels | {"13.18": 1}), {})
    assert next(f for f in seen if f.factor == "F6").level == 1
    assert nothing_seen(seen, rate) is None, "one slight sign is not nothing"
    unknown = {c: v for c, v in levels.items() if c not in SIX.factor("F2").codes}
    assert (
        nothing_seen(findings(shipped(), "six_factors", of_levels(unknown), {}), rate)
        is None
    )


def test_evidence_counts_each_item_once_and_only_what_the_reader_may_read():
    evidence = [
        record("evidence", "e1", {"supports": ["7.5", "7.4"], "against": []}),
        record("evidence", "e2", {"supports": [], "against": ["7.5"]}),
        record("evidence", "e3", {"supports": None, "against": None}),
    ]
    table = of_levels({"7.5": 3}, supports=("e1", "e3", "hidden"), against=("hidden2",))
    ties = ties_of(evidence)
    assert evidence_of(["7.5", "7.4"], table, ties) == ({"e1", "e3"}, {"e2"})
    found = finding(shipped(), "six_factors", "F4", table, ties)
    assert (found.evidence_for, found.evidence_against) == (2, 1)


def test_an_indicator_that_does_not_apply_counts_nowhere_and_is_named_where_it_was_seen_all_the_same():
    codes = frozenset({"13.6", "13.9"})
    found = finding(
        shipped(), "six_factors", "F4", of_levels({"7.5": 2}), {}, left_out=codes
    )
    assert (found.spread.of, found.spread.not_applying) == (18, 2)
    seen = finding(
        shipped(), "six_factors", "F4", of_levels({"7.5": 2, "13.6": 4}), {}, left_out=codes
    )
    assert (seen.spread, seen.level, seen.set_aside) == (
        found.spread,
        found.level,
        ("13.6",),
    )
    assert "set aside while no armed conflict or occupation is recorded: 13.6" in seen.text
