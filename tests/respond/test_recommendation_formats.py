"""Files of UN recommendations as offices hold them: read whole, faults named, a second import adds nothing."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from tests.respond import recommendation_files as files

from upstander.core.errors import FileRefused
from upstander.core.places import load
from upstander.core.rights import Actor, Role
from upstander.records import recommendation_reading as reading
from upstander.records.database import open_database
from upstander.records.database_transfer import move
from upstander.records.recommendation_query import parsed
from upstander.records.recommendation_reading import Asked
from upstander.records.store import Records
from upstander.respond import json_stream, matrix_table, recommendations, sheet_stream

NOW = datetime(2026, 11, 27, tzinfo=UTC)
EARLIER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        yield open_database(f"sqlite:///{tmp_path / 'records.db'}")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield open_database(url)


@pytest.fixture
def sqlite(tmp_path):
    return open_database(f"sqlite:///{tmp_path / 'records.db'}")


def bring(database, path: Path, about: str = "", now=NOW):
    return recommendations.bring(database, path, load(), who="x", now=now, about=about)


def found(database, words: str = "", now=NOW, **asked):
    labels = tuple(asked.pop("labels", {}).items())
    return reading.find(database, Asked(now, parsed(words), labels, **asked))


def test_an_annotation_is_known_by_its_id_and_called_by_body_year_and_paragraph(
    database, tmp_path
):
    file = files.uhri_json(
        tmp_path / "export.json", files.annotation(1), files.annotation(2)
    )
    first, again = bring(database, file), bring(database, file)
    assert (first.program, first.counts.added, first.counts.aside) == ("uhri_json", 2, 0)
    assert (again.counts.added, again.counts.again) == (0, 2)
    one, other = found(database).rows
    assert {one.reference, other.reference} == {"CEDAW-2026-49", "CEDAW-2026-49-2"}
    assert one.row.text == "Rural women: The Committee notes with concern land rights"
    assert one.row.having("country") == ("IRQ",)
    assert one.row.having("goal") == ("16",)
    assert one.row.day == date(2026, 2, 25)


def test_a_newer_edition_of_a_row_takes_its_place_and_the_older_one_is_kept_aside(
    database, tmp_path
):
    bring(database, files.uhri_json(tmp_path / "a.json", files.annotation(1)), now=EARLIER)
    newer = files.annotation(1, Text="49.The Committee is alarmed", Themes=["Torture"])
    brought = bring(database, files.uhri_json(tmp_path / "b.json", newer))
    assert (brought.counts.added, brought.counts.changed) == (0, 1)
    assert found(database, "concern").count == 0
    [kept] = found(database, "alarmed", labels={"theme": "Torture"}).rows
    assert kept.row.key == f"uhri-{files.uuid(1)}"
    _, [aside] = reading.aside(database, brought.number, 5)
    assert "land rights" in aside.content
    assert "newer edition" in aside.reason


def test_the_faults_of_the_index_are_mended_or_named(sqlite, tmp_path):
    written = "Committee on the Rights of the Child"
    rows = [
        files.annotation(1, Countries=[], Symbol="CRC/C/TUR/CO/3", Body=written),
        files.annotation(2, Countries=[], Symbol="CAT/C/CR/33/2", Body="CAT"),
        files.annotation(3, Countries=["CO", "ES", "Colombia"]),
        *(files.annotation(10 + n, Countries=[name]) for n, name in enumerate(("Türkiye", "Turkiye", "Turkey"))),
        files.annotation(4, Body="IE  Albinism", Symbol="A/HRC/40/62", PublicationDate=None),
        files.annotation(5, Text="r) ratify OP-CAT"),
        *(files.annotation(20 + n, Text=text) for n, text in enumerate(("", "1", "-----", "Annex", "Contents", "I. Introduction",
          "Comments by the Government of Iraq are not indexed"))),
        files.annotation(6, AnnotationId="17"),
    ]  # fmt: skip
    brought = bring(sqlite, files.uhri_json(tmp_path / "export.json", *rows))
    assert (brought.counts.read, brought.counts.added, brought.counts.aside) == (16, 8, 8)
    assert found(sqlite, labels={"country": "TUR"}).count == 4
    [inferred] = found(sqlite, labels={"inferred": "country"}).rows
    assert (inferred.row.having("country"), inferred.row.having("body")) == (
        ("TUR",),
        ("CRC",),
    )
    assert found(sqlite, labels={"country": "COL"}).count == 1, "CO is no Colombia"
    assert found(sqlite, labels={"country": "CRI"}).count == 0, "CR are conclusions"
    [undated] = found(sqlite, labels={"body": "IE Albinism"}).rows
    assert undated.row.day is None
    assert found(sqlite, '"ratify OP-CAT"').count == 1
    _, aside = reading.aside(sqlite, brought.number, 20)
    assert {a.reason for a in aside if a.place == "item 9"} == {"no text"}
    assert "no UUID" in next(a.reason for a in aside if a.place == "item 16")


def test_one_id_twice_in_a_file_with_other_words_is_set_aside(sqlite, tmp_path):
    rows = (
        files.annotation(1),
        files.annotation(1),
        files.annotation(1, Text="7.Other words"),
    )
    brought = bring(sqlite, files.uhri_json(tmp_path / "a.json", *rows))
    assert (brought.counts.added, brought.counts.again, brought.counts.aside) == (1, 1, 1)


def test_the_workbook_of_the_index_is_read_by_the_letters_of_its_titles(sqlite, tmp_path):
    mended = [h.replace("Reccomending", "Recommending").upper() for h in files.HEADERS]
    first = bring(sqlite, files.uhri_excel(tmp_path / "a.xlsx", [files.excel_row(1)]))
    second = bring(
        sqlite,
        files.uhri_excel(
            tmp_path / "b.xlsx", [files.excel_row(1), files.excel_row(2, "Annex")], mended
        ),
    )
    assert (first.program, first.counts.added) == ("uhri_excel", 1)
    assert (second.counts.added, second.counts.again, second.counts.aside) == (0, 1, 1)
    [kept] = found(sqlite).rows
    assert kept.row.day == date(2026, 2, 25)
    assert (kept.row.type, kept.reference) == ("concern", "CEDAW-2026-49")
    assert kept.row.having("theme") == (
        "Equality & non-discrimination",
        "Land & property rights",
    )


def test_a_workbook_without_a_needed_column_or_damaged_is_refused(sqlite, tmp_path):
    row = files.excel_row(1)
    with pytest.raises(FileRefused, match="no column for text"):
        bring(
            sqlite,
            files.uhri_excel(tmp_path / "a.xlsx", [row], ("Words", *files.HEADERS[1:])),
        )
    whole = files.uhri_excel(tmp_path / "b.xlsx", [row])
    whole.write_bytes(whole.read_bytes()[:-30])
    with pytest.raises(FileRefused, match="none of the files"):
        bring(sqlite, whole)
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(FileRefused, match="damaged workbook"):
        list(sheet_stream.rows(tmp_path / "c.xlsx"))


def test_upr_info_keeps_exact_duplicates_and_one_row_per_recommending_state(
    sqlite, tmp_path
):
    ratify = files.recommended("Côte d'Ivoire", "Ratify the Rome Statute", "Slovakia")
    rows = (ratify, ratify, files.recommended("Côte d'Ivoire", "Ratify  the Rome statute", "Spain", "Noted"),
            files.recommended("Albania", "The Government is committed", "Albania", "Voluntary Pledge"),
            files.recommended("Albania", "Words", "Spain", "Perhaps"), files.recommended("Albania", "Words", "&#40;Unknown&#41;"))  # fmt: skip
    file = files.uprinfo(tmp_path / "upr.csv", *rows)
    first, again = bring(sqlite, file), bring(sqlite, file)
    assert (first.counts.added, first.counts.aside) == (5, 1)
    assert (again.counts.added, again.counts.again, again.counts.aside) == (0, 5, 0)
    three = found(sqlite, labels={"country": "CIV"}).rows
    assert [k.row.having("state") for k in three] == [("SVK",), ("SVK",), ("ESP",)]
    assert len({k.row.joint for k in three}) == 1, "one text"
    assert [k.reference for k in three] == ["UPR13-1", "UPR13-2", "UPR13-3"]
    assert {j.number for j in reading.joint_with(sqlite, three[0])} == {
        k.number for k in three[1:]
    }
    assert found(sqlite, type="pledge").rows[0].row.having("state") == ()
    [unknown] = found(sqlite, "words").rows
    assert unknown.row.having("state") == ()


def test_impact_oss_needs_the_state_and_makes_no_duplicates(sqlite, tmp_path):
    file = files.impact(tmp_path / "a.csv", ("1", "140.7", "Ratify", "Ratify the Protocol", "2", "A1, A2", "Treaties", ""),
                        ("1", "", "no reference", "", "", "", "", ""), ("1", "140.8", "Noted one", "", "0", "", "", ""))  # fmt: skip
    with pytest.raises(FileRefused, match="name the State"):
        bring(sqlite, file)
    first, again = bring(sqlite, file, "SVN"), bring(sqlite, file, "SVN")
    assert (first.counts.added, first.counts.aside, again.counts.added) == (2, 1, 0)
    rows = {k.reference: k.row for k in found(sqlite).rows}
    assert rows["140.7"].response == "supported"
    assert rows["140.7"].details["rel:action-reference"] == ["A1", "A2"]
    assert rows["140.8"].response == "noted"


def test_a_file_of_no_known_format_is_refused_by_name(sqlite, tmp_path):
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(
        FileRefused, match=r"notes.csv: is none of the files we read \(.*UPR Info"
    ):
        bring(sqlite, tmp_path / "notes.csv")


@pytest.mark.parametrize(
    ("text", "why"),
    [('[{"annotation_id": 1}, {"symbol"', "is not JSON"), ("[", "does not end"), ("[1, 2]", "no object"), ("{}", "no JSON list")],
)  # fmt: skip
def test_a_list_that_is_cut_short_or_none_is_refused(tmp_path, text, why):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(FileRefused, match=why):
        list(json_stream.items(tmp_path / "a.json"))


def test_items_across_blocks_are_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(json_stream, "BLOCK", 7)
    file = files.uhri_json(tmp_path / "a.json", *(files.annotation(n) for n in range(3)))
    assert [i["AnnotationId"] for i in json_stream.items(file)] == [
        files.uuid(n) for n in range(3)
    ]


def test_an_import_that_fails_on_the_way_keeps_nothing(sqlite, tmp_path):
    file = files.uhri_json(tmp_path / "a.json", files.annotation(1))
    file.write_text(file.read_text()[:-1] + ", 5]")
    with pytest.raises(FileRefused):
        bring(sqlite, file)
    assert (found(sqlite).count, reading.imports(sqlite, NOW)) == (0, ())


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("ratifies", {1, 2}), ("ratify NOT torture", {2}), ('"death penalty"', {3}), ("torture OR penalty", {1, 3}),
     ("(torture OR penalty) AND abolish", {3}), ("torture -ratify", set()), ("penalty death", {3}), ('"penalty death"', set()),
     ("'; DROP TABLE un_text --", set())],
)  # fmt: skip
def test_a_search_stems_joins_and_excludes(database, tmp_path, words, numbers):
    texts = (
        "Ratify the Convention against Torture",
        "Consider ratifying the Covenant",
        "Abolish the death penalty",
    )
    rows = [files.annotation(n, Text=text) for n, text in enumerate(texts, 1)]
    bring(database, files.uhri_json(tmp_path / "a.json", *rows))
    assert {k.row.key for k in found(database, words).rows} == {
        f"uhri-{files.uuid(n)}" for n in numbers
    }


def test_what_was_not_imported_yet_is_not_known_then(sqlite, tmp_path):
    bring(sqlite, files.uhri_json(tmp_path / "a.json", files.annotation(1)), now=EARLIER)
    bring(sqlite, files.uhri_json(tmp_path / "b.json", files.annotation(2)))
    assert (found(sqlite, now=EARLIER).count, found(sqlite).count) == (1, 2)
    assert reading.by_keys(sqlite, [f"uhri-{files.uuid(2)}"], EARLIER) == ()


def test_what_was_imported_moves_to_another_database_and_goes_on_there(postgres, tmp_path):
    here = f"sqlite:///{tmp_path / 'records.db'}"
    records = Records.open(here, tmp_path / "keys")
    bring(records.database, files.uhri_json(tmp_path / "a.json", files.annotation(1)))
    operator = Actor("operator", "operator", Role.OVERSIGHT, "")
    with postgres.database() as there:
        counts = move(here, there, tmp_path / "keys", by=operator, now=NOW)
        assert (counts["un_text"], counts["un_import"]) == (1, 1)
        moved = open_database(there)
        assert found(moved, "land").count == 1
        more = files.uhri_json(
            tmp_path / "b.json", files.annotation(1), files.annotation(2)
        )
        brought = bring(moved, more)
        assert (brought.number, brought.counts.added, brought.counts.again) == (2, 1, 1)
        assert {k.reference for k in found(moved).rows} == {
            "CEDAW-2026-49",
            "CEDAW-2026-49-2",
        }
        moved.engine.dispose()


def matrix(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    made = docx.Document()
    table = made.add_table(1, 4)
    heads = (
        "Recommendation",
        "Position",
        "Full list of themes",
        "Assessment/comments on level of implementation",
    )
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    theme = table.add_row().cells
    theme[0].merge(theme[3]).text = "Theme: A12 Acceptance"
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    made.save(path)
    return path


ROW = ("115.3 Ratify the Protocol (OP-CAT) and designate a mechanism (Portugal, Slovakia) (Viet Nam);\nSource of position: A/HRC/28/15/Add.1 - Para. 3",
       "Supported", "A12 Acceptance of norms\nD29 Violence\nAffected persons:\n- women\nSDGs:\n- 5 - GENDER EQUALITY", "Under way.")  # fmt: skip


def test_the_matrix_is_read_by_what_its_columns_say(sqlite, tmp_path):
    file = matrix(
        tmp_path / "m.docx",
        ROW,
        (ROW[0].replace("115.3", "115.4"), "Noted", "", ""),
        ("115.5 Words (Spain)", "Maybe", "", ""),
    )
    brought = bring(sqlite, file, "SVN")
    assert (brought.program, brought.counts.added, brought.counts.aside) == (
        "ohchr_matrix",
        2,
        1,
    )
    kept = next(k for k in found(sqlite).rows if k.row.paragraph == "115.3")
    assert kept.row.having("state") == ("PRT", "SVK", "VNM")
    assert kept.row.having("theme") == ("Acceptance of norms", "Violence")
    assert (kept.row.having("person"), kept.row.having("goal")) == (("women",), ("5",))
    assert (kept.reference, kept.row.comment) == ("UPR-HRC28-115.3", "Under way.")
    with pytest.raises(FileRefused, match="name the State"):
        bring(sqlite, file)


def test_comments_are_written_into_their_column_and_nothing_else_changes(tmp_path):
    file = matrix(tmp_path / "m.docx", ROW, ROW)
    written = docx.Document(
        BytesIO(matrix_table.commented(file, {4: "Ratified.\nIn force."}))
    ).tables[0]
    before = docx.Document(str(file)).tables[0]
    assert written.rows[3].cells[3].text == "Ratified.\nIn force."
    for now, then in zip(written.rows, before.rows, strict=True):
        assert [c.text for c in now.cells[:3]] == [c.text for c in then.cells[:3]]
    assert written.rows[2].cells[3].text == "Under way."


# The real files


def test_every_real_file_of_the_upr_comes_in_and_a_second_time_adds_nothing(
    shared, tmp_path, sqlite
):
    folder = shared / "upr"
    if not folder.is_dir():
        pytest.skip("needs the files of the UPR in the shared data folder")
    names = [*sorted(folder.glob("uprinfo_*.csv")), folder / "voluntary_pledges.csv"]
    first = [bring(sqlite, f) for f in names]
    assert sum(i.counts.added for i in first) == 33_082 + 947
    assert (
        found(sqlite, type="recommendation").count,
        found(sqlite, type="pledge").count,
    ) == (33_082, 947)
    assert sum(i.counts.aside for i in first) == 0
    again = [bring(sqlite, f) for f in names]
    assert sum(i.counts.added + i.counts.changed + i.counts.aside for i in again) == 0
    assert len(found(sqlite, labels={"country_as_written": "x"}).rows) == 0
    assert not reading.values(sqlite, "country_as_written"), "every State is known"


@pytest.mark.parametrize(
    ("name", "all", "supported", "noted"),
    [("UPR20", 163, 142, 21), ("UPR48", 254, 217, 37)],
)
def test_the_real_matrices_give_what_stands_in_them(
    shared, sqlite, name, all, supported, noted
):
    [file] = (shared / "upr" / "matrix").glob(f"{name}_*.docx") or [None]
    counts = bring(sqlite, file, "SVN").counts
    assert (counts.added, counts.aside) == (all, 0)
    assert found(sqlite, response="supported").count == supported
    assert found(sqlite, response="noted").count == noted
    assert bring(sqlite, file, "SVN").counts.added == 0
