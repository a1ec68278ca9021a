"""The access log says who read what is restricted and who was refused; not the words of a search, not a visitor's downloads."""

from datetime import timedelta

import pytest
from tests.web import country_seed as seed
from tests.web.people import ADMIN, office

from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Usage
from upstander.web.kernel.access_log import Recently


@pytest.fixture
def home(tmp_path):
    return office(tmp_path)


def lines(home, action):
    found = home.state.records.logged(
        by=ADMIN, since=now() - timedelta(days=1), until=now(), action=action
    )
    return [(x.who, x.what, x.details) for x in found]


def test_who_read_a_restricted_record_is_kept_once_an_hour_and_an_author_is_not(home):
    secret = seed.write(
        home, "group", restricted=True, neutral_label="Highland people", basis=["ethnic"]
    )
    seed.write(
        home, "group", restricted=False, neutral_label="Lowland people", basis=["ethnic"]
    )
    there = f"/records/group/{secret.id}"
    for _ in range(2):
        assert home.of(Role.HEAD).get(there).status_code == 200
    home.of(Role.ANALYST).get(there)
    home.of(Role.APPROVER).get("/records/group/export.csv")
    named = {"records": [f"group:{secret.id}"], "count": 1}
    assert lines(home, "restricted read") == [
        ("head-justice", there, named),
        ("approver-justice", "/records/group/export.csv", named),
    ]


def test_a_review_whose_evidence_is_restricted_is_a_reading_of_it(home):
    item = seed.write(
        home,
        "evidence",
        restricted=True,
        title="One",
        passage="x",
        by=home.account(Role.HEAD),
    )
    review = seed.write(home, "review", by=home.account(Role.HEAD), title="Review")
    home.of(Role.ANALYST).get(f"/assessments/{review.id}")
    ((who, _, details),) = lines(home, "restricted read")
    assert (who, details["records"]) == ("analyst-justice", [f"evidence:{item.id}"])


def test_refusals_of_people_signed_in_are_kept_and_visitors_cannot_fill_the_log(home):
    hidden = seed.write(
        home,
        "group",
        marking=Marking.RED,
        neutral_label="Highland people",
        basis=["ethnic"],
    )
    there = f"/records/group/{hidden.id}"
    for client in (home.of(Role.HEAD, "nhri"), home.client()):
        for _ in range(3):
            assert client.get(there).status_code == 404
    home.of(Role.READER).get("/accounts")
    assert lines(home, "refused") == [
        ("head-nhri", there, {"method": "GET"}),
        ("reader-justice", "/accounts", {"method": "GET"}),
    ]


def test_the_words_of_a_search_are_not_in_the_log_and_a_visitors_downloads_are_one_line_an_hour(
    home,
):
    seed.write(
        home,
        "group",
        by=home.account(Role.HEAD),
        marking=Marking.CLEAR,
        usage=Usage.PUBLIC,
        restricted=False,
        neutral_label="Highland people",
        basis=["ethnic"],
    )
    home.of(Role.ANALYST).get("/records/group/export.csv?text=Zebulon")
    home.of(Role.ANALYST).get("/search?q=Zebulon")
    for _ in range(20):
        assert (
            home.client().get("/records/group/export.csv?text=Zebulon").status_code == 200
        )
    found = lines(home, "export")
    assert [who for who, *_ in found] == ["analyst-justice", ""]
    with home.state.records.database.reading() as connection:
        assert (
            "zebulon"
            not in repr(
                connection.exec_driver_sql("select body from entry").all()
            ).casefold()
        )


def test_what_was_kept_is_remembered_for_an_hour_and_in_bounded_memory():
    recently, at = Recently(), now()
    assert recently.first(at, "a", "x")
    assert not recently.first(at + timedelta(minutes=59), "a", "x")
    assert recently.first(at + timedelta(minutes=61), "a", "x")
    for n in range(60_000):
        recently.first(at, str(n))
    assert len(recently._kept) == 50_000
