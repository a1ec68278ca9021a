"""Reviews over the real application: the grid, one rating through every lens, conflicts, changes, experts, the report."""

import re
from dataclasses import replace
from io import BytesIO
from urllib.parse import urlencode

import docx
import pytest
from lxml import html
from tests.web import country_seed as seed
from tests.web.people import ADMIN, filled, office
from tests.web.serving import forecast_in

from upstander.assess.frameworks import shipped
from upstander.assess.rating import rating_draft
from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Stamp
from upstander.core.types import CAVEAT
from upstander.records import drafts as keeping
from upstander.records import new_id
from upstander.records.forms import form

REVIEW = {
    "title": "First national review",
    "level": "country",
    "owner": "Office of the Prime Minister",
    "pillar": "1",
    "first": "2026-01-01",
    "last": "2026-06-30",
    "yardstick": "icd203",
}


@pytest.fixture
def home(tmp_path):
    return office(tmp_path)


def keep(home, kind, fields, by, parent="", place="SDN", stamp=None):
    draft = keeping.draft(
        kind,
        fields,
        id=new_id(),
        by=by,
        places=frozenset({"SDN"}),
        parent=parent,
        place=place,
        stamp=stamp,
    )
    return home.state.records.append([draft], by=by, why="test", now=now())[0]


def begun(home, stamp=None):
    head = home.account(Role.HEAD)
    shared = Stamp(head.space, head.account, marking=Marking.GREEN)
    return keep(home, "review", REVIEW, head, stamp=stamp or shared)


def rated(home, review, code, level, space="justice", **more):
    client = home.of(Role.ANALYST, space)
    answer = client.write(
        f"/assessments/{review.id}/rate/{code}",
        fields={"level": level, "note": "two reports", **more},
        why="seen in the sources",
    )
    assert answer.status_code in (200, 201), answer.text
    return answer


def questions(page):
    return {q["code"]: q for f in page["lens"]["factors"] for q in f["questions"]}


def test_a_new_review_shows_every_factor_as_not_assessed_and_never_as_zero(home):
    review = begun(home)
    page = home.of(Role.ANALYST).get(f"/assessments/{review.id}.json").json()
    assert [f["code"] for f in page["lens"]["factors"]] == [
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "F6",
        "T",
    ]
    assert {f["words"] for f in page["lens"]["factors"]} == {"not assessed"}
    assert page["lens"]["headline"]["words"] == "not assessed"
    assert page["owner"] == REVIEW["owner"]
    assert {s["status"] for s in page["steps"] if s["id"] != "W2"} <= {
        "Not on record",
        "Partly",
    }, "never: not done"
    assert len(page["steps"]) == 7
    html = home.of(Role.ANALYST).get(f"/assessments/{review.id}").text
    assert CAVEAT.split(";")[0] in html


@pytest.mark.requirement("W2")
def test_an_indicator_rated_once_is_seen_through_every_lens_and_a_change_shows_in_all(home):
    review = begun(home)
    rated(home, review, "9.1", "3")
    client = home.of(Role.ANALYST)

    def seen(lens):
        page = client.get(f"/assessments/{review.id}.json?lens={lens}").json()
        return [
            r["words"]
            for q in questions(page).values()
            for r in q["ratings"]
            if r["code"] == "9.1"
        ]

    for lens in ("framework_2014", "six_factors", "framework_2009"):
        assert set(seen(lens)) == {"3 strong"}, lens
    again = client.write(
        f"/assessments/{review.id}/rate/9.1",
        fields={"level": "1"},
        why="better evidence",
        expected=1,
    )
    assert again.status_code == 200
    for lens in ("framework_2014", "six_factors", "framework_2009"):
        assert set(seen(lens)) == {"1 slight"}, lens
    assert (
        home.state.records.count(
            by=home.account(Role.ANALYST), as_of=now(), kinds=["rating"]
        )
        == 1
    )


