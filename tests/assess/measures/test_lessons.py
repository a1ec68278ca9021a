"""Lead time and response lag of a case: worked by hand, as ranges where dates are not exact, and never guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.made_up import record

from upstander.assess.measures.lessons import Span, before_onset, between, lag, read, span

FACTS = {
    "body": "A UN mission",
    "to": "The Security Council",
    "openness": "public",
    "known_from": "UN report",
}


def case(onset=None, known="day", **given):
    more = (
        {"onset": onset, "onset_known": known, "onset_of": "first mass killing"}
        if onset
        else {}
    )
    return record("warning_case", id="case1", **more, **given)


def entry(type, day=None, known="day", of="case1", **given):
    needed = {
        "warning": {"credible": "yes", "credible_why": "own staff saw it"},
        "decision": {"decided": "act"},
    }
    when = {"day": day, "day_known": known} if day else {}
    return record(
        "case_entry",
        case=of,
        type=type,
        **FACTS,
        **when,
        **{**needed.get(type, {}), **given},
    )


def test_lead_time_is_the_onset_minus_the_first_credible_warning():
    found = read(
        case("1994-04-07"),
        [
            entry("warning", "1994-02-01"),
            entry("warning", "1993-08-11"),
            entry("warning", "1994-05-01"),
        ],
    )
    assert (
        found.lead.low == found.lead.high == 239
    )  # 11 Aug 1993 to 7 Apr 1994: 20 + 30 + 31 + 30 + 31 + 31 + 28 + 31 + 7
    assert found.lead.text == "239 days"
    assert found.lead.words == "The first credible warning came 239 days before the onset."


def test_a_warning_that_was_not_credible_or_not_judged_starts_no_clock():
    early = [
        entry("warning", "1990-01-01", credible="no"),
        entry("warning", "1991-01-01", credible="open"),
    ]
    found = read(case("1994-04-07"), [*early, entry("warning", "1994-04-06")])
    assert found.lead.text == "1 day"
    assert found.open == (
        "1 warning not judged credible or not: counted as no first warning.",
    )


def test_a_warning_after_the_onset_has_a_negative_lead_time():
    found = read(case("1994-04-07"), [entry("warning", "1994-04-19")])
    assert (found.lead.low, found.lead.high) == (-12, -12)
    assert found.lead.text == "\u221212 days"
    assert found.lead.words == "The first credible warning came 12 days after the onset."


@pytest.mark.parametrize(
    ("warned", "known", "onset", "onset_known", "low", "high"),
    [
        (
            "2003-03-15",
            "month",
            "2003-05-01",
            "day",
            31,
            61,
        ),  # 31 March or 1 March to 1 May
        (
            "2003-03-15",
            "day",
            "2004-07-01",
            "year",
            292,
            657,
        ),  # 15 March 2003 to 1 January or 31 December 2004
        ("2003-05-20", "month", "2003-05-10", "day", -21, 9),  # the whole of May
        ("2003-02-01", "month", "2003-02-09", "month", -27, 27),
    ],
)
def test_a_date_known_to_the_month_or_year_gives_a_range(
    warned, known, onset, onset_known, low, high
):
    found = read(case(onset, onset_known), [entry("warning", warned, known)])
    assert (found.lead.low, found.lead.high) == (low, high)
    assert " to " in found.lead.text


def test_what_has_no_date_is_not_known_and_never_nought():
    found = read(case(), [entry("warning", "2003-03-01")])
    assert (found.lead.low, found.lead.text) == (None, "not known")
    assert found.lead.words == "Not known: the case has no dated onset."
    found = read(case("2003-03-01"), [entry("warning"), entry("decision", "2003-04-01")])
    assert found.lead.words == "Not known: 1 credible warning on record, none with a date."
    assert found.decision.text == "not known"
    assert found.open == ("1 entry without a date: in no lead time and no lag.",)
    found = read(case("2003-03-01"), [entry("warning"), entry("warning", "2003-02-01")])
    assert found.lead.words.endswith(
        "28 days before the onset. 1 credible warning without a date may have come earlier."
    )
    nothing = read(case("2003-03-01"), [])
    assert nothing.lead.words == "Not known: no credible warning is on record."
    assert nothing.course == "No credible warning with a date is on record."


def test_response_lags_run_from_the_first_credible_warning():
    entries = [
        entry("decision", "2003-01-01"),
        entry("warning", "2003-02-01"),
        entry("decision", "2003-02-15", decided="no_act"),
        entry("decision", "2003-06-01", decided="act"),
        entry("action", "2003-09-01"),
        entry("action", "2003-12-01"),
    ]
    found = read(case("2003-05-01"), entries)
    assert [d.text for d in found.lags] == ["89 days", "14 days", "120 days", "212 days"]
    assert (
        found.decision.words
        == "The first decision on record came 14 days after the first credible warning; it was not to act."
    )
    assert found.course == "Warned and acted on; the first action came after the onset."
    assert len(found.action.rests_on) == 3  # the warning and both actions


def test_a_response_before_the_warning_is_none_and_one_of_the_same_month_leaves_it_open():
    found = read(case(), [entry("warning", "2003-02-10"), entry("action", "2003-02-09")])
    assert found.action.text == "not known"
    assert (
        "no action with a date on or after the first credible warning" in found.action.words
    )
    found = read(
        case(), [entry("warning", "2003-02-10", "month"), entry("action", "2003-02-15")]
    )
    assert (found.action.low, found.action.high) == (0, 14)
    assert found.action.words.endswith("leave open whether it came before the warning.")


def test_the_course_says_how_far_it_went_and_nothing_more():
    warning, decision = entry("warning", "2003-02-01"), entry("decision", "2003-03-01")
    assert (
        read(case(), [warning]).course
        == "Warned; no decision and no action after it is on record."
    )
    assert (
        read(case(), [warning, decision]).course
        == "Warned and decided; no action after it is on record."
    )
    assert (
        read(case(), [warning, entry("action", "2003-03-01")]).course
        == "Warned and acted on."
    )
    later = read(case("2004-01-01"), [warning, entry("action", "2003-03-01")])
    assert later.course == "Warned and acted on; the first action came before the onset."


def test_entries_of_other_cases_are_left_out_and_the_undated_stand_last():
    mine = [
        entry("outcome"),
        entry("outcome", "2003-01-01"),
        entry("warning", "2002-01-01", "year"),
    ]
    found = read(case(), [*mine, entry("warning", "1999-01-01", of="case2")])
    assert [e.body["day"] for e in found.entries] == ["2002-01-01", "2003-01-01", None]


def test_years_and_months_end_where_the_calendar_says():
    assert span({"day": "2004-02-10", "day_known": "month"}) == Span(
        date(2004, 2, 1), date(2004, 2, 29)
    )
    assert span({"day": "2003-02-10", "day_known": "year"}) == Span(
        date(2003, 1, 1), date(2003, 12, 31)
    )
    assert span({"day": None, "day_known": None}) is None
    assert before_onset(0, 0) == "on the day of the onset"
    assert before_onset(-10, 20) == "between 10 days after and 20 days before the onset"
    assert before_onset(-20, 0) == "0 to 20 days after the onset"


def spans():
    start = st.integers(0, 60).map(lambda n: date(2000, 1, 1) + timedelta(days=n))
    return st.tuples(start, st.integers(0, 40)).map(
        lambda x: Span(x[0], x[0] + timedelta(days=x[1]))
    )


def inside(s):
    return st.sampled_from(s.days)


@given(st.data(), spans(), spans())
def test_the_true_lead_time_lies_in_the_range_wherever_the_dates_lie(data, warned, onset):
    low, high = between(warned, onset)
    assert low <= (data.draw(inside(onset)) - data.draw(inside(warned))).days <= high


@given(st.data(), spans(), st.lists(spans(), max_size=4))
def test_the_true_lag_lies_in_the_range_wherever_the_dates_lie(data, warned, responses):
    day = data.draw(inside(warned))
    true = [d for r in responses if (d := data.draw(inside(r))) >= day]
    told = lag(warned, responses)
    if told is None:
        assert not true
        return
    low, high, sure = told
    assert 0 <= low <= high
    if true:
        assert low <= (min(true) - day).days <= high
    else:
        assert not sure
