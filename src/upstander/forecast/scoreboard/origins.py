"""Models run at monthly origins of the lake, real or hindcast, and lined up as a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from upstander.core.months import month_after
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
    looks,
    marked,
    marks,
    stacked,
)
from upstander.forecast.scoreboard.lined_up import Lined
from upstander.forecast.scoreboard.studies import RESEEDED, reseeded
from upstander.forecast.shapes import ByName, Horizons, Names, Units
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
    units: Units
    horizons: Horizons
    panels: Mapping[date, Panel]
    truth: Mapping[date, Array]
    blocks: tuple[int, ...]
    stamp: str

    def pieces(self, models: Sequence[str], seed: int) -> list[Piece]:
        """One piece of work an origin, for all models: pools share their members' fits."""
        return [self._piece(models, o, p, seed) for o, p in self.panels.items()]

    def _piece(
        self,
        models: Sequence[str],
        origin: date,
        panel: Panel,
        seed: int,
    ) -> Piece:
        listed = " ".join(models)
        name = f"{self.task} {listed} {origin} {panel.as_of} {seed} {self.stamp}"
        return Piece(name, (panel, models, origin, self.horizons, self.truth[origin], seed))


def one_origin(
    known: Panel,
    models: Sequence[str],
    origin: date,
    horizons: Horizons,
    truth: Array,
    seed: int,
) -> ByName:
    """The models at one origin, on exactly what was known there.

    Raises:
        LeakageError: the panel reaches past the origin.
    """
    panel = checked(known, origin, known.as_of)
    forecasts = drawn(models, panel, DRAWN, horizons, (seed, origin.year, origin.month))
    return marked(forecasts, truth)


def run(
    asked: Asked,
    of: Origins,
    models: Sequence[str],
    seed: int,
) -> dict[str, Marks]:
    """The models at every origin."""
    label = of.kind + ("" if seed == asked.seed else f", seed {seed}")
    return apart(
        asked.workers.each(label, one_origin, of.pieces(models, seed), asked.progress)
    )


def study(
    asked: Asked,
    of: Origins,
    runs: Mapping[str, Marks],
) -> Study:
    """Models already run, lined up with what is known of the places."""
    before = [p.column(DRAWN)[:, -12:].sum(axis=1) for p in of.panels.values()]
    lined_up = Lined(
        task=of.task,
        kind=of.kind,
        what=of.what,
        target=DRAWN,
        units=of.units,
        names=tuple(asked.places.get(u).name for u in of.units),
        origins=tuple(f"{o:%Y-%m}" for o in of.panels),
        months=_months(of),
        horizons=of.horizons,
        blocks=of.blocks,
    )
    last_years = [o.year - 1 for o in of.panels]
    return lined_up.study(
        asked,
        runs,
        codes=of.units,
        last_years=last_years,
        before=before,
    )


def _months(of: Origins) -> tuple[Names, ...]:
    """(W, H) the month that each origin forecasts at each horizon."""
    return tuple(
        tuple(f"{month_after(o, h):%Y-%m}" for h in of.horizons) for o in of.panels
    )


def imported(asked: Asked, of: Origins) -> dict[str, Marks]:
    """Marks of the imported peers that forecast every place, horizon and origin."""
    by_peer = {}
    for name, months in peers.months(asked.peers, DRAWN).items():
        draws = [months.draws(o, of.units, of.horizons) for o in of.truth]
        pairs = zip(draws, of.truth.values(), strict=True)
        whole = [(d, came) for d, came in pairs if d is not None]
        if len(whole) == len(draws):
            by_peer[name] = stacked([marks(d, came) for d, came in whole])
    return by_peer


def partial_peers(asked: Asked, lined_up: Study) -> Names:
    """Imported peers that lack a case: no comparison over fewer cases stands beside one over all."""
    lacks = [n for n in peers.months(asked.peers, DRAWN) if n not in lined_up.marks]
    span = f"{lined_up.origins[0]} to {lined_up.origins[-1]}"
    return tuple(
        f"Imported peer {n} is not in the tables of {lined_up.task}: it lacks places, horizons or origins of "
        f"{span}."
        for n in lacks
    )


def verdicts(lined_up: Study) -> tuple[Verdict, ...]:
    """Every model that is no baseline against the reference, at each year over all months until then."""
    ours = [m for m in lined_up.models if m not in lined_up.baselines]
    return tuple(_verdict(lined_up, m) for m in ours)


def _verdict(lined_up: Study, model: str) -> Verdict:
    reference, kind = lined_up.reference, lined_up.kind
    span = (lined_up.months[0][0], lined_up.months[-1][-1])
    ratios = looks(lined_up, model, reference)
    return judge(DRAWN, model, reference, "CRPS", kind, span, ratios)


def seeds(
    asked: Asked,
    of: Origins,
    lined_up: Study,
) -> tuple[Table, ...]:
    """The shipped model under further seeds at the newest origins; nothing where it was not asked for."""
    newest = list(of.panels)[-RESEEDED:]
    few = replace(of, panels={o: of.panels[o] for o in newest})
    return reseeded(asked, lined_up, lambda seed: run(asked, few, (shipped.DRAWS,), seed))
