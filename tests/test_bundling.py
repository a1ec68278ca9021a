"""The bundle is what its command makes of the publishers' files, says where each row is from, and stays within its bounds."""

import json
from datetime import date

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from upstander import bundling
from upstander.core.errors import ConfigError
from upstander.core.places import BUNDLE, bundle_date
from upstander.core.tables import VIOLENCE_MONTH
from upstander.lake import Lake


def quiet(stage, done, total):
    """No progress shown."""


@pytest.fixture(scope="module")
def package():
    return json.loads((BUNDLE / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_building_gives_the_bytes_of_the_bundle_that_is_shipped(shared, tmp_path):
    bundling.build(shared, tmp_path / "bundle", quiet)
    made = {f.name: f.read_bytes() for f in (tmp_path / "bundle").iterdir()}
    shipped = {f.name: f.read_bytes() for f in BUNDLE.iterdir() if f.is_file()}
    assert made.keys() == shipped.keys()
    assert [name for name in made if made[name] != shipped[name]] == []


def test_a_folder_without_the_files_is_said_and_leaves_the_old_bundle(tmp_path):
    out = tmp_path / "bundle"
    out.mkdir()
    (out / "kept.parquet").write_bytes(b"old")
    with pytest.raises(ConfigError, match="nowhere"):
        bundling.build(tmp_path / "nowhere", out, quiet)
    assert (out / "kept.parquet").read_bytes() == b"old"


def test_the_data_package_is_valid_and_names_source_licence_and_input(package):
    import frictionless

    descriptor = {
        **package,
        "resources": [
            {k: v for k, v in r.items() if k != "schema"} for r in package["resources"]
        ],
    }
    assert not list(frictionless.Package.metadata_validate(descriptor))
    for resource in package["resources"]:
        assert (BUNDLE / resource["path"]).stat().st_size == resource["bytes"]
        assert resource["sources"]
        for source in resource["sources"]:
            if "input_sha256" in source:
                assert len(source["input_sha256"]) == 64
                assert source["licence"]
                assert source["citation"]


def test_v_dem_keeps_its_own_licence_in_its_own_file(package):
    by_name = {r["name"]: r for r in package["resources"]}
    assert [x["name"] for x in by_name["indicator_year_vdem"]["licenses"]] == [
        "CC-BY-SA-4.0"
    ]
    others = [
        s
        for name, r in by_name.items()
        if name != "indicator_year_vdem"
        for s in r["sources"]
    ]
    assert not [s for s in others if "SA" in s.get("licence", "")]


def test_every_row_says_since_when_it_is_known_and_on_what_basis():
    for file in BUNDLE.glob("*.parquet"):
        rows = pq.read_table(file)
        if "known_at" in rows.column_names:
            assert not rows["known_at"].null_count
            assert set(rows["known_at_basis"].unique().to_pylist()) <= {
                "published",
                "assumed",
            }
            assert pc.max(rows["known_at"]).as_py() <= bundle_date()


def test_the_bundle_reaches_from_1989_to_may_2026_and_keeps_the_dated_copies(tmp_path):
    lake = Lake(tmp_path)
    lake.adopt(BUNDLE)
    rows = lake.read(VIOLENCE_MONTH, as_of=bundle_date())
    assert pc.min(rows["month"]).as_py() == date(1989, 1, 1)
    assert pc.max(rows["month"]).as_py() == date(2026, 5, 1)
    copies = [
        r
        for r in lake.releases(as_of=date.max, source="pace_country_month")
        if r.basis == "published"
    ]
    assert len(copies) == 25
    assert bundle_date() == date(2026, 6, 24)
