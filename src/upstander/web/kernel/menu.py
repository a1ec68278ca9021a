"""The menu: seven entries, and what stands below each; names of routes. What they are called: ``web.menu_<route>``."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
    "data": ("data", "track_record", "about"),
    "reports": (),
}
# Below which entry records of a kind stand, by the package that the kind belongs to; all others below the registers.
OF_PACKAGE = {"evidence": "evidence", "monitor": "alerts", "respond": "plans"}


def current(path: str) -> tuple[str, str]:
    """The section and the entry below it that a page belongs to; '' where it belongs to none."""
    asked = _of_kind(path)
    found = [
        (len(url(route)), section, route)
        for section, routes in SECTIONS.items()
        for route in (section, *routes)
        if asked == url(route) or (url(route) != "/" and asked.startswith(f"{url(route)}/"))
    ]
    return max(found)[1:] if found else ("", "")


def below(path: str) -> tuple[str, ...]:
    """The entries of the section that a page belongs to."""
    return SECTIONS.get(current(path)[0], ())


def _of_kind(path: str) -> str:
    """Where a page stands: a record's below its kind's entry."""
    found = re.match(r"/records/(\w{1,40})(?=/|$)", path)
    if not found or found[1] not in forms.kinds():
        return path
    route = OF_PACKAGE.get(forms.package_of(found[1]), "records")
    return url(route) + path[found.end() :]
