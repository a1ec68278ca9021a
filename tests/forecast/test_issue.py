"""An issue is written whole or not at all, once, and read back as it was."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from upstander.core.errors import ConfigError, LeakageError, TableError
from upstander.core.forecast_tables import (
    FORECAST_CASE,
    FORECAST_CHANCE,
    FORECAST_DRAW,
    FORECAST_REASON,
)
from upstander.forecast import issue

AS_OF, MADE = date(2026, 6, 24), date(2026, 6, 25)


def tables(probability: float = 0.2) -> dict[str, pa.Table]:
    draws = [
        {"unit": "SDN", "target": "fatalities", "horizon": 1, "draw": s, "outcome": s * 3}
        for s in range(5)
    ]
    chance = {
        "unit": "SDN",
        "target": "one_sided_100",
        "first_month": date(2026, 1, 1),
        "last_month": date(2026, 12, 1),
        "probability": probability,
        "low": 0.1,
        "high": 0.3,
        "base_rate": 0.05,
        "rank": 1,
        "rank_low": 1,
        "rank_high": 2,
        "model": "m",
        "basis": "model",
        "note": None,
    }
    reason = {
        "unit": "SDN",
        "target": "one_sided_100",
        "family": "history",
        "contribution": 1.5,
        "message": "A war.",
    }
    case = {
        "unit": "SDN",
        "rank": 1,
        "case_unit": "COD",
        "case_year": 2003,
        "distance": 0.4,
        "one_sided_next": 5,
        "total_next": 9,
    }
    found = (
        (FORECAST_DRAW, draws),
        (FORECAST_CHANCE, [chance]),
        (FORECAST_REASON, [reason]),
        (FORECAST_CASE, [case]),
    )
    return {t.name: pa.Table.from_pylist(rows, schema=t.schema) for t, rows in found}


def write(
    folder: Path, probability: float = 0.2, as_of: date = AS_OF, made_on: date = MADE
) -> issue.Issue:
    return issue.write(
        folder,
        tables(probability),
        as_of=as_of,
        made_on=made_on,
        meta={"seed": 1},
        hindcast=False,
    )


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    made = write(tmp_path)
    again = issue.read(tmp_path / made.id)
    assert again.id == made.id == f"2026-06-24-{made.id[-12:]}"
    assert again.as_of == AS_OF
    assert again.draws["outcome"].to_pylist() == [0, 3, 6, 9, 12]
    assert again.chances.equals(made.chances)
    assert "not a cause" in again.meta["caveat"]


def test_the_same_content_has_the_same_id_and_is_written_once(tmp_path: Path) -> None:
    one, two = write(tmp_path), write(tmp_path, made_on=date(2026, 7, 1))
    assert one.id == two.id
    assert len(list(tmp_path.iterdir())) == 1
    assert write(tmp_path, 0.3).id != one.id


def test_a_hindcast_is_never_issued(tmp_path: Path) -> None:
    with pytest.raises(LeakageError, match="hindcast"):
        issue.write(tmp_path, tables(), as_of=AS_OF, made_on=MADE, meta={}, hindcast=True)
    assert not list(tmp_path.iterdir())


def test_a_certain_probability_and_a_wrong_table_leave_nothing_behind(
    tmp_path: Path,
) -> None:
    with pytest.raises(TableError, match="probability"):
        write(tmp_path, 0.0)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_writer_left_is_cleared_by_the_next_and_a_running_ones_is_not(
    tmp_path: Path,
) -> None:
    killed, running = tmp_path / ".part-1", tmp_path / ".part-2"
    for staging in (killed, running):
        staging.mkdir()
        (staging / "issue.json").write_text(
            '{"as_of": "2026-06-24", "made_on": "2026-06-25"}'
        )
    with issue._held(running):
        made = write(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".part-2", made.id]
    write(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [made.id]


def test_a_folder_of_the_right_name_that_holds_something_else_is_not_taken_for_the_issue(
    tmp_path: Path,
) -> None:
    made, other = write(tmp_path), write(tmp_path, 0.3)
    name = "forecast_chance.parquet"
    (tmp_path / made.id / name).write_bytes((tmp_path / other.id / name).read_bytes())
    with pytest.raises(ConfigError, match="holds something else than its name says"):
        write(tmp_path)


def test_a_table_that_was_damaged_is_said_when_it_is_asked_for(tmp_path: Path) -> None:
    made = write(tmp_path)
    file = tmp_path / made.id / "forecast_chance.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + b"\xff" * 200 + whole[204:])
    again = issue.read(tmp_path / made.id)
    assert again.draws.num_rows == 5
    with pytest.raises(ConfigError, match="no readable issue"):
        _ = again.chances
