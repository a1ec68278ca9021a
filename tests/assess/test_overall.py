"""A country's level: structure first, triggers by one band at most, conflict neither needed nor enough."""

from hypothesis import given
from hypothesis import strategies as st
from tests.assess.rated import of_levels

from upstander.assess.frameworks import shipped
from upstander.assess.lenses import Setting, findings
from upstander.assess.overall import Overall, gauges, order, overall
from upstander.core.types import BANDS

SIX = shipped()["six_factors"]
TRIGGERS = SIX.factor("T").codes
STRUCTURAL = tuple(c for f in SIX.factors if f.role == "structural" for c in f.codes)
CONFLICT = ("1.1", "1.2", "8.1", "8.2")  # a war here or next door, and its beginning
NEXUS = shipped().conflict_only  # what bears only on a war or an occupation
LEVEL = st.none() | st.integers(0, 4)


def country(levels: dict[str, int | None], **setting: bool) -> Overall:
    return overall(
        findings(shipped(), "six_factors", of_levels(levels), {}, Setting(**setting))
    )


@given(st.fixed_dictionaries(dict.fromkeys(CONFLICT, LEVEL)), st.booleans())
def test_a_country_without_conflict_can_reach_the_top(
    conflict: dict[str, int | None], none_at_all: bool
):
    peace = dict.fromkeys(CONFLICT, 0) | dict.fromkeys(NEXUS, 0)
    levels = dict.fromkeys(STRUCTURAL, 4) | (peace if none_at_all else conflict)
    found = country(levels, has_nexus=False)
    assert (found.level, found.words) == (4, "4 crisis")


@given(st.integers(0, 4))
def test_conflict_alone_never_makes_the_top(other: int):
    war = dict.fromkeys(CONFLICT, 4)
    assert country(war).level is None, "war alone says nothing of the structure"
    quiet = country(dict.fromkeys(STRUCTURAL, min(other, 2)) | war)
    assert quiet.level == min(other, 2) + 1


@given(
    st.dictionaries(st.sampled_from(TRIGGERS), LEVEL),
    st.dictionaries(st.sampled_from(STRUCTURAL), LEVEL),
)
def test_triggers_move_a_level_by_one_band_at_most_and_never_make_the_top_alone(
    triggers: dict[str, int | None], structure: dict[str, int | None]
):
    with_them, without = country(structure | triggers), country(structure)
    assert country(triggers).level is None
    if without.level is None:
        assert with_them.level is None
    else:
        assert 0 <= (with_them.level or 0) - without.level <= 1
    if with_them.level == 4:
        assert (with_them.structural or 0) >= 3


def test_many_strong_triggers_add_one_band_and_say_which_they_are():
    found = country(dict.fromkeys(STRUCTURAL, 2) | dict.fromkeys(TRIGGERS, 4))
    assert (found.structural, found.level) == (2, 3)
    assert [(a.name, a.bands) for a in found.adjustments] == [("triggers", 1)]
    assert "Triggers and drivers: 4 very strong" in found.adjustments[0].reason
    assert country(dict.fromkeys(STRUCTURAL, 2) | {"8.8": 3}).level == 3, (
        "one strong trigger is enough to modify"
    )
    assert country(dict.fromkeys(STRUCTURAL, 2) | dict.fromkeys(TRIGGERS, 2)).level == 2


def test_the_lowest_band_reads_lower_not_immune_and_nothing_assessed_is_no_band():
    assert (
        country(dict.fromkeys(STRUCTURAL, 0)).words
        == "0 lower, not immune"
        == f"0 {BANDS[0]}"
    )
    assert country({}).words == "not assessed"
    partly = country({"7.5": 4})
    assert (partly.coverage.factors, partly.coverage.of_factors, partly.bounds) == (
        1,
        6,
        (2, 4),
    )
    assert partly.words == "not enough assessed"
    assert "F4" in " ".join(partly.grounds), "what is known stands beside"


def test_two_gauges_stand_side_by_side_and_neither_reads_the_others_factors():
    shared = [
        c
        for f in SIX.factors
        if f.overlap == "shared_with_conflict" and f.role == "structural"
        for c in f.codes
    ]
    own = [c for f in SIX.factors if f.overlap == "atrocity_specific" for c in f.codes]
    found = findings(
        shipped(),
        "six_factors",
        of_levels(dict.fromkeys(shared, 4) | dict.fromkeys(own, 1)),
        {},
    )
    conflict, atrocity = gauges(found)
    assert (conflict.level, atrocity.level) == (4, 1)
    assert (conflict.factors, atrocity.factors) == (("F3", "F5"), ("F1", "F2", "F4", "F6"))
    only = gauges(findings(shipped(), "six_factors", of_levels(dict.fromkeys(own, 3)), {}))
    assert (only[0].level, only[1].level) == (None, 3), (
        "a conflict gauge nobody rated moves nothing"
    )


def test_every_factor_of_every_framework_says_whether_it_is_shared_with_conflict():
    for lens in shipped().lenses.values():
        assert {f.overlap for f in lens.factors} <= {
            "shared_with_conflict",
            "atrocity_specific",
        }
    for name in ("six_factors", "framework_2014", "framework_2009"):
        assert len({f.overlap for f in shipped()[name].factors}) == 2


def test_factors_of_one_level_stand_together_in_the_order():
    levels = {"9.1": 2, "4.1": 4, "5.5": 2}
    assert order(findings(shipped(), "six_factors", of_levels(levels), {})) == (
        ("F2",),
        ("F1", "F3"),
    )
