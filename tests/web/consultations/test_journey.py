"""Journey 11 of the domain document in a real Chromium without JavaScript: a consultation round from its opening to its annex."""

import re

import pytest
from tests.web import country_seed as seed
from tests.web.journeying import Person
from tests.web.people import office
from tests.web.serving import served

from upstander.core.rights import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RESPONDENTS = [("Ghana", "state"), ("Nepal", "state"), ("Chile", "state"), ("African Union", "regional"),
               *((f"NGO {n}", "ngo") for n in range(1, 5))]  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = office(tmp_path_factory.mktemp("round"))
    with served(home.app) as home.url:
        yield home


def test_a_round_of_three_questions_is_opened_answered_tagged_published_and_learned_from(
    browser, site
):
    head = Person(browser, site, site.url, site.account(Role.HEAD))
    head.go("/options").click("Consultation rounds")
    head.click("New round")
    head.fill(
        title="Prevention in the region",
        opens=seed.days_ago(1),
        closes=seed.days_ago(-30),
        _marking="GREEN",
    )
    round = head.page.url.removeprefix(head.url)
    assert "nobody is invited yet" in head.text
    links = {}
    for name, sort in RESPONDENTS:
        head.go(round).click("Add a respondent")
        head.fill(organisation=name, type=sort, invited=seed.days_ago(1), _marking="GREEN")
        head.go(round)
        head.page.get_by_role("button", name=f"Make a link for {name}").press("Enter")
        links[name] = head.page.locator("code.token").inner_text()
    head.go(round)
    head.page.get_by_role("button", name="Open it for answers").press("Enter")
    for name, link in links.items():
        answer(browser, site, name, link)

    head.go(round)
    assert counted(head) == [
        ["State", "3", "3", "100\xa0%", "3"],
        ["Regional or sub-regional organisation", "1", "1", "100\xa0%", "1"],
        ["Non-governmental organisation", "4", "4", "100\xa0%", "2"],
        ["All respondents", "8", "8", "100\xa0%", "6"],
    ]
    [of_chile] = [a for a in head.json(f"{round}.json")["answers"] if a["name"] == "Chile"]
    head.go(of_chile["add_point"])
    head.fill(said="Judges were trained in all districts", question="examples",
              subjects=["accountability"], factors=["F2"], hard=["expertise"], _marking="GREEN")  # fmt: skip
    head.go(round).click("Into the practice library")
    for name, value in (("period", "2019"), ("where", "Chile")):
        head.page.locator(f"form [name='{name}']").fill(value)
    head.page.locator("form [name='types'][value='structural']").press("Space")
    choose(head, "state", "read")
    head.page.get_by_role("button", name="Keep the example").press("Enter")
    assert not head.page.locator(".faults").count(), head.text
    option = head.go("/options/accountability").text
    assert "Judges were trained in all districts" in option
    assert "Answer of Chile to the consultation “Prevention in the region”" in option

    annex = re.sub(r"<[^>]+>", " ", head.body(f"{round}/annex.html"))
    assert "Chile has a council" in annex
    assert "NGO 1 has a council" in annex, "without its name, as it allows"
    assert "NGO 4" not in annex
    assert "NGO 3" not in annex
    assert annex.count("Not named") == 2


def answer(browser, site, name, link):
    """One respondent, who has no account: two NGOs without their names, two not at all."""
    who = Person(browser, site, site.url)
    path = link[link.index("/consultations") :]
    who.go(path)
    who.page.locator("[name='measures']").fill(f"{name} has a council")
    who.page.locator("[name='challenges']").fill("Money")
    who.page.locator("[name='examples']").fill("Judges were trained")
    number = int(name[-1]) if name.startswith("NGO") else 0
    choose(who, "consent", "named" if not number else "unnamed" if number <= 2 else "none")
    who.page.get_by_role("button", name="Send the answer").press("Enter")
    assert "Your answer was received" in who.text
    who.context.close()


def choose(who, name, value):
    field = who.page.locator(f"form [name='{name}']")
    if field.first.evaluate("e => e.tagName") == "SELECT":
        field.first.select_option(value)
    else:
        who.page.locator(f"form [name='{name}'][value='{value}']").press("Space")


def counted(who):
    rows = who.page.locator("#invitees + div tbody tr").all()
    return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
