"""What runs unattended: twice it is once, its notices and signals wait for people, and machines can see that it ran."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.web.alerts.alerting import Desk

from upstander import jobs
from upstander.core.clock import utc_now
from upstander.monitor.replay_table import month_rules

BACK = timedelta(days=100)
QUICK = (
    "calendar",
    "records",
    "months",
    "forecasts",
    "deliver",
)  # without a forecast of its own


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    return Desk(tmp_path_factory.mktemp("tick"), BACK, desk="justice")


def now():
    return utc_now() - BACK


def tick(desk: Desk):
    return jobs.tick(desk.office.state.settings, now, QUICK)


@pytest.mark.requirement("T02")
def test_a_watch_notice_falls_due_once_and_waits_in_the_queue(desk):
    day = (now() + timedelta(days=80)).date()
    fields = {
        "label": "Presidential election",
        "type": "election",
        "since": day.isoformat(),
        "date_status": "fixed",
        "factors": ["F5"],
        "account": "Contested.",
        "known_from": "Commission",
    }
    made = desk.analyst.write(
        "/records/trigger", fields=fields, why="seen", place="KEN", marking="GREEN"
    )
    assert made.status_code == 201, made.text
    first, second = tick(desk), tick(desk)
    assert first["watch_notices"] == 1
    assert second["watch_notices"] == 0
    waiting = desk.analyst.get("/alerts/queue.json").json()["waiting"]
    [notice] = [w for w in waiting if w["rule"] == "watch_notice"]
    assert "Presidential election, 3 months ahead" in notice["title"]


@pytest.mark.requirement("C2")
def test_rules_fill_the_queue_of_the_desk_once_and_release_nothing(desk):
    tick(desk)
    again = tick(desk)
    assert again["signals"] == 0
    waiting = desk.analyst.get("/alerts/queue.json").json()["waiting"]
    lists = [n for n, rule in month_rules().items() if rule.aim]
    found = [w for w in waiting if w["rule"] in lists]
    assert len(found) == 4
    assert all(w["title"].startswith(w["place_name"]) for w in found)
    assert desk.analyst.get("/alerts.json").json()["standing"] == []
    assert desk.responder.get("/alerts/queue.json").json()["waiting"] == []


def test_machines_see_that_it_runs_and_nothing_of_content(desk):
    tick(desk)
    visitor = desk.office.client()
    health = visitor.get("/health").json()
    assert health["status"] == "ok"
    assert health["last_run"] == "done"
    text = visitor.get("/metrics").text
    assert "upstander_up 1" in text
    assert "upstander_deliveries_waiting 0" in text
