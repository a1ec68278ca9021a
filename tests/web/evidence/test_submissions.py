"""The public form for reports and the page of receipt codes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html
from starlette.testclient import TestClient
from tests.web.people import ORIGIN, office, token_in

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.evidence.submissions import NOT_FOUND, SAID

REPORT = {
    "title": "Houses burned",
    "text": "I saw it myself",
    "consent_use": "true",
    "consent_share": "false",
    "consent_identify": "false",
}


@pytest.fixture
def home(tmp_path):
    return office(tmp_path, intake="justice")


def send(home, **values):
    visitor = home.client()
    visitor.csrf = token_in(visitor.get("/report"))
    return visitor, visitor.fill("/report", **{**REPORT, **values})


def kept(home):
    return home.state.records.find(
        by=home.account(Role.ANALYST), as_of=now(), kinds=("submission",)
    )


def test_a_report_gets_a_code_shown_once_and_its_status_later(home):
    visitor, answer = send(home, _place="SDN", contact_phone="+249 555 0100")
    assert answer.status_code == 201
    (code,) = html.fromstring(answer.text).xpath("//main//code/text()")
    (report,) = kept(home)
    assert (report.place, report.body["status"], report.stamp.restricted) == (
        "SDN",
        "received",
        True,
    )
    assert "0100" not in str(report)
    assert code not in str(report)
    assert SAID["received"] in visitor.fill("/report/status", code=code.upper()).text
    assert NOT_FOUND in visitor.fill("/report/status", code="nope").text
    told = home.of(Role.ANALYST).write(
        f"/records/submission/{report.id}",
        fields={**report.body, "status": "used"},
        why="used",
        expected=1,
    )
    assert told.status_code == 200
    assert SAID["used"] in visitor.fill("/report/status", code=code.replace("-", " ")).text


def test_what_is_missing_is_said_and_what_was_typed_stays(home):
    _, answer = send(
        home, title="", contact_email="me@example.org", _place="nowhere", consent_use=""
    )
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert (
        page.xpath("//textarea[@name='text']")[0].text_content().strip()
        == "I saw it myself"
    )
    assert page.xpath("//input[@name='contact_email']/@value") == ["me@example.org"]
    assert kept(home) == ()


def test_the_public_form_sets_nothing_that_is_the_offices(home):
    send(home, status="used", reliability="A", origin="x", receipt="abc")
    (report,) = kept(home)
    assert (report.body["status"], report.body["reliability"], report.body["origin"]) == (
        "received",
        None,
        None,
    )


def test_nothing_of_the_request_is_kept(home):
    send(home)
    assert home.state.attempts.failures(now() - timedelta(days=1)) == {}
    assert "testclient" not in str(kept(home)) + repr(home.state.reports)


def test_one_source_closes_the_form_to_nobody_else(home):
    one = TestClient(home.app, base_url=ORIGIN, client=("192.0.2.7", 1))
    limit = replace(home.state.reports, most=3)
    home.state.reports = limit
    for n in range(5):
        token = token_in(one.get("/report"))
        answer = one.post(
            "/report", data={**REPORT, "csrf": token}, headers={"origin": ORIGIN}
        )
        assert answer.status_code == (201 if n < 3 else 403), n
    assert "Keep your words" in answer.text
    assert send(home)[1].status_code == 201


def test_there_is_no_form_where_no_space_receives_reports(tmp_path):
    for settings in ({}, {"intake": "nobody"}):
        closed = office(tmp_path / str(len(settings)), **settings)
        assert closed.client().get("/report").status_code == 404
        assert closed.client().get("/report/status").status_code == 404


def test_a_flood_is_stopped_and_another_site_cannot_send(home, monkeypatch):
    monkeypatch.setattr(home.state, "reports", replace(home.state.reports, most=2))
    assert [send(home)[1].status_code for _ in range(3)] == [201, 201, 403]
    visitor = home.client()
    token = token_in(visitor.get("/report"))
    assert (
        visitor.post(
            "/report",
            data={"csrf": token, **REPORT},
            headers={"origin": "https://evil.example"},
        ).status_code
        == 403
    )
    assert (
        visitor.post("/report", data=REPORT, headers={"origin": ORIGIN}).status_code == 403
    )
    assert len(kept(home)) == 2
