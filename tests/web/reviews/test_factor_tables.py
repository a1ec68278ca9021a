"""A factor as a table to rate in place: saved line by line, conflicts shown, nothing typed lost, progress named."""

import pytest
from lxml import html
from tests.web.reviewing import Desk, offices

from upstander.assess.frameworks import shipped
from upstander.assess.progress import codes, progress
from upstander.core.rights import Role

F2 = shipped()["six_factors"].factor("F2").codes


@pytest.fixture
def desk(tmp_path):
    made = Desk(offices(tmp_path))
    made.step(made.analyst, "open")
    return made


def table(desk, client=None, factor="F2", query=""):
    answer = (client or desk.analyst).get(f"{desk.href}/factors/{factor}{query}")
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def typed(page):
    """What a browser would send of the table: everything that stands in it."""
    form = page.forms[-1]
    return {k: v.removeprefix("\n") for k, v in form.form_values() if k != "csrf"}


def save(desk, values, client=None, factor="F2", query=""):
    return (client or desk.analyst).fill(f"{desk.href}/factors/{factor}{query}", **values)


def level(desk, code, client=None):
    lines = (client or desk.analyst).get(f"{desk.href}/factors/F2.json").json()["lines"]
    return next(x["words"] for x in lines if x["code"] == code)


@pytest.mark.requirement("W2")
def test_every_line_that_was_edited_is_saved_at_once_and_no_other(desk):
    values = typed(table(desk)) | {
        "level:4.1": "2",
        "trend:4.1": "rising",
        "evidence:4.1": "robust",
        "agreement:4.1": "high",
        "note:4.1": "two reports",
        "level:4.3": "1",
    }
    answer = save(desk, values)
    assert answer.status_code == 303
    page = html.fromstring(desk.analyst.get(answer.headers["location"]).text)
    assert "2 lines saved" in page.text_content()
    assert "2 of 141" in " ".join(page.text_content().split())
    assert level(desk, "4.1") == "2 some"
    found = desk.home.state.records.find(
        by=desk.home.account(Role.ANALYST),
        as_of=desk.home.state.clock.now(),
        kinds=["rating"],
    )
    assert {r.body["code"]: (r.version, r.why) for r in found} == {
        "4.1": (1, "two reports"),
        "4.3": (1, "rated in the table of F2"),
    }


def test_a_line_is_saved_by_itself_and_what_stands_in_the_others_is_not_lost(desk):
    values = typed(table(desk)) | {
        "level:4.1": "2",
        "level:4.2": "1",
        "note:4.3": "half a tho",
    }
    answer = save(desk, values | {"_save": "4.1"})
    assert answer.status_code == 200
    again = html.fromstring(answer.text)
    assert "Typed and not saved yet: 4.2, 4.3" in " ".join(again.text_content().split())
    left = typed(again)
    assert left["level:4.2"] == "1"
    assert left["note:4.3"] == "half a tho"
    assert left["version:4.1"] == "1"
    assert level(desk, "4.2") == "not assessed"
    refused = save(desk, left)
    assert refused.status_code == 422, "a note without a level is no rating"
    assert level(desk, "4.2") == "1 slight"
    assert typed(html.fromstring(refused.text))["note:4.3"] == "half a tho"


def test_a_strong_sign_without_its_grounds_is_refused_by_line_and_the_others_are_kept(desk):
    values = typed(table(desk)) | {"level:4.1": "4", "level:4.2": "1"}
    answer = save(desk, values)
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert (
        "a strong sign says what it rests on"
        in page.get_element_by_id("r-4.1").text_content()
    )
    assert typed(page)["level:4.1"] == "4"
    assert level(desk, "4.2") == "1 slight"


def test_somebody_saved_in_between_both_values_are_shown_and_saving_again_keeps_ours(desk):
    mine = typed(table(desk)) | {
        "level:4.1": "3",
        "note:4.1": "my own note",
        "level:4.2": "0",
    }
    second = desk.home.client(desk.home.account(Role.ANALYST, "justice", "second-analyst"))
    theirs = typed(table(desk, second)) | {"level:4.1": "1", "level:4.5": "2"}
    assert save(desk, theirs, second).status_code == 303
    answer = save(desk, mine)
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    told = " ".join(page.text_content().split())
    assert "Theirs: 1 slight" in told
    assert "Yours: 3 strong" in told
    assert level(desk, "4.1") == "1 slight", "theirs stands until ours is saved"
    assert level(desk, "4.2") == "0 not seen", "the line without a conflict is kept"
    assert level(desk, "4.5") == "2 some", "a line that we did not edit is theirs"
    values = typed(page)
    assert values["note:4.1"] == "my own note"
    assert save(desk, values).status_code == 303
    assert level(desk, "4.1") == "3 strong"


