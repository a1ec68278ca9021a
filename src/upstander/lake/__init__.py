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
import pyarrow.parquet as pq

from upstander.core.checksums import sha256_once
from upstander.core.errors import ConfigError, LeakageError, SourceChanged
from upstander.core.places import Places
from upstander.core.tables import EVENT, LAKE_TABLES, VIOLENCE_MONTH, Table
from upstander.core.types import Snapshot, Source
from upstander.lake import checking, claims, corrections, exchange
from upstander.lake.derive import months_of_events
from upstander.lake.registering import has_events, later, of_history, release_of
from upstander.lake.releases import Release, file_text, listed
from upstander.lake.writing import only_writer, put

__all__ = ["Lake", "Release"]


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
            # Hashing takes as long as parsing: side by side.
            copied = aside.submit(self._copy, snapshot.path)
            rows = self._rows(name, source, snapshot, places)
            digest = copied.result()
            snapshot = self._limited(name, source.table, snapshot, rows, known)
            if same := next((r for r in known if r.is_same(name, snapshot, digest)), None):
                return same
            if not despite_fall:
                self._check_claim(name, source.table, snapshot, rows, known, places)
            raw = self.root / "snapshots" / digest / snapshot.path.name
            undo.callback(self._take_back, _next(known), None if raw.exists() else raw)
            put(raw, lambda part: shutil.move(self._aside(snapshot.path), part))
            done = self._commit(name, source, snapshot, digest, rows, known)
            undo.pop_all()
            return done

    def _rows(self, name: str, source: Source, snapshot: Snapshot, places: Places) -> pa.Table:
        claims.known_day(snapshot)  # before the work of reading it
        parsed = source.parse(snapshot, places)
        claims.refuse_repeats(source.table, snapshot, parsed)
        rows = corrections.apply(name, source.table, source.table.check(parsed))
        if not source.projects:
            claims.refuse_rows_later_than_known(source.table, snapshot, rows)
        low, high = source.rows
        low = low if snapshot.places is None else min(low, 1)  # a file of some places may be short
        if not low <= rows.num_rows <= high:
            raise SourceChanged(
                f"{snapshot.path.name}: {rows.num_rows:,} rows, {name} expects {low:,} to {high:,}; "
                "the file may be cut short, or its layout has changed"
            )
        return rows

    def _limited(
        self,
        name: str,
        table: Table,
        snapshot: Snapshot,
        rows: pa.Table,
        known: tuple[Release, ...],
    ) -> Snapshot:
        """The release with the places it can speak of, beside what is held of its source."""
        from upstander.lake import history

        if snapshot.places is not None or table.grain != "year" or not table.speaks_for:
            return snapshot
        files = self._files(table, [r for r in known if r.source == name])
        if not files:
            return snapshot
        held = history.standing(table, files, upto=date.max, source=name)
        return claims.limited(snapshot, rows, held)

    def _check_claim(
        self,
        name: str,
        table: Table,
        snapshot: Snapshot,
        rows: pa.Table,
        known: tuple[Release, ...],
        places: Places,
    ) -> None:
        """Refuse a release that claims the world and does not look like it beside what is held."""
        from upstander.lake import history

        files = self._files(VIOLENCE_MONTH, known)
        of_the_world = (
            snapshot.places is None
            and name in claims.OF_THE_WORLD
            and table in (EVENT, VIOLENCE_MONTH)
        )
        if not of_the_world or not files:
            return
        months = months_of_events(rows) if table is EVENT else rows
        held = history.standing(VIOLENCE_MONTH, files, upto=date.max)
        claims.refuse_fall(snapshot, months, known, held, places)

    def _take_back(self, sequence: int, raw: Path | None) -> None:
        """Remove what an unfinished commit wrote, so that a full disk does not fill up further; the release first."""
        for file in (
            *self.root.glob(f"releases/{sequence:06d}-*"),
            *self.root.glob(f"tables/*/{sequence:06d}-*"),
        ):
            file.unlink()
        if raw is not None and raw.parent.is_dir():
            shutil.rmtree(raw.parent)

    def _aside(self, path: Path) -> Path:
        return self.root / "snapshots" / f".{path.name}.part"

    def _copy(self, path: Path) -> str:
        """Copy the publisher's bytes aside and hash them on the way."""
        target = self._aside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        try:
            with path.open("rb") as raw, target.open("wb") as copy:
                while block := raw.read(1 << 22):
                    digest.update(block)
                    copy.write(block)
        except OSError as error:
            raise ConfigError(
                f"{path}: cannot be kept ({error.strerror or error}); nothing was stored"
            ) from error
        return digest.hexdigest()

    def _commit(
        self,
        name: str,
        source: Source,
        snapshot: Snapshot,
        digest: str,
        rows: pa.Table,
        known: tuple[Release, ...],
    ) -> Release:
        """Write the segments, then the release that names them."""
        release = release_of(name, source, snapshot, digest, rows.num_rows, _next(known))
        segments = self._write(source.table, rows, release, known)
        if source.table is EVENT:
            segments += self._write_months(rows, release, known, segments)
        sums = tuple(sha256_once(self.root / name) for name in segments)
        done = replace(release, segments=tuple(segments), sums=sums)
        put(self.root / "releases" / done.file, lambda part: part.write_text(file_text([done])))
        return done

    def _write(
        self, table: Table, rows: pa.Table, release: Release, known: tuple[Release, ...]
    ) -> list[str]:
        """What the release changed; and, if it came late, what those after it say again because of it."""
        from upstander.lake import history

        own = of_history(known, release)
        files = self._files(table, own)
        old = self._standing(table, files, release, before=True)
        written = [self._segment(table, release, history.difference(table, old, rows, release))]
        for after in later(own, release):
            content = history.content(table, self._standing(table, files, after), after)
            written += self._say_again(table, content, after, release, files, written)
        return written

    def _write_months(
        self, rows: pa.Table, release: Release, known: tuple[Release, ...], events: list[str]
    ) -> list[str]:
        """Monthly sums of all of the source's events: a straggler adds to its month, it is not the month."""
        from upstander.lake import history

        own = of_history(known, release)
        # A bundle brings sums without their events: what is not derived from events held stays as it came.
        whole = all(has_events(r) for r in own)
        every = [*self._files(EVENT, own), *(self.root / name for name in events)]
        files = self._files(VIOLENCE_MONTH, own)
        all_events = self._standing(EVENT, every, release) if own else rows
        old = self._standing(VIOLENCE_MONTH, files, release, before=True)
        new = months_of_events(all_events)
        change = history.difference(
            VIOLENCE_MONTH, old, new, release, stragglers=False, everywhere=whole
        )
        written = [self._segment(VIOLENCE_MONTH, release, change)]
        for after in later(own, release):
            months = months_of_events(self._standing(EVENT, every, after))
            written += self._say_again(
                VIOLENCE_MONTH, months, after, release, files, written, everywhere=whole
            )
        return written

    def _say_again(
        self,
        table: Table,
        said: pa.Table,
        after: Release,
        late: Release,
        files: list[Path],
        written: list[str],
        *,
        everywhere: bool = False,
    ) -> list[str]:
        """Rows of ``after`` that have to be stored now that ``late`` stands before it; none is the usual case."""
        from upstander.lake import history

        now = self._standing(table, [*files, *(self.root / name for name in written)], after)
        again = history.difference(table, now, said, after, stragglers=False, everywhere=everywhere)
        return (
            [self._segment(table, late, again, f"-again-{after.sequence:06d}")]
            if again.num_rows
            else []
        )

    def _standing(
        self, table: Table, files: list[Path], at: Release, before: bool = False
    ) -> pa.Table:
        """What its source's releases of one kind said once ``at`` was out, or just before it."""
        from upstander.lake import history

        if not files:
            return pa.schema([(c.name, c.type) for c in table.columns]).empty_table()
        return history.standing(
            table,
            files,
            upto=at.known_at,
            before=at.sequence + (not before),
            source=at.source,
            kind=at.kind,
        )

    def _segment(self, table: Table, release: Release, rows: pa.Table, suffix: str = "") -> str:
        name = f"tables/{table.name}/{release.sequence:06d}-{release.source}-{release.sha256[:12]}{suffix}.parquet"
        put(self.root / name, lambda part: pq.write_table(rows, part, compression="snappy"))
        return name

    def _files(self, table: Table, releases: list[Release] | tuple[Release, ...]) -> list[Path]:
        """Segments of ``table`` that the releases name, each once, and each as it was written. Raises TableError."""
        prefix = f"tables/{table.name}/"
        named = {
            name: known for r in releases for name, known in r.summed if name.startswith(prefix)
        }
        return checking.sound(self.root, named)

    def releases(self, *, as_of: date, source: str | None = None) -> tuple[Release, ...]:
        """Releases known on ``as_of``, oldest first."""
        found = [r for r in listed(self.root) if r.known_at <= as_of and source in (None, r.source)]
        return tuple(sorted(found, key=lambda r: r.order))

    def read(
        self, table: Table, *, as_of: date, source: str | None = None, hindcast: bool = False
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
        if not hindcast:
            return history.standing(table, files, upto=as_of, source=source)
        final = history.standing(table, files, upto=date.max, source=source)
        rows = history.cut_by_lag(table, final, {r.source: r.lag_days for r in every}, as_of)
        if not rows.num_rows:
            raise LeakageError(f"{what}: even in a hindcast nothing would have been out on {as_of}")
        return rows

    def segments(
        self, table: Table, releases: Sequence[Release], *, as_of: date | None, what: str = ""
    ) -> list[Path]:
        """Files that hold what ``releases`` say of ``table``, something of which must have been known on ``as_of``.

        Raises:
            LeakageError, ConfigError: as ``read``; they speak of ``what``.
        """
        files = self._files(table, tuple(releases))
        if not files:
            raise ConfigError(
                f"the lake holds no {what or table.name}; run: upstander fetch --help"
            )
        prefix = f"tables/{table.name}/"
        earliest = min(
            r.known_at for r in releases if any(s.startswith(prefix) for s in r.segments)
        )
        if as_of is not None and earliest > as_of:
            raise LeakageError(
                f"{what or table.name}: nothing was known on {as_of}; the earliest release is of {earliest}"
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
        exchange.export(known, {t: self._files(t, known) for t in tables}, out)


def _next(known: tuple[Release, ...]) -> int:
    return 1 + max((r.sequence for r in known), default=0)
