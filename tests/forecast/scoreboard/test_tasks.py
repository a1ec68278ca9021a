"""Tasks on real data at a reduced scale, and a new model that stands in the tables without an edit."""

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.test_one_file_each import FILES

from upstander.core import places as place_tables
from upstander.core.months import month_after, month_end
from upstander.forecast import backtest, panel
from upstander.forecast import views as challenges
from upstander.forecast.exchange import hub_reading, peers
from upstander.forecast.scoreboard.board import Asked, Part
from upstander.forecast.scoreboard.count_quality import NOTHING, Records
from upstander.forecast.scoreboard.tasks import hindcast, ledger, real_origins, views
from upstander.forecast.workers import Workers
from upstander.lake import Lake

AS_OF = date(2026, 6, 24)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    home = tmp_path_factory.mktemp("tasks")
    lake = Lake(home / "lake")
    lake.adopt(place_tables.BUNDLE)
    return Asked(
        lake,
        place_tables.load(),
        AS_OF,
        1,
        home,
        Workers(1),
        lambda *_: None,
        models=("zero",),
        latest=2,
    )


@pytest.fixture(scope="module")
def real(asked: Asked) -> Part:
    return real_origins.TASK.score(asked)


def test_real_origins_are_judged_with_and_without_the_unconfirmed_month(real: Part) -> None:
    whole, sure = (
        next(t for t in real.tables if t.id == f"real_origins.{n}")
        for n in ("models", "models_sure")
    )
    assert whole.kind == sure.kind == "Real origins"
    assert "without Iran in January 2026 (unconfirmed)" in sure.what
    score = {
        r["model"]: (r["crps"], s["crps"])
        for r in whole.rows
        for s in sure.rows
        if r["model"] == s["model"]
    }
    assert set(score) == {"zero", "climatology", "conflictology", "exponential_climatology"}
    # "zero" misses by what came: 19,886 deaths of Iran in 1 of 132 x 6 x 2 cases, at horizons 6 and 5
    cases = 132 * 6 * 2
    assert score["zero"][0] * cases - score["zero"][1] * (cases - 2) == pytest.approx(
        2 * 19886, rel=1e-6
    )


@pytest.mark.slow
def test_a_peer_that_came_as_a_hub_stands_beside_ours_on_the_same_cases(
    asked: Asked, real: Part, tmp_path: Path
) -> None:
    """The peer sends conflictology's own draws: its scores must be conflictology's, and half a peer must not stand."""
    releases = backtest.dated_origins(
        asked.lake.releases(as_of=AS_OF, source=real_origins.SOURCE)
    )
    units = backtest.counted(asked.lake, asked.places, real_origins.SOURCE)
    origins = [
        date.fromisoformat(f"{c.key}-01")
        for c in real.tables[3].columns
        if c.key != "model"
    ]
    home = tmp_path / "home"
    for name, chosen in (("a_friend", origins), ("half", origins[:1])):
        folder = tmp_path / name
        folder.mkdir()
        for origin in chosen:
            known = panel.monthly_of(
                asked.lake,
                asked.places,
                real_origins.SOURCE,
                units=units,
                first=real_origins.FIRST_MONTH,
                as_of=releases[origin],
            )
            year = known.column("fatalities")[:, -12:]
            rows = [
                (
                    "fatalities",
                    h,
                    u,
                    month_end(month_after(origin, h)),
                    "sample",
                    str(s),
                    year[n, s],
                )
                for n, u in enumerate(units)
                for h in real_origins.HORIZONS
                for s in range(12)
            ]
            columns = dict(
                zip(hub_reading.NEEDED, map(list, zip(*rows, strict=True)), strict=True)
            )
            pq.write_table(
                pa.table(columns), folder / f"{releases[origin]}-friend-model.parquet"
            )
        codes = {p.code for p in asked.places.current(AS_OF)}
        peers.keep_months(
            home / "peers", name, "fatalities", hub_reading.read(folder, codes), AS_OF
        )
    part = real_origins.TASK.score(replace(asked, home=home))
    table = {r["model"]: r for r in part.tables[0].rows}
    for score in ("crps", "mis", "crps_log"):
        assert table["a_friend"][score] == pytest.approx(
            table["conflictology"][score], rel=1e-12
        )
    # of twelve draws repeated to 1,000 four stand once more than the others, and which depends on their order
    assert table["a_friend"]["ign"] == pytest.approx(
        table["conflictology"]["ign"], abs=1e-3
    )
    assert table["a_friend"]["ratio"]["verdict"] == "not distinguishable"
    assert "half" not in table
    assert any("Imported peer half is not in the tables" in m for m in part.missing)


def test_the_largest_contributors_are_named_in_the_table(real: Part) -> None:
    columns = {c.key: c.label for c in real.tables[0].columns}
    assert columns["ratio_1"].startswith("without ")
    assert columns["ratio_3"].count(",") == 2


def test_a_biggest_miss_says_what_came_what_was_said_and_why(real: Part) -> None:
    rows = next(t for t in real.tables if t.id == "real_origins.misses").rows
    iran = next(r for r in rows if r["place"] == "Iran" and r["month"] == "2026-01")
    assert iran["outcome"] == 19886
    assert iran["high"] < 19886
    assert "times the monthly mean" in iran["reason"] or "outbreak" in iran["reason"]
    assert [r["crps"] for r in rows] == sorted((r["crps"] for r in rows), reverse=True)


