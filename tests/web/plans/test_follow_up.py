"""Follow-up over the real application: seven steps, did prevention help, lessons, the report with its pack, and NGOs' own pages."""

import io
from datetime import date

import pytest
from docx import Document
from tests.web import country_seed as seed
from tests.web.people import ADMIN, office
from tests.web.serving import forecast_in

from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Usage
from upstander.respond import value

GREEN = {"marking": Marking.GREEN}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(forecast_in(tmp_path_factory.mktemp("follow_up")))
    made.state.accounts.add_space("league", "The league", "ngo", by=ADMIN, now=now())
    return made


def act(home, title, **given):
    return seed.write(home, "action", **GREEN, title=title, subject="dialogue", **given)


def steps(home):
    shown = home.of(Role.ANALYST).get("/countries/SDN/way-forward.json").json()
    return {s["id"]: s for s in shown["steps"]}, shown


@pytest.mark.requirement("W1")
@pytest.mark.requirement("W4")
@pytest.mark.requirement("W5")
@pytest.mark.requirement("W7")
@pytest.mark.requirement("C1")
def test_each_step_is_worked_out_from_records_and_shows_them(home):
    before, _ = steps(home)
    assert [s["state"] for i, s in before.items() if i != "W3"] == ["none"] * 6, (
        "not on record is not: not done"
    )
    assert before["W3"]["words"].startswith("Bound by")
    seed.write(home, "mechanism", **GREEN, label="Prevention committee", day=seed.days_ago(30), mandate="decree", rank="deputy",
               members=9, women=4, men=6, society=True, meetings=2)  # fmt: skip
    found, page = steps(home)
    assert found["W1"]["state"] == "partly"
    assert found["W1"]["records"][0]["title"] == "Prevention committee"
    assert (
        "Maturity 2 of 5: mandated. Next: a budget that is known." in found["W1"]["words"]
    )
    assert page["mechanisms"][0]["women"] == "40\u00a0%"
    seed.write(home, "mechanism", **GREEN, label="Focal point", day=seed.days_ago(3), mandate="law", budget=90000, currency="USD",
               meetings=5, society=True, women=5, men=5)  # fmt: skip
    seed.write(
        home,
        "dialogue",
        **GREEN,
        label="Regional meeting",
        sort="regional",
        day=seed.days_ago(40),
    )
    seed.write(
        home,
        "dialogue",
        **GREEN,
        label="Debate in New York",
        sort="international",
        day=seed.days_ago(900),
    )
    seed.write(
        home,
        "peer_review",
        **GREEN,
        mechanism="upr",
        title="Third cycle",
        due=seed.days_ago(60),
        reported=seed.days_ago(70),
    )
    found, _ = steps(home)
    assert {i: found[i]["state"] for i in ("W1", "W4", "W5", "W7")} == dict.fromkeys(
        ("W1", "W4", "W5", "W7"), "done"
    )
    assert "Maturity 5 of 5" in found["W1"]["words"]
    text = home.of(Role.ANALYST).get("/countries/SDN/way-forward").text
    assert "no State is ranked" in text
    assert "1 of 1 own reports given on time" in text
    review = seed.write(
        home,
        "review",
        **GREEN,
        title="Second review",
        level="country",
        pillar="1",
        first="2026-01-01",
        last="2026-06-30",
    )
    on_page = home.of(Role.ANALYST).get(f"/assessments/{review.id}.json").json()["steps"]
    assert {s["id"]: s["status"] for s in on_page}["W1"] == "Done", (
        "the review shows the same"
    )


@pytest.mark.requirement("W3")
def test_instruments_are_signed_ratified_and_made_law(home):
    before, _ = steps(home)
    assert before["W3"]["state"] == "partly"
    assert "0 made law at home" in before["W3"]["words"]
    seed.write(
        home,
        "treaty_step",
        **GREEN,
        instrument="ICCPR",
        step="domesticated",
        status="done",
        day=seed.days_ago(30),
    )
    after, _ = steps(home)
    assert "1 made law at home" in after["W3"]["words"]
    assert len(after["W3"]["records"]) == 1


