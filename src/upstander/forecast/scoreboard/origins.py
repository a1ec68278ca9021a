"""Models run at monthly origins of the lake, real or hindcast, and lined up as a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from upstander.core.months import month_after
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array, Panel
from upstander.forecast import shipped
from upstander.forecast.backtest import checked
from upstander.forecast.exchange import peers
from upstander.forecast.pooling import drawn
from upstander.forecast.qualification import DRAWN, Verdict, judge
from upstander.forecast.scoreboard.board import Asked, Kind, Table
from upstander.forecast.scoreboard.cell_scores import (
    Marks,
    Study,
    apart,
    compare,
    marks,
    stacked,
    together,
)
from upstander.forecast.scoreboard.count_quality import Records
from upstander.forecast.scoreboard.studies import REFERENCE, RESEEDED, baselines, reseeded
from upstander.forecast.workers import Piece


@dataclass(frozen=True)
class Origins:
    """What is forecast from where: a panel and the truth by origin month.

    Attributes:
        panels: exactly what a model may see at each origin.
        truth: (U, H) what came.
        stamp: changes with the data behind both.
        blocks: (W,) origins whose truths share months stand in one block.
    """

    task: str
    kind: Kind
    what: str
    units: tuple[str, ...]
    horizons: tuple[int, ...]
    panels: Mapping[date, Panel]
    truth: Mapping[date, Array]
    blocks: tuple[int, ...]
    stamp: str

    def pieces(self, models: Sequence[str], seed: int) -> list[Piece]:
        """One piece of work an origin, for all models: pools share their members' fits."""
        told = " ".join(models)
        return [
            Piece(
                f"{self.task} {told} {o} {p.as_of} {seed} {self.stamp}",
                (p, models, o, self.horizons, self.truth[o], seed),
            )
            for o, p in self.panels.items()
        ]


def one_origin(
    known: Panel,
    models: Sequence[str],
    origin: date,
    horizons: tuple[int, ...],
    truth: Array,
    seed: int,
) -> dict[str, Array]:
    """The models at one origin, on exactly what was known there.

    Raises:
        LeakageError: the panel reaches past the origin.
    """
    known = checked(known, origin, known.as_of)
    made = drawn(models, known, DRAWN, horizons, (seed, origin.year, origin.month))
    return together({m: marks(f.draws, truth) for m, f in made.items()})


def run(asked: Asked, of: Origins, models: Sequence[str], seed: int) -> dict[str, Marks]:
    """The models at every origin."""
    label = of.kind + ("" if seed == asked.seed else f", seed {seed}")
    return apart(asked.workers.each(label, one_origin, of.pieces(models, seed), asked.progress))


def study(asked: Asked, of: Origins, runs: Mapping[str, Marks]) -> Study:
    """Models already run, lined up with what is known of the places."""
    places, records = asked.places, Records(asked.lake, asked.places, asked.as_of)
    before = np.stack([p.column(DRAWN)[:, -12:].sum(axis=1) for p in of.panels.values()], axis=-1)
    return Study(
        task=of.task,
        kind=of.kind,
        what=of.what,
        target=DRAWN,
        units=of.units,
        names=tuple(places.get(u).name for u in of.units),
        origins=tuple(f"{o:%Y-%m}" for o in of.panels),
        months=tuple(tuple(f"{month_after(o, h):%Y-%m}" for h in of.horizons) for o in of.panels),
        horizons=of.horizons,
        marks=runs,
        groups={
            "region": np.array([[places.get(u).region] * len(of.panels) for u in of.units]),
            "data quality": records.quality(of.units, [o.year - 1 for o in of.panels]),
        },
        quiet=before < VIOLENT_YEAR,
        before=before,
        judged=np.ones((len(of.units), len(of.horizons), len(of.panels)), dtype=bool),
        baselines=baselines(),
        reference=REFERENCE,
        combine="ratio",
        blocks=of.blocks,
        ships=True,
        seed=asked.seed,
    )


def imported(asked: Asked, of: Origins) -> dict[str, Marks]:
    """Marks of the imported peers that forecast every place, horizon and origin."""
    found = {}
    for name, held in peers.months(asked.peers, DRAWN).items():
        told = [held.draws(o, of.units, of.horizons) for o in of.truth]
        whole = [
            (d, came) for d, came in zip(told, of.truth.values(), strict=True) if d is not None
        ]
        if len(whole) == len(told):
            found[name] = stacked([marks(d, came) for d, came in whole])
    return found


def partial_peers(asked: Asked, made: Study) -> tuple[str, ...]:
    """Imported peers that lack a case: no comparison over fewer cases stands beside one over all."""
    lacks = [n for n in peers.months(asked.peers, DRAWN) if n not in made.marks]
    return tuple(
        f"Imported peer {n} is not in the tables of {made.task}: it lacks places, horizons or origins of "
        f"{made.origins[0]} to {made.origins[-1]}."
        for n in lacks
    )


def verdicts(made: Study) -> tuple[Verdict, ...]:
    """Every model that is no baseline against the reference, over all months of the study."""
    span = (made.months[0][0], made.months[-1][-1])
    return tuple(
        judge(
            DRAWN,
            m,
            made.reference,
            "CRPS",
            made.kind,
            span,
            compare(made, m, made.reference, "crps"),
        )
        for m in made.models
        if m not in made.baselines
    )


def seeds(asked: Asked, of: Origins, made: Study) -> tuple[Table, ...]:
    """The shipped model under further seeds at the newest origins; nothing where it was not asked for."""
    newest = list(of.panels)[-RESEEDED:]
    few = replace(of, panels={o: of.panels[o] for o in newest})
    return reseeded(asked, made, lambda seed: run(asked, few, (shipped.DRAWS,), seed))
