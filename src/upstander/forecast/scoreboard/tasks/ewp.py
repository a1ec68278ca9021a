"""The Early Warning Project's task on their own panel and labels: a mass killing begins within two years.

Judges the method, not the shipped model: their panel, their labels, base years 1993 to 2022, everything known by
two years before. Their published elastic net stands in the tables as published. Development data.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from upstander.core.types import Cases
from upstander.forecast import annual_backtest, ewp, ewp_panel, shipped
from upstander.forecast.scoreboard import yearly_tables
from upstander.forecast.scoreboard.board import Asked, Part, Task
from upstander.forecast.scoreboard.yearly_tables import YearStudy
from upstander.forecast.workers import Arrays, Piece

TARGET = "mass killing begins in two years"
BASELINES = ("climatology", "population_and_infant_mortality", "four_variable_logit", ewp.NET)


def score(asked: Asked) -> Part:
    """Every method on EWP's panel, against their published risks."""
    folder = asked.folder("ewp", annual_backtest.EWP_PANEL)
    if folder is None:
        return Part(
            missing=(
                "EWP's task was not scored: its files are not here. Give their folder with --data "
                f"(it holds {annual_backtest.EWP_PANEL}).",
            )
        )
    from upstander.forecast.yearly_inputs import covered_units, inputs

    panel = ewp_panel.read(folder)
    units = covered_units(asked.lake, asked.places, asked.as_of)
    known = inputs(asked.lake, asked.places, units, as_of=asked.as_of)
    milder = ewp.surges(ewp.on_panel(panel, known, asked.places))
    every = ewp_panel.cases(panel, milder)
    years = range(ewp.FIRST, ewp.LAST + 1)[-asked.latest :]
    stamp = f"{asked.seed} {asked.stamp} {(folder / annual_backtest.EWP_PANEL).stat().st_size}"
    pieces = [
        Piece(f"ewp {y} {stamp}", (every, ewp.published(panel, y), y, asked.seed)) for y in years
    ]
    made = asked.workers.each("EWP's task", one_origin, pieces, asked.progress)
    models = [k.removeprefix("p.") for k in made[0] if k.startswith("p.")]
    study = YearStudy(
        task="ewp",
        kind="Hindcast",
        target=TARGET,
        what="EWP's panel, 2025 edition",
        units=np.concatenate([m["units"] for m in made]),
        years=np.concatenate(
            [np.full(len(m["units"]), y) for m, y in zip(made, years, strict=True)]
        ),
        chances={
            name: np.concatenate([np.asarray(m[f"p.{name}"]) for m in made]) for name in models
        },
        outcome=np.concatenate([np.asarray(m["outcome"]) for m in made]),
        groups={},
        baselines=BASELINES,
        reference=ewp.NET,
        seed=asked.seed,
    )
    title = f"EWP's own task, base years {years[0]} to {years[-1]}"
    return Part(
        (
            yearly_tables.models([study], title),
            yearly_tables.pairs([study], shipped.CHANCES),
            yearly_tables.reliabilities([study], (shipped.CHANCES, ewp.NET)),
        )
    )


def one_origin(every: Cases, net: Mapping[str, float], year: int, seed: int) -> Arrays:
    """Every method for one base year."""
    made = ewp.origin(every, net, year, seed)
    return {
        "units": np.asarray(made.units),
        "outcome": made.outcome,
        **{f"p.{m}": p for m, p in made.chances.items()},
    }


TASK = Task(
    title="The Early Warning Project's task, on their panel and labels",
    citation="Early Warning Project, statistical risk assessment, 2025 edition",
    score=score,
)
