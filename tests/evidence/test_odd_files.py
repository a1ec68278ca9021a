"""Files as survey programs, spreadsheets and publishers really write them: read as they are meant, or asked back."""

import io
import json
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from upstander.core import dialect
from upstander.core.errors import FileRefused
from upstander.core.rights import Marking, Usage
from upstander.evidence import duplicates, importing
from upstander.evidence.column_mapping import read_mapping
from upstander.records.forms import form

TODAY = date(2026, 6, 24)
POINTS = (
    "title,passage,day,site,_site_latitude,_site_longitude,_site_altitude,_site_precision,interview,_interview_latitude,"
    "_interview_longitude,_interview_altitude,_interview_precision,_uuid\n"
    "Two points,A village was attacked,2026-03-02,13.62 25.34 0 5,13.62,25.34,0,5,12.8 21.9 0 4,12.8,21.9,0,4,u1\n"
)


@pytest.fixture
def bring(analyst, places, tmp_path):
    def run(program, content, name="a.csv", **options):
        file = tmp_path / name
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return importing.bring(
            program,
            file,
            **{"by": analyst, "places": places, "place": "SDN", "today": TODAY, **options},
        )

    return run


def kobo(**more):
    return {
        "count": 1,
        "next": None,
        "results": [
            {"_uuid": "u1", "title": "A", "passage": "b", "day": "2026-03-01", **more}
        ],
    }


def odk(**more):
    item = {"__id": "u1", "title": "A", "passage": "b", "day": "2026-03-01", **more}
    return {"value": [item], "@odata.context": "x"}


