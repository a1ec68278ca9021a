"""Rows as plain values are those that PyArrow makes one scalar at a time, of whatever type and with whatever missing."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from upstander.core.plain_rows import plain_rows

COLUMNS = {
    "text": pa.array(["a", "é", ""]),
    "text, one missing": pa.array(["a", None, "b"]),
    "text in a dictionary": pa.array(["a", None, "a"]).dictionary_encode(),
    "whole": pa.array([1, -(2**62), 3]),
    "whole, one missing": pa.array([1, None, 3]),
    "small": pa.array([1, 2, 3], pa.int16()),
    "real": pa.array([0.1, float("inf"), 2.0]),
    "real, one missing": pa.array([0.1, None, 2.0]),
    "half as long": pa.array([0.1, 1.0, 2.0], pa.float32()),
    "day": pa.array([date(1989, 1, 1), date(1, 1, 1), date(9999, 12, 31)]),
    "day, one missing": pa.array([date(1989, 1, 1), None, date(2026, 1, 1)]),
    "instant": pa.array([datetime(2026, 1, 1, tzinfo=UTC)] * 3),
    "flag": pa.array([True, None, False]),
    "list": pa.array([[1], None, []]),
    "nothing": pa.nulls(3),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_each_type_is_as_pyarrow_has_it(name):
    rows = plain_rows(table := pa.table({"a": COLUMNS[name]}))
    assert rows == table.to_pylist()
    assert [type(r["a"]) for r in rows] == [type(r["a"]) for r in table.to_pylist()]


def test_all_columns_at_once_in_pieces_or_without_a_row():
    table = pa.table(COLUMNS)
    for rows in (table, table.slice(1, 1), table.slice(3), pa.concat_tables([table] * 2)):
        assert plain_rows(rows) == rows.to_pylist()
