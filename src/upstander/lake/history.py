"""Versions of rows: what stood at a point of a source's history, and what a release changed.

A segment holds the rows a release added, changed or removed, stamped with when that became known.
What stands at a point is, for each source and key, the newest version up to it, unless removed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core.errors import TableError
from upstander.core.tables import STAMPS, Table
from upstander.lake.releases import Release

MEMORY = "1GB"  # of the engine, so that a run stays within its 3 GB
STANDING = """
    SELECT {names} FROM read_parquet($paths, union_by_name = true)
    WHERE {conditions}
    QUALIFY row_number() OVER (
        PARTITION BY source, {kind}, {key} ORDER BY known_at DESC, sequence DESC
    ) = 1 AND NOT removed
    ORDER BY source, kind, {key}
"""


@dataclass(frozen=True)
class Asked:
    """What is read of a table: all of it unless something is left out, which the engine then never reads.

    Attributes:
        columns: of the table, without its stamps; () for all.
        source, kind: of one source's releases, of one kind of them.
        before: leaves out what was kept on the very last day from this sequence number on.
        where: by column of the table's key, the values that are read.
    """

    columns: tuple[str, ...] = ()
    source: str | None = None
    kind: str | None = None
    before: int | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


ALL = Asked()


def engine() -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that loads no extension and fetches nothing."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    return duckdb.connect(config=settings)


def standing(
    table: Table,
    files: Iterable[Path],
    *,
    upto: date,
    asked: Asked = ALL,
) -> pa.Table:
    """Rows of ``table`` with their stamps as they stood on ``upto``, each kind of release by itself.

    Raises:
        TableError: a segment is damaged; it is named.
    """
    paths = [str(f) for f in files]
    columns = [c for c in table.columns if c.name in (asked.columns or table.names)]
    stamped = [*columns, *STAMPS]
    schema = pa.schema([(c.name, c.type) for c in stamped])
    try:
        with engine() as connection:
            kind = _kind(connection, paths)
            names = [f"{kind} AS kind" if c.name == "kind" else c.name for c in stamped]
            conditions, values = _conditions(table, upto, kind, asked)
            query = STANDING.format(
                names=", ".join(names),
                conditions=" AND ".join(conditions),
                kind=kind,
                key=", ".join(table.key),
            )
            rows = connection.execute(query, {"paths": paths, **values}).to_arrow_table()
    except duckdb.Error as error:
        raise damaged(paths, error) from None
    return rows.cast(schema)


def _kind(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> str:
    """The kind of a release; segments written before releases had kinds hold only the source's own."""
    relation = connection.read_parquet(paths, union_by_name=True)
    return "coalesce(kind, '')" if "kind" in relation.columns else "''"


def _conditions(
    table: Table,
    upto: date,
    kind: str,
    asked: Asked,
) -> tuple[list[str], dict[str, Any]]:
    """What holds of the rows that are read, and the values it names."""
    conditions = ["known_at <= $upto"]
    values: dict[str, Any] = {"upto": upto}
    for condition, value in (
        ("source = $source", asked.source),
        (f"{kind} = $kind", asked.kind),
        ("(known_at < $upto OR sequence < $before)", asked.before),
        *(
            (f"{_key(table, name)} IN (SELECT unnest(${name}))", list(v))
            for name, v in asked.where
        ),
    ):
        if value is not None:
            conditions.append(condition)
            values[condition.rsplit("$", 1)[1].rstrip(")")] = value
    return conditions, values


def _key(table: Table, name: str) -> str:
    """A column that may bound what is read: one of the key, for every version of a row agrees in it. Raises ValueError."""
    if name not in table.key:
        raise ValueError(
            f"{table.name}: rows are read by {', '.join(table.key)}, not by {name}"
        )
    return name


def damaged(paths: list[str], error: Exception) -> TableError:
    """The error for the first segment that cannot be read whole; DuckDB does not always name it."""
    remedy = "delete the file of that number in releases/ and fetch that release again"
    for path in paths:
        try:
            pq.read_table(path)
        except (OSError, pa.ArrowException):
            return TableError(f"{path}: missing or damaged; {remedy}")
    return TableError(
        f"a segment is missing or damaged: {str(error).splitlines()[0]}; {remedy}"
    )


