"""Contacts of sources: read by the cleared of their space, each look kept; a lost key loses them and nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from tests.records.made_up import (
    ADMIN,
    AMIRA,
    BEN,
    CARLA,
    DAY,
    LATER,
    NGO,
    OVERSIGHT,
    draft,
    opened,
)

from upstander.core.errors import Conflict, ContactsLost, NotAllowed, UnknownRecord
from upstander.core.rights import Role
from upstander.records import new_id
from upstander.records.schema import contact, entry
from upstander.records.vault import Vault

CONTACT = {"name": "Zebulon", "phone": "+249 000"}


def put(vault, *, by, now):
    ref = new_id()
    vault.keep({ref: CONTACT}, by=by, now=now)
    return ref


@pytest.fixture
def records(records_url, tmp_path):
    return opened(records_url, tmp_path)


@pytest.fixture
def vault(records, tmp_path):
    return Vault.open(records, tmp_path / "apart" / "vault.key")


def test_a_contact_is_read_by_the_cleared_of_its_space_and_each_look_is_kept(
    vault, records
):
    ref = put(vault, by=CARLA, now=DAY)
    assert vault.get(ref, by=BEN, now=DAY) == CONTACT
    for other in (NGO, CARLA, ADMIN, replace(BEN, role=Role.OVERSIGHT)):
        with pytest.raises(UnknownRecord) as refused:
            vault.get(ref, by=other, now=DAY)
        with pytest.raises(UnknownRecord) as unknown:
            vault.get("nothing", by=other, now=DAY)
        assert str(refused.value) == str(unknown.value)
    lines = records.logged(by=OVERSIGHT, since=DAY, until=LATER)
    assert [(x.who, x.action, x.what) for x in lines] == [
        ("carla", "contact kept", ref),
        ("ben", "contact read", ref),
    ]
    assert "Zebulon" not in repr(lines)


def test_contacts_go_only_into_ones_own_space(vault):
    ref = put(vault, by=NGO, now=DAY)
    assert not vault.has(ref, by=AMIRA)
    assert vault.has(ref, by=NGO)
    for by in (OVERSIGHT, ADMIN):
        with pytest.raises(NotAllowed):
            put(vault, by=by, now=DAY)


def test_contacts_and_the_reports_that_name_them_are_kept_all_or_none(vault, records):
    first = draft(body={"contact": "a"})
    (kept,) = vault.keep({"a": CONTACT}, [first], by=AMIRA, why="", now=DAY)
    assert (kept.body["contact"], vault.get("a", by=AMIRA, now=DAY)) == ("a", CONTACT)
    before = records.verify().entries
    with pytest.raises(Conflict):
        vault.keep(
            {"b": CONTACT}, [draft(), replace(first, expected=5)], by=AMIRA, why="", now=DAY
        )
    with pytest.raises(IntegrityError):
        vault.keep({"a": CONTACT}, [draft()], by=AMIRA, why="", now=DAY)
    assert not vault.has("b", by=AMIRA)
    assert records.verify().entries == before


def test_a_forgotten_contact_is_gone(vault, records):
    ref = put(vault, by=AMIRA, now=DAY)
    with pytest.raises(UnknownRecord):
        vault.forget(ref, by=NGO, now=DAY)
    vault.forget(ref, by=AMIRA, now=DAY)
    with pytest.raises(UnknownRecord):
        vault.get(ref, by=AMIRA, now=DAY)
    records.verify()


def test_the_database_alone_tells_nothing(vault, records):
    put(vault, by=AMIRA, now=DAY)
    with records.database.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in (contact, entry)]
    assert "Zebulon" not in repr(rows)


def test_a_lost_key_loses_the_contacts_and_nothing_else(
    vault, records, records_url, tmp_path
):
    one = draft(body={"title": "a report", "name": "Ann"}, sealed=frozenset({"name"}))
    records.append([one], by=AMIRA, why="", now=DAY)
    ref = put(vault, by=AMIRA, now=DAY)
    vault.key_file.unlink()
    again = opened(records_url, tmp_path)
    lost = Vault.open(again, vault.key_file)
    with pytest.raises(ContactsLost):
        lost.get(ref, by=AMIRA, now=DAY)
    with pytest.raises(ContactsLost):
        put(lost, by=AMIRA, now=DAY)
    assert not vault.key_file.exists()
    assert again.read("evidence", one.id, by=AMIRA, as_of=LATER).body["name"] == "Ann"
    again.verify()
    lost.forget(ref, by=AMIRA, now=DAY)
    ref = put(lost, by=AMIRA, now=DAY)  # the vault is empty: a new key may be made
    assert lost.get(ref, by=AMIRA, now=DAY) == CONTACT
