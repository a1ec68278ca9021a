"""The application in each language that is offered: nothing falls back to English unseen, and no number changes."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from gettext import NullTranslations
from pathlib import Path

import pytest
from lxml import html
from tests.web.people import Office
from tests.web.reviewing import Desk, offices
from tests.web.serving import forecast_in
from tests.web.test_pseudo_language import addresses

from upstander.core.catalogues import UnknownMessage, catalogue
from upstander.core.languages import ENGLISH, SPOKEN, Language
from upstander.core.rights import Role
from upstander.core.settings import Settings
from upstander.report.template_text import has_words
from upstander.web.app import make

OTHERS = [pytest.param(x, id=x.code) for x in SPOKEN if x != ENGLISH]
DIGITS = re.compile(r"\d+(?:[.,\u00a0\u202f٬٫]\d+)*")
FIGURES = "//td | //dl[@class='headline']//dd"
WORDS = re.compile("[A-Za-z]")  # where a cell names a month, another language may number it
# Texts with numbers in them, as an issue or a release was made; they are told in English.
MADE_ELSEWHERE = re.compile(r"UCDP Candidate events.*: \d|^A quiet sentence|^None\.$|\bD$")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Office:
    folder = forecast_in(tmp_path_factory.mktemp("languages"))
    Desk(offices(folder)).published()
    return Office(make(Settings(home=folder, url="http://127.0.0.1")))


class _Missing(NullTranslations):
    """Notes what a catalogue lacks."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: Counter[str] = Counter()

    def gettext(self, message: str) -> str:
        self.lost[message] += 1
        raise UnknownMessage(message)


@pytest.mark.parametrize("language", OTHERS)
def test_what_pages_say_by_their_texts_is_in_the_catalogue(
    home: Office, language: Language, monkeypatch
) -> None:
    missing = _Missing()
    monkeypatch.setattr(catalogue("texts", language), "_fallback", missing)
    client = home.client(home.account(Role.HEAD))
    for address in addresses(home):
        sign = "&" if "?" in address else "?"
        answer = client.get(f"{address}{sign}lang={language.code}", follow_redirects=True)
        page = html.fromstring(answer.text)
        assert page.get("lang") == language.code, address
        assert page.get("dir", "ltr") == language.direction, address
    assert missing.lost, "signs between values are looked up too"
    said = {t for t in missing.lost if has_words(t) and not MADE_ELSEWHERE.search(t)}
    assert said == set()


def numbers(text: str) -> Counter[str]:
    """The digits of each number, whatever stands between thousands and before decimals."""
    return Counter(re.sub(r"\D", "", n) for n in DIGITS.findall(text))


@pytest.mark.parametrize("language", OTHERS)
def test_no_number_of_a_page_changes_with_its_language(
    home: Office, language: Language
) -> None:
    pages = [
        html.fromstring(home.client().get(f"/countries/SDN?lang={code}").text)
        for code in ("en", language.code)
    ]
    english, other = ([e.text_content() for e in page.xpath(FIGURES)] for page in pages)
    plain = [(e, o) for e, o in zip(english, other, strict=True) if not WORDS.search(e)]
    assert len(plain) > 300
    assert [numbers(e) for e, _ in plain] == [numbers(o) for _, o in plain]


@pytest.mark.parametrize("language", OTHERS)
def test_a_page_says_that_a_machine_translated_it_and_offers_the_others(
    home: Office, language: Language
) -> None:
    page = html.fromstring(home.client().get(f"/data?lang={language.code}").text)
    assert len(page.xpath("//p[@class='translated']")) == 1
    offered = page.xpath("//details[@class='languages']//a/@hreflang")
    assert offered == [x.code for x in SPOKEN]
    english = html.fromstring(home.client().get("/data").text)
    assert not english.xpath("//p[@class='translated']")


@pytest.mark.parametrize("language", OTHERS)
def test_a_brief_is_two_pages_in_every_language(
    home: Office, language: Language, tmp_path: Path
) -> None:
    client = home.client()
    file = tmp_path / "brief.pdf"
    answer = client.get(f"/countries/SDN/brief.pdf?lang={language.code}")
    file.write_bytes(answer.content)
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True)
    assert re.search(r"Pages:\s+2\b", told.stdout)
    assert answer.content != client.get("/countries/SDN/brief.pdf?lang=en").content
    page = html.fromstring(
        client.get(f"/countries/SDN/brief.html?lang={language.code}").text
    )
    assert page.get("lang") == language.code
