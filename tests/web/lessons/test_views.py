"""Cases of warning and response over the real application: in time, with rights, as a report, and from a file."""

import csv
import io
import json
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from tests.web import country_seed as seed
from tests.web.journeying import Person
from tests.web.people import ORIGIN, office
from tests.web.serving import forecast_in, served

from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Usage
from upstander.core.types import CAVEAT
from upstander.report.lessons import HINDSIGHT, NO_HINDCAST
from upstander.report.words import percent

OPEN = {"marking": Marking.CLEAR, "usage": Usage.PUBLIC}
GREEN = {"marking": Marking.GREEN}
FAILURE = {
    "title": "Highland districts, 2022 to 2023", "judged": "failure", "judged_why": "Plans were known and no arms were seized.",
    "since": "2022-06-01", "until": "2023-07-15", "onset": "2023-04-06", "onset_known": "day",
    "onset_of": "First mass killing that two sources report", "lesson": "A mission that learns of plans acts within days.",
    "known_from": "Commission of inquiry, 2025",
}  # fmt: skip
WARNING = {
    "type": "warning",
    "body": "UN mission",
    "to": "UN Headquarters",
    "credible": "yes",
    "credible_why": "Own staff",
    "openness": "closed",
}
STEPS = (
    {**WARNING, "title": "Lists of households are reported", "day": "2023-01-11", "day_known": "day"},
    {**WARNING, "title": "An attack is expected", "day": "2023-02-20", "day_known": "month", "openness": "public"},
    {"type": "decision", "title": "Arms are not to be seized", "day": "2023-01-12", "day_known": "day", "body": "UN Headquarters", "decided": "no_act"},
    {"type": "decision", "title": "A larger mission", "day": "2023-06-17", "day_known": "day", "body": "Security Council", "decided": "act"},
    {"type": "action", "title": "Troops arrive", "day": "2023-08-01", "day_known": "month", "body": "Four States"},
    {"type": "outcome", "title": "Mass killing", "day": "2023-07-15", "day_known": "day", "counted": "killed", "low": "8000",
     "best": "12000", "high": "15000", "figure_from": "Commission of inquiry, paragraph 40"},
    {"type": "outcome", "title": "Villages emptied", "counted": "displaced", "low": "200000", "figure_from": "Survey"},
)  # fmt: skip


def step(home, case, **given):
    rights = {k: given.pop(k) for k in ("marking", "usage", "place") if k in given}
    return seed.write(
        home, "case_entry", case=case.id, known_from="UN report, page 3", **rights, **given
    )


def failure(home, steps=STEPS, **given):
    rights = {k: given[k] for k in ("marking", "usage") if k in given}
    case = seed.write(home, "warning_case", **{**FAILURE, **given})
    for s in steps:
        step(home, case, **s, **rights)
    return case


def present(home):
    case = seed.write(home, "warning_case", title="River crossing, present", judged="open", judged_why="Too early.", goes_on=True,
                      onset="2026-03-09", onset_known="month", onset_of="First attack", known_from="Situation report")  # fmt: skip
    step(
        home,
        case,
        **{**WARNING, "title": "Build-up", "day": "2026-03-01", "day_known": "month"},
    )
    return case


