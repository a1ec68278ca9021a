"""A consultation round over the real application: three questions, answers by link, tags, consent, the annex, the library."""

import csv
import io
import re

import pytest
from tests.web import country_seed as seed
from tests.web.people import token_in
from tests.web.reviewing import offices

from upstander.core.rights import Marking, Role

GREEN = {"marking": Marking.GREEN}
ASKED = (("Ghana", "state"), ("Nepal", "state"), ("Chile", "state"), ("African Union", "regional"),
         ("League", "ngo"), ("Watch", "ngo"), ("Bridge", "ngo"), ("Voices", "ngo"))  # fmt: skip


class Desk:
    """The office that asks: its round, its respondents, and their links."""

    def __init__(self, home):
        self.home, self.head = home, home.of(Role.HEAD)
        self.analyst = home.of(Role.ANALYST)
        made = seed.write(
            home,
            "consultation",
            **GREEN,
            place="",
            title="Prevention in the region",
            opens=seed.days_ago(3),
            closes=seed.days_ago(-20),
        )
        self.id, self.href = made.id, f"/consultations/{made.id}"
        self.invitees = {
            name: seed.write(
                home, "invitee", **GREEN, place="", consultation=self.id, organisation=name,
                type=type, invited=seed.days_ago(2),
            ).id
            for name, type in ASKED
        }  # fmt: skip

    def step(self, name, client=None):
        return (client or self.head).write(f"{self.href}/steps/{name}", why="agreed")

    def link(self, name):
        made = self.analyst.write(f"{self.href}/invitees/{self.invitees[name]}/link")
        assert made.status_code == 201, made.text
        return re.search(r"/consultations/respond\?token=\S+", made.json()["link"])[0]

    def answer(self, link, **given):
        visitor = self.home.client()
        page = visitor.get(link)
        assert page.status_code == 200, page.text
        token = link.split("token=")[1]
        return visitor.fill(
            "/consultations/respond", **{"csrf": token_in(page), "token": token, **given}
        )

    def shown(self, query=""):
        return self.analyst.get(f"{self.href}.json{query}").json()

    def annex(self):
        text = self.analyst.get(f"{self.href}/annex.csv").content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(offices(tmp_path_factory.mktemp("consultations")))
    desk.links = {name: desk.link(name) for name in desk.invitees}
    assert desk.step("open").status_code == 200
    consents = dict.fromkeys(desk.invitees, "named") | {
        "League": "unnamed",
        "Watch": "none",
    }
    for name, consent in consents.items():
        sent = desk.answer(
            desk.links[name],
            measures=f"{name} has a focal point",
            examples=f"{name} trained judges",
            consent=consent,
        )
        assert sent.status_code == 201, sent.text
    return desk


@pytest.mark.requirement("M01")
def test_respondents_are_counted_by_sort_with_their_response_rate(desk):
    asked = {a["type"]: a for a in desk.shown()["asked"]}
    counts = {t: (a["invited"], a["answered"], a["rate"]) for t, a in asked.items()}
    assert counts == {
        "state": (3, 3, 1),
        "regional": (1, 1, 1),
        "ngo": (4, 4, 1),
        "": (8, 8, 1),
    }
    assert asked["ngo"]["published"] == 3


def test_who_may_read_no_answer_is_told_that_only_what_they_read_is_counted(desk):
    other = desk.home.of(Role.ANALYST, "nhri")
    assert {a["answered"] for a in other.get(f"{desk.href}.json").json()["asked"]} == {0}
    for path in (desk.href, "/consultations"):
        assert "answers that you may read are counted" in other.get(path).text


def test_nothing_is_sent_twice_one_respondent_has_one_answer_and_may_change_it(desk):
    sent = desk.answer(desk.links["Ghana"], measures="A national council", consent="named")
    assert sent.status_code == 201
    said = {a["name"]: a["said"] for a in desk.shown()["answers"]}
    assert len(said) == 8
    assert said["Ghana"][0]["text"] == "A national council"


def test_the_form_shows_nothing_but_the_round_and_ones_own_answer(desk):
    page = desk.home.client().get(desk.links["Nepal"]).text
    assert "Nepal has a focal point" in page
    assert "Ghana" not in page
    assert "Prevention in the region" in page


@pytest.mark.parametrize("token", ["", "x" * 43, "no such"])
def test_a_link_that_is_none_opens_nothing(desk, token):
    answer = desk.home.client().get(f"/consultations/respond?token={token}")
    assert answer.status_code == 403
    assert "Ask the office that sent it" in answer.text


def test_only_the_space_that_asks_makes_links_and_only_its_heads_move_the_round(desk):
    invitee = f"{desk.href}/invitees/{desk.invitees['Ghana']}/link"
    assert desk.home.of(Role.ANALYST, "nhri").write(invitee).status_code == 403
    assert desk.home.of(Role.READER).write(invitee).status_code == 403
    assert desk.step("close", desk.analyst).status_code == 403
    assert desk.home.client().get(desk.href).status_code == 404


