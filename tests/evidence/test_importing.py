"""Files of other programs, brought into the inbox: all or nothing, with every fault named."""

import csv
import io
import json
from dataclasses import replace

import pytest

from upstander.core.errors import ConfigError, FileRefused
from upstander.core.formulas import LEADING
from upstander.core.rights import VISITOR, Marking, Role
from upstander.core.uploads import read
from upstander.evidence import importing
from upstander.evidence.column_mapping import read_mapping
from upstander.records.forms import form
from upstander.report.record_views import Reader
from upstander.web.records import exports

KOBO = {
    "count": 2,
    "next": None,
    "previous": None,
    "results": [
        {
            "_id": 101,
            "_uuid": "6d1f-1",
            "formhub/uuid": "f",
            "start": "2026-05-03T09:00:00.000+02:00",
            "__version__": "v1",
            "incident/title": "Market shelled",
            "incident/passage": "Shells fell on the market.\nMany fled.",
            "incident/day": "2026-05-02",
            "incident/spot": "13.6279 25.3494 0 0",
            "incident/affected": "12",
            "mood": "calm",
            "respondent/contact_phone": "+249 91 234 5678",
            "username": "enumerator7",
            "_submitted_by": "enumerator7",
            "_geolocation": [13.6279, 25.3494],
            "_submission_time": "2026-05-03T08:12:44",
            "_tags": [],
            "_notes": [],
            "_attachments": [
                {"filename": "office/attachments/1/shell.jpg", "download_url": "https://x"}
            ],
        },
        {
            "_id": 102,
            "_uuid": "6d1f-2",
            "incident/title": "Checkpoint set up",
            "incident/passage": "قرية محاصرة",
            "incident/day": "2026-05-04",
            "_geolocation": [None, None],
            "_submission_time": "2026-05-05T08:00:00",
            "_attachments": [],
        },
    ],
}
ODK = {
    "value": [
        {
            "__id": "uuid:aa-1",
            "__system": {
                "submissionDate": "2026-05-03T08:12:44.000Z",
                "submitterName": "App user 7",
                "deviceId": "d",
            },
            "meta": {"instanceID": "uuid:aa-1"},
            "incident": {
                "title": "Road cut",
                "passage": "The road was cut.",
                "day": "2026-05-01",
                "spot": {
                    "type": "Point",
                    "coordinates": [25.3494, 13.6279, 0],
                    "properties": {"accuracy": 4},
                },
            },
        }
    ],
    "@odata.context": "https://x",
}
KOBO_CSV = (
    "title;passage;day;spot;_spot_latitude;_spot_longitude;_spot_altitude;_spot_precision;_id;_uuid;_submission_time;_index\n"
    "Market shelled;Shells fell.;2026-05-02;13.6279 25.3494 0 0;13.6279;25.3494;0;0;101;6d1f-1;2026-05-03T08:12:44;1\n"
)
ODK_CSV = (
    "SubmissionDate,incident-title,incident-passage,incident-day,incident-spot-Latitude,incident-spot-Longitude,"
    "incident-spot-Altitude,incident-spot-Accuracy,meta-instanceID,KEY,SubmitterID,SubmitterName,DeviceID\n"
    "2026-05-03T08:12:44.000Z,Road cut,The road was cut.,2026-05-01,13.6279,25.3494,0,4,uuid:aa-1,uuid:aa-1,7,App user 7,d\n"
)


@pytest.fixture
def bring(analyst, places, tmp_path):
    def run(
        program: str, content: object, name: str = "a.csv", **options: object
    ) -> importing.Brought:
        file = tmp_path / name
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return importing.bring(
            program, file, **{"by": analyst, "places": places, "place": "SDN", **options}
        )

    return run


