"""The challenge's files are read as they are, and broken ones are named."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from upstander.core.errors import ConfigError, SourceChanged
from upstander.forecast import views


@pytest.fixture(scope="session")
def folder(shared: Path) -> Any:
    found = shared / "benchmarks" / "views"
    if not found.is_dir():
        pytest.skip("needs benchmarks/views in the shared data folder")
    return found


@pytest.fixture(scope="module")
def challenge(folder: Path) -> views.Challenge:
    return views.read(folder)


def test_a_window_sees_nothing_after_october(challenge: views.Challenge) -> None:
    panel = challenge.panel(2020)
    assert (panel.periods[-1].year, panel.periods[-1].month) == (2019, 10)
    assert panel.hindcast
    assert challenge.truth(2020).shape == (191, 12)
    assert np.array_equal(challenge.truth(2020), challenge.deaths[:, 360:372])


def test_a_missing_or_changed_file_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cm_ged_sb"):
        views.read(tmp_path)
    for name in (views.HISTORY, views.ACTUALS, views.EVENTS):
        pq.write_table(pq.read_table(folder / name), tmp_path / name)
    history = pq.read_table(folder / views.HISTORY)
    pq.write_table(history.drop_columns(["ged_sb"]), tmp_path / views.HISTORY)
    with pytest.raises(SourceChanged, match="lacks ged_sb"):
        views.read(tmp_path)


def test_a_window_that_is_none_of_theirs_is_named(challenge: views.Challenge) -> None:
    with pytest.raises(ConfigError, match="no window 2017"):
        views.drawn(challenge, ["zero"], 2017, 1)
