"""The line of time of a case: drawn from what has a date, with labels that stay inside and a text for who cannot see it."""

import re

import pytest
from lxml import etree
from tests.assess.made_up import record

from upstander.assess.measures.lessons import read
from upstander.core.rights import VISITOR
from upstander.report import lessons, timeline

FACTS = {
    "body": "A mission",
    "to": "The capital",
    "credible": "yes",
    "credible_why": "seen",
    "openness": "public",
    "decided": "act",
}


def shown(*days, onset="", known="day", title="A case"):
    more = (
        {"onset": onset, "onset_known": known, "onset_of": "First killing"} if onset else {}
    )
    steps = [
        record(
            "case_entry",
            case="c1",
            type=type,
            day=day,
            day_known=exact,
            title=title,
            **FACTS,
        )
        for type, day, exact in days
    ]
    return lessons.case(
        read(record("warning_case", id="c1", title=title, **more), steps), VISITOR, {}
    )


def drawn(case):
    return etree.fromstring(timeline.svg(case))


def test_nothing_is_drawn_where_nothing_has_a_date():
    assert timeline.svg(shown()) == ""
    assert timeline.svg(shown(("warning", None, None))) == ""


def test_a_date_known_to_the_month_is_a_bar_and_an_onset_a_band():
    exact = drawn(shown(("warning", "2003-03-01", "day"), onset="2003-06-01"))
    wide = drawn(
        shown(("warning", "2003-03-01", "month"), onset="2003-06-01", known="month")
    )
    assert not exact.xpath("//*[local-name()='rect']")
    assert len(wide.xpath("//*[local-name()='rect']")) == 1
    assert len(exact.xpath("//*[@stroke-dasharray]")) == 1
    assert len(wide.xpath("//*[@stroke-dasharray]")) == 2
    assert len(wide.xpath("//*[@stroke-width='3']")) == 1


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2003-03-01", "2003-03-05", ["26 February 2003", "8 March 2003"]),
        ("2003-01-10", "2003-05-10", ["Jan 2003", "Mar 2003", "May 2003"]),
        ("1998-03-01", "2003-03-01", ["1998", "2000", "2002"]),
        ("1850-01-01", "2020-01-01", ["1850", "1900", "1950", "2000"]),
    ],
)
def test_ticks_fit_the_time_that_is_shown(first, last, labels):
    texts = drawn(shown(("warning", first, "day"), ("outcome", last, "day"))).xpath(
        "//*[@y='195']"
    )
    assert [t.text for t in texts] == labels


def test_every_mark_and_label_stays_inside():
    for case in (
        shown(
            ("warning", "1900-01-01", "year"),
            ("action", "2020-12-31", "day"),
            onset="2020-12-31",
        ),
        shown(("warning", "2003-03-01", "day"), onset="2003-03-01"),
    ):
        for x in map(float, re.findall(r'[ "]x[12]?="([\d.-]+)"', timeline.svg(case))):
            assert 0 <= x <= timeline.WIDE


def test_what_people_wrote_is_only_text():
    picture = timeline.svg(
        shown(
            ("warning", "2003-03-01", "day"),
            onset="2003-06-01",
            title='"><script>alert(1)</script>',
        )
    )
    assert "<script" not in picture
    assert (
        drawn(shown(("warning", "2003-03-01", "day"), title="A & B"))
        .get("aria-label")
        .startswith("A & B: 1 warning, 0 decisions")
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"since": "2003-01-01", "until": "2003-02-01"},
            "1 January 2003 to 1 February 2003",
        ),
        ({"since": "2003-01-01"}, "from 1 January 2003"),
        ({"since": "2003-01-01", "goes_on": True}, "from 1 January 2003, not ended"),
        ({"until": "2003-02-01"}, "until 1 February 2003"),
        ({}, "period not said"),
    ],
)
def test_a_period_is_said_as_far_as_it_is_known(given, words):
    assert lessons.period(record("warning_case", **given)) == words


def test_a_date_is_said_as_exactly_as_it_is_known():
    case = shown(
        ("warning", "2003-03-09", "month"),
        ("warning", "2003-03-20", "day"),
        onset="2003-05-09",
        known="year",
    )
    assert case["onset_words"] == "2003"
    assert [i["when"] for i in case["items"]] == ["2003", "March 2003", "20 March 2003"]
    assert case["warned_words"] == "between 1 March 2003 and 20 March 2003"
