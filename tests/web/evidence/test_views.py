"""The evidence library over the real application: filters, grading, sides, blurring, and bringing files in."""

import csv
import io

import pytest
from lxml import html
from tests.web import country_seed as seed
from tests.web.people import ORIGIN, office

from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Usage
from upstander.evidence import submissions
from upstander.records.vault import Vault
from upstander.web.kernel import upload_tray as views

OPEN = {"marking": Marking.CLEAR, "usage": Usage.PUBLIC}


@pytest.fixture
def home(tmp_path):
    return office(tmp_path)


def item(home, title, **given):
    return seed.write(
        home, "evidence", **{"title": title, "passage": title, "day": "2026-05-01", **given}
    )


def titles(home, query="", role=Role.ANALYST):
    return [r["title"] for r in home.of(role).get(f"/evidence.json{query}").json()["rows"]]


@pytest.mark.requirement("S03")
def test_evidence_is_listed_by_the_crime_whose_acts_it_may_point_to(home):
    item(home, "Children taken from their families", act_types=["child_transfer"])
    item(home, "Aid convoy shelled", act_types=["attack_aid"])
    assert titles(home, "?crime=genocide&text=taken") == [
        "Children taken from their families"
    ]
    assert titles(home, "?crime=war_crimes&text=convoy") == ["Aid convoy shelled"]
    assert titles(home, "?crime=genocide&text=convoy") == []
    assert titles(home, "?crime=no_crime&text=convoy") == []


def test_every_filter_narrows_the_list(home):
    item(
        home,
        "Raid on a market",
        reliability="A",
        credibility="1",
        supports=["7.5"],
        day="2026-05-03",
    )
    item(
        home,
        "School closed",
        reliability="C",
        credibility="4",
        against=["7.5"],
        day="2026-05-02",
        place="TCD",
    )
    item(home, "Not looked at", status="inbox", day="2026-05-01")
    assert titles(home) == ["Raid on a market", "School closed"]
    assert titles(home, "?status=inbox") == ["Not looked at"]
    assert titles(home, "?status=all&place=SDN") == ["Raid on a market", "Not looked at"]
    assert titles(home, "?of=7.5&side=against") == ["School closed"]
    assert (
        titles(home, "?reliability=A")
        == titles(home, "?credibility=1")
        == ["Raid on a market"]
    )
    assert titles(home, "?since=2026-05-03") == ["Raid on a market"]
    assert titles(home, "?until=2026-05-02") == ["School closed"]
    assert titles(home, "?text=market") == ["Raid on a market"]
    assert titles(home, "?status=all&ungraded=yes") == ["Not looked at"]


def test_ids_of_records_that_a_reader_may_not_read_are_in_no_list_of_links(home):
    g = seed.group(home)
    secret = seed.write(
        home,
        "act",
        acts=["killing"],
        group=g.id,
        status="alleged",
        since="2026-05-01",
        marking=Marking.RED,
    )
    item(home, "One", supports=["7.5", f"act:{secret.id}"], marking=Marking.GREEN)
    for client, sees in (
        (home.of(Role.ANALYST), True),
        (home.of(Role.HEAD), False),
        (home.of(Role.ANALYST, "nhri"), False),
    ):
        for path in ("/evidence", "/evidence.json"):
            answer = client.get(path)
            assert "7.5" in answer.text
            assert (secret.id in answer.text) == sees, path


def test_grades_sides_uses_and_gaps_are_counted(home):
    g = seed.group(home)
    act = seed.write(
        home,
        "act",
        acts=["killing"],
        group=g.id,
        status="alleged",
        since="2026-05-01",
        precision="district",
    )
    item(
        home,
        "One",
        reliability="A",
        credibility="2",
        supports=["7.5", f"act:{act.id}"],
        affected=10,
        women=10,
        men=0,
        girls=0,
        boys=0,
    )
    item(home, "Two", reliability="A", credibility="2", against=["7.5"], affected=7)
    item(home, "Inbox does not count", status="inbox", supports=["7.5"])
    made = home.of(Role.ANALYST).get("/evidence.json").json()
    grades = {r[0]["words"]: [c["words"] for c in r[1:]] for r in made["grading"]["rows"]}
    assert grades["A Completely reliable"] == ["0", "2", "0", "0", "0", "0", "0"]
    sides = {r[0]["words"]: [c["words"] for c in r[1:]] for r in made["sides"]["rows"]}
    assert next(v for k, v in sides.items() if k.startswith("7.5 ")) == ["1", "1"]
    assert next(v for k, v in sides.items() if k.startswith("Act: Killing")) == ["1", "0"]
    assert next(r for r in made["rows"] if r["title"] == "One")["used_in"] == [
        "7.5",
        f"act:{act.id}",
    ]
    assert (made["gaps"]["whole"], made["gaps"]["of"]) == (1, 2)
    assert [g["title"] for g in made["gaps"]["items"]] == ["Two"]


