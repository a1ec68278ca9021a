"""The doors in a real Chromium without JavaScript: from the first link to a conflict; and what axe finds."""

import pytest
from tests.web.people import Office
from tests.web.serving import served

from upstander.core.clock import utc_now as now
from upstander.core.settings import Settings
from upstander.web.accounts import one_time_links
from upstander.web.app import make

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "four words in a row"  # noqa: S105 - of accounts that live for one test


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Office(make(Settings(home=tmp_path_factory.mktemp("browser"))))
    with served(made.app) as made.url:
        yield made


def page_of(browser, width=1280):
    return browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900}
    ).new_page()


def join(page, address, name):
    page.goto(address)
    if page.locator(
        "#f-name"
    ).count():  # the first administrator chooses it; who is invited is given one
        page.locator("#f-name").fill(name)
    page.get_by_label("Your name").fill(name.title())
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)


def test_from_the_first_link_to_a_conflict_without_javascript(browser, site):
    admin = page_of(browser)
    join(admin, site.url + one_time_links.first(site.state.accounts, now()), "amira")
    admin.get_by_label("Your agency").fill("Ministry of Justice")
    admin.get_by_role("button", name="Create the account").click()
    assert admin.url.endswith("/accounts")
    links = []
    for name in ("basil", "chidi"):
        admin.locator("#f-account").fill(name)
        admin.get_by_label("Role").first.select_option("analyst")
        admin.get_by_role("button", name="Make an invitation").click()
        links.append(admin.locator(".link code").inner_text())

    basil, chidi = page_of(browser), page_of(browser, 390)
    join(basil, links[0], "basil")
    basil.get_by_role("button", name="Create the account").click()
    basil.get_by_role("button", name="Sign out").click()
    basil.get_by_role("link", name="Sign in").first.click()
    basil.get_by_label("Account").fill("basil")
    basil.get_by_label("Password").fill(PASSWORD)
    basil.get_by_role("button", name="Sign in").click()
    join(chidi, links[1], "chidi")
    chidi.get_by_role("button", name="Create the account").click()

    basil.get_by_role("link", name="Assessments").click()
    basil.get_by_role("link", name="All registers").click()
    basil.get_by_role("link", name="Groups", exact=True).click()
    basil.get_by_role("link", name="New group").click()
    basil.get_by_label("Neutral label").fill("Highland people")
    basil.get_by_role("button", name="Save").click()
    assert basil.locator("[role=alert]").is_visible()
    assert basil.locator("[role=alert]").evaluate("e => e === document.activeElement")
    assert basil.get_by_label("Neutral label").input_value() == "Highland people"
    basil.get_by_label("Ethnic", exact=True).check()
    basil.get_by_label("Known from").fill("UN report")
    basil.get_by_label("Why").fill("First entry")
    basil.get_by_role("button", name="Save").click()
    there = basil.url
    assert "Highland people" in basil.inner_text("h1")

    for page, words in ((basil, "Basil's label"), (chidi, "Chidi's label")):
        page.goto(there + "/edit")
        page.get_by_label("Neutral label").fill(words)
        page.get_by_label("Why").fill(f"because of {words}")
    for page in (basil, chidi):
        page.get_by_role("button", name="Save as the next version").click()
    assert "saved version 2 while you were writing" in chidi.inner_text("[role=alert]")
    row = chidi.locator(".compare tbody tr").inner_text()
    assert "Basil's label" in row
    assert "Chidi's label" in row
    chidi.get_by_role("button", name="Save as the next version").click()
    assert chidi.inner_text("h1") == "Chidi's label"
    chidi.get_by_role("link", name="History").click()
    assert chidi.locator("section.version").count() == 3
    assert chidi.locator("ins").first.inner_text() == "Chidi's label"
    site.there = there


def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(browser, site):
    from axe_playwright_python.sync_playwright import Axe

    there = getattr(site, "there", "")
    assert there, "needs the record of the test before"
    pages = {
        "amira": ["/accounts", "/audit", "/account"],
        "basil": [
            "/records",
            "/records/group",
            there,
            f"{there}/history",
            f"{there}/edit",
            "/search?q=label",
        ],
        "": ["/sign-in"],
    }
    found = {}
    for name, paths in pages.items():
        context = browser.new_context(
            viewport={"width": 390, "height": 900}, bypass_csp=True
        )
        page = context.new_page()
        if name:
            page.goto(site.url + "/sign-in")
            page.get_by_label("Account").fill(name)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
        for path in paths:
            page.goto(path if path.startswith("http") else site.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            result = Axe().run(page).response["violations"]
            found |= {
                f"{path} {v['id']}": v["nodes"][0]["html"]
                for v in result
                if v["impact"] in ("serious", "critical")
            }
        context.close()
    assert not found
