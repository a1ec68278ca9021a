"""The made-up country: loaded and removed in one click, marked on every page, and nothing of it in what is real."""

import pytest
from lxml import html
from tests.web.people import office
from tests.web.serving import forecast_in
from typer.testing import CliRunner

from upstander.cli import app
from upstander.core.rights import Role
from upstander.records.forms import form
from upstander.web.kernel.made_up import CODE, NAME, folder_of
from upstander.web.made_up import loading

PAGES = [
    "/",
    "/countries",
    f"/countries/{CODE}",
    "/map",
    "/data",
    "/track-record",
    "/alerts",
    "/alerts/queue",
    "/alerts/statistics",
    "/alerts/calendar",
    "/assessments",
    "/evidence",
    "/records",
    "/plans",
    f"/plans?place={CODE}",
    "/plans/follow-up",
    "/recommendations",
    "/treaties",
    f"/treaties/{CODE}",
    "/reports",
    "/account",
    "/made-up",
    "/search?q=market",
    f"/countries/{CODE}/assessment",
    f"/countries/{CODE}/options",
    f"/countries/{CODE}/crimes",
    "/no-such-page",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = forecast_in(tmp_path_factory.mktemp("made_up"))
    made = office(folder)
    made.admin = made.client(made.account(Role.ADMINISTRATOR, "", "adam"))
    assert made.admin.fill("/made-up/load").status_code == 303
    return made


def inside(home, account="approver"):
    """A browser of somebody who is signed in and has entered."""
    browser = home.of(Role.ANALYST)
    entered = browser.fill("/made-up/enter", account=account)
    assert entered.status_code == 303, entered.text
    browser.csrf = browser.get("/account.json").json()["csrf"]
    return browser


@pytest.fixture(scope="module")
def approver(home):
    return inside(home)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_inside_says_that_it_is_made_up(approver, path):
    answer = approver.get(path)
    assert answer.status_code == (404 if path == "/no-such-page" else 200), path
    page = html.fromstring(answer.text)
    assert page.xpath("//header//*[@role='note']//strong[text()='Made up.']")


@pytest.mark.parametrize("path", ["/", "/alerts", "/plans", "/countries/XMU"])
def test_what_the_api_does_not_have_is_not_offered_as_its_call(approver, path):
    assert "API call for this view" not in approver.get(path).text
    assert "API call for this view" in approver.get("/countries/SDN").text


def test_it_holds_reviews_evidence_alerts_and_plans_in_every_state(approver):
    today = approver.get("/index.json").json()["today"]
    assert (today["scope"], today["home"]) == ("country", CODE)
    assert today["where"]["home"]["name"] == NAME
    assert "First national review" in today["where"]["home"]["review"]["title"]
    assert today["plan"]["count"] == 6
    plan = today["plan"]
    assert (plan["on_track"], plan["late"], plan["blocked"], plan["done"]) == (2, 1, 1, 1)
    assert {r["sort"] for r in today["needs"]["rows"]} >= {
        "signals",
        "release",
        "action",
        "report",
    }
    assert [a["exercise"] for a in today["needs"]["standing"]] == [True, True]
    asked = {"show": "all", "place": CODE}
    rows = approver.get("/plans.json", params=asked).json()["rows"]
    assert {r["status"] for r in rows} == set(form("action").field("status").choices)


def test_what_others_say_of_it_is_made_up_too(approver):
    others = approver.get(f"/countries/{CODE}.json").json()["others"]["labels"]
    assert len(others) == 2
    assert all("(made up)" in row[part] for row in others for part in ("peer", "label"))


def test_nothing_of_it_is_in_what_is_real(home, approver):
    analyst = home.of(Role.ANALYST)
    for path in ("/plans.json", "/alerts.json", "/alerts/statistics.json", "/evidence.json",
                 "/assessments.json", "/index.json", "/countries.json", "/treaties.json",
                 "/reports.json", "/search.json?q=market", "/plans/follow-up.json"):  # fmt: skip
        said = analyst.get(path).text
        assert "made up" not in said.casefold(), path
        assert CODE not in said, path
    assert analyst.get(f"/countries/{CODE}").status_code == 404
    counts = home.state.records.counts(
        by=home.account(Role.HEAD), as_of=home.state.clock.now()
    )
    assert counts == {}
    real = {c.chain for c in home.state.records.heads()}
    assert (
        real <= {"access log", "access-log", *(s.id for s in home.state.accounts.spaces())}
        or len(real) == 1
    )


def test_what_is_written_inside_stays_inside_and_the_own_session_stays(home):
    browser = inside(home, "head")
    made = browser.write(
        "/records/evidence",
        fields={"title": "Written inside", "passage": "words", "status": "library"},
        why="tried",
        place=CODE,
    )
    assert made.status_code == 201, made.text
    left = browser.fill("/made-up/leave")
    assert left.status_code == 303
    account = browser.get("/account.json").json()
    assert account["account"] == "analyst-justice"
    assert "Written inside" not in browser.get("/evidence").text


def test_only_who_is_signed_in_enters_and_only_an_administrator_loads(home):
    visitor, analyst = home.client(), home.of(Role.ANALYST)
    assert "Sign in" in visitor.get("/made-up").text
    page = visitor.get("/sign-in")
    visitor.csrf = html.fromstring(page.text).xpath("//input[@name='csrf']/@value")[0]
    assert visitor.fill("/made-up/enter", account="head").status_code in (303, 401)
    assert "made_up" not in visitor.cookies
    for path in ("/made-up/load", "/made-up/remove"):
        assert analyst.fill(path).status_code == 403
        assert inside(home, "head").fill(path).status_code == 403
    assert analyst.fill("/made-up/enter", account="nobody").status_code == 400
    planted = home.client()
    planted.cookies.set("made_up", "x" * 40)
    assert "Made up." not in planted.get("/").text


def test_it_goes_in_one_click_with_everything_and_comes_back(home):
    browser = inside(home)
    assert home.admin.fill("/made-up/remove").status_code == 303
    assert not folder_of(home.state.settings).exists()
    after = browser.get("/")
    assert after.status_code == 200
    assert "Made up." not in after.text
    assert browser.get("/account.json").json()["account"] == "analyst-justice"
    assert home.admin.fill("/made-up/remove").status_code == 400
    assert home.admin.fill("/made-up/load").status_code == 303
    assert home.admin.fill("/made-up/load").status_code == 400
    assert "Made up." in inside(home).get("/").text


def test_the_command_loads_and_removes_it(tmp_path):
    run = CliRunner().invoke
    assert run(app, ["demo", "load", "--home", str(tmp_path)]).exit_code == 0
    assert (tmp_path / "made_up" / "records.db").is_file()
    again = run(app, ["demo", "load", "--home", str(tmp_path)])
    assert again.exit_code != 0
    assert run(app, ["demo", "remove", "--home", str(tmp_path)]).exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_every_record_of_it_says_that_it_is_made_up():
    for record in loading.content()["record"]:
        said = [v for v in record["fields"].values() if isinstance(v, str)]
        assert any("made up" in v for v in said), record["name"]


def test_what_nobody_counted_is_not_shown_as_none(home):
    page = inside(home).get("/countries").text
    row = html.fromstring(page).xpath(f"//tr[.//a[contains(@href, '/countries/{CODE}')]]")
    assert row
    said = " ".join(row[0].text_content().split())
    assert not any(cell.strip() in ("0", "0 %") for cell in row[0].xpath(".//td/text()")), (
        said
    )
    assert "not known" in said
