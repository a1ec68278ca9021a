"""``upstander audit`` as an administrator meets it."""

import json
import sqlite3

import pytest
from tests.records.made_up import AMIRA, DAY, NGO, draft

from upstander.records.store import Records


@pytest.fixture
def home(tmp_path):
    records = Records.open(f"sqlite:///{tmp_path / 'records.db'}", tmp_path / "keys")
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
    records.log(NGO, "export", "evidence", now=DAY, details={"rows": 2})
    records.database.engine.dispose()
    return tmp_path


def test_verify_prints_the_heads_to_keep_elsewhere(upstander, home):
    done = upstander("audit", "verify", "--home", home, "--format", "json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["entries"] == 3
    assert [(r["chain"], r["entries"]) for r in said["rows"]] == [
        ("access-log", 1),
        ("gov", 2),
    ]
    assert all(len(r["hash"]) == 64 for r in said["rows"])


def test_verify_names_a_changed_record_and_leaves_with_code_five(upstander, home):
    with sqlite3.connect(home / "records.db") as connection:
        connection.execute("DROP TRIGGER entry_refuses_update")
        connection.execute("UPDATE entry SET body = '{}' WHERE id = 'two'")
    connection.close()
    done = upstander("audit", "verify", "--home", home)
    assert done.returncode == 5
    assert done.stderr.startswith(
        "AuditBroken: chain gov, entry 2 (evidence two, version 1): changed"
    )


def test_rights_changed_behind_our_back_are_named_and_made_anew(upstander, home):
    with sqlite3.connect(home / "records.db") as connection:
        connection.execute("UPDATE current SET marking = 'CLEAR' WHERE id = 'two'")
    connection.close()
    done = upstander("audit", "verify", "--home", home)
    assert done.returncode == 5
    assert (
        "record two: the rights it is read by are not those of its last entry"
        in done.stderr
    )
    assert "3 entries" in upstander("audit", "rebuild", "--home", home).stderr
    assert upstander("audit", "verify", "--home", home).returncode == 0


def test_the_log_says_who_did_what(upstander, home):
    done = upstander(
        "audit", "log", "--home", home, "--since", "2026-05-01", "--format", "csv"
    )
    assert '2026-05-04 09:00:00Z,nadia,export,evidence,"{""rows"": 2}"' in done.stdout
    assert (
        "nadia"
        not in upstander("audit", "log", "--home", home, "--until", "2026-05-04").stdout
    )
    wrong = upstander("audit", "log", "--home", home, "--since", "May")
    assert (wrong.returncode, "YYYY-MM-DD" in wrong.stderr) == (2, True)


def test_a_lost_key_is_replaced_only_when_one_says_so(upstander, home):
    (home / "keys" / "records.key").unlink()
    done = upstander("audit", "verify", "--home", home)
    assert done.returncode == 2
    assert "restore it from a backup" in done.stderr
    assert upstander("audit", "lost-key", "--home", home).returncode == 2
    assert not (home / "keys" / "records.key").exists()
    assert upstander("audit", "lost-key", "--yes", "--home", home).returncode == 0
    assert upstander("audit", "verify", "--home", home).returncode == 0


def test_the_signing_key_is_changed_and_everything_holds(upstander, home):
    before = (home / "keys" / "signing.key").read_bytes()
    done = upstander("audit", "new-signing-key", "--home", home)
    assert done.returncode == 0, done.stderr
    assert sorted(f.name for f in (home / "keys").iterdir()) == [
        "records.key",
        "signing.key",
    ]
    assert (home / "keys" / "signing.key").read_bytes() != before
    assert upstander("audit", "verify", "--home", home).returncode == 0


def test_a_receipt_kept_elsewhere_shows_an_older_copy_put_back(upstander, home, tmp_path):
    earlier, kept = tmp_path / "earlier.db", tmp_path / "receipt.txt"
    with sqlite3.connect(home / "records.db") as connection:
        connection.execute(f"VACUUM INTO '{earlier}'")
    connection.close()
    records = Records.open(f"sqlite:///{home / 'records.db'}", home / "keys")
    records.append([draft(id="three")], by=AMIRA, why="later", now=DAY)
    records.database.engine.dispose()
    done = upstander("audit", "receipt", "--home", home, "--out", kept)
    assert done.returncode == 0, done.stderr
    assert "records of gov: 3 entries" in kept.read_text()
    assert upstander("audit", "verify", "--home", home, "--receipt", kept).returncode == 0
    for file in home.glob("records.db*"):
        file.unlink()
    earlier.rename(home / "records.db")
    assert upstander("audit", "verify", "--home", home).returncode == 0
    done = upstander("audit", "verify", "--home", home, "--receipt", kept)
    assert done.returncode == 5
    assert done.stderr.startswith(
        "AuditBroken: chain gov: the receipt knows its entry 3, which is not there"
    )


def test_no_records_yet_is_said_and_none_are_made(upstander, tmp_path):
    done = upstander("audit", "verify", "--home", tmp_path)
    assert done.returncode == 2
    assert "no records yet" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_password_in_the_url_is_never_printed(upstander, home, monkeypatch):
    monkeypatch.setenv(
        "UPSTANDER_RECORDS_URL", "postgresql+psycopg://u:hunter2@127.0.0.1:1/x"
    )
    done = upstander("audit", "verify", "--home", home)
    assert done.returncode == 2
    assert "u:***@127.0.0.1" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
