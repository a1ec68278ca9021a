"""Files beside records: kept with them or not at all, also where the process is killed; moved with them, erased with them."""

import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import select
from tests.records.made_up import AMIRA, BEN, DAY, ENVIRONMENT, draft, opened

from upstander.core.clock import utc_now
from upstander.core.errors import ConfigError, DamagedFile, UnknownRecord
from upstander.core.rights import Actor, Role
from upstander.records import kept_files
from upstander.records.database_transfer import move
from upstander.records.schema import kept_file
from upstander.records.store import Records

OPERATOR = Actor("operator", "operator", Role.OVERSIGHT, "")
BODY = {"title": "a report", "sha256": ""}
# Keeps one file after the other until it is killed.
KEEPS_ON = """
import sys
from pathlib import Path
from tests.records.test_kept_files import keep
from tests.records.made_up import opened
from upstander.core.clock import utc_now
records = opened(sys.argv[1], Path(sys.argv[2]))
print("started", flush=True)
while True:
    keep(records, b"x" * 300_000, utc_now())
"""


def keep(records, content=b"bytes", now=DAY):
    made = draft(kind=kept_files.KIND, body=BODY, sealed=frozenset({"title"}))
    return kept_files.keep(records, made, content, by=AMIRA, why="kept", now=now)


@pytest.fixture
def records(tmp_path):
    return opened(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)


def stored(records):
    with records.database.reading() as connection:
        return dict(connection.execute(select(kept_file.c.id, kept_file.c.sealed)).all())


def test_a_file_is_kept_sealed_with_its_hash_and_read_back(records):
    kept = keep(records, b"what it says" * 50)
    assert kept.body["sha256"] == kept_files.hash_of(b"what it says" * 50)
    assert b"what it says" not in stored(records)[kept.id]
    assert kept_files.content(records, kept) == b"what it says" * 50
    records.verify()


def test_an_erased_one_is_gone_with_its_bytes(records):
    kept = keep(records)
    records.erase(kept.kind, kept.id, by=AMIRA, why="asked for", now=DAY)
    assert stored(records) == {}
    with pytest.raises(UnknownRecord):
        kept_files.content(records, kept)
    records.verify()


def test_what_is_too_large_or_has_no_key_is_refused_and_leaves_nothing(
    records, monkeypatch
):
    bare = draft(kind=kept_files.KIND, body=BODY)
    with pytest.raises(ConfigError, match="no key"):
        kept_files.keep(records, bare, b"bytes", by=AMIRA, why="kept", now=DAY)
    monkeypatch.setattr(kept_files, "MOST", 3)
    with pytest.raises(ConfigError, match="at most 3"):
        keep(records)
    assert stored(records) == {}
    assert records.count(by=BEN, as_of=utc_now(), kinds=[kept_files.KIND]) == 0


def test_a_move_takes_the_files_along(records, tmp_path):
    kept = keep(records)
    target = f"sqlite:///{tmp_path / 'other.db'}"
    move(f"sqlite:///{tmp_path / 'records.db'}", target, tmp_path / "keys", by=OPERATOR, now=utc_now())  # fmt: skip
    moved = Records.open(target, tmp_path / "keys")
    assert kept_files.content(moved, kept) == b"bytes"
    moved.verify()


def test_a_hash_that_the_record_does_not_say_is_refused(records):
    one, other = keep(records, b"one"), keep(records, b"other")
    swapped = type(one)(**{**vars(one), "body": other.body})
    with pytest.raises(DamagedFile, match=one.id):
        kept_files.content(records, swapped)


def test_a_process_that_is_killed_leaves_no_record_without_its_file(records, tmp_path):
    url = f"sqlite:///{tmp_path / 'records.db'}"
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", KEEPS_ON, url, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**ENVIRONMENT, "PYTHONPATH": f"{ENVIRONMENT['PYTHONPATH']}:."},
        )
        assert process.stdout.readline() == b"started\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        process.stdout.close()
    again = opened(url, tmp_path)
    listed = again.find(by=BEN, as_of=utc_now(), kinds=[kept_files.KIND])
    assert listed
    assert {r.id for r in listed} == set(stored(again))
    assert all(kept_files.content(again, r) == b"x" * 300_000 for r in listed)
    again.verify()