def test_a_conflicting_rating_is_refused_with_both_versions_and_nothing_typed_is_lost(home):
    review = begun(home)
    rated(home, review, "7.5", "2")
    second = home.client(home.account(Role.ANALYST, "justice", "second-analyst"))
    answer = second.fill(
        f"/assessments/{review.id}/rate/7.5",
        level="4",
        note="my own note",
        _why="new facts",
        _expected="0",
    )
    assert answer.status_code == 409
    assert "2 some" in answer.text
    assert "my own note" in answer.text
    kept = second.fill(
        f"/assessments/{review.id}/rate/7.5",
        level="4",
        note="my own note",
        _why="new facts",
        _expected="1",
    )
    assert kept.status_code == 303


def test_public_figures_stand_beside_an_indicator_with_their_source_and_rate_nothing(home):
    review = begun(home)
    client = home.of(Role.ANALYST)
    page = client.get(f"/assessments/{review.id}/rate/1.3.json").json()["public"]
    assert "UNHCR" in next(
        r["source"] for r in page["rows"] if r["label"] == "Displaced inside the country"
    )
    html = client.get(f"/assessments/{review.id}/rate/1.3").text
    assert "they tick nothing" in html
    assert "not held here" in html
    every = client.get(f"/assessments/{review.id}.json?lens=framework_2014").json()
    assert {q["words"] for q in questions(every).values()} == {
        "not assessed",
        "no level is formed: intent is never scored",
    }


def test_positions_of_spaces_are_kept_apart_and_co_rating_stands_beside(home):
    review = begun(home)
    rated(home, review, "9.1", "1", "justice")
    rated(home, review, "9.1", "4", "nhri")
    page = home.of(Role.ANALYST).get(f"/assessments/{review.id}.json").json()
    row = next(
        r for q in questions(page).values() for r in q["ratings"] if r["code"] == "9.1"
    )
    assert row["apart"]
    assert set(row["positions"].values()) == {"1 slight", "4 very strong"}
    assert {"factor": "F1", "self": "1 slight", "independent": "4 very strong"} in page[
        "co_rating"
    ]


def test_wrong_input_is_said_beside_the_field_and_an_unknown_code_is_no_page(home):
    review = begun(home)
    client = home.of(Role.ANALYST)
    answer = client.write(
        f"/assessments/{review.id}/rate/9.1", fields={"level": "9"}, why="x"
    )
    assert answer.status_code == 422
    assert "level" in answer.json()["faults_by_field"]
    assert (
        client.write(
            f"/assessments/{review.id}/rate/9.1", fields={"level": "1"}
        ).status_code
        == 422
    )
    assert client.get(f"/assessments/{review.id}/rate/99.9").status_code == 404
    assert (
        home.of(Role.READER)
        .write(f"/assessments/{review.id}/rate/9.1", fields={"level": "1"}, why="x")
        .status_code
        == 403
    )


def test_what_changed_tells_ratings_since_a_day(home):
    review = begun(home)
    rated(home, review, "9.1", "3")
    page = (
        home.of(Role.ANALYST)
        .get(f"/assessments/{review.id}/changes.json?since=2026-01-01")
        .json()
    )
    assert [r["text"] for r in page["ratings"]] == ["9.1: not assessed → 3 strong"]


@pytest.mark.requirement("W5")
def test_two_reviews_are_compared_factor_by_factor_without_a_ranking(home):
    one, two = begun(home), begun(home)
    rated(home, one, "9.1", "3")
    rated(home, two, "9.1", "1")
    page = home.of(Role.ANALYST).get(f"/assessments/{one.id}/beside/{two.id}.json").json()
    assert [(c["key"], c["before"], c["after"]) for c in page["changes"]] == [
        ("F1", "1 slight", "2 some")
    ]
    assert {g["key"] for g in page["gaps"]} == {"F2", "F3", "F4", "F5", "F6", "T"}


