"""The statement drafting pack over the real application: what may be said, what is for the delegation, time, questions, files."""

import io
import json
import re

import pytest
from docx import Document
from tests.respond import recommendation_files as files
from tests.web import country_seed as seed
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.core.rights import Marking, Role, Usage
from upstander.report.documents.statement_pack import (
    WORDS_A_MINUTE,
    Fact,
    Material,
    arranged,
)
from upstander.respond import recommendations

PUBLIC = {"marking": Marking.CLEAR, "usage": Usage.PUBLIC}
PAGE = "/countries/SDN/statement"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(forecast_in(tmp_path_factory.mktemp("statement")))
    head = made.account(Role.HEAD)

    def act(title, **given):
        seed.write(made, "action", by=head, title=title, subject="dialogue", **given)

    act(
        "Open the shelter", **PUBLIC, status="done", due=seed.days_ago(30), owner="Interior"
    )
    act("Print the law", **PUBLIC, status="running", due=seed.days_ago(9), owner="Justice")
    act("Warn the village", marking=Marking.AMBER, status="blocked", due=seed.days_ago(4),
        owner="Patrol seven")  # fmt: skip
    seed.write(made, "dialogue", by=head, **PUBLIC, label="Council debate", sort="international",
               day=seed.days_ago(20), issue="Access to the camps", raised=seed.days_ago(20))  # fmt: skip
    seed.write(made, "peer_review", by=head, **PUBLIC, mechanism="upr", title="Third cycle", due=seed.days_ago(60))  # fmt: skip
    seed.write(made, "recommendation", by=head, **PUBLIC, title="Publish the list", to="Parliament", origin="own", factors=["F6"])  # fmt: skip
    return made


def said(shown):
    return [f["words"] for topic in shown["topics"] for f in topic["facts"]]


@pytest.mark.requirement("W7")
@pytest.mark.requirement("O01")
def test_what_anybody_may_read_may_be_said_and_the_rest_is_for_the_delegation(home):
    shown = home.of(Role.ANALYST).get(f"{PAGE}.json?minutes=30").json()
    assert "Done: Open the shelter (Interior)." in said(shown)
    assert "Late by 9 days: Print the law (Justice)." in said(shown)
    assert "To Parliament: Publish the list." in said(shown)
    assert any(w.startswith("Bound by") for w in said(shown))
    assert not [w for w in said(shown) if "Warn the village" in w]
    closed = {f["words"]: f["marking"] for f in shown["closed"]}
    assert closed["Blocked: Warn the village (Patrol seven)."] == "TLP:AMBER"
    assert any("carried out" in w or "done" in w.lower() for w in closed), (
        "a count that holds what is closed is closed"
    )
    assert 'What holds up "Print the law", and when will it be done?' in shown["questions"]
    assert any("Access to the camps" in q for q in shown["questions"])
    assert any("Third cycle" in q for q in shown["questions"])


@pytest.mark.requirement("W7")
def test_nothing_closed_reaches_a_visitor_or_a_pack_for_everybody(home):
    alone = home.of(Role.ANALYST).get(f"{PAGE}.json?share=public&minutes=30").json()
    visitor = home.client().get(f"{PAGE}.json?minutes=30").json()
    for shown in (alone, visitor):
        assert not shown["closed"]
        assert "Warn the village" not in json.dumps(shown)
        assert "Patrol seven" not in json.dumps(shown)
    assert "To Parliament: Publish the list." not in said(visitor), "no office, no advice"
    page = home.of(Role.ANALYST).get(f"{PAGE}.html?share=public&minutes=30").text
    assert "TLP:CLEAR" in page
    assert "Warn the village" not in page
    assert "TLP:AMBER" in home.of(Role.ANALYST).get(f"{PAGE}.html").text


def test_what_does_not_fit_into_the_time_is_said_if_time_allows(home):
    short = home.of(Role.ANALYST).get(f"{PAGE}.json?minutes=1").json()
    long = home.of(Role.ANALYST).get(f"{PAGE}.json?minutes=30").json()
    count = sum(len(w.split()) for w in said(short))
    assert count <= WORDS_A_MINUTE
    assert f"{count} words for one minute" in short["length"]
    assert {*said(short), *(f["words"] for f in short["spare"])} == {*said(long)}
    assert not long["spare"]