def sheet(*rows, change=lambda _: None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one(brought):
    assert brought.faults == ()
    (item,) = brought.items
    return item.draft.body


# Survey programs


def test_of_several_points_none_is_taken_and_each_column_is_said(bring):
    brought = bring("kobo", POINTS)
    assert (one(brought)["latitude"], one(brought)["precision"]) == (None, None)
    assert {"site", "_site_latitude", "_interview_longitude", "interview"} <= set(
        brought.unmapped
    )
    assert "site, interview" in " ".join(brought.notes)
    named = read_mapping(
        '[fields]\nlatitude = "_site_latitude"\nlongitude = "_site_longitude"\n',
        form("evidence"),
    )
    assert (
        one(bring("kobo", POINTS, columns=named))["latitude"],
        one(brought)["longitude"],
    ) == (
        13.62,
        None,
    )


@pytest.mark.parametrize(
    ("program", "content"),
    [
        (
            "kobo",
            kobo(
                site="13.62 25.34 0 5", interview="12.8 21.9 0 4", _geolocation=[12.8, 21.9]
            ),
        ),
        ("kobo", kobo(interview="12.8 21.9 0 4", _geolocation=[12.8, 21.9])),
        ("kobo", kobo(**{"start-geopoint": "12.8 21.9 0 4", "_geolocation": [12.8, 21.9]})),
        ("kobo", kobo(_geolocation=[12.8, 21.9])),
        ("kobo", kobo(interview={"latitude": 12.8, "longitude": 21.9})),
        (
            "odk_central",
            odk(
                site={"type": "Point", "coordinates": [25.3, 13.6]},
                home={"type": "Point", "coordinates": [21.9, 12.8]},
            ),
        ),
        (
            "odk_central",
            odk(respondent_home={"type": "Point", "coordinates": [21.9, 12.8]}),
        ),
        (
            "odk_central",
            "title,passage,interview-Latitude,interview-Longitude,KEY\nA,b,12.8,21.9,u1\n",
        ),
        (
            "odk_central",
            "title,passage,a-Latitude,a-Longitude,b-Latitude,b-Longitude,KEY\nA,b,12.8,21.9,13,25,u1\n",
        ),
    ],
)
def test_the_place_of_who_told_is_never_the_place_of_what_happened(bring, program, content):
    brought = bring(program, content, "a.json" if isinstance(content, dict) else "a.csv")
    assert (one(brought)["latitude"], one(brought)["longitude"]) == (None, None)
    assert brought.notes or brought.unmapped


@pytest.mark.parametrize("column", ["incident/_spot_", "_incident/spot_", "_spot_"])
def test_a_point_in_a_group_is_taken(bring, column):
    question = (
        column.replace("_", "", 1).rstrip("_") if "/" not in column else "incident/spot"
    )
    text = f"title,passage,{question},{column}latitude,{column}longitude,{column}altitude,_uuid\nA,b,13.6 25.3 0 5,13.6,25.3,0,u\n"
    body = one(bring("kobo", text))
    assert (body["latitude"], body["longitude"], body["precision"]) == (13.6, 25.3, "exact")


def test_well_known_text_of_the_feed_is_a_point(bring):
    assert (
        one(bring("odk_central", odk(spot="POINT (25.3494 13.6279 0)"), "a.json"))[
            "latitude"
        ]
        == 13.6279
    )


@pytest.mark.parametrize("program", ["kobo", "odk_central"])
@pytest.mark.parametrize("parent", ["who_was_hurt,", ""])
def test_ticks_of_a_question_are_no_counts_of_persons(bring, program, parent):
    text = (
        f"title,passage,day,{parent}who_was_hurt/women,who_was_hurt/men,who_was_hurt/girls,_uuid,KEY\n"
        f"A,b,2026-03-01,{'women men,' if parent else ''}1,1,0,u1,u1\n"
    )
    brought = bring(program, text)
    assert [one(brought)[n] for n in ("women", "men", "girls")] == [None, None, None]
    assert "options of a question" in " ".join(brought.notes)
    assert "who_was_hurt/women" in brought.unmapped


def test_counts_in_a_group_stay_counts(bring):
    body = one(bring("kobo", "title,passage,harm/women,harm/men,_uuid\nA,b,3,12,u1\n"))
    assert (body["women"], body["men"]) == (3, 12)


def test_of_two_columns_that_end_alike_none_is_taken(bring):
    brought = bring(
        "kobo", "title,passage,victims/women,witnesses/women,_uuid\nA,b,12,3,u1\n"
    )
    assert one(brought)["women"] is None
    assert {"victims/women", "witnesses/women"} <= set(brought.unmapped)
    assert "women could be any of" in " ".join(brought.notes)


@pytest.mark.parametrize("program", ["kobo", "odk_central"])
def test_choices_divided_by_blanks_are_choices(bring, program):
    text = "title,passage,act_types,act_types/killing,act_types/torture,_uuid,KEY\nA,b,killing torture,1,1,u1,u1\n"
    assert one(bring(program, text))["act_types"] == ["killing", "torture"]


@pytest.mark.parametrize(
    ("program", "content"),
    [
        ("kobo", {**kobo(), "count": 250, "next": "https://x/?start=100"}),
        ("kobo", {**kobo(), "next": "https://x/?start=100"}),
        ("odk_central", {**odk(), "@odata.nextLink": "https://x"}),
        ("odk_central", {**odk(), "@odata.count": 9}),
    ],
)
def test_a_page_of_many_is_not_taken_for_the_whole(bring, program, content):
    assert "fetch the rest" in " ".join(bring(program, content, "a.json").notes)


@pytest.mark.parametrize(
    ("program", "content", "words"),
    [
        (
            "kobo",
            kobo(
                _validation_status={
                    "uid": "validation_status_not_approved",
                    "label": "Not approved",
                }
            ),
            "not approved",
        ),
        (
            "kobo",
            "title,passage,_validation_status,_uuid\nA,b,Not approved,u\n",
            "not approved",
        ),
        ("odk_central", odk(__system={"reviewState": "rejected"}), "rejected"),
        ("odk_central", "title,passage,ReviewState,KEY\nA,b,rejected,u\n", "rejected"),
        ("odk_central", odk(__system={"deletedAt": "2026-03-02T00:00:00Z"}), "deleted"),
    ],
)
def test_a_verdict_of_the_origin_is_heard_and_said(bring, program, content, words):
    brought = bring(program, content, "a.json" if isinstance(content, dict) else "a.csv")
    assert (brought.items, brought.faults, brought.read) == ((), (), 1)
    assert any("left out" in n and words in n for n in brought.notes)


def test_doubts_of_the_origin_are_told_and_deleted_pictures_are_not_listed(bring):
    hold = bring(
        "kobo",
        kobo(
            _validation_status={"uid": "validation_status_on_hold"},
            _attachments=[
                {"media_file_basename": "gone.jpg", "is_deleted": True},
                {"media_file_basename": "here.jpg"},
            ],
        ),
        "a.json",
    )
    assert one(hold)["attachments"] == "here.jpg"
    assert "on hold" in " ".join(hold.notes)
    assert "having issues" in " ".join(
        bring("odk_central", odk(__system={"reviewState": "hasIssues"}), "a.json").notes
    )


@pytest.mark.parametrize(
    ("program", "content"),
    [
        (
            "odk_central",
            {
                "value": [
                    {
                        "__id": "u",
                        "__system": {"status": "notDecrypted"},
                        "title": None,
                        "passage": None,
                    }
                ]
            },
        ),
        ("odk_central", "title,passage,Status,KEY\n,,Not Decrypted,u\n"),
        ("kobo", kobo(title=None, passage=None, encryptedXmlFile="submission.xml.enc")),
    ],
)
def test_what_is_encrypted_is_said_to_be(bring, program, content):
    (fault,) = bring(
        program, content, "a.json" if isinstance(content, dict) else "a.csv"
    ).faults
    assert "encrypted" in fault.problem


# Publishers


def report(id, **more):
    fields = {
        "title": f"Report {id}",
        "body": "Text.",
        "url": "https://x.org/1",
        "source": [{"name": "S"}],
        "date": {"original": "2026-03-01T00:00:00+00:00"},
        "primary_country": {"iso3": "sdn", "name": "Sudan"},
        **more,
    }
    return {"id": id, "fields": fields}


def test_a_report_about_the_world_stops_no_other_and_has_the_place_of_the_import(bring):
    world = report("7", primary_country={"iso3": "wld", "name": "World"})
    brought = bring(
        "reliefweb", {"totalCount": 2, "data": [report("6"), world]}, "a.json", place="TCD"
    )
    assert [i.draft.place for i in brought.items] == ["SDN", "TCD"]
    assert "about World" in " ".join(brought.notes)


def test_html_becomes_the_text_it_shows(bring):
    body = "<p><strong>PORT</strong> &ndash; At least&nbsp;12.</p><ul><li>Five women</li></ul><script>x()</script>"
    assert one(
        bring("reliefweb", {"data": [report("1", body=body, title="A &amp; B")]}, "a.json")
    )["passage"] == ("PORT – At least 12.\n- Five women")
    assert "one page" in " ".join(
        bring("reliefweb", {"totalCount": 90, "data": [report("1")]}, "a.json").notes
    )


# Spreadsheets and tables


def test_a_number_that_can_mean_two_is_asked_back(bring):
    for cell in ("1.000", "1,000", "12.500"):
        (fault,) = bring(
            "template", sheet(["title", "passage", "affected"], ["A", "b", cell]), "a.xlsx"
        ).faults
        assert cell.replace(",", "").replace(".", "") in fault.problem
    assert (
        one(
            bring(
                "template",
                sheet(["title", "passage", "affected"], ["A", "b", 1000]),
                "a.xlsx",
            )
        )["affected"]
        == 1000
    )


@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "#DIV/0!"])
@pytest.mark.parametrize("write", ["csv", "xlsx"])
def test_an_error_of_the_spreadsheet_is_a_fault_of_its_row(bring, cell, write):
    rows = ["title", "passage"], [cell, "b"], ["C", "d"]
    content = sheet(*rows) if write == "xlsx" else "\n".join(map(",".join, rows))
    brought = bring("template", content, f"a.{write}", keep_good=True)
    assert [i.draft.body["title"] for i in brought.items] == ["C"]
    assert cell in brought.faults[0].problem


