"""What a reader sees of a record: values in words, what was erased, what is hidden, and what is left out."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

from upstander.core.rights import Actor, Marking, Role, Stamp, Usage
from upstander.records import Record, forms, id_of_the_one, new_id
from upstander.records.forms import Field, Form
from upstander.report import record_views
from upstander.web.kernel import form_fields
from upstander.web.records import exports

FORM = Form(
    kind="case",
    title="Case",
    plural="Cases",
    help="",
    source="SG-2013",
    part="",
    writers=(Role.ANALYST,),
    fields=(
        Field(name="name", label="Name", type="text", personal=True),
        Field(name="label", label="Label", type="text", required=True),
        Field(name="quote", label="Quote", type="long", sensitive=True),
        Field(name="number", label="Number", type="integer", unit="persons"),
        Field(name="open", label="Open", type="flag"),
        Field(name="near", label="Near", type="links", to="case"),
        Field(name="marking", label="Marking of the paper", type="text"),
    ),
)
READER = record_views.Reader(
    Actor("a", "Amira", Role.ANALYST, "justice"),
    {"a": "Amira"},
    {"justice": "Justice"},
    {"SDN": "Sudan"},
)


def record(*, erased=False, **body):
    whole = dict.fromkeys(f.name for f in FORM.fields) | {"near": []} | body
    return Record(
        kind="case",
        id=new_id(),
        version=1,
        body=whole,
        erased=erased,
        stamp=Stamp("justice", "a"),
        parent="",
        place="SDN",
        who="a",
        when=datetime(2026, 5, 1, 12, tzinfo=UTC),
        why="because",
        fingerprint="h",
    )


def fields(of, reader=READER):
    return {f["name"]: f for f in record_views.one(of, FORM, reader)["fields"]}


def test_nothing_zero_and_no_are_three_things():
    assert fields(record(number=0, open=False))["number"]["words"] == ["0"]
    assert fields(record(number=0, open=False))["open"]["words"] == ["no"]
    assert fields(record())["number"]["words"] == fields(record())["open"]["words"] == []


def test_an_erased_value_is_said_to_be_erased_and_a_missing_one_is_not():
    assert fields(record(erased=True, number=3))["name"]["erased"]
    kept = fields(record(name="A. Person", label="x"))["name"]
    assert (kept["erased"], kept["words"]) == (False, ["A. Person"])
    assert not fields(record(label="x"))["name"]["erased"]


def test_a_title_never_holds_a_personal_or_sensitive_value():
    assert record_views.title_of(
        record(name="A. Person", quote="words of hate"), FORM, READER.actor
    ).startswith("Case ")
    assert (
        record_views.title_of(record(name="A. Person", label="Village"), FORM, READER.actor)
        == "Village"
    )


def test_fields_that_records_are_called_by_are_open_to_every_reader_of_the_record():
    for kind, names in ((k, forms.form(k).called) for k in forms.kinds()):
        for f in map(forms.form(kind).field, names):
            assert not any((f.personal, f.sensitive, f.to)), (kind, f.name)


def test_records_of_a_kind_without_a_title_are_told_apart():
    act = forms.form("act")
    body = dict.fromkeys(f.name for f in act.fields) | {
        "acts": ["detention"],
        "since": "2026-05-01",
        "area": "North",
    }
    told = record_views.title_of(
        replace(record(), kind="act", body=body), act, READER.actor
    )
    assert told == f"{act.field('acts').choices['detention']}, 1 May 2026, North"


def test_a_link_that_may_not_be_read_leaves_no_trace():
    seen, unseen = new_id(), new_id()
    reader = record_views.Reader(READER.actor, titles={seen: ("case", "Seen")})
    one = record_views.one(record(label="x", near=[seen, unseen]), FORM, reader)
    assert unseen not in str(one)
    assert fields(record(near=[seen, unseen]), reader)["near"]["value"] == [seen]


def test_visitors_see_the_space_and_no_names():
    visitor = record_views.Reader(
        Actor("", "", Role.VISITOR, ""), {"a": "Amira"}, {"justice": "Justice"}
    )
    assert "Amira" not in str(record_views.one(record(label="x"), FORM, visitor))
    assert record_views.line(record(label="x"), FORM, visitor)["who"] == "Justice"


def test_every_marking_usage_and_role_has_words():
    from upstander.web.kernel.viewer import ROLES

    assert set(record_views.MARKINGS) == set(Marking)
    assert set(record_views.USAGES) == set(Usage)
    assert set(ROLES) == set(Role)


def test_a_field_named_as_a_column_of_rights_does_not_take_its_place():
    text = exports.as_csv(
        [record(label="x", marking="TLP:CLEAR")], FORM, READER, as_of=datetime(2026, 6, 1)
    )
    row = next(
        csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#"))
    )
    assert (row["marking"], row["field_marking"]) == ("TLP:AMBER", "TLP:CLEAR")


def test_a_date_that_cannot_be_read_is_shown_again_as_text():
    form = Form(
        kind="k",
        title="K",
        plural="",
        help="",
        source="",
        part="",
        writers=(),
        fields=(Field(name="day", label="Day", type="date"),),
    )
    made = form_fields.inputs(
        form, {"day": "31.5.2026"}, {"day": "takes a day written YYYY-MM-DD"}, {}, []
    )[0]
    assert (made["input"], made["value"]) == ("line", "31.5.2026")
    assert form_fields.inputs(form, {"day": "2026-05-31"}, {}, {}, [])[0]["input"] == "day"


def test_a_link_is_found_to_both_sorts_of_records_and_not_to_a_code():
    made = id_of_the_one("signal", "justice", "speech_burst")
    drawn = new_id()
    assert [record_views.linked_id(i) for i in (made, drawn)] == [made, drawn]
    assert record_views.linked_id(f"signal:{made}") == made
    assert record_views.linked_id("framework_2014:7.5") == ""
