"""Scoring and exchange as a user meets them, on real data where that is at hand."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from upstander.core.types import CAVEAT


def test_score_asks_for_all_or_for_one_task_and_names_them(upstander, tmp_path):
    for words in ([], ["--all", "--benchmark", "views"]):
        done = upstander("score", *words, "--home", tmp_path)
        assert done.returncode == 2
        assert "real_origins" in done.stderr
    done = upstander("score", "--all", "--latest", 2, "--ship", "--home", tmp_path)
    assert done.returncode == 2
    assert "--ship needs the whole scoreboard" in done.stderr
    done = upstander("score", "--benchmark", "nothing", "--home", tmp_path)
    assert done.returncode == 2
    assert "views" in done.stderr


def test_a_task_without_its_files_says_what_is_missing_and_where_to_get_it(
    upstander, tmp_path
):
    done = upstander(
        "score", "--benchmark", "views", "--home", tmp_path, "--format", "json"
    )
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["tables"] == []
    assert "--data" in told["missing"][0]
    assert "--data" in done.stderr


@pytest.mark.slow
def test_a_task_is_scored_the_same_twice_from_kept_pieces_and_anew(upstander, tmp_path):
    words = (
        "score",
        "--benchmark",
        "hindcast",
        "--latest",
        2,
        "--model",
        "zero",
        "--format",
        "json",
    )
    first = upstander(*words, "--home", tmp_path / "a", "--write", tmp_path / "a.md")
    again = upstander(
        *words, "--home", tmp_path / "a", "--write", tmp_path / "b.md"
    )  # from kept pieces
    fresh = upstander(*words, "--home", tmp_path / "c", "--write", tmp_path / "c.md")
    assert first.returncode == again.returncode == fresh.returncode == 0, first.stderr
    assert first.stdout == again.stdout == fresh.stdout
    assert (
        (tmp_path / "a.md").read_bytes()
        == (tmp_path / "b.md").read_bytes()
        == (tmp_path / "c.md").read_bytes()
    )
    told = json.loads(first.stdout)
    assert told["caveat"] == CAVEAT
    assert (
        told["missing"][0]
        == "Reduced scale: only the newest 2 origins of each task and only zero and the baselines were scored."
    )
    assert told["title"].startswith("Hindcast: ")
    table = {r["model"]: r for r in told["rows"]}
    assert table["zero"]["coverage"] == 0
    assert {"ratio", "ratio_low", "ratio_high", "ratio_verdict"} <= set(table["zero"])
    assert not (tmp_path / "a" / "scoreboard" / "scoreboard.json").exists(), (
        "only --all keeps the board that pages show"
    )


@pytest.fixture(scope="module")
def challenge(shared) -> Path:
    folder = shared / "benchmarks" / "views"
    if not folder.is_dir():
        pytest.skip("needs benchmarks/views in the shared data folder")
    return folder


@pytest.mark.slow
def test_windows_go_out_come_back_and_stand_in_the_scoreboard(
    upstander, challenge, tmp_path
):
    out, home = tmp_path / "out", tmp_path / "home"
    model = "exponential_climatology"
    done = upstander(
        "export",
        "views",
        "--windows",
        "2022-2023",
        "--data",
        challenge,
        "--out",
        out,
        "--model",
        model,
        "--home",
        home,
    )
    assert done.returncode == 0, done.stderr
    for window in (2022, 2023):
        rows = pq.read_table(
            next((out / "cm" / f"window=Y{window}").glob("*.parquet")), partitioning=None
        )
        assert rows.num_rows == 191 * 12 * 1000
        assert rows["outcome"].null_count == 0
    done = upstander(
        "import",
        "views",
        "--from",
        out,
        "--data",
        challenge,
        "--name",
        "a_friend",
        "--home",
        home,
    )
    assert done.returncode == 0, done.stderr
    done = upstander(
        "score",
        "--benchmark",
        "views",
        "--data",
        challenge,
        "--latest",
        2,
        "--model",
        model,
        "--home",
        home,
        "--format",
        "json",
    )
    assert done.returncode == 0, done.stderr
    table = {r["model"]: r for r in json.loads(done.stdout)["rows"]}
    for score in ("crps", "ign", "mis", "coverage", "ratio"):
        assert table["a_friend"][score] == table[model][score], (
            "the same draws under another name: the same scores"
        )
    published = next(
        t for t in json.loads(done.stdout)["tables"] if t["id"] == "views.published"
    )
    assert all(r["source"] for r in published["rows"])


def test_a_broken_submission_is_refused_with_file_row_and_exit_code_three(
    upstander, tmp_path
):
    file = tmp_path / "peer" / "cm" / "window=Y2018" / "x.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not parquet")
    done = upstander(
        "import",
        "views",
        "--from",
        tmp_path / "peer",
        "--name",
        "a_friend",
        "--home",
        tmp_path / "home",
    )
    assert done.returncode == 3
    assert "x.parquet" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "peers").exists()
