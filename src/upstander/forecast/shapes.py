"""What the arrays, rows and names that forecasts are made of are called, one word each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.core.types import Array

Mask = npt.NDArray[np.bool_]  # True for some
Index = npt.NDArray[np.int64]  # positions, and other whole numbers
Labels = npt.NDArray[np.str_]
Numbers = npt.NDArray[Any]  # of whatever kind
ByName = dict[str, Array]  # arrays of one shape
Row = dict[str, Any]  # of a table, by column
Rows = list[Row]
Names = tuple[str, ...]
Units = tuple[str, ...]  # codes of places
Horizons = tuple[int, ...]  # months ahead
