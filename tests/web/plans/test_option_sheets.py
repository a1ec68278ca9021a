"""The sheet of each option in a country: what its own registers say, over the real application."""

import pytest
from tests.web import country_seed as seed
from tests.web.reviewing import offices

from upstander.core.rights import Marking, Role

GREEN = {"marking": Marking.GREEN}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return offices(tmp_path_factory.mktemp("sheets"))


def sheet(home, code, role=Role.ANALYST, place="SDN"):
    """The lines of an option's sheet by name, and its page."""
    client = home.of(role)
    shown = client.get(f"/options/{code}.json?place={place}").json()
    page = client.get(f"/options/{code}?place={place}").text
    lines = {line["name"]: line for line in shown["lines"]}
    assert all(line["words"] in page for line in shown["lines"]), (
        "the page says what the JSON says"
    )
    return lines


@pytest.mark.requirement("A2")
def test_elections_readiness_stands_beside_the_calendar(home):
    assert "None is in the calendar" in sheet(home, "A2")["Next contest for power"]["words"]
    seed.write(
        home,
        "trigger",
        **GREEN,
        label="General election",
        type="election",
        since=seed.days_ago(-120),
        date_status="fixed",
    )
    for item, practice in (("a2_inclusive", "3"), ("a2_body", "1")):
        seed.write(
            home,
            "capacity",
            **GREEN,
            subject="elections",
            item=item,
            practice=practice,
            day=seed.days_ago(5),
        )
    line = sheet(home, "A2")["Next contest for power"]
    assert "in 4 months. Of 2 items assessed, 1 stand good in practice" in line["words"]
    assert line["urgent"]


@pytest.mark.requirement("A3")
def test_breaches_of_power_sharing_and_codes_have_a_trend(home):
    for days, answered in ((500, 480), (30, None), (20, 10)):
        seed.write(home, "breach", **GREEN, label="List without women", sort="code", day=seed.days_ago(days), who="A party",
                   answered=answered and seed.days_ago(answered))  # fmt: skip
    line = sheet(home, "A3")["Breaches"]
    assert (
        line["words"]
        == "2 in the last twelve months, 1 in the twelve before; 1 without an answer."
    )
    assert line["urgent"]


@pytest.mark.requirement("A4")
def test_accountability_counts_three_steps_and_three_kinds_of_barrier(home):
    for item, practice in (
        ("a4_ratified", "4"),
        ("a4_domestic", "2"),
        ("a4_amnesty", "0"),
        ("a4_immunity", "4"),
    ):
        seed.write(
            home,
            "capacity",
            **GREEN,
            subject="accountability",
            item=item,
            practice=practice,
            day=seed.days_ago(5),
        )
    lines = sheet(home, "A4")
    assert lines["Instruments: ratified, made law, applied"]["words"].startswith(
        "1 of 3 steps"
    )
    assert (
        lines["Barriers: immunity, amnesty, time limits"]["words"]
        == "1 lifted, 1 stand, 1 not assessed."
    )


@pytest.mark.requirement("A5")
@pytest.mark.requirement("A5b")
def test_an_earlier_episode_with_remedies_missing_points_to_transitional_justice(home):
    asked = "/countries/SDN/options.json?factor=F1&stage=after"
    assert not home.of(Role.ANALYST).get(asked).json()["relapse"]
    group = seed.group(home, marking=Marking.GREEN)
    harm = seed.write(
        home,
        "harm",
        **GREEN,
        group=group.id,
        what=["killing"],
        since="2003-01-01",
        until="2005-01-01",
        gravity="4",
    )
    seed.write(home, "remedy", **GREEN, harm=harm.id, means="accountability", coverage="3")
    lines = sheet(home, "A5")
    assert lines["Earlier episodes left open"]["urgent"]
    assert "reparations" in lines["Unaddressed past"]["words"].lower()
    shown = home.of(Role.ANALYST).get(asked).json()
    assert "relapse is possible" in shown["relapse"]
    assert [o["code"] for o in shown["relapse_options"]] == ["A5", "C5"]
    assert "A5" in {m["code"] for m in (*shown["structural"], *shown["operational"])}
    assert (
        "relapse is possible" in home.of(Role.ANALYST).get(asked.replace(".json", "")).text
    )


