"""What the models said of past years, kept in a file: forecasts of looks back, each learned from the years before alone.

The same as the scoreboard's yearly task judges: ``annual_backtest.origin`` of the headline of a calendar year, calibrated on
earlier origins. ``upstander score --all --ship`` makes the file anew.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from upstander.forecast import annual_backtest, shipped
from upstander.forecast.annual_backtest import FIRST, WARM, Origin
from upstander.forecast.cases import all_cases, target, with_outcome
from upstander.forecast.targets import YEARLY_HEADLINE
from upstander.forecast.training import grow, stream

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.core.types import Cases, YearInputs
    from upstander.lake.as_of import Reads

FILE = "past_odds.csv"
HEAD = ("place", "base_year", "probability")
Odds = Mapping[tuple[str, int], float]


@cache
def held() -> Odds:
    """Probability of the headline in the calendar year after a base year, by place and base year."""
    rows = csv.DictReader(StringIO(packaged().read_text("utf-8")))
    return {(r["place"], int(r["base_year"])): float(r["probability"]) for r in rows}


def packaged() -> Path:
    """The file that comes with the package."""
    return Path(str(files("upstander.forecast.scoreboard").joinpath(FILE)))


def ship(lake: Reads, places: Places, as_of: date, seed: int) -> Path:
    """Renew the packaged file, before a release; takes a minute."""
    from upstander.forecast.yearly_inputs import covered_units, inputs

    units = covered_units(lake, places, as_of)
    known = inputs(lake, places, units, as_of=as_of)
    packaged().write_text(written(origins(known, seed)), encoding="utf-8")
    return packaged()


def origins(known: YearInputs, seed: int) -> list[Origin]:
    """The ensemble's forecasts of every base year judged whose outcome is known, oldest first."""
    cases = with_outcome(all_cases(known), known, target(YEARLY_HEADLINE))
    years = range(WARM, int(known.years[-1]))
    raw = [_origin(cases, year, seed) for year in years]
    settled = annual_backtest.calibrated(raw, target(YEARLY_HEADLINE).years)
    return [origin for origin in settled if origin.year >= FIRST]


def _origin(cases: Cases, year: int, seed: int) -> Origin:
    """The ensemble as it would have been trained at the end of a year, asked about that year's cases."""
    train, asked = annual_backtest.split(cases, YEARLY_HEADLINE, year)
    fitted = {shipped.CHANCES: grow(train, stream(seed, year))}
    chances = annual_backtest.answers(fitted, asked)
    return Origin(year, asked.units, chances, np.asarray(asked.outcome))


def written(made: Iterable[Origin]) -> str:
    """The file's text."""
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(HEAD)
    lines.writerows(_rows(made))
    return text.getvalue()


def _rows(made: Iterable[Origin]) -> Iterator[tuple[str, int, str]]:
    for origin in made:
        said = origin.chances[shipped.CHANCES]
        for place, chance in zip(origin.units, said, strict=True):
            yield place, origin.year, f"{chance:.4g}"
