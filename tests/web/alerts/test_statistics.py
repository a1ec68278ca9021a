"""Our alerts counted: what the data or people say came of them, by level and rule, and beside peers on “Were we right?”."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.assess.made_up import record
from tests.web.alerts.alerting import Desk
from typer.testing import CliRunner

from upstander import jobs
from upstander.cli import app
from upstander.core.clock import utc_now
from upstander.monitor import outcomes, statistics
from upstander.monitor.outcomes import Event, Outcome, Truth
from upstander.monitor.statistics import Counted

SENT = datetime(2024, 3, 10, tzinfo=UTC)
KNOWN = Truth(
    events=(
        Event("onset", "AAA", date(2024, 8, 1)),
        Event("surge", "BBB", date(2025, 1, 1)),
        Event("onset", "CCC", date(2024, 12, 1)),
        Event("onset", "DDD", date(2024, 3, 1)),
    ),
    known_to=date(2026, 5, 31),
    violent={"EEE": frozenset({date(2024, 2, 1)})},
)


def alert(place: str, **given):
    made = record("alert", place="AAA", id=f"alert-{place}")
    body = {**made.body, "place": place, "status": "released", "sent": SENT.isoformat()}
    return replace(made, body={**body, "level": "3", **given})


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        ("AAA", Outcome.HIT),  # an onset five months later
        ("BBB", Outcome.HIT),  # a surge in the calendar year that began ten months later
        (
            "CCC",
            Outcome.FALSE_ALARM,
        ),  # an onset nine months later: too late to be warned of
        ("DDD", Outcome.FALSE_ALARM),  # an onset in the month itself
        ("EEE", Outcome.ONGOING),
        ("FFF", Outcome.FALSE_ALARM),
    ],
)
def test_the_data_say_what_came_of_an_alert(place, outcome):
    assert outcomes.came(alert(place), (), KNOWN).outcome is outcome


def test_what_is_not_known_yet_is_open_and_without_data_everything_is():
    young = replace(KNOWN, known_to=date(2025, 2, 28))
    assert outcomes.came(alert("FFF"), (), young).outcome is Outcome.OPEN
    assert outcomes.came(alert("AAA"), (), None).outcome is Outcome.OPEN


def test_people_say_it_before_the_data_do_and_the_last_word_counts():
    first = record(
        "alert_outcome", outcome="not_came", why="nothing", when=date(2025, 1, 1)
    )
    last = record("alert_outcome", outcome="averted", why="talks", when=date(2025, 2, 1))
    found = outcomes.came(alert("AAA"), (first, last), KNOWN)
    assert (found.outcome, found.by_people, found.why) == (Outcome.AVERTED, True, "talks")


def test_what_no_alert_came_before_is_missed_since_the_first_alert_and_a_drill_warns_of_nothing():
    real, drill = alert("AAA"), alert("CCC", exercise=True)
    found = {e.place for e in outcomes.missed((real, drill), KNOWN)}
    assert found == {"BBB", "CCC"}
    assert outcomes.missed((drill,), KNOWN) == ()


def test_rows_add_up_and_drills_stand_apart():
    released = [alert(p) for p in ("AAA", "BBB", "CCC", "EEE")]
    released.append(alert("FFF", exercise=True))
    released[0] = replace(released[0], body={**released[0].body, "signals": ["s1"]})
    counted = Counted(released, {}, {}, {"s1": "speech_burst"}, KNOWN, SENT)
    row = statistics.in_all(counted)
    assert (row.released, row.exercises) == (4, 1)
    assert (row.hits, row.false_alarms, row.ongoing, row.open) == (2, 1, 1, 0)
    assert row.median_lead_days == ((date(2024, 8, 1) - SENT.date()).days + 297) / 2
    by_rule = {r.group: r for r in statistics.by_rule(counted)}
    assert (by_rule["speech_burst"].hits, by_rule["people"].released) == (1, 3)
    assert sum(r.released for r in statistics.by_level(counted)) == 4


# Through the doors


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    return Desk(tmp_path_factory.mktemp("statistics"))


@pytest.mark.requirement("C2")
def test_a_claim_that_it_was_averted_needs_reasons_and_is_counted_apart(desk):
    alert = desk.released()
    fields = {"outcome": "averted"}
    bare = desk.analyst.write(
        "/records/alert_outcome", fields=fields, why="said", parent=alert, marking="GREEN"
    )
    assert bare.status_code == 422
    fields["why"] = "Talks were held; the harvest also ended the quarrel."
    made = desk.analyst.write(
        "/records/alert_outcome", fields=fields, why="said", parent=alert, marking="GREEN"
    )
    assert made.status_code == 201, made.text
    assert "the harvest also ended" in desk.analyst.get(f"/alerts/{alert}").text
    shown = desk.analyst.get("/alerts/statistics.json").json()
    assert shown["levels"][3]["averted_claimed"] == 1
    assert shown["all"]["hits"] == 0
    assert "the harvest also ended" in desk.analyst.get("/alerts/statistics").text
    rows = list(
        csv.DictReader(io.StringIO(desk.analyst.get("/alerts/statistics.csv").text))
    )
    assert {r["by"] for r in rows} == {"level", "rule", "all"}
    assert sum(int(r["averted_claimed"]) for r in rows if r["by"] == "level") == 1


def test_were_we_right_shows_our_warnings_beside_peers_that_were_brought_in(desk, tmp_path):
    home = desk.office.state.settings.home
    visitor = desk.office.client()
    before = visitor.get("/track-record").text
    assert "Were our warnings right?" in before
    assert "do not come with the package" in before
    hdx, watch = tmp_path / "hdx.csv", tmp_path / "watch.csv"
    hdx.write_text(
        "iso3,indicator_id,campaign_date,backfilled\nSDN,acled_conflict,2024-01-15,False\n"
    )
    watch.write_text(
        "edition,alerts_month,iso3,alert_type\n2026-02/03,March 2026,LKA,conflict_risk\n"
    )
    for name, file in (("hdx_signals", hdx), ("crisiswatch", watch)):
        command = ["import", "warnings", "--from", str(file), "--name", name]
        done = CliRunner().invoke(app, [*command, "--home", str(home)])
        assert done.exit_code == 0, done.output
    wrong = ["import", "warnings", "--from", str(watch), "--name", "hdx_signals"]
    assert CliRunner().invoke(app, [*wrong, "--home", str(home)]).exit_code != 0
    jobs.look_back(desk.office.state.settings, "2025-01..2026-05", None)
    shown = visitor.get("/track-record.json").json()["warnings"]
    assert "HDX Signals, in real time" in {r["rule"] for r in shown["rows"]}
    assert shown["labels"][0]["alerts"] == 1
    after = visitor.get("/track-record").text
    assert "1 conflict-risk alerts for 2026-03" in after
    assert "do not come with the package" not in after


def test_a_released_alert_for_the_world_is_counted_for_everybody_and_others_are_not(desk):
    visitor = desk.office.client()
    before = visitor.get("/track-record.json").json()["warnings"]["own"]["released"]
    desk.released(marking="AMBER", responder="head-justice")
    assert visitor.get("/track-record.json").json()["warnings"]["own"]["released"] == before
    assert visitor.get("/alerts/statistics.json").json()["all"]["released"] == before


def test_the_days_lead_is_counted_from_the_release(desk):
    alert = desk.released()
    day = (utc_now().date() + timedelta(days=0)).isoformat()
    fields = {"outcome": "came", "day": day, "why": "two reports"}
    made = desk.analyst.write(
        "/records/alert_outcome", fields=fields, why="said", parent=alert, marking="GREEN"
    )
    assert made.status_code == 201, made.text
    assert (
        desk.analyst.get("/alerts/statistics.json").json()["all"]["median_lead_days"] == 0
    )
