"""Rows as a table that was declared: every table of an issue is made and checked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from upstander.core.tables import Table


def from_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The rows in Arrow, as ``table`` declares them.

    Raises:
        TableError: they are not.
    """
    return table.check(pa.Table.from_pylist(rows, schema=table.schema))
