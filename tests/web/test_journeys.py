"""The journeys of the domain document, section F, in a real Chromium without JavaScript, with their acceptance facts."""

import re

import pytest
from tests.web.journeying import Person
from tests.web.people import ADMIN, office
from tests.web.serving import forecast_in, served

from upstander.assess.aggregation import CAVEAT
from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.records.forms import choices
from upstander.web.accounts.passwords import hashed

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "four words in a row"  # noqa: S105 - of a made-up account
REVIEW = {
    "level": "country",
    "owner": "Office of the Prime Minister",
    "pillar": "1",
    "first": "2026-01-01",
    "last": "2026-06-30",
    "yardstick": "icd203",
    "_marking": "GREEN",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = office(forecast_in(tmp_path_factory.mktemp("journeys")))
    home.state.accounts.add_space(
        "kinshasa", "The neighbour's focal point", "government", by=ADMIN, now=now()
    )
    with served(home.app) as home.url:
        yield home


@pytest.fixture
def person(browser, site):
    """Makes people: ``person(Role.ANALYST, "nhri", "name")``; their browsers close with the test."""
    made = []

    def one(role, space="justice", name="", **more):
        made.append(
            Person(browser, site, site.url, site.account(role, space, name), **more)
        )
        return made[-1]

    yield one
    for p in made:
        p.context.close()


def begin(who, title, place="SDN", **more):
    """A review, from the list of assessments to its own page; gives its address."""
    who.go("/assessments").click("New review")
    who.fill(title=title, _place=place, **{**REVIEW, **more})
    assert who.page.inner_text("h1") == title
    return who.page.url.removeprefix(who.url)


def rate(who, review, code, level, button="Save the rating", **more):
    who.go(f"{review}/rate/{code}")
    who.fill(
        button, why="Seen in the sources", level=level, **{"note": "Two reports", **more}
    )


@pytest.mark.requirement("S02")
@pytest.mark.requirement("Z02")
@pytest.mark.requirement("Z03")
@pytest.mark.requirement("P06")
@pytest.mark.requirement("W2")
def test_journey_1_a_first_national_review(browser, site, person):
    account = "focal.point"
    site.state.accounts.create(
        account,
        "Focal Point",
        Role.HEAD,
        "justice",
        by=ADMIN,
        now=now(),
        password_hash=hashed(PASSWORD),
    )
    me = Person(browser, site, site.url)
    me.go("/assessments").click("Sign in")
    me.page.get_by_label("Account").fill(account)
    me.page.get_by_label("Password").fill(PASSWORD)
    me.page.get_by_role("button", name="Sign in").press("Enter")
    review = begin(me, "First national review", "NLD")
    assert "Office of the Prime Minister" in me.text
    assert choices("pillar")["1"] in me.text

    invited = [
        ("Ministry of Justice", "ministry", "justice", 3, 4),
        ("Ministry of the Interior", "ministry", "", 2, 5),
        ("Ministry of Education", "ministry", "", 4, 1),
        ("Institute for Human Rights", "nhri", "nhri", 3, 2),
        ("Women for Peace", "women", "", 6, 0),
        ("Minorities Watch", "ngo", "", 2, 2),
    ]
    for organisation, type, agency, women, men in invited:
        me.click("Add: participant")
        me.fill(
            organisation=organisation,
            type=type,
            agency=agency,
            part_taken="consulted",
            women=women,
            men=men,
        )
        assert me.page.url.split("#")[0].endswith(review)
    me.click("Add: policy in place")
    me.fill(
        policy="Equal Treatment Act",
        subject="constitution",
        owner="Ministry of the Interior",
        law="3",
        practice="2",
        other_name="false",
        gap="Housing is not covered",
    )
    me.click("Add: capacity")
    me.fill(
        subject="accountability",
        carrier="institutions",
        label="International Crimes Unit",
        law="3",
        practice="3",
        day="2026-05-01",
        known_from="Annual report 2025",
    )
    me.go(review).page.locator("summary", has_text="F1 ").press("Enter")
    me.click("9.1")
    me.fill(
        "Save and rate the next",
        level="1",
        note="Two surveys",
        evidence="medium",
        agreement="high",
    )
    assert me.page.url.endswith(f"{review}/rate/9.2")
    me.fill("Save the rating", level="0")
    rate(me, review, "7.5", "not_assessed")
    me.go(review)
    me.click("Write the section", exact=False)
    me.fill(name="gender", text="Women of two groups report less to the police.")
    assert not me.page.get_by_role("link", name="Nothing is rated yet", exact=False).count()

    me.go(review).click("page")
    report = me.page.locator("body").text_content()
    columns = me.page.locator(
        "table",
        has=me.page.locator("caption", has_text="Risk, capacity and action by factor"),
    )
    assert columns.locator("thead th").all_inner_texts() == [
        "Factor",
        "Risk",
        "Capacity",
        "Action",
    ]
    rows = {r.split()[0]: r for r in columns.locator("tbody tr").all_inner_texts()}
    assert set(rows) >= {"F1", "F2", "F3", "F4", "F5", "F6"}
    assert "1 slight" in rows["F1"] or "0 not seen" in rows["F1"]
    assert "not assessed" in rows["F3"]
    assert "Equal Treatment Act" in report
    assert "International Crimes Unit: law 3" in " ".join(columns.all_inner_texts())
    types = me.page.locator(
        "table", has=me.page.locator("caption", has_text="Organisations by type")
    )
    counted = dict(r.split("\t") for r in types.locator("tbody tr").all_inner_texts())
    shown = choices("participant_type")
    assert counted == {
        shown["ministry"]: "3",
        shown["nhri"]: "1",
        shown["women"]: "1",
        shown["ngo"]: "1",
    }
    assert "Women are" in report  # women's share of the people counted
    steps = me.page.locator(
        "table", has=me.page.locator("caption", has_text="seven steps")
    ).locator("tbody tr")
    # the review itself is begun (W2), and the State is bound by some instruments (W3)
    assert [r.split("\t")[-1] for r in steps.all_inner_texts()] == [
        "Not on record",
        "Partly",
        "Partly",
        *["Not on record"] * 4,
    ]
    for section in me.page.locator("section, header").all():
        said = section.inner_text()
        if (
            re.search(r"\b[0-4] (not seen|slight|some|strong|very strong)\b(?! of)", said)
            and "Gap" not in said
        ):
            assert CAVEAT in said, section.locator("h1, h2").first.inner_text()
    me.context.close()


@pytest.mark.requirement("W2")
@pytest.mark.requirement("R03")
def test_journey_3_three_lenses_one_rating(person):
    me = person(Role.ANALYST, name="lens.analyst")
    review = begin(me, "Three lenses")
    rate(me, review, "7.5", "3")
    rate(me, review, "9.1", "2")

    def seen(lens, factor, code):
        """What stands beside a code under a factor of a lens."""
        me.go(f"{review}?lens={lens}")
        block = me.page.locator("details", has=me.page.locator(f"[id='f-{factor}']"))
        cells = block.locator(
            "td",
            has=me.page.get_by_role("link", name=code, exact=True, include_hidden=True),
        )
        return {" ".join(t.split()) for t in cells.all_text_contents()}

    where = {
        "7.5": (("framework_2014", "7"), ("six_factors", "F4"), ("framework_2009", "3")),
        "9.1": (("framework_2014", "9"), ("six_factors", "F1"), ("framework_2009", "1")),
    }
    for code, words in (("7.5", "7.5 3 strong"), ("9.1", "9.1 2 some")):
        for lens, factor in where[code]:
            assert seen(lens, factor, code) == {words}, (lens, factor)
    rate(me, review, "7.5", "1")
    for lens, factor in where["7.5"]:
        assert seen(lens, factor, "7.5") == {"7.5 1 slight"}, (lens, factor)
    assert me.json("/records/rating.json?parent=" + review.rsplit("/", 1)[1])["count"] == 2
    me.go(f"{review}/changes?since=2026-01-01")
    assert "7.5: " in me.text


@pytest.mark.requirement("R05")
def test_what_changed_shows_the_step_from_one_level_to_another(person):
    me = person(Role.ANALYST, name="change.analyst")
    review = begin(me, "Changes")
    rate(me, review, "9.1", "1")
    rate(me, review, "9.1", "3", trend="rising")
    me.go(review).click("What changed")
    row = me.page.locator("tbody tr").first.inner_text()
    assert "not assessed → 3 strong" in row
    shown = me.json(f"{review}.json")
    assert shown["stage"] == "not assessed", "a rule proposes, people set it"
    assert shown["stage_proposed"].startswith(
        "A stated rule would propose “ongoing”: mass violence is counted"
    )


def test_journey_6_six_experts_answer_twice(site, person):
    lead = person(Role.HEAD, name="lead.of.experts")
    review = begin(lead, "Expert review")
    names = [
        ("n'djamena.expert".replace("'", ""), "nhri"),
        ("basil.expert", "nhri"),
        ("chidi.expert", "kinshasa"),
        ("dunya.expert", "kinshasa"),
        ("elin.expert", "justice"),
        ("fatou.expert", "justice"),
    ]
    experts = [person(Role.CONTRIBUTOR, space, name) for name, space in names]
    lead.go(review).click("Add: question to experts")
    lead.fill(
        question="Will 100 or more civilians be killed by 31 December?",
        resolves="UCDP",
        deadline="2026-12-31",
        experts=[name for name, _ in names],
        interval="80",
        state="round1",
        _marking="GREEN",
    )
    question = lead.page.url.removeprefix(lead.url)
    assert question.startswith("/assessments/questions/")

    def answers(number, best):
        for n, e in enumerate(experts):
            page = e.go(question).json(f"{question}.json")["rounds"][number - 1]
            assert (page["given"], page["answers"], page["group"]) == (n, [], "")
            assert f"because {number}" not in e.text
            e.page.locator("[name=lowest]").fill(str(best[n] - 5))
            e.page.locator("[name=highest]").fill(str(best[n] + 10))
            e.page.locator("[name=best]").fill(str(best[n]))
            e.page.locator("[name=sure]").fill("80")
            e.page.locator("[name=reasons]").fill(f"because {number}{n}")
            e.page.get_by_role("button", name="Save my answer").press("Enter")
            assert not e.page.locator(".faults").count()

    def move(**values):
        lead.go(question).click("Open the next round, or settle")
        lead.fill("Save as the next version", **values)

    answers(1, [10, 20, 30, 40, 50, 60])
    shown = experts[0].go(question).json(f"{question}.json")["rounds"][0]
    assert (shown["group"], shown["spread"]) == ("35 % (30–45 %)", "10–60 %")
    assert [a["letter"] for a in shown["answers"]] == list("ABCDEF")
    assert "because 13" in experts[0].text
    move(state="discussion")
    assert (
        experts[1].go(question).page.get_by_role("button", name="Save my answer").count()
        == 0
    )
    for n, words in ((1, "Have you counted the truce?"), (4, "It ends in June.")):
        experts[n].go(question).page.get_by_label("Comment").fill(words)
        experts[n].page.get_by_role("button", name="Add my comment").press("Enter")
    said = experts[0].go(question).json(f"{question}.json")["discussion"]
    assert [c["text"] for c in said] == ["Have you counted the truce?", "It ends in June."]
    assert "Have you counted the truce?" in experts[0].text
    assert "truce" not in lead.go(question).text
    assert "The experts discuss among themselves" in lead.text
    move(state="round2")
    assert (
        experts[1].go(question).page.get_by_role("button", name="Add my comment").count()
        == 0
    )
    assert "It ends in June." in experts[1].text
    answers(2, [25, 30, 30, 35, 40, 50])
    shown = experts[0].json(f"{question}.json")
    assert shown["rounds"][1]["spread"] == "25–50 %"
    assert shown["scores"] == []
    hidden = [n for n, _ in names] + [
        site.account(Role.CONTRIBUTOR, s, n).name for n, s in names
    ]
    id = question.rsplit("/", 1)[1]
    addresses = [
        question,
        f"{question}.json",
        f"/records/elicitation/{id}",
        f"/records/elicitation/{id}.json",
        f"/records/elicitation/{id}/history",
        f"/records/elicitation/{id}/history.json",
        "/records/elicitation",
        "/records/elicitation/export.csv",
        "/records/estimate.json",
        "/records/expert_comment.json",
        "/search?q=because",
        "/search?q=truce",
        review,
        f"{review}.json",
        f"{review}/report.html",
        f"{review}/report.json",
        f"{review}/changes",
    ]
    for reader in (experts[0], person(Role.READER, "nhri")):
        own = {reader.actor.account, reader.actor.name}
        for address in addresses:
            text = reader.body(address)
            assert not [n for n in hidden if n not in own and n in text], address
    for name, _ in names[1:]:
        assert experts[0].json(f"/search.json?q={name}")["count"] == 0
    for address in (question, f"{question}.json", f"{review}/report.html"):
        assert not [n for n in hidden if n in lead.body(address)], address
    spaces = {s.title for s in site.state.accounts.spaces()} - {
        "The justice office",
        "The nhri office",
    }
    assert not [s for s in spaces if s in experts[0].go(question).text]
    move(state="closed", outcome="yes", outcome_source="UCDP, release 27.1")
    scores = {s["who"]: s["brier"] for s in experts[0].json(f"{question}.json")["scores"]}
    assert scores["group"] == "0.423"  # (0.35 - 1) squared
    assert "Brier score" in experts[0].go(question).text
    report = lead.body(f"{review}/report.html")
    assert "35 %" in report
    assert all(f"{c['letter']}: {c['text']}" in report for c in said)


@pytest.mark.requirement("W5")
@pytest.mark.requirement("S06")
def test_journey_10_two_states_exchange_reviews(person):
    ours, theirs = (
        person(Role.HEAD, name="our.desk"),
        person(Role.HEAD, "kinshasa", "their.desk"),
    )
    mine = begin(ours, "Our review", "SDN", _marking="AMBER", _shared="kinshasa")
    other = begin(theirs, "Their review", "COD", _marking="AMBER", _shared="justice")
    for who, review, levels in (
        (ours, mine, {"9.1": "3", "9.2": "3", "7.5": "2"}),
        (theirs, other, {"9.1": "1"}),
    ):
        for code, level in levels.items():
            rate(who, review, code, level)
    theirs.go(mine).click("Add: peer comment")
    theirs.fill(peer="The neighbour", about="F1", text="How is access to papers measured?")
    ours.go(mine)
    assert "1 peer comment has no answer." in ours.text
    ours.click("Their review")
    assert ours.page.url.endswith(f"{mine}/beside/{other.rsplit('/', 1)[1]}")
    assert "No reply yet" in ours.text
    rows = ours.page.locator("[aria-label=Differences] tbody tr").all_inner_texts()
    assert rows[0].startswith("F1")
    assert "1 slight\t3 strong\t+2" in rows[0]
    assert [r[:2] for r in rows] == sorted(r[:2] for r in rows)
    assert "not assessed in one of them or both" in ours.text
    assert "Countries are not ranked." in ours.text
    assert not re.search(
        r"\b(rank(ed|ing)? [0-9]|worst|best|top [0-9]|league)\b", ours.text
    )
    ours.go(mine)
    ours.page.locator("#standing ~ ul a", has_text="no answer").press("Enter")
    ours.fill(
        replier="Our office",
        about="The comment on F1",
        comment=_first(ours, "comment"),
        text="By a yearly survey.",
    )
    theirs.go(f"{other}/beside/{mine.rsplit('/', 1)[1]}")
    assert "Reply: By a yearly survey." in theirs.text
    for path in (mine, f"{mine}/beside/{other.rsplit('/', 1)[1]}"):
        ours.go(path)
        assert (
            "neighbours had 25 or more civilians killed deliberately (one-sided violence, UCDP) in the last complete year"
            in ours.text
        )
        assert (
            ours.page.get_by_role("region", name="Neighbours of Sudan")
            .locator("tbody tr")
            .count()
            >= 5
        )
        before = ours.json(f"{path}.json")
        ours.page.get_by_role("link", name="Leave the neighbours out").first.press("Enter")
        assert "neighbours=off" in ours.page.url
        assert (
            "neighbours had" not in ours.text
        )  # the model's outlook, which stays, names civilians too
        assert ours.page.get_by_role("region", name="Neighbours of Sudan").count() == 0
        after = ours.json(f"{path}.json?neighbours=off")
        assert {k: v for k, v in after.items() if "neighbours" not in k} == {
            k: v for k, v in before.items() if "neighbours" not in k
        }
        ours.click("Show the neighbours")
        assert "neighbours had 25 or more" in ours.text


def _first(who, name):
    """The first choice of a select that says something."""
    options = who.page.locator(f"select[name='{name}'] option").evaluate_all(
        "os => os.map(o => o.value)"
    )
    return next(o for o in options if o)


@pytest.mark.requirement("H03")
def test_guided_mode_is_reached_from_a_rating_and_leads_to_the_next_one(person):
    me = person(Role.ANALYST, name="new.analyst")
    review = begin(me, "Guided")
    me.go(f"{review}/rate/9.1")
    assert "Looked for and not seen" in me.text  # the scale, folded away on the page itself
    me.click("How to rate", exact=False)
    for words in (
        "The severity scale",
        "Worked cases",
        "The questions in plain words",
        "Words explained",
        "Watches that become a militia",
        "not assessed",
        "3 strong",
        "Why not higher",
    ):
        assert words in me.text
    me.click("7.5")
    assert me.page.url.endswith(f"{review}/rate/7.5")


def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(person):
    from axe_playwright_python.sync_playwright import Axe

    head = person(Role.HEAD, name="axe.head")
    review = begin(head, "Read by everyone")
    rate(head, review, "9.1", "3")
    head.go(review).click("Add: question to experts")
    head.fill(
        question="Will it?",
        resolves="UCDP",
        deadline="2026-12-31",
        interval="80",
        state="round1",
        experts=["axe.head", "new.analyst", "lens.analyst"],
    )
    question = head.page.url.removeprefix(head.url)
    found = {}
    for width in (390, 1280):
        reader = person(Role.HEAD, name="axe.head", width=width, scripts=True)
        for path in (
            "/assessments",
            review,
            f"{review}/rate/9.1",
            f"{review}/changes",
            question,
            "/assessments/guide",
            f"{review}/beside/{review.rsplit('/', 1)[1]}",
        ):
            reader.go(path)
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= width, (
                path,
                width,
            )
            result = Axe().run(reader.page).response["violations"]
            found |= {
                f"{path} {width} {v['id']}": v["nodes"][0]["html"]
                for v in result
                if v["impact"] in ("serious", "critical")
            }
    assert not found
