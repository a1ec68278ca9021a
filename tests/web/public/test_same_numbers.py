"""No page shows two different numbers for one thing: the same facts, read wherever they are shown, for thirty places.

What is compared are the numbers as printed in the pages, those of their twins, of the watchlist's files, and those
the forecasts are made from, all as of one day.
"""

import csv
import io
import json
import re

import numpy as np
import pytest
from lxml import html
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.assess.frameworks import shipped
from upstander.core.months import month_after
from upstander.core.rights import Role
from upstander.forecast import issued, panel, yearly_inputs
from upstander.report import words

WARS = (
    "SDN",
    "UKR",
    "COD",
    "MMR",
    "SYR",
    "YEM",
    "ETH",
    "NGA",
    "MLI",
    "BFA",
    "SOM",
    "AFG",
    "HTI",
)
QUIET = ("ISL", "BTN", "MAR", "NLD", "TGO", "PNG", "SSD")
GANGS = (
    "LBY",
    "ECU",
    "ARG",
    "MEX",
    "BRA",
)  # first prints hold actors that UCDP has not yet named
BOOKED = {"PSE": "ISR", "ESH": "MAR"}
ALONE = ("ISR", "GUM", "TUV")  # a host, a territory nobody counts, a State without a source
PLACES = (*WARS, *QUIET, *GANGS, *BOOKED, *ALONE)
BY_MONTH = "Counted by type of violence, newest first; what was first printed stands beside what is consolidated"
COUNTED = "Deaths by year and type of violence, best estimates"
SMALLEST = 1e-9


def chances():
    """A probability for each place, from certain to none; a booked place has its host's."""
    own = {
        c: float(p)
        for c, p in zip(
            PLACES, np.linspace(1 - SMALLEST, SMALLEST, len(PLACES)), strict=True
        )
    }
    return own | {c: own[host] for c, host in BOOKED.items()}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return office(forecast_in(tmp_path_factory.mktemp("same"), chances()))


@pytest.fixture(scope="module")
def analyst(site):
    return site.of(Role.ANALYST)


@pytest.fixture(scope="module")
def page_of(site):
    """Pages read once: ``page_of("/countries")``."""
    visitor, read = site.client(), {}

    def one(path):
        if path not in read:
            answer = visitor.get(path)
            assert answer.status_code == 200, path
            read[path] = html.fromstring(answer.text)
        return read[path]

    return one


@pytest.fixture(scope="module")
def twin_of(site):
    visitor, read = site.client(), {}

    def one(path):
        if path not in read:
            read[path] = visitor.get(path).json()
        return read[path]

    return one


@pytest.fixture(scope="module")
def watchlist(site, upstander):
    """The command's JSON and CSV, each by place."""
    home = site.state.settings.home
    rows = json.loads(upstander("watchlist", "--format", "json", "--home", home).stdout)[
        "places"
    ]
    text = upstander("watchlist", "--format", "csv", "--home", home).stdout
    table = csv.DictReader(
        io.StringIO("".join(x for x in text.splitlines(keepends=True) if x[0] != "#"))
    )
    return {r["place"]: r for r in rows}, {r["place_code"]: r for r in table}


@pytest.fixture(scope="module")
def modelled(site):
    """What the forecasts of the same day are made from: yearly inputs, and deaths of the last twelve months."""
    state = site.state
    lake, places, day = state.lake, state.places, state.today
    units = yearly_inputs.covered_units(lake, places, day)
    last = panel.last_month(lake, as_of=day)
    months = panel.monthly(
        lake, places, units=units, first=month_after(last, -11), last=last, as_of=day
    )
    return yearly_inputs.inputs(lake, places, units, as_of=day), months


def table(page, caption):
    """Rows of the table with a caption, each a list of the texts in its cells."""
    found = page.xpath(f"//table[caption[normalize-space()='{caption}']]/tbody/tr")
    return [[said(cell) for cell in row] for row in found]


def said(node):
    """Text of a node; a break in the line is a space."""
    return " ".join(" ".join(node.itertext()).split())


def number(text):
    """What a printed count says; None where it says that it is not known."""
    return (
        None
        if text.startswith(words.NOT_KNOWN)
        else int(re.match(r"[\d,]+", text)[0].replace(",", ""))
    )


def listed(page_of, path, code):
    """The cells of a place's row in the table of a list."""
    (row,) = page_of(path).xpath(
        f"//main//table//tr[th//a[contains(@href, '/countries/{code}?')]]"
    )
    return [said(cell) for cell in row]


def definition(page, start):
    (found,) = page.xpath(
        f"//dl[@class='headline']/div[dt[starts-with(normalize-space(), '{start}')]]/dd"
    )
    return said(found)


