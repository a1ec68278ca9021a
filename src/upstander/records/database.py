"""SQLite or PostgreSQL behind one door: connect, migrate, read, and write one writer per chain at a time.

An acknowledged write survives a killed process and a power cut: SQLite runs with WAL and ``synchronous=FULL``,
PostgreSQL with its own default. A transaction is kept whole or not at all.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as NoConnection

from upstander.core import private
from upstander.core.errors import AuditBroken, Busy, ConfigError

if TYPE_CHECKING:
    from alembic.config import Config

PATIENCE = 30  # seconds a writer waits for another to finish
FULL = frozenset(
    ("53100", sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
)  # codes of PostgreSQL, of SQLite
HELD = frozenset(("55P03", "40P01", "40001", sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
NOT_KEPT = "nothing of this step was kept"
log = logging.getLogger("upstander.records")
MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Database:
    """An engine, and the two ways to use it."""

    engine: Engine

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view, whatever is written meanwhile."""
        level = (
            {"isolation_level": "REPEATABLE READ"}
            if self.engine.dialect.name == "postgresql"
            else {}
        )
        with self._said(), self.engine.execution_options(**level).connect() as connection:
            yield connection

    @contextmanager
    def writing(self, chains: Iterable[str] = ()) -> Iterator[Connection]:
        """One transaction, alone on these chains until it ends; kept whole when the block ends well, else not at all.

        Raises:
            Busy: the disk is full, the server is gone, or another writer held on for too long.
        """
        with (
            self._said(),
            self.engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection,
        ):
            if connection.dialect.name == "postgresql":
                for chain in sorted(
                    set(chains)
                ):  # sorted, so that two writers never wait for each other
                    connection.execute(
                        select(func.pg_advisory_xact_lock(func.hashtextextended(chain, 0)))
                    )
            yield connection

    def check_file(self) -> None:
        """Raise AuditBroken where SQLite finds its file damaged; PostgreSQL checks its own pages (``data_checksums``)."""
        if self.engine.dialect.name == "sqlite":
            with self.reading() as connection:
                found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            if found != "ok":
                raise AuditBroken(
                    f"records ({self.shown}): the file is damaged ({found}); restore it from a backup"
                )

    def scrub(self) -> None:
        """Let nothing that was deleted linger in SQLite's files; PostgreSQL's are the administrator's to look after."""
        if self.engine.dialect.name == "sqlite":
            with (
                self._said(),
                self.engine.execution_options(begin="SELECT 1").connect() as connection,
            ):
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except DataError as error:
            log.warning("%s: a value was refused (%s)", self.shown, _code(error))
            raise ConfigError(
                f"a value cannot be kept as it was written; type it again. Of it {NOT_KEPT}"
            ) from error
        except (OperationalError, InternalError) as error:
            log.warning("%s: %s", self.shown, _first_line(error))
            raise Busy(_words(_code(error))) from error
        except DatabaseError as error:
            if (
                type(error) is not DatabaseError
            ):  # its kinds are a program's faults, or known where they are caught
                raise
            raise AuditBroken(
                f"records: the database's file is damaged ({error.orig}); restore it from a backup"
            ) from error
        except NoConnection:
            raise Busy(
                f"every connection to the records is in use; {NOT_KEPT}. Try again in a moment"
            ) from None
        except UnicodeEncodeError:
            raise ConfigError(
                "a text holds half a character and cannot be kept; type it again"
            ) from None


def _first_line(error: BaseException | None) -> str:
    """What the database itself said."""
    return (str(getattr(error, "orig", error)).strip().splitlines() or ["no answer"])[0]


def _code(error: DBAPIError) -> object:
    """What the database calls the fault: PostgreSQL's five signs, SQLite's number; '' when it says none."""
    return getattr(error.orig, "sqlstate", None) or getattr(
        error.orig, "sqlite_errorcode", ""
    )


