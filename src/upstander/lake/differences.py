"""States and differences of one source's rows in one table: pure functions on Arrow tables.

A *state* is what a source says after some release: unique keys, the table's columns.
A *difference* is what one release changed: the same columns plus ``removed``, where
a removed row carries its last values. A *content* is all the rows of one release.

Rows outside the days and places a release covers (stragglers) are always part of
its difference, even when nothing changed, so that ``content`` can be told again
from the state and the difference alone.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.tables import FLAG, Table
from upstander.lake.releases import Release

REMOVED = "removed"


def empty(table: Table) -> pa.Table:
    """The state of a source before its first release."""
    return table.schema.empty_table()


def marked(rows: pa.Table, removed: bool) -> pa.Table:
    """Rows as a difference: all of them there, or all of them removed."""
    return rows.append_column(pa.field(REMOVED, FLAG, False), pa.repeat(pa.scalar(removed), rows.num_rows))


def ordered(rows: pa.Table, table: Table) -> pa.Table:
    """Rows sorted by key in one chunk, so that equal tables compare equal."""
    return rows.sort_by([(name, "ascending") for name in table.key]).combine_chunks()


def is_covered(rows: pa.Table, table: Table, release: Release) -> pa.ChunkedArray:
    """(N,) whether each row's period begins on a day, and stands at a place, the release covers."""
    period = rows[table.period]
    first: date | int = release.first
    last: date | int = release.last
    if pa.types.is_integer(period.type):
        # A year is covered when its 1 January is.
        first = release.first.year + (release.first > date(release.first.year, 1, 1))
        last = release.last.year
    inside = pc.and_(
        pc.greater_equal(period, pa.scalar(first, period.type)), pc.less_equal(period, pa.scalar(last, period.type))
    )
    if release.places is None:
        return inside
    return pc.and_(inside, pc.is_in(rows["country"], value_set=pa.array(release.places, pa.string())))


def positions(rows: pa.Table, others: pa.Table, table: Table) -> pa.Array:
    """(N,) for each of ``rows`` the position of the same key in ``others``, or null."""
    key = list(table.key)
    left = rows.select(key).append_column("_left", pa.array(range(rows.num_rows), pa.int64()))
    right = others.select(key).append_column("_right", pa.array(range(others.num_rows), pa.int64()))
    joined = left.join(right, key, join_type="left outer").sort_by("_left")
    return joined["_right"].combine_chunks()


def is_changed(rows: pa.Table, others: pa.Table, where: pa.Array) -> pa.ChunkedArray:
    """(N,) whether a row differs from the row of ``others`` it stands beside, or stands alone."""
    beside = others.take(where)
    changed = pc.is_null(where)
    for name in rows.column_names:
        a, b = rows[name], beside[name]
        same = pc.or_kleene(pc.fill_null(pc.equal(a, b), False), pc.and_(pc.is_null(a), pc.is_null(b)))
        changed = pc.or_(changed, pc.invert(same))
    return changed


def difference(state: pa.Table, content: pa.Table, table: Table, release: Release) -> pa.Table:
    """What ``content`` changes in ``state``: new and changed rows, stragglers, and rows removed."""
    if not state.num_rows:
        return marked(content, False)
    changed = is_changed(content, state, positions(content, state, table))
    stored = content.filter(pc.or_(changed, pc.invert(is_covered(content, table, release))))
    lost = pc.is_null(positions(state, content, table))
    gone = state.filter(pc.and_(lost, is_covered(state, table, release)))
    return pa.concat_tables([marked(stored, False), marked(gone, True)])


def derived_difference(
    before: pa.Table, backed: pa.Table, content: pa.Table, table: Table, release: Release
) -> pa.Table:
    """What a release changes in a table that is computed from another.

    Args:
        before: the derived table's state before the release.
        backed: what the other table gave before the release.
        content: what the other table gives after it.

    A row of ``before`` that the other table never gave came with a bundle, which
    holds sums without their events: outside the release's coverage it stays.
    """
    if not before.num_rows:
        return marked(content, False)
    unbacked = before.filter(
        pc.and_(pc.is_null(positions(before, backed, table)), pc.invert(is_covered(before, table, release)))
    )
    content = content.filter(pc.is_null(positions(content, unbacked, table)))
    stored = content.filter(is_changed(content, before, positions(content, before, table)))
    stays = pc.is_valid(positions(before, unbacked, table))
    lost = pc.is_null(positions(before, content, table))
    gone = before.filter(pc.and_(lost, pc.invert(stays)))
    return pa.concat_tables([marked(stored, False), marked(gone, True)])


def advance(state: pa.Table, change: pa.Table, table: Table) -> pa.Table:
    """The state after a difference."""
    alive = change.filter(pc.invert(change[REMOVED])).drop_columns([REMOVED])
    if not state.num_rows or not change.num_rows:
        return alive if not state.num_rows else state
    kept = state.filter(pc.is_null(positions(state, change, table)))
    return pa.concat_tables([kept, alive])


def content(state: pa.Table, change: pa.Table, table: Table, release: Release) -> pa.Table:
    """All the rows of a release, from the state after it and its own difference."""
    inside = state.filter(is_covered(state, table, release))
    alive = change.filter(pc.invert(change[REMOVED])).drop_columns([REMOVED])
    return pa.concat_tables([inside, alive.filter(pc.invert(is_covered(alive, table, release)))])
