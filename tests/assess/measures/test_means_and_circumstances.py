"""Factors 3 and 4: armed actors, arms, money, preparatory measures, diversity of forces."""

from datetime import date, timedelta

import pytest
from tests.assess.made_up import ON, record

from upstander.assess.measures.circumstances import dissimilarity, diversity, preparation
from upstander.assess.measures.means import arms_access, funding, presence
from upstander.core.treaties import Bound


def test_presence_says_who_is_close_to_a_group_and_who_is_linked_to_the_state():
    rows = [
        record(
            "armed_actor",
            id="a",
            same_area="g1",
            state_link="directed",
            best=400,
            past_abuse="yes",
            since="2020-01-01",
        ),
        record("armed_actor", id="b", near="g1;g2", state_link="none"),
        record(
            "armed_actor", id="c", same_area="g1", until="2025-01-01", since="2020-01-01"
        ),
    ]
    found = presence(rows, "g1", ON)
    assert (found.same_area, found.near, found.linked, found.abusive) == (
        ("a",),
        ("b",),
        ("a",),
        ("a",),
    )
    assert (found.fighters, found.uncounted, found.proximity.value) == (400, 1, 2)
    assert presence(rows, "g2", ON).proximity.value == 1
    assert presence(rows, "g3", ON).proximity.value == 0
    assert presence([], "g1", ON).proximity.value is None


def test_access_to_arms_is_the_strongest_recent_judgement_beside_the_treatys_status():
    rows = [
        record("arms", access="3", day="2026-01-01"),
        record("arms", access="1", day="2026-02-01"),
        record("arms", access="4", day="2015-01-01"),
    ]
    assert arms_access(rows, ON, Bound(True, ON)).value == 3
    assert (
        "is bound by the Arms Trade Treaty" in arms_access(rows, ON, Bound(True, ON)).words
    )
    assert "is not bound" in arms_access(rows, ON, Bound(False, ON)).words
    assert "is not known" in arms_access([], ON, Bound(False, None)).words
    assert arms_access([], ON, Bound(False, None)).value is None
    old = date(2014, 6, 9)
    words = arms_access(rows, ON, Bound(False, old)).words
    assert "not bound" not in words, "too little known is never a negative fact"
    assert "was known on 9 June 2014; not known after that" in words
    assert (
        "was bound by the Arms Trade Treaty on 9 June 2014; not known after"
        in arms_access(rows, ON, Bound(True, old)).words
    )


def test_funding_is_by_actor_and_adds_only_what_was_published():
    rows = [
        record("finance", armed_actor="a", type="resources", level="2", low=100, high=200),
        record("finance", armed_actor="a", type="taxes", level="3", low=50),
        record("finance", armed_actor="b", type="budget", level="4"),
    ]
    found = funding(rows, "a", ON)
    assert (found.level.value, found.usd_a_year, found.types) == (
        3,
        (150, 200),
        ("resources", "taxes"),
    )
    assert funding(rows, "c", ON).level.value is None
    assert funding(rows, "b", ON).usd_a_year == (None, None)


def step(days_ago, type, **given):
    return record(
        "preparatory_measure",
        day=(ON - timedelta(days=days_ago)).isoformat(),
        type=type,
        **given,
    )


def test_measures_are_counted_with_novelty_speed_and_clusters():
    rows = [
        step(10, "militia", groups="g1"),
        step(20, "emergency"),
        step(25, "militia"),
        step(200, "media_control"),
        step(800, "emergency"),
        step(3000, "militia"),
    ]
    found = preparation(rows, ON)
    assert found.count.value == 4
    assert found.new_types == ("media_control", "militia")
    assert found.novelty.value == pytest.approx(2 / 3)
    assert found.speed.value == pytest.approx((3 / 90) / (1 / 275))
    assert [
        (len(c.measures), c.types, (c.last - c.first).days) for c in found.clusters
    ] == [(3, ("emergency", "militia"), 15)]
    assert preparation(rows, ON, "g1").count.value == 1
    assert preparation([], ON).count.value is None


def test_one_type_or_two_measures_make_no_cluster_and_spans_that_share_a_measure_are_one():
    assert preparation([step(d, "militia") for d in (1, 2, 3)], ON).clusters == ()
    assert preparation([step(1, "militia"), step(2, "emergency")], ON).clusters == ()
    chain = [step(d, "militia" if d % 2 else "emergency") for d in (1, 12, 23, 34, 45)]
    (one,) = preparation(chain, ON).clusters
    assert len(one.measures) == 5


def test_diversity_is_the_distance_from_the_population_and_its_change():
    assert dissimilarity([(90, 60), (10, 40)]) == pytest.approx(0.3)
    assert dissimilarity([(50, 30)]) == pytest.approx(0.2)  # the rest: 50 against 70
    with pytest.raises(ValueError, match="more than 100"):
        dissimilarity([(80, 50), (30, 50)])

    def shares(day, a, b):
        return [
            record(
                "force_diversity",
                force="army",
                day=day,
                group=g,
                force_share=f,
                population_share=p,
            )
            for g, f, p in (("g1", a, 60), ("g2", b, 40))
        ]

    (army,) = diversity([*shares("2020-01-01", 65, 35), *shares("2026-01-01", 90, 10)], ON)
    assert army.distance.value == pytest.approx(0.30)
    assert army.change.value == pytest.approx(0.25)
    assert "less diverse" in army.change.words
    (alone,) = diversity(shares("2026-01-01", 90, 10), ON)
    assert alone.change.value is None