def said(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(forecast_in(tmp_path_factory.mktemp("lessons")))
    made.case, made.present = failure(made), present(made)
    return made


@pytest.mark.requirement("S04")
def test_the_retrospective_timeline_tells_the_steps_in_time_with_lead_time_and_lags(home):
    twin = home.of(Role.ANALYST).get(f"/lessons/{home.case.id}.json").json()
    assert [i["title"] for i in twin["items"]] == [
        "Lists of households are reported", "Arms are not to be seized", "An attack is expected",
        "First mass killing that two sources report", "A larger mission", "Mass killing", "Troops arrive", "Villages emptied",
    ]  # fmt: skip
    assert {m["name"]: m["text"] for m in twin["measures"]} == {
        "Lead time": "85 days", "To the first decision": "1 day", "To the first decision to act": "157 days",
        "To the first action": "202 to 232 days",
    }  # fmt: skip
    assert twin["items"][-1]["when"] == "date not known"
    assert twin["items"][2]["from_onset"] == "37 to 64 days before the onset"
    assert twin["items"][5]["figure"] == "People killed: 12,000 (8,000 to 15,000)"
    page = home.of(Role.ANALYST).get(f"/lessons/{home.case.id}")
    text = said(page)
    for words in (
        HINDSIGHT,
        CAVEAT,
        "85 days before the onset",
        "Credible then: yes. Not public.",
        "Decision: not to act",
        "Source: UN report, page 3",
    ):
        assert words in text
    steps = html.fromstring(page.text).xpath("//ol[@class='steps']/li")
    assert [s.get("class") for s in steps].count("warning") == 2
    (picture,) = html.fromstring(page.text).xpath("//*[local-name()='svg']")
    assert picture.get("aria-label").startswith(
        "Highland districts, 2022 to 2023: 2 warnings, 2 decisions, 1 action, 1 outcome;"
    )
    assert {
        "Warnings",
        "Decisions",
        "Actions",
        "Outcomes",
        "Onset",
        "lead time 85 days",
    } <= set(picture.itertext())


def test_kinds_of_steps_differ_in_lane_and_shape_and_not_in_colour(home):
    (picture,) = html.fromstring(
        home.of(Role.ANALYST).get(f"/lessons/{home.case.id}").text
    ).xpath("//*[local-name()='svg']")
    marks = [g[-1] for g in picture.iter("{*}g")]
    corners = [re.findall(r"([\d.]+),([\d.]+)", m.get("d") or "") for m in marks]
    shapes = {
        (len(c), len({x for x, _ in c}), m.get("fill"))
        for m, c in zip(marks, corners, strict=True)
    }
    assert len(marks) == 6  # of seven steps one has no date
    assert (
        len(shapes) == 5
    )  # warning, decision not to act, decision to act, action, outcome
    assert {m.get("stroke") for m in marks} == {"#22262b"}


@pytest.mark.requirement("S04")
def test_all_cases_and_a_countrys_are_listed_without_a_rank(home):
    client = home.of(Role.ANALYST)
    listed = client.get("/lessons.json").json()
    assert [c["title"] for c in listed["cases"]] == [
        "River crossing, present",
        "Highland districts, 2022 to 2023",
    ]
    assert "Nothing is ranked." in said(client.get("/lessons"))
    page = client.get("/countries/SDN/lessons")
    assert len(html.fromstring(page.text).xpath("//*[local-name()='svg']")) == 2
    assert '<a href="/countries/SDN/lessons" aria-current="page">Lessons</a>' in page.text
    assert (
        '<a href="/countries/SDN/lessons">Lessons</a>'
        in client.get("/countries/SDN/crimes").text
    )
    none = said(client.get("/countries/KEN/lessons"))
    assert "No case of this country that you may read is on record." in none
    assert "No case comes with the software" in none
    assert client.get("/lessons.json?place=KEN").json()["cases"] == []
    assert client.get("/lessons?place=Atlantis").status_code == 404


@pytest.mark.requirement("S04")
@pytest.mark.requirement("Z01")
def test_the_lessons_report_recalls_past_and_present_failures(home):
    told = home.of(Role.ANALYST).get("/lessons/report.json").json()
    by_title = {s["title"]: json.dumps(s, ensure_ascii=False) for s in told["sections"]}
    assert list(by_title) == [
        "Read this first", "The cases", "What is learned", "River crossing, present", "Highland districts, 2022 to 2023",
    ]  # fmt: skip
    assert HINDSIGHT in by_title["Read this first"]
    assert dict(map(tuple, told["facts"]))["Present cases"] == "1"
    assert "Present case. Not judged yet." in by_title["River crossing, present"]
    past = by_title["Highland districts, 2022 to 2023"]
    for words in ("Past case. Failure", "11 January 2023", "UN mission", "UN Headquarters", "Lists of households", "Not to act", "Lead time: 85 days.",
                  "12,000 (8,000 to 15,000)", "Commission of inquiry, paragraph 40", "1 entry without a date"):  # fmt: skip
        assert words in past
    assert "A mission that learns of plans acts within days." in by_title["What is learned"]
    assert told["caveat"] == CAVEAT
    assert told["marking"] == "TLP:AMBER"


@pytest.mark.requirement("S04")
def test_the_report_says_the_same_as_page_pdf_and_word_and_is_a_table_too(home, tmp_path):
    client, began = home.of(Role.ANALYST), now()
    shapes = {
        s: client.get(f"/lessons/{home.case.id}/report.{s}")
        for s in ("html", "pdf", "docx", "json", "csv")
    }
    assert {a.status_code for a in shapes.values()} == {200}
    (tmp_path / "r.pdf").write_bytes(shapes["pdf"].content)
    pdf = subprocess.run(
        ["pdftotext", tmp_path / "r.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for words in (
        "Lead time: 85 days",
        "Arms are not to be seized",
        "Hindsight flatters warnings",
    ):
        assert words in said(shapes["html"])
        assert words in " ".join(pdf.split())
    assert shapes["docx"].content[:2] == b"PK"
    (row,) = csv.DictReader(io.StringIO(shapes["csv"].content.decode("utf-8-sig")))
    assert (
        row["lead_time_days_low"],
        row["lead_time_days_high"],
        row["action_days_high"],
    ) == (
        "85",
        "85",
        "232",
    )
    assert (row["entries"], row["entries_without_a_date"], row["has_not_ended"]) == (
        "7",
        "1",
        "no",
    )
    logged = home.state.records.logged(
        by=home.account(Role.OVERSIGHT, ""), since=began, until=now(), action="export"
    )
    assert len(logged) == 5
    assert home.case.id not in str([x.details for x in logged])
    assert client.get("/lessons/report.exe").status_code == 404


def test_a_table_runs_no_formula_and_a_role_without_exports_gets_none(tmp_path):
    made = office(tmp_path, no_export=frozenset({Role.READER}))
    case = failure(made, steps=(), title="=HYPERLINK(1)", **GREEN)
    table = made.of(Role.ANALYST).get("/lessons/report.csv").content.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(table)))["title"] == "'=HYPERLINK(1)"
    reader = made.of(Role.READER)
    assert reader.get("/lessons/report.html").status_code == 200
    for path in (
        "/lessons/report.csv",
        "/lessons/report.pdf",
        f"/lessons/{case.id}/report.json",
    ):
        assert reader.get(path).status_code == 403


