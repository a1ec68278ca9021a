"""The access log, for its auditors: some days of it as a page, and all lines as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from upstander.core.formulas import defused
from upstander.core.messages import say
from upstander.core.rights import AUDITORS
from upstander.report import as_json
from upstander.web.kernel import access_log
from upstander.web.kernel.requests import PageRequest, instant
from upstander.web.kernel.responses import file_answer
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url

MOST_LINES = 500  # of the log on one page; the CSV has all


def look_log(request: PageRequest) -> dict[str, Any]:
    """The access log of some days, newest first."""
    since, until, rows = _lines(request)
    wanted = request.query.get("action", "")
    shown = [r for r in rows if wanted in ("", r["action"])][::-1]
    query = urlencode({"since": since, "until": until, "action": wanted})
    return {
        "title": say("web.access_log"),
        "since": since,
        "until": until,
        "action": wanted,
        "count": len(shown),
        "actions": sorted({str(r["action"]) for r in rows}),
        "rows": [{**r, "said": _said(r)} for r in shown[:MOST_LINES]],
        "csv": url("audit_csv") + f"?{query}",
    }


def _said(row: Mapping[str, Any]) -> str:
    """The details of a line in words: "format csv; records 7"."""
    told = {
        k: ", ".join(map(str, v)) if isinstance(v, list) else v
        for k, v in json.loads(row["details"] or "{}").items()
    }
    return "; ".join(f"{k} {v}" for k, v in told.items() if v not in ("", None))


def log_file(request: PageRequest) -> Response:
    """The same as CSV, all lines."""
    wanted, rows = request.query.get("action", ""), _lines(request)[2]
    text = io.StringIO()
    made = csv.DictWriter(text, ["when", "who", "action", "what", "details"])
    made.writeheader()
    made.writerows(
        {k: defused(str(v)) for k, v in r.items()}
        for r in rows
        if wanted in ("", r["action"])
    )
    access_log.keep_export(request, "access log", {"format": "csv"})
    return file_answer(text.getvalue(), "access_log.csv", "text/csv; charset=utf-8")


def _lines(request: PageRequest) -> tuple[str, str, list[dict[str, Any]]]:
    who = request.signed_in(*AUDITORS)
    day = request.as_of.date()
    since = request.query.get("since") or (day - timedelta(days=30)).isoformat()
    until = request.query.get("until") or day.isoformat()
    end = instant(until) or request.now
    begin = (instant(since) or request.now) - timedelta(days=1)
    found = request.state.records.logged(by=who, since=begin, until=min(end, request.as_of))
    rows = [
        {
            "when": x.when.isoformat(),
            "who": x.who,
            "action": x.action,
            "what": x.what,
            "details": as_json.dumps(x.details) if x.details else "",
        }
        for x in found
    ]
    return since, until, rows


ROUTES = (
    file("audit_csv", "/audit.csv", log_file),
    *page("audit", "/audit", look_log, "audit.html"),
)
