"""A monitor's report: the contact in the vault, the receipt code, the item made from it. Against the real store and vault."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from upstander.core.errors import ContactsLost, NotAllowed, UnknownRecord
from upstander.core.rights import VISITOR, Actor, Marking, Role, Stamp, Usage
from upstander.evidence import importing, submissions
from upstander.records import exports
from upstander.records.disclosure_control import WITHHELD, blurred
from upstander.records.drafts import draft
from upstander.records.forms import FormError
from upstander.records.schema import contact
from upstander.records.store import Records
from upstander.records.vault import Vault

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OTHER = Actor("o", "Other", Role.ANALYST, "ministry")
REPORT = {
    "title": "Houses burnt",
    "text": "Armed men burnt houses at night.",
    "day": "2026-05-30",
    "admin2": "El Fasher",
    "place_name": "Tawila",
    "latitude": "13.6279",
    "longitude": "25.3494",
    "precision": "exact",
    "women": "2",
    "consent_use": "yes",
    "consent_share": "yes",
    "consent_identify": "no",
}
CONTACT = {"name": "Halima Idris", "phone": "+249 91 234 5678"}


@pytest.fixture
def records(tmp_path) -> Records:
    return Records.open(f"sqlite:///{tmp_path / 'records.db'}", tmp_path / "keys")


@pytest.fixture
def vault(records, tmp_path) -> Vault:
    return Vault.open(records, tmp_path / "keys" / "vault.key")


@pytest.fixture
def take(records, vault, places):
    def run(contact=CONTACT, **changed):
        return submissions.received(
            {**REPORT, **changed},
            contact,
            records=records,
            vault=vault,
            by=submissions.intake("mechanism"),
            place="SDN",
            places=frozenset(places.places),
            now=NOW,
        )

    return run


def update(records, report, by, **changed):
    """What an analyst changes on the report's page."""
    given = {**report.body, **changed}
    made = draft(
        "submission",
        given,
        id=report.id,
        by=by,
        places=frozenset(["SDN"]),
        stamp=report.stamp,
        place=report.place,
        expected=report.version,
    )
    return records.append([made], by=by, why="checked", now=LATER)[0]


def test_a_receipt_code_is_hard_to_guess_and_easy_to_copy():
    codes = {submissions.receipt() for _ in range(200)}
    assert len(codes) == 200
    code = codes.pop()
    assert len(code.replace("-", "")) * 5 == 80  # bits
    assert submissions.hashed(code) == submissions.hashed(
        f" {code.upper().replace('-', ' ')} ".replace("0", "O").replace("1", "l")
    )
    assert submissions.hashed(code) != submissions.hashed(codes.pop())


def test_a_community_report_keeps_its_source_safe_from_the_form_to_the_public_page(
    take, records, vault, places, analyst, tmp_path
):
    """Journey 5: contact in the vault; the analyst sees the reliability code; public views blur; the sender gets a status."""
    report, code = take()
    by_intake = submissions.intake("mechanism")
    assert (
        submissions.status(code, records=records, by=by_intake, as_of=NOW)
        == submissions.SAID["received"]
    )

    seen = records.read("submission", report.id, by=analyst, as_of=NOW)
    assert "Halima" not in json.dumps({**seen.body, "who": seen.who})
    assert seen.body["contact"]
    for outsider in (
        OTHER,
        VISITOR,
        Actor("adm", "A", Role.ADMINISTRATOR, "mechanism"),
        Actor("r", "R", Role.READER, "mechanism"),
    ):
        with pytest.raises(UnknownRecord):
            records.read("submission", report.id, by=outsider, as_of=NOW)
    graded = update(records, seen, analyst, status="checking", reliability="B")
    assert (
        submissions.status(code, records=records, by=by_intake, as_of=LATER)
        == submissions.SAID["checking"]
    )

    item = submissions.evidence_from(graded, by=analyst, places=frozenset(places.places))
    [made] = records.append([item], by=analyst, why="from a report", now=LATER)
    assert (made.body["reliability"], made.body["status"], made.stamp.restricted) == (
        "B",
        "inbox",
        True,
    )
    update(
        records,
        graded,
        analyst,
        status="not_used",
        reason="Could not be confirmed.",
        evidence=[made.id],
    )
    assert submissions.status(code, records=records, by=by_intake, as_of=LATER).endswith(
        "Why: Could not be confirmed."
    )

    head = Actor("h", "Head", Role.HEAD, "mechanism")
    stamp = Stamp("mechanism", "amira", Marking.CLEAR, Usage.PUBLIC)
    wide = draft(
        "evidence",
        {**made.body, "status": "library"},
        id=made.id,
        by=head,
        places=frozenset(places.places),
        stamp=stamp,
        place="SDN",
        expected=1,
    )
    records.append([wide], by=head, why="published", now=LATER)
    public = blurred(
        records.read("evidence", made.id, by=VISITOR, as_of=LATER), VISITOR
    ).body
    assert (public["latitude"], public["longitude"], public["precision"]) == (
        13.5,
        25.5,
        "district",
    )
    assert (public["place_name"], public["women"], public["submission"]) == (
        WITHHELD,
        "fewer than 5",
        WITHHELD,
    )


