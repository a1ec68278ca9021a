"""What somebody can do who owns the database and not the keys: each is noticed by ``verify``, and most name where."""

from datetime import UTC, datetime

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
)
from tests.records.test_chain_verification import at, tamper

from upstander.core.errors import AuditBroken
from upstander.core.keys import Signer, is_signed, turn_signing_key
from upstander.core.rights import Role
from upstander.records import chain
from upstander.records.accounts import Accounts
from upstander.records.rekeying import sign_anew
from upstander.records.schema import account, current, data_key, entry, granted, head

LOG = chain.ACCESS_LOG
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def records(tmp_path):
    """Three chains, each written after the others at least once; one record erased."""
    store = opened(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)
    store.append(
        [
            draft(id=f"r{i}", sealed=frozenset({"title"} if i >= 2 else ()))
            for i in range(4)
        ],
        by=AMIRA,
        why="",
        now=DAY,
    )
    store.append([draft(by=NGO, id="n0")], by=NGO, why="", now=DAY)
    store.log(AMIRA, "export", "evidence", now=DAY)
    store.erase("evidence", "r2", by=HEAD, why="asked", now=DAY)
    store.log(AMIRA, "export", "evidence", now=LATER)
    store.verify()
    return store


def rows(records, table, where):
    with records.database.reading() as connection:
        return [
            dict(row)
            for row in connection.execute(sa.select(table).where(where)).mappings()
        ]


def rechained(records, space, change):
    """Every entry of a chain changed and hashed anew, and the head made to fit, as far as one can without the key."""
    before, statements = chain.START, [sa.delete(entry).where(entry.c.chain == space)]
    for row in change(
        sorted(rows(records, entry, entry.c.chain == space), key=lambda r: r["number"])
    ):
        row = {**row, "before": before}
        before = row["hash"] = chain.digest(row)
        statements.append(sa.insert(entry).values(row))
        end = row["number"]
    return [
        *statements,
        sa.update(head).where(head.c.chain == space).values(number=end, hash=before),
    ]


def rolled_back(records, space, earlier):
    """A chain and its head as they were earlier: all of it was truly written and signed here once."""
    ids = {r["id"] for r in earlier["entry"]}
    gone = [
        r["id"] for r in rows(records, entry, entry.c.chain == space) if r["id"] not in ids
    ]
    return [
        sa.delete(entry).where(entry.c.chain == space),
        sa.delete(head).where(head.c.chain == space),
        sa.delete(current).where(current.c.id.in_(gone)),
        *(sa.insert(entry).values(r) for r in earlier["entry"]),
        *(sa.insert(head).values(r) for r in earlier["head"]),
    ]


def kept(records, space):
    return {
        "entry": rows(records, entry, entry.c.chain == space),
        "head": rows(records, head, head.c.chain == space),
    }


def without_chain(space):
    own = sa.select(entry.c.id).where(entry.c.chain == space)
    projections = [sa.delete(t).where(t.c.id.in_(own)) for t in (current, granted)]
    return [
        *projections,
        sa.delete(entry).where(entry.c.chain == space),
        sa.delete(head).where(head.c.chain == space),
    ]


def outside(row, **other):
    """An entry put beside the chains: it begins one of its own."""
    row = {**row, "number": 1, "before": chain.START, "id": "forged", **other}
    return [sa.insert(entry).values({**row, "hash": chain.digest(row)})]


def forged_head(records, space):
    """A head that another key has signed."""
    (own,) = rows(records, head, head.c.chain == space)
    signed = Signer(b"x" * 32).sign(
        chain.head_text(chain.Head(own["chain"], own["number"], own["hash"], own["beside"]))
    )
    return [sa.update(head).where(head.c.chain == space).values(seal=signed)]


def one(records, number, space="gov"):
    return rows(records, entry, at(number, space))[0]


