"""The small frozen objects that cross package boundaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt

from upstander.core.messages import Message, text

if TYPE_CHECKING:
    import pyarrow as pa

    from upstander.core.places import Places
    from upstander.core.tables import Table

Array = npt.NDArray[np.float64]
# who says when a release was known: its publisher, a stated rule, the person who brought it, or the day it came
Basis = Literal["published", "assumed", "given", "brought"]
CANDIDATE, EXTRACT = "candidate", "extract"  # kinds of release; a source's own kind is ""

CAUTION = (
    "A risk factor that is present is not a cause and does not make crimes inevitable; "
    "no State is immune, and low risk is not no risk."
)
CAVEAT = text(
    f"{CAUTION} These are probabilities from public data, for people to weigh, not findings of fact."
)
REPORTED = text(
    f"{CAUTION} These are records as people reported and wrote them, from sources of unequal reliability, for people to "
    "weigh; they may be incomplete, and they are not findings of fact or law."
)
BANDS = (
    text("lower, not immune"),
    text("watch"),
    text("concern"),
    text("warning"),
    text("crisis"),
)  # the house's five levels of a country


@dataclass(frozen=True)
class Snapshot:
    """One release, byte for byte as published.

    Attributes:
        release: the publisher's name for it, e.g. ``25.1`` or ``2024-01-26``.
        known_at: the day anyone could first have read it; None where neither the file nor its
            publisher's calendar says, until the person who brings it does.
        basis: who says so.
        first, last: the days it covers. Inside them silence means nothing
            happened; outside them it means nobody looked.
        places: place codes it covers; None for the whole world.
        kind: '' for the source's own kind of release, CANDIDATE for a publisher's first print,
            EXTRACT for a file of unknown making.
        taken_for: what the file was taken for where its name or content does not say it is a release.
    """

    path: Path
    release: str
    known_at: date | None
    basis: Basis
    first: date
    last: date
    places: tuple[str, ...] | None = None
    kind: str = ""
    taken_for: str = ""


@dataclass(frozen=True)
class Download:
    """One file at the publisher's: where it is and what it must look like.

    ``magic`` is how its first bytes must begin ('' for text), ``least_bytes`` the
    size under which it is an error page or a stump, ``most_bytes`` the bound.
    """

    url: str
    name: str
    least_bytes: int = 1_000
    most_bytes: int = 2_000_000_000
    magic: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One published dataset: what it is, how to find its releases, how to read one.

    Attributes:
        rows: fewest and most rows one release may hold.
        lag_days: days from the end of a period until it is published; cuts hindcasts.
        projects: its rows may speak of days after the release was known.
        find: releases in a folder, or the one in a file, oldest first.
        parse: one release as rows of ``table``. Raises SourceChanged with file, row and remedy.
        downloads: the publisher's files, for fetching over HTTP.
    """

    title: str
    publisher: str
    homepage: str
    licence: str
    citation: str
    table: Table
    rows: tuple[int, int]
    lag_days: int
    find: Callable[[Path], Iterator[Snapshot]]
    parse: Callable[[Snapshot, Places], pa.Table]
    downloads: tuple[Download, ...] = ()
    projects: bool = False


@dataclass(frozen=True)
class Panel:
    """Complete unit x period features, as known on one day.

    Attributes:
        units: (U,) place codes, sorted.
        periods: (T,) first day of each month (or year), contiguous, oldest first.
        values: (U, T, K) feature values; NaN where a covariate is not known,
            never in a count of deaths.
        features: (K,) feature names.
        as_of: nothing published after this day is in ``values``.
        hindcast: True when ``values`` are final data cut by publication lag.
        definitions: (T,) the source each period's deaths came from; where it
            changes, the definition changes, and scores must not cross it.
    """

    units: tuple[str, ...]
    periods: tuple[date, ...]
    values: Array
    features: tuple[str, ...]
    as_of: date
    hindcast: bool = False
    definitions: tuple[str, ...] = ()

    def column(self, feature: str) -> Array:
        """(U, T) values of one feature."""
        return self.values[:, :, self.features.index(feature)]


@dataclass(frozen=True)
class Forecast:
    """Equally likely draws of one target, for every unit and horizon.

    Attributes:
        units: (U,) place codes.
        horizons: (H,) months ahead of the last observed month, from 1.
        draws: (U, H, S) draws, in the target's unit (persons killed). Draw ``s``
            over the horizons is one path, so that sums over months have a meaning.
    """

    target: str
    model: str
    as_of: date
    units: tuple[str, ...]
    horizons: tuple[int, ...]
    draws: npt.NDArray[np.int32]

    def total_exceedance(self, threshold: float) -> Array:
        """(U,) probability that the sum over all horizons is at least ``threshold``."""
        totals = self.draws.sum(axis=1, dtype=np.int64)
        return np.asarray((totals >= threshold).mean(axis=-1), dtype=np.float64)