@pytest.mark.parametrize(
    ("program", "content", "name"),
    [
        ("kobo", KOBO, "a.json"),
        ("kobo", KOBO_CSV, "a.csv"),
        ("odk_central", ODK, "a.json"),
        ("odk_central", ODK_CSV, "a.csv"),
    ],
)
def test_a_program_s_own_columns_become_ours_and_who_sent_it_is_not_taken(
    bring, program, content, name
):
    brought = bring(program, content, name)
    assert not brought.faults
    draft = brought.items[0].draft
    body = draft.body
    assert (body["latitude"], body["longitude"], body["precision"], body["status"]) == (
        13.6279,
        25.3494,
        "exact",
        "inbox",
    )
    assert (body["origin"], body["origin_id"]) == (
        program,
        "6d1f-1" if program == "kobo" else "uuid:aa-1",
    )
    assert body["reported"] == "2026-05-03"
    assert draft.place == "SDN"
    assert draft.stamp.restricted
    assert not {"enumerator7", "App user 7"} & {str(v) for v in body.values()}


def test_an_import_goes_to_the_inbox_whatever_the_file_says(bring):
    [item] = bring("template", "title,passage,status\nA,b,library\n").items
    assert item.draft.body["status"] == "inbox"


def test_columns_that_go_nowhere_are_said_and_those_left_out_are_named(bring):
    brought = bring("kobo", KOBO, "a.json")
    assert brought.unmapped == ("mood",)
    assert {"username", "_submitted_by", "start"} <= set(brought.left)
    assert brought.items[0].draft.body["attachments"] == "shell.jpg"
    assert brought.items[0].contact == {"phone": "+249 91 234 5678"}
    assert "234" not in str(brought.items[0].draft)


def test_one_faulty_line_keeps_the_file_out_unless_the_good_ones_are_asked_for(bring):
    text = "title,passage,day,women\nA,x,2026-05-01,3\nB,y,1 May,3\n,z,2026-05-01,-1\n"
    refused = bring("template", text)
    assert refused.items == ()
    told = [(f.where, f.column) for f in refused.faults]
    assert sorted(told) == [("line 3", "day"), ("line 4", "title"), ("line 4", "women")]
    assert all(f.file == "a.csv" and len(f.problem) > 10 for f in refused.faults)
    kept = bring("template", text, keep_good=True)
    assert [i.draft.body["title"] for i in kept.items] == ["A"]
    back = list(csv.reader(io.StringIO(kept.faulty.decode("utf-8-sig"))))
    assert back[0] == ["title", "passage", "day", "women", "what is wrong"]
    assert [r[0] for r in back[1:]] == ["B", ""]
    assert "YYYY-MM-DD" in back[1][-1]


@pytest.mark.parametrize("program", ["template", "kobo"])
def test_rejected_lines_are_mended_and_brought_again_as_they_were(bring, program):
    """A phone number and a longitude begin as formulas do; so may a title."""
    text = (
        "title,text,day,longitude,latitude,consent_use,consent_share,consent_identify,contact_phone,=evil()\n"
        '"=HYPERLINK(""http://x"")","- a list",1 May,-12.5,13.5,yes,yes,no,+249 91 234 5678,@SUM(A1)\n'
    )
    faulty = bring(program, text, kind="submission").faulty.decode("utf-8-sig")
    cells = [c for row in csv.reader(io.StringIO(faulty)) for c in row]
    assert [c for c in cells if c.lstrip().startswith(LEADING)] == ["-12.5"]
    again = bring(program, faulty.replace("1 May", "2026-05-01"), kind="submission")
    assert again.faults == ()
    assert again.unmapped == ("=evil()",)
    body = again.items[0].draft.body
    assert (body["title"], body["text"], body["longitude"]) == (
        '=HYPERLINK("http://x")',
        "- a list",
        -12.5,
    )
    assert again.items[0].contact == {"phone": "+249 91 234 5678"}