def test_numbers_follow_from_what_the_reader_may_read_and_hint_at_nothing(tmp_path):
    made = office(tmp_path)
    case = failure(made, steps=(), **GREEN)
    step(made, case, **STEPS[0])  # TLP:AMBER: of the space alone
    step(made, case, **STEPS[1], **GREEN)
    path = f"/lessons/{case.id}"
    inside, outside = made.of(Role.ANALYST), made.of(Role.ANALYST, "nhri")
    assert inside.get(f"{path}.json").json()["lead"] == "85 days"
    assert outside.get(f"{path}.json").json()["lead"] == "37 to 64 days"
    for end in ("", ".json", "/report.json", "/report.csv", "/report.html"):
        assert "Lists of households" not in outside.get(path + end).text
        assert made.client().get(path + end).status_code == 404
    assert "the entries that you may read" in said(outside.get(path))
    assert (
        made.of(Role.READER, "nhri").get("/lessons/report.json").json()["marking"]
        == "TLP:GREEN"
    )


def test_visitors_see_what_is_public_and_are_offered_no_writing(tmp_path):
    made = office(tmp_path)
    head = made.account(Role.HEAD)
    case = seed.write(made, "warning_case", **FAILURE, by=head, **OPEN)
    seed.write(made, "warning_case", **{**FAILURE, "title": "Kept inside"})
    visitor = made.client()
    assert [c["title"] for c in visitor.get("/lessons.json").json()["cases"]] == [
        FAILURE["title"]
    ]
    for path in ("/lessons", f"/lessons/{case.id}", "/countries/SDN/lessons"):
        page = visitor.get(path)
        assert page.status_code == 200
        assert "/new" not in page.text
        assert "Kept inside" not in page.text
        assert (
            "/countries/SDN/crimes" not in page.text
        )  # a tab for people who are signed in


