"""Evidence opened from an indicator: linked to it, shared with its review, ten fields first; printed with the reasoning."""

import pytest
from lxml import html
from tests.web.reviewing import Desk, offices

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.records.forms import form, kinds
from upstander.web.kernel import form_fields

ITEM = {
    "title": "A minister spoke of a fifth column",
    "passage": "The radio broadcast it twice.",
    "day": "2026-03-01",
    "reliability": "B",
    "credibility": "2",
    "publisher": "Radio One",
    "status": "library",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    made = Desk(offices(tmp_path_factory.mktemp("grounds")))
    made.step(made.analyst, "open")
    return made


def opened(desk, code):
    address = desk.analyst.get(f"{desk.href}/rate/{code}.json").json()["new_evidence"]
    return html.fromstring(desk.analyst.get(address).text)


def test_ten_fields_stand_first_and_the_rest_is_folded_and_opens_where_something_is_wrong(
    desk,
):
    page = opened(desk, "4.1")
    [more] = page.xpath("//form//details[@class='more']")
    assert "open" not in more.attrib
    folded = {e.get("name") for e in more.xpath(".//*[@name]")}
    first = {e.get("name") for e in page.xpath("//form[@class='entry']//*[@name]")} - folded
    asked = {n for n in first if not n.startswith("_") and n != "csrf"}
    assert asked == set(form("evidence").first)
    assert len(asked) == 10
    wrong = desk.analyst.fill("/records/evidence", **ITEM, latitude="north", _why="x")
    again = html.fromstring(wrong.text)
    assert "open" in again.xpath("//form//details[@class='more']")[0].attrib
    assert again.get_element_by_id("f-latitude").value == "north"


def test_a_form_that_names_no_first_fields_shows_all_of_them():
    own = form("capacity")
    shown = form_fields.inputs(own, {}, {}, {}, ())
    assert form_fields.folded(own, shown)["rest"] == []
    for kind in kinds():
        needed = {f.name for f in form(kind).fields if f.required and f.is_typed}
        assert not form(kind).first or needed <= set(form(kind).first), kind


@pytest.mark.requirement("W2")
def test_evidence_from_an_indicator_is_linked_to_it_and_read_by_who_takes_part(desk):
    page = opened(desk, "4.2")
    values = {k: v for k, v in page.forms[-1].form_values() if k != "csrf"}
    assert values["supports"].strip() == "4.2"
    assert values["_marking"] == "GREEN", "as the review travels"
    answer = desk.analyst.fill("/records/evidence", **(values | ITEM | {"_why": "heard"}))
    assert answer.status_code == 303, answer.text
    shown = desk.analyst.get(f"{desk.href}/rate/4.2.json").json()
    assert [e["title"] for e in shown["evidence"]] == [ITEM["title"]]
    theirs = desk.commission.get(f"{desk.href}/rate/4.2.json").json()
    assert [e["title"] for e in theirs["evidence"]] == [ITEM["title"]]
    line = {
        x["code"]: x
        for x in desk.analyst.get(f"{desk.href}/factors/F2.json").json()["lines"]
    }
    assert (line["4.2"]["for"], line["4.2"]["against"]) == (1, 0)
    apart = desk.analyst.fill(
        "/records/evidence", **ITEM, _why="of no review", _place="SDN"
    )
    assert apart.status_code == 303
    own = desk.home.state.records.find(
        by=desk.home.account(Role.ANALYST), as_of=now(), kinds=["evidence"]
    )
    assert sorted(r.stamp.marking.value for r in own) == ["AMBER", "GREEN"]


def test_the_report_prints_the_reasoning_and_the_evidence_of_each_rated_indicator(desk):
    page = opened(desk, "4.3")
    values = {k: v for k, v in page.forms[-1].form_values() if k != "csrf"}
    hateful = ITEM | {
        "title": "Vermin, he said",
        "hate": "true",
        "neutral": "A slur on a group",
    }
    for item in (ITEM | {"title": "Bishops objected"}, hateful):
        kept = desk.analyst.fill("/records/evidence", **(values | item | {"_why": "heard"}))
        assert kept.status_code == 303, kept.text
    desk.rate(desk.analyst, ["4.3"], 2)
    for shape in ("html", "json"):
        text = desk.analyst.get(f"{desk.href}/report.{shape}").text
        assert "What the levels rest on" in text
        assert "two reports" in text
        assert "Bishops objected (1 March 2026, Radio One, graded B2)" in text
        assert "Vermin" not in text, "hateful text is not repeated"
        assert "A slur on a group" in text
