"""Attempts to sign in are counted before anything is looked at."""

from datetime import timedelta

import pytest
from tests.records.made_up import ADMIN, DAY, HEAD, opened

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.rights import Role
from upstander.records.accounts import Accounts
from upstander.records.sign_in_attempts import Attempts, Bound

MINUTE = timedelta(minutes=1)
HERE, ANYWHERE = Bound("account:amira here", 2), Bound("account:amira", 3)


@pytest.fixture
def attempts(records_url, tmp_path):
    return Attempts(opened(records_url, tmp_path))


def begin(attempts, *bounds, now=DAY):
    return attempts.begin(bounds, since=now - 15 * MINUTE, now=now)


def test_an_attempt_counts_for_every_key_until_one_is_full(attempts):
    assert [begin(attempts, HERE, ANYWHERE) for _ in range(3)] == [True, True, False]
    assert attempts.failures(DAY) == {"account:amira here": 2, "account:amira": 2}
    there = Bound("account:amira there", 2)
    assert [begin(attempts, there, ANYWHERE) for _ in range(2)] == [True, False]
    assert begin(attempts, HERE, ANYWHERE, now=DAY + 16 * MINUTE)


def test_a_right_attempt_counts_for_nothing(attempts):
    begin(attempts, HERE, ANYWHERE)
    begin(attempts, HERE, ANYWHERE, now=DAY + MINUTE)
    attempts.succeeded((HERE, ANYWHERE), now=DAY + MINUTE)
    assert attempts.failures(DAY) == {"account:amira": 1}


def test_a_key_with_a_pause_is_slowed_down_and_never_closed(attempts):
    slow = Bound("source:x", 2, MINUTE)
    assert [begin(attempts, slow) for _ in range(3)] == [True, True, False]
    assert begin(attempts, slow, now=DAY + MINUTE)
    assert not begin(attempts, slow, now=DAY + MINUTE + timedelta(seconds=59))
    assert begin(attempts, slow, now=DAY + 2 * MINUTE)


def test_an_administrator_forgets_the_attempts_at_one_account_from_everywhere(attempts):
    rows = Accounts(attempts.records)
    rows.add_space("gov", "Focal point", "government", by=ADMIN, now=DAY)
    rows.create("amira", "Amira", Role.ANALYST, "gov", by=ADMIN, now=DAY)
    begin(attempts, HERE, ANYWHERE, Bound("account:amiral", 9))
    with pytest.raises(NotAllowed):
        attempts.unlock("amira", by=HEAD, now=DAY)
    with pytest.raises(ConfigError):
        attempts.unlock("nobody", by=ADMIN, now=DAY)
    attempts.unlock("amira", by=ADMIN, now=DAY)
    assert attempts.failures(DAY) == {"account:amiral": 1}
