"""The glossary and the guided tour over the real application."""

import re

import pytest
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.core.languages import language_of
from upstander.core.rights import Role
from upstander.report import glossary

MOST_WORDS = 30


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("learning")))


@pytest.mark.requirement("H03")
def test_the_glossary_says_each_term_with_an_anchor_and_its_source(home):
    page = home.client().get("/glossary")
    told = home.client().get("/glossary.json").json()["terms"]
    assert len(told) >= 25
    assert [t["term"] for t in told] == sorted((t["term"] for t in told), key=str.casefold)
    for term in told:
        assert f'id="{term["id"]}"' in page.text
        assert term["title"] or term["cited"], term["id"]
        assert len(term["words"].split()) <= MOST_WORDS, term["id"]
    assert len({t["id"] for t in told}) == len(told)


def test_every_link_to_a_term_leads_to_one(home):
    """Wherever a page of ours points into the glossary, the anchor is there."""
    anchors = {t.id for t in glossary.terms()}
    pages = ("/countries/SDN", "/countries/SDN/why/civilians_100", "/exercises/7/1?percent=3",
             "/exercises/7?said=3")  # fmt: skip
    for path in pages:
        linked = set(re.findall(r'href="/glossary#([\w-]+)"', home.client().get(path).text))
        assert linked, path
        assert linked <= anchors


def test_search_finds_terms(home):
    found = home.of(Role.READER).get("/search.json?q=brier").json()["terms"]
    assert found == [["/glossary#brier-score", "Brier score"]]
    assert "/glossary#genocide" in home.of(Role.READER).get("/search?q=Genocide").text
    assert home.of(Role.READER).get("/search.json?q=zzz").json()["terms"] == []


def test_a_term_is_found_by_its_name_in_english_whatever_the_language():
    assert [t.id for t in glossary.matching("base RATE", language_of("fr"))] == [
        "base-rate"
    ]
    assert glossary.matching("  ", language_of("fr")) == []


def test_every_page_leads_to_the_glossary_and_the_tour(home):
    for path in ("/", "/countries/SDN", "/alerts", "/glossary", "/sign-in", "/nowhere"):
        text = home.client().get(path).text
        assert 'href="/glossary"' in text, path
        assert 'href="/tour"' in text, path


def test_the_tour_has_nine_stations_that_all_open(home):
    visitor = home.client()
    page, told = visitor.get("/tour").text, visitor.get("/tour.json").json()["stations"]
    assert [s["id"] for s in told] == [
        "today", "country", "why", "alerts", "assessments", "plans", "follow_up", "reports", "exercises"
    ]  # fmt: skip
    for station, following in zip(told, [*told[1:], None], strict=True):
        assert visitor.get(station["href"]).status_code == 200, station
        if following:
            assert f'href="#{following["id"]}"' in page


def test_inside_the_made_up_country_the_stations_are_filled(home):
    admin = home.client(home.account(Role.ADMINISTRATOR, "", "adam"))
    assert admin.get("/tour.json").json()["made_up"] is False
    assert admin.fill("/made-up/load").status_code == 303
    inside = home.of(Role.HEAD)
    assert inside.get("/tour.json").json()["made_up"] is True
    inside.fill("/made-up/enter", account="head")
    told = {s["id"]: s["href"] for s in inside.get("/tour.json").json()["stations"]}
    assert told["country"] == "/countries/XMU"
    for section in ("alerts", "assessments", "plans"):
        assert re.fullmatch(rf"/{section}/[0-9a-z]{{26}}", told[section])
    assert all(inside.get(href).status_code == 200 for href in told.values())


def test_guided_mode_explains_the_same_words_and_those_that_are_mixed_up_most(home):
    told = home.client().get("/glossary.json").json()["terms"]
    names = {t["id"] for t in told}
    assert {"genocide", "trigger", "not-assessed", "confidence", "likelihood"} <= names
    guided = home.of(Role.ANALYST).get("/assessments/guide.json").json()["glossary"]
    assert {w["word"]: w["meaning"] for w in guided} == {
        t["term"]: t["words"] for t in told
    }
