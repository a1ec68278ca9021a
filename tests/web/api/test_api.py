"""The API as a program, a spreadsheet and somebody who tries it on meet it."""

import csv
import io
import json

import jsonschema
import pyarrow.parquet as pq
import pytest

from upstander.core.types import CAVEAT
from upstander.web.api import openapi
from upstander.web.api.operation import FIGURES

LISTS = [o for o in openapi.operations() if o.about == FIGURES and not (o.is_one or o.body)]
NEEDED = {"violence_months": "place=SDN,SSD"}


def address(operation, **query):
    given = [NEEDED.get(operation.name, ""), *(f"{k}={v}" for k, v in query.items())]
    return f"{operation.path}?{'&'.join(g for g in given if g)}"


def problem(answer, status, *, names=""):
    """The answer is a problem as RFC 9457 has it, in words that hold no code of ours."""
    told = answer.json()
    assert answer.status_code == status == told["status"], answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"] == "about:blank"
    assert told["title"]
    assert told["detail"]
    assert told.get("parameter", "") == names
    return told


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.name)
def test_an_answer_is_what_the_document_says_with_day_issue_and_caveat(get, operation):
    document = get("/v1/openapi.json").json()
    answer = get(address(operation, limit=5))
    assert answer.status_code == 200, answer.text
    told = document["paths"][operation.path]["get"]["responses"]["200"]
    schema = told["content"]["application/json"]["schema"]
    found = answer.json()
    jsonschema.validate(found, {**schema, "components": document["components"]})
    assert 1 <= len(found["data"]) <= 5
    assert found["head"]["caveat"] == CAVEAT
    assert found["head"]["issue_id"]


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.name)
def test_pages_together_are_the_whole_and_no_row_comes_twice(get, operation):
    path, rows, pages = address(operation, place="SDN,SSD", limit=7), [], 0
    if operation.name in NEEDED:
        path = address(operation, limit=700)
    whole = get(path.replace("limit=700", "limit=1000").replace("limit=7", "limit=1000"))
    while path and pages < 60:
        answer = get(path)
        rows += answer.json()["data"]
        path, pages = answer.json()["page"]["next"], pages + 1
        assert (f'<{path}>; rel="next"' == answer.headers.get("link")) is bool(path)
    assert rows == whole.json()["data"]


