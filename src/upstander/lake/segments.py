"""Segments: what a release changed, and what those that follow it say again because it came late."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from upstander.core.tables import EVENT, VIOLENCE_MONTH, Table
from upstander.lake import checking, history
from upstander.lake.derive import months_of_events
from upstander.lake.releases import Release
from upstander.lake.writing import put


@dataclass(frozen=True)
class Arrival:
    """A release that comes into the lake at ``root``, and those of its history that were kept before it."""

    root: Path
    release: Release
    mine: tuple[Release, ...]

    @property
    def later(self) -> list[Release]:
        """Those that follow the release, though they were kept before it; none is the usual case."""
        after = (r for r in self.mine if r.order > self.release.order)
        return sorted(after, key=lambda r: r.order)

    def files(self, table: Table) -> list[Path]:
        """Segments of a table that the history has so far."""
        return checking.files_of(self.root, table, self.mine)

    def paths(self, names: list[str]) -> list[Path]:
        """Where segments of these names lie."""
        return [self.root / name for name in names]


def written(arrival: Arrival, table: Table, rows: pa.Table) -> list[str]:
    """Write what the release changed; and, if it came late, what those after it say again because of it."""
    release, files = arrival.release, arrival.files(table)
    old = _standing(table, files, release, before=True)
    names = [_segment(arrival, table, history.difference(table, old, rows, release))]
    for after in arrival.later:
        content = history.content(table, _standing(table, files, after), after)
        standing = _standing(table, [*files, *arrival.paths(names)], after)
        again = history.difference(table, standing, content, after, stragglers=False)
        names += _said_again(arrival, table, again, after)
    return names


def written_months(arrival: Arrival, rows: pa.Table, events: list[str]) -> list[str]:
    """Monthly sums of all of the source's events: a straggler adds to its month, it is not the month.

    Args:
        rows: the release's events.
        events: the segments that were written of them.
    """
    # a bundle brings sums without their events: what is not derived from events held stays as it came
    is_whole = all(r.names_a_segment_of(EVENT) for r in arrival.mine)
    event_files = [*arrival.files(EVENT), *arrival.paths(events)]
    month_files = arrival.files(VIOLENCE_MONTH)
    standing_events = (
        _standing(EVENT, event_files, arrival.release) if arrival.mine else rows
    )
    old = _standing(VIOLENCE_MONTH, month_files, arrival.release, before=True)
    change = _months_changed(old, standing_events, arrival.release, is_whole)
    names = [_segment(arrival, VIOLENCE_MONTH, change)]
    for after in arrival.later:
        events_then = _standing(EVENT, event_files, after)
        months = _standing(VIOLENCE_MONTH, [*month_files, *arrival.paths(names)], after)
        again = _months_changed(months, events_then, after, is_whole)
        names += _said_again(arrival, VIOLENCE_MONTH, again, after)
    return names


def _months_changed(
    old: pa.Table,
    events: pa.Table,
    at: Release,
    is_whole: bool,
) -> pa.Table:
    return history.difference(
        VIOLENCE_MONTH,
        old,
        months_of_events(events),
        at,
        stragglers=False,
        everywhere=is_whole,
    )


def _said_again(
    arrival: Arrival,
    table: Table,
    rows: pa.Table,
    after: Release,
) -> list[str]:
    """Rows of ``after`` that have to be stored now that the late release stands before it."""
    if not rows.num_rows:
        return []
    return [_segment(arrival, table, rows, f"-again-{after.sequence:06d}")]


def _segment(
    arrival: Arrival,
    table: Table,
    rows: pa.Table,
    suffix: str = "",
) -> str:
    release = arrival.release
    file = f"{release.sequence:06d}-{release.source}-{release.sha256[:12]}{suffix}.parquet"
    name = f"tables/{table.name}/{file}"
    put(arrival.root / name, lambda part: pq.write_table(rows, part, compression="snappy"))
    return name


def _standing(
    table: Table,
    files: list[Path],
    at: Release,
    before: bool = False,
) -> pa.Table:
    """What its source's releases of one kind said once ``at`` was out, or just before it."""
    if not files:
        return table.plain_schema.empty_table()
    sequence = at.sequence + (not before)
    asked = history.Asked(source=at.source, kind=at.kind, before=sequence)
    return history.standing(table, files, upto=at.known_at, asked=asked)
