"""Exercises over the real application: blind before the answer, told after it, kept for nobody but their author."""

import json
import re

import pytest
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.core.rights import Role
from upstander.forecast import past_odds
from upstander.report import exercises

ROUND, CASE = "/exercises/7", "/exercises/7/1"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("exercises")))


@pytest.fixture(scope="module")
def known(home):
    state = home.state
    return state.figures(state.edition(state.today))[0]


@pytest.fixture(scope="module")
def cases(known):
    return exercises.drawn(exercises.pool(known, past_odds.held()), 7)


def test_before_the_answer_nothing_tells_the_country_or_the_year(home, cases):
    visitor, names = home.client(), home.state.places
    for n, case in enumerate(cases, start=1):
        page, twin = visitor.get(f"/exercises/7/{n}"), visitor.get(f"/exercises/7/{n}.json")
        place = names.get(case.place)
        head = repr(sorted(page.headers.items())) + repr(sorted(twin.headers.items()))
        main = page.text.split("<main", 1)[1]
        for text in (main, twin.text, head):
            assert place.name not in text
            assert not re.search(rf"\b{case.place}\b", text)
        assert place.smallest_region == place.region or place.smallest_region not in main
        assert not re.search(r"(?<![\d,.])(19[89]\d|20[012]\d)(?![\d,.])", twin.text)
        assert twin.json()["revealed"] is None
    listed = visitor.get(f"{ROUND}.json").json()
    assert listed["answered"] == 0
    assert all(set(r) == {"number", "href", "answered"} for r in listed["rows"])


@pytest.mark.requirement("H03")
def test_after_the_answer_country_outcome_base_rate_and_system_stand_side_by_side(
    home, cases
):
    case = cases[0]
    told = home.client().get(f"{CASE}.json?percent=30&reasons=A+truce").json()["revealed"]
    assert (told["place"], told["year"], told["deaths"]) == (
        case.place,
        case.year + 1,
        case.after,
    )
    assert told["base_rates"]["last"] == f"{case.year}-12-01", (
        "counted in the years before alone"
    )
    you, base, model = told["scores"]
    came = float(case.after >= 100)
    assert you["brier"] == pytest.approx((0.3 - came) ** 2)
    own = next(r for r in told["base_rates"]["by_level"] if r["is_own"])
    assert base["probability"] == pytest.approx(own["came"] / own["cases"])
    assert model["probability"] == past_odds.held()[case.place, case.year]
    page = home.client().get(f"{CASE}?percent=30&reasons=A+truce").text
    assert home.state.places.get(case.place).name in page
    assert "A truce" in page
    assert f"/countries/{case.place}?as_of={case.year}-12-31" in page
    assert "said=30" in page, "the next case carries what was said"


def test_a_round_is_ten_cases_drawn_by_what_was_known_and_the_same_for_all(known, cases):
    every = exercises.pool(known, past_odds.held())
    assert len(cases) == 10
    assert len({c.place for c in cases}) == 10
    strata = [sum(c.before >= low for c in cases) for low in (100, 25, 1, 0)]
    assert strata == [5, 8, 9, 10]
    assert exercises.drawn(every[::-1], 7) == cases
    assert exercises.drawn(every, 8) != cases
    came = [c.came for n in range(1, 101) for c in exercises.drawn(every, n)]
    assert 0.35 < sum(came) / len(came) < 0.6, "about half of them came"


def test_a_round_has_means_and_says_how_well_one_was_calibrated(home, cases):
    said = "-".join(["50"] * 10)
    page = home.client().get(f"{ROUND}.json?said={said}").json()
    means = {m["who"]: m["brier"] for m in page["means"]}
    assert means["you"] == pytest.approx(0.25)
    rows = [r["scores"][2]["brier"] for r in page["rows"]]
    assert means["model"] == pytest.approx(sum(rows) / 10)
    came = sum(c.came for c in cases)
    assert f"in {came} of 10" in page["calibration"]
    assert page["next"] == ""


def test_what_is_no_probability_is_no_answer(home):
    visitor = home.client()
    for typed in ("", "101", "-1", "nan", "many", "1e99"):
        assert visitor.get(f"{CASE}.json?percent={typed}").json()["answered"] is False
    broken = visitor.get(f"{ROUND}.json?said=x-200-35--{'-' * 300}9").json()
    assert [r["number"] for r in broken["rows"] if r["answered"]] == [3]
    for path in (
        "/exercises/0",
        "/exercises/x",
        "/exercises/10000",
        "/exercises/7/11",
        "/exercises/7/SDN",
    ):
        assert visitor.get(path).status_code == 404


def test_reasons_are_shown_as_text(home):
    page = home.client().get(f"{CASE}?percent=3&reasons=%3Cscript%3Ealert(1)").text
    assert "<script>" not in page


@pytest.mark.requirement("H03")
def test_answers_of_people_are_kept_for_them_alone_and_the_first_counts(home):
    analyst, head = home.of(Role.ANALYST), home.of(Role.HEAD)
    assert 'method="post"' in analyst.get(CASE).text
    done = analyst.fill(CASE, percent="80", reasons="Sieges go on")
    assert (done.status_code, done.headers["location"]) == (303, CASE)
    analyst.fill(CASE, percent="1")
    told = analyst.get(f"{CASE}.json").json()["revealed"]
    assert told["scores"][0]["probability"] == pytest.approx(0.8)
    assert told["reasons"] == "Sieges go on"
    assert analyst.get("/exercises.json").json()["begun"] == [7]
    assert analyst.get(f"{ROUND}.json").json()["answered"] == 1
    assert head.get(f"{CASE}.json").json()["answered"] is False
    [kept] = home.state.records.find(
        by=home.account(Role.ANALYST),
        as_of=home.state.clock.now(),
        kinds=["exercise_answer"],
    )
    assert kept.place == ""
    assert head.get(f"/records/exercise_answer/{kept.id}").status_code == 404
    assert kept.id not in head.get("/records/exercise_answer").text
    assert "Sieges go on" not in json.dumps(head.get("/records.json?text=sieges").json())


def test_an_answer_that_cannot_be_kept_is_sent_back_and_reveals_nothing(home):
    analyst = home.of(Role.ANALYST)
    wrong = analyst.fill("/exercises/7/2", percent="300")
    assert wrong.status_code == 422
    assert "revealed" not in wrong.text
    assert home.client().fill("/exercises/7/2", percent="3").status_code in (401, 403)


def test_who_writes_nothing_here_answers_in_the_address(home):
    reader = home.of(Role.READER)
    assert 'method="get"' in reader.get(CASE).text
    assert reader.get(f"{CASE}.json?percent=20").json()["answered"] is True


def test_a_day_on_which_nothing_was_known_has_no_cases(home):
    page = home.client().get(f"{ROUND}?as_of=2001-01-01")
    assert page.status_code == 200
    assert "there are no cases" in page.text
