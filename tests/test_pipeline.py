"""The whole system under a killer, and two at once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def start(home: Path) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "upstander", "run", "--home", str(home), "--briefs", "1"]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


@pytest.mark.slow
def test_a_run_killed_at_random_points_leaves_nothing_half_visible_and_the_next_completes(issued, tmp_path, upstander):
    """Early points hit the lake's start, late ones the issue, the ledger and the reports."""
    home = tmp_path / "home"
    points = random.Random(7)
    for limit in (1.5, 3, 6, 40, 75):
        process = start(home)
        time.sleep(points.uniform(limit / 2, limit))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        told = upstander("ledger", "verify", "--home", home)
        assert told.returncode == 0, told.stderr
        for folder in (home / "issues").glob("[!.]*"):
            assert (folder / "issue.json").exists(), "an issue is whole or not there"
    done = upstander("run", "--home", home, "--briefs", 1)
    assert done.returncode == 0, done.stderr
    names = [sorted(p.name for p in (h / "issues").glob("[!.]*")) for h in (home, issued)]
    assert names[0] == names[1], "the same inputs and seed give the same issue, killed before or not"


@pytest.mark.slow
def test_two_runs_at_once_issue_once(tmp_path, issued, upstander):
    home = tmp_path / "home"
    two = [start(home), start(home)]
    for process in two:
        _, said = process.communicate(timeout=600)
        assert process.returncode == 0, said.decode()
    assert len(list((home / "issues").glob("[!.]*"))) == 1
    assert "1 entry" in upstander("ledger", "verify", "--home", home).stderr
