"""IDEA: first answers hidden until all are in, letters instead of names, intervals rescaled, scored when settled."""

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.assess import elicitation
from upstander.core.rights import Actor, Marking, Role, Stamp, may_read
from upstander.records import Record

NUMBER = count(1)
EXPERTS = tuple(f"expert{i}" for i in range(6))


def record(
    kind,
    body,
    who="analyst",
    parent="",
    id="",
):
    number = next(NUMBER)
    stamp = Stamp(
        space="office", author=who, marking=Marking.RED, named=(elicitation.TELLER.account,)
    )
    when = datetime(2026, 6, 1, 0, 0, number % 60, number, tzinfo=UTC)
    return Record(
        kind=kind,
        id=id or f"{kind}{number}",
        version=1,
        body=body,
        stamp=stamp,
        parent=parent,
        place="",
        who=who,
        when=when,
        why="",
        fingerprint="",
    )


def question(state="round1", outcome=None, interval="80"):
    body = {
        "question": "?",
        "state": state,
        "outcome": outcome,
        "interval": interval,
        "experts": list(EXPERTS),
    }
    return record("elicitation", body, id="q")


def estimate(who, best, round_="1", low=None, high=None, sure=80):
    low, high = best - 5 if low is None else low, best + 5 if high is None else high
    body = {
        "round": round_,
        "lowest": low,
        "best": best,
        "highest": high,
        "sure": sure,
        "reasons": f"because {best}",
    }
    return record("estimate", body, who=who, parent="q")


def comment(who, text):
    return record("expert_comment", {"text": text}, who=who, parent="q")


def actor(account):
    return Actor(account, "", Role.ANALYST, "office")


def result(asked, given, reader="expert0"):
    return elicitation.result(asked, given, actor(reader))


FIRST = [estimate(e, 20) for e in EXPERTS]


def test_first_answers_are_hidden_until_every_expert_has_answered():
    five = [estimate(e, 10 + 5 * n) for n, e in enumerate(EXPERTS[:5])]
    hidden = result(question(), five)
    assert (hidden.first.given, hidden.first.asked, hidden.first.answers) == (5, 6, ())
    assert hidden.first.group is None
    shown = result(question(), [*five, estimate(EXPERTS[5], 35)])
    assert shown.first.is_complete
    assert shown.first.group is not None
    assert shown.first.group.best == pytest.approx((10 + 15 + 20 + 25 + 30 + 35) / 6)
    assert shown.first.spread == (10, 35)


def test_an_estimate_can_be_read_by_its_author_and_nobody_else_who_can_sign_in():
    author = Actor("expert1", "Expert", Role.ANALYST, "office")
    stamp = elicitation.stamp_of(author)
    assert may_read(author, stamp)
    assert may_read(elicitation.TELLER, stamp)
    for role in Role:
        assert not may_read(Actor("other", "Other", role, "office"), stamp)


def test_an_answer_shows_a_letter_and_never_an_account():
    answers = [estimate(e, 20) for e in EXPERTS]
    told = result(question(), answers)
    assert sorted(a.letter for a in told.first.answers) == list("ABCDEF")
    assert not any(e in repr(told.first) for e in EXPERTS)


def test_of_two_answers_by_one_expert_the_newer_counts_and_strangers_count_nothing():
    answers = [estimate(e, 20) for e in EXPERTS]
    later = result(
        question(), [*answers, estimate(EXPERTS[0], 80), estimate("stranger", 99)]
    )
    assert sorted(a.best for a in later.first.answers) == [20, 20, 20, 20, 20, 80]


def test_the_second_round_stays_hidden_while_the_first_is_open():
    told = result(question("round2"), [estimate(e, 20, "2") for e in EXPERTS])
    assert told.second.answers == ()


