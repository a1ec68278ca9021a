"""A database that is held by another process, or gone: "try again", nothing typed is lost, and nothing of where it is."""

import subprocess
import sys

import psycopg
import pytest
from lxml import html
from tests.web.people import office

from upstander.core.rights import Role
from upstander.records import database

GROUP = {
    "neutral_label": "Highland people",
    "basis": "ethnic",
    "known_from": "a UN report " * 20,
    "_why": "first",
}
HOLD = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print('held', flush=True); input()"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 1)
    return office(tmp_path / "a-telling-path", intake="justice")


@pytest.fixture
def held(home):
    """Another process that holds SQLite's write lock until it is let go by ``communicate``."""
    file = home.state.records.database.engine.url.database
    command = [sys.executable, "-c", HOLD, file]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield lambda: process.stdout.readline(), lambda: process.communicate("\n")
        process.kill()


def says_nothing_of_where(answer, home):
    url = home.state.records.database.engine.url
    telling = (
        url.database,
        "a-telling-path",
        url.host,
        url.username,
        url.password,
        "sqlite",
        "postgres",
        "Traceback",
        "psycopg",
    )
    return not [w for w in telling if w and w in answer.text]


def test_a_form_that_cannot_be_kept_comes_back_with_what_was_typed_and_can_be_sent_again(
    home, held
):
    wait, let_go = held
    client = home.of(Role.ANALYST)
    wait()
    answer = client.fill("/records/group", **GROUP)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "held by somebody who is writing" in answer.text
    assert "try again" in answer.text.casefold()
    assert says_nothing_of_where(answer, home)
    form = html.fromstring(answer.text).forms[0]
    assert form.fields["known_from"].strip() == GROUP["known_from"].strip()
    let_go()
    again = client.fill(form.action, **dict(form.fields))
    assert again.status_code == 303, again.text
    assert client.get("/records/group.json").json()["count"] == 1


def test_reading_goes_on_and_a_program_is_told_to_try_again(home, held):
    wait, let_go = held
    client = home.of(Role.ANALYST)
    wait()
    assert client.get("/records/group").status_code == 200
    answer = client.write(
        "/records/group",
        fields={"neutral_label": "x", "basis": ["ethnic"], "known_from": "y"},
        why="w",
    )
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "Try again" in answer.json()["message"]
    assert says_nothing_of_where(answer, home)
    let_go()


def test_a_password_is_never_shown_back(home, held):
    wait, let_go = held
    client = home.client()
    page = html.fromstring(client.get("/sign-in").text)
    client.csrf = page.forms[0].fields["csrf"]
    wait()
    answer = client.fill("/sign-in", name="amira", password="a secret of mine")  # noqa: S106
    assert answer.status_code == 503
    assert "a secret of mine" not in answer.text
    assert says_nothing_of_where(answer, home)
    let_go()


def test_a_report_of_a_witness_is_shown_back_and_is_one_report_afterwards(home, held):
    wait, let_go = held
    client = home.client()
    form = html.fromstring(client.get("/report").text).forms[0]
    said = {
        "title": "Boys taken",
        "text": "They came at night and took the boys.",
        "consent_use": "true",
        "consent_share": "false",
        "consent_identify": "false",
        "contact_phone": "+249 555 0100",
    }
    typed = {**dict(form.fields), **said}
    client.csrf = typed.pop("csrf")
    wait()
    answer = client.fill("/report", **typed)
    assert answer.status_code == 503, answer.text
    back = dict(html.fromstring(answer.text).forms[0].fields)
    assert back["text"].strip() == typed["text"]
    let_go()
    assert client.fill("/report", **back).status_code == 201
    assert client.fill("/report", **back).status_code == 200
    assert home.of(Role.HEAD).get("/records/submission.json").json()["count"] == 1


def test_postgresql_held_or_gone_is_try_again_and_names_no_host(
    tmp_path, monkeypatch, postgres
):
    monkeypatch.setattr(database, "PATIENCE", 1)
    with postgres.database() as url:
        home = office(tmp_path, records_url=url)
        client = home.of(Role.ANALYST)
        name = home.state.records.database.engine.url.database
        with psycopg.connect(
            f"host={postgres.folder} user=postgres dbname={name}"
        ) as other:
            other.execute("LOCK TABLE account, session IN ACCESS EXCLUSIVE MODE")
            for answer in (
                client.get("/records/group"),
                client.get("/records/group.json"),
                client.fill("/records/group", **GROUP),
            ):
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
                assert says_nothing_of_where(answer, home)
        assert client.get("/records/group").status_code == 200
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'"
        )
        postgres.run(f"ALTER DATABASE {name} RENAME TO {name}_gone")
        gone = client.fill("/records/group", **GROUP)
        postgres.run(f"ALTER DATABASE {name}_gone RENAME TO {name}")
        assert gone.status_code == 503
        assert "Highland people" in gone.text
        assert "cannot be reached" in gone.text
        assert says_nothing_of_where(gone, home)
