"""Plans over the real application: owners, late and blocked, who says what, root causes, partners, and the round trip."""

import csv
import io
import json
import re
import shutil
import subprocess

import pytest
from openpyxl import load_workbook
from tests.web import country_seed as seed
from tests.web.people import ORIGIN
from tests.web.reviewing import offices

from upstander.core.rights import Marking, Role

OFFICE = shutil.which("soffice")
GREEN = {"marking": Marking.GREEN}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def act(home, title, **given):
    plain = {"subject": "dialogue", "owner": "Ministry of justice", "due": seed.days_ago(-100), "status": "planned",
             "factors": ["F1"], "legal_basis": ["ihrl"]}  # fmt: skip
    return seed.write(home, "action", **GREEN, title=title, **{**plain, **given})


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = offices(tmp_path_factory.mktemp("plans"))
    cause = seed.write(
        made,
        "root_cause",
        **GREEN,
        label="Land taken in 1994",
        factors=["F1"],
        day=seed.days_ago(50),
    )
    recommendation = seed.write(made, "recommendation", **GREEN, title="Settle land disputes", origin="option", factors=["F1"],
                                root_causes=[cause.id], way="structural", to="Ministry of justice")  # fmt: skip
    unanswered = seed.write(
        made,
        "recommendation",
        **GREEN,
        title="Vet the guard",
        origin="alert",
        factors=["F3"],
    )
    indicator = seed.write(made, "indicator", **GREEN, label="Disputes settled", unit="cases", better="higher", baseline=10,
                           baseline_day=seed.days_ago(400), target=40, target_day=seed.days_ago(-300))  # fmt: skip
    seed.write(
        made,
        "indicator_reading",
        **GREEN,
        indicator=indicator.id,
        day=seed.days_ago(5),
        value=25,
    )
    made.cause, made.recommendation, made.unanswered = cause, recommendation, unanswered
    made.late = act(made, "Open land offices", due=seed.days_ago(12), recommendations=[recommendation.id],
                    indicators=[indicator.id], ownership="assisted", way="structural", pillar="1", origin="option",
                    comes_from=f"recommendation:{recommendation.id}", budget=120000.5, currency="USD",
                    person=made.account(Role.ANALYST).account)  # fmt: skip
    made.stuck = act(
        made,
        "Publish the register",
        status="blocked",
        blocked_by="No budget line",
        ownership="national",
    )
    made.done = act(made, "Name mediators", status="done", due=seed.days_ago(40))
    act(made, "Old idea", status="dropped")
    return made


def plan(home, query="", role=Role.ANALYST):
    return home.of(role).get(f"/plans.json{query}").json()


@pytest.mark.requirement("H04")
def test_the_plan_counts_what_is_done_late_and_blocked_and_whose_it_is(home):
    found = plan(home)
    assert found["rate"] == {"done": 1, "of": 3, "share": 1 / 3}
    assert [(a["title"], a["late"]) for a in found["late"]] == [("Open land offices", 12)]
    assert (found["blocked"], found["unanswered"]) == (1, 1)
    assert found["ownership"] == {"national": 1, "assisted": 1, "outside": 0, "": 1}
    assert (
        "1 are owned at home, 1 at home with help"
        in home.of(Role.ANALYST).get("/plans").text
    )
    assert [a["title"] for a in plan(home, "?show=mine")["rows"]] == ["Open land offices"]
    assert plan(home, "?show=mine", Role.HEAD)["rows"] == []
    assert home.client().get("/plans.json").json()["count"] == 0, (
        "a visitor may read none of them"
    )


def test_actions_are_grouped_and_one_may_stand_in_several_groups(home):
    owners = {g["words"]: g for g in plan(home, "?by=owner")["groups"]}
    assert owners["Ministry of justice"]["overdue"] == 1
    ways = [g["words"] for g in plan(home, "?by=way")["groups"]]
    assert ways == ["Structural", "not said"]
    assert {g["words"] for g in plan(home, "?by=horizon")["groups"]} == {"Within a year"}


