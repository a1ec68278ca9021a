"""From a signal to a released alert and its answer, through pages and JSON."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import etree
from tests.shared_data import SHARED
from tests.web.alerts.alerting import Desk

from upstander.core.clock import utc_now
from upstander.core.rights import Role

SCHEMA = SHARED / "cap/schema/cap12.xsd"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    return Desk(tmp_path_factory.mktemp("alerts"), contact="desk@example.org")


@pytest.mark.requirement("C2")
def test_a_signal_becomes_an_alert_that_somebody_must_answer(desk):
    signal = desk.signal(title="Seen first")
    queue = desk.analyst.get("/alerts/queue.json").json()
    assert signal in [w["id"] for w in queue["waiting"]]
    made = desk.analyst.write(f"/alerts/signals/{signal}/steps/escalate", why="serious")
    alert = made.json()["alert"]
    draft = desk.analyst.get(f"/alerts/{alert}.json").json()
    assert draft["row"]["level"] == 1
    assert signal not in [
        w["id"] for w in desk.analyst.get("/alerts/queue.json").json()["waiting"]
    ]
    saved = desk.analyst.write(
        f"/records/alert/{alert}",
        fields=desk.fields(signals=[signal]),
        why="written",
        expected=1,
    )
    assert saved.status_code == 200, saved.text
    unread = desk.step(desk.analyst, alert, "propose")
    assert unread.status_code == 403
    assert "share it with that space" in unread.text
    shared = desk.approver.write(
        f"/records/alert/{alert}",
        fields=desk.fields(signals=[signal]),
        why="shared",
        expected=2,
        shared=["nhri"],
    )
    assert shared.status_code == 200, shared.text
    assert desk.step(desk.analyst, alert, "propose").status_code == 200
    assert desk.step(desk.head, alert, "release").status_code == 200
    shown = desk.responder.get(f"/alerts/{alert}.json").json()
    assert shown["may_answer"]
    assert shown["clock"]["answer_by"]
    assert not shown["clock"]["answered"]
    given = desk.responder.write(
        f"/alerts/{alert}/answers", type="answered", text="Presence from Monday"
    )
    assert given.status_code == 201, given.text
    after = desk.responder.get(f"/alerts/{alert}.json").json()
    assert after["clock"]["answered"]
    assert after["answers"][0]["text"] == "Presence from Monday"
    way = f"/records/action/new?origin=alert&comes_from=alert:{alert}&place=SDN"
    assert way.replace("&", "&amp;") in desk.analyst.get(f"/alerts/{alert}").text
    form = desk.analyst.get(way).text
    assert f'value="alert:{alert}"' in form, "an action says which alert it comes from"
    assert '<option value="alert" selected>' in form
    rows = desk.analyst.get("/alerts/statistics.json").json()["levels"]
    assert rows[3]["answered"] == 1
    assert rows[3]["median_lag_hours"] is not None


@pytest.mark.parametrize("who", ["analyst", "approver"])
def test_the_warner_cannot_answer_for_the_responder(desk, who):
    alert = desk.released(responder="head-justice")
    given = getattr(desk, who).write(
        f"/alerts/{alert}/answers", type="answered", text="done"
    )
    assert given.status_code == 403
    assert desk.analyst.get(f"/alerts/{alert}.json").json()["answers"] == []


def test_whoever_proposed_cannot_release(desk):
    alert = desk.draft()
    assert desk.step(desk.head, alert, "propose").status_code == 200
    own = desk.step(desk.head, alert, "release")
    assert own.status_code == 403
    assert "second person" in own.text
    assert desk.step(desk.analyst, alert, "release").status_code == 403
    assert desk.step(desk.approver, alert, "release").status_code == 200


def test_what_is_proposed_or_released_is_not_written_any_more(desk):
    alert = desk.draft()
    desk.step(desk.analyst, alert, "propose")
    for version in (2, 3):
        changed = desk.head.write(
            f"/records/alert/{alert}",
            fields=desk.fields(headline="Other"),
            why="x",
            expected=version,
        )
        assert changed.status_code == 403
        if version == 2:
            desk.step(desk.approver, alert, "release")
    assert (
        desk.analyst.get(f"/alerts/{alert}.json").json()["title"]
        == desk.fields()["headline"]
    )
    assert desk.step(desk.analyst, alert, "take_back").status_code == 403


@pytest.mark.requirement("T01")
def test_a_dated_trigger_alone_never_makes_the_top_level(desk):
    signal = desk.signal(topic="trigger", title="Election")
    alert = desk.draft(level="4", signals=[signal])
    desk.step(desk.analyst, alert, "propose")
    refused = desk.step(desk.approver, alert, "release")
    assert refused.status_code == 403
    assert "dated trigger" in refused.text
    other = desk.signal(topic="killing")
    supported = desk.draft(level="4", signals=[signal, other])
    desk.step(desk.analyst, supported, "propose")
    assert desk.step(desk.approver, supported, "release").status_code == 200


@pytest.mark.requirement("P04")
def test_each_level_has_its_checklist_with_the_three_aims_and_its_clock(desk):
    lengths = []
    for level in "01234":
        signal = desk.signal()
        shown = desk.analyst.get(
            f"/alerts/{desk.released(level=level, signals=[signal])}.json"
        ).json()
        assert len(shown["checklist"]) == 3
        lengths.append(sum(len(g["lines"]) for g in shown["checklist"]))
        assert bool(shown["clock"]["answer_by"]) == (level != "0")
    assert lengths == sorted(set(lengths))
    page = desk.analyst.get(f"/alerts/{desk.released()}").text
    for aim in (
        "Ease rising tension",
        "Halt imminent or ongoing crimes",
        "Ensure accountability",
    ):
        assert aim in page


@pytest.mark.parametrize(
    ("name", "step"), [("update", "Update"), ("cancel", "Cancel"), ("all_clear", "Update")]
)
def test_what_follows_is_a_draft_in_one_click_and_names_what_it_follows(desk, name, step):
    alert = desk.released()
    made = desk.analyst.write(f"/alerts/{alert}/follow/{name}")
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    assert desk.analyst.get(f"/alerts/{id}/message.cap.xml").status_code == 404
    assert desk.step(desk.analyst, id, "propose").status_code == 200
    assert desk.step(desk.approver, id, "release").status_code == 200
    content = desk.responder.get(f"/alerts/{id}/message.cap.xml").content
    root = etree.fromstring(content)
    assert root.findtext("{*}msgType") == step
    assert alert in root.findtext("{*}references")
    if SCHEMA.exists():
        rules = etree.XMLSchema(etree.parse(SCHEMA))
        assert rules.validate(root), rules.error_log
    standing = desk.analyst.get("/alerts.json").json()["standing"]
    assert alert not in [a["id"] for a in standing]


def test_a_copy_is_a_new_draft_and_a_draft_is_not_followed(desk):
    alert = desk.released()
    copy = desk.analyst.write(f"/alerts/{alert}/follow/copy").json()["id"]
    shown = desk.analyst.get(f"/records/alert/{copy}.json").json()
    values = {f["name"]: f for f in shown["fields"]}
    assert not values["follows"]["links"]
    assert desk.analyst.write(f"/alerts/{copy}/follow/update").status_code == 403


def test_a_drill_says_so_on_every_page_message_and_file(desk):
    alert = desk.released(exercise=True)
    assert "EXERCISE EXERCISE EXERCISE" in desk.analyst.get(f"/alerts/{alert}").text
    assert "EXERCISE" in desk.analyst.get("/alerts").text
    for suffix in ("cap.xml", "atom", "ics", "json", "eml"):
        assert (
            "EXERCISE EXERCISE EXERCISE"
            in desk.analyst.get(f"/alerts/{alert}/message.{suffix}").text
        )
    counted = desk.analyst.get("/alerts/statistics.json").json()["levels"][3]
    assert counted["exercises"] >= 1


@pytest.mark.requirement("O02")
def test_feeds_hold_what_the_reader_may_read_and_a_contact_page_says_whom_to_write_to(desk):
    green = desk.released()
    amber = desk.released(marking="AMBER", responder="head-justice")
    inside, outside = (
        desk.analyst.get("/alerts/feed.atom"),
        desk.responder.get("/alerts/feed.atom"),
    )
    visitor = desk.office.client()
    assert green in inside.text
    assert amber in inside.text
    assert green in outside.text
    assert amber not in outside.text
    assert green not in visitor.get("/alerts/feed.atom").text
    assert green not in visitor.get("/alerts").text
    assert green not in desk.analyst.get("/alerts/feed.atom?place=FRA").text
    assert "desk@example.org" in visitor.get("/alerts/contact").text


def test_another_language_goes_out_if_it_stood_at_the_release(desk):
    alert = desk.draft()
    text = {
        "language": "fr",
        "headline": "Des tueries sont possibles",
        "what": "Une milice se rassemble.",
    }
    made = desk.analyst.write(
        "/records/alert_text", fields=text, why="translated", parent=alert, marking="GREEN"
    )
    assert made.status_code == 201, made.text
    desk.step(desk.analyst, alert, "propose")
    desk.step(desk.approver, alert, "release")
    root = etree.fromstring(desk.responder.get(f"/alerts/{alert}/message.cap.xml").content)
    assert [x.text for x in root.iterfind(".//{*}language")] == ["en", "fr"]
    feed = desk.responder.get("/alerts/feed.atom?language=fr").text
    assert "Des tueries sont possibles" in feed


# The queue


def test_a_signal_is_dismissed_merged_or_asked_about_with_a_reason(desk):
    first, second, third = (desk.signal(place="MLI") for _ in range(3))
    assert desk.analyst.write(f"/alerts/signals/{first}/steps/dismiss").status_code == 422
    assert (
        desk.analyst.write(
            f"/alerts/signals/{first}/steps/dismiss", why="rumour"
        ).status_code
        == 200
    )
    assert (
        desk.analyst.write(
            f"/alerts/signals/{second}/steps/ask", why="who saw it?"
        ).status_code
        == 200
    )
    elsewhere = desk.signal(place="FRA")
    wrong = desk.analyst.write(
        f"/alerts/signals/{third}/steps/merge", why="same", into=elsewhere
    )
    assert wrong.status_code == 422
    merged = desk.analyst.write(
        f"/alerts/signals/{third}/steps/merge", why="same", into=second
    )
    assert merged.status_code == 200, merged.text
    waiting = {w["id"]: w for w in desk.analyst.get("/alerts/queue.json").json()["waiting"]}
    assert second in waiting
    assert first not in waiting
    assert third not in waiting
    shown = desk.analyst.get(f"/alerts/signals/{first}.json").json()
    assert shown["history"][-1]["why"] == "rumour"
    outsider = desk.responder.get(f"/alerts/signals/{first}")
    assert outsider.status_code == 404


def test_the_refractory_clock_holds_a_repeat_back_and_lets_the_extreme_pass(desk):
    first = desk.signal(place="TCD")
    desk.analyst.write(f"/alerts/signals/{first}/steps/escalate", why="serious")
    again, extreme = desk.signal(place="TCD"), desk.signal(place="TCD", extreme=True)
    queue = desk.analyst.get("/alerts/queue.json").json()
    waiting = {w["id"]: w for w in queue["waiting"]}
    assert waiting[again]["held"]
    assert waiting[again]["last"]["id"] == first
    expected = (utc_now().date() + timedelta(days=180)).isoformat()
    assert waiting[again]["quiet_until"] == expected
    assert not waiting[extreme]["held"]
    assert queue["waiting"][0]["extreme"]
    assert queue["rate"] > 0


@pytest.mark.requirement("R02")
def test_a_country_without_any_conflict_can_reach_the_highest_alert(desk):
    signal = desk.signal(place="ISL", topic="speech", title="Officials call for expulsion")
    alert = desk.released(place="ISL", level="4", signals=[signal])
    assert desk.analyst.get(f"/alerts/{alert}.json").json()["row"]["level"] == 4


@pytest.mark.parametrize(
    "path",
    [
        "/alerts",
        "/alerts/queue",
        "/alerts/statistics",
        "/alerts/contact",
        "/alerts/calendar",
        "/alerts/subscriptions",
    ],
)
def test_every_page_has_its_twin_and_what_needs_signing_in_says_so(desk, path):
    assert desk.office.of(Role.READER).get(path).status_code == 200
    assert desk.office.of(Role.READER).get(f"{path}.json").status_code == 200
    visitor = desk.office.client().get(f"{path}.json").status_code
    assert visitor == (401 if path in ("/alerts/queue", "/alerts/subscriptions") else 200)


def test_nobody_types_which_rule_found_a_signal_or_what_was_sent(desk):
    today = utc_now().date().isoformat()
    fields = {"place": "SDN", "topic": "killing", "found": today, "title": "x"}
    for name, value in (("rule", "new_mass_killing"), ("said", "as if a rule said it")):
        forged = desk.analyst.write(
            "/records/signal", fields={**fields, name: value}, why="forged"
        )
        assert forged.status_code == 422, forged.text
        assert "set by the system" in forged.json()["faults"][name]
    forged = desk.analyst.write(
        "/records/alert", fields=desk.fields(sent=today), why="forged"
    )
    assert forged.status_code == 422
