"""Flipped bits, all over a home folder: how many are named on reading, how many by ``audit verify``, how many by neither.

One bit at a time in a copy of a lake (``--lake``, 160) and of a database of records (``--records``, 80), each then read and
verified as the program does. A bit that changes nothing (a free page of the database) is told by what is read: all as it was.
The figure that must be nought is "other, and nobody said so". Run: python -m benchmarks.tampering
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tests.records.made_up import AMIRA, DAY, HEAD, LATER, draft

from upstander import pipeline
from upstander.core.errors import UpstanderError
from upstander.core.settings import Settings
from upstander.core.tables import LAKE_TABLES
from upstander.lake import Lake
from upstander.records.store import Records

SEED = 20261127
SAMPLE = Path(__file__).parents[1] / "tests" / "samples" / "ucdp_country_month.csv"
Seen = object


def main() -> None:
    """Flip, read, verify, count."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lake", type=int, default=160)
    asked.add_argument("--records", type=int, default=80)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"lake     {told(of_lake(Path(folder) / 'home', given.lake))}")
        print(f"records  {told(of_records(Path(folder) / 'people', given.records))}")


def told(counts: Counter[str]) -> str:
    """The counts in words."""
    return f"{counts.total()} bits: " + "; ".join(
        f"{number} {what}" for what, number in sorted(counts.items())
    )


def of_lake(home: Path, bits: int) -> Counter[str]:
    """Bits of every file of a lake that came with the program and has one release more, each file as likely as it is large."""
    settings = Settings(home=home)
    pipeline.open_lake(settings)
    lake = Lake(settings.lake)
    files = [p for p in sorted(lake.root.rglob("*")) if p.is_file() and p.name != ".lock"]

    def read() -> Seen:
        tables = [
            lake.read(t, as_of=date.max)
            for t in LAKE_TABLES
            if list(lake.root.glob(f"tables/{t.name}/*"))
        ]
        return [t.to_pylist() for t in tables], lake.releases(as_of=date.max)

    return flipped(files, bits, read, lake.verify)


def of_records(home: Path, bits: int) -> Counter[str]:
    """Bits of the file of a database with records, sealed texts, versions, an erasure and a log."""
    url = f"sqlite:///{home / 'records.db'}"
    records = Records.open(url, home / "keys")
    for start in range(0, 300, 50):
        drafts = [
            draft(id=f"r{n}", sealed=frozenset({"title"} if n % 3 else ()))
            for n in range(start, start + 50)
        ]
        records.append(drafts, by=AMIRA, why="first", now=DAY)
        records.log(AMIRA, "export", "evidence", now=DAY)
    records.append([draft(id="r0", expected=1)], by=AMIRA, why="again", now=LATER)
    records.erase("evidence", "r1", by=HEAD, why="asked", now=LATER)
    close(records)

    def opened() -> Records:
        return Records.open(url, home / "keys")

    def read() -> Seen:
        store = opened()
        try:
            found = store.find(by=HEAD, as_of=LATER, limit=1000)
            return [(r.id, r.version, r.body, r.erased, r.stamp, r.when) for r in found]
        finally:
            store.database.engine.dispose()

    def verify() -> None:
        store = opened()
        try:
            store.verify()
        finally:
            store.database.engine.dispose()

    return flipped([home / "records.db"], bits, read, verify)


def close(records: Records) -> None:
    """Put everything into the database's one file."""
    with records.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    records.database.engine.dispose()


def flipped(
    files: list[Path], bits: int, read: Callable[[], Seen], verify: Callable[[], object]
) -> Counter[str]:
    """What became of each bit."""
    rng, before, counts = random.Random(SEED), read(), Counter[str]()
    sizes = [f.stat().st_size for f in files]
    for _ in range(bits):
        file = rng.choices(files, sizes)[0]
        with one_bit(file, rng.randrange(8 * file.stat().st_size)):
            counts[_became(before, read, verify)] += 1
    return counts


@contextmanager
def one_bit(file: Path, bit: int) -> Iterator[None]:
    """A file with one bit the other way round, put back afterwards."""
    kept = file.with_name(f"{file.name}.kept")
    shutil.copy2(file, kept)
    raw = bytearray(file.read_bytes())
    raw[bit // 8] ^= 1 << bit % 8
    file.write_bytes(raw)
    try:
        yield
    finally:
        for beside in file.parent.glob(f"{file.name}-*"):
            beside.unlink()
        kept.replace(file)


def _became(before: Seen, read: Callable[[], Seen], verify: Callable[[], object]) -> str:
    try:
        same = read() == before
    except UpstanderError:
        return "named on reading"
    except Exception as error:  # noqa: BLE001 - what a reader met is what is measured
        return f"a fault on reading ({type(error).__name__})"
    try:
        verify()
    except UpstanderError:
        return "named by verify" if same else "other on reading, named by verify"
    except Exception as error:  # noqa: BLE001
        return f"a fault in verify ({type(error).__name__})"
    return "changed nothing" if same else "other, and nobody said so"


if __name__ == "__main__":
    main()
