"""Today as a visitor, a newcomer, an analyst, an approver and a responder meet it."""

from datetime import date

import pytest
from lxml import html
from tests.report import made_up
from tests.web import country_seed as seed
from tests.web.alerts.alerting import Desk
from tests.web.serving import forecast_in

from upstander.core.rights import Marking, Role, Usage
from upstander.report import changes as changing
from upstander.web.kernel import home_country

BLOCKS = ["Needs you", "What changed", "Where to prevent", "Our plan", "Were we right?"]


def before(**chance):
    return {**made_up.CHANCE, **chance}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("today")
    # the Netherlands rise fourfold to 2 %, India falls from 70 to 40 %, Israel moves by too little
    forecast_in(folder, before(NLD=0.005, IND=0.7, ISR=0.3), date(2026, 5, 24))
    forecast_in(folder)
    made = Desk(folder)
    made.green = made.released(marking="GREEN")
    made.waiting = made.draft(headline="Militia nears the capital")
    made.step(made.analyst, made.waiting, "propose")
    made.signal()
    analyst = made.office.account(Role.ANALYST)
    public = {"marking": Marking.CLEAR, "usage": Usage.PUBLIC}
    for title, days, more in (
        ("Open land offices", 12, {"person": analyst.account}),
        ("Name mediators", -20, {}),
        ("Publish the register", 3, {"status": "blocked"}),
    ):
        act(made.office, title, days, **{**public, **more})
    act(made.office, "Kept among agencies", -40)
    return made


def act(office, title, days, **more):
    plain = {"subject": "dialogue", "owner": "Ministry of justice", "status": "planned"}
    head, due = office.account(Role.HEAD), seed.days_ago(days)
    return seed.write(office, "action", by=head, title=title, due=due, **plain | more)


def today(client, query=""):
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    return html.fromstring(answer.text)


def said(page):
    return " ".join(page.text_content().split())


def block(client, query=""):
    return client.get(f"/index.json{query}").json()["today"]


def test_the_page_has_five_blocks_and_a_visitor_is_shown_what_is_public(desk):
    page = today(desk.office.client())
    heads = [" ".join(h.text_content().split()) for h in page.xpath("//main//section/h2")]
    assert [h for h in heads if h != "First steps"] == BLOCKS
    words = said(page)
    assert "Killing may come in the north" not in words  # marked for accounts
    assert "Militia" not in words
    assert "Kept among agencies" not in words
    assert "Name mediators" in words
    assert block(desk.office.client())["needs"]["rows"] == []
    assert "Sign in" in words


@pytest.mark.requirement("C1")
def test_what_changed_has_arrow_reason_interval_evidence_and_says_what_was_checked(desk):
    found = block(desk.office.client(), "?changes=every")["changed"]
    by_place = {row["place"]: row for row in found["rows"]}
    assert found["since"] == "2026-05-24"
    risen, fallen = by_place["NLD"], by_place["IND"]
    assert (risen["way"], fallen["way"]) == ("up", "down")
    assert "0.5" in risen["what"]
    assert risen["reason"]
    assert risen["interval"]
    assert fallen["opportunity"] == "An opportunity: the odds fell."
    assert "ISR" not in by_place or "odds" not in by_place["ISR"]["what"]
    assert found["rest"].startswith("Nothing else crossed a threshold (")
    few = block(desk.office.client())["changed"]
    assert len(few["rows"]) <= changing.MOST
    page = today(desk.office.client())
    assert page.xpath("//section//li//span[@role='img' and @aria-label='down']")
    assert page.xpath("//a[@href='/evidence?place=NLD']")


def test_the_list_of_places_is_by_region_or_name_and_by_odds_only_on_request(desk):
    visitor = desk.office.client()
    rows = block(visitor)["where"]["rows"]
    assert rows == sorted(rows, key=lambda r: (r["region"], r["name"]))
    by_name = [r["name"] for r in block(visitor, "?order=name")["where"]["rows"]]
    assert by_name == sorted(by_name)
    odds = [r["probability"] for r in block(visitor, "?order=odds")["where"]["rows"]]
    known = [p for p in odds if p is not None]
    assert known == sorted(known, reverse=True)
    assert not any(r["ongoing"] for r in rows)
    assert any(r["ongoing"] for r in block(visitor, "?view=all")["where"]["rows"])


def test_each_is_shown_what_waits_for_them_and_nobody_what_waits_for_others(desk):
    def sorts(client):
        return {r["sort"]: r for r in block(client)["needs"]["rows"]}

    analyst, approver, responder = map(sorts, (desk.analyst, desk.approver, desk.responder))
    assert {"signals", "action"} <= set(analyst)
    assert analyst["action"]["late"] == "12 days late"
    assert "release" not in analyst  # nobody releases what they proposed
    assert approver["release"]["words"] == "Release or send back: Militia nears the capital"
    assert "answer" not in analyst
    assert responder["answer"]["words"] == "Answer the alert: Killing may come in the north"
    assert "action" not in responder
    page = said(today(desk.approver))
    assert "Alerts that stand" in page
    assert "3 Warning" in page