@pytest.mark.parametrize("code", PLACES)
def test_civilians_killed_deliberately_in_the_last_complete_year(
    code, page_of, twin_of, watchlist, modelled
):
    year = twin_of(f"/countries/{code}.json")["line"]["last_year"]
    row = next(iter(table(page_of(f"/countries/{code}"), COUNTED)), None)
    brief = said(page_of(f"/countries/{code}/brief.html"))
    rows, lines = (w[code] for w in watchlist)
    inputs, _ = modelled
    unit = BOOKED.get(code, code)
    if year is None:
        assert row is None
        assert "No complete year of deaths by type was known" in brief
        assert rows["one_sided_last_year"] is None
        assert lines["one_sided_last_year_persons"] == ""
        assert unit not in inputs.units
        return
    wanted = {year["year"]: year["one_sided"]}
    in_brief = re.search(r"(\d{4}): ([\d,]+) civilians killed deliberately", brief)
    assert {int(row[0]): number(row[3])} == wanted
    assert {int(in_brief[1]): number(in_brief[2])} == wanted
    assert {rows["last_year"]: rows["one_sided_last_year"]} == wanted
    assert {int(lines["last_year"]): int(lines["one_sided_last_year_persons"])} == wanted
    for kind, at in (("state_based", 1), ("non_state", 2), ("one_sided", 3), ("total", 4)):
        assert inputs.deaths[kind][inputs.units.index(unit), -1] == number(row[at]), kind
    assert int(inputs.years[-1]) == year["year"]


@pytest.mark.parametrize("code", PLACES)
def test_deaths_of_the_last_twelve_months(code, page_of, twin_of, watchlist, modelled):
    page, twin = page_of(f"/countries/{code}"), twin_of(f"/countries/{code}.json")
    brief = said(page_of(f"/countries/{code}/brief.html"))
    rows, lines = (w[code] for w in watchlist)
    assert rows["trend"] == lines["trend"] == twin["line"]["trend"]["sentence"]
    sentence = " ".join(rows["trend"].split())
    assert sentence in said(page)
    assert sentence in brief
    newest_first = table(page, BY_MONTH)
    counted = [number(row[1]) for row in reversed(newest_first)]
    assert counted[-12:] == [m["deaths"] for m in twin["months"]][-12:]
    killed = [number(row[4]) for row in reversed(newest_first)]
    of_list = [listed(page_of, path, code)[-1] for path in ("/countries?view=all", "/map")]
    wanted = rows["one_sided_last_12_months"]
    assert {number(text) for text in of_list} == {wanted}
    assert lines["one_sided_last_12_months_persons"] == (
        "" if wanted is None else str(wanted)
    )
    assert (sum(killed[-12:]) if killed else None) == wanted
    _, months = modelled
    unit = BOOKED.get(code, code)
    if unit not in months.units:
        assert not counted
        return
    assert sum(counted[-12:]) == months.values[months.units.index(unit), :, 0].sum()
    if of_year := re.match(r"([\d,]+) deaths in the 12 months", sentence):
        assert number(of_year[1]) == sum(counted[-12:])


@pytest.mark.parametrize("code", PLACES)
def test_the_headline_with_all_that_stands_beside_it(code, site, page_of, watchlist):
    page, brief = (
        page_of(f"/countries/{code}"),
        said(page_of(f"/countries/{code}/brief.html")),
    )
    row, (rows, lines) = (
        listed(page_of, "/countries?view=all", code),
        (w[code] for w in watchlist),
    )
    assert listed(page_of, "/map", code)[2:-1] == row[2:-1]
    printed = {
        "probability": definition(page, "Probability of"),
        "interval": definition(page, "90 % interval"),
        "base": definition(page, "Base rate"),
        "ratio": definition(page, "Ratio to base rate"),
        "rank": definition(page, "Rank range"),
    }
    spread = plain(words.interval(rows["low"], rows["high"]))
    assert printed["probability"] == row[2] == plain(words.percent(rows["probability"]))
    assert printed["interval"] == row[3] == spread
    assert printed["base"] == plain(words.percent(rows["base_rate"]))
    assert printed["ratio"] == row[4] == plain(words.times(rows["ratio"]))
    ranks = words.ranks(rows["rank_low"], rows["rank_high"], rows["of"]) + words.tied(
        rows["tied"]
    )
    assert printed["rank"] == ranks
    assert row[5].split()[0] == words.rank_range(rows["rank_low"], rows["rank_high"])
    assert f"{printed['probability']} 90 % interval {spread}" in brief
    assert (
        f"Base rate {printed['base']}, so {printed['ratio']} the base rate. Rank {ranks} (90 % range)"
        in brief
    )
    of_csv = {
        "probability": "probability_0_to_1",
        "low": "interval_90_low_0_to_1",
        "high": "interval_90_high_0_to_1",
        "base_rate": "base_rate_0_to_1",
        "rank": "rank",
        "rank_low": "rank_low",
        "rank_high": "rank_high",
    }
    assert {k: float(lines[c]) for k, c in of_csv.items()} == {k: rows[k] for k in of_csv}
    kept = issued.latest(site.state.ledger, site.state.today).chances.to_pylist()
    (own,) = (r for r in kept if (r["unit"], r["target"]) == (code, "one_sided_100"))
    assert {k: rows[k] for k in ("probability", "low", "high", "base_rate")} == {
        k: own[k] for k in ("probability", "low", "high", "base_rate")
    }