@pytest.mark.parametrize("how", ["mark", "size"])
def test_hidden_rows_and_columns_are_left_out_and_said(bring, how):
    def hide(page):
        if how == "mark":
            page.row_dimensions[3].hidden = page.column_dimensions["C"].hidden = True
        else:
            page.row_dimensions[3].height = page.column_dimensions["C"].width = 0.1

    rows = (
        ["title", "passage", "notes", "day"],
        ["A", "b", "Amina, 0912345678", "2026-03-01"],
        ["Hidden", "x", "", ""],
    )
    brought = bring(
        "template", sheet(*rows, ["D", "e", "", "2026-03-02"], change=hide), "a.xlsx"
    )
    assert [
        (i.where, i.draft.body["title"], i.draft.body["notes"]) for i in brought.items
    ] == [
        ("row 2", "A", None),
        ("row 4", "D", None),
    ]
    assert "hidden rows were left out: 3" in " ".join(brought.notes)
    assert "hidden columns were left out: C" in " ".join(brought.notes)


def test_merged_days_are_asked_back(bring):
    rows = ["title", "passage", "day"], ["A", "b", "2026-03-01"], ["C", "d", None]
    brought = bring(
        "template", sheet(*rows, change=lambda page: page.merge_cells("C2:C3")), "a.xlsx"
    )
    assert [(f.where, "merged" in f.problem) for f in brought.faults] == [("row 3", True)]