@pytest.mark.requirement("C3")
def test_the_log_of_dialogues_counts_who_took_part_and_how_long_issues_waited(home):
    told = {"sort": "community", "place": "TCD", "issue": "Grazing routes", "society": True}
    seed.write(
        home,
        "dialogue",
        **GREEN,
        **told,
        label="One",
        day=seed.days_ago(90),
        women=3,
        men=7,
        raised=seed.days_ago(90),
        settled=seed.days_ago(80),
    )
    seed.write(
        home,
        "dialogue",
        **GREEN,
        **told,
        label="Two",
        day=seed.days_ago(50),
        women=9,
        men=11,
        raised=seed.days_ago(50),
        settled=seed.days_ago(20),
    )
    seed.write(
        home,
        "dialogue",
        **GREEN,
        **told,
        label="Three",
        day=seed.days_ago(5),
        raised=seed.days_ago(5),
    )
    shown = home.of(Role.ANALYST).get("/countries/TCD/way-forward.json").json()["dialogues"]
    assert shown == {
        "count": 3,
        "women": "40\u00a0%",
        "society": 3,
        "open": 1,
        "settled": 2,
        "days": "20",
    }
    assert (
        "2 settled, 1 open" in home.of(Role.ANALYST).get("/countries/TCD/way-forward").text
    )


@pytest.mark.requirement("W6")
def test_a_lesson_is_counted_each_time_it_is_used_again(home):
    lesson = seed.write(
        home, "lesson", **GREEN, label="Ask women's groups first", subject="dialogue"
    )
    seed.write(home, "lesson", **GREEN, label="Nobody used this", subject="media")
    act(home, "Ask the women of the east", lessons=[lesson.id])
    act(home, "Ask the women of the west", lessons=[lesson.id], place="TCD")
    shown = home.of(Role.ANALYST).get("/plans/lessons.json").json()
    assert [(x["title"], x["count"]) for x in shown["lessons"]] == [
        ("Ask women's groups first", 2),
        ("Nobody used this", 0),
    ]
    assert "used 2 times" in home.of(Role.ANALYST).get("/plans/lessons").text
    assert steps(home)[0]["W6"]["state"] == "done"


# Did prevention help?


@pytest.mark.requirement("H01")
@pytest.mark.requirement("Z06")
def test_the_ledger_of_value_says_what_moved_and_never_that_it_proves(home):
    act(home, "Mediate in the east", status="done", due=seed.days_ago(30))
    indicator = seed.write(
        home,
        "indicator",
        **GREEN,
        label="Clashes",
        unit="a month",
        better="lower",
        baseline=12,
    )
    seed.write(
        home,
        "indicator_reading",
        **GREEN,
        indicator=indicator.id,
        day=seed.days_ago(3),
        value=4,
    )
    seed.write(home, "inaction_cost", **GREEN, label="Hosting refugees", best=2_000_000, low=1_500_000, high=3_000_000, unit="USD a year",
               known_from="UNHCR appeal 2025")  # fmt: skip
    for who, body, asked, acted in (
        ("region", "Union", 90, 60),
        ("region", "Bank", 90, None),
        ("un", "Council", 80, 78),
    ):
        seed.write(home, "outside_response", **GREEN, who=who, body=body, asked=seed.days_ago(asked),
                   acted=acted and seed.days_ago(acted), what="Sent a mission" if acted else "Waited")  # fmt: skip
    shown = home.of(Role.ANALYST).get("/countries/SDN/prevention.json").json()
    assert shown["now"]["probability"] > 0
    assert shown["before"] is None
    assert shown["words"].startswith("No forecast from before"), (
        "one forecast tells of no change"
    )
    assert [a["title"] for a in shown["done"]] == ["Mediate in the east"]
    assert "12 to 4 a month: moved the good way" in shown["moved"][0]["words"]
    assert [(o["who"], o["could"], o["acted"], o["days"]) for o in shown["others"]] == [
        ("A regional body", 2, 1, "30"), ("The United Nations", 1, 1, "2"),
    ]  # fmt: skip
    assert (shown["costs"][0]["figure"], shown["costs"][0]["range"]) == (
        "2,000,000",
        "1,500,000 to 3,000,000",
    )
    text = home.of(Role.ANALYST).get("/countries/SDN/prevention").text
    assert "it never proves" in text
    assert "UNHCR appeal 2025" in text


def chance(probability, low, high, day=1):
    return value.Chance(probability, low, high, date(2026, day, 1), "label", "period")