@pytest.mark.requirement("S03")
def test_crimes_and_incitement_are_shown_filtered_and_in_the_report(home):
    review = begun(home)
    rated(home, review, "11.1", "2")
    rated(home, review, "7.14", "3", incitement=["genocide"])
    client, here = home.of(Role.ANALYST), f"/assessments/{review.id}"
    page = client.get(f"{here}.json").json()
    assert {
        (c["id"], tuple(c["acts"]), tuple(c["incitement"])) for c in page["lens"]["crimes"]
    } == {
        ("genocide", (), ("F2",)),
        ("crimes_against_humanity", ("F6",), ()),
    }
    flags = {
        f["code"]: [(c["id"], c["act"], c["incitement"]) for c in f["crimes"]]
        for f in page["lens"]["factors"]
    }
    assert flags["F2"] == [("genocide", False, True)]
    assert "genocide (incitement)" in client.get(here).text
    only = client.get(f"{here}.json?crime=genocide").json()["lens"]
    assert [f["code"] for f in only["factors"]] == ["F2"]
    assert only["headline"] == page["lens"]["headline"], "a filter changes no level"
    report = client.get(f"{here}/report.html").text
    assert "Incitement to it" in report
    assert "consistent with" in report


@pytest.mark.requirement("R05")
def test_a_page_shows_how_the_levels_moved_and_how_fast(home):
    review = begun(home)
    rated(home, review, "9.1", "1")
    rows = (
        home.of(Role.ANALYST).get(f"/assessments/{review.id}/changes.json").json()["moved"]
    )
    assert rows["rows"][-1]["levels"][0] == "1 slight"
    assert rows["rows"][-1]["assessed"] == 1


@pytest.mark.requirement("R06")
def test_where_everything_was_looked_at_and_nothing_seen_the_observed_rate_stands_on_the_page(
    tmp_path,
):
    home = office(forecast_in(tmp_path))
    review = begun(home)
    who, six = home.account(Role.ANALYST), shipped()["six_factors"]
    codes = {
        c for f in six.factors if f.role == "structural" for c in f.scored_codes
    } - shipped().unscored
    own = {
        "review": review.id,
        "by": who,
        "places": frozenset(),
        "stamp": Stamp(who.space, who.account, Marking.GREEN),
    }
    drafts = [rating_draft({"code": c, "level": "0"}, shipped(), **own) for c in codes]
    home.state.records.append(drafts, by=who, why="looked at", now=now())
    page = (
        home.of(Role.ANALYST)
        .get(f"/assessments/{review.id}.json")
        .json()["lens"]["headline"]
    )
    assert page["words"] == "no level is set; draft: 0 lower, not immune"
    assert page["coverage"]["is_enough"]
    assert "% of places in a year, as observed" in " ".join(page["beside"]).replace(
        "\u00a0", " "
    )


@pytest.mark.requirement("R07")
def test_beside_a_factor_stands_how_often_it_stood_before_past_cases_and_in_quiet_years(
    home,
):
    review, client = begun(home), home.of(Role.ANALYST)
    past = {
        f["code"]: f["past"]
        for f in client.get(f"/assessments/{review.id}.json").json()["lens"]["factors"]
    }
    assert re.search(
        r"Seen in \d+ of \d+ past cases in the year before .* quiet country-years",
        past["F5"],
    )
    assert past["F2"] == "", "a factor without a public stand-in says nothing"
    assert past["F5"] in client.get("/assessments/guide").text.replace("&#39;", "'")


def asked(home, review):
    """A question to three experts, as kept, and their accounts."""
    head = home.account(Role.HEAD)
    experts = [home.account(Role.ANALYST, "justice", f"expert-{n}") for n in range(3)]
    fields = {
        "question": "Will it?",
        "resolves": "UCDP",
        "deadline": "2026-12-31",
        "interval": "80",
        "state": "round1",
        "experts": [e.account for e in experts],
    }
    green = Stamp(head.space, head.account, marking=Marking.GREEN)
    return keep(home, "elicitation", fields, head, parent=review.id, stamp=green), experts


def estimated(n):
    return {
        "lowest": 5 + n,
        "best": 10 + n,
        "highest": 20 + n,
        "sure": 80,
        "reasons": f"<i>reason {n}",
    }


