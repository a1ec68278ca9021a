"""The part of a page's head that depends on who asks. Everything else of a public page is the same for everybody.

Public pages are made once and kept for all visitors; they hold marks where these parts belong, and they are put in
for each answer, so that what is kept never holds anything of a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from upstander.core.rights import AUDITORS, VISITOR, Actor, Role

MENU_MARK, ACCOUNT_MARK = Markup("<!--menu of who asks-->"), Markup("<!--account of who asks-->")
PLACE_MARK = Markup(
    "<!--place of who asks-->"
)  # on a country's page: the tabs that visitors do not see
MENU = (
    ("/assessments", "Assessments"),
    ("/evidence", "Evidence"),
)  # with the five public entries: seven
ROLES = {
    Role.VISITOR: "Visitor: reads what is public",
    Role.READER: "Reader: reads what is open to account holders and the unrestricted records of the space",
    Role.CONTRIBUTOR: "Contributor: sends in evidence and reports",
    Role.ANALYST: "Analyst: writes assessments and sees restricted evidence of the space",
    Role.APPROVER: "Approver: analyst who also lets records travel further",
    Role.HEAD: "Head: approver who answers for the space",
    Role.ADMINISTRATOR: "Administrator: accounts, spaces and the access log; no restricted evidence",
    Role.OVERSIGHT: "Oversight: reads the access log; no restricted evidence",
}


@dataclass(frozen=True)
class Asker:
    """Who a page is made for. ``csrf`` goes into every form; ``space`` is the shown title."""

    actor: Actor = VISITOR
    space: str = ""
    csrf: str = ""

    @property
    def is_known(self) -> bool:
        """Whether somebody is signed in."""
        return self.actor.role is not Role.VISITOR


def seen_by(page: str, asker: Asker, path: str) -> str:
    """The page with the menu entries and the account line of who asks."""
    from upstander.report.pages import render

    inner = MENU if asker.is_known else ()
    own = re.sub(
        "^/records(?=/|$)",
        "/evidence" if re.match("/records/evidence(/|$)", path) else "/assessments",
        path,
    )
    current = next((href for href, _ in inner if own == href or own.startswith(f"{href}/")), "")
    menu = Markup("").join(
        Markup('<li><a href="{}"{}>{}</a></li>\n').format(
            href, Markup(' aria-current="page"') if href == current else "", name
        )
        for href, name in inner
    )
    line = render(
        "asker.html",
        asker=asker,
        auditor=asker.actor.role in AUDITORS,
        administrator=asker.actor.role is Role.ADMINISTRATOR,
    )
    page = page.replace(MENU_MARK, menu, 1).replace(ACCOUNT_MARK, line, 1)
    return page.replace(PLACE_MARK, _tabs(path) if asker.is_known else "", 1)


def _tabs(path: str) -> Markup:
    """From a country's public page to its other tabs."""
    here = quote(path)
    tab = Markup(' · <a href="{}">{}</a>')
    inner = (("assessment", "Assessment"), ("crimes", "Crimes"), ("lessons", "Lessons"))
    return Markup("").join(tab.format(f"{here}/{name}", title) for name, title in inner)
