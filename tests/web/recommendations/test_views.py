"""UN recommendations over the real application: brought in, searched, followed up by both sides, taken away."""

import csv
import io
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from lxml import html
from tests.respond import recommendation_files as files
from tests.respond.test_recommendation_formats import ROW, matrix
from tests.web.people import ORIGIN, office

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role

TEXTS = (
    "Ratify the Convention against Torture",
    "Consider ratifying the Covenant",
    "Abolish the death penalty",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An office whose analyst has brought in three recommendations to Slovenia and one to Iraq."""
    made = office(tmp_path_factory.mktemp("recommendations"))
    folder = tmp_path_factory.mktemp("files")
    rows = [
        files.recommended(
            "Slovenia", t, "Spain", "Noted" if t.startswith("Ab") else "Accepted"
        )
        for t in TEXTS
    ]
    file = files.uprinfo(
        folder / "upr.csv", *rows, files.recommended("Iraq", "Ratify it", "Spain")
    )
    assert upload(made.of(Role.ANALYST), "/recommendations/import", file).status_code == 303
    return made


def upload(client, path, file, **values):
    return client.post(path, data={"csrf": client.csrf, **values}, files={"file": (file.name, file.read_bytes())}, headers={"origin": ORIGIN})  # fmt: skip


def said(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


def rows_of(client, **asked):
    answer = client.get("/recommendations.json", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def key_of(client, words):
    return rows_of(client, q=words, place="SVN")[0]["id"]


def test_recommendations_are_found_by_operators_stems_and_quotes(home):
    client = home.client()
    assert [r["text"] for r in rows_of(client, q="ratify NOT torture", place="SVN")] == [
        TEXTS[1]
    ]
    assert len(rows_of(client, q='"death penalty" OR torture')) == 2
    assert [r["response"] for r in rows_of(client, place="SVN")] == [
        "supported",
        "supported",
        "noted",
    ]
    page = said(client.get("/recommendations", params={"place": "SVN"}))
    assert "3 recommendations" in page
    assert "Noted" in page
    assert "Spain" in page


def test_a_search_that_cannot_be_read_says_why_on_the_page(home):
    page = said(home.client().get("/recommendations", params={"q": "(torture"}))
    assert "a bracket is not closed" in page


def test_filters_narrow_and_a_choice_that_is_none_counts_as_not_asked(home):
    client = home.client()
    assert len(rows_of(client, theme="Justice", place="SVN")) == 3
    assert rows_of(client, theme="No such theme") == []
    assert len(rows_of(client, response="noted", session="13")) == 1
    assert len(rows_of(client, response="perhaps", place="XYZ")) == 4
    assert rows_of(client, page="2") == []
    page = client.get("/recommendations", params={"theme": "Justice", "place": "SVN"})
    assert "Theme: Justice" in said(page)


def test_clusters_show_supported_beside_noted(home):
    answer = (
        home.client()
        .get("/recommendations/clusters.json", params={"place": "SVN", "by": "theme"})
        .json()
    )
    assert {(r["value"], r["count"], r["supported"], r["noted"]) for r in answer["rows"]} == {("Justice", 3, 2, 1), ("Women's rights", 3, 2, 1)}  # fmt: skip
    page = said(home.client().get("/recommendations/clusters", params={"place": "SVN"}))
    assert "Women's rights" in page
    assert "Choose a State" in said(home.client().get("/recommendations/clusters"))


@pytest.mark.requirement("W5")
def test_both_sides_stand_side_by_side_and_what_is_overdue_is_listed(home):
    state, nhri = home.of(Role.ANALYST), home.of(Role.ANALYST, "nhri")
    key = key_of(state, "torture")
    yesterday = (now() - timedelta(days=3)).date().isoformat()
    there = f"/recommendations/{key}"
    assert state.fill(f"{there}/follow-up", lead="Ministry of Justice", due=yesterday, options="accountability", factors=["F1", "F4"]).status_code == 303  # fmt: skip
    follow_up = state.get("/recommendations/follow-up.json", params={"place": "SVN"}).json()
    assert [(r["id"], r["overdue_days"]) for r in follow_up["overdue"]] == [(key, 3)]
    assert state.fill(f"{there}/progress", side="state", status="done", day=yesterday, account="Ratified in May.").status_code == 303  # fmt: skip
    written = nhri.write(
        f"{there}/progress",
        side="nhri",
        status="under_way",
        day=yesterday,
        account="Not in force.",
    )
    assert written.status_code == 201, written.text
    for reader in (state, nhri):
        one = reader.get(f"{there}.json").json()
        assert [(s["side"], s["status"]) for s in one["says"]] == [
            ("state", "done"),
            ("nhri", "under_way"),
        ]
        assert one["disputed"]
        page = said(reader.get(there))
        assert "Ratified in May." in page
        assert "Not in force." in page
        assert "The sides differ" in page
    after = state.get("/recommendations/follow-up.json", params={"place": "SVN"}).json()
    assert after["overdue"] == []
    assert [r["id"] for r in after["disputed"]] == [key]
    assert [(r["side"], r["done"], r["percent"]) for r in after["rates"]] == [("The State", 1, 33.3), ("National human-rights institution", 0, 0)]  # fmt: skip
    assert after["count"] == 3
    assert (
        "Ministry of Justice" in said(state.get("/recommendations/follow-up?place=SVN"))
        or after["rows"][0]["lead"]
    )
    earlier = state.get(
        "/recommendations/follow-up.json", params={"place": "SVN", "as_of": "2020-01-01"}
    ).json()
    assert (earlier["count"], earlier["rates"]) == (0, [])
    assert home.client().get(f"{there}.json").json()["says"] == [], (
        "what is for accounts is not for the world"
    )


def test_a_draft_report_holds_the_states_words_by_theme_and_names_what_is_silent(home):
    state = home.of(Role.ANALYST)
    key = key_of(state, "covenant")
    state.fill(
        f"/recommendations/{key}/progress",
        side="state",
        status="under_way",
        day="2026-05-04",
        account="A bill is before parliament.",
    )
    draft = state.get(
        "/recommendations/draft-report.json", params={"place": "SVN", "session": "13"}
    ).json()
    assert draft["spoken_of"] + draft["silent"] == draft["count"] == 3
    lines = {x["reference"]: x for t in draft["themes"] for x in t["rows"]}
    assert any(x["account"] == "A bill is before parliament." for x in lines.values())
    page = said(state.get("/recommendations/draft-report", params={"place": "SVN"}))
    assert "A bill is before parliament." in page
    assert "Not spoken of yet" in page
    assert TEXTS[2] in page
    assert "Choose a State." in said(state.get("/recommendations/draft-report"))


def test_a_word_without_a_day_or_from_the_future_is_refused(home):
    state = home.of(Role.ANALYST)
    there = f"/recommendations/{key_of(state, 'penalty')}/progress"
    assert state.write(there, side="state", status="done", day="").status_code == 422
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    assert state.write(there, side="state", status="done", day=tomorrow).status_code == 422
    assert (
        state.write(
            "/recommendations/none/progress", side="state", status="done", day="2026-01-01"
        ).status_code
        == 404
    )
    assert (
        home.of(Role.READER)
        .write(there, side="state", status="done", day="2026-01-01")
        .status_code
        == 403
    )
    assert home.client().get("/recommendations/none").status_code == 404


def test_tables_leave_for_spreadsheets_and_for_impact_oss(home):
    state = home.of(Role.ANALYST)
    answer = state.get(
        "/recommendations/export.csv", params={"place": "SVN", "q": "torture"}
    )
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["reference"], row["country"], row["response"], row["recommending"]) == (
        "UPR13-1",
        "SVN",
        "supported",
        "ESP",
    )
    answer = state.get("/recommendations/impact.csv", params={"place": "SVN"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {r["Support level [database:support_level]"] for r in rows} == {"0", "2"}
    assert rows[0]["Reference [database:reference]"] == "UPR13-1"


def test_what_leaves_for_impact_oss_comes_back_with_the_same_references(home, tmp_path):
    state = home.of(Role.ANALYST)
    file = tmp_path / "impact.csv"
    file.write_bytes(
        state.get("/recommendations/impact.csv", params={"place": "IRQ"}).content
    )
    assert upload(state, "/recommendations/import", file, place="IRQ").status_code == 303
    found = rows_of(state, place="IRQ")
    assert {r["reference"] for r in found} == {"UPR13-1"}
    assert {r["id"].split("-")[0] for r in found} == {"uprinfo", "impact"}
    page = said(state.get(found[0]["href"]))
    assert "The same text, by others" in page


def test_a_file_that_cannot_be_read_is_refused_in_words_and_what_was_set_aside_is_shown(
    home, tmp_path
):
    state = home.of(Role.ANALYST)
    notes = tmp_path / "notes.csv"
    notes.write_text("a,b\n1,2\n")
    refused = upload(state, "/recommendations/import", notes)
    assert refused.status_code == 422
    assert "is none of the files we read" in said(refused)
    assert "Choose a file." in said(state.fill("/recommendations/import"))
    upload(
        state,
        "/recommendations/import",
        files.uhri_json(tmp_path / "a.json", files.annotation(1, Text="Annex")),
    )
    [newest, *_] = state.get("/recommendations/import.json").json()["imports"]
    assert (newest["added"], newest["aside"]) == (0, 1)
    assert "a heading of the document" in said(state.get(newest["aside_href"]))
    assert "At most 25 MB here" in said(state.get("/recommendations/import"))
    assert home.of(Role.READER).get("/recommendations/import").status_code == 403
    assert (
        upload(home.of(Role.CONTRIBUTOR), "/recommendations/import", notes).status_code
        == 403
    )


def test_the_states_words_are_written_back_into_the_matrix(home, tmp_path):
    state, file = home.of(Role.ANALYST), matrix(tmp_path / "m.docx", ROW)
    assert state.get("/recommendations/matrix.docx").status_code == 404
    upload(state, "/recommendations/import", file, place="SVN")
    [key] = [r["id"] for r in rows_of(state, q="mechanism", place="SVN")]
    state.fill(
        f"/recommendations/{key}/progress",
        side="state",
        status="done",
        day="2026-05-04",
        account="Ratified.",
    )
    gone = upload(state, "/recommendations/matrix", file, place="SVN")
    assert gone.headers["location"] == "/recommendations/matrix.docx"
    made = docx.Document(BytesIO(state.get("/recommendations/matrix.docx").content))
    assert made.tables[0].rows[2].cells[3].text == "Implemented (2026-05-04)\nRatified."


def test_the_command_brings_in_and_searches(upstander, tmp_path):
    file = files.uprinfo(
        tmp_path / "upr.csv", *(files.recommended("Slovenia", t, "Spain") for t in TEXTS)
    )
    done = upstander(
        "recommendations", "import", file, "--home", tmp_path, "--format", "json"
    )
    assert '"added": 3' in done.stdout, done.stderr
    found = upstander(
        "recommendations",
        "search",
        "ratify NOT torture",
        "--place",
        "Slovenia",
        "--home",
        tmp_path,
        "--format",
        "json",
    )
    assert '"found": 1' in found.stdout, found.stderr
    assert TEXTS[1] in found.stdout