def test_first_answers_of_experts_are_hidden_until_all_are_in(home):
    q, experts = asked(home, begun(home))
    path = f"/assessments/questions/{q.id}"
    for n, e in enumerate(experts):
        fields = estimated(n)
        answer = home.client(e).write(path, fields=fields)
        assert answer.status_code == 201, answer.text
        page = home.client(experts[0]).get(f"{path}.json").json()["rounds"][0]
        assert (page["given"], bool(page["answers"])) == (n + 1, n == 2)
    text = home.client(experts[0]).get(path).text
    assert "11 %" in text
    assert "expert-1" not in text.lower().replace("expert-1s", "")
    assert home.of(Role.HEAD).write(path, fields=fields).status_code == 403
    assert home.client(experts[0]).write(path, fields=["no object"]).status_code == 422


def test_experts_discuss_between_the_rounds_and_the_report_prints_it_once_the_question_is_closed(
    home,
):
    review = begun(home)
    q, experts = asked(home, review)
    path, head = f"/assessments/questions/{q.id}", home.of(Role.HEAD)

    def move(state):
        now_held = head.get(f"/records/elicitation/{q.id}.json").json()
        fields = {f["name"]: f["value"] for f in now_held["fields"]} | {"state": state}
        answer = head.write(
            f"/records/elicitation/{q.id}",
            fields=fields,
            why="next",
            expected=now_held["version"],
        )
        assert answer.status_code == 200, answer.text

    def say(who, text):
        return home.client(who).write(f"{path}/comments", fields={"text": text})

    def report():
        return head.get(f"/assessments/{review.id}/report.json").text

    for n, e in enumerate(experts):
        home.client(e).write(path, fields=estimated(n))
    assert say(experts[0], "Too early").status_code == 403
    move("discussion")
    assert say(experts[0], "What of the truce?").status_code == 201
    assert say(experts[1], "").status_code == 422
    assert (
        home.client(experts[1]).fill(f"{path}/comments", text="<b>It ends</b>").status_code
        == 303
    )
    assert (
        home.of(Role.HEAD).write(f"{path}/comments", fields={"text": "I lead"}).status_code
        == 403
    )
    assert [
        c["text"] for c in home.client(experts[2]).get(f"{path}.json").json()["discussion"]
    ] == [
        "What of the truce?",
        "<b>It ends</b>",
    ]
    shown = home.client(experts[2]).get(path).text
    assert "&lt;b&gt;It ends" in shown
    assert "&lt;i&gt;reason 1" in shown
    assert "truce" not in head.get(path).text + report()
    move("round2")
    assert say(experts[0], "Too late").status_code == 403
    assert "truce" not in head.get(path).text + report()
    move("closed")
    assert "What of the truce?" in head.get(path).text
    assert "What of the truce?" in report()


@pytest.mark.parametrize("kind", ["estimate", "expert_comment"])
def test_what_an_expert_gave_is_not_changed_behind_the_rounds(home, kind):
    q, experts = asked(home, begun(home))
    expert = home.client(experts[0])
    expert.write(f"/assessments/questions/{q.id}", fields=estimated(0))
    made = expert.write(f"/records/{kind}", fields={"text": "x"}, why="x", parent=q.id)
    assert (made.status_code, "page of their question" in made.text) == (403, True)
    assert expert.get(f"/records/{kind}/new").status_code == 403
    assert f"/records/{kind}/new" not in expert.get(f"/records/{kind}").text
    if kind == "estimate":
        id = expert.get("/records/estimate.json").json()["rows"][0]["id"]
        assert expert.get(f"/records/estimate/{id}/edit").status_code == 403
        assert (
            expert.write(
                f"/records/estimate/{id}", fields=estimated(5), why="x", expected=1
            ).status_code
            == 403
        )
        assert (
            f"/records/estimate/{id}/edit" not in expert.get(f"/records/estimate/{id}").text
        )


CAPACITY = {
    "subject": "accountability",
    "carrier": "institutions",
    "label": "Special court",
    "law": "3",
    "practice": "1",
    "day": "2026-05-01",
    "known_from": "Gazette 12",
}


