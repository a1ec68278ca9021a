"""Intent is never scored and needs two readers; incitement is suggested and decided by a person."""

import dataclasses
import typing

from hypothesis import given
from hypothesis import strategies as st
from tests.assess.made_up import ON, record

from upstander.assess.measures.incitement import PARTS, queue, suggestion
from upstander.assess.measures.intent import Dossier, Item, Opinion, dossier


def opinion(reader, version=1, **given):
    return record("intent_opinion", who=reader, item="i", version_read=version, **given)


ITEM = record("intent_item", id="i", who="ana", group="g1")


def test_a_dossier_is_complete_when_two_others_have_read_each_item():
    assert not dossier([], "g1", ON).complete
    assert not dossier([ITEM], "g1", ON).complete
    assert dossier([ITEM], "g1", ON).items[0].missing == "Needs two reviewers."
    assert (
        dossier([ITEM, opinion("ben")], "g1", ON).items[0].missing
        == "Needs a second reviewer."
    )
    assert not dossier([ITEM, opinion("ben"), opinion("ben")], "g1", ON).complete
    assert not dossier([ITEM, opinion("ben"), opinion("ana")], "g1", ON).complete
    assert dossier([ITEM, opinion("ben"), opinion("cem")], "g1", ON).complete
    assert not dossier(
        [ITEM, record("intent_item", group="g1"), opinion("ben"), opinion("cem")], "g1", ON
    ).complete


def test_a_new_version_needs_new_readers_and_its_writers_cannot_be_among_them():
    second = record("intent_item", id="i", who="dee", author="ana", version=2, group="g1")
    old = [opinion("ben"), opinion("cem")]
    assert not dossier([second, *old], "g1", ON).complete
    assert not dossier([second, opinion("ben", 2), opinion("dee", 2)], "g1", ON).complete
    assert dossier([second, opinion("ben", 2), opinion("cem", 2)], "g1", ON).complete
    middle = record("intent_item", id="i", who="ben", author="ana", version=2, group="g1")
    third = record("intent_item", id="i", who="ana", version=3, group="g1")
    read = [opinion("ben", 3), opinion("cem", 3)]
    assert not dossier([ITEM, middle, third, *read], "g1", ON).complete


def test_nothing_in_a_dossier_is_a_number():
    for kind in (Dossier, Item, Opinion):
        hints = typing.get_type_hints(kind)
        assert not {int, float} & {hints[f.name] for f in dataclasses.fields(kind)}


@given(st.lists(st.sampled_from(["ana", "ben", "cem"]), max_size=5))
def test_whoever_reads_it_is_complete_only_with_two_who_did_not_write_it(readers):
    found = dossier([ITEM, *(opinion(r) for r in readers)], "g1", ON)
    assert found.complete == ({"ben", "cem"} <= set(readers))


def test_an_opinion_that_somebody_else_rewrote_is_not_its_readers():
    rewritten = record(
        "intent_opinion", who="eve", author="cem", version=2, item="i", version_read=1
    )
    assert not dossier([ITEM, opinion("ben"), rewritten], "g1", ON).complete


def test_an_item_without_an_alternative_explanation_is_incomplete_even_if_it_came_past_the_form():
    bare = dataclasses.replace(ITEM, body={**ITEM.body, "alternative": None})
    assert (
        dossier([bare, opinion("ben"), opinion("cem")], "g1", ON).items[0].missing
        == "Needs an alternative explanation."
    )


def event(default="yes", **answers):
    return record(
        "speech_event",
        **{f"rabat_{p}": answers.get(p, default) for p in PARTS},
        **{k: v for k, v in answers.items() if k not in PARTS},
    )


def test_the_six_parts_suggest_a_severity_and_a_person_decides():
    assert len(PARTS) == 6
    assert suggestion(event()).severity == "severe"
    assert suggestion(event(extent="partly")).severity == "serious"
    assert suggestion(event(intent="no")).severity == "lower"
    unfinished = suggestion(event(likelihood=None))
    assert (unfinished.severity, unfinished.unanswered) == ("incomplete", ("likelihood",))
    for found in (
        suggestion(event()),
        suggestion(event(decision="below", decision_why="not imminent")),
    ):
        assert found.words.startswith("Suggestion only.")
        assert "A person decides." in found.words
    assert suggestion(event()).decision == ""
    decided = suggestion(event(decision="below", decision_why="not imminent"))
    assert (decided.severity, decided.decision) == ("severe", "below")


def test_the_queue_holds_what_nobody_decided_most_urgent_first():
    severe, partly, low = event(), event(extent="partly"), event(intent="no")
    done = event(decision="watch", decision_why="look again in May")
    assert [s.record for s in queue([low, done, partly, severe], ON)] == [
        severe.id,
        partly.id,
        low.id,
    ]
