"""Whether the lake's files are what was written: checked when they are read, and all of them when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from upstander.core.checksums import sha256, sha256_once
from upstander.core.errors import TableError
from upstander.core.tables import Table
from upstander.lake.releases import Kept, Release, file_text, files, is_bundle, remedy
from upstander.lake.writing import only_writer, put


def files_of(root: Path, table: Table, releases: Iterable[Release]) -> list[Path]:
    """Segments of ``table`` that the releases name, each once, and each as it was written.

    One that is missing is left for its reader to name.

    Raises:
        TableError: a file holds something else; it is named with the remedy.
    """
    prefix = f"tables/{table.name}/"
    summed = (pair for release in releases for pair in release.summed)
    segments = {name: wanted for name, wanted in summed if name.startswith(prefix)}
    for name, wanted in segments.items():
        if wanted and (root / name).is_file() and sha256_once(root / name) != wanted:
            raise _changed(root, name)
    return [root / name for name in segments]


def _changed(root: Path, name: str) -> TableError:
    naming = (k.file for k in files(root) if any(name in r.segments for r in k.releases))
    file = next(naming, root / "releases" / "?")
    return TableError(
        f"{root / name}: not as it was written (a fault of the disk, or a change); {remedy(file)}"
    )


def sum_up(root: Path) -> None:
    """Work out the sums of releases kept before there were any: what stands there now counts as what was written."""
    if all(kept.check for kept in files(root)):
        return
    with only_writer(root):
        for kept in files(root):
            if not kept.check:
                _write_sums(root, kept)


def _write_sums(root: Path, kept: Kept) -> None:
    summed = []
    for release in kept.releases:
        sums = tuple(_sum(root / s, kept) for s in release.segments)
        summed.append(replace(release, sums=sums))
    text = file_text(summed)
    put(kept.file, lambda part: part.write_text(text))


def _sum(segment: Path, kept: Kept) -> str:
    try:
        return sha256_once(segment)
    except OSError:
        raise TableError(f"{segment}: missing or damaged; {remedy(kept.file)}") from None


def verify(root: Path) -> tuple[int, int]:
    """Read every file anew and hold it against its sum: how many releases, and how many files there are.

    Raises:
        TableError: a file is missing or is not as it was written; it is named with the remedy.
    """
    seen: set[Path] = set()
    releases = 0
    for kept in files(root):
        for release in kept.releases:
            releases += 1
            wanted = _sums_of(root, release)
            for file in wanted.keys() - seen:
                if not _is_as_written(file, wanted[file]):
                    raise TableError(
                        f"{file}: missing, or not as it was written; {remedy(kept.file)}"
                    )
            seen |= wanted.keys()
    return releases, len(seen)


def _sums_of(root: Path, release: Release) -> dict[Path, str]:
    """The files of a release, its publisher's among them, with the SHA-256 of each, '' where there is none."""
    raw = root / "snapshots" / release.sha256
    wanted = {root / name: known for name, known in release.summed}
    return wanted | dict.fromkeys(raw.glob("[!.]*"), release.sha256)


def _is_as_written(file: Path, wanted: str) -> bool:
    return file.is_file() and (not wanted or sha256(file) == wanted)


def manifest(root: Path) -> dict[str, str]:
    """Check of each file of releases that was fetched, by name: what a receipt says of the lake."""
    return {kept.file.name: kept.check for kept in files(root) if not is_bundle(kept.file)}
