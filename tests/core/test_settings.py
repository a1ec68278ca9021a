"""Where people's records are kept, and that the password in their URL does not show."""

from pathlib import Path

from upstander.core.settings import Settings


def test_records_are_a_file_in_home_unless_said_otherwise(tmp_path, monkeypatch):
    monkeypatch.delenv("UPSTANDER_RECORDS_URL", raising=False)
    settings = Settings(home=tmp_path)
    assert settings.records == f"sqlite:///{tmp_path}/records.db"
    assert settings.vault_key == tmp_path / "keys" / "vault.key"
    monkeypatch.setenv("UPSTANDER_KEYS", "/mnt/keys")
    assert Settings(home=tmp_path).vault_key == Path("/mnt/keys/vault.key")


def test_the_password_in_the_url_does_not_show(monkeypatch):
    monkeypatch.setenv("UPSTANDER_RECORDS_URL", "postgresql+psycopg://u:hunter2@db/x")
    settings = Settings()
    assert "hunter2" in settings.records
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
