"""Subscriptions and the outbox: with the reader's rights, at least once, never what was not released, always the same id."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from tests.web.alerts.alerting import Desk
from werkzeug import Response

from upstander import jobs
from upstander.core.clock import utc_now
from upstander.core.rights import Role
from upstander.monitor import lease, outbox
from upstander.monitor.offices import office
from upstander.monitor.sending import Post

BACK = timedelta(days=400)


class Killed(BaseException):
    """The process is gone: nothing may catch it."""


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path, BACK, own_network_targets=True)


def subscribe(client, url: str, **given) -> str:
    fields = {
        "channel": "webhook",
        "address": url,
        "language": "en",
        "rhythm": "instant",
        **given,
    }
    made = client.write(
        "/records/subscription", fields=fields, why="wanted", marking="AMBER"
    )
    assert made.status_code == 201, made.text
    return made.json()["id"]


def now() -> datetime:
    return utc_now() - BACK


def run(desk: Desk, ahead: timedelta = timedelta()) -> dict:
    state = desk.office.state
    here = office(state.settings, state.records, state.places, now() + ahead, state.today)
    return dict(jobs.send_out(here, state.settings))


def ids_of(httpserver) -> Counter:
    return Counter(a["id"] for r, _ in httpserver.log for a in json.loads(r.data)["alerts"])


@pytest.mark.requirement("O02")
def test_each_subscriber_gets_what_it_wants_and_may_read_once(desk, httpserver):
    httpserver.expect_request("/in").respond_with_data("ok")
    httpserver.expect_request("/out").respond_with_data("ok")
    httpserver.expect_request("/mali").respond_with_data("ok")
    subscribe(desk.analyst, httpserver.url_for("/in"))
    subscribe(desk.responder, httpserver.url_for("/out"))
    subscribe(desk.analyst, httpserver.url_for("/mali"), place="MLI")
    green, amber, draft = (
        desk.released(),
        desk.released(marking="AMBER", responder="head-justice"),
        desk.draft(),
    )
    assert run(desk)["sent"] == 3
    assert run(desk) == {"new": 0}
    got = {}
    for request, _ in httpserver.log:
        got.setdefault(request.path, []).append(json.loads(request.data)["alerts"][0]["id"])
    assert {p: sorted(i) for p, i in got.items()} == {
        "/in": sorted([green, amber]),
        "/out": [green],
    }
    assert draft not in str(got)
    shown = desk.analyst.get(f"/alerts/{green}.json").json()
    assert shown["deliveries"] == {"sent": 1}, "codes for programs"
    assert "Taken by the receiver: 1" in desk.analyst.get(f"/alerts/{green}").text


def test_what_was_not_taken_is_tried_again_later_under_the_same_id(desk, httpserver):
    answers = iter([500, 503, 200])
    httpserver.expect_request("/hook").respond_with_handler(
        lambda _: Response("x", next(answers))
    )
    subscribe(desk.analyst, httpserver.url_for("/hook"))
    alert = desk.released()
    assert run(desk)["failed"] == 1
    assert run(desk) == {"new": 0}  # the wait is not over
    assert run(desk, timedelta(minutes=2))["failed"] == 1
    assert run(desk, timedelta(minutes=9))["sent"] == 1
    tries = {r.headers["X-Upstander-Delivery"] for r, _ in httpserver.log}
    assert ids_of(httpserver) == {alert: 3}
    assert len(tries) == 1


def test_killed_between_write_and_send_200_times_nothing_is_lost_doubled_under_a_new_id_or_sent_unreleased(
    desk, httpserver, monkeypatch
):
    rng = random.Random(20260601)
    httpserver.expect_request("/hook").respond_with_handler(
        lambda _: Response("x", rng.choice([200, 200, 500, 503]))
    )
    for _ in range(3):
        subscribe(desk.analyst, httpserver.url_for("/hook"))
    released = [desk.released() for _ in range(4)]
    unreleased = [desk.draft() for _ in range(2)]
    real_send, real_append = Post.send, outbox._append

    def send(self, parcel, mail, now):
        if rng.random() < 0.3:
            raise Killed  # before it was sent
        outcome = real_send(self, parcel, mail, now)
        if rng.random() < 0.3:
            raise Killed  # sent, and not yet kept
        return outcome

    def append(*given):
        if rng.random() < 0.2:
            raise Killed
        real_append(*given)

    killed, ahead = 0, timedelta()
    monkeypatch.setattr(Post, "send", send)
    monkeypatch.setattr(outbox, "_append", append)
    while killed < 200:
        ahead += timedelta(hours=6)
        try:
            if run(desk, ahead) == {"new": 0}:
                alert = desk.released()
                released.append(alert)
        except Killed:
            killed += 1
    monkeypatch.undo()
    for _ in range(12):
        ahead += timedelta(hours=6)
        run(desk, ahead)
    taken = ids_of(httpserver)
    assert set(taken) == set(released)
    assert not set(unreleased) & set(taken)
    deliveries = {
        (r.headers["X-Upstander-Delivery"], json.loads(r.data)["alerts"][0]["id"])
        for r, _ in httpserver.log
    }
    assert len(deliveries) == 3 * len(released)
    assert len({d for d, _ in deliveries}) == len(deliveries)


def test_a_digest_waits_for_its_day_and_holds_all_of_it(desk, httpserver):
    httpserver.expect_request("/hook").respond_with_data("ok")
    subscribe(desk.analyst, httpserver.url_for("/hook"), rhythm="daily")
    two = {desk.released(), desk.released()}
    assert run(desk) == {"new": 2}
    assert run(desk, timedelta(days=1))["sent"] == 2
    [(request, _)] = httpserver.log
    assert {a["id"] for a in json.loads(request.data)["alerts"]} == two


def test_a_subscription_ends_by_its_address_without_signing_in(desk, httpserver):
    httpserver.expect_request("/hook").respond_with_data("ok")
    subscribe(desk.analyst, httpserver.url_for("/hook"))
    [row] = desk.analyst.get("/alerts/subscriptions.json").json()["rows"]
    visitor = desk.office.client()
    page = visitor.get(row["leave"])
    assert page.status_code == 200
    from tests.web.people import token_in

    assert visitor.get(row["leave"][:-1] + "x").status_code == 404
    visitor.csrf = token_in(page)
    assert visitor.fill(row["leave"]).status_code == 303
    assert "has ended" in visitor.get(row["leave"]).text
    desk.released()
    assert run(desk) == {"new": 0}
    assert httpserver.log == []


def test_an_account_that_is_disabled_or_a_secret_gets_nothing_and_shows_nowhere(
    desk, httpserver
):
    httpserver.expect_request("/hook").respond_with_data("ok")
    id = subscribe(desk.responder, httpserver.url_for("/hook?key=hush"))
    other = desk.office.client(desk.office.account(Role.ANALYST, "justice"))
    assert other.get(f"/records/subscription/{id}").status_code == 404
    from tests.web.people import ADMIN

    desk.office.state.accounts.disable("head-nhri", by=ADMIN, now=utc_now())
    desk.released(responder="head-justice")
    run(desk)
    assert httpserver.log == []


def test_two_runs_at_once_are_one_and_a_lease_from_a_wrong_clock_holds_nobody(desk):
    state = desk.office.state
    here = office(state.settings, state.records, state.places, now(), state.today)
    held = lease.take(here, here.now)
    assert held is not None
    assert lease.take(here, here.now) is None
    assert jobs.deliver(state.settings, now()) == {"another run has the lease": 0}
    later = here.now + lease.LENGTH + timedelta(seconds=1)
    assert lease.take(here, later) is not None  # the first run died
    lease.release(here, held)  # ... and comes back: it no longer has the lease
    assert lease.take(here, later) is None
    assert lease.take(here, here.now - timedelta(days=300)) is not None


def test_a_chat_on_the_administrators_list_gets_what_may_be_shared_and_nothing_narrower(
    tmp_path, httpserver
):
    httpserver.expect_request("/chat").respond_with_data("ok")
    target = httpserver.url_for("/chat").replace("http://", "json://")
    desk = Desk(tmp_path, BACK, own_network_targets=True, apprise={"duty": target})
    subscribe(desk.analyst, "duty", channel="apprise")
    subscribe(
        desk.analyst, target, channel="apprise"
    )  # an address of one's own: not listed
    desk.released()
    desk.released(marking="AMBER", responder="head-justice")
    done = run(desk)
    assert (done["sent"], done["failed"]) == (1, 1)
    [(request, _)] = httpserver.log
    assert "TLP:GREEN" in json.loads(request.data)["title"]
