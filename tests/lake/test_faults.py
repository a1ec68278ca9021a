"""Damage, full disks, kills and crowds: a lake is as before or as after, and says what is wrong."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.lake.made_up import ALWAYS, contents, keep, told

from upstander.core.errors import TableError
from upstander.lake import Lake

ROOT = Path(__file__).resolve().parents[2]


def writer(lake: Path, folder: Path, *words: object) -> subprocess.Popen[str]:
    """A process that keeps made-up releases; it has printed "ready" and is about to begin."""
    folder.mkdir(exist_ok=True)
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [
        sys.executable,
        "-m",
        "tests.lake.made_up",
        str(lake),
        str(folder),
        *map(str, words),
    ]
    begun = subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert begun.stdout is not None
    assert begun.stdout.readline() == "ready\n", begun.communicate()[1]
    return begun


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '{"source": "made_up"}'])
def test_a_damaged_release_file_is_named(tmp_path, text):
    lake = Lake(tmp_path / "lake")
    kept = keep(lake, tmp_path, 1)
    (lake.root / "releases" / kept.file).write_text(text)
    with pytest.raises(TableError, match=kept.file):
        told(lake)


def test_a_missing_segment_is_named(tmp_path):
    lake = Lake(tmp_path / "lake")
    kept = keep(lake, tmp_path, 1)
    (lake.root / kept.segments[0]).unlink()
    with pytest.raises(TableError, match=Path(kept.segments[0]).name):
        told(lake)


@pytest.mark.parametrize(
    "spoil",
    [lambda raw: b"", lambda raw: raw[: len(raw) // 2], lambda raw: b"x" * len(raw)],
)
def test_a_damaged_segment_is_named(tmp_path, spoil):
    lake = Lake(tmp_path / "lake")
    keep(lake, tmp_path, 1)
    kept = keep(lake, tmp_path, 2)
    segment = lake.root / kept.segments[0]
    segment.write_bytes(spoil(segment.read_bytes()))
    with pytest.raises(TableError, match=segment.name):
        told(lake)


def test_a_segment_damaged_inside_a_page_is_named(tmp_path):
    lake = Lake(tmp_path / "lake")
    kept = keep(lake, tmp_path, 1)
    segment = lake.root / kept.segments[0]
    raw = bytearray(segment.read_bytes())
    raw[4:200] = b"\xff" * 196  # the head and foot of the file stay whole
    segment.write_bytes(raw)
    with pytest.raises(TableError, match=segment.name):
        told(lake)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_remedy_for_a_damaged_segment_works_wherever_it_stands(tmp_path, number):
    lake = Lake(tmp_path / "lake")
    kept = {n: keep(lake, tmp_path, n) for n in (1, 2, 3)}
    before = {n: told(lake, r.known_at) for n, r in kept.items()}
    (lake.root / kept[number].segments[0]).write_bytes(b"")
    with pytest.raises(TableError, match="delete the file of that number"):
        told(lake)
    (lake.root / "releases" / kept[number].file).unlink()
    keep(lake, tmp_path, number)
    assert {n: told(lake, r.known_at) for n, r in kept.items()} == before


@pytest.mark.slow
def test_a_full_disk_is_said_plainly_and_leaves_the_lake_as_it_was(tmp_path):
    lake = Lake(tmp_path / "lake")
    keep(lake, tmp_path, 1)
    before = contents(lake.root)
    most = {
        "the copy": (100,),
        "the segment": (2_000,),
        "the release": (20_000, 5_000),
        "nothing": (1_000_000,),
    }
    ended = {}
    for what, words in most.items():
        process = writer(lake.root, tmp_path / "more", 2, 2, *words)
        _, said = process.communicate(timeout=60)
        ended[what] = process.returncode
        if process.returncode:
            assert "ConfigError" in said
            assert "File too large" in said
            assert "nothing was" in said
            assert {
                "the copy": "release_2.json",
                "the segment": ".parquet",
                "the release": "/releases/",
            }[what] in said
            assert contents(lake.root) == before
    assert ended == {"the copy": 1, "the segment": 1, "the release": 1, "nothing": 0}
    assert told(lake)["MLI", "2024-01-01"] == 3


@pytest.mark.slow
def test_two_processes_that_keep_releases_at_once_both_get_them_in(tmp_path):
    lake = Lake(tmp_path / "lake")
    both = [
        writer(lake.root, tmp_path / "a", 1, 6),
        writer(lake.root, tmp_path / "b", 7, 12),
    ]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert not process.returncode, said
    kept = lake.releases(as_of=ALWAYS)
    assert [r.release for r in kept] == [str(n) for n in range(1, 13)]
    assert sorted(r.sequence for r in kept) == list(range(1, 13))
    assert told(lake) == {("MLI", f"2024-{m:02d}-01"): m + 12 for m in range(1, 13)}


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_the_lake_before_or_after(tmp_path):
    calm = Lake(tmp_path / "calm")
    for number in range(1, 9):
        keep(calm, tmp_path, number)
    lake, rng, counts = Lake(tmp_path / "lake"), random.Random(7), []
    for _ in range(20):
        process, wanted = writer(lake.root, tmp_path / "more", 1, 8), rng.randint(0, 7)
        # by what it has written, not by the clock: a busy machine writes later, and is killed later
        while (
            process.poll() is None
            and len(list((lake.root / "releases").glob("*.json"))) < wanted
        ):
            time.sleep(0.001)
        process.kill()
        process.communicate()
        counts.append(count := len(list((lake.root / "releases").glob("*.json"))))
        if count:
            assert told(lake) == {
                ("MLI", f"2024-{m:02d}-01"): m + count for m in range(1, 13)
            }
        if count == 8:
            shutil.rmtree(lake.root)
    assert any(0 < count < 8 for count in counts), (
        "no kill fell between the first and the last release"
    )
    process = writer(lake.root, tmp_path / "more", 1, 8)
    _, said = process.communicate(timeout=120)
    assert not process.returncode, said
    assert contents(lake.root) == contents(calm.root)