@pytest.mark.requirement("M02")
def test_answers_under_the_three_questions_are_tagged_and_found_by_tag_and_taken_away(desk):
    first = desk.shown()["answers"]
    ids = {a["name"]: a["id"] for a in first}
    tag(desk, ids["Nepal"], said="Judges were trained", question="examples",
        subjects=["accountability"], factors=["F2"], hard=["expertise"])  # fmt: skip
    tag(
        desk,
        ids["Watch"],
        said="No visas are given",
        question="challenges",
        hard=["access"],
    )
    shown = desk.shown()
    labels = {t["label"]: dict(map(tuple, t["tags"])) for t in shown["tagged"]}
    assert sum(labels["Challenges"].values()) == 2
    [found] = desk.shown("?tag=" + shown_tag(shown, "Nepal"))["answers"]
    assert found["name"] == "Nepal"
    questions = [s["question"] for s in found["said"]]
    assert [q.split()[1] for q in questions] == ["measures", "challenges", "examples"]
    rows = {row["respondent"]: row for row in desk.annex()}
    assert "Judges were trained" in rows["Nepal"]["points"]


def tag(desk, answer, **given):
    return seed.write(
        desk.home, "consultation_point", **GREEN, place="", consultation=desk.id, answer=answer, **given
    )  # fmt: skip


def shown_tag(shown, name):
    [answer] = [a for a in shown["answers"] if a["name"] == name]
    return answer["tags"][0]


def test_the_annex_holds_what_each_respondent_allows_and_nothing_of_the_others(desk):
    rows = desk.annex()
    names = [row["respondent"] for row in rows]
    assert len(names) == 7
    assert "Not named (Non-governmental organisation)" in names
    for shape in ("html", "json", "csv"):
        text = desk.analyst.get(f"{desk.href}/annex.{shape}").text
        assert "League trained judges" in text
        assert "League has" in text
        without_answers = text.replace("League has", "").replace("League trained", "")
        assert "League" not in without_answers, "the name is withheld, its text is its own"
        assert "Watch" not in text
        assert "No visas" not in text
    for shape, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert desk.analyst.get(f"{desk.href}/annex.{shape}").content.startswith(begins)


@pytest.mark.requirement("M03")
def test_an_example_is_promoted_to_the_library_with_its_source(desk):
    tag(desk, answer_of(desk, "Chile"), said="Truth commission", question="examples",
        subjects=["dialogue"], factors=["F1"])  # fmt: skip
    [point] = [
        p for a in desk.shown()["answers"] for p in a["points"] if p["said"] == "Truth commission"
    ]  # fmt: skip
    page = desk.analyst.get(point["promote"])
    assert "Truth commission" in page.text
    kept = desk.analyst.fill(point["promote"], subject="dialogue", what="Truth commission",
                             where="Chile", period="1990", types="structural", factors="F1", state="recalled")  # fmt: skip
    assert kept.status_code == 303, kept.text
    option = desk.analyst.get("/options/dialogue").text
    assert "Truth commission" in option
    assert "Answer of Chile to the consultation" in option


def answer_of(desk, name):
    return next(a["id"] for a in desk.shown()["answers"] if a["name"] == name)


def test_what_may_not_be_published_enters_no_library(desk):
    made = tag(desk, answer_of(desk, "Watch"), said="Shelters", question="examples",
               subjects=["dialogue"])  # fmt: skip
    [point] = [
        p for a in desk.shown()["answers"] for p in a["points"] if p["said"] == "Shelters"
    ]
    assert point["promote"] == ""
    path = f"{desk.href}/consultation_point/{made.id}/practice"
    assert desk.analyst.get(path).status_code == 403


def test_after_the_round_closes_consent_can_be_withdrawn_and_nothing_else_changes(desk):
    assert desk.step("close").status_code == 200
    try:
        link = desk.links["Bridge"]
        late = desk.answer(link, measures="Something new", consent="named")
        assert late.status_code == 422
        assert "not open" in late.text
        assert (
            desk.answer(link, measures="Something new", consent="none").status_code == 201
        )
        answer = next(a for a in desk.shown()["answers"] if a["name"] == "Bridge")
        assert answer["said"][0]["text"] == "Bridge has a focal point"
        assert answer["withdrawn"]
        assert "Bridge" not in [row["respondent"] for row in desk.annex()]
    finally:
        assert desk.step("open").status_code == 200


def test_a_round_without_respondents_is_not_opened_and_says_why(desk):
    made = seed.write(desk.home, "consultation", **GREEN, place="", title="Empty",
                      opens=seed.days_ago(1), closes=seed.days_ago(-1))  # fmt: skip
    refused = desk.head.write(f"/consultations/{made.id}/steps/open", why="now")
    assert refused.status_code == 403
    assert "nobody is invited" in refused.text
    assert [r["title"] for r in desk.analyst.get("/consultations.json").json()["rounds"]][
        :1
    ]
