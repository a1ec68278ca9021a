"""Our own alerts, counted: what came of them, how they were answered, what was missed; by level and rule, as page, JSON and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

from fastapi import Response

from upstander.core.messages import say
from upstander.monitor import outcomes, statistics
from upstander.monitor.outcomes import Came, Outcome
from upstander.monitor.statistics import Counted
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.report import record_views
from upstander.web.alerts.reading import ALERT, ANSWER, OUTCOME, SIGNAL, released
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import check_export, everything, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """What may be read of the alerts, counted."""
    signals = everything(request, kinds=(SIGNAL,))
    counted = counted_of(request, signals)
    known = counted.truth
    return {
        "title": say("monitor.statistics"),
        "levels": [asdict(r) for r in statistics.by_level(counted)],
        "rules": [asdict(r) for r in statistics.by_rule(counted)],
        "all": asdict(statistics.in_all(counted)),
        "missed": _missed(request, counted),
        "averted": _averted(request, counted),
        "known_to": known.known_to.isoformat() if known else "",
        "signals": list(statistics.signals_by_rule(signals)),
        "csv": url("alerts_statistics_csv"),
    }


def counted_of(request: PageRequest, signals: list[Record]) -> Counted:
    """What the tables are made from, as the reader may read it."""
    return Counted(
        released=released(request),
        answers=_by_alert(request, ANSWER),
        said=_by_alert(request, OUTCOME),
        rules={s.id: str(s.body.get("rule") or "") for s in signals},
        truth=request.state.truth(request.today),
        now=request.as_of,
    )


def _by_alert(request: PageRequest, kind: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in everything(request, kinds=(kind,)):
        found.setdefault(record.parent, []).append(record)
    return found


def _missed(request: PageRequest, counted: Counted) -> list[dict[str, str]]:
    names = dict(places(request))
    return [
        {
            "event": e.kind,
            "place": names.get(e.place, e.place),
            "month": f"{e.month:%Y-%m}",
        }
        for e in outcomes.missed(counted.released, counted.truth)
    ]


def _averted(request: PageRequest, counted: Counted) -> list[dict[str, str]]:
    """Claims that action averted what was warned of, with their reasons."""
    claims = ((a, counted.came(a)) for a in counted.released)
    return [_claim(request, a, c) for a, c in claims if c.outcome is Outcome.AVERTED]


def _claim(request: PageRequest, alert: Record, claim: Came) -> dict[str, str]:
    seen = blurred(alert, request.actor)
    title = record_views.title_of(seen, form(ALERT), request.actor)
    return {"href": url("alert", id=alert.id), "title": title, "why": claim.why}


def take_away(request: PageRequest) -> Response:
    """The tables by level and by rule as CSV."""
    check_export(request)
    found = look(request)
    tables = (("level", found["levels"]), ("rule", found["rules"]), ("all", [found["all"]]))
    rows = [{"by": by, **row} for by, table in tables for row in table]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    access_log.keep_export(request, "alerts", {"format": "csv", "rows": len(rows)})
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"cache-control": "no-store"},
    )


ROUTES = (
    *page("alerts_statistics", "/alerts/statistics", look, "alerts_statistics.html"),
    file("alerts_statistics_csv", "/alerts/statistics.csv", take_away),
)