def test_intervals_are_rescaled_to_the_common_level_as_worked_by_hand():
    assert elicitation.rescaled(10, 20, 40, 50, 80) == pytest.approx((4, 52))
    assert elicitation.rescaled(5, 10, 20, 80, 80) == pytest.approx((5, 20))
    assert elicitation.rescaled(1, 10, 90, 60, 90) == pytest.approx((0, 100))


@given(
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(50, 100),
    st.sampled_from((80.0, 90.0)),
)
def test_a_rescaled_interval_holds_the_best_estimate_and_stays_a_probability(
    a, b, c, sure, level
):
    lowest, best, highest = sorted((a, b, c))
    low, high = elicitation.rescaled(lowest, best, highest, sure, level)
    assert 0 <= low <= best + 1e-9
    assert best - 1e-9 <= high <= 100


def test_a_settled_question_scores_each_letter_and_the_group():
    both = [estimate(e, 20 + 10 * n, r) for n, e in enumerate(EXPERTS) for r in ("1", "2")]
    told = result(question("closed", "yes"), both)
    assert told.brier["group"] == pytest.approx((0.45 - 1) ** 2)
    assert sorted(told.brier) == ["A", "B", "C", "D", "E", "F", "group"]
    assert result(question("closed", "void"), both).brier == {}


def test_only_experts_asked_answer_and_only_while_the_round_is_open():
    asked, stranger = (
        Actor("expert1", "", Role.ANALYST, "office"),
        Actor("x", "", Role.ANALYST, "office"),
    )
    assert elicitation.answer_fault(question("round1"), asked, "1") == ""
    assert "not open" in elicitation.answer_fault(question("round1"), asked, "2")
    assert "Only the experts" in elicitation.answer_fault(question("round1"), stranger, "1")


def test_the_discussion_stands_in_its_order_under_the_letters_of_the_answers():
    said = [
        comment(EXPERTS[4], "Why so high?"),
        comment(EXPERTS[1], "The harvest."),
        comment(EXPERTS[4], "I see."),
    ]
    told = result(
        question("discussion"), [*said[::-1], *FIRST, comment("stranger", "Let me in")]
    )
    letters = elicitation.letters(question(), FIRST)
    assert [(c.letter, c.text) for c in told.discussion] == [
        (letters[EXPERTS[4]], "Why so high?"),
        (letters[EXPERTS[1]], "The harvest."),
        (letters[EXPERTS[4]], "I see."),
    ]
    assert not any(e in repr(told.discussion) for e in EXPERTS)


@pytest.mark.parametrize(
    ("state", "reader", "sees"),
    [
        ("discussion", "expert3", True),
        ("round2", "expert3", True),
        ("closed", "expert3", True),
        ("discussion", "head", False),
        ("round2", "head", False),
        ("closed", "head", True),
    ],
)
def test_only_the_experts_read_the_discussion_until_the_question_is_closed(
    state, reader, sees
):
    told = result(question(state), [*FIRST, comment(EXPERTS[0], "A point")], reader)
    assert bool(told.discussion) is sees


def test_nothing_is_discussed_before_all_first_answers_are_in():
    few = [*FIRST[:5], comment(EXPERTS[0], "Too early")]
    assert result(question("discussion"), few).discussion == ()
    assert "all first answers" in elicitation.discussion_fault(
        question("discussion"), few, actor(EXPERTS[0])
    )


def test_the_second_round_ends_the_discussion():
    asked = actor(EXPERTS[0])
    assert elicitation.discussion_fault(question("discussion"), FIRST, asked) == ""
    for state in ("round1", "round2", "closed"):
        assert "not open" in elicitation.discussion_fault(question(state), FIRST, asked)
    assert "Only the experts" in elicitation.discussion_fault(
        question("discussion"), FIRST, actor("stranger")
    )
    full = [*FIRST, *[comment(EXPERTS[0], "more")] * elicitation.MOST_COMMENTS]
    assert "1,000" in elicitation.discussion_fault(question("discussion"), full, asked)
