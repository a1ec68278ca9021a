"""Rules through the doors: what people record becomes a signal in their own queue, and each rule has its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.web.alerts.alerting import Desk

from upstander import jobs
from upstander.core import plugins
from upstander.core.clock import utc_now
from upstander.monitor.replay_table import RULES, month_rules


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    return Desk(tmp_path_factory.mktemp("rules"))


def day(before: int) -> str:
    return (utc_now().date() - timedelta(days=before)).isoformat()


def kept(desk: Desk, kind: str, **fields) -> str:
    made = desk.analyst.write(
        f"/records/{kind}", fields=fields, why="seen", place="KEN", marking="GREEN"
    )
    assert made.status_code == 201, made.text
    return made.json()["id"]


def group(desk: Desk) -> str:
    return kept(
        desk, "group", neutral_label="River people", basis=["ethnic"], known_from="Census"
    )


def tick(desk: Desk):
    return jobs.tick(desk.office.state.settings, utc_now, ("records",))


def waiting(desk: Desk, who=None) -> dict[str, dict]:
    found = (who or desk.analyst).get("/alerts/queue.json").json()["waiting"]
    return {w["rule"]: w for w in found}


@pytest.mark.requirement("F2b")
def test_a_burst_of_hate_speech_becomes_a_signal_in_its_own_space_once(desk):
    id = group(desk)
    for before in (1, 2, 3):
        kept(
            desk,
            "speech_event",
            day=day(before),
            type="hate_speech",
            speaker="minister",
            group=id,
            summary="calls them vermin",
            known_from="Radio",
        )
    tick(desk)
    again = tick(desk)
    assert again["signals_of_records"] == 0
    found = waiting(desk)["speech_burst"]
    assert found["title"].startswith("Kenya: 3 speech events against one group")
    assert "Minister or senior official" in found["title"]
    assert "vermin" not in found["title"]
    assert waiting(desk, desk.responder) == {}


@pytest.mark.requirement("F4a")
def test_a_cluster_and_a_new_rule_become_signals(desk):
    for before, type in ((2, "militia"), (3, "training"), (4, "discriminatory_rule")):
        kept(
            desk,
            "preparatory_measure",
            day=day(before),
            type=type,
            actor="Ministry",
            account="Decided.",
            known_from="Gazette",
        )
    tick(desk)
    found = waiting(desk)
    assert "3 preparatory measures" in found["preparatory_cluster"]["title"]
    assert found["discriminatory_rule"]["place"] == "KEN"
    assert found["discriminatory_rule"]["topic"].startswith("Preparatory")


def test_every_rule_has_a_page_with_its_back_test_or_why_there_is_none(desk):
    visitor = desk.office.client()
    listed = visitor.get("/alerts/rules").text
    for name in plugins.names(RULES):
        page = visitor.get(f"/alerts/rules/{name}")
        assert page.status_code == 200, name
        assert f"/alerts/rules/{name}" in listed
        shown = visitor.get(f"/alerts/rules/{name}.json").json()
        if name in month_rules():
            test = shown["test"]
            known = test["hits"] + test["false_alarms"]
            assert test["drafts"] == known + test["open"], name
            assert shown["span"]["kind"].startswith("hindcast")
        else:
            assert shown["test"] is None
            assert "No past data to test" in page.text
    assert visitor.get("/alerts/rules/none").status_code == 404


def test_the_packaged_look_back_is_of_the_rules_and_the_data_that_come_with_it(desk):
    back = desk.office.client().get("/alerts/rules.json").json()["back"]
    assert not back["own"]
    assert set(back["rules"]) == set(month_rules())
    assert back["known_to"] == back["last"]
    assert {r["rule"] for r in back["rows"]} >= {"random", "our lists, 4 a month"}
    assert not any("HDX" in r["rule"] for r in back["rows"])
    assert len(back["cases"]) == 3