def test_a_mapping_says_which_column_is_which_field(bring, places):
    mapping = read_mapping(
        '[fields]\ntitle = "Quoi"\npassage = "Détail"\nday = "Date"\nprecision = "GPS"\n[values.precision]\n"oui" = "exact"\n'
        '[fixed]\nlanguage = "fr"\n[contact]\nphone = "Tél"\n[place]\ncolumn = "Pays"\n[dates]\norder = "%d/%m/%Y"\n'
        '[leave]\ncolumns = ["Agent"]\n',
        form("evidence"),
    )
    text = "Quoi;Détail;Date;GPS;Tél;Pays;Agent;Autre\nAttaque;Un village;03/05/2026;oui;+249 1;Tchad;7;x\n"
    brought = bring("template", text, columns=mapping)
    body, item = brought.items[0].draft.body, brought.items[0]
    assert (body["title"], body["day"], body["precision"], body["language"]) == (
        "Attaque",
        "2026-05-03",
        "exact",
        "fr",
    )
    assert (item.draft.place, item.contact, brought.unmapped, brought.left) == (
        "TCD",
        {"phone": "+249 1"},
        ("Autre",),
        ("Agent", "Tél"),
    )
    assert (
        bring("template", text.replace("03/05", "33/05"), columns=mapping).faults[0].column
        == "Date"
    )
    with pytest.raises(ConfigError, match=r"fields\.colour"):
        read_mapping('[fields]\ncolour = "x"\n', form("evidence"))
    with pytest.raises(ConfigError, match="no column Quoi"):
        bring("template", "a,b\n1,2\n", columns=mapping)


def test_a_place_that_is_none_is_a_fault_with_the_nearest_names(bring):
    [fault] = bring("template", "title,passage,place\nA,x,Sudann\n").faults
    assert (fault.column, "Sudan" in fault.problem) == ("place", True)


def test_a_line_tells_all_its_faults_at_once_so_that_a_file_is_mended_once(bring):
    found = bring(
        "template", "title,passage,place,day,reliability\n,x,Sudann,2026-13-40,Z\n"
    ).faults
    assert {f.column for f in found} == {"title", "place", "day", "reliability"}


def test_html_script_and_right_to_left_text_are_kept_as_text_and_overrides_refused(bring):
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script> {{7*7}} قرية"
    assert (
        bring("template", f'title,passage\nA,"{nasty}"\n').items[0].draft.body["passage"]
        == nasty
    )
    [fault] = bring("template", "title,passage\nA,safe\u202etxt.exe\n").faults
    assert "change the direction of reading" in fault.problem
    [fault] = bring("template", f"title,passage\n{'x' * 10_000},y\n").faults
    assert "10,000 characters; at most 300" in fault.problem


def test_a_link_that_would_run_a_script_is_refused(bring):
    [fault] = bring("template", "title,passage,url\nA,x,javascript:alert(1)\n").faults
    assert "must begin with https://" in fault.problem


def test_the_same_file_twice_brings_nothing_and_a_changed_item_is_shown_as_a_duplicate(
    bring, evidence
):
    first = bring("kobo", KOBO, "a.json")
    known = [evidence(id=i.draft.id, **i.draft.body) for i in first.items]
    again = bring("kobo", KOBO, "a.json", known=known)
    assert (again.items, again.again) == ((), 2)
    edited = json.loads(json.dumps(KOBO))
    edited["results"][0]["incident/passage"] = (
        "Nothing fell there after all; corrected by phone."
    )
    changed = bring("kobo", edited, "a.json", known=known)
    assert [(p.first, p.second, p.kind) for p in changed.pairs] == [
        (known[0].id, changed.items[0].draft.id, "exact")
    ]


def test_reliefweb_s_real_answers_are_read(shared, bring):
    brought = bring(
        "reliefweb",
        (shared / "reliefweb/reports_v1_2records.json").read_bytes(),
        "a.json",
        place="NPL",
    )
    assert [i.draft.body["publisher"] for i in brought.items] == ["World Bank", "ECHO"]
    assert all(
        i.draft.body["published"] and not i.draft.stamp.restricted for i in brought.items
    )
    [one] = bring(
        "reliefweb", (shared / "reliefweb/disaster_25846.json").read_bytes(), "b.json"
    ).items
    assert (one.draft.place, one.draft.body["day"]) == ("MKD", "2015-08-03")
    broken = bring("reliefweb", {"data": [{"id": "1", "fields": {"date": {}}}]}, "c.json")
    assert "is not built as" in broken.faults[0].problem
    with pytest.raises(FileRefused, match="no answer of the ReliefWeb API"):
        bring("reliefweb", KOBO, "d.json")


