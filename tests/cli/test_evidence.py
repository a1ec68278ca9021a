"""``upstander evidence``, as an administrator of the machine runs it, on a real store."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from upstander.core.rights import Actor, Role
from upstander.records.accounts import Accounts
from upstander.records.store import Records

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with one space and one analyst."""
    records = Records.open(f"sqlite:///{tmp_path / 'records.db'}", tmp_path / "keys")
    accounts, admin = Accounts(records), Actor("root", "Root", Role.ADMINISTRATOR, "")
    accounts.add_space("mechanism", "Mechanism", "government", by=admin, now=NOW)
    accounts.create("amira", "Amira", Role.ANALYST, "mechanism", by=admin, now=NOW)
    return tmp_path


def test_a_file_is_brought_in_as_a_named_account_all_of_it_or_nothing(upstander, home):
    file = home / "may.csv"
    file.write_text(
        "title,passage,day,colour\nRoad cut,The road was cut.,2026-05-01,red\nB,y,1 May,\n"
    )
    command = (
        "evidence",
        "import",
        file,
        "--place",
        "SDN",
        "--as",
        "amira",
        "--home",
        home,
    )
    refused = upstander(*command, "--faulty", home / "bad.csv")
    assert refused.returncode == 2
    assert "may.csv, line 3, day: " in refused.stderr
    assert "no field takes them: colour" in refused.stderr
    assert "Nothing was kept" in refused.stderr
    assert "what is wrong" in (home / "bad.csv").read_text("utf-8-sig")

    records = Records.open(f"sqlite:///{home / 'records.db'}", home / "keys")
    amira = Actor("amira", "Amira", Role.ANALYST, "mechanism")
    assert records.count(by=amira, as_of=datetime.now(UTC)) == 0
    done = upstander(*command, "--keep-good")
    assert done.returncode == 0, done.stderr
    [kept] = records.find(by=amira, as_of=datetime.now(UTC), kinds=("evidence",))
    assert (kept.who, kept.place, kept.body["status"], kept.why) == (
        "amira",
        "SDN",
        "inbox",
        "template: may.csv",
    )
    auditor = Actor("o", "O", Role.OVERSIGHT, "")
    assert [
        x.who
        for x in records.logged(
            by=auditor, since=NOW, until=datetime.now(UTC), action="imported"
        )
    ] == ["amira"]


def test_nobody_unknown_brings_anything_in_and_a_template_is_written(upstander, home):
    file = home / "a.csv"
    file.write_text("title,passage\nA,b\n")
    refused = upstander("evidence", "import", file, "--as", "nobody", "--home", home)
    assert (refused.returncode, "no account 'nobody'" in refused.stderr) == (2, True)
    assert (
        upstander("evidence", "template", "submission")
        .stdout.lstrip("\ufeff")
        .startswith("title,text,day,")
    )
