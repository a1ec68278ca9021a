"""“Were we right?” as a reader and a program meet it."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html
from tests.forecast.scoreboard.test_board import board

from upstander.core.settings import Settings
from upstander.core.types import CAVEAT
from upstander.forecast import qualification
from upstander.forecast.scoreboard import assemble
from upstander.forecast.scoreboard.board import from_json
from upstander.report import track_record
from upstander.web.app import make


def test_a_fresh_install_shows_the_packaged_scores_and_says_so(get):
    page = html.fromstring(get("/track-record").text)
    said = " ".join(page.text_content().split())
    assert "Were we right?" in said
    assert "Scores that came with the package" in said
    assert "Real origins: models and baselines" in said
    assert CAVEAT in said
    assert get("/track-record.json").json()["own"] is False


def test_one_screen_answers_the_question_and_the_rest_is_behind_it(get):
    page = html.fromstring(get("/track-record").text)
    (answer,) = page.xpath("//main//table[not(ancestor::details)]")
    rows = answer.xpath(".//tbody/tr")
    assert 1 <= len(rows) <= 12
    assert {row.xpath("string(td[1])") for row in rows} <= {
        "yes",
        "yes, from an earlier year",
        "no",
        "ahead, not clearly",
    }
    said = " ".join(page.xpath("//main//p[not(ancestor::details)]//text()"))
    assert "No forecast issued on this installation has been judged yet" in said
    assert qualification.RULE in " ".join(said.split())
    assert all(
        d.xpath("./summary") and len(" ".join(d.text_content().split())) > 60
        for d in page.xpath("//main//details")
    )
    assert not page.xpath("//main//tbody[not(tr)]")


def test_no_piece_of_a_table_is_too_wide_and_none_is_lost(get):
    shipped = from_json(assemble.packaged().read_text("utf-8"), "the package")
    for table in shipped.tables:
        found = track_record.pieces(table)
        assert list(dict.fromkeys(c.key for piece in found for c in piece)) == [
            c.key for c in table.columns
        ]
        assert all(len(piece) <= 9 for piece in found)


def test_each_picture_has_words_and_a_table_with_its_numbers(get):
    page = html.fromstring(get("/track-record").text)
    figures = page.xpath("//figure")
    assert figures
    for figure in figures:
        (picture,) = figure.xpath(".//*[local-name()='svg' and @role='img']")
        assert "The table below has every number" in picture.get("aria-label")
        assert not figure.xpath(".//*[@style]"), "the policy lets no style through"
        unfolded = figure.getnext()
        assert unfolded.tag == "details"
        assert unfolded.xpath(".//tbody/tr")


def test_every_table_says_how_it_looks_back_and_no_table_mixes(get):
    page = html.fromstring(get("/track-record").text)
    names = [t.text for t in page.xpath("//section//caption | //caption[@class='heard']")]
    assert names
    kinds = ("Hindcast: ", "Real origins: ", "Ledger: ", "Published: ", "Today's outlook: ")
    assert all(n.startswith(kinds) for n in names)


@pytest.mark.requirement("R04")
def test_the_page_prints_neither_nothing_nor_certainty(get):
    said = html.fromstring(get("/track-record").text).text_content().replace("\u00a0", " ")
    said = re.sub(r"\d+%", "", said)  # axis labels of the pictures
    assert not re.search(r"(?<![\d.,])0(\.0)? %|(?<![\d.,])100(\.0)? %", said)


def test_a_scoreboard_of_a_later_day_is_not_shown(get):
    page = html.fromstring(get("/track-record?as_of=2024-03-01").text)
    assert "after this day" in page.text_content()
    assert not page.xpath("//caption[@class='heard']")
    twin = get("/track-record.json?as_of=2024-03-01").json()
    assert "tables" not in twin


def test_an_installations_own_scores_come_first_and_change_the_pages_tag(tmp_path: Path):
    site = TestClient(make(Settings(home=tmp_path)), base_url="http://127.0.0.1")
    before = site.get("/track-record")
    assert (
        site.get(
            "/track-record", headers={"if-none-match": before.headers["etag"]}
        ).status_code
        == 304
    )
    assemble.keep(board(), tmp_path)
    after = site.get("/track-record", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert "Scored on this installation" in after.text
    twin = site.get("/track-record.json").json()
    assert twin["own"] is True
    assert json.dumps(twin["tables"]) == json.dumps(
        json.loads(assemble.file_in(tmp_path).read_text())["tables"]
    )


def test_a_country_page_says_what_may_not_raise_an_alert(get):
    page = html.fromstring(get("/countries/SDN").text)
    said = " ".join(page.text_content().split())
    assert "May these probabilities raise an alert?" in said
    assert "not qualified for alerts" in said or "Qualified for alerts" in said
