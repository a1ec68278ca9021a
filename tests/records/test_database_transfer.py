"""The database of records: for its owner alone, and moved to another one whole or not at all."""

import os
import stat

import pytest
from tests.records.made_up import AMIRA, DAY, draft

from upstander.core.errors import AuditBroken, ConfigError
from upstander.core.rights import Actor, Role
from upstander.records.accounts import Accounts
from upstander.records.database_transfer import move
from upstander.records.sign_in_attempts import Attempts, Bound
from upstander.records.store import Records
from upstander.records.vault import Vault

OPERATOR = Actor("operator", "operator", Role.OVERSIGHT, "")
ADMIN = Actor("root", "Root", Role.ADMINISTRATOR, "")


FAILED = Bound("account:amira", 5)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def filled(url, keys):
    records = Records.open(url, keys)
    records.append(
        [
            draft(id="one"),
            draft(
                id="two",
                body={"title": "a report", "name": "Ann"},
                sealed=frozenset({"name"}),
            ),
        ],
        by=AMIRA,
        why="first",
        now=DAY,
    )
    accounts = Accounts(records)
    accounts.add_space("gov", "Office", "government", by=ADMIN, now=DAY)
    accounts.create(
        "amira", "Amira", Role.ANALYST, "gov", by=ADMIN, now=DAY, subject="issuer amira"
    )
    Attempts(records).begin([FAILED], since=DAY, now=DAY)
    vault = Vault.open(records, keys / "vault.key")
    vault.keep({"ref": {"phone": "1"}}, by=AMIRA, now=DAY)
    return records, "ref"


def test_what_people_wrote_is_readable_by_its_owner_alone_from_the_first_byte(tmp_path):
    before = os.umask(0o022)
    try:
        records, _ = filled(f"sqlite:///{tmp_path}/home/records.db", tmp_path / "keys")
        made = sorted((tmp_path / "home").iterdir())
        assert [p.name for p in made] == ["records.db", "records.db-shm", "records.db-wal"]
        assert [mode(p) for p in made] == [0o600] * 3
        assert mode(tmp_path / "home") == 0o700
        records.database.engine.dispose()
        (tmp_path / "home" / "records.db").chmod(0o644)
        Records.open(f"sqlite:///{tmp_path}/home/records.db", tmp_path / "keys")
        assert mode(tmp_path / "home" / "records.db") == 0o600
    finally:
        os.umask(before)


def test_a_fresh_home_is_for_its_owner_alone(tmp_path):
    from upstander import pipeline
    from upstander.core.settings import Settings

    pipeline.open_lake(Settings(home=tmp_path / "fresh"))
    assert mode(tmp_path / "fresh") == 0o700


@pytest.mark.parametrize("there_and_back", [False, True])
def test_records_are_moved_whole_and_proved(there_and_back, postgres, tmp_path):
    keys, old = tmp_path / "keys", f"sqlite:///{tmp_path}/records.db"
    before, ref = filled(old, keys)
    heads = {h.chain: h.hash for h in before.verify().chains}
    with postgres.database("template0") as url:
        counts = move(old, url, keys, by=OPERATOR, now=DAY)
        if there_and_back:
            back = f"sqlite:///{tmp_path}/back.db"
            move(url, back, keys, by=OPERATOR, now=DAY)
            url = back
        assert counts["entry"] == 5
        after = Records.open(url, keys)
        assert heads.items() - {h.chain: h.hash for h in after.verify().chains}.items() == {
            ("access-log", heads["access-log"])
        }
        assert after.read("evidence", "two", by=AMIRA, as_of=DAY).body["name"] == "Ann"
        assert Accounts(after).by_name("amira").created == DAY
        Attempts(after).begin([FAILED], since=DAY, now=DAY)
        assert Attempts(after).failures(DAY) == {"account:amira": 2}
        assert Vault.open(after, keys / "vault.key").get(ref, by=AMIRA, now=DAY) == {
            "phone": "1"
        }
        after.database.engine.dispose()
        with pytest.raises(ConfigError, match="not empty"):
            move(old, url, keys, by=OPERATOR, now=DAY)


def test_a_chain_that_does_not_hold_is_not_moved(tmp_path):
    old, new = f"sqlite:///{tmp_path}/records.db", f"sqlite:///{tmp_path}/new.db"
    records, _ = filled(old, tmp_path / "keys")
    with records.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER entry_refuses_update")
        connection.exec_driver_sql("UPDATE entry SET body = '{}' WHERE id = 'one'")
    with pytest.raises(AuditBroken):
        move(old, new, tmp_path / "keys", by=OPERATOR, now=DAY)
    with pytest.raises(ConfigError, match="already"):
        move(old, old, tmp_path / "keys", by=OPERATOR, now=DAY)
