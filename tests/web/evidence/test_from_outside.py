"""What comes in from outside, through the pages: rights, towns, honest marks, many alike; and what goes out."""

import csv
import io
from datetime import timedelta

import pytest
from lxml import html
from tests.web.people import ORIGIN, filled, office, token_in

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.records import forms

SPOT = "Kutum town, house by the mosque"
REPORT = {"consent_use": "true", "consent_share": "false", "consent_identify": "false"}


@pytest.fixture
def home(tmp_path):
    return office(tmp_path, intake="justice")


def look(client, content, **more):
    form = {
        "csrf": client.csrf,
        "do": "look",
        "program": "template",
        "kind": "evidence",
        "place": "SDN",
        **more,
    }
    return client.post(
        "/evidence/import",
        data=form,
        files={"file": ("a.csv", content.encode())},
        headers={"origin": ORIGIN},
    )


def kept(home):
    return home.state.records.find(
        by=home.account(Role.HEAD), as_of=now(), kinds=("evidence",)
    )


@pytest.mark.parametrize(
    "precision", ["exact", "settlement", "district", "province", "country", ""]
)
def test_a_town_brought_in_from_a_file_is_held_back_from_visitors_whatever_its_precision(
    home, precision
):
    analyst, head = home.of(Role.ANALYST), home.of(Role.HEAD)
    text = f'title,passage,day,admin2,place_name,latitude,longitude,precision\nA,b,2026-03-04,Kutum,"{SPOT}",14.2012,24.6633,{precision}\n'
    assert look(analyst, text).status_code == 200
    assert analyst.fill("/evidence/import", do="keep").status_code == 201
    (item,) = kept(home)
    address = f"/records/evidence/{item.id}"
    wide = {"marking": "CLEAR", "usage": "public", "restricted": "no"}
    opened = head.write(
        address, fields={**item.body, "status": "library"}, why="open", expected=1, **wide
    )
    assert opened.status_code == 200, opened.text
    visitor = home.client()
    for path in (
        address,
        f"{address}.json",
        "/evidence.json",
        "/records/evidence/export.csv",
        "/records/evidence/export.json",
    ):
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert not [w for w in ("mosque", "14.2012", "24.6633") if w in answer.text], path
    assert visitor.get("/search.json?q=mosque").json()["count"] == 0
    assert head.get("/search.json?q=mosque").json()["count"] == 1


def test_our_own_export_marked_red_stays_red_in_another_office(home):
    author = home.of(Role.HEAD)
    made = author.write(
        "/records/evidence",
        fields={"title": "Red row", "passage": "b", "status": "inbox"},
        why="w",
        marking="RED",
        usage="early_warning_only",
    )
    assert made.status_code == 201
    exported = author.get("/records/evidence/export.csv").text
    other = home.of(Role.ANALYST, "nhri")
    assert "TLP:RED in the file" in look(other, exported).text
    assert other.fill("/evidence/import", do="keep").status_code == 201
    (copy,) = (r for r in other_records(home) if r.body["title"] == "Red row")
    assert (copy.stamp.marking.value, copy.stamp.usage.value, copy.stamp.restricted) == (
        "RED",
        "early_warning_only",
        True,
    )
    assert not [r for r in other_records(home, Role.HEAD) if r.body["title"] == "Red row"]


def other_records(home, role=Role.ANALYST):
    return home.state.records.find(
        by=home.account(role, "nhri"), as_of=now(), kinds=("evidence",)
    )


@pytest.mark.parametrize(
    "text",
    [
        "\u202bقتل ١٢ شخصا\u202c في السوق",
        "line one\x0bline two \uf0b7 three",
        "\u2067قرية\u2069",
    ],
)
def test_honest_marks_pass_through_both_forms_and_overrides_do_not(home, text):
    me, visitor = home.of(Role.ANALYST), home.client()
    fields = {"title": "A", "status": "inbox", "_why": "seen"}
    assert me.fill("/records/evidence", passage=text, **fields).status_code == 303
    assert (
        me.fill("/records/evidence", passage=f"{text}\u202e", **fields).status_code == 422
    )
    visitor.csrf = token_in(visitor.get("/report"))
    assert visitor.fill("/report", title="A", text=text, **REPORT).status_code == 201
    assert (
        visitor.fill("/report", title="A", text=f"{text}\u202d", **REPORT).status_code
        == 422
    )


def test_days_and_points_that_cannot_be_are_asked_back_in_both_forms(home):
    me, visitor = home.of(Role.ANALYST), home.client()
    tomorrow_but_one = (me_today(home) + timedelta(days=3)).isoformat()
    fields = {"title": "A", "status": "inbox", "passage": "b", "_why": "seen"}
    late = me.fill("/records/evidence", day=tomorrow_but_one, **fields)
    assert (late.status_code, "has not come yet" in late.text) == (422, True)
    nowhere = me.fill("/records/evidence", latitude="0", longitude="0", **fields)
    assert (nowhere.status_code, "without a fix" in nowhere.text) == (422, True)
    visitor.csrf = token_in(visitor.get("/report"))
    asked = visitor.fill("/report", title="A", text="b", day=tomorrow_but_one, **REPORT)
    assert (asked.status_code, "has not come yet" in asked.text) == (422, True)


def me_today(home):
    return max(now().date(), home.state.today)


def test_many_alike_lines_are_one_group_on_the_page(home):
    rows = "".join(
        f'"Survey, household {n}",Lost livestock and shelter,2026-03-02,{n}\n'
        for n in range(600)
    )
    page = html.fromstring(
        look(home.of(Role.ANALYST), f"title,passage,day,affected\n{rows}").text
    )
    assert [
        cell.text_content()
        for cell in page.xpath("//caption[contains(., 'Groups')]/../tbody//td")
    ] == [
        "600",
        "near",
    ]
    assert page.xpath("//caption[contains(., 'May be the same')]") == []


def test_a_passage_says_its_language(home):
    me = home.of(Role.ANALYST)
    made = me.write(
        "/records/evidence",
        fields={"title": "A", "passage": "قرية", "status": "inbox", "language": "ar"},
        why="w",
    )
    page = html.fromstring(me.get(made.json()["to"]).text)
    assert page.xpath("//span[@lang='ar' and @dir='auto']/text()") == ["قرية"]


def test_a_report_in_a_script_without_a_font_is_refused_with_words_and_never_boxes(home):
    me = home.of(Role.ANALYST)
    made = me.write(
        "/records/warning_case",
        fields=filled(forms.form("warning_case"), "ကာကွယ်ရေးရုံး"),
        why="w",
    )
    assert made.status_code == 201, made.text
    answer = me.get(f"/lessons/{made.json()['id']}/report.pdf")
    if answer.status_code == 200:
        assert answer.content.startswith(b"%PDF")
    else:
        assert (answer.status_code, "fonts-noto-core" in answer.text) == (400, True)
    word = me.get(f"/lessons/{made.json()['id']}/report.docx")
    assert word.status_code == 200


def test_an_export_brought_in_again_leaves_no_column_over(home):
    me = home.of(Role.ANALYST)
    me.write(
        "/records/evidence",
        fields={"title": "A", "passage": "b", "status": "inbox"},
        why="w",
    )
    exported = me.get("/records/evidence/export.csv").text.lstrip("\ufeff")
    header = next(
        row
        for row in csv.reader(io.StringIO(exported))
        if row and not row[0].startswith("#")
    )
    assert {"marking", "usage"} <= set(header)
    assert "no field takes them" not in look(me, exported).text
