"""Every page and its twin, as a reader, a program and an attacker meet them."""

import re

import pytest
from lxml import html

from upstander.core.types import CAVEAT

PAGES = [
    "/",
    "/countries",
    "/countries?view=all",
    "/countries/SDN",
    "/countries/ISL",
    "/map",
    "/track-record",
    "/data",
    "/about",
]
TWINS = [
    "/index.json",
    "/countries.json",
    "/countries/SDN.json",
    "/map.json",
    "/track-record.json",
    "/data.json",
    "/about.json",
]


@pytest.mark.requirement("R06")
@pytest.mark.requirement("S01")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_with_caveat_age_of_data_and_a_day_to_choose(get, path):
    answer = get(path)
    assert answer.status_code == 200
    page = html.fromstring(answer.text)
    said = " ".join(page.text_content().split())
    assert CAVEAT in said
    assert "Data on violence to 31 May 2026" in said
    assert page.xpath("//input[@type='date' and @name='as_of']")
    assert page.xpath("//main")
    assert page.xpath("//h1")
    assert len(page.xpath("//nav[@aria-label='Main']//a")) == 7
    assert page.get("lang") == "en"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_script_and_no_other_host(get, path):
    answer = get(path)
    page = html.fromstring(answer.text)
    assert not page.xpath("//script")
    loaded = page.xpath("//link/@href | //img/@src | //iframe/@src")
    assert all(not re.match(r"(https?:)?//", u) for u in loaded)
    assert all(
        s.get("aria-label") for s in page.xpath("//*[local-name()='svg' and @role='img']")
    )
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", TWINS)
def test_every_page_has_a_twin_for_programs(get, path):
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    twin = answer.json()
    assert twin.get("head", twin)["caveat"] == CAVEAT


@pytest.mark.requirement("R04")
def test_no_page_prints_nothing_or_certainty(get):
    for path in ("/countries?view=all", "/countries/ISL", "/map"):
        said = (
            html.fromstring(get(path).text)
            .text_content()
            .replace("\u00a0", " ")
            .replace("100 % sign", "")
        )
        assert not re.search(r"(?<![\d.,])0 %|(?<![\d.,])100 %", said), path
    assert (
        "lower, not immune"
        in html.fromstring(get("/countries?view=all").text).text_content()
    )


def test_the_page_and_its_twin_say_the_same_number(get):
    from upstander.report import words

    twin = get("/countries/SDN.json").json()
    chance = next(c for c in twin["chances"] if c["target"] == "one_sided_100")
    assert (
        words.percent(chance["probability"])
        in html.fromstring(get("/countries/SDN").text).text_content()
    )


def test_a_day_before_any_forecast_says_so_and_shows_what_was_known(get):
    said = html.fromstring(get("/countries/SDN?as_of=2024-03-01").text).text_content()
    assert "no forecast had been issued" in said.lower()
    assert "2026" not in said.split("Data on violence")[1][:40]
    before = html.fromstring(get("/?as_of=1990-01-01").text).text_content()
    assert "not yet" in before or "had not" in before or "no forecast" in before.lower()


@pytest.mark.parametrize(
    "text", ["foo", "2025-13-01", "1.3.2025", "99999-01-01", "<script>"]
)
def test_a_bad_day_is_a_plain_sentence_and_400(get, text):
    answer = get("/", params={"as_of": text})
    assert answer.status_code == 400
    assert "YYYY-MM-DD" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("name", ["Sudann", "XQZ", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"])
def test_an_unknown_place_gets_the_nearest_names(get, name):
    answer = get(f"/countries/{name}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text
    if name == "Sudann":
        assert "Sudan" in answer.text


def test_gaza_says_where_its_deaths_are_booked(get):
    assert "Israel" in html.fromstring(get("/countries/PSE").text).text_content()
    assert "Gaza" in html.fromstring(get("/countries/ISR").text).text_content()


def test_the_brief_is_there_as_a_page_and_as_a_pdf(get):
    assert "Sudan" in get("/countries/SDN/brief.html").text
    pdf = get("/countries/SDN/brief.pdf")
    assert pdf.content.startswith(b"%PDF")


def test_the_first_page_is_light_and_asked_twice_is_not_sent_twice(get):
    first = get("/")
    assert len(first.content) < 150_000
    if tag := first.headers.get("etag"):
        assert get("/", headers={"If-None-Match": tag}).status_code == 304


def test_nothing_can_be_written_and_long_addresses_are_refused(site):
    import httpx2

    assert httpx2.post(f"{site}/countries", content=b"x").status_code in (404, 405)
    assert httpx2.get(f"{site}/?as_of={'9' * 5000}").status_code in (400, 414)
    assert httpx2.get(f"{site}/docs").status_code == 404


@pytest.mark.requirement("R02")
def test_places_with_a_raised_outlook_outside_conflict_have_a_list_of_their_own(get):
    codes = get("/countries.json").json()["raised_outside_conflict"]
    page = html.fromstring(get("/countries?view=outside_conflict&order=odds").text)
    shown = [
        a.get("href").split("/")[2].split("?")[0] for a in page.xpath("//tbody//th//a")
    ]
    assert shown == codes
    for code in codes[:3]:
        years = get(f"/countries/{code}.json").json()["years"]
        assert years[-1]["state_based"] < 25
    assert get("/countries?view=nonsense").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/countries/SDN", "/track-record", "/countries/SDN.json", "/data"]
)
def test_a_day_and_an_instant_of_it_give_the_same_page(path, get):
    instant = get(f"{path}?as_of=2026-06-25T09:00:00Z")
    assert instant.status_code == 200
    of_the_day = get(f"{path}?as_of=2026-06-25").text
    own = "as_of=2026-06-25T09%3A00%3A00Z"  # its own address, in the choice of a language
    assert instant.text.replace(own, "as_of=2026-06-25") == of_the_day


@pytest.mark.requirement("S06")
def test_the_list_of_the_world_is_no_league_table_unless_asked(get):
    def names(query):
        page = html.fromstring(get(f"/countries?view=all{query}").text)
        return [a.text for a in page.xpath("//tbody//th//a")]

    by_odds, by_name = names("&order=odds"), names("&order=name")
    assert by_name == sorted(by_name)
    assert by_odds[0] == "Sudan"
    assert names("") not in (by_odds, by_name)
    page = html.fromstring(get("/countries?view=all").text)
    regions = [s.text for s in page.xpath("//tbody//th/small[last()]")]
    assert regions == sorted(regions)


def test_deaths_by_actors_that_are_not_yet_named_are_said_beside_the_figure(get):
    page = html.fromstring(get("/countries/ARG?as_of=2026-06-07").text)  # before 26.1
    said = " ".join(page.text_content().split())
    assert "Of the 114 deaths of 2025, 70 are not in the figure by type" in said
    assert "kept apart until its consolidated release decides" in said