TAMPERINGS = {
    "a value": lambda r: [sa.update(entry).where(at(2)).values(body='{"title":"other"}')],
    "who": lambda r: [sa.update(entry).where(at(2)).values(who="ben")],
    "when": lambda r: [sa.update(entry).where(at(2)).values(at=LATER)],
    "rights": lambda r: [sa.update(entry).where(at(2)).values(stamp="{}")],
    "the salt": lambda r: [sa.update(entry).where(at(2)).values(salt="00" * 32)],
    "the salt taken off and hashed anew": lambda r: rechained(
        r, "gov", lambda es: [{**e, "salt": ""} for e in es]
    ),
    "the encrypted part": lambda r: [
        sa.update(entry).where(at(3)).values(sealed=b"x" * 40)
    ],
    "hashed anew": lambda r: rechained(
        r, "gov", lambda es: [{**e, "why": "x"} for e in es]
    ),
    "an entry taken out": lambda r: [sa.delete(entry).where(at(2))],
    "taken out and hashed anew": lambda r: rechained(r, "gov", lambda es: es[:-1]),
    "two in each other's place": lambda r: [
        sa.update(entry).where(at(a)).values(number=b)
        for a, b in ((2, 99), (3, 2), (99, 3))
    ],
    "the first one gone": lambda r: [sa.delete(entry).where(at(1))],
    "the end cut off": lambda r: [sa.delete(entry).where(at(5))],
    "an entry put at the end": lambda r: [
        sa.insert(entry).values(
            {**(e := one(r, 5)), "number": 6, "id": "forged", "before": e["hash"]}
        )
    ],
    "a head gone": lambda r: [sa.delete(head).where(head.c.chain == "ngo")],
    "entries gone, head kept": lambda r: [sa.delete(entry).where(entry.c.chain == "ngo")],
    "a whole chain with its head": lambda r: without_chain("ngo"),
    "the whole access log with its head": lambda r: without_chain(LOG),
    "a chain of another key": lambda r: forged_head(r, "gov"),
    "rows outside the chains": lambda r: outside(one(r, 1), chain=""),
    "a chain without head": lambda r: outside(one(r, 1), chain="forged"),
    "a line of the log": lambda r: [
        sa.update(entry).where(at(1, LOG)).values(who="nobody")
    ],
    "rights that reads go by": lambda r: [
        sa.update(current).where(current.c.id == "r1").values(marking="CLEAR")
    ],
    "a right for nobody's record": lambda r: [
        sa.insert(granted).values(id="none", sort="space", name="ngo")
    ],
    "the key of what is sealed": lambda r: [sa.update(data_key).values(wrapped=b"x" * 60)],
    "the key of an erased record": lambda r: [
        sa.insert(data_key).values(id="r2", wrapped=b"x" * 60)
    ],
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_done_behind_our_back_is_noticed(records, name):
    tamper(records, *TAMPERINGS[name](records))
    with pytest.raises(AuditBroken, match=r"chain|record"):
        records.verify()


@pytest.mark.parametrize("space", ["gov", LOG])
def test_one_chain_put_back_as_it_was_is_missed_by_the_others(records, space):
    earlier = kept(records, space)
    records.append([draft(id="r9")], by=AMIRA, why="", now=LATER)
    records.log(AMIRA, "export", "evidence", now=LATER)
    records.append([draft(by=NGO, id="n9")], by=NGO, why="", now=LATER)
    tamper(records, *rolled_back(records, space, earlier))
    with pytest.raises(AuditBroken, match=f"chain {space}: chain .* knows its entry"):
        records.verify()


def test_nothing_is_added_behind_an_end_that_was_not_signed_here(records):
    tamper(records, *forged_head(records, "gov"))
    before = rows(records, entry, entry.c.chain == "gov")
    with pytest.raises(AuditBroken, match="chain gov: its end was changed"):
        records.append([draft()], by=AMIRA, why="", now=LATER)
    assert rows(records, entry, entry.c.chain == "gov") == before


def test_a_flipped_bit_anywhere_in_an_entry_is_noticed(records, tmp_path):
    """Each column of each entry, one bit of its middle byte."""
    names = [c.name for c in entry.columns]
    for row in rows(records, entry, entry.c.chain == "gov"):
        for name in names:
            value = row[name]
            if not isinstance(value, str | bytes) or not value:
                continue
            raw = bytearray(value.encode() if isinstance(value, str) else value)
            raw[len(raw) // 2] ^= 4
            flipped = (
                bytes(raw) if isinstance(value, bytes) else raw.decode(errors="replace")
            )
            here = at(row["number"])
            tamper(records, sa.update(entry).where(here).values({name: flipped}))
            where = entry.c.id == (flipped if name == "id" else row["id"])
            where &= entry.c.version == row["version"]
            with pytest.raises(AuditBroken):
                records.verify()
            tamper(records, sa.update(entry).where(where).values({name: value}))
    records.verify()


def test_another_signing_key_is_vouched_for_by_the_former_one_in_the_log(records, tmp_path):
    former, new = turn_signing_key(tmp_path / "keys")
    with pytest.raises(AuditBroken, match="not signed with this installation's key"):
        opened(
            f"sqlite:///{tmp_path / 'records.db'}", tmp_path
        ).verify()  # interrupted here, it is gone on with
    assert turn_signing_key(tmp_path / "keys") == (former, new)
    changed = opened(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)
    for _ in range(2):
        sign_anew(changed, former, by=HEAD, now=LATER)
    changed.append([draft()], by=AMIRA, why="", now=LATER)
    changed.verify()
    with pytest.raises(AuditBroken, match="not signed with this installation's key"):
        records.verify()
    (line,) = changed.logged(
        by=OVERSIGHT, since=DAY, until=FAR, action="signing key replaced"
    )
    assert (
        (line.details["former"], line.details["new"])
        == (former.public, new.public)
        == (records.signer.public, new.public)
    )
    assert is_signed(new.public, line.details["signed"], former.public)


DAMAGES = [
    ("at", "2026-05-04 99:00:00"),
    ("stamp", "{"),
    ("body", "{"),
    ("sealed", "x" * 40),
]


@pytest.mark.parametrize(("column", "value"), DAMAGES)
def test_a_damaged_record_is_said_in_words_when_it_is_read(
    records, tmp_path, column, value
):
    damaged = {
        column: sa.literal_column(f"'{value}'")
    }  # as it stands in the file, past the program's own types
    tamper(records, sa.update(entry).where(entry.c.id == "r3").values(damaged))
    again = opened(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)
    with pytest.raises(
        AuditBroken, match=r"cannot be read any more .* run: upstander audit verify"
    ):
        again.find(by=HEAD, as_of=LATER)
    with pytest.raises(AuditBroken):
        again.verify()


ACCOUNTS = {
    "another role": sa.update(account).values(role="administrator"),
    "another space": sa.update(account).values(space="ngo"),
    "a new one": sa.insert(account).values(
        account="mallory",
        name="M",
        role="administrator",
        space="",
        password_hash="",
        created=DAY,
    ),
}


@pytest.mark.parametrize("change", ACCOUNTS)
def test_an_account_that_the_log_did_not_make_what_it_is_is_named(records, change):
    accounts = Accounts(records)
    accounts.add_space("gov", "Office", "government", by=ADMIN, now=DAY)
    accounts.create("ann", "Ann", Role.READER, "gov", by=ADMIN, now=DAY)
    accounts.change_role("ann", Role.ANALYST, by=ADMIN, now=LATER)
    records.verify()
    tamper(records, ACCOUNTS[change])
    with pytest.raises(
        AuditBroken,
        match=r"account (ann|mallory): is .*, which the access log never made it",
    ):
        records.verify()
