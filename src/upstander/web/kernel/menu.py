"""The menu: seven entries, and what stands below each; names of routes. What they are called: ``web.menu_<route>``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from upstander.records import forms
from upstander.web.kernel.urls import url

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "today": (),
    "countries": ("countries", "map"),
    "alerts": (
        "alerts",
        "alerts_calendar",
        "alerts_rules",
        "alerts_statistics",
        "alerts_subscriptions",
    ),
    "assessments": ("assessments", "evidence", "records", "lessons"),
    "plans": (
        "plans",
        "options",
        "recommendations",
        "treaties",
        "consultations",
        "coalition",
    ),
    "data": (
        "data",
        "track_record",
        "questions",
        "exercises",
        "releases",
        "about",
    ),
    "reports": ("reports", "reports_archive"),
}
# Below which entry records of a kind stand, by the package that the kind belongs to; all others below the registers.
OF_PACKAGE = {
    "evidence": "evidence",
    "monitor": "alerts",
    "respond": "plans",
    "report": "reports_archive",
}


@dataclass(frozen=True)
class Here:
    """Where a page stands: its section, the entry below it ('' for none), and the section's entries."""

    section: str = ""
    entry: str = ""
    below: tuple[str, ...] = ()


def here(path: str) -> Here:
    """The entry whose address is the longest that a page's address begins with."""
    asked = _of_kind(path)
    found = [
        (len(address), section, route)
        for section, routes in SECTIONS.items()
        for route in (section, *routes)
        if asked == (address := url(route))
        or (address != "/" and asked.startswith(f"{address}/"))
    ]
    if not found:
        return Here()
    _, section, route = max(found)
    return Here(section, route, SECTIONS[section])


def _of_kind(path: str) -> str:
    """Where a page stands: a record's below its kind's entry."""
    found = re.match(r"/records/(\w{1,40})(?=/|$)", path)
    if not found or found[1] not in forms.kinds():
        return path
    route = OF_PACKAGE.get(forms.package_of(found[1]), "records")
    return url(route) + path[found.end() :]
