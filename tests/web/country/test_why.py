"""Why this number: base rates that are counted from what the country pages show, and how such numbers fared."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.forecast import targets

WHY = "/countries/SDN/why/civilians_100"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("why"))).client()


def test_every_probability_of_a_country_page_leads_to_why_it_is_so(client):
    page = html.fromstring(client.get("/countries/SDN").text)
    links = {a for a in page.xpath("//a/@href") if "/why/" in a}
    issued = {c["target"] for c in client.get("/countries/SDN.json").json()["chances"]}
    assert links
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert link.split("/why/")[1].split("?")[0] in issued


@pytest.mark.requirement("R06")
def test_the_ladder_counts_the_years_that_country_pages_show(client):
    found = client.get(f"{WHY}.json").json()
    own = found["ladder"]["rungs"][-1]
    years = client.get("/countries/SDN.json").json()["years"]
    known = {y["year"]: y["one_sided"] for y in years}
    counted = [y for y in known if y - 1 in known and None not in (known[y], known[y - 1])]
    assert own["cases"] == len(counted)
    assert own["came"] == sum(known[y] >= 100 for y in counted)
    every = found["ladder"]["rungs"][0]
    by_level = found["ladder"]["by_level"]
    assert every["cases"] == sum(r["cases"] for r in by_level)
    assert every["came"] == sum(r["came"] for r in by_level)
    assert [r["is_own"] for r in by_level].count(True) == 1


def test_a_new_mass_killing_is_looked_for_after_quiet_years_alone(client):
    found = client.get("/countries/SDN/why/new_mass_killing.json").json()
    assert [r["name"] for r in found["ladder"]["by_level"]] == ["none", "1 to 24"]
    assert not any(r["is_own"] for r in found["ladder"]["by_level"]), "it is no quiet place"


@pytest.mark.requirement("R06")
def test_every_probability_has_a_ladder_of_windows_that_do_not_overlap(client):
    issued = client.get("/countries/SDN.json").json()["chances"]
    for chance in issued:
        found = client.get(f"/countries/SDN/why/{chance['target']}.json").json()["ladder"]
        every, own = found["rungs"][0], found["rungs"][-1]
        assert every["cases"] == sum(r["cases"] for r in found["by_level"]), chance[
            "target"
        ]
        assert every["came"] == sum(r["came"] for r in found["by_level"])
        assert every["low"] < every["came"] / every["cases"] < every["high"]
        event = targets.get(chance["target"])
        assert found["months"] == event.months
        years = int(found["last"][:4]) - int(found["first"][:4]) + 1
        assert own["cases"] in (0, years * 12 // event.months)
        assert found["last"] < chance["first_month"]


def test_a_shorter_window_has_more_cases_and_the_page_says_how_they_are_counted(client):
    found = client.get("/countries/SDN/why/civilians_100_3m.json").json()["ladder"]
    assert found["rungs"][-1]["cases"] == 4 * 36
    page = html.fromstring(client.get("/countries/SDN/why/civilians_100_3m").text)
    said = " ".join(page.text_content().split())
    assert "a window of 3 months in which the event could come" in said
    assert "without overlap (1990–2025)" in said
    assert "those of 24 June 2026, the newest when" in said


def test_where_an_event_could_not_come_there_are_no_cases_and_few_are_told(client):
    found = client.get("/countries/SDN/why/hard_onset.json").json()["ladder"]
    assert found["rungs"][-1]["cases"] == 0, "never five quiet years"
    assert found["first"] == "1994-01-01", "five observed years before the first"
    assert all(r["name"] in ("none", "1 to 24") for r in found["by_level"])
    page = client.get("/countries/SDN/why/hard_onset").text
    assert page.count("too few cases to tell") == 1


def test_nothing_is_counted_that_became_known_after_the_forecast(tmp_path):
    home = office(forecast_in(tmp_path, as_of=date(2026, 4, 15))).client()
    then, later = (
        home.get(f"/countries/SDN/why/one_sided_100.json?as_of={day}").json()
        for day in ("2026-04-20", "2026-06-24")
    )
    assert then["ladder"] == later["ladder"]
    assert later["ladder"]["as_of"] == "2026-03-29", (
        "the newest release before the forecast"
    )
    assert home.get(f"{WHY}.json?as_of=2026-06-24").json()["ladder"] is None
    page = home.get(f"{WHY}?as_of=2026-06-24").text
    assert "No past window of this event was known" in page, "months by type came in June"


def test_an_unknown_event_is_told_with_those_that_there_are(client):
    answer = client.get("/countries/SDN/why/rain")
    assert answer.status_code == 400
    assert "civilians_100" in answer.text


def test_deaths_booked_under_another_state_are_nobodys_years_twice(client):
    places = client.get("/watchlist.json").json()["places"]
    booked = [p["place"] for p in places if p["basis"] == "booked"]
    assert "PSE" in booked
    found = client.get("/countries/PSE/why/civilians_100.json").json()
    assert found["ladder"]["rungs"][-1]["cases"] == 0
    assert not any(r["is_own"] for r in found["ladder"]["by_level"])
    assert found["ladder"]["now"] is None
    assert "under Israel" in client.get("/countries/PSE/why/civilians_100").text
    israel = client.get("/countries/ISR/why/civilians_100.json").json()
    assert israel["ladder"]["rungs"][-1]["cases"] > 0
    assert israel["ladder"]["rungs"][0] == found["ladder"]["rungs"][0]
    regions = [f["ladder"]["rungs"][1] for f in (found, israel)]
    assert regions[0] == regions[1]


def test_a_country_page_says_beside_its_odds_how_often_such_odds_came_true(client):
    told = client.get("/countries/SDN.json").json()["headline_fared"]
    rows = client.get(f"{WHY}.json").json()["fared"]
    [own] = [r for r in rows if r["is_own"]]
    assert told == own
    page = html.fromstring(client.get("/countries/SDN").text)
    [term] = [t for t in page.xpath("//dt") if t.xpath("a[contains(@href, '#fared')]")]
    said = " ".join(term.getnext().text_content().split())
    assert said.startswith(f"{100 * own['seen']:.0f}")
    assert " ".join(term.text_content().split()) == "Of past odds like this, came true"
