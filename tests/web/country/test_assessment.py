"""A country's Assessment tab over the real application: what registers say, what nobody assessed, and who sees what."""

import re

import pytest
from lxml import html
from tests.web import country_seed as seed
from tests.web.people import office

from upstander.assess.aggregation import CAVEAT
from upstander.assess.duties import CONTINUE
from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Usage

TAB = "/countries/SDN/assessment"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(tmp_path_factory.mktemp("tab"))
    made.kept = seed.without_conflict(made)
    made.harm = seed.registers(made, made.kept["group"])
    return made


PARTS = ("f1", "f2", "f3", "f4", "f5", "f6", "resilience", "duties", "context")


def tabs(client, tab=TAB):
    """The assessment with all of its parts, one page after the other, in one tree."""
    pages = [client.get(f"{tab}{end}") for end in ("", *(f"/{part}" for part in PARTS))]
    assert {p.status_code for p in pages} == {200}
    whole = html.fromstring(pages[0].text)
    for other in pages[1:]:
        whole.body.append(html.fromstring(other.text).find(".//main"))
    return whole


def words(tree):
    return " ".join(tree.text_content().split())


def said(answer):
    assert answer.status_code == 200, answer.text[:300]
    return " ".join(html.fromstring(answer.text).text_content().split())


def block(twin, title):
    return next(b for f in twin["factors"] for b in f["blocks"] if b["title"] == title)


def rows(table):
    return {r[0]["words"]: [c["words"] for c in r[1:]] for r in table["rows"]}


def measures(block):
    return {m["name"]: m for m in block["measures"]}


@pytest.mark.requirement("R02")
def test_risk_outside_conflict_is_shown_in_full_without_any_conflict(home):
    page, twin = (
        said(home.of(Role.ANALYST).get(TAB)),
        home.of(Role.ANALYST).get(f"{TAB}.json").json(),
    )
    assert "Context: No armed conflict." in page
    assert "That lowers nothing here" in page
    assert twin["context"]["continues"] == ""
    assert {f["code"] for f in twin["factors"] if f["flags"]} == {"F1", "F2", "F4", "F6"}
    assert all(f["assessed"] for f in twin["factors"])


@pytest.mark.requirement("T05")
def test_a_conflict_adds_a_banner_and_closes_no_duty_and_no_task(tmp_path):
    own = office(tmp_path)
    seed.registers(own, seed.group(own))
    before = own.of(Role.ANALYST).get(f"{TAB}.json").json()
    assert CONTINUE not in said(own.of(Role.ANALYST).get(TAB))
    seed.write(own, "context", kind="internal_conflict", since=seed.days_ago(100))
    after = own.of(Role.ANALYST).get(f"{TAB}.json").json()
    assert CONTINUE in said(own.of(Role.ANALYST).get(TAB))
    assert after["duties"]["tasks"] == before["duties"]["tasks"]
    assert rows(after["duties"]["tasks"])["Open a shelter"][0] == "overdue"
    assert rows(before["duties"]["table"]).items() <= rows(after["duties"]["table"]).items()
    assert len(after["duties"]["table"]["rows"]) > len(before["duties"]["table"]["rows"])


@pytest.mark.requirement("S05")
@pytest.mark.requirement("S07")
def test_risk_and_resilience_stand_side_by_side_and_are_never_one_number(home):
    page = html.fromstring(home.of(Role.ANALYST).get(TAB).text)
    beside = page.xpath("//div[@class='beside']/section")
    assert [s.get("aria-labelledby") for s in beside] == ["risk", "resilience"]
    twin = home.of(Role.ANALYST).get(f"{TAB}.json").json()
    assert [
        c["words"].split(":")[0].split(" ")[0] for c in twin["resilience"]["carriers"]
    ] == [
        "Legal",
        "Legitimate",
        "Institution",
    ]
    assert (twin["resilience"]["not_assessed"], twin["resilience"]["of"]) == (17, 18)
    assert not {"net", "score", "overall"} & (set(twin) | set(twin["resilience"]))
    without = {k: v for k, v in twin.items() if k != "resilience"}
    seed.write(
        home, "capacity", place="TCD", law="4", practice="4"
    )  # another country's changes nothing here
    again = home.of(Role.ANALYST).get(f"{TAB}.json").json()
    assert {k: v for k, v in again.items() if k != "resilience"} == without


