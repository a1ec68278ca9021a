"""The download of UNHCR's Refugee Data Finder, in its own words; no zero that it did not print."""

from __future__ import annotations

import pytest

from upstander.core.errors import SourceChanged
from upstander.core.plugins import load
from upstander.core.types import Source

UNHCR_HEAD = (
    "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    "Refugees under UNHCR's mandate,Asylum-seekers,Returned refugees,IDPs of concern to UNHCR,Stateless persons\n"
)


def test_unhcrs_download_is_read_in_its_own_words(places, tmp_path):
    source = load("upstander.sources", "unhcr", Source)
    file = tmp_path / "population.csv"
    file.write_text(
        UNHCR_HEAD
        + "2024,Sudan,SDN,Chad,TCD,700000,20,-,0,0\n2024,Sudan,SDN,Sudan,SDN,0,0,-,9000000,0\n"
        "2024,Mali,MLI,Chad,TCD,5,-,0,0,0\n"
    )
    [snapshot] = source.find(file)
    assert (snapshot.known_at, snapshot.places) == (None, ("MLI", "SDN"))
    rows = {
        (r["country"], r["indicator"]): r["value"]
        for r in source.parse(snapshot, places).to_pylist()
    }
    assert rows["SDN", "unhcr_idps"] == 9_000_000
    assert rows["TCD", "unhcr_refugees_asylum"] == 700_005
    assert (
        "MLI",
        "unhcr_idps",
    ) not in rows  # a 0 in a line of people who fled is no figure
    assert ("MLI", "unhcr_asylum_seekers_origin") not in rows  # and a dash is none


def test_a_download_without_countries_says_how_to_get_one(tmp_path):
    file = tmp_path / "population.csv"
    file.write_text(UNHCR_HEAD + "2024,-,-,-,-,20000000,4,3,4,2\n")
    with pytest.raises(SourceChanged, match="countries of origin and of asylum"):
        list(load("upstander.sources", "unhcr", Source).find(file))
