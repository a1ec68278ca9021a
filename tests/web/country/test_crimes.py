"""The page of crimes and the intent dossier: lanes that show and never find, and who may open the dossier."""

import pytest
from lxml import html
from tests.web import country_seed as seed
from tests.web.people import office

from upstander.assess.crimes import CHECKED, asserted
from upstander.core.rights import Role
from upstander.web.country.crime_lanes import sentences

CRIMES = "/countries/SDN/crimes"
DOSSIER = f"{CRIMES}/intent"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(tmp_path_factory.mktemp("crimes"))
    made.kept = seed.without_conflict(made)
    return made


def lanes(home, query=""):
    return {
        x["id"]: x
        for x in home.of(Role.ANALYST).get(f"{CRIMES}.json{query}").json()["lanes"]
    }


def texts(answer):
    return [
        " ".join(t.split())
        for t in html.fromstring(answer.text).xpath("//main//text()")
        if t.strip()
    ]


@pytest.mark.requirement("C02")
@pytest.mark.requirement("C03")
def test_without_conflict_two_lanes_are_open_and_the_third_says_why_it_is_not(home):
    found = lanes(home)
    assert [(i, x["open"]) for i, x in found.items()] == [
        ("genocide", True),
        ("crimes_against_humanity", True),
        ("war_crimes", False),
    ]
    assert "needs conflict or occupation" in found["war_crimes"]["reason"]
    assert [a["provision"] for a in found["genocide"]["acts"]] == ["article 6(e)"]
    assert {e["words"] for x in found.values() for e in x["elements"]} == {"Not examined"}
    page = home.of(Role.ANALYST).get(CRIMES).text
    assert CHECKED["recalled"] in page
    assert "needs conflict or occupation" in page
    assert "consistent with genocide" in page


@pytest.mark.requirement("C02")
def test_no_sentence_of_the_page_asserts_a_crime(home):
    g = home.kept["group"]
    for element, status in (
        ("genocide_act", "indicators_seen"),
        ("genocide_intent", "substantial"),
        ("humanity_scale", "indicators_seen"),
    ):
        seed.write(
            home,
            "crime_element",
            element=element,
            group=g.id,
            status=status,
            acts=[home.kept["transfer"].id],
        )
    for role in (Role.ANALYST, Role.READER):
        client = home.of(role)
        said = [*texts(client.get(CRIMES)), " ".join(texts(client.get(CRIMES)))]
        said += sentences(client.get(f"{CRIMES}.json").json())
        assert len(said) > 150
        assert [(t, asserted(t)) for t in said if asserted(t)] == []
    assert asserted("Genocide is occurring in the north.")  # the lint is awake


@pytest.mark.requirement("C02")
def test_an_element_shows_the_status_people_set_and_the_acts_it_rests_on(tmp_path):
    own = office(tmp_path)
    g = seed.group(own)
    act = seed.write(
        own,
        "act",
        acts=["killing"],
        group=g.id,
        status="verified",
        verified_by="Court",
        since=seed.days_ago(9),
        precision="district",
    )
    seed.write(
        own,
        "crime_element",
        element="genocide_act",
        group=g.id,
        status="indicators_seen",
        acts=[act.id],
    )
    shown = {e["label"]: e for e in lanes(own)["genocide"]["elements"]}
    assert shown["A prohibited act"]["words"] == "Indicators seen"
    assert [a["href"] for a in shown["A prohibited act"]["rests_on"][0]["acts"]] == [
        f"/records/act/{act.id}"
    ]
    assert (
        shown["Intent to destroy the group, in whole or in part"]["words"] == "Not examined"
    )


@pytest.mark.requirement("C03")
def test_a_recorded_conflict_opens_the_third_lane_and_closes_none(tmp_path):
    own = office(tmp_path)
    seed.without_conflict(own)
    seed.write(own, "context", kind="internal_conflict", since=seed.days_ago(200))
    assert all(x["open"] for x in lanes(own).values())


@pytest.mark.requirement("C04")
def test_crimes_against_humanity_shows_scale_and_system_verified_and_alleged_apart(home):
    lane = lanes(home)["crimes_against_humanity"]
    assert [p["status"] for p in lane["pattern"]] == ["Verified", "Alleged"]
    assert lane["pattern"][0]["scale"] == "3 victims in 1 place."
    assert "widespread OR systematic" in lane["note"]
    assert (len(lane["lists"]), [x["title"] for x in lane["lists"]]) == (
        2,
        ["Verified acts", "Alleged acts"],
    )


@pytest.mark.requirement("C05")
def test_the_derived_label_is_used_only_with_underlying_acts_and_names_the_crimes(tmp_path):
    own = office(tmp_path)
    g = seed.group(own)
    label = own.of(Role.ANALYST).get(f"{CRIMES}.json").json()["cleansing"]
    assert (label["seen"], label["acts"]) == (False, [])
    act = seed.write(
        own,
        "act",
        acts=["forced_removal"],
        group=g.id,
        status="alleged",
        since=seed.days_ago(9),
        precision="district",
        aim_uniform=True,
    )
    label = own.of(Role.ANALYST).get(f"{CRIMES}.json").json()["cleansing"]
    assert label["acts"] == ["Deportation or forcible transfer of a population"]
    assert label["crimes"] == ["Genocide", "Crimes against humanity"]
    assert [r["href"] for r in label["records"]] == [f"/records/act/{act.id}"]
    assert (
        "a label without a definition of its own in law"
        in own.of(Role.ANALYST).get(CRIMES).text
    )


