"""What to do: options for factors and stages over the real application, with evidence, harm check and checklists."""

import csv
from pathlib import Path

import pytest
from tests.web import country_seed as seed
from tests.web.reviewing import SIX, Desk, offices

from upstander.core.rights import Marking, Role, Usage
from upstander.respond import effects
from upstander.respond.option import options, stages

FACTORS = ("F1", "F2", "F3", "F4", "F5", "F6", "T")
OPEN = {"marking": Marking.CLEAR, "usage": Usage.PUBLIC}
FACTOR_ROWS = [
    {"tool_name": "Mediation", "Dedoose.name_tool": "Mediation_tool", "Name.Final": "Early start",
     "research_qualitative": "Stronger", "Contextual.or.design.factor": "Design",
     "greater_findings": "7", "lesser_findings": "1", "no_mixed_findings": "0", "count": "8"},
    {"tool_name": "Mediation", "Dedoose.name_tool": "Mediation_tool", "Name.Final": "War goes on",
     "research_qualitative": "Weaker", "Contextual.or.design.factor": "Contextual",
     "greater_findings": "1", "lesser_findings": "2", "no_mixed_findings": "1", "count": "4"},
    {"tool_name": "Fact-finding", "Dedoose.name_tool": "Fact-finding_tool", "Name.Final": "NA",
     "research_qualitative": "None available", "Contextual.or.design.factor": "NA",
     "greater_findings": "NA", "lesser_findings": "NA", "no_mixed_findings": "NA", "count": "NA"},
]  # fmt: skip
STUDY_ROWS = [
    {"Tool": "Mediation_tool", "overall": "Decreases mass atrocities or CROs ", "Factor_effect": "NA"},
    {"Tool": "Mediation_tool", "overall": "Increases mass atrocities or CROs", "Factor_effect": "NA"},
    {"Tool": "Mediation_tool", "overall": "No or mixed effects", "Factor_effect": "NA"},
    {"Tool": "Mediation_tool", "overall": "NA",
     "Factor_effect": "The factor is associated with greater effectiveness of the tool"},
]  # fmt: skip


