"""What a release is registered as, and which releases of its history stand beside and after it."""

from __future__ import annotations

from upstander.core.tables import EVENT
from upstander.core.types import Snapshot, Source
from upstander.lake import claims
from upstander.lake.releases import Release


def release_of(
    name: str, source: Source, snapshot: Snapshot, digest: str, rows: int, sequence: int
) -> Release:
    """The release as it is registered, but for its segments."""
    return Release(
        source=name,
        release=snapshot.release,
        known_at=claims.known_day(snapshot),
        basis=snapshot.basis,
        first=snapshot.first,
        last=snapshot.last,
        places=snapshot.places,
        sha256=digest,
        size_bytes=snapshot.path.stat().st_size,
        rows=rows,
        licence=source.licence,
        citation=source.citation,
        publisher=source.publisher,
        homepage=source.homepage,
        title=source.title,
        lag_days=source.lag_days,
        sequence=sequence,
        kind=snapshot.kind,
        taken_for=snapshot.taken_for,
    )


def of_history(known: tuple[Release, ...], release: Release) -> list[Release]:
    """The releases of its source's own kind."""
    return [r for r in known if r.history == release.history]


def later(releases: list[Release], release: Release) -> list[Release]:
    """Those that come after a release, in order."""
    return sorted((r for r in releases if r.order > release.order), key=lambda r: r.order)


def has_events(release: Release) -> bool:
    """Whether the events themselves came with a release, not their sums alone."""
    return any(segment.startswith(f"tables/{EVENT.name}/") for segment in release.segments)