@pytest.mark.parametrize("operation", LISTS, ids=lambda o: o.name)
def test_a_file_holds_the_same_rows_typed(get, operation):
    rows = get(address(operation, limit=1000)).json()["data"]
    answer = get(address(operation, limit=1000, format="parquet"))
    table = pq.read_table(io.BytesIO(answer.content))
    assert json.loads(json.dumps(table.to_pylist(), default=str)) == rows
    assert table.schema.metadata[b"caveat"].decode() == CAVEAT
    text = get(address(operation, limit=1000, format="csv")).text.lstrip("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [list(line) for line in lines] == [list(row) for row in rows]
    assert [line["place"] for line in lines] == [row["place"] for row in rows]


def test_figures_are_those_of_the_page(get):
    page = {r["place"]: r for r in get("/countries.json").json()["places"]}
    rows = get("/v1/countries?limit=1000").json()["data"]
    assert len(rows) == len(page)
    same = ("probability", "low", "high", "base_rate", "rank_low", "rank_high", "of")
    for row in rows:
        shown = page[row["place"]]
        assert [row[n] for n in same] == [shown[n] for n in same]
        assert row["outlook_band"] == shown["outlook_band"]
        assert row["is_ongoing"] == shown["is_ongoing"]


def test_both_horizons_are_there_each_with_interval_base_rate_and_rank_range(get):
    rows = get("/v1/forecasts?place=SDN,PSE&limit=1000").json()["data"]
    assert {r["horizon"] for r in rows} == {"yearly", "rolling"}
    for row in rows:
        assert row["low"] <= row["probability"] <= row["high"]
        assert row["rank_low"] <= row["rank"] <= row["rank_high"] <= row["of"]
        assert (row["horizon"] == "yearly") is (row["first_month"][5:7] == "01")
    yearly = get("/v1/forecasts?place=SDN,PSE&limit=1000&horizon=yearly").json()["data"]
    assert yearly == [r for r in rows if r["horizon"] == "yearly"]
    assert all(r["basis"] == "booked" for r in rows if r["place"] == "PSE")


def test_what_is_not_known_is_null_and_never_zero(get):
    early = get("/v1/countries?as_of=1990-01-01&limit=1000").json()
    assert {r["probability"] for r in early["data"]} == {None}
    assert early["head"]["issue_id"] is None
    assert get("/v1/violence/months?place=SDN&as_of=1990-01-01").json()["data"] == []
    months = get("/v1/violence/months?place=SDN&from=2025-01&to=2025-03").json()["data"]
    assert [m["month"] for m in months] == ["2025-01-01", "2025-02-01", "2025-03-01"]


def test_a_map_has_every_place_where_it_is_drawn(get):
    found = get("/v1/countries?format=geojson")
    assert found.headers["content-type"] == "application/geo+json"
    shapes = {f["properties"]["place"]: f["geometry"] for f in found.json()["features"]}
    assert shapes["SDN"]["type"] == "MultiPolygon"
    assert shapes["TUV"]["type"] == "Point"
    assert "Natural Earth" in found.json()["boundaries"]
    problem(get("/v1/forecasts?format=geojson"), 400, names="target")


def test_who_holds_an_answer_gets_304_until_something_changes_it(get):
    first = get("/v1/countries")
    tag = first.headers["etag"]
    for held in (tag, f'"other", W/{tag}'):
        again = get("/v1/countries", headers={"if-none-match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert get("/v1/countries?limit=5").headers["etag"] != tag
    assert get("/v1/countries?as_of=2026-06-20").headers["etag"] != tag
    other = get("/v1/countries", headers={"if-none-match": '"other"'})
    assert other.content == first.content


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("plaice=SDN", "plaice"),
        ("place=SDN&place=SSD", "place"),
        ("place=Sudan", "place"),
        ("place=", "place"),
        ("place=" + ",".join(["SDN", "SSD"] + [f"A{c}{d}" for c in "ABCDE" for d in "ABCD"]), "place"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=999999999999999999999999", "limit"),
        ("limit=%D9%A3", "limit"),
        ("format=xml", "format"),
        ("format=CSV", "format"),
        ("as_of=yesterday", "as_of"),
        ("cursor=a.b", "cursor"),
        ("cursor=a%0d%0aset-cookie:x", "cursor"),
        ("cursor=%C3%A9.%C3%A9", "cursor"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_wrong_is_named(get, query, name):
    told = problem(get(f"/v1/countries?{query}"), 400, names=name)
    assert name in told["detail"]


def test_a_cursor_is_of_its_own_question_alone(get):
    following = get("/v1/countries?limit=5").json()["page"]["next"]
    cursor = following.split("cursor=")[1]
    assert get(following).status_code == 200
    for stolen in (
        f"/v1/treaties?as_of=2026-06-24&cursor={cursor}",
        f"/v1/countries?as_of=2026-06-23&cursor={cursor}",
        f"/v1/countries?format=csv&as_of=2026-06-24&cursor={cursor}",
        following[:-1] + ("0" if following[-1] != "0" else "1"),
        following.replace("cursor=", "cursor=A"),
    ):
        problem(get(stolen), 400, names="cursor")


def test_errors_are_problems_for_whatever_address_and_way_of_asking(get, site):
    import httpx2

    problem(get("/v1/nowhere"), 404)
    problem(get("/v1/countries/XXX"), 404)
    problem(get("/v1/countries/sdn"), 400, names="place")
    problem(get("/v1/" + "x" * 300), 414)
    problem(httpx2.post(f"{site}/v1/countries"), 405)
    problem(httpx2.delete(f"{site}/v1/countries"), 405)
    problem(get("/v1/openapi.json?x=1"), 400, names="x")


def test_the_document_describes_every_route_and_nothing_else(get):
    from upstander.web.kernel.routing import routes

    document = get("/v1/openapi.json").json()
    answered = {r.path for r in routes() if r.path.startswith("/v1/")}
    assert set(document["paths"]) == answered - {"/v1/openapi.json"}
    door = get("/v1").json()
    assert {o["path"] for o in (*door["operations"], *door["sent"])} == set(
        document["paths"]
    )
    assert document["openapi"].startswith("3.1")


OF_FIGURES = ("/", "/countries", "/countries/SDN", "/map")
OF_PEOPLE = ("/alerts", "/recommendations", "/treaties", "/plans", "/records/group")


@pytest.mark.parametrize("path", [*OF_FIGURES, *OF_PEOPLE])
def test_a_page_names_the_call_that_gives_programs_the_same(get, path):
    from lxml import html

    (call,) = html.fromstring(get(path).text).xpath("//a[.='API call for this view']/@href")
    assert get(call).status_code == 200
    assert call.endswith("?as_of=2026-06-24") is (path in OF_FIGURES)


def test_the_reference_lists_every_operation_with_its_own_parameters_and_formats():
    from pathlib import Path

    text = (Path(__file__).parents[3] / "docs/reference/api.md").read_text("utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `/v1")]
    listed = {r[1].strip(" `"): (r[3].replace("`", ""), r[4]) for r in rows}
    for operation in openapi.operations():
        own, formats = listed.pop(operation.path)
        named = {p.name for p in operation.own if p.where == "query"}
        assert {n.strip() for n in own.split(",")} - {""} == named
        assert [f.strip() for f in formats.split(",")] == list(operation.formats)
    assert not listed


def test_no_cell_of_a_csv_is_run_by_a_spreadsheet_and_lists_are_joined():
    from dataclasses import dataclass

    from upstander.web.api import formats

    @dataclass(frozen=True)
    class Row:
        text: str
        many: tuple[str, ...]
        number: float | None
        flag: bool

    made = formats.csv(
        Row, [Row("=1+1", ("@a", "b"), -3.5, True), Row("", (), None, False)]
    )
    assert made.decode().splitlines() == [
        '\ufeff"text","many","number","flag"',
        '"\'=1+1","\'@a; b",-3.5,true',
        '"","",,false',
    ]
