"""The whole system under a killer, two at once, and twice: in real processes, with light models."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUN = ("run", "--briefs", 1)
pytestmark = pytest.mark.slow


def start(home: Path, *words: object) -> subprocess.Popen[str]:
    """``upstander WORDS --home HOME`` with light models, in a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "UPSTANDER_JOBS": "1"}
    command = [
        sys.executable,
        str(ROOT / "tests" / "light_models.py"),
        *map(str, words),
        "--home",
        str(home),
    ]
    return subprocess.Popen(
        command, env=env, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def finished(process: subprocess.Popen[str]) -> str:
    """What it said, when it has come to a good end."""
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said
    return said


def issues(home: Path) -> list[str]:
    return sorted(p.name for p in home.glob("issues/[!.]*"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Path:
    """A home folder in which one run came to its end."""
    home = tmp_path_factory.mktemp("undisturbed")
    finished(start(home, *RUN))
    return home


ATTEMPTS = 4
STAGES = {  # the first trace that each leaves in the home folder, and at most how many seconds later it is killed
    "the lake's start": ("lake/tables/*", 0.05),
    "the fits": ("lake/releases/*", 3),
    "the issue": ("issues/*", 0.05),
    "the ledger": ("ledger.jsonl", 0.05),
    "the reports": ("reports/*/*", 0.2),
}


def killed_in(stage: str, home: Path, trace: str, later: float, aside: Path) -> None:
    """Kill a run some seconds after a trace of a stage shows; sooner where a busy machine let it end before."""
    shutil.rmtree(aside, ignore_errors=True)
    if home.exists():
        shutil.copytree(home, aside)
    for attempt in range(ATTEMPTS):
        process = start(home, *RUN)
        while process.poll() is None and not list(home.glob(trace)):
            time.sleep(0.001)
        time.sleep(later / 4**attempt)
        process.kill()
        ended = process.wait()
        assert ended in (0, -signal.SIGKILL), process.stderr.read()
        process.stderr.close()
        if ended == -signal.SIGKILL:
            return
        shutil.rmtree(home)
        if aside.exists():
            shutil.copytree(aside, home)
    raise AssertionError(f"over before it could be killed in {stage}, {ATTEMPTS} times")


def test_a_run_killed_at_any_point_leaves_nothing_half_visible_and_the_next_completes(
    undisturbed, tmp_path, upstander
):
    home, points = tmp_path / "home", random.Random(7)
    for stage, (trace, latest) in STAGES.items():
        assert not list(home.glob(trace)), f"nothing was killed before {stage}"
        killed_in(stage, home, trace, points.uniform(0, latest), tmp_path / "aside")
        told = upstander("ledger", "verify", "--home", home)
        assert told.returncode == 0 or "no ledger here" in told.stderr, told.stderr
        assert all(
            (home / "issues" / name / "issue.json").exists() for name in issues(home)
        ), "whole or not there"
    finished(start(home, *RUN))
    assert issues(home) == issues(undisturbed), (
        "the same inputs and seed give the same issue, killed before or not"
    )
    assert "1 entry" in upstander("ledger", "verify", "--home", home).stderr


def test_two_runs_at_once_issue_once(tmp_path, upstander):
    for process in [start(tmp_path, *RUN), start(tmp_path, *RUN)]:
        finished(process)
    assert len(issues(tmp_path)) == 1
    assert "1 entry" in upstander("ledger", "verify", "--home", tmp_path).stderr


def test_running_again_issues_nothing_new_and_the_ledger_holds(undisturbed, upstander):
    before = issues(undisturbed)
    finished(start(undisturbed, "forecast"))
    assert issues(undisturbed) == before
    assert "1 entry" in upstander("ledger", "verify", "--home", undisturbed).stderr