def test_the_inbox_leads_to_triage_and_shows_what_may_be_the_same(home):
    item(home, "Armed men burned the market of Kutum at dawn")
    item(home, "Armed men burned the market of Kutum at dawn today", status="inbox")
    client = home.of(Role.ANALYST)
    made = client.get("/evidence.json?status=inbox").json()
    (pair,) = made["pairs"]
    assert pair["kind"] == "near"
    assert len(pair["items"]) == 2
    page = html.fromstring(client.get("/evidence?status=inbox").text)
    (triage,) = page.xpath(
        "//main//td//a[contains(., 'Triage')]/@href | //main//th//a[contains(., 'Triage')]/@href"
    )
    assert client.get(triage).status_code == 200


def test_visitors_see_only_what_is_public_and_no_finer_than_the_district(home):
    approver = home.account(Role.APPROVER)
    reported = item(
        home,
        "Shots heard near homes",
        by=approver,
        place_name="Kutum",
        admin2="North",
        latitude=14.2,
        longitude=24.66,
        precision="settlement",
        affected=3,
        **OPEN,
    )
    item(
        home,
        "Printed in the gazette",
        by=approver,
        place_name="Nyala",
        admin2="South",
        published=True,
        url="https://example.org/a",
        affected=3,
        **OPEN,
    )
    item(home, "For our own eyes")
    assert reported.stamp.marking is Marking.CLEAR
    visitor = home.client()
    rows = {r["title"]: r for r in visitor.get("/evidence.json").json()["rows"]}
    assert set(rows) == {"Shots heard near homes", "Printed in the gazette"}
    blurred, printed = rows["Shots heard near homes"], rows["Printed in the gazette"]
    assert "Kutum" not in visitor.get("/evidence").text
    assert (
        blurred["latitude"],
        blurred["longitude"],
        blurred["precision"],
        blurred["affected"],
    ) == (
        14.0,
        24.5,
        "district",
        "fewer than 5",
    )
    assert blurred["blurred"]
    assert "Nyala" in printed["where"]
    assert printed["affected"] == 3
    assert (
        visitor.get("/evidence.json?text=Kutum").json()["count"] == 0
    )  # nor can it be found out by asking
    assert titles(home, "?text=Kutum") == ["Shots heard near homes"]
    assert "/evidence/import" not in visitor.get("/evidence").text


# Bringing files in


def sheet(*rows, columns=("title", "passage", "day", "reliability")):
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode()


def look(client, content, name="may.csv", **values):
    return client.post(
        "/evidence/import",
        data={
            "csrf": client.csrf,
            "do": "look",
            "program": "template",
            "kind": "evidence",
            "place": "SDN",
            **values,
        },
        files={"file": (name, content)},
        headers={"origin": ORIGIN},
    )


