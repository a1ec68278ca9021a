"""A page of people's records is kept for whoever asked, and for nobody and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.web import country_seed as seed
from tests.web.people import ADMIN, office

from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role
from upstander.records import drafts
from upstander.web.kernel import page_cache
from upstander.web.kernel.sessions import token_hash


@pytest.fixture
def home(tmp_path):
    return office(tmp_path)


@pytest.fixture
def made(monkeypatch):
    """How often a page was made anew."""
    made = []
    real = page_cache.page_of_people

    def counted(template, *more, **named):
        made.append(template)
        return real(template, *more, **named)

    monkeypatch.setattr(page_cache, "page_of_people", counted)
    return made


@pytest.fixture
def still(home):
    """A clock that stands until it is moved."""
    at = [(now() + timedelta(minutes=2)).replace(second=5)]
    home.state.clock = replace(home.state.clock, now=lambda: at[0])
    return at


def test_it_is_made_once_until_a_record_changes_and_each_session_gets_its_own_token(
    home, made, still
):
    review = seed.write(home, "review", by=home.account(Role.HEAD), title="Review")
    here, head = f"/assessments/{review.id}", home.of(Role.HEAD)
    first = head.get(here)
    assert head.get(here).text == first.text
    assert made == ["assessment.html"]
    assert f'value="{head.csrf}"' in first.text
    assert page_cache.FORM_TOKEN not in first.text
    other = home.client()
    home.state.accounts.start_session(
        token_hash("other" * 8),
        "head-justice",
        csrf="another",
        ends=still[0] + timedelta(hours=1),
        now=still[0],
    )
    other.cookies.set("session", "other" * 8)
    assert 'value="another"' in other.get(here).text
    assert made == ["assessment.html"]
    seed.write(home, "group", neutral_label="Highland people", basis=["ethnic"])
    head.get(here)
    assert len(made) == 2
    still[0] += timedelta(seconds=page_cache.SECONDS)
    head.get(here)
    assert len(made) == 3


def test_nobody_is_shown_what_was_kept_for_somebody_else(home, still):
    seed.write(
        home,
        "evidence",
        by=home.account(Role.HEAD),
        title="Secret",
        passage="x",
        marking=Marking.RED,
    )
    for _ in range(2):
        assert "Secret" in home.of(Role.HEAD).get("/evidence").text
        for client in (home.of(Role.ANALYST), home.of(Role.HEAD, "nhri"), home.client()):
            assert "Secret" not in client.get("/evidence").text


def test_a_page_that_is_kept_is_still_a_reading_in_the_access_log(home, still, monkeypatch):
    seed.write(
        home,
        "evidence",
        by=home.account(Role.HEAD),
        title="One",
        passage="x",
        restricted=True,
    )
    analyst = home.of(Role.ANALYST)
    monkeypatch.setattr(page_cache, "SECONDS", 10**9)
    analyst.get("/evidence")
    analyst.get("/evidence")
    home.state.recently._kept.clear()
    analyst.get("/evidence")
    lines = home.state.records.logged(
        by=ADMIN,
        since=still[0] - timedelta(days=1),
        until=still[0] + timedelta(days=1),
        action="restricted read",
    )
    assert [x.who for x in lines] == ["analyst-justice"] * 2


def test_a_refusal_is_kept_by_nobody(home, still):
    analyst = home.of(Role.ANALYST)
    record = seed.write(
        home, "review", by=home.account(Role.HEAD), title="Review", marking=Marking.RED
    )
    assert analyst.get(f"/assessments/{record.id}").status_code == 404
    head = home.account(Role.HEAD)
    opened = drafts.draft(
        "review",
        record.body,
        id=record.id,
        by=head,
        places=frozenset({"SDN"}),
        place="SDN",
        expected=1,
        stamp=replace(record.stamp, marking=Marking.AMBER),
        settled=record.body,
    )
    home.state.records.append([opened], by=head, why="opened", now=now())
    assert analyst.get(f"/assessments/{record.id}").status_code == 200
