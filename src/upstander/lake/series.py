"""Which of several series answers a question, for each place and year: decided here for pages and models alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Choice:
    """The series that answer one question, the widest coverage first; ``said`` is who speaks, by series."""

    said: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The series in order."""
        return tuple(self.said)


# IDMC counts everybody displaced by conflict. UNHCR counts those it protects, and has no figure for most
# countries: of Palestine in 2025 it knows nothing where IDMC counts 2,035,000.
CHOICES: Mapping[str, Choice] = {
    "displaced_within": Choice(
        {"unhcr_idmc_displaced": "by IDMC", "unhcr_idps": "protected by UNHCR"}
    ),
}


def names_of(indicator: str) -> tuple[str, ...]:
    """The series of INDICATOR_YEAR behind a name: its choice in order, or itself alone."""
    return CHOICES[indicator].names if indicator in CHOICES else (indicator,)


def chosen(rows: pa.Table, indicator: str) -> pa.Table:
    """Rows of INDICATOR_YEAR for the name, each place and year from the first of its series that knows it."""
    names = names_of(indicator)
    if len(names) == 1:
        return rows.filter(pc.equal(rows["indicator"], indicator))
    mine = rows.filter(pc.is_in(rows["indicator"], pa.array(names)))
    return mine.take(pa.array(_first_to_know(mine, names), pa.int64()))


def _first_to_know(rows: pa.Table, names: tuple[str, ...]) -> list[int]:
    """Numbers of the rows whose place and year no earlier series knows."""
    series = rows["indicator"].to_pylist()
    cells = list(zip(rows["country"].to_pylist(), rows["year"].to_pylist(), strict=True))
    seen: set[tuple[str, int]] = set()
    numbers: list[int] = []
    for name in names:
        new = [n for n, of in enumerate(series) if of == name and cells[n] not in seen]
        seen |= {cells[n] for n in new}
        numbers += new
    return sorted(numbers)
