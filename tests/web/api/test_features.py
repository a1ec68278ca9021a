"""OGC API Features as a map program walks it: from the door, by links, to features of a part of the world."""

import jsonschema
import pytest

from upstander.web.api import features
from upstander.web.api.parameters import Wrong

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
LINK = {
    "type": "object",
    "required": ["rel", "href", "type"],
    "properties": {"href": {"type": "string", "pattern": "^http://"}},
}


def link(document, rel):
    for one in document["links"]:
        jsonschema.validate(one, LINK)
    (found,) = [x["href"] for x in document["links"] if x["rel"] == rel]
    return found


@pytest.fixture(scope="module")
def door(get):
    return get("/v1/ogc").json()


def test_from_the_door_everything_is_found_by_links(get, door):
    assert CORE in get(link(door, "conformance")).json()["conformsTo"]
    assert get(link(door, "service-desc")).json()["openapi"].startswith("3.1")
    found = get(link(door, "data")).json()["collections"]
    assert {"countries", "civilians_100", "one_sided_100"} <= {c["id"] for c in found}
    for collection in found:
        assert get(link(collection, "self")).json() == collection
        features = get(link(collection, "items"))
        assert features.headers["content-type"] == "application/geo+json"
        first = features.json()["features"][0]
        assert first["id"] == first["properties"]["place"]
        assert collection["crs"] == ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]


def test_pages_hold_every_feature_once(get):
    path, seen, matched = "/v1/ogc/collections/countries/items?limit=40", [], set()
    while path:
        page = get(path).json()
        seen += [f["id"] for f in page["features"]]
        assert page["numberReturned"] == len(page["features"]) <= 40
        matched.add(page["numberMatched"])
        path = next((x["href"] for x in page["links"] if x["rel"] == "next"), None)
    assert len(seen) == len(set(seen))
    assert matched == {len(seen)}


def test_a_feature_has_the_figures_of_the_row(get):
    one = get("/v1/ogc/collections/countries/items/SDN").json()
    assert one["properties"] == get("/v1/countries/SDN").json()["data"]
    assert one["geometry"]["type"] == "MultiPolygon"
    assert get(link(one, "collection")).json()["id"] == "countries"
    of = get("/v1/ogc/collections/civilians_100/items/SDN").json()["properties"]
    assert [of] == get("/v1/forecasts?place=SDN&target=civilians_100").json()["data"]


@pytest.mark.parametrize(
    ("bbox", "inside", "outside"),
    [
        ("20,5,40,25", "SDN", "ISL"),
        ("-30,60,-10,70", "ISL", "SDN"),
        ("170,-50,-170,-10", "NZL", "SDN"),  # over the date line
        ("20,5,0,40,25,9000", "SDN", "ISL"),
        ("179,-9,179.9,-7", "TUV", "FRA"),
    ],
)
def test_a_box_finds_what_touches_it(get, bbox, inside, outside):
    path = f"/v1/ogc/collections/countries/items?limit=1000&bbox={bbox}"
    found = {f["id"] for f in get(path).json()["features"]}
    assert inside in found
    assert outside not in found


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/ogc/collections/nowhere", 404),
        ("/v1/ogc/collections/nowhere/items", 404),
        ("/v1/ogc/collections/countries/items/XXX", 404),
        ("/v1/ogc/collections/countries/items?bbox=1,2,3", 400),
        ("/v1/ogc/collections/countries/items?bbox=1,9,3,4", 400),
        ("/v1/ogc/collections/countries/items?bbox=nan,0,1,1", 400),
        ("/v1/ogc/collections/countries/items?bbox=1e999,0,1,1", 400),
        ("/v1/ogc/collections/countries/items?datetime=yesterday", 400),
        ("/v1/ogc/collections/countries/items?crs=x", 400),
    ],
)
def test_what_is_not_there_or_wrong_is_a_problem(get, path, status):
    answer = get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_moments_are_those_of_rfc_3339():
    for good in ("2026-06-24", "2026-06-24T00:00:00Z", "../2026-01-01", "2026-01-01/..", "/2026-01-01", "2026-01-01/2026-02-01T00:00:00+02:00"):  # fmt: skip
        assert features.moment(good) == good
    for bad in ("", "..", "../..", "2026", "2026-01-01T00:00Z"):
        with pytest.raises(Wrong):
            features.moment(bad)


def test_whole_addresses_are_those_of_whoever_asks(get, site):
    port = site.rsplit(":", 1)[1]
    other = get("/v1/ogc", headers={"host": f"localhost:{port}"}).json()
    assert link(other, "data").startswith(f"http://localhost:{port}/")
    assert link(get("/v1/ogc").json(), "data").startswith(f"{site}/")
    assert get("/v1/ogc", headers={"host": "evil.example"}).status_code == 400
