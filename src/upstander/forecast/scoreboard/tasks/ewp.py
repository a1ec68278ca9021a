"""The Early Warning Project's task on their own panel and labels: a mass killing begins within two years.

Judges the method, not the shipped model: their panel, their labels, base years 1993 to 2022, everything known by
two years before. Their published elastic net stands in the tables as published. Development data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from upstander.core.types import Cases
from upstander.forecast import annual_backtest, ewp, ewp_panel, shipped
from upstander.forecast.scoreboard import yearly_tables
from upstander.forecast.scoreboard.board import Asked, Part, Task
from upstander.forecast.scoreboard.year_study import YearStudy
from upstander.forecast.shapes import Numbers
from upstander.forecast.workers import Arrays, Piece

TARGET = "mass killing begins in two years"
WITHOUT = (
    "EWP's task was not scored: its files are not here. Give their folder with --data "
    f"(it holds {annual_backtest.EWP_PANEL})."
)
BASELINES = (
    "climatology",
    "population_and_infant_mortality",
    "four_variable_logit",
    ewp.NET,
)


def score(asked: Asked) -> Part:
    """Every method on EWP's panel, against their published risks."""
    folder = asked.folder("ewp", annual_backtest.EWP_PANEL)
    if folder is None:
        return Part(missing=(WITHOUT,))
    years = range(ewp.FIRST, ewp.LAST + 1)[-asked.latest :]
    pieces = list(_pieces(asked, folder, years))
    study = _study(
        asked, years, asked.workers.each("EWP's task", one_origin, pieces, asked.progress)
    )
    title = f"EWP's own task, base years {years[0]} to {years[-1]}"
    return Part(
        (
            yearly_tables.models([study], title),
            yearly_tables.pairs([study], shipped.CHANCES),
            yearly_tables.reliabilities([study], (shipped.CHANCES, ewp.NET)),
        )
    )


def _pieces(
    asked: Asked,
    folder: Path,
    years: range,
) -> Iterator[Piece]:
    """One base year each, on their panel with our milder event."""
    from upstander.forecast.yearly_inputs import covered_units, inputs

    panel = ewp_panel.read(folder)
    units = covered_units(asked.lake, asked.places, asked.as_of)
    known = inputs(asked.lake, asked.places, units, as_of=asked.as_of)
    milder = ewp.surges(ewp.on_panel(panel, known, asked.places))
    every = ewp_panel.cases(panel, milder)
    stamp = (
        f"{asked.seed} {asked.stamp} {(folder / annual_backtest.EWP_PANEL).stat().st_size}"
    )
    for year in years:
        net = ewp.published(panel, year)
        yield Piece(f"ewp {year} {stamp}", (every, net, year, asked.seed))


def _study(
    asked: Asked,
    years: range,
    origins: list[Arrays],
) -> YearStudy:
    models = [k for k in origins[0] if k.startswith("p.")]
    of_years = [np.full(len(o["units"]), y) for o, y in zip(origins, years, strict=True)]
    base_years = np.concatenate(of_years)
    return YearStudy(
        task="ewp",
        kind="Hindcast",
        target=TARGET,
        what="EWP's panel, 2025 edition",
        units=_joined(origins, "units"),
        years=base_years,
        chances={key.removeprefix("p."): _joined(origins, key) for key in models},
        outcome=_joined(origins, "outcome"),
        groups={},
        baselines=BASELINES,
        reference=ewp.NET,
        seed=asked.seed,
        blocks=base_years,
    )


def _joined(origins: list[Arrays], name: str) -> Numbers:
    return np.concatenate([np.asarray(o[name]) for o in origins])


def one_origin(
    every: Cases,
    net: Mapping[str, float],
    year: int,
    seed: int,
) -> Arrays:
    """Every method for one base year."""
    return ewp.origin(every, net, year, seed).arrays()


TASK = Task(
    title="The Early Warning Project's task, on their panel and labels",
    citation="Early Warning Project, statistical risk assessment, 2025 edition",
    score=score,
)
