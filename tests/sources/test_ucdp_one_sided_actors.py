"""Actors of one-sided violence: the sample by hand, the real list recomputed apart, and what cannot be."""

import csv
from datetime import date

import pytest

from upstander.core.errors import SourceChanged
from upstander.sources import ucdp_one_sided_actors

HEAD = "actor_id,name,government,regions,countries_gw,active_years\n"


def test_an_actor_stands_in_each_of_its_countries_and_years_with_how_many_they_are(
    samples, read
):
    rows = read("ucdp_one_sided_actors", samples / "ucdp_one_sided_actors.csv").to_pylist()
    of_sudan = [r for r in rows if r["country"] == "SDN"]
    assert [(r["year"], r["actor"], r["sort"], r["countries"]) for r in of_sudan] == [
        (1989, "Government of Sudan", "government", 3),
        (2023, "RSF", "group", 1),
        (2024, "RSF", "group", 1),
        (2025, "Government of Sudan", "government", 3),
        (2025, "RSF", "group", 1),
    ]
    assert {r["country"] for r in rows if r["actor_id"] == "ucdp:112"} == {
        "SDN",
        "SSD",
        "TCD",
    }


def test_the_release_is_known_when_that_of_its_last_year_is(shared):
    [found] = ucdp_one_sided_actors.SOURCE.find(shared)
    assert (found.release, found.known_at, found.basis) == (
        "26.1",
        date(2026, 6, 8),
        "published",
    )
    assert (found.first, found.last) == (date(1989, 1, 1), date(2025, 12, 31))


def test_every_real_actor_country_and_year_arrives(shared, read_all):
    file = shared / "ucdp" / "onesided_actors_1989_2025.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        raw = list(csv.DictReader(lines))
    rows = read_all("ucdp_one_sided_actors")["26.1"].to_pylist()
    pairs = sum(
        len(r["countries_gw"].split("|")) * len(r["active_years"].split("|")) for r in raw
    )
    assert len(rows) == pairs == 3_643
    assert {r["actor_id"] for r in rows} == {f"ucdp:{r['actor_id']}" for r in raw}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,A,True,Africa,625,2031", "line 2: 2031 is outside"),
        ("1,A,True,Africa,9999,2020", "line 2: .*9999"),
        ("1,A,True,Africa,625;626,2020", "line 2: countries_gw should be numbers"),
        ("1,A,perhaps,Africa,625,2020", "line 2: government should be True or False"),
        ("1,,True,Africa,625,2020", "line 2: name is missing"),
        ("1,A,True,Africa,625|625,2020", "repeats"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(row, said, tmp_path, read):
    file = tmp_path / "onesided_actors_1989_2025.csv"
    file.write_text(f"{HEAD}{row}\n", encoding="utf-8")
    with pytest.raises(SourceChanged, match=said):
        read("ucdp_one_sided_actors", file)
