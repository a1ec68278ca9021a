"""Public releases as somebody who downloads, checks and describes data meets them."""

import hashlib
import io
import json

import frictionless
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient
from tests.web.serving import forecast_in

from upstander.core.errors import ConfigError
from upstander.core.settings import Settings
from upstander.core.types import CAVEAT
from upstander.web.app import make
from upstander.web.releases import store
from upstander.web.releases.tables import TABLES

MONTH, ADDRESS = "2026-06", "https://upstander.example.org"


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """An application whose home has a release, and what was known."""
    home = forecast_in(tmp_path_factory.mktemp("releases"))
    app = make(Settings(home=home))
    state = app.state.installation
    known, _ = state.figures(state.edition(state.today))
    assert store.make(known, home, ADDRESS) == MONTH
    return app, home, known


@pytest.fixture
def get(here):
    return TestClient(here[0], base_url="http://127.0.0.1").get


def test_every_file_is_at_both_addresses_and_is_what_the_sums_say(get):
    sums = get(f"/releases/archive/{MONTH}/SHA256SUMS").text
    listed = dict(reversed(line.split("  ")) for line in sums.splitlines())
    tables = {f"{t}.{shape}" for t in TABLES for shape in ("csv", "parquet")}
    assert set(listed) == tables | {"datapackage.json", "croissant.json", "dataset.jsonld"}
    for name, check in listed.items():
        for where in ("latest", f"archive/{MONTH}"):
            answer = get(f"/releases/{where}/{name}")
            assert hashlib.sha256(answer.content).hexdigest() == check
            tag = {"if-none-match": answer.headers["etag"]}
            assert get(f"/releases/{where}/{name}", headers=tag).status_code == 304
            assert ("immutable" in answer.headers["cache-control"]) is (where != "latest")


def test_rows_are_those_of_the_api(get):
    for name, path in (("countries", "countries"), ("forecasts", "forecasts"), ("treaties", "treaties"), ("violence_years", "violence/years"), ("forecast_months", "forecasts/months")):  # fmt: skip
        answer = get(f"/releases/latest/{name}.parquet")
        table = pq.read_table(io.BytesIO(answer.content))
        assert table.schema.metadata[b"caveat"].decode() == CAVEAT
        asked = get(f"/v1/{path}?format=parquet")
        assert table.equals(pq.read_table(io.BytesIO(asked.content)))
    months = pq.read_table(
        io.BytesIO(get("/releases/latest/violence_months.parquet").content)
    )
    asked = get("/v1/violence/months?place=SDN&format=parquet")
    sudan = [r for r in months.to_pylist() if r["place"] == "SDN"]
    assert sudan == pq.read_table(io.BytesIO(asked.content)).to_pylist()


def test_the_data_package_holds_by_its_standard_and_its_tables_by_their_schemas(here):
    _, home, _ = here
    folder = home / store.FOLDER / MONTH
    told = json.loads((folder / "datapackage.json").read_text())
    assert not list(frictionless.Package.metadata_validate(told))
    assert told["as_of"] == "2026-06-24"
    assert any("UCDP" in s["citation"] or "UCDP" in s["title"] for s in told["sources"])
    small = [
        r for r in told["resources"] if r["path"] in ("countries.csv", "forecasts.csv")
    ]
    for resource in small:
        assert all(f["description"] for f in resource["schema"]["fields"])
        report = frictionless.Resource(
            {k: v for k, v in resource.items() if k in ("path", "schema", "encoding", "format", "name")},
            basepath=str(folder),
        ).validate()  # fmt: skip
        assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


def test_croissant_names_every_file_and_column_with_its_source(get):
    told = get("/releases/latest/croissant.json").json()
    kinds = {"application/x-parquet", "text/csv"}
    assert {o["encodingFormat"] for o in told["distribution"]} == kinds
    assert "http://mlcommons.org/croissant/1.1" in told["conformsTo"]
    objects = {o["@id"]: o for o in told["distribution"]}
    assert all(
        o["contentUrl"] == f"{ADDRESS}/releases/archive/{MONTH}/{i}"
        for i, o in objects.items()
    )
    sets = {s["@id"]: s for s in told["recordSet"]}
    assert set(sets) == set(TABLES)
    for name, records in sets.items():
        held = pq.read_schema(io.BytesIO(get(f"/releases/latest/{name}.parquet").content))
        assert [f["name"] for f in records["field"]] == held.names
        for field in records["field"]:
            assert field["source"]["fileObject"]["@id"] in objects
            assert field["dataType"].startswith("sc:")
    assert CAVEAT in told["rai:dataLimitations"]
    for name in (
        "name",
        "description",
        "license",
        "url",
        "datePublished",
        "version",
        "citeAs",
    ):
        assert told[name]


def test_schema_org_names_every_download(get):
    answer = get("/releases/latest/dataset.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    told = answer.json()
    assert (told["@context"], told["@type"]) == ("https://schema.org/", "Dataset")
    assert len(told["distribution"]) == 2 * len(TABLES)
    assert 50 <= len(told["description"]) <= 5000


def test_a_month_is_written_once(here, monkeypatch, tmp_path):
    _, _, known = here
    few = {name: TABLES[name] for name in ("countries", "forecasts")}
    monkeypatch.setattr(store, "TABLES", few)
    assert store.make(known, tmp_path, ADDRESS) == MONTH
    sums = tmp_path / "releases" / MONTH / "SHA256SUMS"
    before = sums.read_bytes()
    assert store.make(known, tmp_path, ADDRESS) == MONTH  # the same again is nothing new
    with pytest.raises(ConfigError, match="never written over"):
        store.make(known, tmp_path, "https://another.example")
    assert sums.read_bytes() == before
    assert [f.name for f in (tmp_path / "releases").iterdir()] == [MONTH]


def test_without_a_forecast_there_is_no_release(here, tmp_path):
    app, *_ = here
    state = app.state.installation
    early, _ = state.figures(state.edition(state.day("2026-06-20")))
    with pytest.raises(ConfigError, match="no forecast was issued"):
        store.make(early, tmp_path)
    assert store.months(tmp_path) == ()


@pytest.mark.parametrize(
    "path",
    [
        "archive/2026-05/datapackage.json",
        "archive/2026-06/nothing.csv",
        "archive/..%2F..%2Fkeys/signing.key",
        "archive/2026-06/..%2F..%2Fledger.jsonl",
        "archive/2026-06/%2e%2e",
        "archive/.2026-06.part/datapackage.json",
        "latest/..%2F2026-06%2Fdatapackage.json",
    ],
)
def test_nothing_else_of_the_home_is_in_reach(get, path):
    assert get(f"/releases/{path}").status_code == 404


def test_the_page_lists_what_there_is(get, tmp_path):
    page = get("/releases")
    assert f"/releases/archive/{MONTH}/countries.csv" in page.text
    assert "application/ld+json" in page.text
    empty = TestClient(make(Settings(home=tmp_path)), base_url="http://127.0.0.1")
    assert "There is none yet" in empty.get("/releases").text
    assert empty.get("/releases/latest/datapackage.json").status_code == 404


def test_the_command_writes_what_the_page_serves(upstander, tmp_path):
    home = forecast_in(tmp_path / "home")
    answer = upstander(
        "release", "make", "--home", home, "--as-of", "2026-06-24", "--format", "json"
    )
    assert answer.returncode == 0, answer.stderr
    assert store.months(home) == (MONTH,)
