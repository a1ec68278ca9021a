"""What must hold of levels whatever people rated, in every lens; and made-up countries read as a careful analyst would.

UPSTANDER_EXAMPLES sets how many made-up reviews a lens is tried with (10,000 before a release; fewer in the suite).
"""

import os
import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.assess.rated import rating_record, record

from upstander.assess.frameworks import shipped
from upstander.assess.headline import KIND
from upstander.assess.lenses import Setting, View, view
from upstander.assess.overall import NOT_ENOUGH
from upstander.assess.rating import LEVELS, NOT_ASSESSED, ratings
from upstander.assess.rules import RULES

FRAMEWORKS = shipped()
LENSES = sorted(FRAMEWORKS.lenses)
CODES = sorted(FRAMEWORKS.rated)
EXAMPLES = int(os.environ.get("UPSTANDER_EXAMPLES", "40"))
MADE_UP = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
RATE = "1.6 % of country-years"
INTENT = sorted(FRAMEWORKS.unscored)


def made_up(
    seed: int, share: float, levels: tuple[int | None, ...]
) -> dict[str, int | None]:
    """Levels by code: from nothing rated to everything, quiet or loud."""
    chance = random.Random(seed)
    return {c: chance.choice(levels) for c in CODES if chance.random() < share}


def reviews() -> st.SearchStrategy[dict[str, int | None]]:
    quiet, loud = (0, 0, 0, 0, 1, 4), (0, 1, 2, 3, 4, None)
    return st.builds(
        made_up,
        st.integers(0, 2**31),
        st.sampled_from([0.02, 0.3, 0.7, 1.0]),
        st.sampled_from([quiet, loud]),
    )


def seen(
    levels: dict[str, int | None], lens: str, *, nexus: bool = False, people: tuple = ()
) -> View:
    records = [rating_record(c, v) for c, v in levels.items()]
    setting = Setting(has_nexus=nexus, base_rate=RATE, overrides=people)
    return view(FRAMEWORKS, lens, ratings(records, FRAMEWORKS), "gov", {}, setting)


def known(level: int | None) -> int:
    return -1 if level is None else level


def reach(v: View) -> tuple[int, ...]:
    """Everything that is a level in a view, with -1 for none: factors by every number shown, and the country's."""
    draft = v.headline.draft
    factors = [
        n for f in v.findings for n in (known(f.base), known(f.level), known(f.sign))
    ]
    country = [known(draft.level), *(draft.over_rules or (-1, -1))]
    return (*factors, *country, known(draft.highest if draft.coverage.is_enough else None))


def worded(v: View) -> int:
    """How far the headline speaks: nothing, too little, a draft."""
    words = v.headline.words
    return 0 if words == NOT_ASSESSED else 1 if words == NOT_ENOUGH else 2