def test_a_step_begins_with_its_case_and_travels_as_far_as_it_does(tmp_path):
    made = office(tmp_path)
    case = failure(made, steps=(), **GREEN)
    client = made.of(Role.ANALYST)
    (add,) = [
        a
        for a in html.fromstring(client.get(f"/lessons/{case.id}").text).xpath("//a/@href")
        if "/case_entry/new" in a
    ]
    page = html.fromstring(client.get(add).text)
    assert page.xpath("//select[@name='case']/option[@selected]/@value") == [case.id]
    assert page.xpath("//select[@name='_place']/option[@selected]/@value") == ["SDN"]
    assert page.xpath("//input[@name='_marking' and @checked]/@value") == ["GREEN"]
    fields = {**STEPS[0], "case": case.id, "known_from": "UN report"}
    kept = client.fill(
        "/records/case_entry",
        **fields,
        _why="first",
        _place="SDN",
        _marking="GREEN",
        _usage="restricted",
    )
    assert (kept.status_code, kept.headers["location"]) == (303, f"/lessons/{case.id}")
    by_program = client.write(
        "/records/case_entry", fields={**fields, "title": "By a program"}, why="w"
    )
    assert (
        client.get(f"{by_program.json()['to']}.json").json()["stamp"]["marking"] == "GREEN"
    )
    new = client.get("/records/warning_case/new?place=SDN")
    assert html.fromstring(new.text).xpath(
        "//select[@name='place']/option[@selected]/@value"
    ) == ["SDN"]
    assert 'href="/lessons/' in client.get(by_program.json()["to"]).text


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"type": "warning"}, {"body", "to", "credible", "openness"}),
        (
            {
                "type": "warning",
                "body": "UN",
                "to": "All",
                "credible": "no",
                "openness": "public",
            },
            {"credible_why"},
        ),
        ({"type": "decision"}, {"body", "decided"}),
        ({"type": "action"}, {"body"}),
        ({"type": "outcome", "best": 10}, {"counted", "figure_from"}),
        ({"type": "outcome", "day": "2023-01-01"}, {"day_known"}),
        (
            {
                "type": "outcome",
                "low": 20,
                "best": 10,
                "counted": "killed",
                "figure_from": "x",
            },
            {"best"},
        ),
    ],
)
@pytest.mark.requirement("S04")
def test_a_step_that_lacks_what_its_kind_needs_is_not_kept(home, given, lacking):
    fields = {"case": home.case.id, "title": "A step", "known_from": "UN report", **given}
    answer = home.of(Role.ANALYST).write("/records/case_entry", fields=fields, why="w")
    assert answer.status_code == 422
    assert set(answer.json()["faults_by_field"]) == lacking


def test_an_onset_is_kept_with_what_it_is_and_how_firmly_it_is_dated(home):
    fields = {k: v for k, v in FAILURE.items() if k not in ("onset_of", "onset_known")} | {
        "place": "SDN"
    }
    answer = home.of(Role.ANALYST).write("/records/warning_case", fields=fields, why="w")
    assert set(answer.json()["faults_by_field"]) == {"onset_of", "onset_known"}


def test_figures_of_few_persons_are_held_back_from_who_does_not_see_them_exactly(tmp_path):
    made = office(tmp_path)
    case = failure(made, steps=(), **GREEN)
    step(
        made,
        case,
        type="outcome",
        title="Some killed",
        counted="killed",
        best="3",
        figure_from="Report",
        **GREEN,
    )
    assert (
        made.of(Role.READER).get(f"/lessons/{case.id}.json").json()["items"][-1]["figure"]
        == "People killed: fewer than 5"
    )
    assert (
        made.of(Role.ANALYST).get(f"/lessons/{case.id}.json").json()["items"][-1]["figure"]
        == "People killed: 3"
    )
    assert (
        "3"
        not in made.of(Role.READER)
        .get(f"/lessons/{case.id}/report.json")
        .json()["sections"][-1]["blocks"][-3]
    )