def test_who_adds_a_capacity_or_evidence_from_a_review_is_led_back_to_it(home):
    review, client = begun(home), home.of(Role.ANALYST)
    here = f"/assessments/{review.id}"
    new = {
        "capacity": client.get(f"{here}.json").json()["new_capacity"],
        "evidence": client.get(f"{here}/rate/9.1.json").json()["new_evidence"],
    }
    back = {"capacity": here, "evidence": f"{here}/rate/9.1"}
    fields = {
        "capacity": CAPACITY,
        "evidence": filled(form("evidence"), "A market was closed"),
    }
    for kind, address in new.items():
        page = html.fromstring(client.get(address).text)
        assert page.xpath("//input[@name='_next']/@value") == [back[kind]]
        assert page.xpath("//a[text()='Cancel']/@href") == [back[kind]]
        wrong = client.fill(f"/records/{kind}", _next=back[kind])
        assert html.fromstring(wrong.text).xpath("//input[@name='_next']/@value") == [
            back[kind]
        ]
        values = {
            k: str(v).lower() if isinstance(v, bool) else v
            for k, v in fields[kind].items()
            if k != "published"
        }
        kept = client.fill(
            f"/records/{kind}", **values, _why="seen", _marking="AMBER", _next=back[kind]
        )
        assert kept.status_code == 303, kept.text
        record = html.fromstring(client.get(kept.headers["location"]).text)
        assert record.xpath("//a[text()='Back to the review']/@href") == [back[kind]]


@pytest.mark.parametrize(
    "there",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/sign-out",
        "/assessments/x",
        "/assessments/{id}//evil.example",
        "/assessments/{id}/rate/9.1?x=//evil.example",
        "/assessments/{id}\n//evil.example",
        "@evil.example",
    ],
)
def test_no_other_address_is_taken_to_go_back_to(home, there):
    client, there = home.of(Role.ANALYST), there.format(id="a" * 26)
    query = urlencode({"next": there})
    form = client.get(f"/records/capacity/new?{query}").text
    # the choice of a language repeats the page's own address, and leads nowhere else
    chosen = html.fromstring(form).xpath("//a[@hreflang]/@href")
    assert {href[0] for href in chosen} == {"?"}
    assert not [
        h for h in html.fromstring(form).xpath("//@href") if "evil" in h and h[0] != "?"
    ]
    assert "_next" not in form
    kept = client.fill(
        "/records/capacity", **CAPACITY, _why="seen", _marking="AMBER", _next=there
    )
    assert kept.status_code == 303
    assert re.fullmatch("/records/capacity/[0-9a-z]{26}", kept.headers["location"])
    assert (
        "Back to the review" not in client.get(f"{kept.headers['location']}?{query}").text
    )


@pytest.mark.requirement("Z03")
def test_the_report_has_three_columns_all_factors_and_the_same_words_in_every_shape(home):
    review = begun(home)
    rated(home, review, "9.1", "3")
    head = home.account(Role.HEAD)
    keep(home, "capacity", CAPACITY, head)
    client = home.of(Role.ANALYST)
    shapes = {
        s: client.get(f"/assessments/{review.id}/report.{s}")
        for s in ("html", "pdf", "docx", "json")
    }
    assert {s: a.status_code for s, a in shapes.items()} == dict.fromkeys(shapes, 200)
    word = docx.Document(BytesIO(shapes["docx"].content))
    text = "\n".join(
        [p.text for p in word.paragraphs]
        + [c.text for t in word.tables for r in t.rows for c in r.cells]
    )
    text += (
        word.sections[0].header.paragraphs[0].text
    )  # the capacity is AMBER, and so is what quotes it
    for said in (
        "Special court",
        "F2",
        "not assessed",
        "3 strong",
        "TLP:AMBER",
        "Risk, capacity, action",
        "W7",
    ):
        assert said in text, said
        assert said in shapes["html"].text, said
        assert said in shapes["json"].text, said
    assert shapes["pdf"].content.startswith(b"%PDF")


def test_a_review_of_another_space_is_no_page_for_who_may_not_read_it(home):
    head = home.account(Role.HEAD)
    review = begun(home, Stamp(head.space, head.account))
    other = home.of(Role.HEAD, "nhri")
    for end in ("", ".json", "/changes", "/rate/9.1", "/report.pdf", "/report.json"):
        assert other.get(f"/assessments/{review.id}{end}").status_code == 404
    assert review.id not in other.get("/assessments").text


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """An office of three spaces; for tests that each begin a review of their own."""
    made = office(tmp_path_factory.mktemp("three"))
    made.state.accounts.add_space("ngo", "The ngo office", "ngo", by=ADMIN, now=now())
    return made