class Fitted(Protocol):
    """A trained model. There is no untrained object with a ``predict``."""

    def predict(
        self, panel: Panel, horizons: tuple[int, ...], rng: np.random.Generator
    ) -> Forecast:
        """Draws for every unit of ``panel``, counted from its last period."""
        ...


@dataclass(frozen=True, kw_only=True)
class Model:
    """A way to forecast draws: ``fit`` learns from a panel and returns a new object.

    ``baseline`` marks the models every other one must beat. ``cases``: how many past months stand behind the draws of a
    place, where they are few; None where all that was seen does.
    """

    title: str
    citation: str
    fit: Callable[[Panel, str, tuple[int, ...], np.random.Generator], Fitted]
    baseline: bool = False
    cases: float | None = None


@dataclass(frozen=True)
class Cases:
    """Country-years with features and, where it is known, what followed.

    Attributes:
        units, years: (N,) place code and base year of each case.
        values: (N, K) feature values, NaN where not known.
        features, families: (K,) name of each feature and its family.
        outcome: (N,) 1 where the target event followed, 0 where not, NaN where not yet known.
        milder: (N,) the same for a milder event of the same kind, which more cases can teach; None without one.
        weight: (N,) how much each case counts in training, above 0; None: all alike.
        unknown: features left out, since nobody could know them.
    """

    units: tuple[str, ...]
    years: npt.NDArray[np.int64]
    values: Array
    features: tuple[str, ...]
    families: tuple[str, ...]
    outcome: Array
    milder: Array | None = None
    weight: Array | None = None
    unknown: tuple[str, ...] = ()


class FittedClassifier(Protocol):
    """A trained classifier."""

    def probability(self, values: Array) -> Array:
        """(N,) probability of the event for (N, K) feature values."""
        ...


Training = Callable[[np.random.Generator], FittedClassifier]


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """A way to give a yes/no target a probability.

    Attributes:
        fit: train on cases, with a stream of random numbers.
        prepare: where training draws random numbers, so that another seed gives another model: what all trainings on
            the same cases share, done once; it gives the training. ``fit`` is both.
        baseline: it stands in the tables to be beaten, and in no ensemble.
    """

    title: str
    citation: str
    fit: Callable[[Cases, np.random.Generator], FittedClassifier]
    prepare: Callable[[Cases], Training] | None = None
    baseline: bool = False


@dataclass(frozen=True)
class Features:
    """One family's columns for country-years: (N, K) values and their names."""

    names: tuple[str, ...]
    values: Array
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class YearInputs:
    """All that a feature family may look at: country-years, already cut to what was known.

    Attributes:
        units: (U,) place codes, sorted; names: short English name of each code.
        years: (T,) contiguous calendar years; the last is the base year.
        deaths: (U, T) by kind (total, state_based, non_state, one_sided, one_sided_government,
            one_sided_other), in persons; NaN where the State did not exist or nobody looked.
        months: (U, T, 12) deaths of all types by month; NaN as above.
        indicators: (U, T) by name: the value that stands in each year *as it would have been
            known then*: shifted by ``lags`` years and carried forward at most three.
        lags: by indicator, how many years behind the base year its newest value is.
        bound: (U, T) by treaty instrument, 1 once the State is bound, else 0.
        neighbours: (U, U) True where two units share a land border today.
    """

    units: tuple[str, ...]
    names: Mapping[str, str]
    years: npt.NDArray[np.int64]
    deaths: Mapping[str, Array]
    months: Array
    indicators: Mapping[str, Array]
    lags: Mapping[str, int]
    bound: Mapping[str, Array]
    neighbours: npt.NDArray[np.bool_]

    def indicator(self, name: str) -> Array:
        """(U, T) values of one indicator; all NaN where no release held it."""
        missing = np.full((len(self.units), len(self.years)), np.nan)
        return self.indicators.get(name, missing)


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of yearly features and how to say them.

    ``build`` returns (U * T, K) values, unit by unit. ``sentence`` is one plain sentence
    with the telling values of one unit in the last year: what is, with unit and year,
    never what it brings about or what comes next.
    """

    title: str
    citation: str
    build: Callable[[YearInputs], Features]
    sentence: Callable[[YearInputs, str], Message]
