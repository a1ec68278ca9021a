"""``upstander account`` and ``upstander records`` as whoever holds the machine meets them."""

import pytest
from tests.records.made_up import AMIRA, DAY, draft

from upstander.core.rights import Actor, Role
from upstander.records.accounts import Accounts
from upstander.records.store import Records
from upstander.web.accounts import passwords

ADMIN = Actor("root", "Root", Role.ADMINISTRATOR, "")


@pytest.fixture
def home(tmp_path):
    records = Records.open(f"sqlite:///{tmp_path / 'records.db'}", tmp_path / "keys")
    records.append([draft(id="one")], by=AMIRA, why="first", now=DAY)
    accounts = Accounts(records)
    accounts.add_space("gov", "Office", "government", by=ADMIN, now=DAY)
    hashed = passwords.hashed("four words in a row")
    accounts.create(
        "root", "Root", Role.ADMINISTRATOR, "gov", by=ADMIN, now=DAY, password_hash=hashed
    )
    records.database.engine.dispose()
    return tmp_path


def test_a_lost_last_administrator_comes_back_and_all_of_it_is_logged(upstander, home):
    reset = upstander("account", "reset", "root", "--home", home)
    assert reset.stdout.startswith("http://127.0.0.1:8080/reset?token=")
    assert upstander("account", "unlock", "root", "--home", home).returncode == 0
    last = upstander("account", "disable", "root", "--home", home)
    assert (last.returncode, "last administrator" in last.stderr) == (6, True)
    invited = upstander(
        "account",
        "invite",
        "gita",
        "--role",
        "administrator",
        "--space",
        "gov",
        "--home",
        home,
    )
    assert "/join?token=" in invited.stdout
    listed = upstander("account", "list", "--home", home, "--format", "csv").stdout
    id = listed.split("invitation ")[1].split(",")[0]
    assert upstander("account", "withdraw", id, "--home", home).returncode == 0
    assert (
        "invitation"
        not in upstander("account", "list", "--home", home, "--format", "csv").stdout
    )
    log = upstander("audit", "log", "--home", home, "--format", "csv").stdout
    for action in (
        "reset link made",
        "account unlocked",
        "invited",
        "invitation withdrawn",
    ):
        assert f"operator,{action}" in log


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("account", "reset", "nobody"), "no account named 'nobody'"),
        (("account", "enable", "nobody"), "no account named 'nobody'"),
        (("account", "invite", "gita", "--role", "king", "--space", "gov"), "is no role"),
        (("account", "withdraw", "0000"), "nothing open has this id"),
    ],
)
def test_what_there_is_not_is_said(upstander, home, words, said):
    done = upstander(*words, "--home", home)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_records_are_moved_by_the_command(upstander, home, tmp_path):
    done = upstander(
        "records",
        "move",
        "--to",
        f"sqlite:///{tmp_path}/new.db",
        "--home",
        home,
        "--format",
        "csv",
    )
    assert done.returncode == 0, done.stderr
    assert "entry,3" in done.stdout
    assert "UPSTANDER_RECORDS_URL" in done.stderr


def test_an_address_that_cannot_work_stops_the_server_before_it_starts(
    upstander, home, monkeypatch
):
    monkeypatch.setenv("UPSTANDER_URL", "https://upstander.example.org/app")
    done = upstander("serve", "--home", home)
    assert (done.returncode, "https://upstander.example.org" in done.stderr) == (2, True)
