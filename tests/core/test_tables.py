"""A table's key: repeats are found whatever its columns hold, and rows come in its order as Arrow sorts them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.core import row_numbers
from upstander.core.errors import TableError
from upstander.core.tables import DAY, INT, REAL, TEXT, Column, Table

WIDE = Table(
    "wide",
    ("place", "day", "number"),
    (
        Column("place", TEXT, "", ""),
        Column("day", DAY, "day", ""),
        Column("number", INT, "", ""),
        Column("value", REAL, "", "", True),
    ),
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["AFG", "SDN", "É", "", "𝒜"]),
        st.dates(date(1989, 1, 1), date(1989, 1, 4)),
        st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2),
        st.floats(0, 1),
    ),
    max_size=30,
)


def made(rows: list[tuple[str, date, int, float]]) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(zip(WIDE.names, row, strict=True)) for row in rows], schema=WIDE.schema
    )


@pytest.mark.parametrize("most", [row_numbers.MOST_NUMBERS, 1, 40])
@given(rows=ROWS)
def test_rows_that_share_a_key_are_refused_and_others_are_put_in_its_order(rows, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_numbers, "MOST_NUMBERS", most)
        given = made(rows)
        if len({row[:3] for row in rows}) < len(rows):
            with pytest.raises(TableError, match="repeat the key"):
                WIDE.check(given)
            return
        checked = WIDE.check(given)
        wanted = checked.sort_by([(name, "ascending") for name in WIDE.key])
        assert WIDE.in_order(checked).equals(wanted)
        assert WIDE.in_order(wanted).equals(wanted)


def test_a_table_of_many_pieces_comes_in_one():
    pieces = [made([("SDN", date(1989, 1, 1), n, 0.5)]) for n in range(3)]
    whole = WIDE.in_order(pa.concat_tables(pieces))
    assert whole["number"].num_chunks == 1
    assert whole["number"].to_pylist() == [0, 1, 2]
