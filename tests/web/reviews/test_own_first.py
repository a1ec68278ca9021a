"""Another agency's rating is hidden until one's own is given: on every page, in the JSON, in lists, exports and searches."""

import json

import pytest
from tests.web.people import ADMIN
from tests.web.reviewing import REVIEW, Desk, offices

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role

WORD = "quietword"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    made = Desk(offices(tmp_path_factory.mktemp("blind")))
    made.step(made.analyst, "open")
    kept = made.commission.write(
        f"{made.href}/rate/4.1", fields={"level": "3", "note": WORD}, why=WORD, expected=0
    )
    assert kept.status_code == 201
    made.rating = f"/records/rating/{kept.json()['id']}"
    return made


def addresses(desk):
    here = desk.href
    return [
        here,
        f"{here}.json?space=nhri&lens=framework_2014",
        f"{here}/rate/4.1",
        f"{here}/rate/4.1.json",
        f"{here}/factors/F2",
        f"{here}/factors/F2.json",
        f"{here}/changes.json?since=2026-01-01",
        f"{here}/report.html",
        f"{here}/report.json",
        f"{here}/brief.json",
        "/records/rating",
        "/records/rating.json",
        "/records/rating/export.csv",
        "/records/rating/export.json",
        "/countries/SDN/assessment.json",
        "/countries/SDN/crimes.json",
    ]


def told(desk, client):
    """Every page as the reader gets it, without what merely repeats the address."""
    return {a: client.get(a).text for a in addresses(desk)}


def test_what_another_agency_rated_is_nowhere_until_ones_own_is_given(desk):
    pages = told(desk, desk.analyst)
    assert not [
        a for a, text in pages.items() if WORD in text or "3 strong" in _levels(text)
    ]
    for end in ("", ".json", "/history", "/history.json"):
        assert desk.analyst.get(f"{desk.rating}{end}").status_code == 404
    assert desk.analyst.get(f"/search.json?q={WORD}").json()["count"] == 0
    assert desk.analyst.get("/records/rating.json").json()["count"] == 0
    page = desk.analyst.get(f"{desk.href}.json?space=nhri").json()
    assert [s["id"] for s in page["spaces"]] == [], "not even that somebody rated is said"


def _levels(text):
    """The page without the severity scale, which names every level."""
    try:
        page = json.loads(text)
    except ValueError:
        return ""
    return json.dumps(
        {k: v for k, v in page.items() if k not in ("anchors", "inputs", "lines")}
    )


def test_not_assessed_opens_nothing_and_a_level_opens_that_indicator_alone(desk):
    second = desk.commission.write(
        f"{desk.href}/rate/4.2", fields={"level": "2"}, why="x", expected=0
    )
    assert second.status_code == 201
    desk.rate(desk.analyst, ["4.1"], "not_assessed")
    assert WORD not in desk.analyst.get(f"{desk.href}/rate/4.1").text
    desk.rate(desk.analyst, ["4.1"], "1")
    page = desk.analyst.get(f"{desk.href}/rate/4.1.json").json()
    assert {p["note"] for p in page["positions"]} == {"two reports", WORD}
    assert WORD in desk.analyst.get(f"{desk.rating}.json").text
    lines = {
        x["code"]: x
        for x in desk.analyst.get(f"{desk.href}/factors/F2.json").json()["lines"]
    }
    assert [o["words"] for o in lines["4.1"]["others"]] == ["3 strong"]
    assert lines["4.2"]["others"] == []
    assert desk.analyst.get("/records/rating.json").json()["count"] == 2
    league = desk.league.get(f"{desk.href}/rate/4.1.json").json()
    assert league["positions"] == [], "what one agency gave opens nothing to a third"


def test_who_rates_nothing_reads_what_the_marking_lets_him_read(desk):
    reader = desk.home.of(Role.READER)
    assert WORD in reader.get(f"{desk.href}/rate/4.1").text


def test_a_peer_with_a_review_of_another_country_reads_until_it_rates_here(tmp_path):
    home = offices(tmp_path)
    desk = Desk(home)
    desk.rate(desk.head, ["4.1", "4.2"], 2)
    peer = home.of(Role.HEAD, "league")
    there = f"{desk.href}/rate/4.1.json"
    assert peer.get(there).json()["positions"] == []
    for place, sees in (("COD", True), ("SDN", False)):
        fields = {"fields": REVIEW, "why": "begun", "place": place, "marking": "GREEN"}
        assert peer.write("/records/review", **fields).status_code == 201
        assert bool(peer.get(there).json()["positions"]) is sees, place


def test_a_peer_that_rates_here_is_a_rater(tmp_path):
    home = offices(tmp_path)
    desk = Desk(home)
    desk.rate(desk.head, ["4.1", "4.2"], 2)
    peer = home.of(Role.HEAD, "league")
    fields = {"fields": REVIEW, "why": "begun", "place": "COD", "marking": "GREEN"}
    assert peer.write("/records/review", **fields).status_code == 201
    desk.rate(peer, ["4.2"], 1)
    assert peer.get(f"{desk.href}/rate/4.1.json").json()["positions"] == []
    assert len(peer.get(f"{desk.href}/rate/4.2.json").json()["positions"]) == 2


def test_what_is_frozen_holds_every_rating_and_everybody_who_rated_is_asked_to_sign(
    tmp_path,
):
    home = offices(tmp_path)
    home.state.accounts.add_space("union", "The union", "ngo", by=ADMIN, now=now())
    desk = Desk(home)
    desk.complete()
    union, there = home.of(Role.HEAD, "union"), f"{desk.href}/rate/2.5"
    kept = union.write(there, fields={"level": "2", "note": WORD}, why="seen", expected=0)
    assert kept.status_code == 201
    assert "union" not in {s["id"] for s in desk.page(desk.head)["spaces"]}
    assert desk.step(desk.head, "freeze").status_code == 200
    [version] = home.state.records.find(
        by=home.account(Role.HEAD), as_of=now(), kinds=["review_version"]
    )
    assert "union" in version.body["asked"].split()
    assert "The union" in version.body["document"]
    positions = desk.head.get(f"{there}.json").json()["positions"]
    assert WORD in {p["note"] for p in positions}, "once it is frozen everybody sees it"