def test_real_days_are_days_whatever_the_order_of_the_texts(bring):
    page = sheet(
        ["title", "passage", "day"],
        ["A", "b", datetime(2026, 2, 3)],
        ["C", "d", "04/03/2026"],
    )
    assert bring("template", page, "a.xlsx").faults[0].where == "row 3"
    for order, second in (("%d/%m/%Y", "2026-03-04"), ("%m/%d/%Y", "2026-04-03")):
        mapped = read_mapping(f'[dates]\norder = "{order}"\n', form("evidence"))
        brought = bring("template", page, "a.xlsx", columns=mapped)
        assert [i.draft.body["day"] for i in brought.items] == ["2026-02-03", second]


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\n"])
def test_the_line_that_says_the_separator_is_read(bring, first):
    brought = bring("template", f"{first}title;passage;affected\nA, b, c;d;5\n")
    assert one(brought)["affected"] == 5
    assert brought.items[0].where == "line 3"


def test_signs_inside_labels_divide_nothing_and_two_that_fit_are_asked(bring):
    text = '"Title";"Source passage";"What happened, where, when, and to whom, in short"\n"A";"x";"y"\n'
    assert one(bring("template", text))["title"] == "A"
    assert dialect.shown("Title;When, where, to whom, how;Day\nA;x;y\nB;x, z;y\n") == (";",)
    with pytest.raises(FileRefused, match="sep=;"):
        bring("template", "title,passage;day\nA,b;c\n")


def test_word_s_marks_and_directions_of_honest_text_are_kept(bring):
    text = "title,passage\n\u202bقتل\u202c,line one\x0bline two \uf0b7 three\n\u2067قرية\u2069 \u202bopen,x\n"
    brought = bring("template", text)
    assert brought.faults == ()
    assert [i.draft.body["title"] for i in brought.items] == [
        "\u202bقتل\u202c",
        "\u2067قرية\u2069 open",
    ]
    assert brought.items[0].draft.body["passage"] == "line one\nline two • three"
    assert "line breaks of a word processor" in " ".join(brought.notes)


# What cannot be so


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ("2026-03-01,0,0", "latitude", "without a fix"),
        ("2026-03-01,0.0,0.000", "latitude", "without a fix"),
        ("2026-03-01,13.6,", "longitude", "missing"),
        ("2062-03-01,13.6,25.3", "day", "has not come yet"),
        ("2026-02-30,13.6,25.3", "day", "YYYY-MM-DD"),
    ],
)
def test_impossible_points_and_days_are_asked_back(bring, cells, column, words):
    (fault,) = bring(
        "template", f"title,passage,day,latitude,longitude\nA,b,{cells}\n"
    ).faults
    assert (fault.column, words in fault.problem) == (column, True)


