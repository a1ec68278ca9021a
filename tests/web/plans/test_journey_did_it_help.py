"""Journey 12 of the domain document in a real Chromium without JavaScript: a year later, did prevention help?"""

import re
from datetime import date

import pytest
from tests.report import made_up
from tests.web import country_seed as seed
from tests.web.alerts.alerting import Desk
from tests.web.journeying import Person
from tests.web.serving import forecast_in, served

from upstander.core.rights import Marking, Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GREEN = {"marking": Marking.GREEN}
BEFORE, THEN, NOW = date(2025, 6, 24), 0.4, 0.02


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("later")
    forecast_in(folder, {**made_up.CHANCE, "IND": THEN}, BEFORE)
    desk = Desk(forecast_in(folder, {**made_up.CHANCE, "IND": NOW}))
    home = desk.office
    seed.write(home, "action", **GREEN, place="IND", title="Mediate in the hills", subject="dialogue",
               status="done", due=seed.days_ago(200))  # fmt: skip
    clashes = seed.write(home, "indicator", **GREEN, place="IND", label="Clashes", unit="a month",
                         better="lower", baseline=12)  # fmt: skip
    seed.write(home, "indicator_reading", **GREEN, place="IND", indicator=clashes.id,
               day=seed.days_ago(3), value=4)  # fmt: skip
    seed.write(home, "outside_response", **GREEN, place="IND", who="region", body="Union",
               asked=seed.days_ago(90), acted=seed.days_ago(60), what="Sent a mission")  # fmt: skip
    desk.alert = desk.released(place="IND")
    said = desk.responder.write(
        f"/alerts/{desk.alert}/answers",
        type="answered",
        text="Mediators travel on Monday; the police are told.",
    )
    assert said.status_code == 201, said.text
    desk.drill = desk.released(exercise=True)
    with served(home.app) as home.url:
        yield desk


def test_journey_12_a_year_later_did_prevention_help(browser, site):
    home = site.office
    who = Person(browser, home, home.url, home.account(Role.ANALYST))

    who.go(f"/countries/IND/prevention?since={BEFORE}")
    told = who.json(f"/countries/IND/prevention.json?since={BEFORE}")
    assert (told["before"]["probability"], told["now"]["probability"]) == (THEN, NOW)
    change = told["change"]
    assert change["low"] < change["change"] < change["high"] < 0
    assert change["words"] in who.text
    assert "consistent with prevention that helped, and with other causes" in who.text
    assert "it never proves" in who.text
    assert not re.search(
        r"prevented (the|a|these) (crime|killing)|was averted by|proof that", who.text
    )
    assert "Mediate in the hills" in who.text
    assert "12 to 4 a month: moved the good way" in who.text
    assert [(o["who"], o["could"], o["acted"], o["days"]) for o in told["others"]] == [
        ("A regional body", 1, 1, "30")
    ]
    assert "A regional body" in who.text

    who.go("/alerts").click("What came of them")
    counted = who.json("/alerts/statistics.json")["all"]
    assert (counted["released"], counted["exercises"], counted["answered"]) == (1, 1, 1)
    sides = ("hits", "false_alarms", "ongoing", "averted_claimed", "open")
    assert sum(counted[name] for name in sides) == counted["released"]
    assert counted["median_lag_hours"] is not None
    for words in ("Hits", "False alarms", "Ongoing already", "Median hours to an answer"):
        assert words in who.text

    who.go("/alerts/statistics").page.get_by_role(
        "link", name="Beside HDX Signals and CrisisWatch"
    ).press("Enter")
    assert who.page.locator("h1").inner_text() == "Were we right?"
    # What our alerts were worth stands there; the page is long, and its end comes later than its heading.
    who.page.locator("#warnings").wait_for(state="attached")
    who.context.close()
