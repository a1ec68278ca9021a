"""What was kept and in which order: one small JSON file per commit.

A commit file is the only thing that makes data visible. It names the releases it
brings and, for each table, the segment that now holds a release's difference; a
later commit may name a new segment for an older release (see ``history``). The
whole of a commit appears with one rename.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core.errors import ConfigError
from upstander.core.types import Basis
from upstander.lake.files import publish

FORMAT = 1


@dataclass(frozen=True)
class Release:
    """What the lake knows of one kept release.

    ``first`` to ``last`` are the days it covers, ``places`` the place codes (None:
    the whole world), ``tables`` the lake tables it has rows in. ``sequence`` grows
    with every release kept and breaks ties of ``known_at``.
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
    lag_days: int
    sequence: int
    title: str
    tables: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[date, int]:
        """Releases of a source follow each other in this order."""
        return self.known_at, self.sequence

    @property
    def identity(self) -> tuple[str, str, str]:
        """The same source, release name and bytes are the same release."""
        return self.source, self.release, self.sha256


@dataclass(frozen=True)
class Segment:
    """One Parquet file: the difference one release made to one table."""

    table: str
    sequence: int
    file: str
    sha256: str
    size_bytes: int
    rows: int


@dataclass(frozen=True)
class Kept:
    """The lake's contents at one moment: its releases and their live segments."""

    releases: tuple[Release, ...]
    segments: dict[tuple[str, int], Segment]
    commits: int

    @property
    def next_sequence(self) -> int:
        """The number the next release gets."""
        return max((r.sequence for r in self.releases), default=0) + 1


def to_json(release: Release) -> dict[str, Any]:
    """A release as plain JSON values."""
    return asdict(release) | {d: getattr(release, d).isoformat() for d in ("known_at", "first", "last")}


def from_json(raw: dict[str, Any]) -> Release:
    """A release from plain JSON values.

    Raises:
        KeyError, TypeError, ValueError: the values are not those of a release.
    """
    values = {f.name: raw[f.name] for f in fields(Release) if f.name in raw}
    for name in ("known_at", "first", "last"):
        values[name] = date.fromisoformat(raw[name])
    values["places"] = None if raw["places"] is None else tuple(raw["places"])
    values["tables"] = tuple(raw.get("tables", ()))
    return Release(**values)


def commit(root: Path, temporary: Path, name: str, releases: Iterable[Release], segments: Iterable[Segment]) -> None:
    """Make releases and segments visible, all at once."""
    number = load(root).commits + 1
    body = {
        "format": FORMAT,
        "releases": [to_json(r) for r in releases],
        "segments": [asdict(s) for s in segments],
    }
    draft = temporary / "commit.json"
    draft.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    publish(draft, root / "releases" / f"{number:06d}-{name}.json")


def load(root: Path) -> Kept:
    """Every commit of the lake, oldest first, with later segments in place of earlier ones.

    Raises:
        ConfigError: a commit file cannot be read; it is named.
    """
    releases: list[Release] = []
    segments: dict[tuple[str, int], Segment] = {}
    paths = sorted((root / "releases").glob("*.json"))
    for path in paths:
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            if body["format"] != FORMAT:
                raise ValueError(f"format {body['format']}")
            releases += [from_json(r) for r in body["releases"]]
            segments |= {(s["table"], s["sequence"]): Segment(**s) for s in body["segments"]}
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{path}: this record of the lake is damaged ({error}); restore the file from a backup, "
                "or move the lake's folder away and fetch again"
            ) from error
    last = int(paths[-1].name[:6]) if paths else 0
    return Kept(tuple(sorted(releases, key=lambda r: r.order)), segments, last)
