"""Key files are made safely, refused when others may read them, and show in no error."""

import pytest

from upstander.core.errors import ConfigError
from upstander.core.keys import Key, WrongKey, key_file, new_key


def test_a_key_file_is_made_once_and_read_afterwards(tmp_path):
    made = key_file(tmp_path / "keys" / "a.key")
    assert key_file(tmp_path / "keys" / "a.key") == made
    assert len(made.secret) == 32
    assert key_file(tmp_path / "keys" / "b.key") != made


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    key_file(tmp_path / "a.key")
    (tmp_path / "a.key").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        key_file(tmp_path / "a.key")


def test_a_file_that_is_no_key_is_refused_and_not_shown(tmp_path):
    (tmp_path / "a.key").write_bytes(b"secret")
    (tmp_path / "a.key").chmod(0o600)
    with pytest.raises(ConfigError, match="not a key file") as refused:
        key_file(tmp_path / "a.key")
    assert "secret" not in str(refused.value)


def test_what_is_sealed_opens_only_with_its_key_and_in_its_place():
    key = new_key()
    sealed = key.seal(b"Ann", "record 1")
    assert key.open(sealed, "record 1") == b"Ann"
    assert b"Ann" not in sealed
    assert sealed != key.seal(b"Ann", "record 1")
    for other, place, text in (
        (new_key(), "record 1", sealed),
        (key, "record 2", sealed),
        (key, "record 1", sealed[:-1]),
    ):
        with pytest.raises(WrongKey):
            other.open(text, place)


def test_a_key_does_not_show_itself():
    assert repr(Key(b"k" * 32)) == "Key()"
