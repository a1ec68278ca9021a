"""What is kept of a forecast in draws once the truth is known, case by case, and many of them lined up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from upstander.core.types import Array, Forecast
from upstander.forecast import scores
from upstander.forecast.per_case import PerCase, measure
from upstander.forecast.qualification import ends_of_looks
from upstander.forecast.scoreboard.board import Chart, Columns, Kind, Table
from upstander.forecast.shapes import ByName, Horizons, Labels, Mask, Names, Numbers, Units
from upstander.forecast.targets import TOTAL_THRESHOLDS

THRESHOLDS = TOTAL_THRESHOLDS  # deaths in a month
# Coverage, and what else depends on how much violence there was: deaths in the month, ends included.
INTENSITIES = (
    (0, 0),
    *((low, above - 1) for low, above in pairwise((*THRESHOLDS, 10**9 + 1))),
)
NOT_KNOWN = scores.Gain(float("nan"), float("nan"), float("nan"), 1.0)
Marks = Mapping[str, Array]  # of one model: see ``marks``


def marks(draws: Numbers, outcome: Array) -> ByName:
    """Scores of one forecast, case by case.

    Args:
        draws: (U, H, S) equally likely numbers of persons killed, S at most 1,000.
        outcome: (U, H) what came.

    Returns:
        (U, H) every field of PerCase, and median, low, high (of the 90 % interval); (U, H, 4) exceed, the
        probability of each of THRESHOLDS; (U,) total_crps and total_covered of the sums over the horizons.

    Raises:
        ValueError: an outcome is NaN, or the shapes do not fit.
    """
    if np.isnan(outcome).any():
        raise ValueError(
            "NaN among the outcomes; a study compares models on cases that are known"
        )
    cases = measure(draws, outcome)
    low, median, high = np.quantile(draws, [0.05, 0.5, 0.95], axis=-1)
    return {
        **{f.name: getattr(cases, f.name) for f in fields(PerCase)},
        "median": median,
        "low": low,
        "high": high,
        "exceed": np.stack([(draws >= t).mean(axis=-1) for t in THRESHOLDS], axis=-1),
        **_of_the_sums(draws, outcome),
    }


def _of_the_sums(draws: Numbers, outcome: Array) -> ByName:
    sums = draws.sum(axis=1, dtype=np.int64)
    total = outcome.sum(axis=1)
    return {
        "total_crps": scores.crps(sums, total),
        "total_covered": scores.coverage(scores.repeated(sums), total),
    }


@dataclass(frozen=True)
class Study:
    """Models lined up on the same cases: units x horizons x origins.

    Attributes:
        units, names: (U,) codes and short names.
        origins, horizons: (W,) labels and (H,) months ahead; ``last`` (W, H) the month forecast, as text.
        marks: by model, the arrays of ``marks`` with the origins as last axis.
        groups: by what ("region", "data quality"): (U, W) labels.
        quiet: (U, W) fewer than 25 deaths in the twelve months before the origin.
        before: (U, W) deaths in those twelve months.
        judged: (U, H, W) cases that count.
        combine: how the origins' ratios are joined: of the means, or their geometric mean.
        blocks: (W,) origins that share months stand in one block and are drawn together.
        reference: the baseline of the first table.
    """

    task: str
    kind: Kind
    what: str
    target: str
    units: Units
    names: Names
    origins: Names
    months: tuple[Names, ...]
    horizons: Horizons
    marks: Mapping[str, Marks]
    groups: Mapping[str, Labels]
    quiet: Mask
    before: Array
    judged: Mask
    baselines: Names
    reference: str
    combine: Literal["ratio", "geometric"]
    blocks: tuple[int, ...]
    ships: bool
    seed: int

    @property
    def models(self) -> Names:
        """Models by falling merit: rising mean CRPS."""
        return tuple(sorted(self.marks, key=lambda m: (float(self.mean(m, "crps")), m)))

    @property
    def outcome(self) -> Array:
        """(U, H, W) what came."""
        return self.marks[self.reference]["outcome"]

    def per_window(
        self,
        model: str,
        score: str,
        inside: Mask | None = None,
    ) -> Array:
        """(U', W) mean over the horizons that count, for units with a case in every origin."""
        keep = self._counted(inside)
        some = np.asarray(keep.any(axis=1))
        whole = some.all(axis=1)
        values = np.where(keep, self.marks[model][score], np.nan)[whole]
        return np.asarray(np.nanmean(values, axis=1))

    def mean(
        self,
        model: str,
        score: str,
        inside: Mask | None = None,
    ) -> float:
        """Mean over the cases that count; NaN where there is none."""
        keep = self._counted(inside)
        return float(self.marks[model][score][keep].mean()) if keep.any() else float("nan")

    def _counted(self, inside: Mask | None) -> Mask:
        return self.judged if inside is None else self.judged & inside

    def count(self, inside: Mask) -> int:
        """Cases that count among those ``inside``."""
        return int((self.judged & inside).sum())

    def without(self, units: Units) -> Study:
        """The same, some units left out of what counts."""
        out = np.isin(np.asarray(self.units), units)
        return replace(self, judged=self.judged & ~out[:, None, None])

    def cases(self, labels: Numbers) -> Numbers:
        """(U, W) labels stretched over the horizons."""
        return np.repeat(labels[:, None, :], len(self.horizons), axis=1)

    def table(
        self,
        name: str,
        title: str,
        columns: Columns,
        rows: Iterable[Mapping[str, Any]],
        notes: Names = (),
        chart: Chart = "",
    ) -> Table:
        """A table of this study, whose cases it names."""
        head = (f"{self.task}.{name}", self.task, self.kind, title, self.what)
        return Table(
            *head,
            columns,
            tuple(rows),
            notes,
            chart,
            self.ships,
        )


def stacked(pieces: Sequence[Marks]) -> Marks:
    """Marks of one model's origins as arrays with the origins as last axis."""
    return {key: np.stack([p[key] for p in pieces], axis=-1) for key in pieces[0]}


def marked(forecasts: Mapping[str, Forecast], truth: Array) -> ByName:
    """Marks of several models' forecasts of one origin, together."""
    return together({m: marks(f.draws, truth) for m, f in forecasts.items()})


def together(by_model: Mapping[str, Marks]) -> ByName:
    """Marks of several models at one origin, as one piece of work gives them back."""
    return {
        f"{m} {key}": values for m, own in by_model.items() for key, values in own.items()
    }


def apart(pieces: Sequence[Mapping[str, Array]]) -> dict[str, Marks]:
    """By model, the marks of pieces from ``together``, one an origin, stacked."""
    by_model: dict[str, ByName] = {}
    for name, values in stacked(pieces).items():
        model, _, key = name.rpartition(" ")
        by_model.setdefault(model, {})[key] = values
    return dict(by_model)


def largest(study: Study, number: int) -> Names:
    """The units that bear most of the reference's CRPS: a score of wars is decided by a few of them."""
    crps = np.where(study.judged, study.marks[study.reference]["crps"], 0.0).sum(
        axis=(1, 2)
    )
    return tuple(study.units[i] for i in np.argsort(-crps, kind="stable")[:number])


def compare(
    study: Study,
    model: str,
    baseline: str,
    score: str,
    kind: str | None = None,
    inside: Mask | None = None,
) -> scores.Gain:
    """A model against a baseline: the paired 90 % bootstrap over countries x (blocks of) origins."""
    a, b = (study.per_window(m, score, inside) for m in (model, baseline))
    every = np.ones(len(study.origins), dtype=bool)
    return _gain(study, a, b, every, kind)


def looks(study: Study, model: str, baseline: str) -> list[scores.Gain]:
    """CRPS against a baseline's in all years until each year of origins' last months (``ends_of_looks``)."""
    a, b = (study.per_window(m, "crps") for m in (model, baseline))
    years = np.array([int(months[-1][:4]) for months in study.months])
    return [_gain(study, a, b, years <= last) for last in ends_of_looks(years)]


def _gain(
    study: Study, a: Array, b: Array, kept: Mask, kind: str | None = None
) -> scores.Gain:
    """From (U, W) scores of a model and a baseline, in the origins that are kept."""
    if not a.size:
        return NOT_KNOWN
    blocks = tuple(np.asarray(study.blocks)[kept].tolist())
    rng = np.random.default_rng(study.seed)
    return scores.bootstrap(
        a[:, kept],
        b[:, kept],
        rng,
        kind=kind or study.combine,  # type: ignore[arg-type]
        blocks=blocks,
    )
