"""The sixteen rules of the product, each shown once on the code as it is built.

Not built yet, so not claimed here: of rule 4 the alert itself (the pure part is shown: the level an alert rests on), of
rule 13 the release of an alert by two people (shown: a review needs two, and no forecast is a record), and of rule 16
the evidence on a recommendation with its direction, count and conditions (shown: an action has a harm check).
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.assess.made_up import ON, record
from tests.assess.rated import of_levels, rating_record
from tests.report import made_up

from upstander.assess import publishing, review
from upstander.assess.aggregation import CAVEAT
from upstander.assess.crimes import asserted
from upstander.assess.duties import checklist, tasks
from upstander.assess.frameworks import shipped
from upstander.assess.lanes import ethnic_cleansing, lanes
from upstander.assess.lenses import Setting, findings, view
from upstander.assess.measures.acts import pattern
from upstander.assess.measures.intent import dossier
from upstander.assess.overall import overall
from upstander.assess.rarely_absent import nothing_seen
from upstander.assess.rating import NOT_ASSESSED, level_words, ratings
from upstander.assess.resilience import inventory
from upstander.core.errors import UnknownRecord
from upstander.core.places import BUNDLE, load
from upstander.core.rights import VISITOR, Actor, Marking, Role, Stamp, Usage
from upstander.lake import Lake
from upstander.records.disclosure_control import FEWER, WITHHELD, blurred
from upstander.records.drafts import draft
from upstander.records.forms import form, kinds
from upstander.records.store import Records
from upstander.records.vault import Vault
from upstander.report import as_of_data, situation, words

SIX = shipped()["six_factors"]
STRUCTURAL = tuple(c for f in SIX.factors if f.role == "structural" for c in f.codes)
WARS = ("1.1", "1.2", "8.1", "8.2")
DAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
HEAD = Actor("hana", "Hana", Role.HEAD, "gov")
PLACES = frozenset(load().places)
WAR = record("context", kind="internal_conflict", since="2025-01-01")


def found(levels, lens="six_factors", **setting):
    return findings(shipped(), lens, of_levels(levels), {}, Setting(**setting))


def act(*acts, **given):
    return record("act", acts=list(acts), group="g1", **given)


@pytest.fixture
def records(tmp_path):
    return Records.open(f"sqlite:///{tmp_path / 'records.db'}", tmp_path / "keys")


def kept(
    records,
    given,
    *,
    marking=Marking.AMBER,
    usage=Usage.RESTRICTED,
    id="one",
    expected=0,
    kind="evidence",
    at=DAY,
):
    made = draft(
        kind,
        given,
        id=id,
        by=HEAD,
        places=PLACES,
        stamp=Stamp("gov", "hana", marking, usage),
        place="SDN",
        expected=expected,
    )
    return records.append([made], by=HEAD, why=f"version {expected + 1}", now=at)[0]


def test_rule_1_no_state_is_immune_and_none_can_be_left_out(tmp_path):
    lake = Lake(tmp_path)
    lake.adopt(BUNDLE)
    listed = situation.overview_of(
        as_of_data.read(lake, load(), made_up.issue(), as_of=made_up.AS_OF)
    ).lines
    members = {p.code for p in load().places.values() if p.kind == "member"}
    assert len(members) == 193
    assert members <= {line.code for line in listed}
    assert overall(found(dict.fromkeys(STRUCTURAL, 0))).words == "0 lower, not immune"
    assert [words.percent(p).replace(words.NBSP, " ") for p in (0.0, 1.0)] == [
        "<0.1 %",
        ">99.9 %",
    ]


def test_rule_2_present_is_not_cause_and_not_assessed_is_not_absent():
    some = found({"7.5": 4})
    assert {f.caveat for f in some} == {overall(some).caveat} == {CAVEAT}
    assert "is not a cause and does not make crimes inevitable" in CAVEAT
    assert level_words(0) != level_words(None) == NOT_ASSESSED
    assert (
        overall(found({})).words
        == NOT_ASSESSED
        != overall(found(dict.fromkeys(STRUCTURAL, 0))).words
    )


def test_rule_3_where_nothing_is_present_the_base_rate_is_given_and_never_impossible():
    text = nothing_seen(found(dict.fromkeys(STRUCTURAL, 0)), "1.6 % of country-years")
    assert "1.6 % of country-years" in text
    assert not words.REFUSED.search(text)


def test_rule_4_conflict_is_neither_needed_nor_enough_for_the_top_level():
    top = overall(
        found(dict.fromkeys(STRUCTURAL, 4) | dict.fromkeys(WARS, 0), has_nexus=False)
    )
    assert top.words == "4 crisis"
    assert overall(found(dict.fromkeys(WARS, 4))).level is None
    assert {lane.crime.id: lane.open for lane in lanes([act("killing")], ON)} == {
        "genocide": True,
        "crimes_against_humanity": True,
        "war_crimes": False,
    }
    assert all(lane.open for lane in lanes([act("killing"), WAR], ON))


def test_rule_5_conflict_closes_no_obligation_task_or_deadline():
    late = (ON - timedelta(days=1)).isoformat()
    held = [
        record("obligation", due=late),
        record("protection_task", due=late, status="open"),
    ]
    assert tasks(held, ON) == tasks([*held, WAR], ON)
    assert tasks(held, ON)[0].overdue
    assert set(checklist(held, ON)) <= set(checklist([*held, WAR], ON))


def test_rule_6_the_legal_test_is_widespread_or_systematic_and_the_and_is_a_note():
    seen = pattern([act("killing", best=5000)], ON, "alleged")
    assert seen.legal_test == "widespread or systematic"
    assert "'and'" in seen.note


def test_rule_7_intent_is_a_ledger_read_by_two_and_never_a_score():
    item = record("intent_item", id="i", who="ana", group="g1")
    ben, cem = (
        record("intent_opinion", who=who, item="i", version_read=1)
        for who in ("ben", "cem")
    )
    assert form("intent_item").field("alternative").required
    assert not dossier([item, ben], "g1", ON).complete
    assert dossier([item, ben, cem], "g1", ON).complete
    signs = shipped()["framework_2014"].factor("10").codes
    assert (
        next(
            f for f in found(dict.fromkeys(signs, 4), "framework_2014") if f.factor == "10"
        ).level
        is None
    )
    told = [lane.words for lane in lanes([act("killing"), item, ben, cem], ON)]
    assert any("consistent with" in t for t in told)
    assert not [t for t in told if asserted(t)]


def test_rule_8_ethnic_cleansing_names_the_acts_and_crimes_under_it():
    label = ethnic_cleansing([act("forced_removal", aim_uniform="yes")], ON)
    assert label.acts == ("forced_removal",)
    assert "crimes_against_humanity" in label.crimes
    assert not ethnic_cleansing([], ON).seen


def test_rule_9_triggers_move_a_level_by_one_band_and_make_none():
    triggers = dict.fromkeys(SIX.factor("T").codes, 4)
    assert overall(found(triggers)).level is None
    assert [
        overall(found(dict.fromkeys(STRUCTURAL, n) | triggers)).level for n in (0, 2, 3)
    ] == [
        1,
        3,
        4,
    ]


def test_rule_10_gender_and_age_are_written_before_publishing():
    nothing = review.Review(record("review"), {}, {}, {})
    asked = publishing.Assessed("", True, True, True, 6, 6)
    assert {"gender", "age"} <= {
        g.rule for g in publishing.before_signing(nothing, asked, {})
    }
    texts = [
        f"{name}: {'what is known of it, from whom, and what is not known. ' * 4}"
        for name in ("gender", "age")
    ]
    written = {
        "section": tuple(record("section", name=t.split(":")[0], text=t) for t in texts)
    }
    whole = replace(nothing, parts=written)
    assert not {"gender", "age"} & {
        g.rule for g in publishing.before_signing(whole, asked, {})
    }


def test_rule_11_one_rating_shows_in_all_three_frameworks():
    held = ratings([rating_record("7.5", 4)], shipped())
    sizes = {"six_factors": 6, "framework_2014": 14, "framework_2009": 8}
    for lens, size in sizes.items():
        answers = view(shipped(), lens, held, "gov", {}).answers
        shown = [
            a.ratings["7.5"].level
            for row in answers.values()
            for a in row
            if "7.5" in a.ratings
        ]
        assert set(shown) == {4}, lens
        assert len([f for f in shipped()[lens].factors if f.code != "T"]) == size, lens


def test_rule_12_risk_and_resilience_stand_apart_and_cannot_be_netted():
    strong = record("capacity", law="4", practice="4")
    levels = dict.fromkeys(STRUCTURAL, 3)
    assert overall(found(levels)).level == 3, "no capacity enters a level"
    assert {
        m.unit for c in inventory([strong], ON).carriers for m in (c.law, c.practice)
    } == {"subjects"}


def signed(who):
    made = record("signoff", who=who)
    return replace(made, body={**made.body, "version": 1})


def test_rule_13_people_sign_and_no_forecast_writes_an_assessment():
    frozen = record("review_version", who="ana", number=1, asked="gov")
    alone = {"rating": (record("rating", who="ana"),), "signoff": (signed("ana"),)}
    one = review.Review(record("review", who="ana"), alone, {}, {"gov": "government"})
    assert "two_people" in {g.rule for g in publishing.before_publishing(one, frozen)}
    two = replace(one, parts={**alone, "signoff": (signed("ben"),)})
    assert "two_people" not in {g.rule for g in publishing.before_publishing(two, frozen)}
    people = {Role.CONTRIBUTOR, Role.ANALYST, Role.APPROVER, Role.HEAD}
    assert all(set(form(k).writers) <= people for k in kinds())


ITEM = {
    "title": "Vermin",
    "passage": "Vermin",
    "hate": True,
    "neutral": "Likens people to animals.",
    "status": "library",
    "latitude": 13.6279,
    "longitude": 25.3494,
    "precision": "exact",
    "place_name": "Tawila",
    "affected": 3,
}


def test_rule_14_nothing_is_overwritten_and_erasure_leaves_a_dated_tombstone(records):
    given = dict(record("elicitation", experts=["ann"]).body)
    first = kept(records, given, kind="elicitation")
    assert (first.body["experts"], first.erased, "experts" in first.sealed) == (
        ["ann"],
        False,
        True,
    )
    kept(records, given, kind="elicitation", expected=1, at=DAY + timedelta(hours=1))
    records.erase(
        "elicitation", "one", by=HEAD, why="the person asked", now=DAY + timedelta(hours=2)
    )
    past = records.history("elicitation", "one", by=HEAD, as_of=DAY + timedelta(days=1))
    assert [(r.who, r.why) for r in past] == [
        ("hana", ""),
        ("hana", ""),
        ("hana", "the person asked"),
    ]
    assert [r.when for r in past] == [DAY + timedelta(hours=h) for h in (0, 1, 2)]
    assert [(r.erased, r.body["experts"], r.body["question"]) for r in past] == [
        (True, None, "")
    ] * 3
    assert records.verify().entries == 3


def test_rule_15_outsiders_get_no_exact_place_small_count_hateful_text_or_past_of_what_was_opened(
    records,
):
    kept(records, {**ITEM, "notes": "the teacher"}, marking=Marking.RED)
    kept(
        records,
        ITEM,
        marking=Marking.CLEAR,
        usage=Usage.PUBLIC,
        expected=1,
        at=DAY + timedelta(hours=1),
    )
    now = {"by": VISITOR, "as_of": DAY + timedelta(days=1)}
    body = blurred(records.read("evidence", "one", **now), VISITOR).body
    assert (body["latitude"], body["place_name"], body["affected"]) == (
        13.5,
        WITHHELD,
        FEWER,
    )
    assert "Vermin" not in str(body)
    with pytest.raises(UnknownRecord):
        records.read("evidence", "one", by=VISITOR, as_of=DAY)
    assert records.count(**now, text="teacher") == 0


def test_rule_15_contacts_of_sources_are_apart_and_encrypted(records, tmp_path):
    vault = Vault.open(records, tmp_path / "keys" / "vault.key")
    vault.keep({"r": {"name": "Halima"}}, by=HEAD, now=DAY)
    assert not [f for f in tmp_path.rglob("records.db*") if b"Halima" in f.read_bytes()]


def test_rule_16_an_action_asks_who_could_be_hurt_by_it():
    assert "hurt" in form("action").field("harm_check").help
