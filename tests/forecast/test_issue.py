"""An issue is written whole or not at all, once, and read back as it was."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from upstander.core.errors import ConfigError, LeakageError, LedgerBroken, TableError
from upstander.core.tables import FORECAST_CASE, FORECAST_CHANCE, FORECAST_DRAW, FORECAST_REASON
from upstander.forecast import issue, ledger

AS_OF, MADE = date(2026, 6, 24), date(2026, 6, 25)


def tables(probability: float = 0.2) -> dict[str, pa.Table]:
    draws = [{"unit": "SDN", "target": "fatalities", "horizon": 1, "draw": s, "outcome": s * 3} for s in range(5)]
    chance = {
        "unit": "SDN", "target": "one_sided_100", "first_month": date(2026, 1, 1), "last_month": date(2026, 12, 1),
        "probability": probability, "low": 0.1, "high": 0.3, "base_rate": 0.05, "rank": 1, "rank_low": 1, "rank_high": 2,
        "model": "m", "basis": "model", "note": None,
    }  # fmt: skip
    reason = {"unit": "SDN", "target": "one_sided_100", "family": "history", "contribution": 1.5, "text": "A war."}
    case = {
        "unit": "SDN", "rank": 1, "case_unit": "COD", "case_year": 2003, "distance": 0.4, "one_sided_next": 5,
        "total_next": 9,
    }  # fmt: skip
    found = ((FORECAST_DRAW, draws), (FORECAST_CHANCE, [chance]), (FORECAST_REASON, [reason]), (FORECAST_CASE, [case]))
    return {t.name: pa.Table.from_pylist(rows, schema=t.schema) for t, rows in found}


def write(folder: Path, probability: float = 0.2, as_of: date = AS_OF, made_on: date = MADE) -> issue.Issue:
    return issue.write(folder, tables(probability), as_of=as_of, made_on=made_on, meta={"seed": 1}, hindcast=False)


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


def test_a_certain_probability_and_a_wrong_table_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="probability"):
        write(tmp_path, 0.0)
    assert not list(tmp_path.iterdir())


def test_the_latest_issue_is_the_newest_that_had_been_issued_by_the_day(tmp_path: Path) -> None:
    old, new = write(tmp_path, as_of=date(2026, 5, 24)), write(tmp_path)
    newest, before = issue.latest(tmp_path, AS_OF), issue.latest(tmp_path, date(2026, 6, 23))
    assert newest is not None
    assert before is not None
    assert (newest.id, before.id) == (new.id, old.id)
    assert issue.latest(tmp_path, date(2026, 5, 23)) is None
    assert issue.latest(tmp_path / "nowhere", AS_OF) is None


def test_the_issue_before_speaks_from_an_earlier_day(tmp_path: Path) -> None:
    old, new = write(tmp_path, as_of=date(2026, 5, 24)), write(tmp_path)
    found = issue.before(tmp_path, new)
    assert found is not None
    assert found.id == old.id
    assert issue.before(tmp_path, old) is None


def test_a_half_written_folder_is_never_read_as_an_issue(tmp_path: Path) -> None:
    (tmp_path / ".part-1").mkdir()
    (tmp_path / ".part-1" / "forecast_draw.parquet").write_bytes(b"PAR1")
    assert issue.latest(tmp_path, AS_OF) is None
    with pytest.raises(ConfigError, match="no readable issue"):
        issue.read(tmp_path / ".part-1")


def test_a_changed_file_of_an_issue_is_found_through_the_ledger(tmp_path: Path) -> None:
    made = write(tmp_path / "issues")
    ledger.append(tmp_path / "ledger.jsonl", made)
    assert len(ledger.verify(tmp_path / "ledger.jsonl", tmp_path / "issues")) == 1
    file = tmp_path / "issues" / made.id / "forecast_chance.parquet"
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(LedgerBroken, match="forecast_chance"):
        ledger.verify(tmp_path / "ledger.jsonl", tmp_path / "issues")


def test_which_issue_is_the_newest_is_found_without_reading_a_forecast(tmp_path: Path) -> None:
    old, new = write(tmp_path, as_of=date(2026, 5, 24)), write(tmp_path)
    for file in tmp_path.rglob("*.parquet"):
        file.unlink()
    heads = issue.heads(tmp_path)
    assert [h.id for h in heads] == [old.id, new.id]
    assert issue.newest(heads, AS_OF) == heads[1]
    assert issue.newest(heads, issue.day_before(new.as_of)) == heads[0]
    assert issue.newest(heads, date(2026, 5, 23)) is None
    with pytest.raises(ConfigError, match="upstander run"):
        issue.read(tmp_path / new.id)


def test_a_table_that_was_damaged_is_said_when_it_is_asked_for(tmp_path: Path) -> None:
    made = write(tmp_path)
    file = tmp_path / made.id / "forecast_chance.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + b"\xff" * 200 + whole[204:])
    again = issue.read(tmp_path / made.id)
    assert again.draws.num_rows == 5
    with pytest.raises(ConfigError, match="no readable issue"):
        _ = again.chances
