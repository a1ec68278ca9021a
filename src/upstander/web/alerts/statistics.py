"""Our own alerts, counted: by level and by rule, as a page, JSON and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

from fastapi import Response

from upstander.core.messages import say
from upstander.monitor import statistics
from upstander.records import Record
from upstander.web.alerts.reading import ANSWER, SIGNAL, released
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import check_export, everything
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """What may be read of the alerts, counted."""
    answers: dict[str, list[Record]] = {}
    for answer in everything(request, kinds=(ANSWER,)):
        answers.setdefault(answer.parent, []).append(answer)
    rows = statistics.by_level(released(request), answers, request.as_of)
    return {
        "title": say("monitor.statistics"),
        "levels": [asdict(r) for r in rows],
        "rules": list(statistics.by_rule(everything(request, kinds=(SIGNAL,)))),
        "csv": url("alerts_statistics_csv"),
    }


def take_away(request: PageRequest) -> Response:
    """The table by level as CSV."""
    check_export(request)
    levels = look(request)["levels"]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(levels[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(levels)
    access_log.keep_export(request, "alerts", {"format": "csv", "rows": len(levels)})
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"cache-control": "no-store"},
    )


ROUTES = (
    *page("alerts_statistics", "/alerts/statistics", look, "alerts_statistics.html"),
    file("alerts_statistics_csv", "/alerts/statistics.csv", take_away),
)