def test_every_difference_carries_its_interval(real: Part) -> None:
    for table in real.tables:
        gains = [c.key for c in table.columns if c.form == "gain"]
        for row in table.rows:
            for key in gains:
                found = row[key]
                assert found is None or set(found) == {"value", "low", "high", "verdict"}
                if (
                    found
                    and found["value"] is not None
                    and found["verdict"] == "not distinguishable"
                ):
                    assert (
                        found["low"] <= 1 <= found["high"]
                        or found["low"] <= 0 <= found["high"]
                    )


@pytest.mark.slow
def test_conflictology_at_the_real_origins_has_the_scores_known_for_these_copies(
    asked: Asked,
) -> None:
    """The figures known for these copies are means over 133 columns, of which 132 are places with deaths."""
    whole = real_origins.TASK.score(replace(asked, latest=0)).tables[0]
    own = next(r for r in whole.rows if r["model"] == "conflictology")
    assert own["crps"] * 132 / 133 == pytest.approx(42.14, abs=0.01)
    assert own["ign"] * 132 / 133 == pytest.approx(1.345, abs=0.001)
    assert own["coverage"] == pytest.approx(0.754, abs=0.001)
    assert (
        next(c.label for c in whole.columns if c.key == "ratio_3")
        == "without Ukraine, Israel, Russia"
    )
    decayed = next(r for r in whole.rows if r["model"] == "exponential_climatology")
    assert decayed["ratio"]["value"] < 1
    assert decayed["won"].endswith("of 21")


@pytest.fixture(scope="module")
def windows(shared: Path, asked: Asked) -> tuple[Path, Part]:
    folder = shared / "benchmarks" / "views"
    if not folder.is_dir():
        pytest.skip("needs benchmarks/views in the shared data folder")
    return folder, views.TASK.score(replace(asked, data=folder, latest=0))


def test_zero_and_conflictology_equal_the_challenges_own_evaluation_in_all_six_windows(
    windows: tuple[Path, Part],
) -> None:
    folder, part = windows
    with (folder / "published_scores.csv").open() as file:
        published = [
            r
            for r in csv.DictReader(file)
            if r["level"] == "cm" and "fif911" in r["source"]
        ]
    challenge, checked = challenges.read(folder), 0
    made = {
        w: views.one_window(challenge, ("zero", "conflictology"), w, 1)
        for w in challenges.WINDOWS
    }
    for row in published:
        name = row["model"].removeprefix("bm_")
        if (
            row["model"] in ("bm_zero", "bm_conflictology")
            and row["window"].isdigit()
            and int(row["window"]) in made
        ):
            ours = {
                k: made[int(row["window"])][f"{name} {k}"].mean()
                for k in ("crps", "mis", "ign")
            }
            assert ours["crps"] == pytest.approx(float(row["crps"]), abs=5e-5)
            assert ours["mis"] == pytest.approx(float(row["mis"]), abs=5e-4)
            if (
                name == "zero"
            ):  # conflictology's published IGN comes from draws resampled by Fourier methods
                assert ours["ign"] == pytest.approx(float(row["ign"]), abs=5e-5)
            checked += 1
    assert checked == 12
    table = {r["model"]: r for r in part.tables[0].rows}
    for name in ("zero", "conflictology"):
        whole = [made[w][f"{name} crps"].mean() for w in made]
        assert table[name]["crps"] == pytest.approx(sum(whole) / 6), (
            "the table is the mean of the windows"
        )
    assert round(table["conflictology"]["crps"], 4) == 49.3616
    assert table["conflictology"]["ign"] == pytest.approx(0.719, abs=0.001)
    assert table["zero"]["ratio"]["verdict"] in ("worse", "not distinguishable")


def test_a_lake_without_copies_and_a_home_without_a_ledger_say_so(tmp_path: Path) -> None:
    empty = Asked(
        Lake(tmp_path), place_tables.load(), AS_OF, 1, tmp_path, Workers(1), lambda *_: None
    )
    assert "0 dated copies" in real_origins.TASK.score(empty).missing[0]
    assert "no ucdp_country_month" in hindcast.TASK.score(empty).missing[0]
    assert "upstander run" in ledger.TASK.score(empty).missing[0]


def test_data_quality_is_the_width_of_the_publishers_own_range(asked: Asked) -> None:
    labels = Records(asked.lake, asked.places, AS_OF).quality(("ISL", "SDN"), (2010, 2023))
    assert labels[0].tolist() == [NOTHING, NOTHING]
    assert all(label.startswith("range") for label in labels[1])


def test_summary_records_booked_in_january_are_pointed_out(asked: Asked) -> None:
    records = Records(asked.lake, asked.places, AS_OF)
    assert "summaries of longer spans" in records.behind("MEX", "2023-01")
    assert "summaries" not in records.behind("MEX", "2023-06")
    assert "No event records" in records.behind("MEX", "2026-01")


@pytest.mark.slow
def test_a_new_model_stands_in_the_scoreboard_with_one_file_and_no_edit(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "upstander"
    shutil.copytree(
        Path(place_tables.__file__).parents[1],
        copy,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (copy / "forecast" / "models" / "toy_nine.py").write_text(
        FILES["forecast/models/toy_nine.py"]
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "upstander",
            "score",
            "--benchmark",
            "hindcast",
            "--latest",
            "1",
            "--model",
            "toy_nine",
            "--home",
            tmp_path / "home",
            "--format",
            "json",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    row = next(r for r in told["rows"] if r["model"] == "toy_nine")
    assert row["role"] == "model"
    assert row["ratio"] > 0
    assert [v["model"] for v in told["verdicts"]] == ["toy_nine"]