@pytest.mark.requirement("A7")
@pytest.mark.requirement("A7c")
def test_shares_as_counted_stand_beside_shares_as_felt(home):
    seed.write(
        home,
        "deprivation",
        **GREEN,
        sphere="income",
        actual="2",
        perceived="4",
        day=seed.days_ago(100),
        area="East district",
    )
    lines = sheet(home, "A7")
    assert lines["Deprivation as counted"]["words"].startswith(
        "2 (level 0-4). The strongest of 1 record"
    )
    assert lines["Deprivation as it is felt"]["words"].startswith("4 (level 0-4)")
    assert "Felt more than it is counted" in lines["Felt less counted"]["words"]
    assert "Change of what is counted" in lines


@pytest.mark.requirement("A7b")
def test_corruption_has_its_public_series_with_its_trend(home):
    lines = sheet(home, "A7b")
    [series] = [
        line for name, line in lines.items() if name.startswith("Political corruption")
    ]
    assert "five years before: 0." in series["words"]


@pytest.mark.requirement("A8")
def test_institutions_are_scored_beside_the_rule_of_law(home):
    seed.write(home, "institution", **GREEN, kind="judicial", label="Supreme court", exists="yes", independence="2", resources="2",
               credibility="1", day=seed.days_ago(50))  # fmt: skip
    lines = sheet(home, "A8")
    assert any("judicial" in name.lower() for name in lines)
    assert any(name.startswith("Rule of law") for name in lines)


@pytest.mark.requirement("B1")
def test_rights_infrastructure_counts_reports_overdue_and_what_was_implemented(home):
    seed.write(
        home,
        "peer_review",
        **GREEN,
        mechanism="treaty_body",
        title="Third report",
        due=seed.days_ago(20),
        recommendations=40,
        implemented=10,
    )
    lines = sheet(home, "B1")
    assert lines["Reports to peers and treaty bodies"]["words"].endswith("1 overdue.")
    assert lines["Recommendations implemented"]["words"].startswith("25 %")


@pytest.mark.requirement("B2")
def test_reprisals_are_restricted_and_a_fresh_one_asks_for_attention(home):
    seed.write(
        home, "civic_space", **GREEN, day=seed.days_ago(10), direction="narrows", weight="3"
    )
    seed.write(home, "reprisal", sort="threat", against="ngo", day=seed.days_ago(4))
    line = sheet(home, "B2")["Reprisals"]
    assert line["words"].startswith("1 in the last twelve months")
    assert line["urgent"]
    closed = sheet(home, "B2", Role.CONTRIBUTOR)["Reprisals"]
    assert closed["words"].startswith("0 in the last twelve months"), (
        "who is not cleared is not told that there is one"
    )
    assert not closed["urgent"]


@pytest.mark.requirement("B3")
def test_speech_waits_for_a_person_by_the_six_part_test(home):
    parts = dict.fromkeys(
        (
            "rabat_context",
            "rabat_speaker",
            "rabat_intent",
            "rabat_content",
            "rabat_extent",
            "rabat_likelihood",
        ),
        "yes",
    )
    seed.write(
        home,
        "speech_event",
        **GREEN,
        day=seed.days_ago(3),
        type="hate_speech",
        speaker="minister",
        **parts,
    )
    lines = sheet(home, "B3")
    assert (
        lines["Speech that waits for a decision"]["words"]
        == "1 event waits; on 1 the six-part test points to incitement."
    )
    assert any(name.startswith("Freedom of expression") for name in lines)


@pytest.mark.requirement("C5")
def test_memorials_associations_and_the_days_that_can_be_triggers(home):
    seed.write(
        home,
        "memorial",
        **GREEN,
        label="Association of survivors",
        sort="association",
        consent=True,
        consulted=seed.days_ago(60),
    )
    seed.write(home, "memorial", **GREEN, label="House of memory", sort="place")
    seed.write(
        home,
        "trigger",
        **GREEN,
        label="Anniversary",
        type="commemoration",
        since=seed.days_ago(-40),
        date_status="fixed",
    )
    lines = sheet(home, "C5")
    assert lines["Memorials and associations"]["words"].startswith(
        "2 on record, 1 of them associations; 1 consulted"
    )
    assert "1 ahead" in lines["Commemorations in the calendar of triggers"]["words"]
    refused = home.of(Role.ANALYST).write("/records/memorial", fields={"label": "Others", "sort": "association", "known_from": "Register"},
                                          why="added", place="SDN", marking="GREEN")  # fmt: skip
    assert refused.status_code == 422, "an association is listed with its consent alone"
