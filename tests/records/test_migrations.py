"""Migrations go up and down on both databases, and end at the tables the code declares."""

import stat
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from tests.records.made_up import AMIRA, DAY, ENVIRONMENT, draft, opened

from upstander.core.errors import ConfigError
from upstander.records.database import (
    MIGRATIONS,
    connect,
    migrate,
    open_database,
    revisions,
)
from upstander.records.schema import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    with request.getfixturevalue("postgres").database("template0") as url:
        yield url


def tables(database):
    with database.reading() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(empty_url, tmp_path):
    database = connect(empty_url)
    for _ in range(2):
        migrate(database, "head")
        assert tables(database) == set(metadata.tables)
        migrate(database, "base")
        assert tables(database) == set()
    records = opened(empty_url, tmp_path)
    records.append([draft()], by=AMIRA, why="", now=DAY)
    assert records.verify().entries == 1


def test_the_newest_tables_are_those_the_code_declares(empty_url):
    with open_database(empty_url).reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_files_are_named_by_their_revisions_in_their_order():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    oldest_first = [s.revision for s in scripts.walk_revisions()][::-1]
    assert list(revisions()) == oldest_first
    assert scripts.get_heads() == oldest_first[-1:]


def test_a_database_of_the_newest_tables_is_opened_without_the_migrations(tmp_path):
    open_database(f"sqlite:///{tmp_path / 'records.db'}").engine.dispose()
    words = (
        "import sys; from upstander.records.database import open_database; "
        "open_database(sys.argv[1]); print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", words, f"sqlite:///{tmp_path / 'records.db'}"]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.stdout == "False\n", done.stderr


def test_a_database_of_a_newer_program_is_left_alone(empty_url):
    database = open_database(empty_url)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="newer Upstander"):
        open_database(empty_url)


def test_several_processes_open_a_new_database_at_once(empty_url, tmp_path):
    words = (
        "import sys; from pathlib import Path; from upstander.records.store import Records; "
        + ("Records.open(sys.argv[1], Path(sys.argv[2]))")
    )
    command = [sys.executable, "-c", words, empty_url, str(tmp_path / "keys")]
    started = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
    key = tmp_path / "keys" / "records.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert sorted(f.name for f in key.parent.iterdir()) == ["records.key", "signing.key"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:hunter2@db/x", "must begin with"),
        ("not a url hunter2", "is not one"),
        ("postgresql+nothing://u:hunter2@db/x", "is not one"),
        ("postgresql+psycopg://u:hunter2@127.0.0.1:1/x", "refused"),
    ],
)
def test_a_url_that_cannot_be_used_is_an_error_without_its_password(url, words):
    with pytest.raises(ConfigError, match=words) as refused:
        open_database(url)
    assert "hunter2" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_said():
    with pytest.raises(
        ConfigError, match=r"/dev/null/home: .* cannot be made \(Not a directory\)"
    ):
        open_database("sqlite:////dev/null/home/records.db")