@pytest.mark.parametrize(
    ("marking", "shared", "sees_rating", "sees_reason"),
    [
        (Marking.GREEN, (), True, False),
        (Marking.AMBER, ("ngo",), True, True),
        (Marking.AMBER, (), False, False),
        (Marking.STRICT, (), False, False),
        (Marking.RED, (), False, False),
    ],
)
def test_the_reason_of_a_rating_follows_its_records_marking_everywhere(
    three, marking, shared, sees_rating, sees_reason
):
    """Who may read a rating sees its level and note; why it was given stays, as its author does, with its spaces."""
    home, word = three, f"reason{new_id()[-8:]}"
    review, rater = begun(home), home.account(Role.HEAD, "nhri")
    rated(home, review, "9.1", "1", "ngo")  # who has given none sees no other's
    draft = rating_draft(
        {"code": "9.1", "level": "3", "note": "noteword"},
        shipped(),
        review=review.id,
        by=rater,
        place="SDN",
        places=frozenset(),
        stamp=Stamp("nhri", rater.account, marking, shared=shared),
    )
    home.state.records.append([draft], by=rater, why=f"because of {word}", now=now())
    outside, own = home.of(Role.ANALYST, "ngo"), home.client(rater)
    here, record = f"/assessments/{review.id}", f"/records/rating/{draft.id}"
    addresses = [
        here,
        f"{here}.json",
        f"{here}.json?space=nhri&lens=framework_2014",
        f"{here}/rate/9.1",
        f"{here}/rate/9.1.json",
        f"{here}/changes?since=2026-01-01",
        f"{here}/changes.json?since=2026-01-01",
        f"{here}/report.html",
        f"{here}/report.json",
        record,
        f"{record}.json",
        f"{record}/history",
        f"{record}/history.json",
        "/records/rating",
        "/records/rating/export.csv",
        "/records/rating/export.json",
        f"/search?q={word}",
        "/countries/SDN/assessment.json",
    ]
    told = {
        a: outside.get(a)
        .text.replace(f"/search?q={word}", "")
        .replace(f'value="{word}"', "")
        for a in addresses
    }
    reasons = {
        a for a, text in told.items() if word in text and not a.startswith("/search")
    }
    assert bool(reasons) is sees_reason, reasons
    assert ("noteword" in told[f"{here}/rate/9.1"]) is sees_rating
    assert (
        "3 strong" in told[f"{here}.json?space=nhri&lens=framework_2014"]
    ) is sees_rating
    assert outside.get(f"/search.json?q={word}").json()["count"] == 0
    assert word in own.get(f"{here}/changes?since=2026-01-01").text
    assert word in own.get(f"{here}/rate/9.1.json").text


def test_a_reason_given_before_a_rating_was_opened_stays_with_those_who_could_read_it_then(
    home,
):
    review, rater = begun(home), home.account(Role.HEAD, "nhri")
    rated(home, review, "9.1", "1")  # who has given none sees no other's
    for n, (marking, why) in enumerate(
        ((Marking.STRICT, "closedword"), (Marking.AMBER, "openword"))
    ):
        draft = rating_draft(
            {"code": "9.1", "level": str(n + 2), "note": "two reports"},
            shipped(),
            review=review.id,
            by=rater,
            places=frozenset(),
            expected=n,
            stamp=Stamp("nhri", rater.account, marking, shared=("justice",) if n else ()),
        )
        home.state.records.append([draft], by=rater, why=why, now=now())
    client, here = home.of(Role.ANALYST), f"/assessments/{review.id}"
    for address in (
        f"{here}/changes?since=2026-01-01",
        f"/records/rating/{draft.id}/history",
        f"{here}/rate/9.1.json",
    ):
        text = client.get(address).text
        assert "openword" in text
        assert "closedword" not in text


