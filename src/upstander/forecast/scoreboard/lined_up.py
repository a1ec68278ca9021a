"""Forecasts in draws lined up as a study: what stands beside the scores, from records of the places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast.scoreboard.board import Asked, Kind
from upstander.forecast.scoreboard.cell_scores import Marks, Study
from upstander.forecast.scoreboard.count_quality import Records
from upstander.forecast.scoreboard.studies import REFERENCE, baselines
from upstander.forecast.shapes import Horizons, Labels, Names, Units


@dataclass(frozen=True)
class Lined:
    """The cases of a study, before its models; the fields as in ``Study``."""

    task: str
    kind: Kind
    what: str
    target: str
    units: Units
    names: Names
    origins: Names
    months: tuple[Names, ...]
    horizons: Horizons
    blocks: tuple[int, ...]
    combine: Literal["ratio", "geometric"] = "ratio"
    ships: bool = True

    def study(
        self,
        asked: Asked,
        runs: Mapping[str, Marks],
        *,
        codes: Sequence[str],
        last_years: Sequence[int],
        before: Sequence[Array],
    ) -> Study:
        """The models' marks with the groups of the places.

        Args:
            codes: (U,) place codes.
            last_years: (W,) the last whole year before each origin.
            before: W times (U,) deaths in the twelve months before the origin.
        """
        deaths = np.stack(before, axis=-1)
        shape = (len(self.units), len(self.horizons), len(self.origins))
        return Study(
            **vars(self),
            marks=runs,
            groups=_groups(asked, codes, last_years),
            quiet=deaths < VIOLENT_YEAR,
            before=deaths,
            judged=np.ones(shape, dtype=bool),
            baselines=baselines(),
            reference=REFERENCE,
            seed=asked.seed,
        )


def _groups(
    asked: Asked,
    codes: Sequence[str],
    last_years: Sequence[int],
) -> dict[str, Labels]:
    """(U, W) labels by what they tell."""
    records = Records(asked.lake, asked.places, asked.as_of)
    regions = [[asked.places.get(c).region] * len(last_years) for c in codes]
    return {
        "region": np.array(regions),
        "data quality": records.quality(codes, last_years),
    }
