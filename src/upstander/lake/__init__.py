"""Keep what was published, and answer what was known on a given day.

A lake is a folder::

    snapshots/<sha256>/<file>   the publisher's bytes
    tables/<table>/<segment>    Parquet: only what each release changed
    releases/<release>.json     the commit: readers see only segments that a release names
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from upstander.core.checksums import sha256_once
from upstander.core.errors import ConfigError, LeakageError, SourceChanged
from upstander.core.places import Places
from upstander.core.tables import EVENT, LAKE_TABLES, VIOLENCE_MONTH, Table
from upstander.core.types import Snapshot, Source
from upstander.lake import checking, claims, corrections, exchange
from upstander.lake.derive import months_of_events
from upstander.lake.releases import Release, file_text, listed
from upstander.lake.writing import only_writer, put

__all__ = ["Lake", "Release"]


@dataclass(frozen=True)
class Incoming:
    """A release on its way into the lake: what its source is called, its rows, and the releases kept before."""

    name: str
    source: Source
    snapshot: Snapshot
    rows: pa.Table
    known: tuple[Release, ...]

    @property
    def sequence(self) -> int:
        """Number of the release in the order of keeping."""
        return 1 + max((r.sequence for r in self.known), default=0)

    @property
    def is_of_the_world(self) -> bool:
        """Whether it claims to speak of the deaths of the whole world."""
        return (
            self.snapshot.places is None
            and self.name in claims.OF_THE_WORLD
            and self.source.table in (EVENT, VIOLENCE_MONTH)
        )

    def same(self, digest: str) -> Release | None:
        """That very release, where it is kept already."""
        return next(
            (r for r in self.known if r.is_same(self.name, self.snapshot, digest)), None
        )

    def release(self, digest: str) -> Release:
        """The release as it is kept, with no segments yet."""
        source, snapshot = self.source, self.snapshot
        return Release(
            source=self.name,
            release=snapshot.release,
            known_at=claims.known_day(snapshot),
            basis=snapshot.basis,
            first=snapshot.first,
            last=snapshot.last,
            places=snapshot.places,
            sha256=digest,
            size_bytes=snapshot.path.stat().st_size,
            rows=self.rows.num_rows,
            licence=source.licence,
            citation=source.citation,
            publisher=source.publisher,
            homepage=source.homepage,
            title=source.title,
            lag_days=source.lag_days,
            sequence=self.sequence,
            kind=snapshot.kind,
            taken_for=snapshot.taken_for,
        )


@dataclass(frozen=True)
class Lake:
    """Append-only, bitemporal tables in one folder."""

    root: Path

    def keep(
        self,
        name: str,
        source: Source,
        snapshot: Snapshot,
        places: Places,
        *,
        despite_fall: bool = False,
    ) -> Release:
        """Parse one release, check it, and store its bytes and what it changed: all of it, or nothing.

        The same release with the same bytes is stored once. ``despite_fall`` keeps a release of the
        world in which whole regions fall to 0, once a person has looked.

        Raises:
            SourceChanged: the file is not what the source declares, holds rows later than the day it was
                known, or claims the world and does not look like it; nothing was stored.
            ConfigError: the disk is full, or another process holds the lake for too long.
        """
        with only_writer(self.root), ExitStack() as undo, ThreadPoolExecutor(1) as aside:
            known = listed(self.root)
            undo.callback(self._aside(snapshot.path).unlink, missing_ok=True)
            # hashing takes as long as parsing: side by side
            copied = aside.submit(self._copy, snapshot.path)
            rows = _rows(name, source, snapshot, places)
            digest = copied.result()
            incoming = self._limited(Incoming(name, source, snapshot, rows, known))
            if same := incoming.same(digest):
                return same
            if not despite_fall:
                self._check_claim(incoming, places)
            self._keep_raw(incoming, digest, undo)
            release = self._commit(incoming, digest)
            undo.pop_all()
            return release

    def _limited(self, incoming: Incoming) -> Incoming:
        """The release with the places it can speak of, beside what is held of its source."""
        from upstander.lake import history

        table, snapshot = incoming.source.table, incoming.snapshot
        if snapshot.places is not None or table.grain != "year" or not table.speaks_for:
            return incoming
        mine = [r for r in incoming.known if r.source == incoming.name]
        files = checking.files_of(self.root, table, mine)
        if not files:
            return incoming
        standing = history.standing(
            table, files, upto=date.max, asked=history.Asked(source=incoming.name)
        )
        limited = claims.limited(snapshot, incoming.rows, standing)
        return replace(incoming, snapshot=limited)

    def _check_claim(self, incoming: Incoming, places: Places) -> None:
        """Refuse a release that claims the world and does not look like it beside what is held."""
        from upstander.lake import history

        files = checking.files_of(self.root, VIOLENCE_MONTH, incoming.known)
        if not incoming.is_of_the_world or not files:
            return
        is_events = incoming.source.table is EVENT
        months = months_of_events(incoming.rows) if is_events else incoming.rows
        standing = history.standing(VIOLENCE_MONTH, files, upto=date.max)
        claims.refuse_fall(incoming.snapshot, months, incoming.known, standing, places)

    def _keep_raw(
        self,
        incoming: Incoming,
        digest: str,
        undo: ExitStack,
    ) -> None:
        """Put the publisher's bytes, which lie aside, in their place; ``undo`` takes them and the commit back."""
        path = incoming.snapshot.path
        raw = self.root / "snapshots" / digest / path.name
        undo.callback(self._take_back, incoming.sequence, None if raw.exists() else raw)
        put(raw, lambda part: shutil.move(self._aside(path), part))

    def _take_back(self, sequence: int, raw: Path | None) -> None:
        """Remove what an unfinished commit wrote, so that a full disk does not fill up further; the release first."""
        releases = self.root.glob(f"releases/{sequence:06d}-*")
        segments = self.root.glob(f"tables/*/{sequence:06d}-*")
        for file in (*releases, *segments):
            file.unlink()
        if raw is not None and raw.parent.is_dir():
            shutil.rmtree(raw.parent)

    def _aside(self, path: Path) -> Path:
        return self.root / "snapshots" / f".{path.name}.part"

    def _copy(self, path: Path) -> str:
        """Copy the publisher's bytes aside and hash them on the way."""
        target = self._aside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _copied(path, target)
        except OSError as error:
            raise ConfigError(
                f"{path}: cannot be kept ({error.strerror or error}); nothing was stored"
            ) from error

    def _commit(self, incoming: Incoming, digest: str) -> Release:
        """Write the segments, then the release that names them."""
        from upstander.lake import segments

        release = incoming.release(digest)
        mine = tuple(r for r in incoming.known if r.history == release.history)
        arrival = segments.Arrival(self.root, release, mine)
        names = segments.written(arrival, incoming.source.table, incoming.rows)
        if incoming.source.table is EVENT:
            names += segments.written_months(arrival, incoming.rows, names)
        sums = tuple(sha256_once(self.root / name) for name in names)
        full = replace(release, segments=tuple(names), sums=sums)
        put(
            self.root / "releases" / full.file,
            lambda part: part.write_text(file_text([full])),
        )
        return full

    def releases(self, *, as_of: date, source: str | None = None) -> tuple[Release, ...]:
        """Releases known on ``as_of``, oldest first."""
        known = [
            r
            for r in listed(self.root)
            if r.known_at <= as_of and source in (None, r.source)
        ]
        return tuple(sorted(known, key=lambda r: r.order))

    def read(
        self,
        table: Table,
        *,
        as_of: date,
        source: str | None = None,
        hindcast: bool = False,
    ) -> pa.Table:
        """Rows of ``table`` with their stamps, the latest version of each (source, kind, key) known on ``as_of``.

        ``as_of`` has no default: a reader must say which day it is. With ``hindcast``, final data
        cut by each source's publication lag: never to be shown as what was known.

        Raises:
            LeakageError: nothing of the table was known (or, in a hindcast, would have been out) by that day.
            ConfigError: the lake holds no release of the table at all.
        """
        from upstander.lake import history

        every = [r for r in listed(self.root) if source in (None, r.source)]
        what = table.name + (f" from {source}" if source else "")
        files = self.segments(table, every, as_of=None if hindcast else as_of, what=what)
        upto = date.max if hindcast else as_of
        rows = history.standing(table, files, upto=upto, asked=history.Asked(source=source))
        if not hindcast:
            return rows
        lags = {r.source: r.lag_days for r in every}
        out = history.cut_by_lag(table, rows, lags, as_of)
        if not out.num_rows:
            raise LeakageError(
                f"{what}: even in a hindcast nothing would have been out on {as_of}"
            )
        return out

    def segments(
        self,
        table: Table,
        releases: Sequence[Release],
        *,
        as_of: date | None,
        what: str = "",
    ) -> list[Path]:
        """Files that hold what ``releases`` say of ``table``, something of which must have been known on ``as_of``.

        Raises:
            LeakageError, ConfigError: as ``read``; they speak of ``what``.
        """
        files = checking.files_of(self.root, table, releases)
        what = what or table.name
        if not files:
            raise ConfigError(f"the lake holds no {what}; run: upstander fetch --help")
        earliest = min(r.known_at for r in releases if r.names_a_segment_of(table))
        if as_of is not None and earliest > as_of:
            raise LeakageError(
                f"{what}: nothing was known on {as_of}; the earliest release is of {earliest}"
            )
        return files

    def adopt(self, bundle: Path) -> int:
        """Take over a bundle's tables and releases; once. Returns how many releases came with it.

        A lake of before there were checksums gets them.

        Raises:
            ConfigError: the lake was started from another bundle and has grown since.
        """
        adopted = exchange.adopt(self.root, bundle)
        checking.sum_up(self.root)
        return adopted

    def verify(self) -> tuple[int, int]:
        """Hold every file against its sum: how many releases, and how many files there are. Raises TableError."""
        return checking.verify(self.root)

    def manifest(self) -> dict[str, str]:
        """What a receipt says of the lake: the check of each file of releases that was fetched, by name."""
        return checking.manifest(self.root)

    def export(self, out: Path, tables: tuple[Table, ...] = LAKE_TABLES) -> None:
        """Write each table as one Parquet file, and the releases: the same lake gives the same bytes."""
        known = listed(self.root)
        files = {t: checking.files_of(self.root, t, known) for t in tables}
        exchange.export(known, files, out)


def _copied(path: Path, target: Path) -> str:
    """The SHA-256 of a file, which is copied on the way."""
    digest = hashlib.sha256()
    with path.open("rb") as raw, target.open("wb") as copy:
        while block := raw.read(1 << 22):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _rows(
    name: str,
    source: Source,
    snapshot: Snapshot,
    places: Places,
) -> pa.Table:
    """The rows of a release, checked and corrected."""
    claims.known_day(snapshot)  # before the work of reading it
    parsed = source.parse(snapshot, places)
    claims.refuse_repeats(source.table, snapshot, parsed)
    rows = corrections.apply(name, source.table, source.table.check(parsed))
    if not source.projects:
        claims.refuse_rows_later_than_known(source.table, snapshot, rows)
    low, high = source.rows
    low = (
        low if snapshot.places is None else min(low, 1)
    )  # a file of some places may be short
    if not low <= rows.num_rows <= high:
        raise SourceChanged(
            f"{snapshot.path.name}: {rows.num_rows:,} rows, {name} expects {low:,} to {high:,}; "
            "the file may be cut short, or its layout has changed"
        )
    return rows
