"""Today in a real Chromium, without JavaScript: from the first page to a country, and on paper."""

import re

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    yield context.new_page()
    context.close()


def test_a_morning_from_today_to_the_place_that_changed_and_back(page, site):
    page.goto(site + "/")
    assert page.locator("main section h2").last.text_content() == "Were we right?"
    page.click("nav[aria-label='Order'] a:has-text('By odds')")
    assert "order=odds" in page.url
    page.click("nav[aria-label='Show'] a:has-text('All places')")
    assert "view=all" in page.url
    page.click("table.prevent a:has-text('Sudan')")
    assert "/countries/SDN" in page.url
    page.click("nav[aria-label='Main'] a:has-text('Today')")
    page.click("a:has-text('Track record')")
    assert page.text_content("h1") == "Were we right?"


def test_today_is_printed_on_two_sides(page, site):
    page.goto(site + "/?changes=few")
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
