"""Ratings taken away as CSV or a workbook and brought back: what was edited changes, and nothing else."""

import csv
import io
import re
import shutil

import pytest
from openpyxl import load_workbook
from tests.web.people import ORIGIN
from tests.web.plans.test_plans import in_libreoffice, said_of
from tests.web.reviewing import Desk, offices

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role

OFFICE = shutil.which("soffice")


@pytest.fixture
def desk(tmp_path):
    made = Desk(offices(tmp_path))
    made.step(made.analyst, "open")
    made.rate(made.analyst, ["4.1", "13.10", "13.1"], 1)
    return made


def away(desk, shape="csv", client=None):
    answer = (client or desk.analyst).get(f"{desk.href}/ratings.{shape}")
    assert answer.status_code == 200
    return answer.content


def lines_of(content):
    text = content.decode("utf-8-sig")
    rows = [r for r in text.splitlines(keepends=True) if not r.startswith("#")]
    return list(csv.DictReader(io.StringIO("".join(rows))))


def edited(content, **by_code):
    """The file with cells of some rows typed over."""
    rows = lines_of(content)
    for row in rows:
        row |= by_code.get("c" + row["code"].replace(".", "_"), {})
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def back(desk, content, name="ratings.csv", do="keep", client=None):
    who = client or desk.analyst
    return who.post(
        f"{desk.href}/ratings",
        data={"csrf": who.csrf, "do": do},
        files={"file": (name, content)},
        headers={"origin": ORIGIN},
    )


def kept(desk):
    found = desk.home.state.records.find(
        by=desk.home.account(Role.ANALYST), as_of=now(), kinds=["rating"]
    )
    return {r.body["code"]: r for r in found if r.stamp.space == "justice"}


@pytest.mark.requirement("W2")
def test_what_was_edited_changes_and_nothing_else(desk):
    content = away(desk)
    assert len(lines_of(content)) == 141
    assert said_of(back(desk, content)) == "0 changed, 0 new, 141 as they stood, 0 refused"
    mine = edited(
        content,
        c4_1={"level": "2", "note": "=SUM(A1:A9) is no formula"},
        c4_2={"level": "0", "trend": "steady"},
    )
    before = kept(desk)
    assert said_of(back(desk, mine, do="look")).startswith("1 changed, 1 new, 139")
    assert kept(desk) == before, "a look keeps nothing"
    assert said_of(back(desk, mine)) == "1 changed, 1 new, 139 as they stood, 0 refused"
    after = kept(desk)
    assert (after["4.1"].version, after["4.1"].body["level"]) == (2, "2")
    assert after["4.1"].body["note"] == "=SUM(A1:A9) is no formula"
    assert after["4.2"].body["trend"] == "steady"
    assert after["13.1"] == before["13.1"]
    assert after["13.10"] == before["13.10"]
    line = next(r for r in lines_of(away(desk)) if r["code"] == "4.1")
    assert line["note"].startswith("'="), "no spreadsheet program runs it"
    assert said_of(back(desk, away(desk))).startswith("0 changed, 0 new")


def test_a_row_that_cannot_be_kept_is_refused_by_itself_with_the_reason(desk):
    content = away(desk)
    desk.rate(desk.analyst, ["13.1"], 3)
    desk.rate(desk.analyst, ["4.4"], 2)
    mine = edited(
        content,
        c4_1={"level": "7"},
        c4_2={"level": "4"},
        c4_3={"id": "0" * 26, "level": "1"},
        c4_4={"level": "1"},
        c4_5={"level": "1", "supports": "1" * 26},
        c4_6={"code": "4.7", "level": "1"},
        c13_1={"level": "2"},
        c13_2={"level": "1"},
    )
    answer = back(desk, mine)
    assert said_of(answer) == "0 changed, 1 new, 133 as they stood, 7 refused"
    told = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert "you edited version 1, it stands at version 2" in told
    assert "you edited version 0, it stands at version 1" in told
    assert "a strong sign says what it rests on" in told
    assert "the id is not that of your rating" in told
    assert "Evidence for" in told
    assert kept(desk)["13.1"].body["level"] == "3"
    assert kept(desk)["13.2"].body["level"] == "1"


def test_a_code_that_a_spreadsheet_program_took_for_a_number_still_names_its_indicator(
    desk,
):
    mine = edited(
        away(desk), c13_10={"code": "13.1", "level": "2"}, c4_5={"code": "2026-05-04"}
    )
    assert said_of(back(desk, mine)).startswith("1 changed, 0 new")
    assert kept(desk)["13.10"].body["level"] == "2"
    assert kept(desk)["13.1"].body["level"] == "1"


def test_a_workbook_comes_back_with_its_one_change(desk):
    book = load_workbook(io.BytesIO(away(desk, "xlsx")))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    row = next(
        r for r in sheet.iter_rows(min_row=2) if r[head.index("code")].value == "4.1"
    )
    row[head.index("trend")].value = "rising"
    out = io.BytesIO()
    book.save(out)
    assert said_of(back(desk, out.getvalue(), "ratings.xlsx")).startswith(
        "1 changed, 0 new"
    )
    assert kept(desk)["4.1"].body["trend"] == "rising"


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="needs LibreOffice (soffice)")
@pytest.mark.parametrize("shape", ["xlsx", "csv"])
def test_what_libreoffice_opened_and_saved_holds_no_change(desk, tmp_path, shape):
    saved = in_libreoffice(tmp_path, away(desk, shape), shape)
    told = said_of(back(desk, saved, f"ratings.{shape}", do="look"))
    assert told == "0 changed, 0 new, 141 as they stood, 0 refused"


def test_what_is_no_table_is_refused_and_who_may_not_rate_brings_nothing_back(desk):
    assert back(desk, b"%PDF-1.7 no table", "ratings.csv").status_code == 422
    assert back(desk, away(desk), client=desk.home.of(Role.READER)).status_code == 403
    assert desk.home.client().get(f"{desk.href}/ratings.csv").status_code == 303


def test_a_file_holds_ones_own_ratings_and_no_other_agencys(desk):
    desk.commission.write(
        f"{desk.href}/rate/4.1",
        fields={"level": "2", "note": "theirs"},
        why="x",
        expected=0,
    )
    assert b"theirs" not in away(desk)
    assert b"theirs" in away(desk, client=desk.commission)
    stolen = away(desk, client=desk.commission)
    assert said_of(back(desk, stolen)).endswith("141 refused"), (
        "another space's ids open nothing"
    )