def test_what_the_table_does_not_show_of_a_rating_stays_as_it_was(desk):
    desk.analyst.write(
        f"{desk.href}/rate/4.1",
        fields={
            "level": "1",
            "crimes": ["genocide"],
            "confidence": "low",
            "confidence_reason": "one source",
        },
        why="seen",
    )
    assert save(desk, typed(table(desk)) | {"level:4.1": "2"}).status_code == 303
    [kept] = desk.home.state.records.find(
        by=desk.home.account(Role.ANALYST),
        as_of=desk.home.state.clock.now(),
        kinds=["rating"],
    )
    assert (kept.version, kept.body["level"], kept.body["crimes"]) == (2, "2", ["genocide"])
    assert kept.body["confidence_reason"] == "one source"


def test_the_lens_is_kept_from_the_grid_to_the_table_to_the_next_indicator(desk):
    query = "?lens=framework_2014"
    grid = desk.analyst.get(f"{desk.href}{query}").text
    assert f"{desk.href}/factors/4{query}" in grid
    assert f"{desk.href}/rate/4.1{query}" in grid
    page = table(desk, factor="4", query=query)
    assert page.forms[-1].action == f"{desk.href}/factors/4{query}"
    values = typed(page) | {f"level:4.{n}": "1" for n in range(1, 10)} | {"_then": "next"}
    on = save(desk, values, factor="4", query=query)
    assert on.headers["location"] == f"{desk.href}/factors/5{query}#r-5.1"
    one = desk.analyst.fill(
        f"{desk.href}/rate/5.8{query}", level="1", _why="seen", _expected="0", _then="next"
    )
    assert one.headers["location"] == f"{desk.href}/rate/6.1{query}"


def test_progress_and_the_next_step_of_the_review_are_named_on_every_page_of_the_work(desk):
    for path in ("", "/factors/F1", "/rate/4.1"):
        page = desk.analyst.get(f"{desk.href}{path}.json").json()
        assert (page["progress"]["given"], page["progress"]["of"]) == (0, 141)
        assert page["progress"]["next"]
        assert page["step"]["words"] == "freeze a version for signature"
        text = " ".join(
            html.fromstring(desk.analyst.get(f"{desk.href}{path}").text)
            .text_content()
            .split()
        )
        assert "Next step of the review: freeze a version" in text
        assert "0 of 141 rated by your space" in text


def test_progress_counts_what_was_looked_at_and_goes_on_behind_the_last():
    wanted = ("1.1", "1.2", "1.3", "1.4")
    assert progress(wanted, {}, "").next == "1.1"
    assert progress(wanted, {"1.2": object()}, "1.2").next == "1.3"
    assert progress(wanted, {"1.3": object(), "1.4": object()}, "1.4").next == "1.1"
    done = progress(wanted, dict.fromkeys(wanted), "1.4")
    assert (done.given, done.of, done.next) == (4, 4, "")
    assert len(codes(shipped()["six_factors"])) == 141


def test_who_may_not_rate_reads_the_table_and_cannot_save_it(desk):
    reader = desk.home.of(Role.READER)
    page = table(desk, reader)
    assert not page.xpath("//main//select | //main//textarea")
    assert save(desk, {"level:4.1": "1"}, reader).status_code == 403
    assert desk.analyst.get(f"{desk.href}/factors/F99").status_code == 404
    assert desk.analyst.get(f"{desk.href}/factors/F2?lens=nonsense").status_code == 200


def test_a_program_saves_lines_by_code_and_learns_what_became_of_each(desk):
    here = f"{desk.href}/factors/F2"
    good = desk.analyst.write(here, lines={"4.1": {"level": "1", "version": 0}}, why="seen")
    assert good.status_code == 200
    assert good.json()["saved"] == 1
    bad = desk.analyst.write(
        here, lines={"4.1": {"level": "9", "version": 1}, "4.2": {"level": "1"}}
    )
    assert bad.status_code == 422
    assert set(bad.json()["faults_by_field"]) == {"4.1"}
    assert bad.json()["saved"] == 1
    stale = desk.analyst.write(here, lines={"4.1": {"level": "2", "version": 0}})
    assert stale.status_code == 409
    assert desk.analyst.write(here, lines=[]).status_code == 422
