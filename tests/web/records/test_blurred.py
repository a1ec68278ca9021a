"""Every door shows people outside what people report no finer than it may be known outside."""

import hashlib
import re

import pytest
import sqlalchemy as sa
from tests.web.people import office

from upstander.core.rights import Role
from upstander.records import chain
from upstander.records.disclosure_control import FEWER
from upstander.records.schema import entry

ITEM = {
    "title": "They are all vermin",
    "passage": "They are all vermin",
    "hate": True,
    "neutral": "Likens a group to animals.",
    "status": "library",
    "latitude": 13.6279,
    "longitude": 25.3494,
    "precision": "exact",
    "place_name": "Tawila",
    "affected": 3,
    "notes": "the teacher says so",
}
SECRET = (
    "vermin",
    "13.6279",
    "25.3494",
    "Tawila",
    "teacher",
    "head-justice",
    "Head-Justice",
    "because of the market",
)
WIDE = {"marking": "CLEAR", "usage": "public"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(tmp_path_factory.mktemp("blurred"))
    for title in (ITEM["title"], "They are all vermin, again"):
        head, fields = made.of(Role.HEAD), {**ITEM, "title": title}
        answer = head.write(
            "/records/evidence",
            fields=fields,
            why="because of the market",
            place="SDN",
            **WIDE,
        )
        assert answer.status_code == 201, answer.text
        made.item = answer.json()["to"]
    fields |= {"affected": 2, "place_name": "Kabkabiya", "admin2": "El Fasher"}
    head.write(
        made.item, fields=fields, why="because of the market", expected=1, place="SDN"
    )
    return made


@pytest.mark.parametrize("shape", ["", ".json"])
@pytest.mark.parametrize(
    "path",
    [
        "one",
        "one/history",
        "one?version=1",
        "/records/evidence",
        "/records/evidence/export",
        "/search?q=animals",
    ],
)
def test_no_door_shows_a_visitor_an_exact_place_a_small_count_or_hateful_text(
    home, path, shape
):
    path, _, query = path.replace("one", home.item).partition("?")
    if path.endswith("/export") and not shape:
        shape = ".csv"
    answer = home.client().get(f"{path}{shape}?{query}")
    assert answer.status_code == 200
    for secret in (*SECRET, "Kabkabiya"):
        assert secret not in answer.text, secret
    assert "Likens a group to animals." in answer.text
    if not path.endswith(("/evidence", "/search", "/history")):
        assert FEWER in answer.text
        assert "13.5" in answer.text


HEX = re.compile(r"[0-9a-f]{16,}")


def test_no_digest_that_is_shown_can_be_tried_out(home):
    """Not even by who guesses every value of the record and of all around it: what is shown is under secrets."""
    id = home.item.rsplit("/", 1)[-1]
    with home.state.records.database.reading() as connection:
        rows = connection.execute(sa.select(entry).where(entry.c.id == id)).mappings().all()
    guessed = {
        h
        for row in rows
        for h in (
            row["hash"],
            row["before"],
            row["salt"],
            chain.digest({**row, "salt": ""}),
        )
    }
    guessed |= {
        hashlib.sha256(row[name].encode()).hexdigest()
        for row in rows
        for name in ("body", "stamp", "id")
    }
    guessed |= {hashlib.sha256(f"entry {row['hash']}".encode()).hexdigest() for row in rows}
    shown = set[str]()
    for path in (
        home.item,
        f"{home.item}/history",
        f"{home.item}?version=1",
        "/records/evidence",
        "/records/evidence/export",
    ):
        for shape in (".csv", ".json") if path.endswith("export") else ("", ".json"):
            for person in (home.client(), home.of(Role.HEAD, "nhri")):
                start, _, query = path.partition("?")
                shown |= set(HEX.findall(person.get(f"{start}{shape}?{query}").text))
    assert len({x for x in shown if len(x) == 64}) >= 2, "the fingerprints of both versions"
    assert not [
        (one, other) for one in shown for other in guessed if other.startswith(one[:16])
    ]


def test_a_visitor_does_not_learn_by_searching_what_is_held_back(home):
    client = home.client()
    for word in ("vermin", "Tawila", "Kabkabiya", "teacher"):
        for path in (f"/search.json?q={word}", f"/records/evidence.json?text={word}"):
            assert client.get(path).json()["count"] == 0, path
        assert (
            client.get(f"/records/evidence/export.json?text={word}").json()["records"] == []
        )
    assert client.get("/search.json?q=animals").json()["count"] == 2
    assert home.of(Role.ANALYST).get("/search.json?q=tawila").json()["count"] == 1


def test_people_of_its_space_see_it_as_it_is_and_only_they_edit_it(home):
    fields = {
        f["name"]: f["value"]
        for f in home.of(Role.ANALYST).get(f"{home.item}.json").json()["fields"]
    }
    assert (fields["affected"], fields["latitude"], fields["place_name"]) == (
        2,
        13.6279,
        "Kabkabiya",
    )
    for person in (
        home.of(Role.READER),
        home.of(Role.CONTRIBUTOR),
        home.of(Role.HEAD, "nhri"),
    ):
        seen = {
            f["name"]: f["value"] for f in person.get(f"{home.item}.json").json()["fields"]
        }
        assert (seen["affected"], seen["latitude"]) == (FEWER, 13.5)
    contributor = home.of(Role.CONTRIBUTOR)
    assert contributor.get(f"{home.item}/edit").status_code == 403
    assert contributor.write(home.item, fields=ITEM, why="w", expected=2).status_code == 403
    assert f'href="{home.item}/edit"' not in contributor.get(home.item).text
    assert f'href="{home.item}/edit"' in home.of(Role.ANALYST).get(home.item).text
