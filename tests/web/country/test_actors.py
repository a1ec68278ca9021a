"""Who killed civilians: the actors of UCDP's list on a country's page, its JSON and its brief, as known on a day."""

from __future__ import annotations

import pytest
from lxml import html
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.report.actors import spans_of


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("actors"))).client()


def section(client, address):
    page = html.fromstring(client.get(address).text)
    [heading] = [
        h for h in page.xpath("//h2") if h.text_content() == "Who killed civilians"
    ]
    parts = heading.xpath("following-sibling::*")
    ends = [n for n, part in enumerate(parts) if part.tag == "h2"]
    return " ".join(part.text_content() for part in parts[: ends[0]])


def test_a_country_page_names_who_killed_civilians_and_when(client):
    actors = client.get("/countries/SDN.json").json()["actors"]
    assert [a["name"] for a in actors][:3] == ["RSF", "SFA", "SLM/A - MM"]
    rsf = actors[0]
    assert (rsf["years"], rsf["countries"], rsf["is_government"]) == (
        [2023, 2024, 2025],
        1,
        False,
    )
    shared = [a["name"] for a in actors if a["countries"] > 1]
    assert "Government of Sudan" in shared
    words = section(client, "/countries/SDN")
    assert "RSF" in words
    assert "2023–2025" in words
    assert "does not say in which of them" in words


def test_a_place_without_an_actor_says_so_and_one_that_is_not_counted_apart_shows_whose(
    client,
):
    assert client.get("/countries/ISL.json").json()["actors"] == []
    assert "no actor" in section(client, "/countries/ISL")
    of_palestine = client.get("/countries/PSE.json").json()
    assert of_palestine["counted_under"] == "Israel"
    assert "Hamas" in {a["name"] for a in of_palestine["actors"]}
    assert client.get("/countries/GRL.json").json()["actors"] is None


def test_before_the_list_was_published_nobody_is_named_and_no_actor_is_not_claimed(client):
    assert client.get("/countries/SDN.json?as_of=2026-06-01").json()["actors"] is None
    assert "Not known on this day" in section(client, "/countries/SDN?as_of=2026-06-01")


def test_the_brief_names_those_of_this_country_apart_from_those_of_several(client):
    words = " ".join(
        html.fromstring(client.get("/countries/SDN/brief.html").text).text_content().split()
    )
    here, _, somewhere = words.partition("Listed for this and other countries")
    assert "RSF (2025)" in here
    assert "Government of Sudan" not in here.partition("by UCDP's list")[2]
    assert "Government of Sudan (2025)" in somewhere


@pytest.mark.parametrize(
    ("years", "said"),
    [((), ""), ((2001,), "2001"), ((1989, 1990, 1992), "1989–1990, 1992")],
)
def test_years_are_told_as_runs(years, said):
    assert spans_of(years) == said
