"""Unattended work under faults: two ticks at once, a tick killed half-way, a clock that jumps, a source that fails or is late."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.web.alerts.alerting import Desk
from tests.web.serving import forecast_in

from upstander import jobs, pipeline
from upstander.core.clock import utc_now
from upstander.core.errors import ConfigError, SourceUnavailable
from upstander.forecast import issued
from upstander.forecast.ledger import Ledger, entries
from upstander.forecast.scoreboard import assemble
from upstander.lake import lateness
from upstander.monitor import lease, notices
from upstander.monitor.outbox import EVER, monitor

BACK = timedelta(days=500)
QUICK = ("calendar", "records", "deliver")


class Killed(BaseException):
    """The process is gone: nothing may catch it."""


@pytest.fixture
def desk(tmp_path) -> Desk:
    forecast_in(tmp_path)
    made = Desk(tmp_path, BACK, desk="justice", fetch="ucdp_ged")
    for before in (1, 2, 3):
        day = (now() - timedelta(days=before)).date().isoformat()
        kept(made, "preparatory_measure", day=day, actor="Ministry", type=TYPES[before])
    ahead = (now() + timedelta(days=80)).date().isoformat()
    event = {"label": "Election", "type": "election", "since": ahead, "factors": ["F5"]}
    kept(made, "trigger", date_status="fixed", **event)
    return made


TYPES = ("", "militia", "training", "discriminatory_rule")
FOUND = {"preparatory_cluster": 1, "discriminatory_rule": 1, "watch_notice": 1}


def kept(desk: Desk, kind: str, **fields) -> None:
    words = {"account": "Decided.", "known_from": "Gazette"}
    made = desk.analyst.write(
        f"/records/{kind}",
        fields={**words, **fields},
        why="seen",
        place="KEN",
        marking="GREEN",
    )
    assert made.status_code == 201, made.text


def now():
    return utc_now() - BACK


def tick(desk: Desk, *only: str, ahead: timedelta = timedelta()):
    settings = desk.office.state.settings
    return jobs.tick(settings, lambda: now() + ahead, only or QUICK)


def queue(desk: Desk) -> Counter:
    """Signals by rule, those of a clock that ran ahead too."""
    found = desk.office.state.records.find(
        by=monitor("justice"), as_of=EVER, kinds=["signal"]
    )
    return Counter(str(s.body["rule"]) for s in found)


def test_two_ticks_at_once_have_one_result(desk):
    said = []
    both = [threading.Thread(target=lambda: said.append(tick(desk))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert {s["state"] for s in said} <= {"done", jobs.ELSEWHERE}
    assert "done" in {s["state"] for s in said}
    assert queue(desk) == FOUND


@pytest.mark.parametrize("step", QUICK)
@pytest.mark.parametrize("after", [False, True])
def test_a_tick_killed_half_way_is_done_by_the_next_and_nothing_is_doubled(
    desk, monkeypatch, step, after
):
    real = jobs.STEPS[step]

    def killed(run):
        if after:
            real(run)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setitem(jobs.STEPS, step, killed)
        patch.setattr(lease, "release", lambda *_: None)  # nobody is left to give it back
        with pytest.raises(Killed):
            tick(desk)
    assert tick(desk) == {"state": jobs.ELSEWHERE}
    later = lease.LENGTH + timedelta(minutes=1)
    assert tick(desk, ahead=later)["state"] == "done"
    tick(desk, ahead=2 * later)
    assert queue(desk) == FOUND


def test_a_clock_that_jumps_loses_and_doubles_nothing(desk):
    tick(desk)
    for jump in (400, -300, 0, 31):
        assert tick(desk, ahead=timedelta(days=jump))["state"] == "done"
    assert queue(desk) == FOUND


@pytest.mark.requirement("C2")
def test_a_source_that_fails_is_told_to_users_and_the_last_good_release_stays(
    desk, monkeypatch
):
    def gone(*_given, **_more):
        raise SourceUnavailable("ucdp_ged: no answer from 10.1.1.1")

    visitor = desk.office.client()
    before = visitor.get("/index.json?as_of=2026-06-25").json()["issue_id"]
    monkeypatch.setattr(pipeline, "fetch", gone)
    said = tick(desk, "fetch", *QUICK)
    assert said["state"] == "done"
    assert "no answer" in said["fetch ucdp_ged_failed"]
    assert queue(desk) == FOUND  # it held up nothing else
    page = desk.analyst.get("/alerts/operation").text
    assert "fetch ucdp_ged failed (ucdp_ged: no answer" in page
    for_all = visitor.get("/alerts/operation").text
    assert "fetch ucdp_ged failed" in for_all
    assert "10.1.1.1" not in for_all
    assert "Unattended work failed" in visitor.get("/alerts").text
    assert visitor.get("/health").json()["status"] == "degraded"
    assert "upstander_steps_failed 1" in visitor.get("/metrics").text
    after = visitor.get("/index.json?as_of=2026-06-25").json()["issue_id"]
    assert after == before is not None

    fetched = []
    monkeypatch.setattr(pipeline, "fetch", lambda *g, **_: fetched.append(g[1]) or [])
    tick(desk, "fetch")
    tick(desk, "fetch", ahead=timedelta(hours=1))
    assert fetched == ["ucdp_ged"]  # once a day
    assert visitor.get("/health").json()["status"] == "ok"
    assert "Unattended work failed" not in visitor.get("/alerts").text


def test_a_forecast_that_fails_leaves_the_last_issue_up_and_rules_go_on(desk, monkeypatch):
    def broken(*_given, **_more):
        raise OSError("no space left on device")

    monkeypatch.setattr(pipeline, "forecast", broken)
    ledger = Ledger.of(desk.office.state.settings)
    before = [e.issue for e in entries(ledger)]
    said = tick(desk, "forecast", *QUICK)
    assert said["forecast_failed"] == "no space left on device"
    assert [e.issue for e in entries(ledger)] == before
    assert queue(desk) == FOUND


def test_a_late_source_is_told_on_the_pages(desk, monkeypatch):
    visitor = desk.office.client()
    data = visitor.get("/data.json?as_of=2026-06-25").json()["sources"]
    late = {s["source"]: s["late_since"] for s in data if s["late_since"]}
    assert "un_treaties" in late
    assert "ucdp_country_month_by_type" not in late
    assert "a newer release was due by" in visitor.get("/data?as_of=2026-06-25").text
    assert "Late on this day" in visitor.get("/?as_of=2026-06-25").text
    state = desk.office.app.state
    ahead = replace(state.installation.clock, now=lambda: datetime(2027, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(state, "installation", replace(state.installation, clock=ahead))
    later = visitor.get("/data.json?as_of=2026-12-31").json()["sources"]
    assert "ucdp_country_month_by_type" in {s["source"] for s in later if s["late_since"]}


def test_a_source_is_late_after_twice_its_own_rhythm(desk):
    releases = desk.office.state.lake.releases(as_of=date.max, source="pace_country_month")
    due = lateness.due(releases)["pace_country_month"]
    last = max(r.known_at for r in releases)
    assert timedelta(days=50) < due - last < timedelta(days=80)
    assert lateness.late(releases, due) == {}
    [notice] = notices.notices({}, releases, due + timedelta(days=1))
    assert (notice.kind, notice.about) == ("late", "pace_country_month")


def test_a_step_that_is_none_is_refused(desk):
    with pytest.raises(ConfigError, match="no step dance"):
        tick(desk, "dance")


def test_what_was_issued_is_scored_once_while_nothing_new_is_known(desk, monkeypatch):
    home = desk.office.state.settings.home
    packaged, _ = assemble.held(home)
    table = replace(packaged.tables[0], task="ledger", id="ledger.resolved")
    new = replace(packaged, tables=(table,), missing=())
    monkeypatch.setattr(pipeline, "score", lambda *_: new)
    assert tick(desk, "score")["scored"] == 1
    assert "scored" not in tick(desk, "score")
    shown = assemble.held(home)[0]
    assert shown.tables[0] == table
    assert len(shown.tables) == len(packaged.tables) + 1  # the others stay


def test_a_forecast_is_made_once_while_nothing_new_is_known(desk, monkeypatch):
    settings, made = desk.office.state.settings, []

    def forecast(_settings, clock):
        newest = issued.latest(Ledger.of(settings), clock.day)
        made.append(clock.day)
        inputs = pipeline.inputs_of(settings, clock.day)
        return replace(newest, meta={**newest.meta, "inputs_sha256": inputs})

    monkeypatch.setattr(pipeline, "forecast", forecast)
    real = issued.latest

    def latest(ledger, day):
        found = real(ledger, day)
        inputs = pipeline.inputs_of(settings, day)
        return (
            replace(found, meta={**found.meta, "inputs_sha256": inputs}) if made else found
        )

    monkeypatch.setattr(jobs.issued, "latest", latest)
    assert "issued" in tick(desk, "forecast")
    assert "issued" not in tick(desk, "forecast")
    assert len(made) == 1