def test_a_past_day_asks_nobody_to_do_anything(desk):
    found = block(desk.approver, "?as_of=2026-06-25")
    assert found["needs"]["past"]
    assert found["needs"]["rows"] == []
    assert found["plan"]["count"] == 0  # nothing was written then


@pytest.mark.requirement("H04")
def test_the_plan_counts_each_action_once_and_names_the_next_deadlines(desk):
    plan = block(desk.analyst)["plan"]
    assert (plan["on_track"], plan["late"], plan["blocked"], plan["done"]) == (2, 1, 1, 0)
    assert [a["title"] for a in plan["next"]] == ["Name mediators", "Kept among agencies"]
    assert block(desk.office.client())["plan"]["on_track"] == 1
    assert plan["owners"][0]["owner"] == "Ministry of justice"


def test_were_we_right_says_what_the_scoreboard_says(desk):
    right = block(desk.analyst)["right"]
    assert "events were expected and" in right["calibration"]["words"]
    assert right["alerts"]["released"] == 1
    assert right["alerts"]["open"] == 1
    page = today(desk.analyst)
    assert page.xpath("//section//a[@href='/track-record']")


def test_home_comes_first_then_neighbours_then_the_world(desk):
    reader = desk.office.client(desk.office.account(Role.READER, name="rita"))
    assert [s["words"] for s in block(reader)["scopes"]] == ["World"]
    kept = reader.fill("/account/country", country="TCD")
    assert kept.status_code == 303
    found = block(reader)
    assert (found["scope"], found["home"]) == ("country", "TCD")
    assert found["where"]["home"]["name"] == "Chad"
    names = [r["place"] for r in block(reader, "?view=all")["where"]["rows"]]
    assert "SDN" in names
    assert "TCD" not in names
    assert "NLD" not in names
    region = block(reader, "?scope=region&view=all")["where"]
    assert "NLD" not in [r["place"] for r in region["rows"]]
    page = said(today(reader))
    assert page.index("Chad, your country") < page.index("Neighbours of your country")
    assert block(desk.analyst)["home"] == ""  # of this account alone


def test_a_scope_is_kept_for_the_next_page_and_needs_no_script(desk):
    reader = desk.office.client(desk.office.account(Role.READER, name="sam"))
    reader.fill("/account/country", country="TCD")
    link = today(reader).xpath("//nav[@aria-label='Look at']//a[text()='World']/@href")[0]
    assert reader.get(link).status_code == 200
    assert block(reader)["scope"] == "world"


@pytest.mark.parametrize("code", ["XXX", "<b>", "tcd", "SUN"])
def test_what_is_no_country_is_not_kept(desk, code):
    reader = desk.office.client(desk.office.account(Role.READER, name="una"))
    assert reader.fill("/account/country", country=code).status_code == 422
    assert block(reader)["home"] == ""


def test_an_administrator_chooses_for_everybody_and_nobody_else_does(desk):
    admin = desk.office.client(desk.office.account(Role.ADMINISTRATOR, "", "adam"))
    assert desk.analyst.fill("/account/country/of-all", country="KEN").status_code == 403
    assert block(desk.office.client())["home"] == ""
    assert admin.fill("/account/country/of-all", country="KEN").status_code == 303
    try:
        assert block(desk.office.client())["where"]["home"]["name"] == "Kenya"
    finally:
        home_country.choose(desk.office.state.settings, "")


def test_a_new_installation_says_what_to_do_first(tmp_path):
    empty = Desk(tmp_path)
    steps = [s["title"] for s in block(empty.analyst)["first_steps"]]
    assert steps[0] == "Choose your country"
    assert {"Import your recommendations", "Begin an assessment"} <= set(steps)
    assert "First steps" in said(today(empty.office.client()))
    assert "No action that you may read is recorded here" in said(today(empty.analyst))


def test_a_visitor_who_has_the_page_is_not_sent_it_again_until_it_changes(desk):
    visitor = desk.office.client()
    tag = visitor.get("/").headers["etag"]
    assert visitor.get("/", headers={"if-none-match": tag}).status_code == 304
    act(desk.office, "Vet the guard", -90, marking=Marking.CLEAR, usage=Usage.PUBLIC)
    assert visitor.get("/", headers={"if-none-match": tag}).status_code == 200
    assert "etag" not in desk.analyst.get("/").headers
    assert "no-store" in desk.analyst.get("/").headers["cache-control"]


def test_every_region_of_the_page_has_a_name_of_its_own(desk):
    """Who goes from landmark to landmark by ear must hear which is which."""
    page = today(desk.office.client())
    named = page.xpath("//section/@aria-labelledby")
    heard = [page.get_element_by_id(id).text_content().strip() for id in named]
    heard += page.xpath("//*[@role='region']/@aria-label")
    assert len(heard) >= 4
    assert sorted(set(heard)) == sorted(heard)
