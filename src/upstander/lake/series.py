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
    candidates = rows.filter(pc.is_in(rows["indicator"], pa.array(names)))
    columns = [candidates[c].to_pylist() for c in ("indicator", "country", "year")]
    first: dict[tuple[str, int], str] = {}
    cells = list(zip(*columns, strict=True))
    for name in names:
        for series, country, year in cells:
            if series == name:
                first.setdefault((country, year), name)
    keep = [n for n, (series, country, year) in enumerate(cells) if first[country, year] == series]
    return candidates.take(pa.array(keep, pa.int64()))
