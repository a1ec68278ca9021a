"""A flipped bit anywhere in the lake is told when it is read or verified, with the remedy, and the remedy works."""

import json
import random
from pathlib import Path

import pytest
from tests.lake.made_up import ALWAYS, contents, keep, told

from upstander.core import checksums
from upstander.core.errors import TableError
from upstander.core.places import BUNDLE
from upstander.lake import Lake


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    for number in (1, 2, 3):
        keep(lake, tmp_path, number)
    return lake


def flip(file: Path, bit: int) -> None:
    raw = bytearray(file.read_bytes())
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    file.write_bytes(raw)


def test_every_flipped_bit_is_told(lake):
    """Forty bits of chance in segments, releases and the publishers' bytes."""
    rng, before = random.Random(11), told(lake)
    files = [p for p in sorted(lake.root.rglob("*")) if p.is_file() and p.name != ".lock"]
    for _ in range(40):
        file, bit = rng.choice(files), rng.randrange(10**9)
        flip(file, bit)
        with pytest.raises(TableError):
            lake.verify()
        if "snapshots" not in file.parts:  # the publishers' bytes are kept, not read
            with pytest.raises(TableError):
                told(lake)
        flip(file, bit)
    assert told(lake) == before
    assert lake.verify() == (3, 6)


def test_what_is_told_names_the_file_and_a_remedy_that_works(lake, tmp_path):
    before = told(lake)
    (release,) = [r for r in lake.releases(as_of=ALWAYS) if r.release == "2"]
    flip(lake.root / release.segments[0], 4000)
    with pytest.raises(
        TableError,
        match=f"{Path(release.segments[0]).name}: not as it was written .* delete the file of",
    ):
        told(lake)
    (lake.root / "releases" / release.file).unlink()
    keep(lake, tmp_path, 2)
    assert told(lake) == before
    lake.verify()


def test_a_day_changed_in_a_release_is_told(lake):
    """One digit of the day on which it was known would move what was known when."""
    (release,) = [r for r in lake.releases(as_of=ALWAYS) if r.release == "2"]
    file = lake.root / "releases" / release.file
    file.write_text(file.read_text().replace("2025-02-01", "2024-02-01", 1))
    with pytest.raises(TableError, match=f"{file.name}: not as it was written"):
        told(lake)


def test_what_came_with_the_program_is_taken_from_it_again(tmp_path):
    lake = Lake(tmp_path / "lake")
    lake.adopt(BUNDLE)
    whole = contents(lake.root)
    segment = min(lake.root.glob("tables/violence_month/*.parquet"))
    flip(segment, 40_000)
    with pytest.raises(
        TableError,
        match=r"delete 000000-bundle-.*json in releases/: the next command takes",
    ):
        told(lake)
    next(lake.root.glob("releases/*.json")).unlink()
    lake.adopt(BUNDLE)
    assert contents(lake.root) == whole


def test_a_lake_of_before_there_were_sums_is_read_and_gets_them(lake):
    """Such a file is the release itself, without sums and check."""
    before = told(lake)
    whole = contents(lake.root)
    for file in (lake.root / "releases").iterdir():
        (values,) = json.loads(file.read_text())["releases"]
        del values["sums"]
        file.write_text(json.dumps(values, indent=1, ensure_ascii=False))
    assert told(lake) == before
    lake.adopt(BUNDLE)
    assert {
        name: raw for name, raw in contents(lake.root).items() if "bundle" not in name
    } == whole


def test_a_file_is_hashed_once_until_it_changes(lake):
    """What checking costs: each segment is read for its sum once in a process, not at each question."""
    told(lake)
    once = checksums._sha256.cache_info()
    for _ in range(3):
        told(lake)
    assert checksums._sha256.cache_info().misses == once.misses
    segment = lake.root / lake.releases(as_of=ALWAYS)[0].segments[0]
    flip(segment, 4000)
    flip(segment, 4000)
    told(lake)
    assert checksums._sha256.cache_info().misses == once.misses + 1
