"""A number for each row of a table by its key: rows are compared, found twice and put in order without holding every key apart.

Groups and sorts of the engine take more than twice the memory and four times the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MOST_NUMBERS = 2**62  # of different keys: their numbers are whole ones of 64 bits
MOST_APART = 2**20  # years, months or days of a column that are numbered as they are


def row_numbers(rows: pa.Table, key: Sequence[str]) -> npt.NDArray[np.int64]:
    """One number for each row, in the order of the columns of its key: equal where and only where the keys are.

    No column of the key holds nulls.
    """
    number, many = np.zeros(rows.num_rows, dtype=np.int64), 1
    for name in key:
        rank = _ranks(rows[name].combine_chunks())
        of_column = int(rank.max(initial=0)) + 1
        if many * of_column > MOST_NUMBERS:  # numbered anew, so that no key is too long
            number = np.unique(number, return_inverse=True)[1].astype(np.int64)
            many = int(number.max(initial=0)) + 1
        number *= of_column  # in their place: a forecast has millions of rows
        number += rank
        many *= of_column
    return number


def _ranks(column: pa.Array) -> npt.NDArray[np.int64]:
    """A number for each value, in their order: equal where and only where the values are."""
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    if not pa.types.is_dictionary(column.type):
        return _ranks_of_plain(column.to_numpy(zero_copy_only=False))
    texts = np.array(column.dictionary.to_pylist(), dtype=object)
    rank_of_text = np.empty(len(texts), dtype=np.int64)
    rank_of_text[np.argsort(texts)] = np.arange(len(texts))
    ranks: npt.NDArray[np.int64] = rank_of_text[column.indices.to_numpy()]
    return ranks


def _ranks_of_plain(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Whole numbers and days by how far they are from the least, which needs no sorting; others by their rank."""
    whole = values.astype(np.int64) if values.dtype.kind in "iuM" else None
    if whole is not None and whole.size:
        least, last = int(whole.min()), int(whole.max())
        if last - least < MOST_APART:
            return whole - least
    return np.unique(values, return_inverse=True)[1].astype(np.int64, copy=False)