def test_the_risk_column_shows_the_latest_reviews_levels_with_its_date_and_nothing_is_netted(
    tmp_path,
):
    own = office(tmp_path)
    analyst = own.of(Role.ANALYST)
    bare = analyst.get(f"{TAB}.json").json()
    assert bare["latest"] is None
    assert {r["level"] for r in bare["risk"]} == {"not assessed"}
    assert "No review that you may read, so no level." in said(analyst.get(TAB))
    lead = own.account(Role.HEAD)
    first, last = (
        seed.write(
            own,
            "review",
            by=lead,
            title=t,
            first=f"{y}-01-01",
            last=f"{y}-06-30",
            marking=Marking.GREEN,
        )
        for t, y in (("First", 2025), ("Second", 2026))
    )
    for review, level in ((first, "4"), (last, "2")):
        kept = analyst.write(
            f"/assessments/{review.id}/rate/9.1",
            fields={"level": level, "note": "two reports"},
            why="seen",
        )
        assert kept.status_code == 201
    page, twin = said(analyst.get(TAB)), analyst.get(f"{TAB}.json").json()
    levels = {r["code"]: r["level"] for r in twin["risk"]}
    assert levels["F1"] == "1 slight; strongest sign 2 some (9.1)"
    assert twin["latest"]["headline"]["words"] == "not enough assessed"
    assert "1 of 104 indicators assessed, 1 of 6 factors." in page, (
        "coverage stands beside the level"
    )
    assert {v for k, v in levels.items() if k != "F1"} == {"not assessed"}
    assert (twin["latest"]["title"], twin["latest"]["rated_on"]) == (
        "Second",
        now().date().isoformat(),
    )
    assert "it covers 1 January 2026 to 30 June 2026, last rated" in page
    assert CAVEAT.split(";")[0] in page
    assert "No forecast was issued by this day." in page
    seed.write(own, "capacity", by=lead, law="4", practice="4", marking=Marking.GREEN)
    after = analyst.get(f"{TAB}.json").json()
    assert after["resilience"] != twin["resilience"]
    assert {r["code"]: r["level"] for r in after["risk"]} == levels
    assert after["latest"] == twin["latest"]
    seed.write(
        own,
        "review",
        by=lead,
        title="Hidden",
        first="2026-07-01",
        last="2026-09-30",
        marking=Marking.RED,
    )
    assert analyst.get(f"{TAB}.json").json()["latest"] == twin["latest"]
    assert (
        own.of(Role.ANALYST, "nhri").get(f"{TAB}.json").json()["latest"]["title"]
        == "Second"
    )


@pytest.mark.requirement("F1a")
@pytest.mark.requirement("F1b")
def test_the_remedy_matrix_names_what_is_missing_and_the_options_that_answer_it(home):
    found = block(
        home.of(Role.ANALYST).get(f"{TAB}.json").json(), "Highland people: past harm"
    )
    (matrix,) = found["tables"]
    cells = rows(matrix)["Deportation or forcible transfer of a population, 1 January 2010"]
    assert cells[1:6] == [
        "1 weak",
        "3 good, with gaps",
        "not on record",
        "not on record",
        "not on record",
    ]
    assert cells[6] == "4 of 5"
    assert found["notes"] == ["Policy options that answer what is missing: A4, A5, A6, C5."]
    assert float(measures(found)["Harm history"]["value"]) > 0


@pytest.mark.requirement("F1c")
@pytest.mark.requirement("F1d")
def test_the_grid_is_a_real_table_with_law_and_practice_apart_and_the_compounded_flag(home):
    page = tabs(home.of(Role.ANALYST))
    (grid,) = page.xpath(
        "//table[caption='Discrimination against Highland people, 0 to 4']"
    )
    assert grid.xpath("thead//th/text()") == ["Form", "In law", "In practice"]
    assert all(r.get("scope") == "row" for r in grid.xpath("tbody/tr/th"))
    political, social = grid.xpath("tbody/tr")[:2]
    assert [c.text_content() for c in political.xpath("td")] == [
        "3 strong",
        "4 very strong",
    ]
    assert [c.get("class") for c in political.xpath("td")] == ["heat h3", "heat h4"]
    assert [c.text_content() for c in social.xpath("td")] == [
        "Not assessed",
        "Not assessed",
    ]
    assert social.xpath("td")[0].get("class") == "heat hnone"
    assert "Compounded: strong discrimination meets strong exclusion." in words(page)


@pytest.mark.requirement("F2a")
@pytest.mark.requirement("F2b")
@pytest.mark.requirement("F2c")
def test_motive_map_hate_speech_watch_and_statement_ledger(home):
    twin = home.of(Role.ANALYST).get(f"{TAB}.json").json()
    assert rows(block(twin, "Motive map")["tables"][0])["Northern Guard"][:2] == [
        "Highland people",
        "3 strong",
    ]
    watch = block(twin, "Hate-speech watch")
    assert watch["flag"].startswith(
        "Burst of speech against groups: 7 events in the last 30 days"
    )
    assert measures(watch)["Share by officials"]["value"] == "1"
    ledger = block(twin, "State justification")
    assert "justify 1, deny 0" in measures(ledger)["State justification"]["words"]
    assert len(ledger["tables"][0]["rows"]) == 1