def difference(
    table: Table,
    old: pa.Table,
    new: pa.Table,
    release: Release,
    *,
    stragglers: bool = True,
    everywhere: bool = False,
) -> pa.Table:
    """Segment rows that turn ``old`` into ``new``, where ``release`` speaks.

    A row of ``old`` that ``new`` lacks is removed only inside the days and places the release
    covers, and only for things it speaks of (``table.speaks_for``): silence elsewhere means nothing.
    With ``everywhere``, ``new`` is the whole of what stands (a table derived anew), and what it lacks is gone.
    With ``stragglers``, rows of ``new`` outside the coverage are stored even where they change
    nothing, so that ``content`` can be told again from the state and the segment alone.
    """
    plain = table.plain_schema
    old, new = old.select(table.names).cast(plain), new.select(table.names).cast(plain)
    if not old.num_rows:
        return stamped(new, release, False)
    if stragglers:
        outside = pc.invert(spoken_of(table, new, new, release))
    else:
        outside = pa.repeat(False, new.num_rows)
    changed, gone = _changed_and_gone(table, old, new, outside)
    if gone.num_rows and not everywhere:
        gone = gone.filter(spoken_of(table, gone, new, release))
    added = stamped(changed.cast(plain), release, False)
    removed = stamped(gone.cast(plain), release, True)
    return pa.concat_tables([added, removed])


def _changed_and_gone(
    table: Table,
    old: pa.Table,
    new: pa.Table,
    outside: pa.Array,
) -> tuple[pa.Table, pa.Table]:
    """Rows of ``new`` that are not so in ``old`` or lie outside, and rows of ``old`` whose key ``new`` lacks."""
    key = ", ".join(table.key)
    others = [n for n in table.names if n not in table.key]
    differs = " OR ".join(f"n.{c} IS DISTINCT FROM o.{c}" for c in others) or "false"
    with engine() as connection:
        connection.register("o", old)
        connection.register("n", new.append_column("outside", outside))
        changed = connection.sql(
            f"SELECT n.* EXCLUDE (outside) FROM n LEFT JOIN (SELECT *, true AS here FROM o) o USING ({key}) "  # noqa: S608
            f"WHERE o.here IS NULL OR n.outside OR {differs}"
        ).to_arrow_table()
        absent = f"SELECT o.* FROM o ANTI JOIN n USING ({key})"  # noqa: S608
        gone = connection.sql(absent).to_arrow_table()
    return changed, gone


def content(table: Table, state: pa.Table, release: Release) -> pa.Table:
    """The rows of a release, told again from the state after it: what it covers, and its own stragglers."""
    same_name = pc.equal(state["release"], release.release)
    same_day = pc.equal(state["known_at"], release.known_at)
    own = pc.and_(same_name, same_day)
    covered = spoken_of(table, state, state.filter(own), release)
    return state.filter(pc.or_(covered, own)).select(table.names)


def spoken_of(
    table: Table,
    rows: pa.Table,
    new: pa.Table,
    release: Release,
) -> pa.Array:
    """Which of ``rows`` the release would have held, had they still been true."""
    at = rows[table.period]
    first, last = _periods(table, release)
    from_first = pc.greater_equal(at, pa.scalar(first, at.type))
    to_last = pc.less_equal(at, pa.scalar(last, at.type))
    inside = pc.and_(from_first, to_last)
    if release.places is not None:
        places = pa.array(release.places, pa.string())
        inside = pc.and_(inside, pc.is_in(rows["country"], places))
    for column in table.speaks_for:
        inside = pc.and_(inside, pc.is_in(rows[column], pc.unique(new[column])))
    return inside


def _periods(table: Table, release: Release) -> tuple[date | int, date | int]:
    """First and last period that the release covers, as the table writes them."""
    first, last = release.first, release.last
    if table.grain == "year":
        return first.year, last.year
    if table.grain == "month":
        return first.replace(day=1), last
    return first, last


def stamped(rows: pa.Table, release: Release, removed: bool) -> pa.Table:
    """``rows`` with the columns a segment adds."""
    values = {
        "source": pa.scalar(release.source, pa.string()),
        "kind": pa.scalar(release.kind, pa.string()),
        "release": pa.scalar(release.release, pa.string()),
        "known_at": pa.scalar(release.known_at, pa.date32()),
        "known_at_basis": pa.scalar(release.basis, pa.string()),
        "sequence": pa.scalar(release.sequence, pa.int64()),
        "removed": pa.scalar(removed, pa.bool_()),
    }
    for name, value in values.items():
        rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
    return rows


def cut_by_lag(
    table: Table,
    rows: pa.Table,
    lags: dict[str, int],
    as_of: date,
) -> pa.Table:
    """Rows of final data that would have been out on ``as_of``, given each source's days of delay."""
    keep = pa.array([False] * rows.num_rows)
    at = rows[table.period]
    for source, days in sorted(lags.items()):
        limit = _first_period_not_out(table, as_of - timedelta(days=days))
        was_out = pc.less(at, pa.scalar(limit, at.type))
        mine = pc.equal(rows["source"], source)
        keep = pc.or_(keep, pc.and_(mine, was_out))
    return rows.filter(keep)


def _first_period_not_out(table: Table, last_day: date) -> date | int:
    """The first period that had not ended by a day, as the table writes it."""
    after = last_day + timedelta(days=1)
    if table.grain == "year":
        return after.year
    return after.replace(day=1) if table.grain == "month" else after