def said(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


def test_a_file_is_looked_at_before_anything_is_kept(home):
    client = home.of(Role.CONTRIBUTOR)
    answer = look(
        client,
        sheet(
            ["A raid", "Words", "2026-05-01", "B"], ["A march", "More", "2026-05-02", ""]
        ),
    )
    assert "2 lines read: 2 would be kept" in said(answer)
    assert titles(home, "?status=all") == []
    kept = client.fill("/evidence/import", do="keep")
    assert kept.status_code == 201
    assert "2 items are in the inbox." in said(kept)
    assert titles(home, "?status=inbox") == ["A march", "A raid"]
    assert "The file is not held any more" in said(
        client.fill("/evidence/import", do="keep")
    )  # once
    assert len(titles(home, "?status=all")) == 2


def test_faults_are_told_line_by_line_and_nothing_is_kept_unless_the_good_lines_are_asked_for(
    home,
):
    client = home.of(Role.ANALYST)
    content = sheet(["A raid", "Words", "2026-05-01", "B"], ["", "No title", "1 May", "Z"])
    answer = look(client, content)
    page = html.fromstring(answer.text)
    told = [
        [c.text_content().strip() for c in r]
        for r in page.xpath("//table[caption='Faults, line by line']/tbody/tr")
    ]
    assert {(where, column) for where, column, _ in told} == {
        ("line 3", "title"),
        ("line 3", "day"),
        ("line 3", "reliability"),
    }
    assert "Nothing would be kept." in said(answer)
    assert "The file is not held any more" in said(
        client.fill("/evidence/import", do="keep")
    )
    assert "1 would be kept" in said(look(client, content, keep_good="yes"))
    client.fill("/evidence/import", do="keep")
    assert titles(home, "?status=inbox") == ["A raid"]


def test_the_rejected_lines_are_taken_mended_and_brought_again_by_who_looked_and_nobody_else(
    home,
):
    client, other = home.of(Role.ANALYST), home.of(Role.HEAD)
    there = "/evidence/import/rejected.csv"
    assert client.get(there).status_code == 404
    content = sheet(
        ["A raid", "Words", "2026-05-01", "B"], ["=1+1", "Second", "1 May", "A"]
    )
    assert there in look(client, content, keep_good="yes").text
    assert there in client.fill("/evidence/import", do="keep").text
    answer = client.get(there)
    assert answer.headers["cache-control"] == "no-store"
    text = answer.content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "A raid" not in text
    assert [
        c.get(there).status_code for c in (other, home.of(Role.READER), home.client())
    ] == [
        404,
        403,
        303,
    ]
    again = look(client, text.replace("1 May", "2026-05-02").encode())
    assert "1 would be kept" in said(again)
    assert there not in again.text
    assert client.get(there).status_code == 404
    client.fill("/evidence/import", do="keep")
    assert titles(home, "?status=inbox") == ["=1+1", "A raid"]


def test_what_cannot_be_read_is_refused_with_what_to_do(home):
    client = home.of(Role.ANALYST)
    for content, name, words in (
        (b"%PDF-1.7 ...", "a.pdf", "is a PDF, not a table"),
        (b"", "a.csv", "is empty"),
        ("título\n".encode("cp1252") * 3, "a.csv", "is not UTF-8 text"),
    ):
        answer = look(client, content, name)
        assert answer.status_code == 422
        assert words in said(answer)
    assert "Choose a file" in said(client.fill("/evidence/import", do="look"))
    wrong = look(client, sheet(["A", "B", "", ""]), mapping="[fields]\nnothing = 'x'")
    assert "fields.nothing" in said(wrong)
    assert "Choose the program" in said(
        look(client, sheet(["A", "B", "", ""]), program="../x")
    )
    assert home.of(Role.READER).get("/evidence/import").status_code == 403


def test_the_tray_holds_one_file_for_each_account_and_not_for_long(home):
    tray, at = views.Tray(), now()
    for n in range(20):
        tray.put(f"a{n}", views.Waiting("f", b"x", {}, at + views.LASTS), at)
    assert len(tray.files) == views.MOST_WAITING
    assert tray.take("a0", at) is None
    assert tray.take("a19", at + views.LASTS) is None
    tray.put("b", views.Waiting("f", b"x", {}, at + views.LASTS), at)
    assert tray.take("b", at).content == b"x"


def test_templates_can_be_taken_and_filled_in(home):
    client = home.of(Role.CONTRIBUTOR)
    for kind in ("evidence", "submission"):
        answer = client.get(f"/records/{kind}/template.csv")
        assert answer.headers["content-type"].startswith("text/csv")
        header = next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert "title" in header
        assert "contact" not in header
    assert client.get("/records/group/template.csv").status_code == 400


def test_reports_from_monitors_come_by_file_with_receipts_and_contacts_in_the_vault(home):
    client = home.of(Role.ANALYST)
    content = sheet(
        ["Houses burned", "I saw it", "2026-05-01", "yes", "yes", "no", "+249 555 0100"],
        columns=(
            "title",
            "text",
            "day",
            "consent_use",
            "consent_share",
            "consent_identify",
            "contact_phone",
        ),
    )
    answer = look(client, content, kind="submission")
    assert "1 with a contact, which goes to the vault" in said(answer)
    kept = client.fill("/evidence/import", do="keep")
    (code,) = html.fromstring(kept.text).xpath("//main//td/code/text()")
    assert (
        submissions.status(
            code, records=home.state.records, by=home.account(Role.ANALYST), as_of=now()
        )
        == submissions.SAID["received"]
    )
    (report,) = home.state.records.find(
        by=home.account(Role.ANALYST), as_of=now(), kinds=("submission",)
    )
    assert "0100" not in str(report)
    vault = Vault.open(home.state.records, home.state.settings.vault_key)
    assert vault.get(report.body["contact"], by=home.account(Role.ANALYST), now=now()) == {
        "phone": "+249 555 0100"
    }
    taken = client.fill(f"/evidence/reports/{report.id}")
    assert taken.status_code == 303
    assert titles(home, "?status=inbox") == ["Houses burned"]
    assert home.of(Role.ANALYST).get("/evidence.json").json()["reports"] == []
    assert (
        submissions.status(
            code, records=home.state.records, by=home.account(Role.ANALYST), as_of=now()
        )
        == submissions.SAID["checking"]
    )


def test_a_report_without_consent_stays_as_it_is(home):
    report = seed.write(
        home, "submission", title="Kept only", consent_use=False, status="received"
    )
    page = said(home.of(Role.ANALYST).get("/evidence"))
    assert "The person did not consent to its use." in page
    assert home.of(Role.ANALYST).fill(f"/evidence/reports/{report.id}").status_code == 403
    assert titles(home, "?status=all") == []
