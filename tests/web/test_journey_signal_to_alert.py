"""Journey 2 in a real Chromium without JavaScript: from a signal to an alert in a country without conflict."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import etree
from tests.shared_data import SHARED
from tests.web.journeying import Person
from tests.web.people import office
from tests.web.serving import served

from upstander import jobs
from upstander.core.clock import utc_now
from upstander.core.rights import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCHEMA = SHARED / "cap/schema/cap12.xsd"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(tmp_path_factory.mktemp("journey2"), desk="justice")


@pytest.fixture(scope="module")
def site(home):
    with served(home.app) as url:
        yield url


def day(ahead: int) -> str:
    return (utc_now().date() + timedelta(days=ahead)).isoformat()


def record(person: Person, kind: str, **values) -> None:
    person.go(f"/records/{kind}/new").fill(_place="BWA", **values)


def seen(analyst: Person) -> None:
    """What the analyst records: a group, a burst of speech against it, a new rule, an election in eighty days."""
    record(
        analyst,
        "group",
        neutral_label="River people",
        basis=["ethnic"],
        known_from="Census",
    )
    group = analyst.page.url.rsplit("/", 1)[-1]
    for before in (1, 2, 4):
        record(
            analyst,
            "speech_event",
            day=day(-before),
            type="hate_speech",
            speaker="minister",
            group=group,
            summary="Says that they do not belong here.",
            known_from="Radio",
        )
    record(
        analyst,
        "preparatory_measure",
        day=day(-3),
        type="discriminatory_rule",
        actor="Ministry of the Interior",
        account="Papers of one group are to be renewed each month.",
        known_from="Gazette",
    )
    record(
        analyst,
        "trigger",
        type="election",
        label="General election",
        since=day(80),
        date_status="fixed",
        factors=["F5"],
        account="Contested.",
        known_from="Commission",
    )


@pytest.mark.requirement("C2")
@pytest.mark.requirement("T01")
@pytest.mark.requirement("T02")
@pytest.mark.requirement("R02")
@pytest.mark.requirement("F2b")
@pytest.mark.requirement("F4a")
@pytest.mark.requirement("P04")
def test_journey_2_signal_to_alert_outside_conflict(browser, home, site):
    analyst, approver = (
        Person(browser, home, site, home.account(role))
        for role in (Role.ANALYST, Role.APPROVER)
    )
    home.account(Role.HEAD)  # who must answer
    seen(analyst)
    jobs.tick(home.state.settings, utc_now, ("calendar", "records"))

    analyst.go("/alerts/queue")
    rules = {w["rule"] for w in analyst.json("/alerts/queue.json")["waiting"]}
    assert rules == {"speech_burst", "discriminatory_rule", "watch_notice"}
    analyst.click("Botswana: 3 speech events against one group", exact=False)

    # The explanation names the three inputs, the trigger as a modifier, and no conflict.
    shown = analyst.text
    assert "Draft of the level: 3 of 4" in shown
    assert "Input, Hate speech and incitement: Botswana: 3 speech events" in shown
    assert "Input, Preparatory or discriminatory measures: Botswana: a new" in shown
    assert "Modifier, dated trigger: General election" in shown
    assert "never to the top alone" in shown
    assert "Armed conflict" not in shown

    step = analyst.page.locator("form[action$='/steps/escalate']")
    step.locator("[name=why]").fill("Three inputs at once")
    step.get_by_role("button").press("Enter")
    assert analyst.page.locator("#f-level").input_value() == "3"
    inputs = analyst.page.locator("#f-inputs").input_value()
    assert inputs.count("Input, ") == 2
    assert "General election" in inputs
    analyst.fill(
        "Save as the next version",
        halt="Ask the ministry to withdraw the rule before the campaign begins.",
        responder="head-justice",
        sure="medium",
    )
    alert = analyst.page.url.rstrip("/").rsplit("/", 1)[-1]

    # Two people release: whoever proposed it cannot.
    analyst.go(f"/alerts/{alert}")
    assert "3 Warning" in analyst.text
    propose = analyst.page.locator("form[action$='/steps/propose']")
    propose.locator("[name=why]").fill("Ready")
    propose.get_by_role("button").press("Enter")
    assert analyst.page.locator("form[action$='/steps/release']").count() == 0
    assert "Release: not yet" in analyst.text
    approver.go(f"/alerts/{alert}")
    release = approver.page.locator("form[action$='/steps/release']")
    release.locator("[name=why]").fill("Agreed")
    release.get_by_role("button").press("Enter")
    assert "Released" in approver.text
    assert "Who must answer" in approver.text
    for aim in ("Ease rising tension", "Halt imminent", "Ensure accountability"):
        assert aim in approver.text

    # The CAP message validates, and says that it is possible, not observed.
    root = etree.fromstring(approver.body(f"/alerts/{alert}/message.cap.xml").encode())
    assert root.findtext("{*}info/{*}certainty") == "Possible"
    assert root.findtext("{*}info/{*}parameter[{*}valueName='level']/{*}value") == "3"
    assert root.findtext("{*}info/{*}area/{*}geocode/{*}value") == "BWA"
    if SCHEMA.exists():
        rules = etree.XMLSchema(etree.parse(SCHEMA))
        assert rules.validate(root), rules.error_log
    facts = approver.json("/countries/BWA.json")["years"][-1]
    assert facts["one_sided"] + facts["state_based"] < 25  # no conflict lent it a level