def tables(folder: Path, called=None, extra=()) -> list[Path]:
    """A made-up release of the two tables; ``called`` renames columns, ``extra`` adds some."""
    made = []
    for name, rows in (("factors.csv", FACTOR_ROWS), ("studies.csv", STUDY_ROWS)):
        named = [{(called or {}).get(k, k): v for k, v in row.items()} for row in rows]
        named = [{**row, **dict.fromkeys(extra, "new")} for row in named]
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, list(named[0]))
            out.writeheader()
            out.writerows(named)
        made.append(folder / name)
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two offices, a review that rates factors 1 and 3, and a made-up release of reviewed evidence."""
    folder = tmp_path_factory.mktemp("options")
    effects.keep(folder, effects.release("2024", tables(folder)))
    made = offices(folder)
    desk = Desk(made)
    for code, level in (("F3", 2), ("F1", 1)):
        desk.keep(made.account(Role.ANALYST), SIX.factor(code).scored_codes, level)
    seed.write(made, "capacity", marking=Marking.GREEN, subject="security_sector", label="Police oversight act",
               item="a6_oversight", law="3", practice="1", day=seed.days_ago(40))  # fmt: skip
    return made


def ask(client, factor="", stage="", more=""):
    answer = client.get(f"/countries/SDN/options.json?factor={factor}&stage={stage}{more}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def every(answer):
    return [*answer["in_place"], *answer["structural"], *answer["operational"]]


@pytest.mark.requirement("P02")
@pytest.mark.requirement("P03")
@pytest.mark.requirement("P04")
@pytest.mark.parametrize("factor", FACTORS)
def test_every_factor_at_every_stage_has_both_ways_or_says_why_not(home, factor):
    visitor = home.client()
    for stage in stages():
        answer = ask(visitor, factor, stage)
        shown = every(answer)
        ways = {m["way"]["type"] for m in shown}
        why_not = {w["type"] for w in answer["why_not"]}
        assert ways | why_not == {"structural", "operational"}
        assert not ways & why_not
        assert all(m["harm_check"] and m["risks"] and m["evidence"]["words"] for m in shown)
        assert all(m["way"]["aims"] for m in shown if m["way"]["type"] == "operational")
        assert all(w["elsewhere"] for w in answer["why_not"])


@pytest.mark.requirement("H02")
def test_the_four_parts_of_a_priority_are_shown_and_how_far_a_rank_hangs_on_each(home):
    analyst = home.of(Role.ANALYST)
    answer = ask(analyst, "F3", "tension_rising", "&trend=rising")
    for m in every(answer):
        parts = [p["value"] for p in m["parts"]]
        assert len(parts) == 4
        assert m["priority"] == round(100 * parts[0] * parts[1] * parts[2] * parts[3])
        assert m["ranks"][0] <= m["rank"] <= m["ranks"][1]
    unknown = ask(analyst, "F2", "tension_rising")
    assert all(m["parts"][0]["value"] is None for m in every(unknown)), (
        "missing is not zero"
    )
    assert all(m["parts"][0]["words"] == "not assessed" for m in every(unknown))
    rows = {row["factor"][:1]: row["cells"] for row in answer["matrix"]}
    assert list(rows) == ["3"]
    assert [cell["priority"] is not None for cell in rows["3"]] == [True] * 5


def test_without_being_asked_it_answers_for_what_the_latest_review_sees(home):
    answer = ask(home.of(Role.ANALYST), stage="upstream")
    assert [(s["code"], s["level"]) for s in answer["seen"]] == [("F1", 1), ("F3", 2)]
    assert ask(home.client(), stage="upstream")["seen"] == [], "a visitor is told no level"
    assert not ask(home.client(), stage="upstream")["answered"]


@pytest.mark.requirement("Z02")
def test_what_is_in_place_comes_first(home):
    answer = ask(home.of(Role.ANALYST), "F3", "tension_rising")
    [first, *_] = answer["in_place"]
    assert (first["code"], first["in_place"][0]["title"]) == ("A6", "Police oversight act")
    assert "A6" not in {m["code"] for m in (*answer["structural"], *answer["operational"])}


def test_evidence_stands_beside_each_option_with_its_direction_and_conditions(home):
    shown = {m["code"]: m for m in every(ask(home.client(), "F1", "tension_rising"))}
    [mediation] = [t for t in shown["C3"]["evidence"]["tools"] if t["count"]]
    assert mediation["directions"] == {"decrease": 1, "increase": 1, "mixed": 1}
    assert "more 1" in mediation["words"], "adverse findings are counted too"
    assert [c["name"] for c in mediation["conditions"]] == ["Early start"]
    assert shown["C5"]["evidence"]["words"].startswith("No reviewed evidence")
    page = home.client().get("/countries/SDN/options?factor=F1&stage=tension_rising").text
    assert "No reviewed evidence" in page
    assert "Harm check" in page


@pytest.mark.requirement("P01")
def test_the_catalogue_is_filtered_by_factor_stage_way_and_cost(home):
    visitor = home.client()
    assert len(visitor.get("/options.json").json()["options"]) == 18
    found = visitor.get(
        "/options.json?factor=T&stage=imminent&type=operational&cost=low"
    ).json()
    assert [o["code"] for o in found["options"]] == ["C2", "C3"]
    assert "18 of 18 options" in visitor.get("/options").text
    assert visitor.get("/countries/SDN/options.json?factor=F9").status_code == 404


@pytest.mark.requirement("A1")
@pytest.mark.requirement("A6")
@pytest.mark.requirement("C4")
@pytest.mark.requirement("S06")
@pytest.mark.parametrize("option", options().values(), ids=lambda o: o.code)
def test_each_option_has_its_checklist_in_law_and_in_practice_and_says_what_it_gives_the_state(
    home, option
):
    analyst, item = home.of(Role.ANALYST), next(iter(option.checklist))
    seed.write(home, "capacity", marking=Marking.GREEN, subject=option.id, label=f"Law on {option.id}", item=item,
               law="4", practice="2", day=seed.days_ago(9), place="TCD")  # fmt: skip
    sheet = analyst.get(f"/options/{option.code}.json?place=TCD").json()
    assert sheet["id"] == option.id
    assert 3 <= len(sheet["checklist"]) <= 7
    first = sheet["checklist"][0]
    assert (first["law"], first["practice"]) == ("4 full", "2 partial")
    assert (sheet["score"]["law"], sheet["score"]["practice"]) == (1, 0)
    assert sheet["score"]["not_assessed"] == len(sheet["checklist"]) - 1
    page = analyst.get(f"/options/{option.code}?place=TCD").text
    assert "What it gives the State itself" in page
    assert option.subject.benefit in page
    assert f"Law on {option.id}" in page
    tab = analyst.get("/countries/TCD/assessment.json").json()
    row = next(
        r for r in tab["resilience"]["table"]["rows"] if r[1]["words"] == option.code
    )
    assert row[2]["words"] == "4 full", "recorded once, it is seen in both"


def test_the_form_of_a_capacity_opens_with_the_item_that_was_chosen(home):
    analyst = home.of(Role.ANALYST)
    sheet = analyst.get("/options/A4.json?place=SDN").json()
    [barrier] = [i for i in sheet["checklist"] if i["item"] == "a4_amnesty"]
    form = analyst.get(barrier["add"]).text
    assert '<option value="a4_amnesty" selected>' in form
    assert '<option value="accountability" selected>' in form


def test_examples_say_their_caution_and_how_far_they_are_verified_and_offices_add_theirs(
    home,
):
    shown = home.client().get("/options/A4.json").json()["practices"]
    assert len(shown) == 7
    assert [p["verified"] for p in shown].count(False) == 3
    assert any("ten days later" in p["caution"] for p in shown)
    fields = {"subject": "accountability", "what": "A unit for international crimes", "period": "2024",
              "types": ["structural"], "known_from": "Annual report 2024", "state": "read"}  # fmt: skip
    kept = home.of(Role.ANALYST).write(
        "/records/practice", fields=fields, why="added", place="TCD", marking="GREEN"
    )
    assert kept.status_code == 201, kept.text
    first = home.of(Role.READER).get("/options/A4.json").json()["practices"][0]
    assert (first["name"], first["what"]) == ("Chad", "A unit for international crimes")
    assert home.client().get("/options/A4.json").json()["practices"] == shown, (
        "not for the world"
    )


def test_in_conflict_no_option_is_closed(home):
    before = {m["code"] for m in every(ask(home.client(), "F3", "ongoing"))}
    seed.write(
        home,
        "context",
        by=home.account(Role.HEAD),
        **OPEN,
        kind="internal_conflict",
        since="2024-01-01",
        held_by="ICRC",
    )
    answer = ask(home.client(), "F3", "ongoing")
    assert answer["conflict"]
    assert {m["code"] for m in every(answer)} == before
    page = home.client().get("/countries/SDN/options?factor=F3&stage=ongoing").text
    assert "Conflict closes no option" in page