def plain(text):
    return text.replace(words.NBSP, " ")


def displaced(rows):
    """(value as printed, year, who says so) of the displaced in a table of indicators."""
    found = [r for r in rows if r[0].startswith("Displaced inside the country")]
    return found[0] if found else None


@pytest.mark.parametrize("code", PLACES)
def test_people_displaced_inside_the_country(code, page_of, twin_of, modelled):
    page, brief = page_of(f"/countries/{code}"), page_of(f"/countries/{code}/brief.html")
    row = displaced(table(page, "Structural indicators, the last value known on this day"))
    short = displaced(
        [[said(cell) for cell in tr] for tr in brief.xpath("//table/tbody/tr")]
    )
    twin = next(
        (
            d
            for d in twin_of(f"/countries/{code}.json")["drivers"]
            if d["indicator"] == "displaced_within"
        ),
        None,
    )
    inputs, _ = modelled
    modelled_now = (
        inputs.indicator("displaced_within")[inputs.units.index(code), -1]
        if code in inputs.units
        else np.nan
    )
    if twin is None:
        assert row is None
        assert short is None
        assert np.isnan(modelled_now)
        return
    assert number(row[1]) == number(short[1]) == twin["value"]
    assert int(row[3]) == int(short[3]) == twin["year"]
    assert row[0] == short[0] == twin["label"]
    is_carried = code in inputs.units and inputs.years[-1] - twin["year"] <= 3
    assert (modelled_now == twin["value"]) if is_carried else np.isnan(modelled_now)


@pytest.mark.parametrize("code", PLACES)
def test_the_public_figures_of_a_review_are_those_of_the_country_page(
    code, site, analyst, page_of
):
    fields = {
        "title": f"Review of {code}",
        "level": "country",
        "owner": "The office",
        "pillar": "1",
        "first": "2026-01-01",
        "last": "2026-06-30",
    }
    made = analyst.write("/records/review", fields=fields, why="begun", place=code)
    assert made.status_code == 201, made.text
    rated = shipped().rated
    page = page_of(f"/countries/{code}")
    years, drivers = (
        table(page, COUNTED),
        table(page, "Structural indicators, the last value known on this day"),
    )
    for tag, start in (
        ("type3_best(", "Civilians killed deliberately"),
        ("IDPs", "Displaced inside"),
    ):
        at = next(
            c
            for c, (*_, i) in rated.items()
            if any(tag in x and "change" not in x for x in i.proxies)
        )
        shown = html.fromstring(
            analyst.get(f"/assessments/{made.json()['id']}/rate/{at}").text
        )
        rows = [
            r
            for r in table(shown, "Where the place stands")
            if r[0].startswith(start) and "over 5 years" not in r[0]
        ]
        assert rows, at
        value, year = number(rows[0][1]), rows[0][2]
        if tag == "IDPs":
            driver = displaced(drivers)
            assert (value, year) == (
                (number(driver[1]), driver[3]) if driver else (None, "")
            )
        elif code in BOOKED or not years:
            assert value is None, (
                "a place whose deaths are booked elsewhere has no figure of its own"
            )
        else:
            assert (value, year) == (number(years[0][3]), years[0][0])


@pytest.mark.parametrize(("booked", "host"), BOOKED.items())
def test_a_figure_that_two_places_share_has_one_rank_range(
    booked, host, page_of, watchlist
):
    rows, _ = watchlist
    shared = (
        "probability",
        "low",
        "high",
        "base_rate",
        "rank",
        "rank_low",
        "rank_high",
        "tied",
    )
    assert {k: rows[booked][k] for k in shared} == {k: rows[host][k] for k in shared}
    assert (
        listed(page_of, "/countries?view=all", booked)[2:6]
        == listed(page_of, "/countries?view=all", host)[2:6]
    )


def test_a_place_of_which_no_model_speaks_is_given_no_families_of_reasons(page_of):
    page, brief = (
        said(page_of("/countries/GUM")),
        said(page_of("/countries/GUM/brief.html")),
    )
    assert "log odds" not in page
    assert "No source counts deaths here apart." in page
    assert "not known on this day" not in page
    assert "no model speaks of this place" in brief


def test_what_nobody_publishes_here_is_folded_away_and_what_is_unknown_of_this_place_is_not(
    site, analyst
):
    fields = {
        "title": "Review",
        "level": "country",
        "owner": "The office",
        "pillar": "1",
        "first": "2026-01-01",
        "last": "2026-06-30",
    }
    made = analyst.write("/records/review", fields=fields, why="begun", place="PSE").json()[
        "id"
    ]
    shown = html.fromstring(analyst.get(f"/assessments/{made}/rate/1.1").text)
    rows = table(shown, "Where the place stands")
    assert [r[:2] for r in rows] == [["Deaths in state-based conflict", "not known"]]
    assert "ucdp_acd:intensity_level" in said(
        shown.xpath("//details[contains(summary, 'not held here')]")[0]
    )


def test_there_are_thirty_places():
    assert len(set(PLACES)) == 30
