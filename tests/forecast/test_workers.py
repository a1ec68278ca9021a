"""The same bytes from one process, from two, and from a Dask cluster; a stopped run goes on where it was."""

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upstander.core.errors import ConfigError
from upstander.core.settings import Settings
from upstander.forecast import workers
from upstander.forecast.workers import Piece, Workers


def noted(folder: str, number: int) -> dict[str, Any]:
    """A piece of work that leaves a trace each time it is done."""
    with (Path(folder) / f"{number}.done").open("a") as trace:
        trace.write("x")
    return {
        "value": np.random.default_rng(number).normal(size=4),
        "name": np.array([f"n{number}"]),
    }


def pieces(folder: Path, count: int = 6) -> list[Piece]:
    return [Piece(f"piece {n}", (str(folder), n)) for n in range(count)]


def test_one_process_and_two_give_the_same(tmp_path: Path) -> None:
    one = Workers(1).each("work", noted, pieces(tmp_path))
    two = Workers(2).each("work", noted, pieces(tmp_path))
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a["value"], b["value"])
        assert a["name"] == b["name"]


def process_of(mark: str) -> tuple[str, int]:
    """Any answer, not arrays alone, with the process that gave it."""
    if mark == "bad":
        raise ConfigError("no such thing")
    return mark, os.getpid()


@pytest.mark.parametrize(("jobs", "is_here"), [(1, True), (2, False)])
def test_work_beside_is_done_in_another_process_where_there_is_one(
    jobs: int, is_here: bool
) -> None:
    ended = Workers(jobs).beside(process_of, "good")
    failed = Workers(jobs).beside(process_of, "bad")
    mark, process = ended()
    assert mark == "good"
    assert (process == os.getpid()) is is_here
    with pytest.raises(ConfigError, match="no such thing"):
        failed()


def test_processes_that_are_let_go_end_and_others_do_the_work_that_comes_after() -> None:
    hired = Workers(2)
    _, first = hired.beside(process_of, "good")()
    assert is_running(first)
    hired.let_go()
    assert until(lambda: not is_running(first))
    _, second = hired.beside(process_of, "good")()
    assert second not in (first, os.getpid())
    Workers(1).let_go()


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    kept, told = tmp_path / "kept", []
    Workers(1, kept).each("work", noted, pieces(tmp_path, 4))
    done = Workers(1, kept).each(
        "work", noted, pieces(tmp_path, 6), lambda *now: told.append(now)
    )
    assert told == [("work", 4, 6), ("work", 5, 6), ("work", 6, 6)]
    assert [len((tmp_path / f"{n}.done").read_text()) for n in range(6)] == [1] * 6
    fresh = Workers(1).each("work", noted, pieces(tmp_path, 6))
    assert all(
        np.array_equal(a["value"], b["value"]) for a, b in zip(done, fresh, strict=True)
    )


def test_other_code_or_data_do_not_find_the_pieces_of_these(tmp_path: Path) -> None:
    mine = workers.folder_of_this_code(tmp_path, "data 1")
    mine.mkdir()
    assert workers.folder_of_this_code(tmp_path, "data 1") == mine
    assert mine.is_dir()
    assert workers.folder_of_this_code(tmp_path, "data 2") != mine
    assert not mine.exists(), (
        "pieces of other code are removed, they would never be found again"
    )


def test_no_scheduler_at_the_address_is_said(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        pytest.raises(ConfigError, match="UPSTANDER_CLUSTER"),
        workers.hired(1, "nowhere at all"),
    ):
        pass
    left = [type(o) for o in gc.get_objects() if isinstance(o, distributed.Client)]
    assert not left, (
        "thrown away later, it can wait for ever for a lock that the start of another loop holds"
    )


@pytest.mark.slow
def test_the_same_scores_on_a_dask_cluster_by_one_setting(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    from upstander import pipeline
    from upstander.forecast.scoreboard.board import to_json

    def board(home: str, **more: Any) -> str:
        settings = Settings(home=tmp_path / home, **more)
        return to_json(
            pipeline.score(
                settings, ("hindcast",), models=("exponential_climatology_wide",), latest=2
            )
        )

    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
    ) as cluster:
        spread = board("cluster", cluster=cluster.scheduler_address)
        ran = cluster.scheduler.transition_counter  # the scheduler saw the work
    assert ran > 0
    assert spread == board("here", jobs=2) == board("alone", jobs=1)


def pid_noted(folder: str, number: int) -> dict[str, Any]:
    """A piece of work that says in which process it is done, and takes longer than anybody waits."""
    (Path(folder) / f"{number}.part").write_text(str(os.getpid()))
    (Path(folder) / f"{number}.part").rename(Path(folder) / f"{number}.pid")
    time.sleep(300)
    return {}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(true: Any, seconds: float = 90) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(true())


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks at processes in /proc"
)
def test_a_killed_run_leaves_no_worker_behind(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom tests.forecast.test_workers import pid_noted, pieces\n"
        f"from upstander.forecast.workers import Workers\nWorkers(2).each('work', pid_noted, pieces(Path({str(tmp_path)!r}), 2))"
    )
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": f"{root}:{root / 'src'}"}
    run = subprocess.Popen([sys.executable, "-c", code], env=env, cwd=root)
    workers_of: list[int] = []
    try:
        assert until(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
        workers_of = [int(f.read_text()) for f in tmp_path.glob("*.pid")]
        assert all(is_running(pid) for pid in workers_of)
        run.kill()
        run.wait(30)
        assert until(lambda: not any(is_running(pid) for pid in workers_of))
    finally:
        run.kill()
        for pid in filter(is_running, workers_of):
            os.kill(pid, signal.SIGKILL)