def test_who_sees_to_an_action_is_reminded_of_it(home):
    mine = home.of(Role.ANALYST).get("/plans/due.ics")
    assert mine.headers["content-type"].startswith("text/calendar")
    lines = mine.text.splitlines()
    assert "SUMMARY:Due: Open land offices" in lines
    assert [x for x in lines if x.startswith("TRIGGER")] == [
        "TRIGGER:-P30D",
        "TRIGGER:-P7D",
        "TRIGGER:-P1D",
    ]
    assert f"DTSTART;VALUE=DATE:{seed.days_ago(12).replace('-', '')}" in lines
    assert "VEVENT" not in home.of(Role.HEAD).get("/plans/due.ics").text, (
        "of what others see to nobody is reminded"
    )
    assert "1 action that you see to is overdue" in home.of(Role.ANALYST).get("/plans").text
    assert home.client().get("/plans/due.ics").status_code in (303, 401, 403)


@pytest.mark.requirement("P03b")
def test_an_action_that_works_on_no_recorded_root_cause_says_so(home):
    analyst = home.of(Role.ANALYST)
    page = analyst.get(f"/plans/{home.late.id}").text
    assert "Land taken in 1994" in page, "through the recommendation that it carries out"
    assert "works on no recorded root cause" not in page
    assert "works on no recorded root cause" in analyst.get(f"/plans/{home.stuck.id}").text
    assert plan(home)["without_root_cause"] == 3


def test_an_action_says_where_it_comes_from_and_how_its_indicator_moved(home):
    shown = home.of(Role.ANALYST).get(f"/plans/{home.late.id}.json").json()
    fields = {f["name"]: f for f in shown["fields"]}
    assert fields["origin"]["words"] == ["A policy option"]
    assert fields["comes_from"]["links"][0]["title"] == "Settle land disputes"
    [moved] = shown["indicators"]
    assert (moved["direction"], moved["readings"][0]["value"]) == ("better", 25)
    assert "10 to 25 cases" in moved["words"]
    assert "the target is not reached" in moved["words"]


def test_state_and_institution_report_side_by_side_and_a_disagreement_is_shown(home):
    told = {"action": home.late.id, "openness": "public", "words": "Four offices are open"}
    for role, space, reporter, status in (
        (Role.ANALYST, "justice", "ministry", "done"), (Role.ANALYST, "nhri", "nhri", "running"),
    ):  # fmt: skip
        kept = home.of(role, space).write(
            "/records/progress_report", why="asked", place="SDN", marking="GREEN",
            fields={**told, "day": seed.days_ago(1), "reporter": reporter, "status": status},
        )  # fmt: skip
        assert kept.status_code == 201, kept.text
    shown = home.of(Role.READER).get(f"/plans/{home.late.id}.json").json()
    sides = {
        s["side"]: s["report"]["status"] for s in shown["views"]["sides"] if s["report"]
    }
    assert sides == {"state": "Done", "independent": "Under way"}
    assert shown["views"]["disagree"]
    assert "The reports disagree" in home.of(Role.READER).get(f"/plans/{home.late.id}").text
    assert plan(home)["disagree"] == 1


@pytest.mark.requirement("N01")
def test_offers_are_matched_to_needs(home):
    need = seed.write(home, "need", **GREEN, label="Train mediators", subject="dialogue", sort="training", needed_by="2027-03-01",
                      asked_by="Ministry of justice")  # fmt: skip
    fits = {"subjects": ["dialogue"], "sort": "training", "partner_type": "un"}
    seed.write(
        home, "offer", **GREEN, partner="UN office", label="Courses", place="", **fits
    )
    seed.write(
        home,
        "offer",
        **GREEN,
        partner="Too late",
        label="Courses",
        **fits,
        since="2027-06-01",
    )
    seed.write(
        home, "offer", **GREEN, partner="Elsewhere", label="Courses", **fits, place="TCD"
    )
    seed.write(
        home,
        "offer",
        **GREEN,
        partner="Other help",
        label="Money",
        **{**fits, "sort": "money"},
    )
    board = home.of(Role.ANALYST).get("/plans/partners.json").json()
    [shown] = [n for n in board["needs"] if n["href"].endswith(need.id)]
    assert [o["title"] for o in shown["offers"]] == ["UN office, Courses"]
    assert len(board["others"]) == 3
    assert "UN office" in home.of(Role.ANALYST).get("/plans/partners").text


