"""Duplicates, counts for and against, grading, use, gaps."""

from upstander.evidence import duplicates, queries
from upstander.evidence.duplicates import Pair


def pairs(*records):
    return duplicates.search(
        [duplicates.item(r.id, r.place, r.body) for r in records]
    ).pairs


def test_the_same_id_of_the_same_program_is_an_exact_duplicate(evidence):
    a, b = (
        evidence(origin="kobo", origin_id="77", title=t) for t in ("One", "Quite another")
    )
    c = evidence(
        origin="odk_central", origin_id="77", title="A third thing", passage="Elsewhere"
    )
    assert pairs(a, b, c) == (Pair(a.id, b.id, "exact", 100.0),)


def test_similar_words_of_one_place_within_three_days_are_proposed(evidence):
    words = "At least 12 people were killed when shells hit the market of Tawila on Friday morning"
    a = evidence(title="Market shelled in Tawila", passage=words, day="2026-05-01")
    near = evidence(
        title="Tawila market shelled",
        passage=words.replace("Friday morning", "Friday"),
        day="2026-05-04",
    )
    late = evidence(title="Market shelled in Tawila", passage=words, day="2026-05-05")
    away = evidence(
        title="Market shelled in Tawila", passage=words, day="2026-05-01", place="TCD"
    )
    other = evidence(
        title="Radio calls for expulsion",
        passage="A presenter said a group must leave",
        day="2026-05-01",
    )
    [pair] = pairs(a, near, other, away)
    assert (pair.first, pair.second, pair.kind) == (a.id, near.id, "near")
    assert pair.alike >= duplicates.ALIKE
    assert pairs(a, late) == ()


def test_a_publisher_that_numbers_its_events_keeps_them_apart_itself(evidence):
    same = {
        "day": "2026-05-01",
        "published": True,
        "url": "https://ucdp.uu.se/",
        "origin": "ucdp_ged",
    }
    a, b = (evidence(**same, origin_id=f"ucdp:{n}") for n in (1, 2))
    assert pairs(a, b) == ()
    assert (
        len(pairs(a, evidence(day="2026-05-01"))) == 1
    )  # a monitor's report of it is still proposed


def test_only_what_is_in_the_library_counts_for_or_against(evidence):
    a = evidence(supports=["UN2014-7.5"], against=["F1"])
    b = evidence(supports=["UN2014-7.5", "act:x"])
    waiting = evidence(status="inbox", against=["UN2014-7.5"])
    aside = evidence(
        status="set_aside", status_why="the same as another", against=["UN2014-7.5"]
    )
    found = queries.sides([a, b, waiting, aside])
    assert found == {
        "UN2014-7.5": queries.Sides((a.id, b.id), ()),
        "F1": queries.Sides((), (a.id,)),
        "act:x": queries.Sides((b.id,), ()),
    }


def test_source_and_information_are_graded_apart_and_every_cell_is_there(evidence):
    table = queries.grading(
        [evidence(reliability="A", credibility="5"), evidence(reliability="A"), evidence()]
    )
    assert len(table) == 7 * 7
    assert (
        table["A", "5"],
        table["A", ""],
        table["", ""],
        table["B", "2"],
        sum(table.values()),
    ) == (1, 1, 1, 0, 3)


def test_filters_hold_together(evidence):
    a = evidence(
        day="2026-05-01",
        until="2026-05-09",
        reliability="B",
        act_types=["killing"],
        supports=["F3"],
    )
    b = evidence(reliability="B", credibility="2")
    assert queries.chosen(
        [a, b],
        reliability="B",
        act_type="killing",
        of="F3",
        since="2026-05-05",
        until="2026-06-01",
    ) == (a,)
    assert queries.chosen([a, b], since="2026-05-10") == ()
    assert queries.chosen([a, b], ungraded=True) == (a,)
    assert queries.chosen([a, b], place="TCD") == ()


def test_what_an_item_is_used_in_is_shown(evidence):
    item = evidence(supports=["F3"], acts=["act1"])
    assert queries.used_in(item, []) == ("F3", "act:act1")
    assert queries.used_in(item, [evidence(id="x1", supports=[f"evidence:{item.id}"])]) == (
        "F3",
        "act:act1",
        "evidence:x1",
    )


def test_the_gap_report_says_whose_sex_and_age_are_not_known(evidence):
    complete = evidence(affected=10, women=4, men=3, girls=2, boys=1)
    unsaid = evidence(affected=10)
    part = evidence(affected=10, women=4, men=3, girls=2, boys=0)
    wrong = evidence(affected=10, women=9, men=9, girls=0, boys=0)
    unknown = evidence(affected=10, women=1, men=1, girls=0, boys=0, sex_age_unknown=8)
    nobody, silent = evidence(affected=0), evidence()
    everything = [complete, unsaid, part, wrong, unknown, nobody, silent]
    gaps = {g.id: g for g in queries.sex_age_gaps(everything)}
    assert set(gaps) == {unsaid.id, part.id, wrong.id, unknown.id}
    assert gaps[unsaid.id].missing == ("women", "men", "girls", "boys")
    assert "1 are not accounted for" in gaps[part.id].words
    assert "the parts make 18, the total is 10" in gaps[wrong.id].words
    assert "sex or age of 8 not known" in gaps[unknown.id].words
    assert queries.sex_age_complete(everything) == (1, 5)


def test_an_item_about_an_act_holds_source_place_day_victims_by_sex_and_age_and_what_is_alleged_apart(
    evidence,
):
    """The evidence behind the act ledger; the ledger itself is tested with the registers."""
    alleged = evidence(
        publisher="Local radio",
        reliability="C",
        credibility="3",
        place_name="Tawila",
        admin2="El Fasher",
        day="2026-05-01",
        affected=12,
        women=4,
        men=2,
        girls=3,
        boys=3,
        act_types=["killing", "forced_removal"],
        acts=["act1"],
    )
    confirmed = evidence(
        day="2026-05-01",
        reliability="B",
        credibility="1",
        act_types=["killing"],
        acts=["act1"],
    )
    both = [alleged, confirmed]
    assert queries.chosen(both, act_type="killing") == (alleged, confirmed)
    assert queries.chosen(both, act_type="killing", credibility="1") == (
        confirmed,
    )  # apart from what is only possible
    assert queries.used_in(alleged, ()) == ("act:act1",)
    assert queries.sex_age_gaps([alleged]) == ()
