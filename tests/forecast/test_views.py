"""The challenge's own numbers come out of its own files, and broken files do not."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from upstander.core.errors import ConfigError, SourceChanged
from upstander.forecast import views

CONFLICTOLOGY = (14.4829, 9.1463, 21.3393, 76.8495, 123.9952, 50.3567)


@pytest.fixture(scope="session")
def folder(shared: Path) -> Any:
    found = shared / "benchmarks" / "views"
    if not found.is_dir():
        pytest.skip("needs benchmarks/views in the shared data folder")
    return found


@pytest.fixture(scope="module")
def table(folder: Path) -> Any:
    done: list[tuple[int, int]] = []
    rows = views.score_views(folder, ["zero"], progress=lambda n, total: done.append((n, total)))
    assert done[-1] == (12, 12)
    return {(r.model, r.window): r for r in rows}


def test_conflictology_equals_the_published_scores_to_four_decimals(table: Any) -> None:
    assert tuple(round(table["conflictology", w].crps, 4) for w in views.WINDOWS) == CONFLICTOLOGY
    assert round(table["conflictology", 0].crps, 4) == 49.3616
    assert table["conflictology", 0].ign == pytest.approx(0.719, abs=0.001)


def test_zero_and_conflictology_equal_the_challenges_own_evaluation(table: Any, folder: Path) -> None:
    import csv

    with (folder / "published_scores.csv").open() as file:
        published = [r for r in csv.DictReader(file) if r["level"] == "cm" and "fif911" in r["source"]]
    checked = 0
    for row in published:
        name = row["model"].removeprefix("bm_")
        if row["model"] in ("bm_zero", "bm_conflictology") and row["window"].isdigit() and int(row["window"]) <= 2023:
            ours = table[name, int(row["window"])]
            assert ours.crps == pytest.approx(float(row["crps"]), abs=5e-5)
            assert ours.mis == pytest.approx(float(row["mis"]), abs=5e-4)
            if name == "zero":  # conflictology's published IGN comes from draws resampled by Fourier methods
                assert ours.ign == pytest.approx(float(row["ign"]), abs=5e-5)
            checked += 1
    assert checked == 12


def test_conflictology_is_measured_as_one_and_zero_is_never_called_better(table: Any) -> None:
    assert table["conflictology", 0].ratio == pytest.approx(1)
    assert table["zero", 0].verdict in ("worse", "not distinguishable")


def test_a_window_sees_nothing_after_october(folder: Path) -> None:
    challenge = views.read(folder)
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
    with pytest.raises(ConfigError, match="no window"):
        views.score_views(folder, ["zero"], windows=[2017])


@pytest.mark.slow
def test_the_pool_beats_conflictology_on_the_development_windows(folder: Path) -> None:
    rows = views.score_views(folder, ["pool"])
    whole = next(r for r in rows if r.model == "pool" and r.window == 0)
    assert whole.ratio < 0.95
    assert whole.ign < 0.575
    assert 0.85 < whole.coverage < 0.95