@pytest.mark.parametrize(
    ("before", "now", "clear", "says"),
    [
        (
            (0.30, 0.25, 0.35),
            (0.10, 0.07, 0.14),
            True,
            "consistent with prevention that helped, and with other causes",
        ),
        ((0.30, 0.10, 0.60), (0.25, 0.05, 0.50), False, "cannot be told from none"),
        ((0.10, 0.07, 0.14), (0.30, 0.25, 0.35), True, "The risk rose"),
    ],
)
def test_a_change_of_risk_has_an_interval_and_is_never_said_to_be_proof(
    before, now, clear, says
):
    found = value.change(chance(*before), chance(*now, day=2))
    assert found.low < found.change < found.high
    assert found.is_clear is clear
    assert says in value.words(found, 2, 1, 0)
    assert value.change(chance(*before), chance(*now)) is None, "both speak from one day"
    assert "no reason to think" in value.words(value.Change(-0.2, -0.3, -0.1), 0, 0, 0)


# The report


@pytest.mark.requirement("Z04")
@pytest.mark.requirement("Z05")
def test_the_follow_up_report_has_its_meeting_pack_and_shows_disagreement(home):
    late = act(home, "Open a shelter", due=seed.days_ago(9), pillar="1")
    act(
        home,
        "Train the guard",
        status="blocked",
        blocked_by="No trainers",
        pillar="2",
        due=seed.days_ago(-50),
    )
    for reporter, status in (("ministry", "done"), ("nhri", "blocked")):
        seed.write(home, "progress_report", **GREEN, action=late.id, day=seed.days_ago(2), reporter=reporter, status=status,
                   openness="public", words=f"The {reporter} says {status}")  # fmt: skip
    seed.write(home, "progress_report", **GREEN, action=late.id, day=seed.days_ago(1), reporter="un", status="running",
               openness="private", words="Names of families")  # fmt: skip
    analyst = home.of(Role.ANALYST)
    shown = analyst.get("/plans/follow-up.json?place=SDN").json()
    assert ["Open a shelter", "Done", "Blocked", "Under way"] in shown["rows"]["disagree"]
    assert {r[0] for r in shown["rows"]["bodies"]} == {
        "Ministry or government agency",
        "National human-rights institution or ombudsperson",
    }
    assert len(shown["steps"]) == 7
    second = analyst.get("/plans/follow-up.json?place=SDN&pillar=2").json()
    assert [r[0] for r in second["rows"]["blocked"]] == ["Train the guard"]
    assert not second["rows"]["disagree"], "the other pillar is left out"
    page = analyst.get("/plans/follow-up.html?place=SDN").text
    assert "Meeting pack" in page
    assert "Names of families" not in page, "a private report goes into none"
    word = analyst.get("/plans/follow-up.docx?place=SDN").content
    paragraphs = [p.text for p in Document(io.BytesIO(word)).paragraphs]
    assert any("Meeting pack" in p for p in paragraphs)
    assert analyst.get("/plans/follow-up.pdf?place=SDN").content.startswith(b"%PDF")


@pytest.mark.requirement("O01")
def test_what_an_organisation_writes_on_a_country_no_government_can_edit(home):
    head = home.account(Role.HEAD, "league")
    kept = seed.write(home, "recommendation", by=head, title="End detention in the north", origin="own", factors=["F6"],
                      marking=Marking.CLEAR, usage=Usage.PUBLIC)  # fmt: skip
    visitor = home.client().get("/coalition/league/SDN.json").json()
    assert visitor["parts"][0]["rows"][0]["title"] == "End detention in the north"
    assert "edit none of it" in home.client().get("/coalition/league/SDN").text
    assert "Sudan" in home.client().get("/coalition").text
    government = home.of(Role.HEAD)
    body = government.get(f"/records/recommendation/{kept.id}.json").json()
    fields = {f["name"]: f["value"] for f in body["fields"] if f["value"]}
    answer = government.write(f"/records/recommendation/{kept.id}", fields={**fields, "title": "All is well"}, why="no",
                              expected=kept.version, marking="CLEAR", place="SDN")  # fmt: skip
    assert answer.status_code == 403
    assert home.client().get("/coalition/justice/SDN").status_code == 404, (
        "a government is no coalition"
    )
