"""Scheduled reports: due on their day, kept once for their period, as a visitor sees them; a failure is told and holds up nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander import jobs
from upstander.core.clock import utc_now
from upstander.core.rights import Role, Stamp
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import schedule
from upstander.report.documents import COUNTRY, WORLD, reports

ARCHIVE = "/reports/archive"


def rule(rhythm, day, since="2026-01-01"):
    """A schedule as it stands in the store."""
    return Record(
        kind=schedule.KIND, id="x", version=1, body={"rhythm": rhythm, "day": day}, stamp=Stamp("s", "a"), parent="", place="",
        who="a", when=datetime.fromisoformat(since).replace(tzinfo=UTC), why="", fingerprint="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "day", "today", "last", "following", "period"),
    [
        ("monthly", 5, "2026-03-05", "2026-03-05", "2026-04-05", "2026-03"),
        ("monthly", 5, "2026-03-04", "2026-02-05", "2026-03-05", "2026-02"),
        ("monthly", 28, "2026-03-01", "2026-02-28", "2026-03-28", "2026-02"),
        ("monthly", 20, "2027-01-02", "2026-12-20", "2027-01-20", "2026-12"),
        ("weekly", 1, "2026-11-28", "2026-11-23", "2026-11-30", "2026-W48"),
        ("weekly", 6, "2026-11-28", "2026-11-28", "2026-12-05", "2026-W48"),
        ("weekly", 20, "2026-11-28", "2026-11-22", "2026-11-29", "2026-W47"),
    ],
)
def test_a_schedule_knows_its_last_day_and_its_next(
    rhythm, day, today, last, following, period
):
    on, made = date.fromisoformat(today), rule(rhythm, day)
    assert schedule.last_day(made, on) == date.fromisoformat(last)
    assert schedule.next_day(made, on) == date.fromisoformat(following)
    assert [d.period for d in schedule.due([made], on)] == [period]


def test_nothing_is_made_for_a_day_before_the_schedule_was_written():
    made = rule("monthly", 5, since="2026-03-06")
    assert not schedule.due([made], date(2026, 4, 4))
    assert schedule.due([made], date(2026, 4, 5))


def test_what_can_be_scheduled_are_the_reports_on_public_figures():
    public = {**reports(WORLD), **reports(COUNTRY)}
    chosen = form(schedule.KIND).field("report").choices
    assert set(chosen) == set(public)
    for name, report in public.items():
        assert set(form(schedule.KIND).field("shape").choices) <= set(report.shapes), name


# Unattended


class Clock:
    """Stands in the past, so that a test can let weeks go by."""

    back = timedelta(days=100)

    def __call__(self):
        return utc_now() - self.back


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(forecast_in(tmp_path_factory.mktemp("schedule")))
    made.now = Clock()
    clock = replace(made.state.clock, now=made.now)
    made.app.state.installation = replace(made.state, clock=clock)
    made.head = made.of(Role.HEAD)
    return made


def fields(home, **given):
    own = {"report": "watchlist", "shape": "json", "language": "en", "rhythm": "weekly"}
    return {**own, "day": str(home.now().isoweekday()), **given}


def write(home, by=None, place="", **given):
    path = f"/records/{schedule.KIND}"
    return (by or home.head).write(
        path, fields=fields(home, **given), why="wanted", place=place
    )


def tick(home):
    return jobs.tick(home.state.settings, home.now, ("reports", "deliver"))


def kept(home, place=""):
    rows = home.client().get(f"{ARCHIVE}.json?place={place}").json()["rows"]
    return [r for r in rows if r["scheduled"]]


def test_what_is_due_is_kept_once_as_a_visitor_sees_it(home):
    assert write(home, report="brief", place="SDN").status_code == 201
    assert "Country brief" in home.head.get(ARCHIVE).text
    first = tick(home)
    assert first["reports_kept"] == 1
    assert "reports_kept" not in tick(home)
    [row] = kept(home, "SDN")
    visitor = home.client()
    assert (
        visitor.get(row["href"]).content == visitor.get("/countries/SDN/brief.json").content
    )
    assert row["marking"] == "TLP:CLEAR"
    health = visitor.get("/health").json()
    assert health["steps_failed"] == 0


def test_in_its_next_period_it_is_kept_again_and_once_it_ended_no_more(home):
    before = len(kept(home, "SDN"))
    [planned] = home.head.get(f"{ARCHIVE}.json").json()["scheduled"]
    assert planned["next"] == (home.now() + timedelta(7)).date().isoformat()
    home.now.back -= timedelta(7)
    assert tick(home)["reports_kept"] == 1
    assert len(kept(home, "SDN")) == before + 1
    given = fields(home, report="brief", ended=True)
    ended = home.head.write(
        planned["href"], fields=given, why="enough", expected=1, place="SDN"
    )
    assert ended.status_code == 200, ended.text
    home.now.back -= timedelta(7)
    assert "reports_kept" not in tick(home)
    assert home.head.get(f"{ARCHIVE}.json").json()["scheduled"] == []


def test_two_runs_at_once_keep_one(home):
    before = len(kept(home))
    assert write(home).status_code == 201
    done = []
    runs = [Thread(target=lambda: done.append(tick(home))) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(120)
    tick(home)
    assert len(kept(home)) == before + 1


def test_one_that_fails_is_told_and_holds_up_neither_the_others_nor_the_next_step(home):
    before = len(kept(home))
    assert write(home, report="brief", place="ZZZ").status_code == 422
    assert write(home, report="brief").status_code == 422  # without its country
    bad = write(home, shape="pdf", language="fr")
    good = write(home, language="es")
    assert bad.status_code == good.status_code == 201
    failing = _without(home, "pdf")
    try:
        done = tick(home)
    finally:
        failing()
    assert "watchlist" in str(done["reports_failed"])
    assert done["state"] == "done"
    assert "deliveries_new" in done
    assert len(kept(home)) == before + 1
    visitor = home.client()
    assert visitor.get("/health").json()["status"] == "degraded"
    assert "reports" in visitor.get("/alerts/operation").text


def _without(home, shape):
    """Take a shape of the watchlist away; gives what puts it back."""
    shapes = reports(WORLD)["watchlist"].shapes
    taken = shapes.pop(shape, None)
    return lambda: shapes.update({shape: taken} if taken else {})


def test_only_those_who_write_for_the_world_schedule(home):
    assert write(home, home.of(Role.ANALYST)).status_code == 403
    assert home.client().get(f"{ARCHIVE}.json").json()["scheduled"] == []