# The model beside


def model(home, **given):
    case = failure(
        home,
        steps=({**WARNING, "title": "w", "day": "2026-06-25", "day_known": "day"},),
        **given,
    )
    return [
        m["words"]
        for m in home.of(Role.ANALYST).get(f"/lessons/{case.id}.json").json()["model"]
    ]


@pytest.mark.requirement("S04")
def test_the_models_own_probability_stands_beside_only_where_it_was_issued_by_then(home):
    old = home.of(Role.ANALYST).get(f"/lessons/{home.case.id}.json").json()["model"]
    assert [m["moment"] for m in old] == [
        "First credible warning, 11 January 2023",
        "Eve of the onset, 5 April 2023",
        "In hindcast",
    ]
    assert [m["words"] for m in old[:2]] == [
        "No forecast of this installation speaks from that day or before."
    ] * 2
    warned, eve, _ = model(home, place="IND", onset="2026-07-01")
    for told in (warned, eve):
        assert told.startswith(
            "100 or more civilians killed deliberately (one-sided violence, UCDP), 2026: 40"
        )
        assert re.search(r"Forecast 2026-06-24-[0-9a-f]{12}, made on 25 June 2026\.$", told)
    _, late, _ = model(home, place="IND", onset="2027-07-01")
    assert "spoke of 2026 and reaches no further" in late
    assert "says nothing on this place" in model(home, place="FRA", onset="2026-07-01")[0]


@pytest.mark.requirement("S04")
def test_a_hindcast_stands_beside_only_where_the_scoreboard_holds_it_and_is_called_one(
    home,
):
    missed = next(r for r in next(t for t in home.state.scored(home.state.today).board.tables if t.id == "annual.misses").rows
                  if r["target"] == "one_sided_100" and r["place"] == "Sri Lanka")  # fmt: skip
    held = model(home, place="LKA", onset=f"{int(missed['year']) + 1}-04-21")[-1]
    assert "A hindcast; the scoreboard keeps it as one of its biggest misses" in held
    assert held.startswith(
        f"100 or more civilians killed deliberately (one-sided violence, UCDP), 2019: {percent(missed['said'])}, rank"
    )
    assert model(home, place="LKA", onset="2009-04-21")[-1] == NO_HINDCAST
    assert model(home, place="LKA", onset="2019-04-21", onset_known="month")[-1] == held
    assert model(home, place="LKA", onset=None, onset_known=None, onset_of=None)[
        0
    ].startswith("Forecast 2026-06-24")


# From files


def sheet(columns, *rows):
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue().encode()


def bring(client, kind, content):
    seen = client.post("/evidence/import", data={"csrf": client.csrf, "do": "look", "program": "template", "kind": kind},
                       files={"file": ("cases.csv", content)}, headers={"origin": ORIGIN})  # fmt: skip
    return seen, client.fill(
        "/evidence/import", do="keep"
    ) if ": 0 would be kept" not in said(seen) else None


CASES = sheet(("title", "place", "judged", "judged_why", "onset", "onset_known", "onset_of", "known_from"),
              ("Coast vote, 2017", "Kenya", "success", "Mediation", "2017-08-11", "month", "First killing", "Study"))  # fmt: skip
ENTRIES = (
    "case",
    "type",
    "title",
    "day",
    "day_known",
    "body",
    "to",
    "credible",
    "credible_why",
    "openness",
    "known_from",
)


