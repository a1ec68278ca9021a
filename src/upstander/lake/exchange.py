"""Move whole lakes: a bundle out of one, and into another."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core.checksums import sha256
from upstander.core.errors import ConfigError
from upstander.core.tables import Table
from upstander.lake.releases import (
    Release,
    file_text,
    from_json,
    is_bundle,
    listed,
    to_json,
)
from upstander.lake.writing import only_writer, put

SHARED_ALIKE = (
    "CC-BY-SA-4.0"  # such tables stand in files of their own, named for their source
)
SQUEEZE = {
    "compression": "zstd",
    "compression_level": 19,
    "version": "2.6",
    "write_statistics": False,
}


def export(
    releases: tuple[Release, ...], files: Mapping[Table, list[Path]], out: Path
) -> None:
    """Each table's segments as one sorted Parquet file in ``out``, and ``releases.json``."""
    out.mkdir(parents=True, exist_ok=True)
    alike = sorted({r.source for r in releases if r.licence == SHARED_ALIKE})
    for table, segments in files.items():
        if segments:
            _export_table(_sorted(table, segments), table.name, alike, out)
    plain = [to_json(replace(r, segments=(), sums=())) for r in releases]
    (out / "releases.json").write_text(
        json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
    )


def _sorted(table: Table, segments: list[Path]) -> pa.Table:
    rows = pa.concat_tables([pq.read_table(s) for s in segments])
    order = [(c, "ascending") for c in ("source", *table.key, "known_at", "sequence")]
    return rows.sort_by(order).combine_chunks()


def _export_table(
    rows: pa.Table,
    name: str,
    alike: list[str],
    out: Path,
) -> None:
    """One file of the table, and one for each source whose licence is shared alike."""
    is_alike = pc.is_in(rows["source"], pa.array(alike, pa.string()))
    _write(rows.filter(pc.invert(is_alike)), out / f"{name}.parquet")
    for source in alike:
        own = rows.filter(pc.equal(rows["source"], source))
        _write(own, out / f"{name}_{source}.parquet")


def _write(rows: pa.Table, path: Path) -> None:
    if rows.num_rows:
        pq.write_table(rows, path, **SQUEEZE)


def adopt(root: Path, bundle: Path) -> int:
    """Put a bundle's files into the lake at ``root`` and register its releases in one commit."""
    stated = json.loads((bundle / "releases.json").read_text())
    files = sorted(
        f for f in bundle.glob("*.parquet") if "sequence" in pq.read_schema(f).names
    )
    digest = _digest(files)
    commit = root / "releases" / f"000000-bundle-{digest}.json"
    if commit.exists():
        return 0
    with only_writer(root):
        others = _other_bundles(root, commit)
        segments = {f: _segment(f, digest) for f in files}
        for file, name in segments.items():
            _put_copy(file, root / name)
        releases = [from_json(r, str(bundle / "releases.json")) for r in stated]
        full = _with_segments(root, releases, segments)
        put(commit, lambda part: part.write_text(file_text(full)))
        for (
            other
        ) in others:  # after the new one stands: a kill in between leaves a lake that reads
            other.unlink()
    return len(releases)


def _digest(files: list[Path]) -> str:
    """Twelve digits that tell a bundle from others, made from the bytes of its files."""
    sums = b"".join(hashlib.sha256(f.read_bytes()).digest() for f in files)
    return hashlib.sha256(sums).hexdigest()[:12]


def _put_copy(file: Path, target: Path) -> None:
    put(target, lambda part: shutil.copyfile(file, part))


def _with_segments(
    root: Path, releases: list[Release], segments: Mapping[Path, str]
) -> list[Release]:
    """The releases with the segments that hold rows of their source, by the bundle's files, and their sums."""
    sources = {name: _sources(file) for file, name in segments.items()}
    sums = {name: sha256(root / name) for name in sources}
    full = []
    for release in dict.fromkeys(releases):
        names = tuple(name for name in sources if release.source in sources[name])
        full.append(replace(release, segments=names, sums=tuple(sums[n] for n in names)))
    return full


def _sources(file: Path) -> set[str]:
    return set(pq.read_table(file, columns=["source"])["source"].unique().to_pylist())


def _segment(file: Path, digest: str) -> str:
    """Path in the lake of a bundle's file: ``violence_month_x.parquet`` is a segment of ``violence_month``."""
    from upstander.core.tables import LAKE_TABLES

    stem = file.stem
    table = next(t.name for t in LAKE_TABLES if f"{stem}_".startswith(f"{t.name}_"))
    return f"tables/{table}/000000-bundle-{digest}-{stem}.parquet"


def _other_bundles(root: Path, commit: Path) -> list[Path]:
    """Commits of older bundles, to be left behind; a lake that has grown since is not touched."""
    others = [f for f in (root / "releases").glob("*.json") if is_bundle(f) and f != commit]
    if others and _has_grown(root):
        raise ConfigError(
            f"{root}: this lake was started from an older bundle and holds releases fetched since; "
            "start a new one (--home) and fetch them again from this lake's snapshots folder"
        )
    return others


def _has_grown(root: Path) -> bool:
    """Whether the lake holds anything that did not come in a bundle."""
    return any("000000-bundle-" not in s for r in listed(root) for s in r.segments)