# There and back


def away(home, shape):
    answer = home.of(Role.ANALYST).get(f"/records/action/export.{shape}?place=SDN")
    assert answer.status_code == 200
    return answer.content


def back(home, content, name, do="keep", role=Role.ANALYST):
    client = home.of(role)
    return client.post(
        "/plans/exchange", data={"csrf": client.csrf, "kind": "action", "do": do},
        files={"file": (name, content)}, headers={"origin": ORIGIN},
    )  # fmt: skip


def edited_csv(content, edit):
    """The export with rows changed by ``edit``, which is handed each row by its title."""
    text = content.decode("utf-8-sig")
    head = [line for line in text.splitlines(keepends=True) if line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("".join(head)))))
    edit({row["title"]: row for row in rows}, rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return ("".join(head) + out.getvalue()).encode()


def version(home, record):
    return home.of(Role.ANALYST).get(f"/records/action/{record.id}.json").json()["version"]


def field(home, record, name):
    shown = home.of(Role.ANALYST).get(f"/plans/{record.id}.json").json()
    return next(f["value"] for f in shown["fields"] if f["name"] == name)


@pytest.mark.parametrize("shape", ["csv", "xlsx", "json"])
def test_what_comes_back_unedited_changes_nothing(home, shape):
    before = [version(home, r) for r in (home.late, home.stuck, home.done)]
    page = back(home, away(home, shape), f"plan.{shape}")
    assert page.status_code == 201, page.text
    assert "0 changed, 0 new, 4 as they stood, 0 refused" in page.text
    assert [version(home, r) for r in (home.late, home.stuck, home.done)] == before


def test_exactly_what_was_edited_changes_and_a_bad_row_is_refused_with_its_reason(home):
    content = away(home, "csv")
    elsewhere = home.of(Role.ANALYST).write(
        f"/records/action/{home.done.id}", why="meanwhile", expected=version(home, home.done), marking="GREEN", place="SDN",
        fields={"title": "Name mediators", "subject": "dialogue", "owner": "Ministry of justice", "due": seed.days_ago(40),
                "status": "done", "factors": ["F1"], "legal_basis": ["ihrl"], "measure": "Twelve are named"},
    )  # fmt: skip
    assert elsewhere.status_code == 200, elsewhere.text
    before = version(home, home.late), version(home, home.stuck), version(home, home.done)

    def edit(by_title, rows):
        by_title["Open land offices"]["status"] = "running"
        by_title["Publish the register"]["due"] = "next spring"
        by_title["Name mediators"]["owner"] = "Parliament"
        by_title["Old idea"]["marking"] = "TLP:CLEAR"
        rows.append({**dict.fromkeys(rows[0], ""), "title": "A new one", "subject": "media", "owner": "Press council",
                     "due": "2027-05-01", "status": "planned", "measure": "A code", "legal_basis": "ihrl", "place": "SDN"})  # fmt: skip

    answer = back(home, edited_csv(content, edit), "plan.csv", do="look")
    assert "1 changed, 1 new, 0 as they stood, 3 refused" in answer.text
    assert version(home, home.late) == before[0], "a look keeps nothing"
    answer = back(home, edited_csv(content, edit), "plan.csv")
    assert "1 changed, 1 new, 0 as they stood, 3 refused" in answer.text
    assert "takes a day" in answer.text
    assert "somebody wrote in between: you edited version" in answer.text
    assert "who may read it is changed on its own page" in answer.text
    assert version(home, home.late) == before[0] + 1
    assert (version(home, home.stuck), version(home, home.done)) == before[1:]
    assert field(home, home.late, "status") == "running"
    assert field(home, home.late, "budget") == 120000.5
    assert field(home, home.late, "recommendations") == [home.recommendation.id]
    assert "A new one" in [a["title"] for a in plan(home)["rows"]]


def test_a_workbook_edited_in_a_spreadsheet_comes_back_with_its_one_change(home):
    book = load_workbook(io.BytesIO(away(home, "xlsx")))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    row = next(
        r for r in sheet.iter_rows(min_row=2) if r[head.index("id")].value == home.stuck.id
    )
    row[head.index("blocked_by")].value = "The budget line is named, the money is not"
    out = io.BytesIO()
    book.save(out)
    before = version(home, home.stuck), version(home, home.late)
    answer = back(home, out.getvalue(), "plan.xlsx")
    assert "1 changed, 0 new" in answer.text
    assert (version(home, home.stuck), version(home, home.late)) == (
        before[0] + 1,
        before[1],
    )
    assert field(home, home.stuck, "blocked_by").startswith("The budget line is named")


def test_json_comes_back_too_and_links_to_nothing_are_refused(home):
    content = json.loads(away(home, "json"))
    [late] = [r for r in content["records"] if r["id"] == home.late.id]
    late["fields"]["recommendations"] = ["0" * 26]
    answer = back(home, json.dumps(content).encode(), "plan.json")
    assert "1 refused" in answer.text
    assert "Recommendations it carries out" in answer.text


def test_who_may_only_read_brings_nothing_back(home):
    assert back(home, away(home, "csv"), "plan.csv", role=Role.READER).status_code == 403
    other = home.of(Role.ANALYST, "nhri")
    answer = other.post(
        "/plans/exchange", data={"csrf": other.csrf, "kind": "action", "do": "keep"},
        files={"file": ("plan.csv", edited_csv(away(home, "csv"), lambda by, _: by["Old idea"].update(owner="Us")))},
        headers={"origin": ORIGIN},
    )  # fmt: skip
    assert "you may read this record, not write it" in answer.text


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="needs LibreOffice (soffice)")
@pytest.mark.parametrize("shape", ["xlsx", "csv"])
def test_what_libreoffice_opened_and_saved_holds_no_change(home, tmp_path, shape):
    saved = in_libreoffice(tmp_path, away(home, shape), shape)
    answer = back(home, saved, f"plan.{shape}", do="look")
    assert " 0 changed, 0 new" in f" {said_of(answer)}"
    assert said_of(answer).endswith("0 refused")


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="needs LibreOffice (soffice)")
def test_a_workbook_saved_by_libreoffice_comes_back_with_its_one_change(home, tmp_path):
    book = load_workbook(io.BytesIO(in_libreoffice(tmp_path, away(home, "xlsx"))))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    row = next(
        r for r in sheet.iter_rows(min_row=2) if r[head.index("id")].value == home.late.id
    )
    row[head.index("owner")].value = "Land office"
    out = io.BytesIO()
    book.save(out)
    before = version(home, home.late)
    answer = back(home, in_libreoffice(tmp_path, out.getvalue()), "plan.xlsx")
    assert said_of(answer).startswith("1 changed, 0 new")
    assert version(home, home.late) == before + 1
    assert field(home, home.late, "owner") == "Land office"
    assert field(home, home.late, "budget") == 120000.5


def said_of(answer):
    """How many lines changed, are new, stood, were refused."""
    found = re.search(r"\d+ changed, \d+ new, \d+ as they stood, \d+ refused", answer.text)
    assert found, answer.text
    return found[0]


UTF_8 = "44,34,76,1"  # commas, double quotes, UTF-8: what its dialogue of a CSV offers


def in_libreoffice(folder, content, shape="xlsx"):
    """A file as LibreOffice writes it after opening it."""
    file, out = folder / f"plan.{shape}", folder / "saved"
    file.write_bytes(content)
    ways = {
        "xlsx": ["--convert-to", "xlsx"],
        "csv": [f"--infilter=Text - txt - csv (StarCalc):{UTF_8}", "--convert-to",
                f"csv:Text - txt - csv (StarCalc):{UTF_8}"],
    }  # fmt: skip
    command = [OFFICE, "--headless", f"-env:UserInstallation=file://{folder}/profile",
               *ways[shape], "--outdir", str(out), str(file)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (out / f"plan.{shape}").read_bytes()