def test_a_fix_of_zeros_and_a_day_after_its_report_are_asked_back(bring):
    zeros = "title,passage,day,spot,_spot_latitude,_spot_longitude,_uuid\nA,b,2026-03-02,0 0 0 0,0,0,u\n"
    assert [f.column for f in bring("kobo", zeros).faults] == ["latitude"]
    late = (
        "title,passage,day,_submission_time,_uuid\nA,b,2026-03-20,2026-03-02T08:00:00,u\n"
    )
    assert "after it was reported" in bring("kobo", late).faults[0].problem


@pytest.mark.parametrize(
    ("spot", "words"),
    [("48.85,2.35", "lies outside the place"), ("30.0,15.0", "exchanged")],
)
def test_a_point_outside_its_place_is_said(bring, spot, words):
    brought = bring("template", f"title,passage,latitude,longitude\nA,b,{spot}\n")
    assert words in " ".join(brought.notes)
    assert not bring("template", "title,passage,latitude,longitude\nA,b,13.6,25.3\n").notes


# Rights


def test_rights_of_a_row_are_kept_or_made_stricter(bring):
    text = "title,passage,marking,usage\nA,b,TLP:RED,early_warning_only\nC,d,TLP:CLEAR,public\nE,f,amber strict,\n"
    stamps = [i.draft.stamp for i in bring("template", text).items]
    assert [(s.marking, s.usage, s.restricted) for s in stamps] == [
        (Marking.RED, Usage.EARLY_WARNING, True),
        (Marking.AMBER, Usage.RESTRICTED, True),
        (Marking.STRICT, Usage.RESTRICTED, True),
    ]


def test_rights_of_the_head_hold_for_every_row_and_unknown_ones_are_refused(bring):
    text = (
        "# what: Evidence\n# marking: TLP:RED\n# usage: office_only\ntitle,passage\nA,b\n"
    )
    (item,) = bring("template", text).items
    assert (item.draft.stamp.marking, item.draft.stamp.usage) == (Marking.RED, Usage.OFFICE)
    refused = bring(
        "template", "title,passage,marking,usage\nA,b,TLP:PURPLE,for friends\n"
    ).faults
    assert {f.column for f in refused} == {"marking", "usage"}


# Many alike


def questionnaire(lines):
    rows = (
        f'"Household survey, household {n}",Displaced household lost livestock and shelter,2026-03-02,{n}'
        for n in range(lines)
    )
    return "title,passage,day,affected\n" + "\n".join(rows) + "\n"


def test_lines_of_one_questionnaire_are_one_group(bring):
    brought = bring("template", questionnaire(500))
    assert (
        len(brought.items),
        len(brought.pairs),
        [len(g.ids) for g in brought.groups],
    ) == (
        500,
        0,
        [500],
    )


@pytest.mark.parametrize("words", [1, 2, 7])
def test_comparisons_grow_with_the_items_not_with_their_square(words):
    lines = [
        " ".join(f"{chr(97 + (n * 7 + k) % 26)}ay" for k in range(words))
        + f" {'x' * (n % 40)} market road shelled"
        for n in range(2000)
    ]
    items = [
        duplicates.Item(f"{n}", "SDN", date(2026, 3, 2), f"{text} {hex(n)}")
        for n, text in enumerate(lines)
    ]
    found = duplicates.search(items)
    assert found.compared <= len(items) * duplicates.MOST_COMPARED
    assert len(found.pairs) <= duplicates.MOST_PAIRS


def test_a_copy_is_found_among_many():
    day = date(2026, 3, 2)
    items = [
        duplicates.Item(
            f"{n:05}",
            "SDN",
            day,
            f"Shelling of village {chr(97 + n % 26) * 5} number{n}x by unit{n % 97}y",
        )
        for n in range(3000)
    ]
    copy = duplicates.Item(
        "copy", "SDN", day, "By unit1234z shelling of the village Umm Dukhun near Zalingei"
    )
    near = duplicates.Item(
        "near", "SDN", day, "Shelling of village Umm Dukhun near Zalingei by unit1234z"
    )
    assert ("copy", "near") in {
        (p.first, p.second) for p in duplicates.search([*items, copy, near]).pairs
    }
