"""Dated acts of the UN Treaty Collection, and the counts of parties made from them."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from upstander.core.treaties import instruments, parties
from upstander.sources.un_treaties import SOURCE

SCRAPED, STATUS = date(2015, 3, 31), date(2022, 8, 31)  # the days of the two sets


@pytest.fixture(scope="module")
def acts(request) -> dict[str, Any]:
    tables = request.getfixturevalue("read_all")("un_treaties")
    rows = pa.concat_tables(tables.values()).to_pylist()
    return {
        "day": [r for r in rows if r["date_precision"] == "day"],
        "all": rows,
        "tables": tables,
    }


@pytest.fixture(scope="session")
def counts(shared: Path) -> list[dict[str, str]]:
    file = shared.parent / "domain" / "treaties.csv"
    if not file.is_file():
        pytest.skip("needs the domain folder beside the shared data")
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_a_sheet_in_a_zip_gives_its_acts_with_their_letters(samples, read):
    rows = read("un_treaties", samples / "un_treaties.zip").to_pylist()
    got = {(r["country"], r["act"], r["act_date"].isoformat()) for r in rows}
    assert {
        ("AFG", "accession", "1956-03-22"),
        ("ATG", "succession", "1988-10-25"),
        ("AUS", "signature", "1948-12-11"),
        ("AUS", "ratification", "1949-07-08"),
        ("MKD", "succession", "1994-01-18"),
        ("PSE", "accession", "2014-04-02"),
    } <= got
    assert ("DOM", "signature", "1948-12-11") in got
    assert not any(c == "DOM" and act != "signature" for c, act, _ in got)
    assert {r["instrument"] for r in rows} == {"GENOCIDE"}


def test_the_table_of_treaties_is_that_of_the_domain_notes(counts):
    ours = {
        i.id: (i.title, i.untc_id, i.adopted.isoformat(), i.in_force.isoformat())
        for i in instruments().values()
    }
    assert len(ours) == 22
    for row in counts:
        untc = row["untc_id"] if not row["untc_id"].startswith("UNTS") else ""
        assert ours[row["instrument_id"]] == (
            row["official_name"],
            untc,
            row["adopted"],
            row["entry_into_force"],
        )


def test_parties_of_march_2015_equal_the_known_counts(acts, counts):
    for row in counts:
        if row["parties_scrape_2015_03"]:
            # The Disability Convention's 152 has the European Union in it, which is no State.
            known = int(row["parties_scrape_2015_03"]) - (row["instrument_id"] == "CRPD")
            assert len(parties(acts["day"], row["instrument_id"], SCRAPED)) == known, row[
                "instrument_id"
            ]


def test_members_bound_in_2022_equal_the_known_counts(acts, counts):
    year = [r for r in acts["all"] if r["date_precision"] == "year"]
    for row in counts:
        if row["un_member_parties_2022_05"]:
            # Moldova's flag in the Covenant's table is 0 though its status and year say party.
            known = int(row["un_member_parties_2022_05"]) + (
                row["instrument_id"] == "ICESCR"
            )
            assert len(parties(year, row["instrument_id"], STATUS)) == known, row[
                "instrument_id"
            ]


def test_a_state_with_a_day_and_a_year_is_one_state(acts):
    both = parties(acts["all"], "CAT", STATUS)
    assert len(both) == 173  # 171 members, Palestine and the Holy See
    assert (
        len(
            [
                r
                for r in acts["all"]
                if r["instrument"] == "CAT"
                and r["country"] == "FRA"
                and r["act"] != "signature"
            ]
        )
        == 2
    )


def test_counts_follow_the_day(acts):
    on = [
        len(parties(acts["day"], "GENOCIDE", day))
        for day in (date(1948, 12, 9), date(2014, 6, 5), date(2014, 6, 6))
    ]
    assert on == [0, 145, 146]
    assert "AFG" not in parties(acts["day"], "GENOCIDE", date(1956, 3, 21))
    assert "AFG" in parties(acts["day"], "GENOCIDE", date(1956, 3, 22))


def test_the_european_union_is_no_state_and_provisional_application_binds_nobody(acts):
    assert "ATG" in parties(acts["day"], "ATT", SCRAPED)
    assert not [r for r in acts["all"] if len(r["country"]) != 3]
    serbia = [r for r in acts["day"] if r["instrument"] == "ATT" and r["country"] == "SRB"]
    assert {r["act"] for r in serbia} <= {"signature", "ratification"}


def test_releases_say_when_they_were_known_and_cover_only_to_their_newest_act(shared):
    found = {s.release: s for s in SOURCE.find(shared)}
    assert len(found) == 31
    rome = found["2015-03-31 ROME"]
    assert (rome.known_at, rome.basis, rome.last) == (
        SCRAPED,
        "published",
        date(2013, 2, 15),
    )
    assert found["2022-08-31 CAT"].known_at == STATUS


def test_acts_of_the_release_year_stand_no_later_than_the_release(acts):
    assert max(r["act_date"] for r in acts["all"]) == STATUS


def test_all_acts_agree_with_the_domain_notes(acts, shared):
    file = shared.parent / "domain" / "treaty_status_country.csv"
    if not file.is_file():
        pytest.skip("needs the domain folder beside the shared data")
    with file.open(encoding="utf-8", newline="") as text:
        noted = [r for r in csv.DictReader(text) if len(r["bound"]) == 10 and r["iso3"]]
    ours = {
        (r["country"], r["instrument"], r["act_date"].isoformat())
        for r in acts["day"]
        if r["act"] != "signature"
    }
    missing = {(r["iso3"], r["instrument_id"], r["bound"]) for r in noted} - ours
    assert missing == {("EUE", "CRPD", "2010-12-23")}  # the European Union is no State
