"""What the lake holds: one small file a release, and that file is the commit.

It carries the SHA-256 of each segment it names, and one of itself, so that a flipped bit is told from what was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from upstander.core.checksums import Stamp, stamp
from upstander.core.errors import TableError
from upstander.core.tables import Table
from upstander.core.types import Basis, Snapshot

# Fields that releases kept before they existed do not have.
LATER = {"kind": "", "taken_for": "", "sums": ()}


@dataclass(frozen=True)
class Release:
    """One kept release: its descent, the days and places it covers, and the files its rows stand in.

    Attributes:
        sha256: hash of the publisher's bytes.
        sequence: order of keeping; decides between releases known on the same day.
        segments: by table, the file with what this release changed.
        sums: SHA-256 of each segment, in their order; () where nobody has worked them out yet.
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
    sums: tuple[str, ...] = ()

    @property
    def summed(self) -> tuple[tuple[str, str], ...]:
        """Each segment with its SHA-256, '' where there is none."""
        return tuple(zip_longest(self.segments, self.sums, fillvalue=""))

    def names_a_segment_of(self, table: Table) -> bool:
        """Whether the release changed something of a table."""
        return any(s.startswith(f"tables/{table.name}/") for s in self.segments)

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

    def is_same(
        self,
        source: str,
        snapshot: Snapshot,
        sha256: str,
    ) -> bool:
        """Whether this is that release with those bytes, and nothing new is said of its day and coverage."""
        alike = (self.source, self.release, self.sha256) == (
            source,
            snapshot.release,
            sha256,
        )
        covers = (self.first, self.places) == (snapshot.first, snapshot.places)
        if not alike or not covers:
            return False
        # brought again, it is not news: the day it first came counts
        if snapshot.basis == "brought":
            return True
        return (self.last, self.known_at) == (snapshot.last, snapshot.known_at)


def to_json(release: Release) -> dict[str, Any]:
    """Plain values, days as ISO text; without sums where there are none, as in a bundle."""
    values = {k: _plain(v) for k, v in asdict(release).items()}
    if not release.sums:
        del values["sums"]
    return values


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def from_json(values: dict[str, Any], where: str) -> Release:
    """The release of ``to_json``.

    Raises:
        TableError: a field is missing or unreadable; ``where`` is named.
    """
    try:
        return Release(**_fields_of(LATER | values))
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(
            f"{where}: not a release of this lake ({error!r}); restore it from a backup or fetch again"
        ) from None


def _fields_of(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a release from plain values; a list is a tuple here."""
    given = {f.name: values[f.name] for f in fields(Release)}
    for name in ("known_at", "first", "last"):
        given[name] = date.fromisoformat(given[name])
    for name in ("places", "segments", "sums"):
        given[name] = None if given[name] is None else tuple(given[name])
    return given


@dataclass(frozen=True)
class Kept:
    """A file of releases: usually one, of a bundle many. ``check`` is its own SHA-256, '' in files of before it had one."""

    file: Path
    releases: tuple[Release, ...]
    check: str


def file_text(releases: Iterable[Release]) -> str:
    """What stands in a file of releases."""
    values = [to_json(r) for r in releases]
    return json.dumps(
        {"releases": values, "check": _check(values)}, indent=1, ensure_ascii=False
    )


def _check(values: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def file_names(root: Path) -> tuple[str, ...]:
    """Names of the release files; a lake that has grown has others."""
    folder = root / "releases"
    return tuple(sorted(f.name for f in folder.glob("*.json")))


def files(root: Path) -> tuple[Kept, ...]:
    """Every file of releases in the lake, in the order they were kept; each is read once until it changes.

    Raises:
        TableError: one is damaged; it is named.
    """
    paths = [root / "releases" / name for name in file_names(root)]
    return tuple(_kept(file, stamp(file)) for file in paths)


@lru_cache(maxsize=10_000)
def _kept(file: Path, _stamp: Stamp) -> Kept:
    try:
        values, check = _values(json.loads(file.read_bytes()))
        sound = not check or _check(values) == check
    except (ValueError, KeyError, TypeError) as error:
        raise TableError(
            f"{file}: damaged ({error}); delete it and fetch that release again"
        ) from None
    if not sound:
        raise TableError(f"{file}: not as it was written; {remedy(file)}")
    return Kept(file, tuple(from_json(v, str(file)) for v in values), check)


def _values(content: Any) -> tuple[list[dict[str, Any]], str]:
    """Releases in a file, and its check; a file of before there were checks holds the releases alone."""
    check = content.get("check", "") if isinstance(content, dict) else ""
    values = content["releases"] if check else content
    return values if isinstance(values, list) else [values], check


def listed(root: Path) -> tuple[Release, ...]:
    """All releases in the lake, in the order they were kept. Raises TableError: a file is damaged; it is named."""
    return tuple(r for kept in files(root) for r in kept.releases)


def remedy(file: Path) -> str:
    """What to do when a file of releases, or a segment that it names, is damaged."""
    if is_bundle(file):
        return f"delete {file.name} in releases/: the next command takes what it names from the program again"
    return "delete the file of that number in releases/ and fetch that release again"


def is_bundle(file: Path) -> bool:
    """Whether a file of releases came with the program."""
    return file.name.startswith("000000-bundle-")
