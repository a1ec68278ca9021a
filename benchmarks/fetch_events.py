"""Keep a made-up event file of 400,000 rows in the lake, against DuckDB turning the same csv into Parquet.

Both in one run, by turns, each in a process of its own; prints the medians, their ratio and the peak memory.
The file is made here, in GED's 49 columns: nothing in it is real. Run: python benchmarks/fetch_events.py
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

SEED = 20261124
ROOT = Path(__file__).resolve().parent.parent
ALLOWED = 2.0  # times DuckDB's own COPY
HEADER = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]
COUNTRIES = (
    ("Afghanistan", 700),
    ("Nigeria", 475),
    ("Syria", 652),
    ("Mali", 432),
    ("Ukraine", 369),
    ("Mexico", 70),
)
WORDS = (
    "army", "militia", "attack", "village", "market", "convoy", "overnight", "killed", "at least", '"no survivors"',
    "witnesses say", "north of the town,", "officials said", "shelling", "clashes", "displaced", "the river", "Sunday",
)  # fmt: skip


def _row(number: int, rng: random.Random) -> list[object]:
    country, code = rng.choice(COUNTRIES)
    start = date(1989, 1, 1) + timedelta(days=rng.randrange(13_149))  # to 2024-12-31
    end = start + timedelta(days=rng.choice((0, 0, 0, 1, 6)))
    low = rng.randrange(4)
    best = low + rng.randrange(6)
    latitude, longitude = round(rng.uniform(-30, 50), 6), round(rng.uniform(-100, 120), 6)
    headline = " ".join(rng.choices(WORDS, k=14)).capitalize()
    where = (
        f"{rng.choice(WORDS)} near {country} town {number % 977}, district {number % 89}"
    )
    kind, dyad = rng.randrange(1, 4), f"Government of {country} - Group {number % 53}"
    return [
        number, f"{country[:3].upper()}-{start.year}-{kind}-{number}", start.year, "true", "Clear", kind, 130, 484, dyad,
        130, 951, dyad, 130, 130, f"Government of {country}", 9999, 1, f"Group {number % 53}",
        2, f'"Daily Paper,{end},{headline}"', "Daily Paper", end, headline, "Local sources; witnesses", 1,
        f"town {number % 977}", where, f"Province {number % 34}", f"District {number % 89}", latitude, longitude,
        f"POINT ({longitude} {latitude})", 176_897, country, code, "Asia", 1, 1, f"{start} 00:00:00.000",
        f"{end} 00:00:00.000", 0, 0, best, 0, best, best + rng.randrange(3), low, code, "",
    ]  # fmt: skip


def make(path: Path, rows: int) -> None:
    """Write ``rows`` made-up events; the same number gives the same bytes."""
    rng = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        out.writerows(_row(number, rng) for number in range(1, rows + 1))


def keep(path: Path, folder: Path) -> None:
    """What ``upstander fetch`` does with a file: find, read, check, keep."""
    from upstander.core.places import load
    from upstander.lake import Lake
    from upstander.sources.ucdp_ged import SOURCE

    places = load()
    began = time.perf_counter()
    for snapshot in SOURCE.find(path):
        Lake(folder / "lake").keep("ucdp_ged", SOURCE, snapshot, places)
    _tell(began)


def copy(path: Path, folder: Path) -> None:
    """DuckDB alone: the whole csv to Parquet, nothing checked."""
    import duckdb

    began = time.perf_counter()
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{path}')) TO '{folder / 'all.parquet'}' (FORMAT parquet)"
    )
    _tell(began)


def _tell(began: float) -> None:
    """Seconds spent and the process's peak memory in MB."""
    print(
        time.perf_counter() - began,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def measure(what: str, path: Path) -> tuple[float, float]:
    """(seconds, peak MB) of ``keep`` or ``copy`` in a process of its own; imports are not counted."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        done = subprocess.run(
            [sys.executable, __file__, "--only", what, "--file", path, "--into", folder],
            capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


def compare(path: Path, times: int) -> float:
    """Print both medians and peaks; return the ratio."""
    taken: dict[str, list[tuple[float, float]]] = {"copy": [], "keep": []}
    for _ in range(times):
        for what, found in taken.items():
            found.append(measure(what, path))
    medians = {
        what: statistics.median(s for s, _ in found) for what, found in taken.items()
    }
    for what, found in taken.items():
        every = ", ".join(f"{s:.2f}" for s, _ in found)
        print(
            f"{what}: median {medians[what]:.2f} s ({every}), peak {max(p for _, p in found):.0f} MB"
        )
    return medians["keep"] / medians["copy"]


def main() -> None:
    """Exit code 1 when keeping takes more than twice DuckDB's time."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=400_000)
    words.add_argument("--times", type=int, default=3)
    words.add_argument("--only", choices=("keep", "copy"))
    words.add_argument("--file", type=Path)
    words.add_argument("--into", type=Path)
    given = words.parse_args()
    if given.only:
        (keep if given.only == "keep" else copy)(given.file, given.into)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ged251.csv"
        make(path, given.rows)
        print(f"{given.rows:,} events, {path.stat().st_size / 1e6:.0f} MB")
        ratio = compare(path, given.times)
    print(f"ratio {ratio:.2f}, allowed {ALLOWED}")
    raise SystemExit(ratio > ALLOWED)


if __name__ == "__main__":
    main()