@pytest.mark.requirement("S08")
def test_an_action_says_its_legal_basis_and_the_report_prints_it(home):
    review, client = begun(home), home.of(Role.ANALYST)
    fields = {
        "title": "Train judges",
        "subject": "security_sector",
        "owner": "Interior",
        "due": "2027-01-01",
        "measure": "Count",
        "status": "planned",
    }
    bare = client.write("/records/action", fields=fields, why="agreed", parent=review.id)
    assert set(bare.json()["faults_by_field"]) == {"legal_basis"}
    kept = client.write(
        "/records/action",
        fields={**fields, "legal_basis": ["ihrl"]},
        why="agreed",
        parent=review.id,
    )
    assert kept.status_code == 201, kept.text
    report = client.get(f"/assessments/{review.id}/report.html").text
    assert "Legal basis" in report
    assert form("action").field("legal_basis").choices["ihrl"] in report


def test_the_report_tells_the_seven_steps_from_records_that_travel_as_far_as_the_review(
    home,
):
    review, client = begun(home), home.of(Role.ANALYST)

    def printed():
        report = html.fromstring(client.get(f"/assessments/{review.id}/report.html").text)
        rows = report.xpath("//tr[*[1][normalize-space()='W4']]")
        assert len(rows) == 1
        return rows[0].text_content().split("\n")[-1]

    before = printed()
    meeting = {"sort": "bilateral", "day": seed.days_ago(3)}
    seed.write(home, "dialogue", marking=Marking.RED, **meeting)
    assert printed() == before, "what only its author may read is in no report"
    seed.write(home, "dialogue", marking=Marking.GREEN, **meeting)
    assert printed() != before


@pytest.mark.requirement("S06")
@pytest.mark.requirement("Z02")
def test_the_wizard_goes_through_the_eighteen_subjects_and_keeps_what_is_already_done(home):
    review, client = begun(home), home.of(Role.ANALYST)
    here = f"/assessments/{review.id}/mapping"
    page = client.get(f"{here}.json").json()
    assert (page["mapped"], page["of"]) == (0, 18)
    first = page["asked"]
    bare = client.fill(here, subject=first["id"])
    assert bare.status_code == 422
    assert first["benefit"] in bare.text, "what it gives the State itself is said (S06)"
    assert "Policy, law or programme is needed" in bare.text
    kept = client.fill(
        here, subject=first["id"], policy="Equal Treatment Act", owner="Interior", law="3"
    )
    assert (kept.status_code, kept.headers["location"]) == (303, here)
    page = client.get(f"{here}.json").json()
    assert page["mapped"] == 1
    assert page["asked"]["id"] != first["id"], (
        "the next subject without anything is asked about"
    )
    assert [p["title"] for s in page["subjects"] for p in s["policies"]] == [
        "Equal Treatment Act"
    ]
    assert client.get(f"{here}?subject=nonsense").status_code == 404
    assert "Equal Treatment Act" in client.get(f"/assessments/{review.id}/report.html").text


def test_a_rating_that_few_may_read_takes_the_spaces_place_from_nobody(home):
    analyst, approver, head = (home.of(r) for r in (Role.ANALYST, Role.APPROVER, Role.HEAD))
    red = Stamp("justice", "head-justice", marking=Marking.RED, named=("analyst-justice",))
    review = begun(home, red)
    there = f"/assessments/{review.id}/rate/7.5"
    rate = {"fields": {"level": "4", "note": "seen"}, "why": "seen", "expected": 0}
    assert analyst.write(there, **rate).status_code == 201
    opened = replace(
        keeping.draft(
            "review",
            REVIEW,
            id=review.id,
            by=home.account(Role.HEAD),
            places=frozenset(),
            place="SDN",
            stamp=replace(red, marking=Marking.AMBER, named=()),
            expected=1,
        )
    )
    home.state.records.append([opened], by=home.account(Role.HEAD), why="opened", now=now())
    assert (
        approver.write(
            there, **{**rate, "fields": {"level": "1", "note": "heard"}}
        ).status_code
        == 201
    )
    for client in (analyst, head, approver):
        (said,) = client.get(f"{there}.json").json()["positions"]
        assert (said["words"], said["note"]) == ("1 slight", "heard")
