"""The calendar of triggers: files in and out, one event with its history, the election trigger and its notices."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from tests.shared_data import SHARED
from tests.web.alerts.alerting import Desk
from tests.web.people import ORIGIN, filled, typed_values

from upstander.core.clock import utc_now
from upstander.records import forms

VERSIONS = SHARED / "triggers/elections_2026_2027_versions.csv"
HEAD = "iso2,country,title,type,date,date_precision,first_seen,last_seen\n"
MOVED = (
    HEAD
    + "NG,Nigeria,Nigerian General Election,legislative,2027-01-01,estimated,2026-07-01,2026-07-02\n"
    "NG,Nigeria,General,combined,2027-01-16,exact,2026-07-03,2026-08-17\n"
    "FR,France,French presidential,presidential,2027-04-18,exact,2026-07-01,2026-07-02\n"
    "FR,France,French presidential,presidential,2027-05-02,exact,2026-07-01,2026-07-02\n"
    "FR,France,President — Round 1,presidential,2027-04-11,exact,2026-07-02,2026-08-17\n"
    "FR,France,President — Round 2,presidential,2027-04-25,exact,2026-07-02,2026-08-17\n"
    "DE,Germany,State Elections,combined,2026-09-20,exact,2026-07-01,2026-07-02\n"
    "DE,Germany,State Elections,combined,2027-04-18,exact,2026-07-01,2026-07-02\n"
)


GROUP = filled(forms.form("group"), "Highlanders")


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def bring(desk: Desk, content: bytes, name: str = "calendar.csv"):
    file = {"file": (name, io.BytesIO(content), "text/csv")}
    return desk.analyst.post(
        "/alerts/calendar",
        data={"csrf": desk.analyst.csrf},
        files=file,
        headers={"origin": ORIGIN},
    )


def rows(desk: Desk) -> list[dict]:
    found = desk.analyst.get("/alerts/calendar.json").json()
    return [*found["ahead"], *found["past"]]


@pytest.mark.requirement("T01")
def test_an_event_that_moves_becomes_exact_or_is_renamed_is_one_with_its_history(desk):
    assert bring(desk, MOVED.encode()).status_code == 303
    by_day = {(r["place"], r["since"]): r for r in rows(desk)}
    assert set(by_day) == {
        ("NGA", "2027-01-16"),
        ("FRA", "2027-04-11"),
        ("FRA", "2027-04-25"),
        ("DEU", "2026-09-20"),
        ("DEU", "2027-04-18"),
    }
    nigeria = desk.analyst.get(by_day[("NGA", "2027-01-16")]["href"] + ".json").json()
    assert nigeria["changes"] == {"moved": 1, "renamed": 1, "exact": 1}
    assert [h["label"] for h in nigeria["history"]] == [
        "Nigerian General Election",
        "General",
    ]
    assert "2 July 2026" not in nigeria["history"][1]["why"]
    first_round = desk.analyst.get(by_day[("FRA", "2027-04-11")]["href"] + ".json").json()
    assert [h["since"] for h in first_round["history"]] == ["2027-04-18", "2027-04-11"]


def test_a_later_file_goes_on_with_what_is_kept_and_the_same_file_changes_nothing(desk):
    bring(desk, MOVED.encode())
    before = {r["id"]: r["versions"] for r in rows(desk)}
    bring(desk, MOVED.encode())
    assert {r["id"]: r["versions"] for r in rows(desk)} == before
    bring(
        desk,
        (
            HEAD
            + "NG,Nigeria,General election,general,2027-02-06,exact,2026-11-01,2026-11-01\n"
        ).encode(),
    )
    after = {r["id"]: r for r in rows(desk)}
    assert set(after) == set(before)
    assert [r["since"] for r in after.values() if r["place"] == "NGA"] == ["2027-02-06"]


def test_what_goes_out_as_icalendar_comes_back_as_the_same_events(desk):
    bring(desk, MOVED.encode())
    ids = {r["id"] for r in rows(desk)}
    content = desk.analyst.get("/alerts/calendar.ics").content
    assert content.count(b"BEGIN:VEVENT") == len(ids)
    bring(desk, content, "calendar.ics")
    assert {r["id"] for r in rows(desk)} == ids


@pytest.mark.skipif(not VERSIONS.exists(), reason="needs the shared data")
def test_139_versions_of_a_public_calendar_are_about_40_events(desk):
    assert bring(desk, VERSIONS.read_bytes()).status_code == 303
    found = rows(desk)
    assert 38 <= len(found) <= 44
    rounds = {
        (r["place"], r["since"]) for r in found if r["place"] in ("FRA", "BRA", "HTI")
    }
    assert {
        ("FRA", "2027-04-11"),
        ("FRA", "2027-04-25"),
        ("BRA", "2026-10-04"),
        ("BRA", "2026-10-25"),
    } <= rounds
    assert len([r for r in found if r["place"] == "NGA"]) == 1


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"BEGIN:VCARD"])
def test_what_is_no_calendar_is_refused_with_words(desk, content):
    answer = bring(desk, content)
    assert answer.status_code in (400, 422)
    assert rows(desk) == []


def election(desk: Desk, months: int, **given) -> dict:
    day = utc_now().date() + timedelta(days=round(months * 30.44))
    fields = {
        "label": "Presidential election",
        "type": "election",
        "since": day.isoformat(),
        "date_status": "fixed",
        "factors": ["F5"],
        "account": "Power is contested.",
        "known_from": "Commission",
        **given,
    }
    made = desk.analyst.write(
        "/records/trigger", fields=fields, why="seen", place="KEN", marking="GREEN"
    )
    assert made.status_code == 201, made.text
    return desk.analyst.get(f"/alerts/calendar/{made.json()['id']}.json").json()


@pytest.mark.requirement("T02")
def test_the_election_trigger_shows_its_four_inputs_and_missing_is_not_zero(desk):
    shown = election(desk, 1, fairness="4")
    values = [i["value"] for i in shown["weighed"]["inputs"]]
    assert values == [1.0, 1.0, None, None]
    assert shown["weighed"]["strength"] is None
    page = desk.analyst.get(f"/alerts/calendar/{shown['id']}").text
    assert "not assessed, which is not 0" in page
    assert [n["months"] for n in shown["notices"]] == [12, 6, 3, 1]
    assert [n["due"] for n in shown["notices"]] == sorted(
        n["due"] for n in shown["notices"]
    )


@pytest.mark.requirement("T03")
@pytest.mark.requirement("T04")
def test_crises_next_door_and_discrimination_are_terms_that_a_reader_sees_and_switches_off(
    desk,
):
    election(desk, 2, fairness="2", identity="2")
    crisis = {
        "label": "War",
        "where": "SOM",
        "type": "war",
        "severity": "4",
        "since": "2026-01-01",
        "known_from": "UN",
    }
    desk.analyst.write(
        "/records/crisis", fields=crisis, why="seen", place="KEN", marking="GREEN"
    )
    group = desk.analyst.write(
        "/records/group",
        fields={**GROUP},
        why="x",
        marking="GREEN",
    )
    ill = {
        "group": group.json().get("id", ""),
        "form": "political",
        "practice": "3",
        "account": "Barred from office.",
        "known_from": "UN",
    }
    made = desk.analyst.write(
        "/records/discrimination", fields=ill, why="seen", place="KEN", marking="GREEN"
    )
    assert made.status_code == 201, made.text

    def terms(query: str) -> list[str]:
        found = desk.analyst.get(f"/alerts/calendar.json{query}").json()["ahead"]
        return [t["name"] for t in found[0]["weighed"]["terms"]]

    assert terms("") == ["Crises next door", "Discrimination that exists already"]
    assert terms("?spill_over=off") == ["Discrimination that exists already"]
    assert terms("?spill_over=off&discrimination=off") == []


def test_an_election_of_no_country_takes_no_calendar_away(desk):
    given = {
        "type": "election",
        "label": "Vote in the union",
        "since": "2027-05-01",
        "until": "2027-05-02",
    }
    fields = {**typed_values(forms.form("trigger"), "Words"), **given}
    made = desk.head.write("/records/trigger", fields=fields, why="seen")
    assert made.status_code == 201, made.text
    assert desk.analyst.get("/alerts/calendar").status_code == 200
    [row] = rows(desk)
    assert row["weighed"] is None
