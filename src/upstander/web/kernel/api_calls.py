"""The API's call for what a page shows: by the page's route, the operation that gives programs the same."""

from __future__ import annotations

import re

from upstander.records import forms
from upstander.web.kernel import made_up
from upstander.web.kernel.urls import url

CALLS = {
    "today": "v1_countries",
    "countries": "v1_countries",
    "map": "v1_countries",
    "alerts": "v1_alerts",
    "recommendations": "v1_recommendations",
    "treaties": "v1_treaties",
    "plans": "v1_plans",
    "records": "v1_kinds",
}
COUNTRY, KIND = re.compile(r"/countries/([A-Z]{3})"), re.compile(r"/records/([a-z_]{1,40})")


def api_call(path: str) -> str:
    """The address of the operation, '' where there is none."""
    found = COUNTRY.fullmatch(path)
    if found and found[1] != made_up.CODE:
        return url("v1_country", place=found[1])
    if (found := KIND.fullmatch(path)) and found[1] in forms.kinds():
        return url("v1_records", kind=found[1])
    return next((url(to) for route, to in CALLS.items() if url(route) == path), "")