def none_lower(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("lens", LENSES)
@MADE_UP
@given(reviews(), st.sampled_from(CODES), st.integers(1, 4), st.booleans())
def test_raising_a_rating_never_lowers_any_level(
    lens: str, levels: dict[str, int | None], code: str, step: int, nexus: bool
):
    now = levels.get(code)
    assume(now is not None and now < 4)
    raised = {**levels, code: min(4, (now or 0) + step)}
    before, after = seen(levels, lens, nexus=nexus), seen(raised, lens, nexus=nexus)
    assert none_lower(reach(before)[:-1], reach(after)[:-1])
    assert worded(before) <= worded(after)


@pytest.mark.parametrize("lens", LENSES)
@MADE_UP
@given(reviews())
def test_recording_a_conflict_never_lowers_any_level(
    lens: str, levels: dict[str, int | None]
):
    peace, war = seen(levels, lens), seen(levels, lens, nexus=True)
    assert none_lower(reach(peace)[:-1], reach(war)[:-1])
    assert worded(peace) <= worded(war), "and makes no assessment too thin"


@pytest.mark.parametrize("lens", LENSES)
@MADE_UP
@given(reviews())
def test_what_does_not_apply_counts_nowhere(lens: str, levels: dict[str, int | None]):
    without = {c: v for c, v in levels.items() if c not in FRAMEWORKS.conflict_only}
    with_them, plain = seen(levels, lens), seen(without, lens)
    assert reach(with_them) == reach(plain)
    assert with_them.headline.draft.coverage == plain.headline.draft.coverage
    assert [f.spread for f in with_them.findings] == [f.spread for f in plain.findings]


@pytest.mark.parametrize("lens", LENSES)
@MADE_UP
@given(reviews())
def test_a_factor_with_a_sign_at_the_top_is_never_not_seen_and_is_named_beside_the_headline(
    lens: str, levels: dict[str, int | None]
):
    v = seen(levels, lens)
    beside = " ".join(v.headline.beside)
    for f in v.findings:
        if f.sign == 4:
            assert LEVELS[0] not in f.words
            assert f"{f.factor} {f.title}" in beside
    assert v.headline.draft.coverage.words in beside


@pytest.mark.parametrize("lens", LENSES)
@MADE_UP
@given(st.dictionaries(st.sampled_from(INTENT), st.integers(0, 4), min_size=1), reviews())
def test_intent_leaves_no_number_in_any_lens(
    lens: str, signs: dict[str, int], levels: dict[str, int | None]
):
    rest = {c: v for c, v in levels.items() if c not in INTENT}
    assert reach(seen(rest | signs, lens)) == reach(seen(rest, lens))
    alone = seen(signs, lens)
    assert set(reach(alone)) == {-1}
    assert alone.headline.words == NOT_ASSESSED
    assert {a.level for answers in alone.answers.values() for a in answers} == {None}


# Profiles: what a careful analyst would say


SIX = FRAMEWORKS["six_factors"]


def profile(strong: dict[str, int], rest: int | None = 0) -> View:
    everything = (
        {c: rest for f in SIX.factors for c in f.codes if c not in FRAMEWORKS.unscored}
        if rest is not None
        else {}
    )
    return seen(everything | strong, "six_factors")


def test_a_pattern_against_a_group_and_documents_of_a_plan_are_not_hidden_by_four_quiet_factors():
    v = profile({c: 4 for f in ("F2", "F6") for c in SIX.factor(f).codes})
    assert v.headline.words == "no level is set; draft: 3 warning to 4 crisis"
    assert "F2 Motivation for targeting a community: 4 very strong" in " ".join(
        v.headline.beside
    )


def test_one_indicator_of_all_rated_is_not_enough_whatever_it_says():
    for level in (0, 4):
        v = profile({"7.5": level}, rest=None)
        assert v.headline.words == NOT_ENOUGH
    assert "4 very strong (7.5)" in " ".join(v.headline.beside)


def test_one_very_strong_sign_among_quiet_ones_gives_a_wide_range_and_stands_by_name():
    v = profile({"7.5": 4})
    assert v.headline.words == "no level is set; draft: 1 watch to 4 crisis"
    assert "F4" in " ".join(v.headline.beside)


def test_where_everything_was_looked_at_and_nothing_seen_the_base_rate_is_given():
    v = profile({})
    assert v.headline.words == "no level is set; draft: 0 lower, not immune"
    assert RATE in " ".join(v.headline.beside)


def level_set(level: str, space: str = "gov"):
    body = {"level": level, "reason": "The pattern spreads.", "draft": "2 concern"}
    return record(KIND, f"{KIND}-{space}", body, space=space)


def test_people_set_the_level_and_the_draft_stays_beside():
    codes = {c: 2 for f in SIX.factors for c in f.codes}
    v = seen(codes, "six_factors", people=(level_set("3"),))
    assert v.headline.words == "3 warning, as people set it"
    beside = " ".join(v.headline.beside)
    assert "The pattern spreads." in beside
    assert "The draft now: 2 concern" in beside
    assert (
        seen(codes, "six_factors", people=(level_set("4", "ngo"),)).headline.decided is None
    )
    assert (
        seen(codes, "six_factors", people=(level_set("withdrawn"),)).headline.decided
        is None
    )
    assert (
        seen({"7.5": 4}, "six_factors", people=(level_set("4"),)).headline.words
        == NOT_ENOUGH
    )


def test_the_range_is_over_every_stated_rule():
    v = profile({"7.5": 4})
    assert len(RULES) == 3
    assert v.headline.draft.over_rules == (1, 4)
