"""Real origins: forecasts from dated copies of the monthly totals, exactly as each stood on its day.

The nearest thing to real time before the ledger has grown. The truth is the newest copy. Variants were
scored on these origins, so they are development data too: about four independent half-years.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from upstander.core.plugins import load
from upstander.core.tables import VIOLENCE_MONTH
from upstander.core.types import Array, Model, Panel
from upstander.forecast import backtest, panel, shipped
from upstander.forecast.exchange import peers
from upstander.forecast.qualification import DRAWN, judge
from upstander.forecast.scoreboard import draw_tables
from upstander.forecast.scoreboard.board import Asked, Part, Table, Task
from upstander.forecast.scoreboard.marks import Study, compare, marks, stacked
from upstander.forecast.scoreboard.records import Records
from upstander.forecast.scoreboard.studies import REFERENCE, SEEDS, baselines, reseeded, tables, wanted
from upstander.forecast.targets import month_after
from upstander.forecast.workers import Piece

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.lake import Lake

SOURCE = "pace_country_month"
HORIZONS = (1, 2, 3, 4, 5, 6)
FIRST_MONTH = date(1989, 1, 1)
BLOCK = 6  # origins that share months of truth
FEWEST = 2  # origins, fewer say nothing
DOUBTED = ("IRN", "2026-01")  # 19,886 deaths, unconfirmed: see sources/pace_country_month.py
WHAT = "organised-violence deaths, horizons 1 to 6"


def origins(lake: Lake, as_of: date) -> dict[date, date]:
    """Origin month to the day of the latest copy that ends in it; a copy that ends before an earlier one is bad."""
    found: dict[date, date] = {}
    for copy in lake.releases(as_of=as_of, source=SOURCE):
        last = copy.last.replace(day=1)
        if not found or last >= max(found):
            found[last] = copy.known_at
    return found


def score(asked: Asked) -> Part:
    """Every model, baseline and imported peer at every real origin, with and without the doubted month."""
    dated = origins(asked.lake, asked.as_of)
    newest = max(dated, default=FIRST_MONTH)
    whole = {o: a for o, a in sorted(dated.items()) if month_after(o, max(HORIZONS)) <= newest}
    whole = dict(list(whole.items())[-asked.latest :])
    if len(whole) < FEWEST:
        return Part(missing=(f"Real origins were not scored: the lake holds {len(dated)} dated copies of {SOURCE}.",))
    units = named(asked.lake, asked.places, dated[newest])
    final = panel.monthly_of(asked.lake, asked.places, SOURCE, units=units, first=FIRST_MONTH, as_of=dated[newest])
    panels = {
        o: panel.monthly_of(asked.lake, asked.places, SOURCE, units=units, first=FIRST_MONTH, as_of=a)
        for o, a in whole.items()
    }
    truth = {o: backtest.outcomes(final, DRAWN, o, HORIZONS) for o in whole}
    runs = {m: _run(asked, m, panels, truth, asked.seed) for m in wanted(asked)}
    for name, held in peers.months(asked.peers, DRAWN).items():
        if found := _peer(held, units, truth):
            runs[name] = found
    study = _study(asked, units, panels, {m: stacked(found) for m, found in runs.items()})
    records = Records(asked.lake, asked.places, asked.as_of)
    sure = _without_doubted(study)
    again = tuple(_seeds(asked, panels, truth, runs.get(shipped.DRAWS)))
    extra = () if sure is None else (replace(draw_tables.models(sure), id="real_origins.models_sure"),)
    verdicts = tuple(_verdicts(study))
    return Part((*tables(study, records.behind), *extra, *again), verdicts)


def named(lake: Lake, places: Places, as_of: date) -> tuple[str, ...]:
    """The places that the source names: those with a month of deaths in the copy of a day."""
    rows = lake.read(VIOLENCE_MONTH, as_of=as_of, source=SOURCE)
    return tuple(sorted({places.unit(c) for c in rows["country"].unique().to_pylist()}))


def forecast_marks(known: Panel, model: str, origin: date, truth: Array, seed: int) -> dict[str, Array]:
    """One model at one origin, on exactly what was known there."""
    rng = np.random.default_rng([seed, origin.year, origin.month])
    known = backtest.checked(known, origin, known.as_of)
    made = load(backtest.MODELS, model, Model).fit(known, DRAWN, HORIZONS, rng).predict(known, HORIZONS, rng)
    return marks(made.draws, truth)


def _run(
    asked: Asked, model: str, panels: dict[date, Panel], truth: dict[date, Array], seed: int
) -> list[dict[str, Array]]:
    copies = "".join(r.sha256[:8] for r in asked.lake.releases(as_of=asked.as_of, source=SOURCE))
    pieces = [
        Piece(f"real_origins {model} {o} {p.as_of} {seed} {copies}", (p, model, o, truth[o], seed))
        for o, p in panels.items()
    ]
    label = f"Real origins: {model}" + ("" if seed == asked.seed else f", seed {seed}")
    return [dict(r) for r in asked.workers.each(label, forecast_marks, pieces, asked.progress)]


def _peer(held: peers.Months, units: tuple[str, ...], truth: dict[date, Array]) -> list[dict[str, Array]] | None:
    """Marks of an imported peer that forecast every place at every origin; None of one that did not."""
    found = []
    for origin, came in truth.items():
        drawn = held.draws(origin, units, HORIZONS)
        if drawn is None:
            return None
        found.append(marks(drawn, came))
    return found


def _study(
    asked: Asked, units: tuple[str, ...], panels: dict[date, Panel], found: dict[str, dict[str, Array]]
) -> Study:
    places, records = asked.places, Records(asked.lake, asked.places, asked.as_of)
    before = np.stack([p.column(DRAWN)[:, -12:].sum(axis=1) for p in panels.values()], axis=-1)
    return Study(
        task="real_origins",
        kind="Real origins",
        what=WHAT,
        target=DRAWN,
        units=units,
        names=tuple(places.get(u).name for u in units),
        origins=tuple(f"{o:%Y-%m}" for o in panels),
        months=tuple(tuple(f"{month_after(o, h):%Y-%m}" for h in HORIZONS) for o in panels),
        horizons=HORIZONS,
        marks=found,
        groups={
            "region": np.array([[places.get(u).region] * len(panels) for u in units]),
            "data quality": records.quality(units, [o.year - 1 for o in panels]),
        },
        quiet=before < 25,
        before=before,
        judged=np.ones_like(found[REFERENCE]["outcome"], dtype=bool),
        baselines=baselines(),
        reference=REFERENCE,
        combine="ratio",
        blocks=tuple(n // BLOCK for n in range(len(panels))),
        ships=True,
        seed=asked.seed,
    )


def _without_doubted(study: Study) -> Study | None:
    """The same without Iran in January 2026; None where no origin reaches it."""
    code, month = DOUBTED
    out = np.array([[m == month for m in months] for months in study.months]).T[None]
    out = out & (np.asarray(study.units) == code)[:, None, None]
    if not out.any():
        return None
    return replace(study, judged=study.judged & ~out, what=f"{study.what}, without Iran in January 2026 (unconfirmed)")


def _verdicts(study: Study) -> Any:
    """Every model that is no baseline against the reference: fewer than five years of dated copies exist."""
    span = (study.months[0][0], study.months[-1][-1])
    for m in study.models:
        if m not in study.baselines:
            found = compare(study, m, study.reference, "crps")
            yield judge(DRAWN, m, study.reference, "CRPS", study.kind, span, found)


def _seeds(
    asked: Asked, panels: dict[date, Panel], truth: dict[date, Array], first: list[dict[str, Array]] | None
) -> Any:
    """The shipped model under further seeds."""
    if first is None:
        return
    runs = {asked.seed: first}
    for seed in (asked.seed + n for n in range(1, SEEDS + 1)):
        runs[seed] = _run(asked, shipped.DRAWS, panels, truth, seed)
    table: Table = reseeded("real_origins", "Real origins", WHAT, shipped.DRAWS, runs, ships=True)
    yield table


TASK = Task(
    title="Real origins: dated copies of the monthly totals",
    citation="PaCE copies of UCDP's monthly files, each as it stood on its day",
    score=score,
)