@pytest.mark.requirement("C06")
def test_the_incitement_queue_suggests_and_a_person_decides(tmp_path):
    own = office(tmp_path)
    g = seed.group(own)
    every = {
        f"rabat_{p}": "yes"
        for p in ("context", "speaker", "intent", "content", "extent", "likelihood")
    }
    seed.write(
        own,
        "speech_event",
        group=g.id,
        day=seed.days_ago(2),
        type="propaganda",
        speaker="party",
    )
    severe = seed.write(
        own,
        "speech_event",
        group=g.id,
        day=seed.days_ago(3),
        type="hate_speech",
        speaker="minister",
        **every,
    )
    seed.write(
        own,
        "speech_event",
        group=g.id,
        day=seed.days_ago(4),
        type="ideology",
        speaker="judge",
        decision="watch",
        decision_why="Not clear",
        **every,
    )
    content = own.of(Role.ANALYST).get(f"{CRIMES}.json").json()
    assert [w["severity"] for w in content["queue"]] == ["severe", "incomplete"]
    first = content["queue"][0]
    assert first["edit"] == f"/records/speech_event/{severe.id}/edit"
    assert (
        first["decision"],
        len(first["parts"]),
        {p["answer"] for p in first["parts"]},
    ) == (
        "",
        6,
        {"Points clearly to incitement"},
    )
    assert {p["answer"] for p in content["queue"][1]["parts"]} == {"Not answered"}
    assert [w["decision"] for w in content["decided"]] == [
        "Not clear: watch and look again"
    ]
    page = own.of(Role.ANALYST).get(CRIMES).text
    assert "Nobody has decided yet." in page
    assert "A person decides." in page
    assert own.of(Role.READER).get(f"{CRIMES}.json").json()["queue"][0]["edit"] == ""


def test_one_group_can_be_chosen(home):
    other = seed.group(home, "River people")
    assert lanes(home, f"?group={other.id}")["genocide"]["acts"] == []
    assert lanes(home, f"?group={home.kept['group'].id}")["genocide"]["acts"]
    assert lanes(home, "?group=nonsense")["genocide"]["acts"]


@pytest.mark.requirement("F6c")
def test_the_dossier_needs_two_readers_neither_of_them_an_author_and_holds_no_score(
    tmp_path,
):
    own = office(tmp_path)
    g = seed.group(own)
    author, editor, one, two = (
        own.account(Role.ANALYST, name=n)
        for n in ("author", "editor", "reader-one", "reader-two")
    )
    item = seed.write(
        own,
        "intent_item",
        by=author,
        group=g.id,
        inference="moderate",
        alternative="It was a budget measure",
    )
    client = own.client(author)
    shown = client.get(f"{DOSSIER}.json").json()
    assert (shown["complete"], shown["items"][0]["missing"]) == (
        False,
        "Needs two reviewers.",
    )
    edited = own.client(editor).write(
        f"/records/intent_item/{item.id}",
        fields={**item.body, "item": "Said more exactly"},
        why="clearer",
        expected=1,
    )
    assert edited.status_code == 200, edited.text
    for who in (
        author,
        editor,
        one,
    ):  # an author's opinion, of whichever version, does not count
        seed.write(
            own,
            "intent_opinion",
            by=who,
            place="",
            item=item.id,
            version_read=2,
            view="agree",
        )
    shown = client.get(f"{DOSSIER}.json").json()
    assert (
        shown["complete"],
        shown["items"][0]["missing"],
        shown["items"][0]["readers"],
    ) == (
        False,
        "Needs a second reviewer.",
        "1 of 2",
    )
    seed.write(
        own, "intent_opinion", by=two, item=item.id, version_read=1, view="agree"
    )  # an older version
    assert not client.get(f"{DOSSIER}.json").json()["complete"]
    seed.write(own, "intent_opinion", by=two, item=item.id, version_read=2, view="weaker")
    shown = client.get(f"{DOSSIER}.json").json()
    assert shown["complete"]
    assert {o["reader"] for o in shown["items"][0]["opinions"]} == {
        "Reader-One",
        "Reader-Two",
    }
    assert shown["items"][0]["inference"].startswith("Moderate")
    assert shown["items"][0]["alternative"] == "It was a budget measure"
    assert not any(
        isinstance(v, int | float) and k != "version" and not isinstance(v, bool)
        for k, v in shown["items"][0].items()
    )
    assert "It was a budget measure" in client.get(DOSSIER).text


@pytest.mark.requirement("F6c")
def test_the_dossier_is_open_to_cleared_people_alone(home):
    seed.write(
        home, "intent_item", group=home.kept["group"].id, alternative="Another reading"
    )
    assert home.of(Role.ANALYST).get(DOSSIER).status_code == 200
    for role in (Role.READER, Role.CONTRIBUTOR, Role.ADMINISTRATOR, Role.OVERSIGHT):
        assert home.of(role).get(DOSSIER).status_code == 403
        assert "Another reading" not in home.of(role).get(CRIMES).text
        assert "/crimes/intent" not in home.of(role).get(CRIMES).text
    assert home.of(Role.HEAD, "nhri").get(f"{DOSSIER}.json").json()["items"] == []
    assert home.client().get(DOSSIER).status_code == 303


@pytest.mark.requirement("C01")
def test_one_act_stands_in_several_lanes_each_with_its_provision(home):
    with_child_transfer = [
        i
        for i, x in lanes(home).items()
        for a in x["acts"]
        if a["provision"].startswith("article")
    ]
    assert {"genocide", "crimes_against_humanity"} <= set(with_child_transfer)