def _words(code: object) -> str:
    """A fault of the database for whoever meets it. Where the database is, and as whom we are there, is for the log."""
    if code in HELD or (isinstance(code, int) and code & 0xFF in HELD):
        return f"the records are held by somebody who is writing; {NOT_KEPT}. Try again in a moment"
    if code in FULL:
        return f"the disk of the records is full; {NOT_KEPT}. The administrator makes room, then try again"
    return f"the records cannot be reached just now; {NOT_KEPT}. Try again; if it lasts, the log says why"


def open_database(url: str) -> Database:
    """Connect and migrate to the newest tables.

    Raises:
        ConfigError: the URL is none of ours, or the database cannot be reached or is newer than this program.
    """
    database = connect(url)
    try:
        with database.reading() as connection:
            found = _revisions(connection)
    except (
        Busy
    ) as error:  # nobody but the operator reads this, and needs to know what to mend
        raise ConfigError(
            f"records ({database.shown}): {_first_line(error.__cause__)}"
        ) from error
    known = revisions()
    if found != known[-1:]:
        if not set(found) <= set(known):
            raise ConfigError(
                f"records ({database.shown}): made by a newer Upstander; upgrade this one"
            )
        migrate(database, "head")
    return database


def revisions() -> tuple[str, ...]:
    """Every revision of the tables, oldest first, by the names of their files: Alembic takes a quarter of a second to load,
    and most databases are of the newest."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def _revisions(connection: Connection) -> tuple[str, ...]:
    """The revision that a database's tables are of, as Alembic keeps it; none of a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return ()
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    return tuple(str(name) for (name,) in found)


def connect(url: str) -> Database:
    """An engine with our settings; opens nothing yet. Raises ConfigError."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise ConfigError(
                "the records' URL must begin with sqlite:/// or postgresql+psycopg://"
            )
        if (
            parsed.get_backend_name() == "sqlite"
            and parsed.database
            and not parsed.database.startswith((":", "file:"))
        ):
            _make_private(Path(parsed.database))
        engine = create_engine(parsed, **_options(parsed.get_backend_name()))
    except (
        ArgumentError,
        NoSuchModuleError,
    ):  # their words may repeat the URL, and with it a password
        raise ConfigError(
            "the records' URL is not one: use sqlite:///... or postgresql+psycopg://..."
        ) from None
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"PostgreSQL needs the package {error.name}: pip install 'upstander[postgres]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle)
        event.listen(engine, "begin", _begin)
    return Database(engine)


def _options(backend: str) -> dict[str, Any]:
    if backend == "sqlite":
        return {}
    # No JIT: from some 4,000 records on it would spend 0.2 s compiling a question that takes a tenth of that.
    return {
        "pool_pre_ping": True,
        "connect_args": {"options": f"-c lock_timeout={PATIENCE * 1000}ms -c jit=off"},
    }


def _make_private(database: Path) -> None:
    """What people wrote stands in SQLite's files in the open: so they are their owner's alone before anything is written.
    SQLite makes those beside the database with the same rights."""
    private.folder(database.parent)
    for file in (
        database,
        *(database.with_name(database.name + end) for end in ("-wal", "-shm")),
    ):
        if file == database or file.exists():
            private.file(file)


def _settle(raw: Any, _record: Any) -> None:
    """Settings of one SQLite connection."""
    raw.isolation_level = None  # we say BEGIN ourselves: the driver's own begins too late for DDL and for reads
    for words in (
        f"busy_timeout={PATIENCE * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what erasure deletes is overwritten
    ):
        raw.execute(f"PRAGMA {words}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def migrate(database: Database, to: str) -> None:
    """Bring the tables to a revision ("head", "base" or an id), up or down, in one transaction.

    Two processes that open a new database at once do it one after the other.
    """
    from alembic import command
    from alembic.migration import MigrationContext

    with database.writing(["migrations"]) as connection:
        config = _config()
        config.attributes["connection"] = connection
        found = MigrationContext.configure(connection).get_current_revision()
        down = to == "base" or (found is not None and to != "head" and _is_older(to, found))
        (command.downgrade if down else command.upgrade)(config, to)


def _is_older(revision: str, than: str) -> bool:
    line = revisions()
    return line.index(revision) < line.index(than)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
