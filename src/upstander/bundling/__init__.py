"""Make the bundled data release: the tables a fresh install runs on, offline.

``build`` reads a folder of publishers' files, keeps every release in a temporary lake exactly
as ``upstander fetch`` would, and writes the lake's tables out. Only derived facts under an open
licence go in (``DATA_LICENCES.md``). The same input gives the same bytes.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from upstander.bundling import datapackage, geography
from upstander.core import places as place_tables
from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.core.tables import EVENT, LAKE_TABLES
from upstander.core.types import Snapshot, Source
from upstander.lake import Lake

# Sources whose publishers allow it. UCDP's event files stay out: the bundle holds sums, not events.
SOURCES = (
    "ucdp_country_month",
    "ucdp_country_month_by_type",
    "ucdp_candidate_extract",
    "pace_country_month",
    "ucdp_country_year",
    "vdem",
    "wdi",
    "un_infant_mortality",
    "gdp_gw",
    "un_population",
    "unhcr",
    "coups",
    "un_treaties",
    "ucdp_one_sided_actors",
)
MOST_BYTES = 8_000_000  # so that a clone and an install stay small

Progress = Callable[[str, int, int], None]


def build(shared: Path, out: Path, progress: Progress) -> Path:
    """Write the bundle made from ``shared`` to ``out``, replacing what was there only when all is well.

    Raises:
        ConfigError: a file is missing, or the result is larger than it may be.
        SourceChanged: a publisher's file is not what its source declares.
    """
    if not shared.is_dir():
        raise ConfigError(
            f"{shared} is not a folder; --from names the folder with the publishers' files"
        )
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "bundle"
        fresh.mkdir()
        geography.build(shared, fresh)
        lake = Lake(Path(scratch) / "lake")
        _keep_all(lake, shared, place_tables.load(fresh), progress)
        lake.export(fresh, tuple(t for t in LAKE_TABLES if t is not EVENT))
        datapackage.write(fresh)
        _refuse_large(fresh)
        _replace(fresh, out)
    return out


def _refuse_large(folder: Path) -> None:
    size = sum(f.stat().st_size for f in folder.iterdir())
    if size > MOST_BYTES:
        raise ConfigError(
            f"the bundle is {size:,} bytes, more than {MOST_BYTES:,}: leave out a series"
        )


def _keep_all(
    lake: Lake, shared: Path, places: place_tables.Places, progress: Progress
) -> None:
    """Keep every release of every bundled source, oldest first."""
    releases = [r for name in SOURCES for r in _releases(name, shared)]
    for done, (name, source, release) in enumerate(releases):
        progress(f"keep {name}", done, len(releases))
        lake.keep(name, source, release, places)
    progress("keep", len(releases), len(releases))


def _releases(name: str, shared: Path) -> list[tuple[str, Source, Snapshot]]:
    """The releases of one source below ``shared``, each with the source and its name."""
    source = plugins.load("upstander.sources", name, Source)
    releases = list(source.find(shared))
    if not releases:
        raise ConfigError(f"{shared} holds no release of {name} ({source.title})")
    return [(name, source, release) for release in releases]


def _replace(fresh: Path, out: Path) -> None:
    """Put the new files in place of the old, one rename each; what is no longer made goes away."""
    out.mkdir(parents=True, exist_ok=True)
    keep = {"__init__.py"}
    for file in sorted(fresh.iterdir()):
        keep.add(file.name)
        aside = out / f".{file.name}.new"
        shutil.copyfile(file, aside)
        aside.replace(out / file.name)
    for old in out.iterdir():
        if old.is_file() and old.name not in keep:
            old.unlink()
