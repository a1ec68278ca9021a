"""The rows of spaces, accounts and sessions."""

from datetime import timedelta

import pytest
from tests.records.made_up import ADMIN, DAY, HEAD, LATER, OVERSIGHT, opened

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.rights import Actor, Role
from upstander.records.accounts import Accounts

MINUTE = timedelta(minutes=1)
HASHED = "$argon2id$x"


@pytest.fixture
def records(records_url, tmp_path):
    return opened(records_url, tmp_path)


@pytest.fixture
def accounts(records):
    rows = Accounts(records)
    rows.add_space("gov", "Focal point", "government", by=ADMIN, now=DAY)
    rows.create(
        "amira", "Amira", Role.ANALYST, "gov", by=ADMIN, now=DAY, password_hash=HASHED
    )
    return rows


def test_an_account_is_found_by_its_name_or_its_identity(accounts):
    accounts.create(
        "ola", "Ola", Role.READER, "gov", by=ADMIN, now=DAY, subject="https://id.example 7"
    )
    found = accounts.by_name("amira")
    assert (found.actor, found.password_hash) == (
        Actor("amira", "Amira", Role.ANALYST, "gov"),
        HASHED,
    )
    assert accounts.by_subject("https://id.example 7").account == "ola"
    assert [a.account for a in accounts.list()] == ["amira", "ola"]
    assert accounts.by_name("Amira") is None
    assert accounts.by_subject("") is None
    assert "argon2" not in repr(found)


def test_only_administrators_change_accounts_and_each_change_is_kept(accounts, records):
    for act in (
        lambda: accounts.create("x", "X", Role.READER, "gov", by=HEAD, now=DAY),
        lambda: accounts.change_role("amira", Role.HEAD, by=HEAD, now=DAY),
        lambda: accounts.disable("amira", by=HEAD, now=DAY),
        lambda: accounts.set_password("amira", "y", by=HEAD, now=DAY),
        lambda: accounts.add_space("x", "X", "ngo", by=HEAD, now=DAY),
    ):
        with pytest.raises(NotAllowed):
            act()
    accounts.change_role("amira", Role.HEAD, by=ADMIN, now=DAY)
    accounts.disable("amira", by=ADMIN, now=DAY)
    accounts.enable("amira", by=ADMIN, now=DAY)
    accounts.set_password("amira", "y", by=accounts.by_name("amira").actor, now=DAY)
    lines = [
        (x.action, x.what) for x in records.logged(by=OVERSIGHT, since=DAY, until=LATER)
    ]
    assert lines == [
        ("space added", "gov"),
        ("account created", "amira"),
        ("role changed", "amira"),
        ("account disabled", "amira"),
        ("account enabled", "amira"),
        ("password changed", "amira"),
    ]
    records.verify()


def test_what_cannot_be_is_refused_in_words_and_leaves_no_line_in_the_log(
    accounts, records
):
    before = len(records.logged(by=OVERSIGHT, since=DAY, until=LATER))
    for words, act in (
        (
            "exists already",
            lambda: accounts.create("amira", "A", Role.READER, "gov", by=ADMIN, now=DAY),
        ),
        (
            "no space",
            lambda: accounts.create("x", "X", Role.READER, "mars", by=ADMIN, now=DAY),
        ),
        (
            "visitor",
            lambda: accounts.create("x", "X", Role.VISITOR, "gov", by=ADMIN, now=DAY),
        ),
        (
            "exists already",
            lambda: accounts.add_space("gov", "G", "government", by=ADMIN, now=DAY),
        ),
        ("of type", lambda: accounts.add_space("x", "X", "club", by=ADMIN, now=DAY)),
        (
            "cannot name",
            lambda: accounts.add_space("access-log", "X", "ngo", by=ADMIN, now=DAY),
        ),
        ("no account", lambda: accounts.disable("nobody", by=ADMIN, now=DAY)),
    ):
        with pytest.raises(ConfigError, match=words):
            act()
    assert len(records.logged(by=OVERSIGHT, since=DAY, until=LATER)) == before


def test_a_session_lasts_until_its_end_and_no_longer(accounts):
    accounts.start_session("hash", "amira", csrf="c", ends=DAY + 10 * MINUTE, now=DAY)
    accounts.touch("hash", now=DAY + MINUTE)
    session, account = accounts.session("hash", now=DAY + 2 * MINUTE)
    assert (session.csrf, session.created, session.seen, account.account) == (
        "c",
        DAY,
        DAY + MINUTE,
        "amira",
    )
    assert accounts.session("hash", now=DAY + 10 * MINUTE) is None
    assert accounts.session("other", now=DAY) is None
    accounts.end_session("hash")
    assert accounts.session("hash", now=DAY) is None


@pytest.mark.parametrize(
    "act",
    [
        lambda a: a.change_role("amira", Role.READER, by=ADMIN, now=DAY),
        lambda a: a.disable("amira", by=ADMIN, now=DAY),
        lambda a: a.set_password("amira", "z", by=ADMIN, now=DAY),
        lambda a: a.end_sessions("amira"),
    ],
    ids=["role", "disable", "password", "end"],
)
def test_sessions_end_with_the_rights_they_stood_on(accounts, act):
    accounts.start_session("hash", "amira", csrf="c", ends=LATER, now=DAY)
    act(accounts)
    assert accounts.session("hash", now=DAY) is None


def test_a_disabled_account_has_no_session_even_if_one_is_left(accounts):
    accounts.disable("amira", by=ADMIN, now=DAY)
    accounts.start_session("hash", "amira", csrf="c", ends=LATER, now=DAY)
    assert accounts.session("hash", now=DAY) is None
