"""Contacts of sources: read by the cleared of their space, each look kept; a lost key loses them and nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.lake.records.made_up import ADMIN, AMIRA, BEN, CARLA, DAY, LATER, NGO, OVERSIGHT, draft, opened

from upstander.core.errors import ContactsLost, NotAllowed, UnknownRecord
from upstander.core.rights import Role
from upstander.lake.records.schema import contact, entry, words
from upstander.lake.records.vault import Vault

CONTACT = {"name": "Zebulon", "phone": "+249 000"}


@pytest.fixture
def records(records_url, tmp_path):
    return opened(records_url, tmp_path)


@pytest.fixture
def vault(records, tmp_path):
    return Vault.open(records, tmp_path / "apart" / "vault.key")


def test_a_contact_is_read_by_the_cleared_of_its_space_and_each_look_is_kept(vault, records):
    ref = vault.put(CONTACT, space="gov", by=CARLA, now=DAY)
    assert vault.get(ref, by=BEN, now=DAY) == CONTACT
    for other in (NGO, CARLA, ADMIN, replace(BEN, role=Role.OVERSIGHT)):
        with pytest.raises(UnknownRecord) as refused:
            vault.get(ref, by=other, now=DAY)
        with pytest.raises(UnknownRecord) as unknown:
            vault.get("nothing", by=other, now=DAY)
        assert str(refused.value) == str(unknown.value)
    lines = records.logged(by=OVERSIGHT, since=DAY, until=LATER)
    assert [(x.who, x.action, x.what) for x in lines] == [("carla", "contact kept", ref), ("ben", "contact read", ref)]
    assert "Zebulon" not in repr(lines)


def test_contacts_go_only_into_ones_own_space(vault):
    for by in (NGO, ADMIN):
        with pytest.raises(NotAllowed):
            vault.put(CONTACT, space="gov", by=by, now=DAY)


def test_a_forgotten_contact_is_gone(vault, records):
    ref = vault.put(CONTACT, space="gov", by=AMIRA, now=DAY)
    with pytest.raises(UnknownRecord):
        vault.forget(ref, by=NGO, now=DAY)
    vault.forget(ref, by=AMIRA, now=DAY)
    with pytest.raises(UnknownRecord):
        vault.get(ref, by=AMIRA, now=DAY)
    records.verify()


def test_the_database_alone_tells_nothing(vault, records):
    vault.put(CONTACT, space="gov", by=AMIRA, now=DAY)
    with records.database.reading() as connection:
        rows = [connection.execute(select(table)).all() for table in (contact, entry, words)]
    assert "Zebulon" not in repr(rows)


def test_a_lost_key_loses_the_contacts_and_nothing_else(vault, records, records_url, tmp_path):
    one = draft(personal={"name": "Ann"})
    records.append([one], by=AMIRA, why="", now=DAY)
    ref = vault.put(CONTACT, space="gov", by=AMIRA, now=DAY)
    vault.key_file.unlink()
    again = opened(records_url, tmp_path)
    lost = Vault.open(again, vault.key_file)
    with pytest.raises(ContactsLost):
        lost.get(ref, by=AMIRA, now=DAY)
    with pytest.raises(ContactsLost):
        lost.put(CONTACT, space="gov", by=AMIRA, now=DAY)
    assert not vault.key_file.exists()
    assert again.read("evidence", one.id, by=AMIRA, as_of=LATER).personal == {"name": "Ann"}
    again.verify()
    lost.forget(ref, by=AMIRA, now=DAY)
    ref = lost.put(CONTACT, space="gov", by=AMIRA, now=DAY)  # the vault is empty: a new key may be made
    assert lost.get(ref, by=AMIRA, now=DAY) == CONTACT
