"""What the lake holds: one small file a release, and that file is the commit."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core.errors import TableError
from upstander.core.types import Basis, Snapshot


@dataclass(frozen=True)
class Release:
    """One kept release: its descent, the days and places it covers, and the files its rows stand in.

    Attributes:
        sha256: hash of the publisher's bytes.
        sequence: order of keeping; decides between releases known on the same day.
        segments: by table, the file with what this release changed.
        kind: '' for the source's own kind, candidate or extract; each kind has a history of its own.
        taken_for: what the file was taken for where it does not say it is a release of its publisher.
    """

    source: str
    release: str
    known_at: date
    basis: Basis
    first: date
    last: date
    places: tuple[str, ...] | None
    sha256: str
    size_bytes: int
    rows: int
    licence: str
    citation: str
    publisher: str
    homepage: str
    title: str
    lag_days: int
    sequence: int
    segments: tuple[str, ...] = ()
    kind: str = ""
    taken_for: str = ""

    @property
    def order(self) -> tuple[date, int]:
        """Releases of a source follow each other by the day they became known, then as they were kept."""
        return (self.known_at, self.sequence)

    @property
    def file(self) -> str:
        """Name of the release's file."""
        return f"{self.sequence:06d}-{self.source}-{self.sha256[:12]}.json"

    @property
    def history(self) -> tuple[str, str]:
        """Source and kind: only releases of one history revise each other."""
        return (self.source, self.kind)

    def is_same(self, source: str, snapshot: Snapshot, sha256: str) -> bool:
        """Whether this is that release with those bytes, and nothing new is said of its day and coverage."""
        alike = (self.source, self.release, self.sha256) == (source, snapshot.release, sha256)
        covers = (self.first, self.places) == (snapshot.first, snapshot.places)
        if snapshot.basis == "brought":  # brought again, it is not news: the day it first came counts
            return alike and covers
        return alike and covers and (self.last, self.known_at) == (snapshot.last, snapshot.known_at)


def to_json(release: Release) -> dict[str, Any]:
    """Plain values, days as ISO text."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(release).items()}


def from_json(values: dict[str, Any], where: str) -> Release:
    """The release of ``to_json``.

    Raises:
        TableError: a field is missing or unreadable; ``where`` is named.
    """
    try:
        later = {"kind": "", "taken_for": ""}  # fields that releases kept before they existed do not have
        kept = {f.name: (later | values)[f.name] for f in fields(Release)}
        kept |= {k: date.fromisoformat(kept[k]) for k in ("known_at", "first", "last")}
        kept |= {k: None if kept[k] is None else tuple(kept[k]) for k in ("places", "segments")}
        return Release(**kept)
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(
            f"{where}: not a release of this lake ({error!r}); restore it from a backup or fetch again"
        ) from None


def file_names(root: Path) -> tuple[str, ...]:
    """Names of the release files; a lake that has grown has others."""
    folder = root / "releases"
    return tuple(sorted(f.name for f in folder.glob("*.json")))


def listed(root: Path) -> tuple[Release, ...]:
    """All releases in the lake, in the order they were kept.

    Raises:
        TableError: a release file is damaged; it is named.
    """
    found = []
    for file in (root / "releases" / name for name in file_names(root)):
        try:
            values = json.loads(file.read_text())
        except ValueError as error:
            raise TableError(f"{file}: damaged ({error}); delete it and fetch that release again") from None
        found += [from_json(v, str(file)) for v in (values if isinstance(values, list) else [values])]
    return tuple(found)
