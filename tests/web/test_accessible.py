"""Every page of the application without a finding of axe: found by its links, in English and in Arabic, light and dark, at a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from tests.web.page_kinds import kind_of
from tests.web.people import Office, office
from tests.web.serving import forecast_in, served

from upstander.core.languages import ARABIC
from upstander.core.rights import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]
START = ("/", "/countries/SDN", "/made-up", "/report", "/about", "/no-such-page")
FILE = re.compile(r"\.\w{2,8}$")  # a file to take away, or a page's JSON twin
MOST = 160  # kinds of pages; there are fewer


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Office]:
    """The application, with somebody in the made-up country who may see all of it."""
    made = office(forecast_in(tmp_path_factory.mktemp("accessible")))
    admin = made.client(made.account(Role.ADMINISTRATOR, "", "adam"))
    assert admin.fill("/made-up/load").status_code == 303
    made.inside = made.of(Role.HEAD)
    assert made.inside.fill("/made-up/enter", account="head").status_code == 303
    with served(made.app) as made.url:
        yield made


def every_page(page: Page, url: str) -> Iterator[str]:
    """Opens one page of each kind that links lead to, breadth first; gives its address."""
    seen: set[str] = set()
    waiting = list(START)
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        kind = kind_of(urlsplit(path).path)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(url + path)
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        yield path
        links = page.eval_on_selector_all(
            "a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location).href)"
        )
        for link in links:
            parts = urlsplit(link)
            inside = f"{parts.scheme}://{parts.netloc}" == url
            if inside and not FILE.search(parts.path) and "lang=" not in parts.query:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


WAYS = [
    pytest.param({"color_scheme": "light", "width": 1200, "lang": "en"}, id="light"),
    pytest.param({"color_scheme": "dark", "width": 390, "lang": ARABIC.code}, id="arabic"),
]


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_on_any_page(browser, site, way) -> None:
    from axe_playwright_python.sync_playwright import Axe

    url = site.url
    size = {"width": way["width"], "height": 900}
    context = browser.new_context(
        viewport=size, color_scheme=way["color_scheme"], bypass_csp=True
    )
    kept = site.inside.cookies.items()
    context.add_cookies([{"name": n, "value": v, "url": url} for n, v in kept])
    page = context.new_page()
    page.goto(f"{url}/about?lang={way['lang']}")
    found: dict[str, str] = {}
    looked = 0
    for path in every_page(page, url):
        looked += 1
        assert page.locator("html").get_attribute("lang") == way["lang"], path
        result = Axe().run(page).response["violations"]
        found |= {f"{path} {v['id']}": v["nodes"][0]["html"][:200] for v in result}
    context.close()
    assert looked > 60
    assert not found, "\n".join(f"{k}: {v}" for k, v in found.items())
