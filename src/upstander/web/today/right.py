"""Were we right: last month's signals, what came of alerts that everybody of this reader's rights may see, and calibration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from upstander.core.messages import say
from upstander.forecast.rolling.chances import MODEL
from upstander.forecast.rolling.events import HEADLINE
from upstander.forecast.scoreboard.board import Board
from upstander.monitor import outcomes, statistics, triage
from upstander.monitor.outcomes import Event
from upstander.records import Record
from upstander.report.probabilities import label
from upstander.web.alerts import statistics as alert_statistics
from upstander.web.alerts.reading import SIGNAL, released
from upstander.web.kernel.record_reading import everything
from upstander.web.kernel.urls import url
from upstander.web.today.asked import Look

RELIABILITY = "rolling.reliability"
# Numbers of alerts; the last is of events.
ALERTS = (
    "released",
    "hits",
    "false_alarms",
    "open",
    "ongoing",
    "averted_claimed",
    "missed",
)


def block(look: Look) -> dict[str, Any]:
    """Last month's signals, alerts and what came, and the forecast's calibration in one line."""
    signals = [s for s in everything(look.request, kinds=(SIGNAL,)) if look.holds(s.place)]
    first, last = last_month(look.request.as_of.date())
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "signals": _of_month(signals, first, last),
        "alerts": _alerts(look, signals),
        "calibration": _calibration(look),
        "track_record": url("track_record"),
        "statistics": url("alerts_statistics"),
    }


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the month before."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _of_month(signals: Sequence[Record], first: date, last: date) -> dict[str, int]:
    """Signals found in the month, by what people made of them."""
    own = [s for s in signals if first <= triage.found_on(s) <= last]
    states = Counter(str(s.body["status"]) for s in own)
    waiting = sum(states[s] for s in triage.WAITING)
    return {
        "n": len(own),
        "confirmed": states["escalated"],
        "dismissed": states["dismissed"] + states["merged"],
        "pending": waiting,
    }


def _alerts(look: Look, signals: Sequence[Record]) -> dict[str, int]:
    """Released alerts by what came of them, and events that none came before; the truth is not read where there is no alert."""
    own = [a for a in released(look.request) if look.holds(a.place)]
    if not own:
        return dict.fromkeys(ALERTS, 0)
    counted = replace(
        alert_statistics.counted_of(look.request, list(signals)), released=own
    )
    missed = outcomes.missed(own, counted.truth)
    row = vars(statistics.in_all(counted))
    return {**{n: row[n] for n in ALERTS[:-1]}, "missed": _held(look, missed)}


def _held(look: Look, missed: Sequence[Event]) -> int:
    return sum(look.holds(e.place) for e in missed)


def _calibration(look: Look) -> dict[str, Any]:
    """What the newest scoreboard says of the headline, or why there is none."""
    scored = look.request.state.scored(look.edition.as_of)
    if scored.board is None:
        return {"words": scored.why, "verdict": ""}
    return {
        "words": calibration(scored.board) or say("web.today_no_calibration"),
        "verdict": _verdict(scored.board),
    }


def calibration(board: Board) -> str:
    """Events expected and seen over all cases of the headline, the months ahead, '' where it was not scored."""
    table = next((t for t in board.tables if t.id == RELIABILITY), None)
    rows = [
        r
        for r in (table.rows if table else ())
        if r["model"] == MODEL and r["event"] == HEADLINE.id
    ]
    if not rows:
        return ""
    cases = sum(int(r["cases"]) for r in rows)
    expected, seen = (sum(r["cases"] * r[n] for r in rows) for n in ("said", "seen"))
    return say(
        "web.today_calibration",
        label=label(HEADLINE.id),
        cases=f"{cases:,}",
        expected=f"{expected:,.0f}",
        seen=f"{seen:,.0f}",
    )


def _verdict(board: Board) -> str:
    """Whether the issued model may raise an alert on the headline, with the figure."""
    found = (v for v in board.verdicts if (v.target, v.model) == (HEADLINE.id, MODEL))
    return next((say("web.today_verdict", answer=v.answer, gain=v.gain) for v in found), "")
