"""Hubverse model output: written as schemas v6.0.0 say, read back, and refused where it is broken."""

import json
import re
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report import made_up

from upstander.core import places as place_tables
from upstander.core.errors import ConfigError, SourceChanged
from upstander.core.months import month_end
from upstander.forecast.exchange import hub, hub_config, hub_reading, peers
from upstander.forecast.issue import Issue
from upstander.lake import Lake

PLACES = {"SDN", "UKR", "ISL"}
ORIGIN = date(2026, 5, 1)


def issued() -> Issue:
    made = made_up.issue()
    tables = {
        f"forecast_{n}": getattr(made, f"{n}s")
        for n in ("draw", "chance", "reason", "case")
    }
    return Issue(made.id, {**made.meta, "model": "pool"}, tables)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with the made-up issue of the report tests as its one round."""
    folder = tmp_path_factory.mktemp("hub")
    lake = Lake(folder / "lake")
    lake.adopt(place_tables.BUNDLE)
    hub.write([issued()], lake, place_tables.load(), folder / "hub", team="upstander")
    return folder / "hub"


def output(written: Path) -> pa.Table:
    return pq.read_table(next(written.glob("model-output/*/*.parquet")), partitioning=None)


def test_the_round_is_in_its_place_with_the_columns_of_the_hubverse(written: Path) -> None:
    file = next(written.glob("model-output/*/*.parquet"))
    assert re.fullmatch(
        r"model-output/upstander-\w+/2026-06-24-upstander-\w+\.parquet",
        str(file.relative_to(written)),
    )
    rows = output(written)
    assert {
        "output_type",
        "output_type_id",
        "value",
        "origin_date",
        "target",
        "location",
    } <= set(rows.column_names)
    assert set(rows["output_type"].to_pylist()) == {
        "mean",
        "median",
        "quantile",
        "cdf",
        "pmf",
        "sample",
    }
    assert rows["value"].null_count == 0
    assert (written / f"model-metadata/{file.parent.name}.yml").is_file()


def test_quantiles_rise_cdfs_lie_in_0_to_1_and_answers_add_up(written: Path) -> None:
    rows = output(written)
    quantiles = rows.filter(pc.equal(rows["output_type"], "quantile"))
    values = quantiles["value"].to_numpy().reshape(-1, len(hub_config.QUANTILES))
    assert (np.diff(values, axis=1) >= 0).all()
    cdf = (
        rows.filter(pc.equal(rows["output_type"], "cdf"))["value"]
        .to_numpy()
        .reshape(-1, len(hub_config.LIMITS))
    )
    assert ((cdf >= 0) & (cdf <= 1)).all()
    assert (np.diff(cdf, axis=1) >= 0).all()
    answers = (
        rows.filter(pc.equal(rows["output_type"], "pmf"))["value"].to_numpy().reshape(-1, 2)
    )
    assert answers.sum(axis=1) == pytest.approx(np.ones(len(answers)))


def test_the_tasks_allow_exactly_what_the_round_holds(written: Path) -> None:
    tasks = json.loads((written / "hub-config" / "tasks.json").read_text())
    admin = json.loads((written / "hub-config" / "admin.json").read_text())
    for body in (tasks, admin):
        assert "/v6.0.0/" in body["schema_version"]
    assert {
        "name",
        "maintainer",
        "contact",
        "repository",
        "file_format",
        "timezone",
    } <= set(admin)
    rows, found = output(written), tasks["rounds"][0]["model_tasks"]
    assert {t["target_metadata"][0]["target_id"] for t in found} == set(
        rows["target"].to_pylist()
    )
    for task in found:
        meta = task["target_metadata"][0]
        assert len(meta["target_id"]) <= 30
        assert len(meta["target_name"]) <= 100
        assert meta["is_step_ahead"] == ("time_unit" in meta)
        mine = rows.filter(pc.equal(rows["target"], meta["target_id"]))
        assert set(task["output_type"]) == set(mine["output_type"].to_pylist())
        for name, allowed in task["task_ids"].items():
            held = {v for v in mine[name].to_pylist() if v is not None}
            told = (allowed["required"] or []) + (allowed["optional"] or [])
            assert {str(v) for v in held} == {str(v) for v in told}, (
                meta["target_id"],
                name,
            )


def test_target_data_are_versioned_by_the_day_they_were_known(written: Path) -> None:
    rows = pq.read_table(written / "target-data" / "time-series.parquet")
    assert set(rows["as_of"].to_pylist()) == {date(2026, 6, 24)}
    assert max(rows["target_end_date"].to_pylist()) == date(2026, 5, 31)
    about = json.loads((written / "hub-config" / "target-data.json").read_text())
    assert about["versioned"] is True
    assert set(about["observable_unit"]) <= set(rows.column_names)


def test_the_same_issue_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.adopt(place_tables.BUNDLE)
    again = hub.write(
        [issued()], lake, place_tables.load(), tmp_path / "hub", team="upstander"
    )
    for file in again:
        assert (
            file.read_bytes() == (written / file.relative_to(tmp_path / "hub")).read_bytes()
        )


def test_what_we_write_can_be_imported_and_gives_the_same_draws(
    written: Path, tmp_path: Path
) -> None:
    made = issued()
    codes = {p.code for p in place_tables.load().current(date(2026, 6, 24))}
    found = hub_reading.read(written / "model-output", codes)
    assert list(found) == [date.fromisoformat(made.meta["last_month"])]
    peers.keep_months(tmp_path, "somebody", "fatalities", found, date(2026, 7, 1))
    held = peers.months(tmp_path, "fatalities")["somebody"]
    unit = made.draws["unit"][0].as_py()
    drawn = held.draws(ORIGIN, (unit,), (1,))
    mine = made.draws.filter(
        pc.and_(pc.equal(made.draws["unit"], unit), pc.equal(made.draws["horizon"], 1))
    )
    assert drawn is not None
    assert sorted(drawn[0, 0].tolist()) == sorted(mine["outcome"].to_pylist())
    assert held.draws(ORIGIN, (unit, "XXX"), (1,)) is None, (
        "a place that was not forecast is not made up"
    )
    assert held.draws(date(2020, 1, 1), (unit,), (1,)) is None


def peer(folder: Path, kind: str = "sample", **changes: object) -> Path:
    """A peer's round of two places and two months; ``changes`` replace values in its third row."""
    ids = (
        [str(n) for n in range(3)]
        if kind == "sample"
        else ["0.05", "0.25", "0.5", "0.75", "0.95"]
    )
    rows = [
        {
            "origin_date": "2026-06-24",
            "target": "fatalities",
            "horizon": h,
            "location": u,
            "target_end_date": str(month_end(date(2026, 5 + h, 1))),
            "output_type": kind,
            "output_type_id": i,
            "value": 10.0 * (n + 1),
        }
        for u in ("SDN", "UKR")
        for h in (1, 2)
        for n, i in enumerate(ids)
    ]
    rows[2] |= changes
    file = folder / "team-model" / "2026-06-24-team-model.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows), file)
    return folder


