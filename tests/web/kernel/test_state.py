"""What is kept is kept by all that changes an answer and by nothing else; days that read the same share what was read."""

import re
from datetime import date

import pytest
from fastapi import Request
from starlette.testclient import TestClient
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.core.settings import Settings
from upstander.forecast import issue, issued, ledger
from upstander.web.app import make
from upstander.web.kernel.requests import read_request


@pytest.fixture
def home(tmp_path):
    return forecast_in(tmp_path)


def client(home):
    return TestClient(make(Settings(home=home)), base_url="http://127.0.0.1")


def pages_kept(client: TestClient) -> int:
    return len(client.app.state.installation.pages._answers)


def told(visitor, address):
    """The page without the choice of a language, which repeats its address."""
    return CHOICE.sub("", visitor.get(address).text)


CHOICE = re.compile('<details class="languages">.*?</details>', re.DOTALL)


def test_unknown_words_in_an_address_make_no_page_of_their_own(home):
    visitor = client(home)
    paths = ("/", "/countries", "/countries.json", "/countries/SDN")
    first = [told(visitor, p) for p in paths]
    count = pages_kept(visitor)
    for n in range(5):
        for path, text in zip(paths, first, strict=True):
            assert told(visitor, f"{path}?view=random{n}&other={n}") == text
    assert pages_kept(visitor) == count
    assert visitor.get("/countries?view=all").text != first[1]


def test_a_page_is_not_held_for_unchanged_after_an_upgrade(home):
    tag = client(home).get("/").headers["etag"]
    same = client(home).get("/", headers={"if-none-match": tag})
    assert same.status_code == 304
    upgraded = client(home)
    upgraded.app.state.installation.code = "the fingerprint of other files"
    answer = upgraded.get("/", headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != tag


def test_no_forecast_is_read_to_tell_which_one_is_shown(home):
    state = make(Settings(home=home)).state.installation
    for file in (home / "issues").rglob("*.parquet"):
        file.unlink()
    edition = state.edition(state.today)
    assert edition.issue.startswith("2026-06-24-")
    assert state.edition(date(2026, 6, 23)).issue == ""


def test_a_new_issue_is_a_new_edition_and_an_old_day_keeps_its_own(home):
    state = make(Settings(home=home)).state.installation
    before = state.edition(state.today)
    assert state.edition(state.today) == before
    made = issued.latest(state.ledger, state.today)
    earlier = date(2026, 5, 24)
    more = issue.write(
        home / "issues",
        dict(made.tables),
        as_of=earlier,
        made_on=earlier,
        meta={"seed": 2},
        hindcast=False,
    )
    assert state.edition(state.today) == before, "what is not in the ledger is not shown"
    ledger.append(state.ledger, more, beside={"records": {}, "lake": {}})
    after = state.edition(state.today)
    assert (after.issue, after.before[:10]) == (before.issue, "2026-05-24")
    assert after != before


def test_days_with_the_same_releases_and_issues_read_once_and_say_their_own_day(home):
    visitor = client(home)
    state = visitor.app.state.installation
    for day in range(2, 12):
        assert (
            f'value="1947-01-{day:02d}"' in visitor.get(f"/?as_of=1947-01-{day:02d}").text
        )
    one, other = (state.figures(state.edition(date(1947, 1, day)))[0] for day in (2, 11))
    assert one.tables is other.tables
    assert (one.as_of, other.as_of) == (date(1947, 1, 2), date(1947, 1, 11))


def test_a_day_far_back_says_from_when_something_was_known_whatever_day_was_asked_first(
    home,
):
    visitor = client(home)
    one, two = (
        visitor.get(f"/data?as_of={day}").text for day in ("1950-01-01", "1960-01-01")
    )
    assert "1950-01-01" not in two
    assert "the earliest release is of" in one
    assert "the earliest release is of" in two


def test_what_was_known_is_found_once_for_a_request(tmp_path):
    home = office(tmp_path)
    asked = []
    real = home.state.edition
    home.state.edition = lambda day: asked.append(day) or real(day)
    scope = {
        "type": "http",
        "app": home.app,
        "headers": [],
        "query_string": b"",
        "method": "GET",
        "path": "/",
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }
    request = read_request(Request(scope))
    assert request.figures is request.figures
    assert len(asked) == 1


def test_what_was_prepared_is_not_read_again_for_the_first_visitor(home):
    visitor = client(home)
    visitor.app.state.installation.prepare()
    for file in (home / "lake" / "tables").rglob("*.parquet"):
        file.unlink()
    assert visitor.get("/").status_code == 200
    assert visitor.get("/countries").status_code == 200


@pytest.mark.parametrize("path", ["/countries/SDN", "/countries", "/index"])
def test_of_a_day_that_is_yet_to_come_no_page_speaks(home, path):
    visitor = client(home)
    now = visitor.app.state.installation.clock.now().date().isoformat()
    then = visitor.get(f"{path}.json", params={"as_of": "2099-01-01"}).text
    assert "2099" not in then
    assert then == visitor.get(f"{path}.json", params={"as_of": now}).text
