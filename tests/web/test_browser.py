"""The pages in a real Chromium, without JavaScript, on a phone and at a desk."""

import pytest

from upstander.report.charts import SCALE

pytestmark = pytest.mark.browser


def opened(browser, width):
    return browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 800}
    ).new_page()


@pytest.mark.parametrize(
    "path",
    ["/", "/countries", "/countries/SDN", "/map", "/track-record", "/data", "/about"],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(browser, site, path, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_day_can_be_chosen_without_javascript(browser, site):
    page = opened(browser, 1280)
    page.goto(site + "/")
    page.fill("input[name=as_of]", "2024-03-01")
    page.click("header button, form button")
    assert "as_of=2024-03-01" in page.url
    assert "1 March 2024" in page.text_content("body")


def test_from_the_list_to_a_country_and_to_its_brief(browser, site):
    page = opened(browser, 360)
    page.goto(site + "/countries?view=all")
    page.click("table a:has-text('Sudan')")
    assert "/countries/SDN" in page.url
    page.click("a:has-text('Brief')")
    assert "Sudan" in page.text_content("body")


@pytest.mark.parametrize(("scheme", "paper"), [("light", 255), ("dark", 40)])
def test_a_page_is_as_light_or_dark_as_the_reader_wishes_and_white_on_paper(
    browser, site, scheme, paper
):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(site + "/map")

    def shade(place: str, part: str) -> int:
        told = f"getComputedStyle(document.querySelector(`{place}`)).{part}"
        return max(int(n) for n in page.evaluate(told)[4:-1].split(","))

    on_screen = shade("html", "backgroundColor")
    assert abs(on_screen - paper) < 16
    dim, bright = (f'main svg [fill="{c}"]' for c in (SCALE[0], SCALE[-1]))
    assert abs(shade(dim, "fill") - on_screen) < abs(shade(bright, "fill") - on_screen)
    page.emulate_media(media="print")
    assert shade("html", "backgroundColor") == 255
    context.close()