def test_quantiles_become_a_thousand_draws_straight_between_the_levels(
    tmp_path: Path,
) -> None:
    drawn = hub_reading.read(peer(tmp_path, "quantile"), PLACES)[ORIGIN]
    mine = drawn.filter(
        pc.and_(pc.equal(drawn["country"], "SDN"), pc.equal(drawn["horizon"], 1))
    )["outcome"].to_pylist()
    assert len(mine) == 1000
    assert (min(mine), max(mine)) == (10, 50), "flat beyond the outermost levels"
    assert np.median(mine) == pytest.approx(30, abs=1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": -1.0}, r"row 3: value is negative"),
        ({"value": None}, r"row 3: value is empty"),
        ({"location": "ZZZ"}, r"row 3: location is no ISO 3166-1"),
        (
            {"target_end_date": "2026-06-29"},
            r"row 3: target_end_date is not the last day of a month",
        ),
        ({"target_end_date": "soon"}, r"row 3: target_end_date 'soon' is no day"),
        (
            {"target_end_date": "2026-08-31"},
            r"row 3: target_end_date less horizon is not 2026-05",
        ),
        ({"horizon": 0}, r"row 3: horizon is empty or below 1"),
        ({"output_type_id": "1"}, r"SDN, horizon 1, has 2 samples, others 3"),
        ({"output_type": "mean"}, r"SDN, horizon 1, has 2 samples, others 3"),
        ({"value": float("inf")}, r"row 3: value is infinite"),
        ({"value": float("nan")}, r"row 3: value is empty"),
        ({"value": 10.5}, r"row 3: value is not a whole number; .*round the draws"),
        ({"value": 1e300}, r"row 3: value is above 10,000,000,000"),
        (
            {"output_type_id": "7"},
            r"SDN: sample '2' is not in both horizon 1 and horizon 2",
        ),
        ({"output_type_id": None}, r"row 3: output_type_id is empty"),
        ({"origin_date": "2024-01-24"}, r"row 3: origin_date is not the round 2026-06-24"),
        ({"origin_date": None}, r"row 3: origin_date is empty"),
        ({"horizon": 10**7}, r"row 3: horizon is above 1,200 months"),
        ({"location": None}, r"row 3: location is no ISO 3166-1"),
    ],
)
def test_a_fault_in_a_peers_round_is_named_with_row_and_remedy(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SourceChanged, match=said):
        hub_reading.read(peer(tmp_path, **changes), PLACES)


