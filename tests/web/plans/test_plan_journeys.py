"""Journeys 7, 8 and 9 of the domain document, section F, in a real Chromium without JavaScript, with their acceptance facts."""

import csv
import io
import re
import shutil
import subprocess

import pytest
from docx import Document
from lxml.html import fromstring
from tests.respond import recommendation_files as files
from tests.web import country_seed as seed
from tests.web.journeying import Person
from tests.web.plans.test_options import tables
from tests.web.reviewing import REVIEW, SIX, Desk, offices
from tests.web.serving import served

from upstander.core.rights import Role
from upstander.respond import effects

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ACTION = {"subject": "rights_infrastructure", "factors": ["F5"], "owner": "Ministry of justice", "measure": "Judges who passed",
          "legal_basis": ["ihrl"], "ownership": "national"}  # fmt: skip
TEN = tuple(
    f"Train judges of district {n} in the law against torture" for n in range(1, 11)
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan_journeys")
    effects.keep(folder, effects.release("2024", tables(folder)))
    made = offices(folder)
    desk = Desk(made)
    desk.keep(made.account(Role.ANALYST), SIX.factor("F3").scored_codes, 2)
    made.desk = desk
    with served(made.app) as made.url:
        yield made


@pytest.fixture
def person(browser, site):
    """Makes people; their browsers close with the test."""
    made = []

    def one(role, space="justice"):
        made.append(Person(browser, site, site.url, site.account(role, space)))
        return made[-1]

    yield one
    for p in made:
        p.context.close()


@pytest.mark.requirement("P02")
@pytest.mark.requirement("M03")
@pytest.mark.requirement("H02")
def test_journey_8_a_recommendation_with_evidence(person):
    me = person(Role.HEAD)
    me.go("/countries/SDN/assessment").click("What to do")
    assert "No stage is set: choose one." in me.text
    me.page.get_by_label("Factor", exact=True).select_option("F3")
    me.page.get_by_label("Trend", exact=True).select_option("rising")
    me.page.get_by_label("Stage", exact=True).select_option("tension_rising")
    me.page.get_by_role("button", name="Show").press("Enter")
    assert "3 Armed groups, militias and their means (2 some, rising)" in me.text
    assert "Tension rising" in me.text
    # structural and operational both present, filtered by factor and stage
    asked = me.json(
        "/countries/SDN/options.json?factor=F3&trend=rising&stage=tension_rising"
    )
    shown = [*asked["structural"], *asked["operational"]]
    assert {m["way"]["type"] for m in shown} == {"structural", "operational"}
    assert {m["code"] for m in shown} == {"A6", "C2"}
    assert all("F3" in [f["code"] for f in m["factors"]] for m in shown)
    # practice with caution; evidence with its direction, adverse findings too; honesty where there is none; a harm check
    assert "Undone in practice after 2015." in me.text
    assert "The source was read" in me.text
    assert "No reviewed evidence" in me.text
    assert "Harm check" in me.text
    assert "What do people at risk say of that force?" in me.text
    me.go("/countries/SDN/options?factor=F1&stage=tension_rising")
    assert "Mediation, 3 findings: fewer atrocities 1, more 1, none or mixed 1" in me.text
    assert "Goes with working better: Early start (stronger)" in me.text
    # from the option to a recommendation, with what is known filled in
    me.go("/countries/SDN/options?factor=F3&trend=rising&stage=tension_rising")
    me.click("Recommend it")
    assert me.page.locator("[name='origin']").input_value() == "option"
    me.fill(title="Put the guard under civilian command", to="Ministry of defence", legal_basis=["ihrl"], pillar="1",
            harm_check="The villages were asked; nobody is disarmed first.", why="Agreed with the commission")  # fmt: skip
    assert "Put the guard under civilian command" in me.text
    assert "asked; nobody is disarmed first" in me.text
    recommendation = me.page.url.rsplit("/", 1)[-1]
    me.go("/plans?place=SDN")
    assert "1 that no action carries out" in me.text
    me.click("New action")
    me.fill(title="Sign the decree", subject="security_sector", factors=["F3"], owner="Ministry of defence",
            due=seed.days_ago(-60), measure="The decree is published", legal_basis=["ihrl"], status="planned",
            recommendations=[recommendation], origin="option", _place="SDN")  # fmt: skip
    me.go("/plans?place=SDN")
    assert "0 that no action carries out" in me.text
    assert "Sign the decree" in me.text


def link_by_hand(me, recommendation, action):
    me.go(f"/recommendations/{recommendation}")
    me.page.locator("#follow-up summary").press("Enter")
    me.page.locator("#lead").fill("Ministry of justice")
    me.page.locator("#due").fill(seed.days_ago(3))
    me.page.locator("#actions").fill(f"action:{action}")
    me.page.locator("#follow-up").get_by_role("button", name="Keep").press("Enter")


def say(who, recommendation, side, status):
    """One side's word; ``status`` is the first or the last of the list."""
    who.go(f"/recommendations/{recommendation}")
    who.page.locator("#progress summary").press("Enter")
    listed = "all => all.map(o => o.value)"
    sides = who.page.locator("#side option").evaluate_all(listed)
    statuses = who.page.locator("#status option").evaluate_all(listed)
    who.page.locator("#side").select_option(next(o for o in sides if side in o))
    who.page.locator("#status").select_option(statuses[status])
    who.page.locator("#account").fill(f"As the {side} sees it")
    who.page.get_by_role("button", name="Keep this word").press("Enter")


@pytest.mark.requirement("B1")
@pytest.mark.requirement("H04")
def test_journey_9_ten_recommendations_followed_up_and_two_views_of_one(
    site, person, tmp_path
):
    me, commission = person(Role.HEAD), person(Role.HEAD, "nhri")
    rows = [files.recommended("Slovenia", text, "Spain", "Accepted") for text in TEN]
    file = files.uprinfo(tmp_path / "upr.csv", *rows)
    me.go("/recommendations").click("Bring a file in")
    me.page.get_by_label("File").set_input_files(file)
    me.page.get_by_role("button", name="Bring it in").press("Enter")
    found = me.json("/recommendations.json?q=torture&place=SVN")["rows"]
    assert len(found) == 10
    # one action of ours for each: the first by hand, overdue; the others as a program would
    me.go("/records/action/new?place=SVN&origin=un_recommendation")
    me.fill(title="Course 1", **ACTION, due=seed.days_ago(8), status="planned")
    link_by_hand(me, found[0]["id"], me.page.url.rsplit("/", 1)[-1])
    client = site.of(Role.HEAD)
    for n, row in enumerate(found[1:], 2):
        fields = {
            **ACTION,
            "title": f"Course {n}",
            "due": seed.days_ago(-90),
            "status": "done" if n > 8 else "planned",
        }
        kept = client.write(
            "/records/action", fields=fields, why="agreed", place="SVN", marking="GREEN"
        ).json()
        linked = {
            "lead": "Ministry of justice",
            "due": seed.days_ago(-90),
            "actions": f"action:{kept['id']}",
        }
        assert (
            client.fill(f"/recommendations/{row['id']}/follow-up", **linked).status_code
            == 303
        )
    # the State reports progress, the institution disagrees: both views stand
    first = found[0]["id"]
    say(me, first, "state", 0)
    say(commission, first, "nhri", -1)
    me.go(f"/recommendations/{first}")
    assert "The sides differ" in me.text
    assert "As the state sees it" in me.text
    assert "As the nhri sees it" in me.text
    # the implementation rate as of a day, and what is overdue
    me.go("/recommendations/follow-up?place=SVN")
    assert "How many are implemented, by" in me.text
    assert "Where the sides differ" in me.text
    me.go("/plans?place=SVN")
    assert "2 of 10 done (20 %)" in me.text
    assert "8 days late" in me.text
    assert "Of 10 actions 10 are owned at home" in me.text
    # taken away
    text = me.body("/records/action/export.csv?place=SVN")
    table = csv.DictReader(
        io.StringIO(
            "".join(
                x for x in text.splitlines(True) if not x.lstrip("\ufeff").startswith("#")
            )
        )
    )
    assert sorted(row["title"] for row in table) == sorted(
        f"Course {n}" for n in range(1, 11)
    )


def words_of(content, shape):
    """All text of a report, in one of its shapes, blanks left out."""
    if shape == "docx":
        whole = Document(io.BytesIO(content))
        cells = [c.text for t in whole.tables for row in t.rows for c in row.cells]
        return "".join("".join([*(p.text for p in whole.paragraphs), *cells]).split())
    return "".join(fromstring(content.decode()).text_content().split())


def pages_of(pdf, folder):
    """The text of each page of a PDF."""
    (folder / "brief.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", folder / "brief.pdf", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return text.split("\f")


@pytest.mark.requirement("H01")
def test_journey_7_a_brief_for_the_minister(site, person, tmp_path):
    desk = site.desk
    chosen = desk.head.write(f"/records/review/{desk.id}", fields={**REVIEW, "yardstick": "icd203"}, why="agreed", expected=1,
                             place="SDN", marking="GREEN")  # fmt: skip
    assert chosen.status_code == 200, chosen.text
    desk.add(desk.analyst, "scenario", title="Raids spread", story="Guards leave the posts.", until="2027-06-30", lowest="20",
             highest="40", evidence_strength="medium", agreement="low")  # fmt: skip
    desk.add(
        desk.analyst,
        "section",
        name="gender",
        text="Women of two groups report less to the police. " * 4,
    )
    desk.add(desk.analyst, "action", title="Open two shelters", subject="dialogue", owner="Ministry of health", due=seed.days_ago(-20),
             measure="Both are open", legal_basis=["ihrl"], status="planned", budget="250000", currency="USD")  # fmt: skip
    kept = desk.head.write("/records/inaction_cost", why="cited", place="SDN", marking="GREEN", fields={
        "label": "hosting those who flee for a year", "best": "4000000", "unit": "USD", "known_from": "appeal of 2026"})  # fmt: skip
    assert kept.status_code == 201, kept.text
    me = person(Role.HEAD)
    me.go(desk.href)
    assert "One page for who decides" in me.text
    me.page.locator(f"a[href='{desk.href}/brief.html']").press("Enter")
    text = " ".join(me.page.locator("body").inner_text().split())
    for said in (
        "Level: ",
        "Open two shelters",
        "250,000 USD",
        "Not acting: hosting those who flee for a year, 4,000,000 USD",
        "How sure",
    ):
        assert said in text, said
    # likelihood with the scale it is said in, printed; confidence in another sentence
    assert "Likelihood by 30 June 2027" in text
    assert "unlikely" in text
    assert "ICD 203" in text
    sentences = [s.lower() for s in re.split(r"(?<=[.!?])\s", text)]
    assert not [s for s in sentences if "likelihood" in s and "confidence" in s]
    # women and men, sources, age of the data; and page, PDF and Word say the same
    assert "Women of two groups report less" in text
    assert "Sources, and how old they are" in text
    assert "0 items of evidence" in text
    page, word, pdf = (
        desk.head.get(f"{desk.href}/brief.{shape}").content
        for shape in ("html", "docx", "pdf")
    )
    for said in (
        "Open two shelters",
        "Raids spread",
        "Women of two groups report less",
        "appeal of 2026",
        "ICD 203",
    ):
        assert "".join(said.split()) in words_of(page, "html")
        assert "".join(said.split()) in words_of(word, "docx")
    # one page and its annex
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext to look at the pages of a PDF")
    first, *rest = pages_of(pdf, tmp_path)
    assert "What it costs, and what if not" in first
    assert "Annex" in first or rest[0].lstrip().startswith("Annex")
    assert "Raids spread" in first + "".join(rest)