@pytest.mark.requirement("F3a")
@pytest.mark.requirement("F3b")
@pytest.mark.requirement("F3c")
def test_armed_actors_arms_with_treaty_status_and_money(home):
    twin = home.of(Role.ANALYST).get(f"{TAB}.json").json()
    near = rows(block(twin, "Armed actors near groups")["tables"][0])["Highland people"]
    assert near == ["Northern Guard", "none on record", "Northern Guard", "Northern Guard"]
    arms = measures(block(twin, "Small arms"))["Access to small arms"]
    assert arms["words"] == (
        "Access at level 3 of 4. No act that binds the State to the Arms Trade Treaty was known on 16 June 2014; not known after that."
    )
    assert rows(block(twin, "Money")["tables"][0])["Northern Guard"][0] == "3 strong"


@pytest.mark.requirement("F4a")
def test_the_timeline_is_newest_first_and_a_cluster_is_flagged(home):
    found = block(home.of(Role.ANALYST).get(f"{TAB}.json").json(), "Preparatory measures")
    days = [r[1]["words"] for r in found["tables"][0]["rows"]]
    assert days == sorted(days, reverse=True)
    assert len(days) == 3
    assert found["flag"].startswith("Measures came close together: 3 measures between")
    assert "_" not in str(
        [m["words"] for m in found["measures"]]
    )  # no code of ours instead of words


@pytest.mark.requirement("F5a")
@pytest.mark.requirement("F5d")
@pytest.mark.requirement("F5e")
def test_published_readings_are_dated_and_the_multiplier_is_explained(home):
    twin = home.of(Role.ANALYST).get(f"{TAB}.json").json()
    readings = block(twin, "Capacity to prevent")["tables"][0]["rows"]
    assert {r[0]["words"] for r in readings} >= {"Electoral democracy", "Rule of law"}
    assert all(re.fullmatch(r"(19|20)\d\d", r[2]["words"]) for r in readings)
    found = block(twin, "Institutions and the rule of law")
    rule = next(r[1]["words"] for r in readings if r[0]["words"] == "Rule of law")
    assert f"{rule} of 1): where law does not rule" in found["notes"][0]
    before, after = (
        measures(found)[n]["words"]
        for n in ("Judicial institutions", "Judicial institutions under the rule of law")
    )
    assert before.startswith("0.42 from 1 institution")  # (2 + 2 + 1) / 3 / 4
    assert f"0.42 x rule of law {rule}" in after


@pytest.mark.requirement("F6a")
@pytest.mark.requirement("F6b")
@pytest.mark.requirement("F6d")
def test_verified_and_alleged_stay_apart_and_a_checked_method_raises_a_review_task(home):
    twin = home.of(Role.ANALYST).get(f"{TAB}.json").json()
    ledger = block(twin, "Act ledger")
    assert {n: m["value"] for n, m in measures(ledger).items() if "victims" in n} == {
        "Verified: victims": "3",
        "Alleged: victims": "900",
    }
    assert rows(ledger["tables"][0])["Girls"] == ["2", "not known"]
    assert "903" not in str(ledger)
    checklist = block(twin, "Less obvious methods of destruction")
    assert checklist["flag"].startswith(
        "Review task for Highland people. Review: children taken and brought up elsewhere."
    )
    marks = {k: v[0] for k, v in rows(checklist["tables"][0]).items()}
    assert sorted(set(marks.values())) == ["looked for, not seen", "not looked at", "seen"]
    assert rows(block(twin, "Pattern of acts")["tables"][0])["Scale"] == [
        "3 victims in 1 place.",
        "900 victims in 1 place.",
    ]


def test_what_nobody_recorded_is_not_assessed_and_never_nought(home):
    empty = home.of(Role.ANALYST).get("/countries/KEN/assessment.json").json()
    assert (
        empty["context"]["outside"]
        == "Nobody has recorded a context. That is not the same as peace."
    )
    for f in empty["factors"]:
        for b in f["blocks"]:
            for m in b["measures"]:
                if (
                    m["name"] != "Capacity to prevent"
                ):  # published readings are known without any record
                    assert m["value"] == "Not assessed", (f["code"], m)
    page = words(tabs(home.of(Role.ANALYST), "/countries/KEN/assessment"))
    assert "No group is on record: nothing in this factor can be assessed." in page
    assert CAVEAT in page


