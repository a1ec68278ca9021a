"""Changes behind our back are found and named."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from tests.records.made_up import (
    ADMIN,
    AMIRA,
    DAY,
    HEAD,
    LATER,
    NGO,
    OVERSIGHT,
    draft,
    opened,
    said,
)

from upstander.core.errors import AuditBroken, ConfigError
from upstander.core.keys import INSTALLATION_KEY
from upstander.records import chain
from upstander.records.rekeying import open_with_lost_key
from upstander.records.schema import current, entry, granted, head
from upstander.records.store import Records


@pytest.fixture
def records(records_url, tmp_path):
    store = opened(records_url, tmp_path)
    drafts = [
        draft(id=f"r{i}", sealed=frozenset({"title"} if i == 2 else ())) for i in range(5)
    ]
    store.append(drafts, by=AMIRA, why="first", now=DAY)
    store.append([draft(by=NGO, id="n0")], by=NGO, why="first", now=DAY)
    store.log(AMIRA, "export", "evidence", now=DAY)
    return store


def tamper(records, *statements):
    """What somebody does who owns the database: the triggers are taken away first."""
    with records.database.writing() as connection:
        if connection.dialect.name == "sqlite":
            for act in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS entry_refuses_{act}")
        else:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS entry_refuses ON entry")
        for words_ in statements:
            connection.execute(words_)


def at(number, space="gov"):
    return (entry.c.chain == space) & (entry.c.number == number)


def test_what_nobody_touched_holds(records):
    verified = records.verify()
    assert [(h.chain, h.number) for h in verified.chains] == [
        ("access-log", 1),
        ("gov", 5),
        ("ngo", 1),
    ]
    assert verified.entries == 7


def test_the_hash_is_that_of_canonical_json_under_the_entrys_own_salt_worked_by_hand():
    import hashlib
    import hmac

    fields = {
        "chain": "gov",
        "number": 1,
        "action": "write",
        "kind": "k",
        "id": "i",
        "version": 1,
        "body": '{"a":"é"}',
        "sealed_hash": "",
        "stamp": "{}",
        "parent": "",
        "place": "SDN",
        "who": "amira",
        "at": DAY,
        "why": "first",
        "before": "0" * 64,
        "salt": "ab" * 32,
    }
    text = (
        '["gov",1,"write","k","i",1,"{\\"a\\":\\"é\\"}","","{}","","SDN","amira","2026-05-04T09:00:00+00:00","first","'
        + "0" * 64
        + '"]'
    )
    assert (
        chain.digest(fields) == hmac.new(b"\xab" * 32, text.encode(), "sha256").hexdigest()
    )
    assert chain.digest({**fields, "salt": ""}) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "values",
    [
        {"body": '{"title":"other"}'},
        {"who": "ben"},
        {"at": LATER},
        {"why": "x"},
        {"stamp": "{}"},
        {"sealed": b"x" * 40},
        {"place": "SDN"},
        {"version": 2},
    ],
    ids=lambda v: next(iter(v)),
)
def test_a_changed_entry_is_named(records, values):
    tamper(records, sa.update(entry).where(at(3)).values(values))
    with pytest.raises(AuditBroken, match=r"chain gov, entry 3 \(evidence r2, version"):
        records.verify()


def test_a_changed_entry_hashed_anew_breaks_the_next_one(records):
    with records.database.reading() as connection:
        row = dict(connection.execute(sa.select(entry).where(at(3))).mappings().one())
    row["body"] = '{"title":"other"}'
    tamper(
        records,
        sa.update(entry).where(at(3)).values(body=row["body"], hash=chain.digest(row)),
    )
    with pytest.raises(
        AuditBroken, match=r"chain gov, entry 4 .* does not follow from entry 3"
    ):
        records.verify()


def test_a_removed_entry_is_named_by_the_one_after(records):
    tamper(records, sa.delete(entry).where(at(3)))
    with pytest.raises(AuditBroken, match="entry 3 before it is missing"):
        records.verify()


def test_an_entry_put_in_is_found(records):
    with records.database.reading() as connection:
        row = dict(connection.execute(sa.select(entry).where(at(5))).mappings().one())
    row |= {"number": 6, "id": "forged", "before": row["hash"]}
    tamper(records, sa.insert(entry).values({**row, "hash": chain.digest(row)}))
    with pytest.raises(AuditBroken, match="ends with entry 6, its head says 5"):
        records.verify()


def test_two_entries_in_each_others_place_are_found(records):
    swap = [
        sa.update(entry).where(at(a)).values(number=b)
        for a, b in ((2, 99), (3, 2), (99, 3))
    ]
    tamper(records, *swap)
    with pytest.raises(AuditBroken, match="chain gov, entry 2"):
        records.verify()


def test_a_cut_tail_is_found_even_when_the_head_was_made_to_fit(records):
    tamper(records, sa.delete(entry).where(at(5)))
    with pytest.raises(AuditBroken, match="ends with entry 4, its head says 5"):
        records.verify()
    with records.database.reading() as connection:
        last = connection.scalar(sa.select(entry.c.hash).where(at(4)))
    tamper(
        records, sa.update(head).where(head.c.chain == "gov").values(number=4, hash=last)
    )
    with pytest.raises(
        AuditBroken, match="chain gov: its head was not signed with this installation's key"
    ):
        records.verify()
    with pytest.raises(AuditBroken, match="chain gov"):
        records.append([draft()], by=AMIRA, why="onto a broken chain", now=LATER)


def test_a_chain_removed_whole_is_found(records):
    tamper(records, sa.delete(entry).where(entry.c.chain == "ngo"))
    with pytest.raises(AuditBroken, match="chain ngo: every entry of it is gone"):
        records.verify()


def test_the_log_is_proven_like_the_records(records):
    tamper(records, sa.update(entry).where(at(1, chain.ACCESS_LOG)).values(who="nobody"))
    with pytest.raises(AuditBroken, match="chain access-log, entry 1"):
        records.verify()


@pytest.mark.parametrize(
    "words_", [sa.update(entry).values(who="x"), sa.delete(entry)], ids=["update", "delete"]
)
def test_the_database_itself_refuses_to_change_or_delete_entries(records, words_):
    with (
        pytest.raises(Exception, match="never changed or deleted"),
        records.database.writing() as connection,
    ):
        connection.execute(words_)
    records.verify()


def test_projections_made_anew_are_those_that_grew(records):
    stamp = replace(draft(id="r1").stamp, shared=("ngo", "un"), named=("ben",))
    records.append(
        [draft(id="r1", stamp=stamp, expected=1)], by=HEAD, why="shared", now=LATER
    )
    records.erase("evidence", "r2", by=HEAD, why="asked", now=LATER)
    grown = projected(records)
    records.rebuild()
    assert projected(records) == grown
    assert len(grown[1]) == 3


def projected(records):
    with records.database.reading() as connection:
        return [
            sorted(map(tuple, connection.execute(sa.select(table))))
            for table in (current, granted)
        ]


@pytest.mark.parametrize(
    "change",
    [
        sa.update(current).where(current.c.id == "r1").values(marking="CLEAR"),
        sa.update(current).where(current.c.id == "r1").values(erased=True),
        sa.insert(granted).values(id="r1", sort="space", name="ngo"),
        sa.delete(current).where(current.c.id == "r1"),
    ],
    ids=["marking", "erased", "granted", "gone"],
)
def test_rights_changed_without_an_entry_are_named(records, change):
    tamper(records, change)
    with pytest.raises(AuditBroken, match="record r1: the rights it is read by"):
        records.verify()
    records.rebuild()
    records.verify()


def test_without_its_key_file_a_store_is_not_opened_with_a_new_one(
    records, records_url, tmp_path
):
    key = tmp_path / "keys" / INSTALLATION_KEY
    key.rename(tmp_path / "away")
    with pytest.raises(ConfigError, match="restore it from a backup"):
        opened(records_url, tmp_path)
    assert not key.exists()
    (tmp_path / "away").rename(key)
    opened(records_url, tmp_path).verify()


def test_a_lost_key_loses_what_was_sealed_and_nothing_else(records, records_url, tmp_path):
    key = tmp_path / "keys" / INSTALLATION_KEY
    with pytest.raises(ConfigError, match="there are both key files"):
        open_with_lost_key(records_url, key.parent, by=ADMIN, now=LATER)
    key.unlink()
    found = open_with_lost_key(records_url, key.parent, by=ADMIN, now=LATER)
    read = found.find(by=HEAD, as_of=LATER)
    assert [(r.id, r.body["title"]) for r in read if r.erased] == [("r2", "")]
    assert found.verify().entries == 8
    assert (
        found.logged(by=OVERSIGHT, since=LATER, until=LATER.replace(year=2027))[0].what
        == INSTALLATION_KEY
    )
    (again,) = found.append(
        [draft(id="r2", body={"title": "Bo"}, sealed=frozenset({"title"}), expected=1)],
        by=AMIRA,
        why="",
        now=LATER,
    )
    assert said(again) == {"title": "Bo"}


def test_a_key_of_another_installation_opens_nothing(records, records_url, tmp_path):
    other = Records.open(records_url, tmp_path / "keys")
    for file in (tmp_path / "keys").iterdir():
        file.unlink()
    opened(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    with pytest.raises(ConfigError, match="restore the key folder"):
        opened(records_url, tmp_path).find(by=HEAD, as_of=LATER)
    with pytest.raises(AuditBroken, match="another database"):
        opened(records_url, tmp_path).verify()
    other.verify()
