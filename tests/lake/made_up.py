"""A made-up source of monthly deaths whose releases are small JSON files, for tests of the lake."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from upstander.core.errors import SourceChanged
from upstander.core.places import Places, load
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import Snapshot, Source
from upstander.lake import Lake, Release

ALWAYS = date(2030, 1, 1)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows [country, month, deaths] of the file."""
    given = json.loads(snapshot.path.read_text())
    if not given:
        raise SourceChanged(f"{snapshot.path.name}: holds no rows; fetch it again")
    columns = {c.name: pa.nulls(len(given), c.type) for c in VIOLENCE_MONTH.columns}
    columns |= {
        "country": pa.array([r[0] for r in given], pa.string()),
        "month": pa.array([date.fromisoformat(r[1]) for r in given], pa.date32()),
        "fatalities_best": pa.array([r[2] for r in given], pa.int64()),
    }
    return pa.table(columns)


MADE_UP = Source(
    title="Made up",
    publisher="Nobody",
    homepage="https://example.org/",
    licence="CC0-1.0",
    citation="none",
    table=VIOLENCE_MONTH,
    rows=(1, 10**6),
    lag_days=30,
    find=lambda path: iter(()),
    parse=parse,
)


def snapshot(
    folder: Path, number: int, rows: list[tuple[str, str, int]] | None = None
) -> Snapshot:
    """Release ``number`` of 2025, out on the first of its month; by itself it repeats the last one, raised by one."""
    content = rows or [("MLI", f"2024-{m:02d}-01", m + number) for m in range(1, 13)]
    path = folder / f"release_{number}.json"
    path.write_text(json.dumps(content))
    known = date(2025, number, 1)
    return Snapshot(
        path, str(number), known, "published", date(2024, 1, 1), date(2024, 12, 31)
    )


def keep(
    lake: Lake, folder: Path, number: int, rows: list[tuple[str, str, int]] | None = None
) -> Release:
    """Keep release ``number``."""
    return lake.keep("made_up", MADE_UP, snapshot(folder, number, rows), load())


def told(
    lake: Lake, as_of: date = ALWAYS, hindcast: bool = False
) -> dict[tuple[str, str], int]:
    """What the lake says was known."""
    rows = lake.read(VIOLENCE_MONTH, as_of=as_of, hindcast=hindcast).to_pylist()
    return {(r["country"], r["month"].isoformat()): r["fatalities_best"] for r in rows}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under ``folder`` but the lock, with its bytes."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != ".lock"
    }


def main() -> None:
    """Keep releases in a process of its own: made_up.py <lake> <folder> <first> <last> [<most bytes a file> [<places>]]."""
    lake, folder, first, last, *limit = sys.argv[1:]
    places, lake_there = load(), Lake(Path(lake))
    releases = [
        snapshot(Path(folder), number) for number in range(int(first), int(last) + 1)
    ]
    if limit:
        import resource
        import signal

        signal.signal(
            signal.SIGXFSZ, signal.SIG_IGN
        )  # a write past the limit then fails as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), int(limit[0])))
    if limit[1:]:  # a release file of this many places: larger than its segment
        many = ("MLI", *(f"P{number:05d}" for number in range(int(limit[1]))))
        releases = [replace(release, places=many) for release in releases]
    print("ready", flush=True)
    for release in releases:
        lake_there.keep("made_up", MADE_UP, release, places)


if __name__ == "__main__":
    main()