def test_nothing_of_a_contact_is_anywhere_in_the_database_in_the_clear(
    take, records, tmp_path
):
    take()
    for file in tmp_path.glob("records.db*"):
        assert b"Halima" not in file.read_bytes()
        assert b"234 5678" not in file.read_bytes()


def test_a_lost_key_loses_the_contacts_and_leaves_the_assessment_whole(
    take, records, vault, analyst, tmp_path
):
    report, code = take()
    ref = report.body["contact"]
    assert vault.get(ref, by=analyst, now=NOW) == CONTACT
    (tmp_path / "keys" / "vault.key").unlink()
    with pytest.raises(ContactsLost):
        vault.get(ref, by=analyst, now=LATER)
    assert (
        records.read("submission", report.id, by=analyst, as_of=LATER).body["text"]
        == REPORT["text"]
    )
    assert submissions.status(
        code, records=records, by=submissions.intake("mechanism"), as_of=LATER
    )
    assert records.verify().entries > 1
    without, _ = take(contact={})
    assert without.body["contact"] is None


def test_who_is_not_cleared_or_of_another_space_never_reads_a_contact(take, vault):
    report, _ = take()
    for by in (
        OTHER,
        Actor("c", "C", Role.CONTRIBUTOR, "mechanism"),
        Actor("a", "A", Role.ADMINISTRATOR, "mechanism"),
        VISITOR,
    ):
        with pytest.raises(UnknownRecord):
            vault.get(report.body["contact"], by=by, now=NOW)


def test_what_was_not_consented_to_is_not_done(take, records, places, analyst):
    codes = frozenset(places.places)
    no_use, _ = take(consent_use="no")
    with pytest.raises(NotAllowed, match="did not consent"):
        submissions.evidence_from(no_use, by=analyst, places=codes)
    no_share, _ = take(consent_share="no")
    assert (
        submissions.evidence_from(no_share, by=analyst, places=codes).stamp.marking
        is Marking.STRICT
    )
    with pytest.raises(FormError, match="consent_use"):
        take(consent_use="")


def test_a_code_that_fits_nothing_gets_the_same_words_whatever_it_is(take, records):
    take()
    by = submissions.intake("mechanism")
    for code in (
        "",
        "0000-0000-0000-0000",
        "' OR 1=1 --",
        "x" * 5000,
        submissions.receipt(),
    ):
        assert (
            submissions.status(code, records=records, by=by, as_of=LATER)
            == submissions.NOT_FOUND
        )


def test_a_refused_report_leaves_no_contact_behind(take, records, tmp_path):
    with pytest.raises(FormError, match="title"):
        take(title="")
    assert not (tmp_path / "keys" / "vault.key").exists()


def test_a_report_not_used_needs_a_reason_that_its_sender_reads(take, records, analyst):
    report, _ = take()
    with pytest.raises(FormError, match="is told why"):
        update(records, report, analyst, status="not_used")


def test_an_offline_file_of_reports_puts_contacts_in_the_vault_and_gives_receipts(
    records, vault, places, analyst, tmp_path
):
    columns = exports.template("submission").decode("utf-8-sig").strip().split(",")
    assert not {"receipt", "contact", "reliability", "evidence"} & set(columns)
    file = tmp_path / "reports.csv"
    file.write_text(
        "title,text,day,consent_use,consent_share,consent_identify,contact_name,contact_phone,receipt,status\n"
        "Road cut,The road was cut.,2026-05-01,yes,no,no,Halima Idris,+249 91 234 5678,mine,used\n"
    )
    brought = importing.bring(
        "template", file, by=analyst, places=places, kind="submission", place="SDN"
    )
    assert brought.faults == ()
    [made], [(where, code)] = importing.kept(
        brought, records=records, vault=vault, by=analyst, why="reports.csv", now=NOW
    )
    assert (where, made.body["status"], made.stamp.restricted) == (
        "line 2",
        "received",
        True,
    )
    assert vault.get(made.body["contact"], by=analyst, now=NOW) == CONTACT
    assert (
        submissions.status(code, records=records, by=analyst, as_of=NOW)
        == submissions.SAID["received"]
    )
    auditor = Actor("aud", "Aud", Role.OVERSIGHT, "")
    logged = records.logged(by=auditor, since=NOW, until=LATER, action="imported")
    assert [(x.who, x.details["items"]) for x in logged] == [("amira", 1)]


def test_an_import_that_may_not_be_written_leaves_no_contact_behind(
    records, vault, places, tmp_path
):
    file = tmp_path / "reports.csv"
    file.write_text(
        "title,text,consent_use,consent_share,consent_identify,contact_name\nA,b,yes,yes,no,Halima\n"
    )
    analyst, contributor = (
        Actor(n, n, r, "mechanism")
        for n, r in (("a", Role.ANALYST), ("c", Role.CONTRIBUTOR))
    )
    brought = importing.bring(
        "template", file, by=contributor, places=places, kind="submission"
    )
    with pytest.raises(NotAllowed):
        importing.kept(brought, records=records, vault=vault, by=analyst, why="x", now=NOW)
    auditor = Actor("aud", "Aud", Role.OVERSIGHT, "")
    assert records.logged(by=auditor, since=NOW, until=LATER, action="contact kept") == ()
    with records.database.reading() as connection:
        assert connection.execute(select(contact)).all() == []