def test_minutes_that_are_none_are_refused_in_words(home):
    for minutes in ("0", "31", "two", "1e1", "-3", "99999999999"):
        answer = home.of(Role.ANALYST).get(f"{PAGE}?minutes={minutes}")
        assert answer.status_code == 400, minutes
        assert "a whole number from 1 to 30" in answer.text


def test_each_topic_has_its_first_word_before_any_has_its_second():
    done = [Fact("done", f"number {n}", "s") for n in (1, 2, 3, 3)]
    facts = [*done, Fact("next", "four five", "s")]
    material = Material(
        about="X", occasion="", minutes=1, facts=facts, as_of=seed.now().date()
    )
    topics = dict(arranged(material).said)
    assert [f.words for _, f in topics["next"]] == ["four five"]
    assert [n for own in topics.values() for n, _ in own] == [1, 2, 3, 4], "each once"


@pytest.mark.requirement("W7")
def test_the_pack_is_taken_away_in_four_shapes_and_each_copy_is_logged(home):
    analyst = home.of(Role.ANALYST)
    links = dict(analyst.get(f"{PAGE}.json").json()["files"])
    assert set(links) == {"HTML", "PDF", "DOCX", "JSON"}
    word = Document(io.BytesIO(analyst.get(links["DOCX"]).content))
    text = [p.text for p in word.paragraphs]
    assert any(t.startswith("Questions to be ready for") for t in text)
    rows = [[c.text for c in r.cells] for r in word.tables[0].rows]
    assert any("(/plans/" in source for _, source, _ in rows)
    assert analyst.get(links["PDF"]).content.startswith(b"%PDF")
    assert analyst.get(f"{PAGE}.exe").status_code == 404
    log = home.of(Role.OVERSIGHT).get("/audit").text
    assert "statement_pack" in log or "statement pack" in log
    reports = analyst.get("/reports?place=SDN").text
    assert f"{PAGE}.pdf" in reports
    assert PAGE in analyst.get("/countries/SDN/way-forward").text


def test_what_is_closed_takes_no_open_ones_place(home):
    head = home.account(Role.HEAD)
    for n in range(10):
        seed.write(home, "action", by=head, marking=Marking.AMBER, place="TCD", title=f"Closed {n}",
                   subject="dialogue", status="done", due=seed.days_ago(n))  # fmt: skip
    seed.write(home, "action", by=head, **PUBLIC, place="TCD", title="Open one", owner="Interior",
               subject="dialogue", status="done", due=seed.days_ago(90))  # fmt: skip
    need = {
        "place": "TCD",
        "subject": "dialogue",
        "sort": "training",
        "needed_by": seed.days_ago(-90),
    }
    seed.write(home, "need", by=head, **PUBLIC, label="Mediators", **need)
    seed.write(home, "offer", by=head, marking=Marking.AMBER, place="TCD", partner="Union",
               label="Ten trainers", subjects=["dialogue"], sort="training")  # fmt: skip
    for share in ("public", "delegation"):
        shown = (
            home.of(Role.ANALYST)
            .get(f"/countries/TCD/statement.json?minutes=30&share={share}")
            .json()
        )
        assert "Done: Open one (Interior)." in said(shown)
        assert "Help needed, with no offer that fits: Mediators." in said(shown)
    assert any("Ten trainers" in f["words"] for f in shown["closed"])
    assert sum("Closed" in f["words"] for f in shown["closed"]) == 8


def test_every_answer_to_un_recommendations_is_counted(home, tmp_path):
    rows = [files.recommended("Chad", f"Do {n}", "Spain") for n in range(3)]
    state = home.state
    file = files.uprinfo(tmp_path / "upr.csv", *rows)
    recommendations.bring(
        state.records.database, file, state.places, who="", now=seed.now()
    )
    found = said(
        home.of(Role.ANALYST).get("/countries/TCD/statement.json?minutes=30").json()
    )
    [words] = [w for w in found if w.startswith("UN reviews made 3")]
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    assert numbers[0] == sum(numbers[1:]) == 3
