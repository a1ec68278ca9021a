"""Journeys 4 and 5 in a real Chromium without JavaScript, with their acceptance facts; and both pages on a phone."""

from itertools import pairwise

import pytest
from tests.web import country_seed as seed
from tests.web.people import office
from tests.web.serving import served

from upstander.assess.crimes import asserted
from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.evidence.submissions import SAID
from upstander.records.vault import Vault

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = "+249 555 0100"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = office(tmp_path_factory.mktemp("journeys"), intake="justice")
    with served(made.app) as made.url:
        yield made


def page_of(browser, site, who=None, width=1280):
    """A page of somebody signed in, nobody when None."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    if who is not None:
        context.add_cookies(
            [
                {
                    "name": "session",
                    "value": site.client(who).cookies["session"],
                    "url": site.url,
                }
            ]
        )
    return context.new_page()


def body(page):
    return " ".join(page.text_content("main").split())


@pytest.mark.requirement("C02")
@pytest.mark.requirement("C03")
@pytest.mark.requirement("F6c")
def test_journey_4_mass_detention_and_child_transfer_without_conflict(browser, site):
    author, one, two = (
        site.account(Role.ANALYST, name=n)
        for n in ("journey-author", "journey-one", "journey-two")
    )
    group = seed.group(site, "Highland people", by=author)
    page = page_of(browser, site, author)
    page.goto(f"{site.url}/countries/SDN")
    page.get_by_role("link", name="Crimes", exact=True).press("Enter")
    for act, status, area in (
        ("Unlawful or mass detention", "Alleged", "North district"),
        ("Children taken from their group by force", "Verified", "East district"),
    ):
        page.get_by_role("link", name="Add act", exact=True).press("Enter")
        page.get_by_label(act, exact=True).press("Space")
        page.locator("#f-since").fill(seed.days_ago(30))
        page.locator("#f-area").fill(area)
        page.locator("#f-precision").select_option("district")
        page.locator("#f-group").select_option(group.id)
        page.locator("#f-status").select_option(label=status)
        page.locator("#f-verified_by").fill("Commission of inquiry")
        page.locator("#f-gravity").select_option("4")
        page.locator("input[name=perpetrator]").first.press("Space")
        page.locator("#f-account").fill("In our own words")
        page.locator("#f-known_from").fill("Report of the commission")
        page.locator("#f-_why").fill("coded from the report")
        page.get_by_role("button", name="Save").press("Enter")
        assert "/records/act/" in page.url
        assert "/new" not in page.url
        page.goto(f"{site.url}/countries/SDN/crimes")
    stamps = {
        h.text_content().strip().split(" open")[0].split(" closed")[0]: h.locator(
            ".stamp"
        ).text_content()
        for h in page.locator("section.lane h2:has(.stamp)").all()
    }
    assert stamps == {
        "Genocide": "open",
        "Crimes against humanity": "open",
        "War crimes": "closed",
    }
    assert "needs conflict or occupation" in body(page)
    assert "consistent with genocide" in body(page)
    item = seed.write(
        site,
        "intent_item",
        by=author,
        group=group.id,
        alternative="A measure of public health",
    )
    page.reload()
    page.get_by_role("link", name="Intent dossier").press("Enter")
    assert "Needs two reviewers." in body(page)
    for reader in (author, one, two):
        theirs = page_of(browser, site, reader)
        theirs.goto(f"{site.url}/countries/SDN/crimes/intent")
        theirs.get_by_role("link", name="Give an opinion on an item").press("Enter")
        theirs.locator("#f-item").select_option(item.id)
        theirs.locator("#f-version_read").fill("1")
        theirs.locator("#f-view").select_option("agree")
        theirs.locator("#f-alternative_weighed").select_option("fair")
        theirs.locator("#f-reasons").fill("The order names the group")
        theirs.locator("#f-_why").fill("second reading")
        theirs.get_by_role("button", name="Save").press("Enter")
        page.reload()
        expected = {
            "journey-author": "Needs two reviewers.",
            "journey-one": "Needs a second reviewer.",
        }.get(reader.account, "Complete: read by two people")
        assert expected in body(page), reader
    assert "A measure of public health" in body(page)
    for path in ("crimes", "crimes/intent", "assessment"):
        page.goto(f"{site.url}/countries/SDN/{path}")
        assert asserted(body(page)) == ()
    page.goto(f"{site.url}/countries/SDN/assessment")
    assert "Nobody has recorded a context." in body(page)


def test_journey_5_a_village_monitors_report_with_its_source_protected(browser, site):
    analyst, head = site.account(Role.ANALYST), site.account(Role.HEAD)
    monitor = page_of(browser, site, width=390)
    monitor.goto(f"{site.url}/report")
    monitor.locator("#f-_place").select_option("SDN")
    monitor.locator("#f-title").fill("Houses burned at night")
    monitor.locator("#f-text").fill("Three houses were burned")
    monitor.locator("#f-day").fill("2026-05-01")
    monitor.locator("#f-admin2").fill("Kutum district")
    monitor.locator("#f-place_name").fill("Umm Sayala")
    monitor.locator("#f-latitude").fill("14.21")
    monitor.locator("#f-longitude").fill("24.66")
    monitor.locator("#f-affected").fill("4")
    for consent in ("use", "share"):
        monitor.locator(f"#f-consent_{consent}").select_option("true")
    monitor.locator("#f-consent_identify").select_option("false")
    monitor.locator("#f-contact_phone").fill(PHONE)
    monitor.get_by_role("button", name="Send the report").press("Enter")
    code = monitor.locator("main code").text_content()
    monitor.reload()

    (report,) = [
        r
        for r in site.state.records.find(by=analyst, as_of=now(), kinds=("submission",))
        if r.body["title"].startswith("Houses")
    ][:1]
    vault = Vault.open(site.state.records, site.state.settings.vault_key)
    assert vault.get(report.body["contact"], by=head, now=now()) == {"phone": PHONE}

    desk = page_of(browser, site, analyst)
    desk.goto(f"{site.url}/evidence")
    assert "reliability of the person who reported: not graded" in body(desk)
    desk.get_by_role("link", name="Houses burned at night").first.press("Enter")
    assert PHONE not in desk.content()
    desk.go_back()
    desk.get_by_role(
        "button", name="Take into the inbox Houses burned at night"
    ).first.press("Enter")
    assert "/evidence/" in desk.url
    assert desk.url.endswith("/edit")
    assert PHONE not in desk.content()
    desk.locator("#f-status").select_option("library")
    desk.locator("#f-reliability").select_option("C")
    desk.locator("#f-credibility").select_option("3")
    desk.locator("#f-_why").fill("read and graded")
    desk.get_by_role("button", name="Save as the next version").press("Enter")
    item = desk.url.rsplit("/", 1)[-1]

    chief = page_of(browser, site, head)
    chief.goto(f"{site.url}/records/evidence/{item}/edit")
    chief.locator("input[name=_marking][value=CLEAR]").press("Space")
    chief.locator("#f-_usage").select_option("public")
    chief.locator("#f-_restricted").uncheck()
    chief.locator("#f-_why").fill("consented to be shared")
    chief.get_by_role("button", name="Save as the next version").press("Enter")
    assert "/edit" not in chief.url

    public = page_of(browser, site, width=390)
    for path in (
        "/evidence",
        f"/records/evidence/{item}",
        f"/records/evidence/{item}.json",
        "/evidence.json",
        f"/records/evidence/{item}/history",
        "/records/evidence/export.csv",
    ):
        if path.endswith("csv"):
            shown = site.client().get(path).text
        else:
            public.goto(site.url + path)
            shown = public.content()
        assert "Houses burned" in shown, path
        assert not [
            secret for secret in ("Umm Sayala", "14.21", "24.66", PHONE) if secret in shown
        ], path
    public.goto(f"{site.url}/evidence")
    assert "Kutum district" in body(public)
    assert "fewer than 5" in body(public)
    assert "no finer here than the district" in body(public)

    told = site.client(analyst)
    now_at = told.get(f"/records/submission/{report.id}.json").json()["version"]
    body_now = site.state.records.read(
        "submission", report.id, by=analyst, as_of=now()
    ).body
    assert (
        told.write(
            f"/records/submission/{report.id}",
            fields={**body_now, "status": "used"},
            why="used",
            expected=now_at,
        ).status_code
        == 200
    )
    monitor.goto(f"{site.url}/report/status")
    monitor.get_by_label("Receipt code").fill(code)
    monitor.get_by_role("button", name="Ask").press("Enter")
    assert SAID["used"] in body(monitor)
    assert code not in monitor.url


@pytest.mark.parametrize(
    "path",
    [
        "/countries/SDN/assessment",
        "/countries/SDN/assessment/f6",
        "/countries/SDN/crimes",
        "/countries/SDN/crimes/intent",
        "/evidence",
        "/evidence?status=inbox",
        "/evidence/import",
        "/report",
        "/report/status",
    ],
)
def test_pages_fit_a_phone_and_their_headings_are_in_order(browser, site, path):
    who = site.account(Role.ANALYST)
    if site.state.records.count(by=who, as_of=now(), kinds=["less_obvious"]) == 0:
        seed.registers(site, seed.without_conflict(site)["group"])
    context = browser.new_context(viewport={"width": 390, "height": 800})
    context.add_cookies(
        [{"name": "session", "value": site.client(who).cookies["session"], "url": site.url}]
    )
    page = context.new_page()
    page.goto(site.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    levels = page.evaluate(
        "[...document.querySelectorAll('main h1, main h2, main h3, main h4')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    unlabelled = page.evaluate(
        "[...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')].filter(e => !e.labels.length).map(e => e.name)"
    )
    assert unlabelled == []
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
        )
        == []
    )
    context.close()
