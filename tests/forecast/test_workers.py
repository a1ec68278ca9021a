"""The same bytes from one process, from two, and from a Dask cluster; a stopped run goes on where it was."""

import gc
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
    return {"value": np.random.default_rng(number).normal(size=4), "name": np.array([f"n{number}"])}


def pieces(folder: Path, count: int = 6) -> list[Piece]:
    return [Piece(f"piece {n}", (str(folder), n)) for n in range(count)]


def test_one_process_and_two_give_the_same(tmp_path: Path) -> None:
    one = Workers(1).each("work", noted, pieces(tmp_path))
    two = Workers(2).each("work", noted, pieces(tmp_path))
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a["value"], b["value"])
        assert a["name"] == b["name"]


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    kept, told = tmp_path / "kept", []
    Workers(1, kept).each("work", noted, pieces(tmp_path, 4))
    done = Workers(1, kept).each("work", noted, pieces(tmp_path, 6), lambda *now: told.append(now))
    assert told == [("work", 4, 6), ("work", 5, 6), ("work", 6, 6)]
    assert [len((tmp_path / f"{n}.done").read_text()) for n in range(6)] == [1] * 6
    fresh = Workers(1).each("work", noted, pieces(tmp_path, 6))
    assert all(np.array_equal(a["value"], b["value"]) for a, b in zip(done, fresh, strict=True))


def test_other_code_or_data_do_not_find_the_pieces_of_these(tmp_path: Path) -> None:
    mine = workers.folder_of_this_code(tmp_path, "data 1")
    mine.mkdir()
    assert workers.folder_of_this_code(tmp_path, "data 1") == mine
    assert mine.is_dir()
    assert workers.folder_of_this_code(tmp_path, "data 2") != mine
    assert not mine.exists(), "pieces of other code are removed, they would never be found again"


def test_no_scheduler_at_the_address_is_said(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with pytest.raises(ConfigError, match="UPSTANDER_CLUSTER"), workers.hired(1, "nowhere at all"):
        pass
    left = [type(o) for o in gc.get_objects() if isinstance(o, distributed.Client)]
    assert not left, "thrown away later, it can wait for ever for a lock that the start of another loop holds"


@pytest.mark.slow
def test_the_same_scores_on_a_dask_cluster_by_one_setting(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    from upstander import pipeline
    from upstander.forecast.scoreboard.board import to_json

    def board(home: str, **more: Any) -> str:
        settings = Settings(home=tmp_path / home, **more)
        return to_json(pipeline.score(settings, ("hindcast",), models=("exponential_climatology_wide",), latest=2))

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        spread = board("cluster", cluster=cluster.scheduler_address)
        ran = cluster.scheduler.transition_counter  # the scheduler saw the work
    assert ran > 0
    assert spread == board("here", jobs=2) == board("alone", jobs=1)
