"""Treaties over the real application: counts as of a day, what is not known, and one State's steps."""

from datetime import timedelta

import pytest
from lxml import html
from tests.web import country_seed as seed
from tests.web.people import office

from upstander.core.rights import Marking, Role

GREEN = {"marking": Marking.GREEN}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(tmp_path_factory.mktemp("treaties"))


def said(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


def row(client, place, instrument, **asked):
    content = client.get(f"/treaties/{place}.json", params=asked).json()
    return next(r for r in content["rows"] if r["instrument"] == instrument)


@pytest.mark.requirement("I01")
def test_counts_of_a_day_stand_with_the_day_they_reach(home):
    content = home.client().get("/treaties.json", params={"on": "2014-12-31"}).json()
    counts = {c["instrument"]: c for c in content["counts"]}
    expected = {"GENOCIDE": 146, "ICERD": 177, "ICESCR": 162, "ICCPR": 168, "ICCPR-OP2": 81, "CEDAW": 188, "CAT": 156, "CRC": 194,
                "REFUGEE": 145, "REFUGEE-P": 146, "ROME": 122, "ATT": 41}  # fmt: skip
    assert {name: counts[name]["bound"] for name in expected} == expected
    assert (counts["ATT"]["known_to"], counts["ATT"]["open"]) == ("2014-06-16", True)
    assert counts["GC1949"]["bound"] is None, "no file tells: not known, not zero"
    page = said(home.client().get("/treaties", params={"on": "2014-12-31"}))
    assert "not known after 16 June 2014" in page
    assert "nothing is ranked" in page


def test_regions_stand_by_name_and_each_count_is_of_its_states(home):
    regions = home.client().get("/treaties.json").json()["regions"]
    assert [r["region"] for r in regions] == sorted(r["region"] for r in regions)
    assert all(0 <= n <= r["states"] for r in regions for n in r["bound"])
    assert sum(r["states"] for r in regions) == 193


@pytest.mark.requirement("I01")
def test_after_the_last_known_day_nobody_is_said_not_to_be_bound(home):
    client = home.client()
    for place in ("BRA", "CHN", "IND", "USA"):
        att = row(client, place, "ATT")
        assert att["state"] in ("", "signed")
        assert att["open"]
        assert "not bound" not in att["status"]
        for path in (
            f"/countries/{place}",
            f"/countries/{place}/brief.html",
            f"/treaties/{place}",
        ):
            page = said(client.get(path))
            assert "not bound" not in page, path
        assert "not known after 16 June 2014" in said(client.get(f"/countries/{place}"))
    assert row(client, "BRA", "ATT", on="2014-06-01")["status"] == "signed, not bound", (
        "on that day it was known"
    )


def test_completion_counts_what_is_not_known_apart(home):
    done = home.client().get("/treaties/CHN.json").json()["completion"]
    assert done["twelve"]["of"] == 12
    assert 0 < done["twelve"]["bound"] < 12
    assert done["twelve"]["unknown"] == 12 - done["twelve"]["bound"], (
        "no sheet reaches to today"
    )
    assert done["wider"]["of"] == 22


@pytest.mark.requirement("A4")
@pytest.mark.requirement("W3")
def test_steps_beyond_ratifying_stand_beside_the_acts_with_their_source_and_overdue_reports(
    home,
):
    late = (home.state.today - timedelta(days=20)).isoformat()
    seed.write(
        home,
        "treaty_step",
        place="SDN",
        instrument="ICCPR",
        step="domesticated",
        status="partly",
        day="2020-01-01",
        known_from="Act 3 of 2019",
        **GREEN,
    )
    seed.write(
        home,
        "treaty_step",
        place="SDN",
        instrument="ICCPR",
        step="report",
        status="no",
        day="2024-01-01",
        due=late,
        known_from="CCPR/C/SDN",
        **GREEN,
    )
    reader = home.of(Role.READER)
    steps = row(reader, "SDN", "ICCPR")["steps"]
    assert (steps[0]["words"], steps[0]["day"]) == ("In part", "2020-01-01")
    assert steps[1] is None, "nobody recorded it"
    assert steps[4]["overdue_days"] == 20
    page = said(reader.get("/treaties/SDN"))
    assert "In part" in page
    assert "20 days overdue" in page
    assert row(reader, "SDN", "ICCPR", on="2019-06-01")["steps"][0] is None
    assert "Record a step" in said(home.of(Role.ANALYST).get("/treaties/SDN"))


def test_no_such_state_and_no_such_day_are_told(home):
    assert home.client().get("/treaties/Atlantis").status_code == 404
    assert home.client().get("/treaties", params={"on": "soon"}).status_code == 400