@pytest.mark.requirement("S04")
def test_an_office_brings_its_cases_and_their_steps_in_from_files(tmp_path):
    made = office(tmp_path)
    client = made.of(Role.CONTRIBUTOR)
    assert (
        client.get("/records/case_entry/template.csv")
        .text.lstrip("\ufeff")
        .startswith("case,type,title,day,")
    )
    warning = (
        "coast vote, 2017",
        "warning",
        "Leaflets",
        "2017-07-01",
        "day",
        "NGO",
        "Police",
        "yes",
        "Seen",
        "public",
        "Study",
    )
    seen, kept = bring(client, "case_entry", sheet(ENTRIES, warning))
    assert kept is None
    assert (
        "'coast vote, 2017' is no case of warning and response that you may read; bring it in first"
        in said(seen)
    )
    seen, kept = bring(client, "warning_case", CASES)
    assert kept.status_code == 201
    assert "1 record is kept. Look at the cases" in said(kept)
    _, kept = bring(client, "case_entry", sheet(ENTRIES, warning))
    assert kept.status_code == 201
    (case,) = client.get("/lessons.json").json()["cases"]
    assert (case["place"], case["lead"]) == ("KEN", "31 to 61 days")
    (entry,) = made.state.records.find(
        by=made.account(Role.CONTRIBUTOR), as_of=now(), kinds=("case_entry",)
    )
    assert entry.place == "KEN"
    for kind, content in (("warning_case", CASES), ("case_entry", sheet(ENTRIES, warning))):
        assert "0 would be kept, 1 are here already" in said(
            bring(client, kind, content)[0]
        )


def test_a_step_from_a_file_travels_as_far_as_its_case_but_not_to_the_world(tmp_path):
    made = office(tmp_path)
    head = made.account(Role.HEAD)
    case = seed.write(made, "warning_case", **FAILURE, by=head, **OPEN)
    rows = [
        (case.id, "outcome", "A step", "2023-01-01", "day", "", "", "", "", "", "Study")
    ]
    assert (
        bring(made.client(head), "case_entry", sheet(ENTRIES, *rows))[1].status_code == 201
    )
    (entry,) = made.state.records.find(by=head, as_of=now(), kinds=("case_entry",))
    assert (entry.stamp.marking, entry.stamp.usage) == (Marking.GREEN, Usage.RESTRICTED)
    again = seed.write(made, "warning_case", **FAILURE, by=head)
    assert again.id != case.id
    rows = [(FAILURE["title"], *rows[0][1:])]
    assert "several have the title" in said(
        bring(made.client(head), "case_entry", sheet(ENTRIES, *rows))[0]
    )


def test_the_past_is_shown_as_it_stood(tmp_path):
    made = office(tmp_path)
    case = failure(made)
    before = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    assert (
        made.of(Role.ANALYST).get(f"/lessons/{case.id}?as_of={before}").status_code == 404
    )
    assert made.of(Role.ANALYST).get(f"/lessons.json?as_of={before}").json()["cases"] == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_case_is_read_on_a_phone_and_a_step_added_without_a_script(home, browser):
    from axe_playwright_python.sync_playwright import Axe

    analyst = home.account(Role.ANALYST)
    with served(home.app) as url:
        phone = Person(browser, home, url, analyst, width=390, scripts=True)
        for path in (
            "/lessons",
            f"/lessons/{home.case.id}",
            "/countries/SDN/lessons",
            "/lessons/report.html",
        ):
            page = phone.go(path).page
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
            found = [
                v["id"]
                for v in Axe().run(page).response["violations"]
                if v["impact"] in ("serious", "critical")
            ]
            assert not found, path
        assert (
            page.evaluate(
                "getComputedStyle(document.querySelector('.note')).borderLeftWidth"
            )
            == "4px"
        )  # styled
        desk = Person(browser, home, url, analyst)
        desk.go(f"/lessons/{home.present.id}").click("Add a step")
        desk.fill(
            type="action",
            title="A corridor is opened",
            day="2026-04-20",
            day_known="day",
            body="A regional body",
            known_from="Report",
        )
        assert desk.page.url == f"{url}/lessons/{home.present.id}"
        assert (
            "The first action on record came 20 to 50 days after the first credible warning"
            in desk.text
        )