def test_links_lead_to_records_and_writers_are_offered_to_add(home):
    reader, analyst = home.of(Role.READER), home.of(Role.ANALYST)
    adds = {a for a in tabs(analyst).xpath("//a/@href") if "/new?place=SDN" in a}
    assert {
        f"/records/{k}/new?place=SDN"
        for k in (
            "group",
            "act",
            "institution",
            "context",
            "obligation",
            "capacity",
            "review",
        )
    } <= adds
    assert not any("/new?" in a for a in tabs(reader).xpath("//a/@href"))
    inside = {
        a for a in tabs(analyst).xpath("//main//a/@href") if a.startswith("/records/")
    }
    for href in sorted(inside):
        assert analyst.get(href).status_code == 200, href


def test_a_reader_who_does_not_see_records_exactly_sees_no_count_of_persons(home):
    twin = home.of(Role.READER).get(f"{TAB}.json").json()
    ledger = block(twin, "Act ledger")
    assert measures(ledger)["Verified: victims"]["value"] == ""
    assert rows(ledger["tables"][0])["Girls"] == ["fewer than 5", "not known"]
    assert "3 victims" not in str(twin)
    assert "2 women of" not in str(twin)


def test_what_may_not_be_read_counts_nowhere(home):
    head = home.account(Role.HEAD, "nhri")
    seed.write(
        home,
        "act",
        by=head,
        acts=["killing"],
        status="alleged",
        since=seed.days_ago(10),
        best=77_777,
        precision="district",
    )
    assert "77,777" not in words(tabs(home.of(Role.ANALYST)))
    theirs = words(tabs(home.of(Role.HEAD, "nhri")))
    assert "77,777" in theirs
    assert "Highland people" not in theirs


def test_visitors_are_led_to_sign_in_and_their_country_page_stays_the_same(home):
    visitor = home.client()
    for path in (TAB, "/countries/SDN/crimes"):
        assert (
            visitor.get(path)
            .headers["location"]
            .startswith("/sign-in?next=/countries/SDN/")
        )
        assert visitor.get(f"{path}.json").status_code == 401
    assert "/SDN/assessment" not in visitor.get("/countries/SDN").text
    known = home.of(Role.READER).get("/countries/SDN")
    assert '<a href="/countries/SDN/assessment">Assessment</a>' in known.text
    assert '<a href="/countries/SDN/lessons">Lessons</a>' in known.text
    assert known.headers["cache-control"] == "no-store"
    assert "/SDN/assessment" not in visitor.get("/countries/SDN").text


def test_the_past_is_shown_as_it_was_and_offers_no_writing(home):
    past = home.of(Role.ANALYST).get(f"{TAB}.json?as_of={seed.days_ago(2)}").json()
    assert past["factors"][0]["assessed"] == 0  # nothing had been written by then
    assert all(
        not r["add"] for f in past["factors"] for b in f["blocks"] for r in b["registers"]
    )


def test_reviews_of_the_place_are_listed_with_owner_and_pillar(home):
    seed.write(
        home,
        "review",
        title="First review",
        owner="Focal point",
        pillar="1",
        first="2026-01-01",
        last="2026-06-30",
        marking=Marking.GREEN,
        usage=Usage.RESTRICTED,
    )
    (review,) = home.of(Role.READER).get(f"{TAB}.json").json()["reviews"]
    assert (review["title"], review["owner"], review["status"]) == (
        "First review",
        "Focal point",
        "Draft: being set up",
    )
    assert review["pillar"].startswith("Pillar I")


def test_shares_that_cannot_be_right_are_said_so_and_break_no_page(tmp_path):
    own = office(tmp_path)
    for label in ("Highland people", "River people"):
        seed.write(
            own,
            "force_diversity",
            force="army",
            day="2026-05-01",
            group=seed.group(own, label).id,
            force_share=90,
            population_share=60,
        )
    found = block(
        own.of(Role.ANALYST).get(f"{TAB}.json").json(), "Diversity of the security forces"
    )
    assert [m["value"] for m in found["measures"]] == ["Not assessed", "Not assessed"]
    assert "sum to more than 100 per cent. Correct them." in found["measures"][0]["words"]


def test_an_unknown_place_is_said_so(home):
    assert home.of(Role.ANALYST).get("/countries/Atlantis/assessment").status_code == 404
    assert home.of(Role.ANALYST).get("/countries/Sudan/assessment").status_code == 200


