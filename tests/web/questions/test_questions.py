"""Questions that resolve themselves, over the real application: people, models and the past, settled by the data."""

from datetime import UTC, datetime

import pytest
from tests.web import country_seed as seed
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.core.rights import Marking, Role, Usage

PUBLIC = {"marking": Marking.CLEAR, "usage": Usage.PUBLIC}
GREEN = {"marking": Marking.GREEN}


THEN = datetime(
    2025, 2, 1, tzinfo=UTC
)  # on which the first question was asked and answered


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(forecast_in(tmp_path_factory.mktemp("questions")))
    made.past = ask(made, "1,000 in 2025?", least=1000, at=THEN, **PAST)
    answer(made, made.past, 75, at=THEN)
    return made


def ask(home, title, **given):
    head = home.account(Role.HEAD)
    return seed.write(home, "forecast_question", by=head, **PUBLIC, title=title, **given)


def answer(home, question, percent, role=Role.ANALYST, **given):
    return seed.write(home, "forecast_answer", by=home.account(role), parent=question.id,
                      percent=percent, marking=given.pop("marking", Marking.GREEN), **given)  # fmt: skip


def shown(client, question):
    return client.get(f"/questions/{question.id}.json").json()


AHEAD = {"place": "SDN", "counted": "total", "least": 100, "closes": "2026-11-30",
         "first": "2026-06-01", "last": "2026-11-30"}  # fmt: skip
PAST = {
    "place": "SDN",
    "counted": "one_sided",
    "closes": "2025-12-31",
    "first": "2025-01-01",
    "last": "2025-12-31",
}


@pytest.mark.requirement("C2")
def test_an_open_question_has_people_models_and_the_past_beside_each_other(home):
    question = ask(home, "Will 100 civilians be killed in Sudan by November?", **AHEAD)
    answer(home, question, 80, reasons="As every half-year")
    answer(home, question, 96)
    answer(home, question, 90, Role.HEAD, reasons="Sieges go on")
    page = shown(home.of(Role.ANALYST), question)
    assert page["state"] == "open"
    assert [a["words"] for a in page["answers"]] == ["96\u00a0%", "90\u00a0%"], (
        "the newest of each"
    )
    said = {s["who"]: s for s in page["said"]}
    assert said["people"]["probability"] == pytest.approx(0.93)
    assert 0.5 < said["model"]["probability"] < 1
    assert said["model"]["as_of"] == "2026-06-24"
    assert 0 < said["past"]["probability"] < 1
    assert page["answer"].startswith("/records/forecast_answer/new?parent=")
    text = home.of(Role.ANALYST).get(f"/questions/{question.id}").text
    assert "Sieges go on" in text
    assert "in 0 of 6 months" in " ".join(text.split()), (
        "its months begin after the data end"
    )


@pytest.mark.requirement("C2")
def test_first_reports_settle_for_now_and_a_consolidated_release_finally(home):
    final = home.past
    for_now = ask(home, "One by May 2026?", place="SDN", counted="one_sided", least=1, closes="2026-05-31",
                  first="2026-01-01", last="2026-05-31")  # fmt: skip
    never = ask(home, "A million in 2025?", least=1_000_000, **PAST)
    waiting = ask(home, "By next year?", place="SDN", counted="total", least=10**6, closes="2020-01-01",
                  first="2026-01-01", last="2027-05-31")  # fmt: skip
    answer(home, final, 99)  # when everybody knows
    analyst = home.of(Role.ANALYST)
    states = [shown(analyst, q)["state"] for q in (final, for_now, never, waiting)]
    assert states == ["yes", "yes_for_now", "no", "waiting"]
    page = shown(analyst, final)
    assert page["so_far"] > 50_000
    assert page["answers"][0]["brier"] == pytest.approx(0.0625)
    listed = analyst.get("/questions.json").json()
    assert {r["title"] for r in listed["rows"]} >= {"1,000 in 2025?", "A million in 2025?"}
    assert "Yes by first reports" in analyst.get("/questions").text


def test_what_is_answered_after_the_question_closed_is_not_scored(home):
    question = ask(home, "Closed long ago?", least=10, **PAST)
    answer(home, question, 99)
    page = shown(home.of(Role.ANALYST), question)
    assert page["answers"] == []
    assert page["answer"] == "", "and no button leads there"


def test_a_visitor_sees_the_question_and_no_answer_that_is_not_for_everybody(home):
    question = ask(home, "Seen by all?", **AHEAD)
    answer(home, question, 40, reasons="Only for us")
    answer(home, question, 60, Role.HEAD, **PUBLIC, reasons="For all")
    page = shown(home.client(), question)
    assert [a["reasons"] for a in page["answers"]] == ["For all"]
    assert page["answers"][0]["who"] == "", (
        "names of accounts are for those who are signed in"
    )
    assert page["said"][0]["probability"] == pytest.approx(0.6)
    assert "Only for us" not in home.client().get(f"/questions/{question.id}").text
    hidden = ask(home, "Hidden?", **AHEAD)
    assert home.client().get(f"/questions/{hidden.id}x").status_code == 404


def test_a_window_the_model_does_not_reach_has_no_probability_of_it(home):
    far = ask(home, "In ten years?", **{**AHEAD, "last": "2036-01-31"})
    begun = ask(home, "Begun already?", **{**AHEAD, "first": "2026-03-01"})
    for question in (far, begun):
        said = {
            s["who"]: s["words"] for s in shown(home.of(Role.ANALYST), question)["said"]
        }
        assert said["model"] == "none"
        assert said["people"] == "none"


def test_a_question_whose_end_is_before_its_beginning_is_refused(home):
    client = home.of(Role.HEAD)
    fields = {**AHEAD, "title": "Backwards?", "first": "2026-12-01", "last": "2026-06-30"}
    made = client.write(
        "/records/forecast_question",
        fields=fields,
        why="test",
        place="SDN",
        marking="GREEN",
    )
    assert made.status_code == 422, made.text


def test_a_question_from_the_first_year_to_the_last_stops_nobody(home):
    ages = {**AHEAD, "first": "1800-01-01", "last": "2200-12-31", "closes": "2200-12-31"}
    question = ask(home, "Ever?", **{**ages, "least": 10**5})
    page = shown(home.of(Role.ANALYST), question)
    assert page["state"] == "yes", "100,000 were killed since 1989"
    assert page["months"] == 401 * 12
    assert {s["who"]: s["words"] for s in page["said"]}["past"] == "none"
    early = ask(home, "Long ago?", **{**ages, "last": "1800-02-01", "closes": "1800-01-01"})
    assert shown(home.of(Role.ANALYST), early)["state"] == "waiting"
    assert home.client().get("/questions").status_code == 200
