"""No link leads to an error, and every part of a page that a link names is there: as a visitor, and as one who may see all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2
import pytest
from lxml import html
from tests.web.page_kinds import kind_of
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.core.rights import Role

HERE = "http://here"
START = ("/", "/countries/SDN")
MOST = 1500  # pages; there are fewer
Get = Callable[[str], httpx2.Response]


@dataclass
class Walk:
    """What was met: addresses asked, the parts of each page, what failed with where the link stood, links to parts of pages.

    ``each``: how many pages of a kind are asked; the first may be the one that is well.
    """

    get: Get
    each: int
    asked: set[str] = field(default_factory=set)
    pages: dict[str, set[str]] = field(default_factory=dict)
    failed: list[tuple[str, str, int]] = field(default_factory=list)
    parts: set[tuple[str, str, str]] = field(default_factory=set)

    def everywhere(self) -> None:
        """Follow every link, breadth first, to so many pages of each kind."""
        kinds: dict[tuple[str, ...], int] = {}
        waiting = [(path, "") for path in START]
        while waiting and len(self.asked) < MOST:
            path, source = waiting.pop(0)
            if path in self.asked or kinds.setdefault(_kind(path), 0) == self.each:
                continue
            kinds[_kind(path)] += 1
            waiting += [(link, path) for link in self._links(path, source)]

    def _links(self, path: str, source: str) -> list[str]:
        answer = self.get(path)
        self.asked.add(path)
        if answer.status_code >= 400:
            self.failed.append((source, path, answer.status_code))
        if answer.is_redirect:
            return [_path(urljoin(HERE + path, answer.headers["location"]))]
        if "html" not in answer.headers.get("content-type", ""):
            return []
        page = html.fromstring(answer.text)
        self.pages[path] = set(page.xpath("//@id"))
        there = [urljoin(HERE + path, h) for h in page.xpath("//a/@href | //img/@src")]
        own = [x for x in there if x.startswith(HERE)]
        self.parts |= {(path, _path(x), p) for x in own if (p := urlsplit(x).fragment)}
        return [_path(x) for x in own]

    @property
    def lost(self) -> list[tuple[str, str, str]]:
        """Links to parts that the page they lead to does not have, of the pages asked."""
        known = ((a, b, part) for a, b, part in self.parts if b in self.pages)
        return sorted(x for x in known if x[2] not in self.pages[x[1]])


def _path(address: str) -> str:
    found = urlsplit(address)
    return f"{found.path}?{found.query}" if found.query else found.path


def _kind(path: str) -> tuple[str, ...]:
    found = urlsplit(path)
    return (kind_of(found.path), *sorted(name for name, _ in parse_qsl(found.query)))


def test_no_link_of_a_visitor_leads_to_an_error(get):
    walk = Walk(get, each=2)
    walk.everywhere()
    assert walk.failed == []
    assert walk.lost == []
    assert 100 < len(walk.asked) < MOST


@pytest.mark.slow
def test_no_link_of_one_inside_the_made_up_country_leads_to_an_error(tmp_path):
    made = office(forecast_in(tmp_path))
    admin = made.client(made.account(Role.ADMINISTRATOR, "", "adam"))
    assert admin.fill("/made-up/load").status_code == 303
    head = made.of(Role.HEAD)
    assert head.fill("/made-up/enter", account="head").status_code == 303
    walk = Walk(head.get, each=1)
    walk.everywhere()
    assert walk.failed == []
    assert walk.lost == []
    assert 200 < len(walk.asked) < MOST