def test_ucdp_candidate_events_become_items_with_their_precision(shared, analyst, places):
    brought = importing.bring(
        "ucdp_ged", shared / "ucdp/GEDEvent_v26_0_2.xlsx", by=analyst, places=places
    )
    assert (brought.read, len(brought.items), brought.faults, brought.pairs) == (
        1298,
        1298,
        (),
        (),
    )
    body = brought.items[0].draft.body
    assert body["event"] == body["origin_id"]
    assert body["precision"] in ("exact", "settlement", "district", "province", "country")


def export(write, records, actor):
    """What the list of these records leaves as, for this reader."""
    made = getattr(exports, f"as_{write}")(
        records, form("evidence"), Reader(actor), as_of=records[0].when
    )
    return made.encode() if isinstance(made, str) else made


@pytest.mark.parametrize("write", ["csv", "xlsx", "json"])
def test_an_export_brought_in_again_gives_the_same_bodies(
    write, evidence, analyst, places, tmp_path
):
    records = [  # of the inbox, where an import puts everything
        evidence(
            status="inbox",
            title="=1+1",
            passage='\'=HYPERLINK("http://x")\n+second, line; "quoted"',
            notes="@SUM(A1)",
            affected=0,
        ),
        evidence(
            status="inbox",
            title="'plain quote",
            passage="-12\tTab\nقرية _x0041_",
            latitude=-12.5,
            longitude=3.0,
            hate=False,
            published=True,
            url="https://x.org",
            supports=["F1", "act:9"],
            act_types=["killing", "torture"],
            day="2026-05-01",
            credibility="3",
        ),
    ]
    made = export(write, records, analyst)
    file = tmp_path / f"a.{write}"
    file.write_bytes(made)
    by = replace(analyst, role=Role.APPROVER)  # who may say that an item is published
    back = importing.bring("template", file, by=by, places=places)
    assert back.faults == ()
    assert back.unmapped == ()
    assert [dict(i.draft.body) for i in back.items] == [dict(r.body) for r in records]
    assert {i.draft.place for i in back.items} == {"SDN"}


def test_no_cell_of_an_export_begins_like_a_formula(evidence, analyst, tmp_path):
    starts = ["=1", "+1+x", "-1-x", "@x", "＝1", "'=1", " =1"]
    records = [evidence(title=s, passage=s, notes=s) for s in starts]
    text = export("csv", records, analyst).decode("utf-8-sig")
    cells = [c for row in csv.reader(io.StringIO(text)) for c in row]
    assert not [c for c in cells if c.startswith(LEADING)]
    file = tmp_path / "a.xlsx"
    file.write_bytes(export("xlsx", records, analyst))
    assert not [
        v
        for x in read(file).lines
        for v in x.cells.values()
        if isinstance(v, str) and v.startswith(LEADING)
    ]


@pytest.mark.parametrize("write", ["csv", "xlsx", "json"])
def test_every_export_says_its_marking_policy_day_and_caveat_and_is_blurred_for_its_reader(
    write, evidence, tmp_path
):
    spot = {"latitude": 13.6279, "longitude": 25.3494, "precision": "exact", "women": 3}
    wide, narrow = evidence(**spot), evidence(**spot)
    narrow = replace(narrow, stamp=replace(narrow.stamp, marking=Marking.GREEN))
    made = export(write, [wide, narrow], VISITOR)
    if write == "xlsx":
        from openpyxl import load_workbook

        text = "\n".join(
            str(c.value)
            for sheet in load_workbook(io.BytesIO(made))
            for row in sheet
            for c in row
        )
    else:
        text = made.decode()
    for said in (
        "TLP:GREEN",
        "public",
        "2026-06-01T12:00",
        "is not a cause",
        "fewer than 5",
    ):
        assert said in text
    assert "13.6279" not in text


def test_a_file_of_reports_cannot_call_itself_published(bring):
    text = (
        "title,passage,published,url\nRoad cut,The road was cut.,yes,https://example.org\n"
    )
    brought = bring("template", text)
    assert brought.items == ()
    assert [(f.column, "approver or head" in f.problem) for f in brought.faults] == [
        ("published", True)
    ]
