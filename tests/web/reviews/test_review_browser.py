"""The pages of a published review and of its country in a real Chromium: nothing is cut off, on a phone or at a desk."""

import pytest
from tests.web import country_seed as seed
from tests.web.reviewing import Desk, offices
from tests.web.serving import forecast_in, served

from upstander.core.rights import Role

pytestmark = pytest.mark.browser
PAGES = (
    "{review}",
    "{review}/versions/1",
    "{review}/versions/1/report.html",
    "{review}/mapping",
    "{review}/changes",
    "{review}/rate/1.1",
    "{review}/factors/F5",
    "/countries/SDN/assessment",
    "/countries/SDN/assessment/f1",
    "/countries/SDN/assessment/f5",
    "/countries/SDN/assessment/duties",
    "{review}/ratings",
    "/countries/SDN/crimes",
    "/evidence",
)
CUT = """() => [...document.querySelectorAll('main .scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => e.getAttribute('aria-label'))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = offices(forecast_in(tmp_path_factory.mktemp("reviewed")))
    seed.registers(home, seed.without_conflict(home)["group"])
    home.desk = Desk(home)
    home.desk.published()
    with served(home.app) as home.url:
        yield home


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_a_review_scrolls_sideways_and_no_table_is_cut_at_a_desk(
    browser, site, path, width
):
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    session = site.of(Role.HEAD).cookies["session"]
    context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    page = context.new_page()
    page.goto(site.url + path.format(review=site.desk.href))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1280:
        assert page.evaluate(CUT) == []
    context.close()