@pytest.mark.requirement("F1e")
@pytest.mark.requirement("A7c")
def test_perceptions_that_justify_violence_and_deprivation_have_panels_of_their_own(
    tmp_path,
):
    own = office(tmp_path)
    group = seed.group(own, "River people")
    seed.write(
        own, "attitude", group=group.id, type="leader", day=seed.days_ago(5), level="3"
    )
    seed.write(
        own,
        "deprivation",
        sphere="water",
        area="North",
        day=seed.days_ago(5),
        actual="2",
        perceived="4",
    )
    twin = own.of(Role.ANALYST).get(f"{TAB}.json").json()
    seen = block(twin, "River people: perception that violence is justified")
    assert [m["value"] for m in seen["measures"]] == ["3", "1"]
    lack = block(twin, "Economic deprivation")
    assert [m["value"] for m in lack["measures"]][:3] == ["2", "4", "2"]
    assert any("A7" in note for note in lack["notes"])
    grid = block(twin, "River people: discrimination and exclusion")
    assert all(not m["assessed"] for m in grid["measures"]), (
        "perception is not derived from discrimination, nor the other way"
    )


@pytest.mark.requirement("F5b")
@pytest.mark.requirement("F5c")
def test_participation_by_group_and_the_trend_of_civic_space_have_panels(tmp_path):
    own = office(tmp_path)
    group = seed.group(own, "River people")
    seed.write(
        own,
        "participation",
        sphere="mechanism",
        group=group.id,
        total=10,
        of_group=1,
        population_share=20,
        day=seed.days_ago(5),
    )
    for days, direction in ((5, "narrows"), (400, "widens")):
        seed.write(
            own, "civic_space", day=seed.days_ago(days), direction=direction, weight="2"
        )
    twin = own.of(Role.ANALYST).get(f"{TAB}.json").json()
    (gap,) = block(twin, "Participation")["measures"]
    assert (gap["value"], gap["unit"]) == ("10", "percentage points")
    (trend,) = block(twin, "Civic space")["measures"]
    assert trend["value"] == "-4"
    assert "the space narrows" in trend["words"]


@pytest.mark.requirement("R01")
def test_two_gauges_stand_side_by_side_on_the_page_and_are_never_one(tmp_path):
    own = office(tmp_path)
    lead, analyst = own.account(Role.HEAD), own.of(Role.ANALYST)
    review = seed.write(
        own,
        "review",
        by=lead,
        title="First",
        first="2026-01-01",
        last="2026-06-30",
        marking=Marking.GREEN,
    )
    for code in ("5.5", "5.1"):  # armed groups: shared with conflict
        kept = analyst.write(
            f"/assessments/{review.id}/rate/{code}",
            fields={"level": "3", "note": "two reports"},
            why="seen",
        )
        assert kept.status_code == 201
    gauges = analyst.get(f"/assessments/{review.id}.json").json()["lens"]["gauges"]
    assert [g["level"] for g in gauges] == ["2 some", "not assessed"]
    page = said(analyst.get(f"/assessments/{review.id}"))
    assert all(g["title"] in page for g in gauges)


def test_the_whole_stands_on_one_page_in_one_picture_and_each_part_under_its_own_address(
    home,
):
    analyst = home.of(Role.ANALYST)
    whole = html.fromstring(analyst.get(TAB).text)
    risk, resilience = whole.xpath("//figure[@class='whole']//svg")
    assert len(risk.xpath("./g")) == 6
    assert len(resilience.xpath("./text")) == 2 + 18
    twin = analyst.get(f"{TAB}.json").json()
    drawn = {r["code"]: r for r in twin["picture"]["risk"]["rows"]}
    for row in twin["risk"]:
        filled = [s for s in drawn[row["code"]]["steps"] if s["fill"] != "none"]
        assert len(filled) == (row["value"] or 0), row["code"]
        assert all(s["dash"] for s in drawn[row["code"]]["steps"]) is (row["value"] is None)
    subject = next(
        r
        for r in twin["picture"]["resilience"]["rows"]
        if r["words"].startswith("Accountability")
    )
    assert len(subject["steps"]) == 8
    here = whole.xpath("//nav[contains(@class, 'parts')]//a/@href")
    assert here == [TAB, *(f"{TAB}/{part}" for part in PARTS)]
    for part in PARTS:
        page = html.fromstring(analyst.get(f"{TAB}/{part}").text)
        assert page.xpath("//nav[contains(@class, 'parts')]//a[@aria-current]/@href") == [
            f"{TAB}/{part}"
        ]
        assert page.get_element_by_id(part) is not None
        assert not page.xpath("//figure[@class='whole']")
    assert analyst.get(f"{TAB}/f9").status_code == 404
    assert home.client().get(f"{TAB}/f1").status_code == 303
