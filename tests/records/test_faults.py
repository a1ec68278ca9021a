"""Killed writers, a full disk, two processes, a hundred people: what was acknowledged is kept, nothing is half-written."""

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from tests.records.made_up import AMIRA, ENVIRONMENT, HEAD, LATER, draft, opened
from tests.records.test_chain_verification import projected

from upstander.core.errors import Busy, Conflict
from upstander.core.rights import Actor, Role, Stamp
from upstander.records.store import Records

WRITER = Path(__file__).parent / "writing_on.py"
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@contextmanager
def writers(url, tmp_path, **options):
    """The process that starts writers."""
    command = [sys.executable, str(WRITER), url, str(tmp_path / "keys")]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def hashes(line):
    """Hash by id of what a writer said it had kept."""
    return dict(pair.split("=") for pair in line.split())


@pytest.mark.slow
def test_killed_writers_lose_nothing_that_was_acknowledged(records_url, tmp_path):
    """Two processes write at once and are killed after some records and a moment of chance, thirty times."""
    records = opened(records_url, tmp_path)
    records.append([draft()], by=AMIRA, why="first", now=datetime.now(UTC))
    rng, said = random.Random(4), {}
    with writers(records_url, tmp_path) as process:
        for _ in range(30):
            process.stdin.write("ann bob\n")
            process.stdin.flush()
            running, left = [], rng.randrange(5)
            while (line := process.stdout.readline().strip()) != "over":
                if line.startswith("started"):
                    running.append(int(line.split()[1]))
                else:
                    said |= hashes(line)
                    left -= 1
                if len(running) == 2 and left <= 0:
                    time.sleep(rng.uniform(0, 0.02))
                    for pid in running:
                        os.kill(pid, signal.SIGKILL)
                    left = 1_000_000
            records.verify()
    found = {r.id: r for r in records.find(by=HEAD, as_of=FAR, limit=1_000_000)}
    assert len(said) > 100
    assert {id: found[id].fingerprint for id in said} == said
    assert all(
        (r.body["n"], r.sealed) == ("1", {"n"})
        for r in found.values()
        if r.body["title"].startswith("xxx")
    )
    assert len(found) % 2 == 1  # pairs are kept whole or not at all, beside the first one
    grown = projected(records)
    records.rebuild()
    assert projected(records) == grown


@pytest.mark.slow
def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path):
    url = f"sqlite:///{tmp_path / 'records.db'}"
    records = opened(url, tmp_path)
    most = 2_000_000  # bytes a file may have: the system then refuses the write, as a full disk does
    small = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
    with writers(url, tmp_path, preexec_fn=small) as process:
        out, error = process.communicate("ann\n", timeout=120)
    assert "Busy: the disk of the records is full" in error.splitlines()[-1]
    assert "nothing of this step was kept" in error.splitlines()[-1]
    said = {
        id: hash
        for line in out.splitlines()
        if "=" in line
        for id, hash in hashes(line).items()
    }
    records.verify()
    found = {r.id: r.fingerprint for r in records.find(by=HEAD, as_of=FAR, limit=1_000_000)}
    assert len(said) > 10
    assert found == said
    records.append([draft()], by=AMIRA, why="there is room again", now=LATER)
    assert records.verify().entries == len(said) + 1


def test_a_writer_who_finds_the_store_held_too_long_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr("upstander.records.database.PATIENCE", 0)
    records = opened(f"sqlite:///{tmp_path / 'records.db'}", tmp_path)
    with records.database.writing(), pytest.raises(Busy, match="held by somebody"):
        records.append([draft()], by=AMIRA, why="", now=LATER)
    records.append([draft()], by=AMIRA, why="", now=LATER)


PEOPLE, EDITS, RATINGS = 100, 4, 40


@pytest.mark.slow
def test_a_hundred_people_edit_one_review_and_lose_nothing(postgres_url, tmp_path):
    """Four processes' worth of connections, a hundred people, each editing ratings that others edit too."""
    with ExitStack() as closing:
        stores = [Records.open(postgres_url, tmp_path / "keys") for _ in range(4)]
        for store in stores:
            closing.callback(store.database.engine.dispose)
        stamp = Stamp("gov", "amira")
        review = draft(kind="review", stamp=stamp)
        ratings = [
            draft(kind="rating", parent=review.id, stamp=stamp, body={"by": ""})
            for _ in range(RATINGS)
        ]
        stores[0].append([review, *ratings], by=AMIRA, why="start", now=datetime.now(UTC))
        ready = threading.Barrier(PEOPLE)

        def edit(number):
            by, store, rng = (
                Actor(f"p{number}", "", Role.ANALYST, "gov"),
                stores[number % 4],
                random.Random(number),
            )
            accepted, refused = [], []
            ready.wait()
            for step in range(EDITS):
                one = rng.choice(ratings)
                while True:
                    last = store.read("rating", one.id, by=by, as_of=datetime.now(UTC))
                    ours = replace(
                        one, body={"by": f"{number}/{step}"}, expected=last.version
                    )
                    try:
                        (kept,) = store.append(
                            [ours], by=by, why="edit", now=datetime.now(UTC)
                        )
                    except Conflict as conflict:
                        refused.append(
                            (conflict.theirs.version > last.version, conflict.ours == ours)
                        )
                    else:
                        accepted.append(
                            (one.id, kept.version, kept.fingerprint, f"{number}/{step}")
                        )
                        break
            return accepted, refused

        with ThreadPoolExecutor(PEOPLE) as pool:
            done = list(pool.map(edit, range(PEOPLE)))
        accepted = [edit for edits, _ in done for edit in edits]
        kept = {
            (r.id, r.version): (r.fingerprint, r.body["by"])
            for one in ratings
            for r in stores[0].history("rating", one.id, by=HEAD, as_of=FAR)
        }
        assert len(accepted) == PEOPLE * EDITS
        assert {kept[id, version] for id, version, *_ in accepted} == {
            (h, b) for *_, h, b in accepted
        }
        assert len(kept) == RATINGS + PEOPLE * EDITS
        assert max(Counter((id, version) for id, version, *_ in accepted).values()) == 1
        refused = [conflict for _, conflicts in done for conflict in conflicts]
        assert set(refused) == {
            (True, True)
        }  # there were some, and each showed both versions
        assert stores[0].verify().entries == 1 + RATINGS + PEOPLE * EDITS
