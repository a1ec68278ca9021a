"""A database of the edition before salts and signatures: it opens, holds, goes on, and what it hashed is guarded too."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.records.made_up import (
    AMIRA,
    DAY,
    HEAD,
    LATER,
    NGO_HEAD,
    OVERSIGHT,
    draft,
    opened,
    said,
)
from tests.records.test_chain_verification import at, tamper

from upstander.core.errors import AuditBroken, ConfigError
from upstander.records import chain
from upstander.records.schema import entry, head

FROZEN = Path(__file__).parents[1] / "frozen" / "records_before_signing.sql"
KEY = b"k" * 32  # the made-up key that the frozen database was written with
OLD_HEADS = {
    "access-log": (1, "4a9ebdd19c29c46d020a673c79292aa6b1517430758c100ec3c77f73b2d0fa69"),
    "gov": (6, "3cb44d734695443d3f7d9c6ecfe6621fcac492698295eab8a01f0d784cd7544b"),
    "ngo": (1, "bd89f02dbd8b120088d7031470a953186f8977694e808a02aaf4a703767328ba"),
}
EVER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def old(tmp_path):
    """URL of the database as that edition left it, with its key."""
    (tmp_path / "keys").mkdir(mode=0o700)
    key = tmp_path / "keys" / "records.key"
    key.write_bytes(KEY)
    key.chmod(0o600)
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.executescript(FROZEN.read_text())
    connection.close()
    return f"sqlite:///{tmp_path / 'records.db'}"


def test_it_opens_holds_and_goes_on(old, tmp_path):
    records = opened(old, tmp_path)
    assert (
        records.verify().entries == 8 + 4
    )  # one that carries over in each chain, and a line of the log
    assert {
        r.id: (r.body.get("name"), r.erased) for r in records.find(by=HEAD, as_of=LATER)
    } == {
        "r0": (None, False),
        "r1": (None, False),
        "r2": ("Ann", False),
        "r3": (None, True),
    }
    assert said(records.read("evidence", "r1", by=HEAD, as_of=LATER)) == {
        "title": "a second report"
    }
    records.append(
        [draft(id="r0", body={"title": "on"}, expected=1)], by=AMIRA, why="on", now=LATER
    )
    again = opened(old, tmp_path)
    assert again.verify().entries == 13
    assert [x.action for x in again.logged(by=OVERSIGHT, since=DAY, until=EVER)] == [
        "export",
        "chains carried over",
    ]


def test_the_entry_that_carries_over_names_the_old_ends_and_follows_from_them(
    old, tmp_path
):
    records = opened(old, tmp_path)
    with records.database.reading() as connection:
        carried = (
            connection.execute(sa.select(entry).where(entry.c.action == "carry"))
            .mappings()
            .all()
        )
    assert {c["chain"]: (c["number"] - 1, c["before"]) for c in carried} == OLD_HEADS
    wanted = chain.canonical(
        {"heads": [[name, *end] for name, end in sorted(OLD_HEADS.items())]}
    )
    assert {c["body"] for c in carried} == {wanted}
    assert all(c["salt"] for c in carried)


def test_no_reader_is_given_a_hash_that_was_made_without_salt(old, tmp_path):
    """The old hashes are SHA-256 of all that stands in a record: who has one can try every value a field may have."""
    records = opened(old, tmp_path)
    with records.database.reading() as connection:
        bare = set(connection.scalars(sa.select(entry.c.hash)))
    versions = records.history("evidence", "r1", by=HEAD, as_of=LATER)
    shown = {v.fingerprint for v in versions} | {
        r.fingerprint for r in records.find(by=NGO_HEAD, as_of=LATER)
    }
    assert len(versions) == 2
    assert shown.isdisjoint(bare)
    assert not any(other.startswith(one[:16]) for one in shown for other in bare)


def test_a_change_before_the_carrying_over_is_still_found_and_named(old, tmp_path):
    records = opened(old, tmp_path)
    tamper(records, sa.update(entry).where(at(2)).values(body='{"title":"other"}'))
    with pytest.raises(AuditBroken, match=r"chain gov, entry 2 \(evidence r1"):
        records.verify()


def test_a_chain_whose_old_seal_does_not_hold_is_not_taken_over(old, tmp_path):
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("UPDATE head SET number = 5 WHERE chain = 'gov'")
    connection.close()
    records = opened(old, tmp_path)
    with pytest.raises(AuditBroken, match="chain gov"):
        records.verify()
    with pytest.raises(AuditBroken, match="chain gov: its end was changed"):
        records.append([draft()], by=AMIRA, why="", now=LATER)
    with records.database.reading() as connection:
        assert connection.scalar(sa.select(head.c.number).where(head.c.chain == "gov")) == 5


def test_an_entry_without_salt_behind_the_carrying_over_is_refused(old, tmp_path):
    records = opened(old, tmp_path)
    records.append([draft(id="r8")], by=AMIRA, why="", now=LATER)
    with records.database.reading() as connection:
        row = dict(connection.execute(sa.select(entry).where(at(8))).mappings().one())
    row |= {"salt": "", "body": '{"title":"forged"}'}
    tamper(
        records, sa.update(entry).where(at(8)).values(**{**row, "hash": chain.digest(row)})
    )
    with pytest.raises(AuditBroken, match=r"entry 8 .* has no salt"):
        records.verify()


def test_a_record_of_a_day_to_come_is_refused_with_words(tmp_path):
    """A clock that says 2099 would hide what is written until 2099."""
    records = opened(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    for far in (datetime(2099, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)):
        with pytest.raises(
            ConfigError, match=r"the clock here says 2\d99-01-01 .* set the clock right"
        ):
            records.append([draft()], by=AMIRA, why="", now=far)
        with pytest.raises(ConfigError, match="set the clock right"):
            records.log(AMIRA, "export", "evidence", now=far)
    assert records.verify().entries == 0


def test_a_clock_that_was_wrong_once_hinders_nobody_when_it_is_right_again(tmp_path):
    records = opened(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    records.append([draft(id="r0"), draft(id="r1")], by=AMIRA, why="", now=LATER)
    records.append([draft(id="r2")], by=AMIRA, why="the clock is right again", now=DAY)
    assert [r.id for r in records.find(by=HEAD, as_of=DAY)] == ["r2"]
    (later,) = records.append([draft(id="r0", expected=1)], by=AMIRA, why="", now=DAY)
    assert later.when == LATER  # a version is never dated before the one it follows
    records.verify()