COLUMNS = (
    "origin_date",
    "target",
    "horizon",
    "location",
    "target_end_date",
    "output_type",
    "output_type_id",
    "value",
)


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("horizon", "1 mo", r"row 3: horizon '1 mo' is no number"),
        ("horizon", "1.5", r"row 3: horizon is not a whole number"),
        ("value", "ten", r"row 3: value 'ten' is no number"),
        ("value", "inf", r"row 3: value is infinite"),
        ("value", "", r"row 3: value is empty"),
        ("target_end_date", "31.07.2026", r"row 3: target_end_date '31.07.2026' is no day"),
        (
            "target_end_date",
            "2026-06-30 12:00",
            r"row 3: target_end_date '2026-06-30 12:00' is no day",
        ),
    ],
)
def test_text_for_a_number_in_a_csv_is_named_with_row_and_remedy(
    tmp_path: Path, column: str, text: str, said: str
) -> None:
    with pytest.raises(SourceChanged, match=said):
        hub_reading.read(in_csv(tmp_path, {column: text}), PLACES)


def in_csv(folder: Path, changes: dict[str, str], separator: str = ",") -> Path:
    """The same round as CSV, with text in its third row."""
    rows = pq.read_table(next(peer(folder / "parquet").rglob("*.parquet"))).to_pylist()
    rows[2] |= changes
    file = folder / "csv" / "2026-06-24-team-model.csv"
    file.parent.mkdir()
    lines = [
        separator.join(COLUMNS),
        *(separator.join(str(r[c]) for c in COLUMNS) for r in rows),
    ]
    file.write_text("\n".join(lines) + "\n")
    return file.parent


def test_a_csv_gives_the_same_draws_and_one_of_semicolons_is_named_as_such(
    tmp_path: Path,
) -> None:
    same = hub_reading.read(in_csv(tmp_path / "a", {}), PLACES)[ORIGIN]
    assert same.equals(hub_reading.read(peer(tmp_path / "b"), PLACES)[ORIGIN])
    with pytest.raises(SourceChanged, match="not separated by commas"):
        hub_reading.read(in_csv(tmp_path / "c", {}, ";"), PLACES)


@pytest.mark.parametrize("unit", ["s", "ns"])
def test_a_day_written_as_an_instant_at_midnight_is_that_day(
    tmp_path: Path, unit: str
) -> None:
    file = next(peer(tmp_path).rglob("*.parquet"))
    rows = pq.read_table(file)
    for name in ("origin_date", "target_end_date"):
        days = rows[name].cast(pa.date32()).cast(pa.timestamp("s")).cast(pa.timestamp(unit))
        rows = rows.set_column(rows.column_names.index(name), name, days)
    pq.write_table(rows, file)
    assert hub_reading.read(tmp_path, PLACES)[ORIGIN].num_rows == 12
    late = pc.add(rows["target_end_date"], pa.scalar(1, pa.duration(unit)))
    pq.write_table(
        rows.set_column(
            rows.column_names.index("target_end_date"), "target_end_date", late
        ),
        file,
    )
    with pytest.raises(SourceChanged, match="is no day"):
        hub_reading.read(tmp_path, PLACES)


@given(
    st.sampled_from(COLUMNS),
    st.sampled_from(
        [
            [None] * 12,
            [True] * 12,
            [b"x"] * 12,
            [[1]] * 12,
            list(range(12)),
            [1e18] * 12,
            [-1] * 12,
            ["", "x"] * 6,
            [date(2026, 6, 30)] * 12,
            [float("-inf")] * 12,
            ["\u0661"] * 12,
            [{"a": 1}] * 12,
        ]
    ),
)
@settings(max_examples=60, deadline=None)
def test_no_column_of_any_type_reaches_the_user_as_a_librarys_error(
    column: str, values: list[object]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = next(peer(folder).rglob("*.parquet"))
        rows = pq.read_table(file)
        pq.write_table(
            rows.set_column(rows.column_names.index(column), column, pa.array(values)), file
        )
        with suppress(SourceChanged):
            hub_reading.read(folder, PLACES)


def test_a_folder_of_no_model_or_of_two_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no model"):
        hub_reading.read(tmp_path, PLACES)
    peer(tmp_path)
    other = tmp_path / "x-y" / "2026-06-24-x-y.parquet"
    other.parent.mkdir()
    other.write_bytes(next(tmp_path.glob("team-model/*")).read_bytes())
    with pytest.raises(ConfigError, match="one model"):
        hub_reading.read(tmp_path, PLACES)
