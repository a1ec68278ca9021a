"""The pages in languages that nobody speaks: what stays plain English was never a message, what overflows will overflow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement
from tests.web.conftest import CHROMIUM
from tests.web.people import Office
from tests.web.reviewing import Desk, offices
from tests.web.serving import forecast_in, served

from upstander.core import places
from upstander.core.languages import ACCENTED, MIRRORED, PSEUDO, Language
from upstander.core.rights import Role
from upstander.core.settings import Settings
from upstander.web.app import make

WORD = re.compile(r"[A-Za-z]{2,}")
SAID = re.compile("⟦[^⟦⟧]*⟧")
# What is data and no message: names, citations, licences, codes of models, and words that people typed.
DATA = (
    "//*[@hreflang]",
    "//script",
    "//style",
    "//svg",
    "//code",
    "//*[@dir='auto']",
    "//textarea",
)
# Of the texts of the pages, those with English of our own (or citations, names of treaties, words typed without a mark): it may only fall.
MOST_PLAIN = 0.12


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = forecast_in(tmp_path_factory.mktemp("pseudo"))
    Desk(offices(folder)).published()
    return Office(
        make(Settings(home=folder, url="http://127.0.0.1", pseudo_languages=True))
    )


def addresses(office: Office) -> list[str]:
    by = office.account(Role.HEAD)
    now = office.state.clock.now()
    review = next(iter(office.state.records.find(by=by, as_of=now, kinds=["review"]))).id
    return [
        "/",
        "/countries",
        "/countries/SDN",
        "/map",
        "/data",
        "/about",
        "/sign-in",
        "/account",
        "/assessments",
        f"/assessments/{review}",
        f"/assessments/{review}/rate/9.1",
        f"/assessments/{review}/factors/F2",
        f"/assessments/{review}/changes",
        f"/assessments/{review}/mapping",
        "/assessments/guide",
        "/countries/SDN/assessment",
        "/countries/SDN/assessment/f5",
        "/countries/SDN/crimes",
        "/evidence",
        "/evidence/import",
        "/records",
        "/records/act",
        "/records/act/new",
        "/lessons",
        "/recommendations",
        "/recommendations/follow-up?place=SDN",
        "/recommendations/import",
        "/recommendations/draft-report?place=SDN",
        "/consultations",
        "/treaties",
        "/treaties/SDN",
        "/search?q=words",
        "/nowhere",
    ]


def texts(page: HtmlElement) -> Iterator[str]:
    """What a reader reads, without what is data."""
    for path in DATA:
        for element in page.xpath(path):
            if element.getparent() is not None:
                element.drop_tree()
    for element in page.iter(html.etree.Element):
        yield from (t for t in (element.text, element.tail) if t and WORD.search(t))
        yield from (v for a in ("aria-label", "title", "alt") if (v := element.get(a)))


def _in(language: Language, address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language.code}"


def _people(office: Office) -> set[str]:
    accounts = office.state.accounts
    return {a.name for a in accounts.list()} | {s.title for s in accounts.spaces()}


def plain_words(text: str) -> str:
    return " ".join(SAID.sub(" ", text).split())


@pytest.mark.parametrize("language", PSEUDO, ids=lambda x: x.code)
def test_what_pages_say_is_translated(office: Office, language: Language) -> None:
    client = office.client(office.account(Role.HEAD))
    names = {p.name for p in places.load().current(office.state.today)} | _people(office)
    left: Counter[str] = Counter()
    told = 0
    for address in addresses(office):
        answer = client.get(_in(language, address), follow_redirects=True)
        page = html.fromstring(answer.text)
        assert page.get("lang") == language.code, address
        assert page.get("dir", "ltr") == language.direction, address
        for text in texts(page):
            told += 1
            plain = plain_words(text)
            if WORD.search(plain) and plain not in names:
                left[plain] += 1
    distinct = [t for t in left if not re.search(r"(19|20)\d\d|UCDP|https?:", t)]
    assert told > 1200
    plainly = [(t, left[t]) for t in left if t in distinct]
    assert sum(n for _, n in plainly) / told < MOST_PLAIN, "\n".join(
        f"{n} {t}" for t, n in sorted(plainly, key=lambda x: -x[1])[:60]
    )


@pytest.mark.parametrize("address", ["/alerts", "/alerts/contact"])
def test_the_ways_out_are_called_in_the_readers_language(
    office: Office, address: str
) -> None:
    client = office.client(office.account(Role.HEAD))
    said = {}
    for code in ("en", ACCENTED.code):
        page = html.fromstring(client.get(f"{address}?lang={code}").text)
        links = page.xpath("//p[@class='acts']/a[contains(@href, '/alerts/feed.')]")
        said[code] = {a.get("href").split("?")[0]: a.text_content() for a in links}
    assert said["en"]["/alerts/feed.atom"] == "Atom feed"
    assert said["en"].keys() == said[ACCENTED.code].keys()
    assert all(SAID.fullmatch(title) for title in said[ACCENTED.code].values())


def test_the_choice_is_kept_and_an_address_may_ask_for_another(office: Office) -> None:
    client = office.client()
    assert 'lang="en"' in client.get("/about").text
    assert 'lang="en-XA"' in client.get("/about?lang=en-XA").text
    assert 'lang="en-XA"' in client.get("/data").text, "the cookie"
    assert 'lang="ar-XB" dir="rtl"' in client.get("/about?lang=ar-XB").text
    other = office.client()
    wanted = {"accept-language": "tlh, ar-XB;q=0.5, en;q=0.3"}
    assert 'lang="ar-XB"' in other.get("/data", headers=wanted).text


def test_numbers_are_the_same_from_right_to_left(office: Office) -> None:
    pages = [
        html.fromstring(office.client().get(f"/countries/SDN?lang={code}").text)
        for code in ("en", MIRRORED.code)
    ]
    english, mirrored = (
        Counter(re.findall(r"\d+(?:[.,]\d+)*", " ".join(page.itertext()))) for page in pages
    )
    assert english == mirrored


def test_without_the_setting_nobody_is_offered_a_language_that_nobody_speaks(
    home: Path,
) -> None:
    plain = Office(make(Settings(home=home, url="http://127.0.0.1")))
    assert 'lang="en"' in plain.client().get("/about?lang=en-XA").text


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium at /usr/bin/chromium")
@pytest.mark.parametrize("language", [ACCENTED, MIRRORED], ids=lambda x: x.code)
def test_no_page_scrolls_sideways_in_a_longer_language(
    home: Path, browser, language: Language
) -> None:
    app = make(Settings(home=home, pseudo_languages=True))
    with served(app) as site:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        for address in ("/", "/countries", "/countries/SDN", "/data", "/about", "/sign-in"):
            page.goto(f"{site}{address}?lang={language.code}")
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 1, address
        page.close()
