"""Score what has come true among the ledger's entries, with the newest truth known; the rest is listed as open.

Only these forecasts stood, hashed, before the truth was known. The definition behind a count may differ
between the day of the issue and today (Candidate events, then the annual release): both are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import NotCovered
from upstander.core.months import month_after
from upstander.core.types import Array, Panel
from upstander.forecast import issued, ledger, panel, scores
from upstander.forecast.cases import outcomes, target
from upstander.forecast.issue import Issue, draws_of
from upstander.forecast.qualification import DRAWN
from upstander.forecast.rolling import truth as rolling_truth
from upstander.forecast.shapes import Names, Numbers, Units
from upstander.forecast.targets import get
from upstander.forecast.totals import reached

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.ledger import Ledger
    from upstander.lake.as_of import Reads

Window = tuple[date, date]  # its first and last month
YEAR = 12  # months of own past that the baseline draws from


@dataclass(frozen=True)
class Item:
    """One target of one entry: scored, or open with the reason.

    Attributes:
        entry, issue, as_of, made_on: the ledger's line.
        first, last: first and last month of the window.
        resolved: whether the truth of every month of the window is known today.
        why: why it is open; '' when it is resolved.
        said_as, truth_as: the definitions behind the counts on the day of the issue and today.
        score: log loss of a probability, CRPS of draws; ``baseline`` scores the base rate issued with it,
            or the own last twelve months as known on the day of the issue.
    """

    entry: int
    issue: str
    as_of: date
    made_on: date
    target: str
    model: str
    first: date
    last: date
    resolved: bool
    why: str = ""
    cases: int = 0
    events: int = 0
    said_as: str = ""
    truth_as: str = ""
    score_name: str = ""
    score: float = float("nan")
    baseline_name: str = ""
    baseline: float = float("nan")

    @property
    def same_definition(self) -> bool:
        """Whether the truth is counted as it was on the day of the issue."""
        return self.said_as == self.truth_as


def score(
    book: Ledger,
    lake: Reads,
    places: Places,
    *,
    today: date,
) -> tuple[Item, ...]:
    """Every target of every entry, oldest first.

    Raises:
        LedgerBroken: an entry or an issued file was changed; it is named, and nothing is scored.
    """
    truth = _Truth(lake, places, today)
    items: list[Item] = []
    for entry in ledger.verify(book):
        issue = issued.issue_of(book, entry)
        items += _drawn(entry, issue, truth)
        items += _chances(entry, issue, truth)
    return tuple(items)


def _item(
    entry: ledger.Entry, name: str, model: str, window: Window, **more: object
) -> Item:
    return Item(
        entry.number,
        entry.issue,
        entry.as_of,
        entry.made_on,
        name,
        model,
        *window,
        **more,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class _Truth:
    """What came, as the lake knows it today."""

    lake: Reads
    places: Places
    today: date

    def of_months(self, units: Units, window: Window) -> Panel | str:
        """The months' deaths, or why they are not known."""
        last = panel.last_month(self.lake, as_of=self.today)
        if last < window[1]:
            return f"the window ends {window[1]:%Y-%m}; deaths are known to {last:%Y-%m}"
        try:
            return self.as_known(units, window, self.today)
        except NotCovered as error:
            return str(error)

    def as_known(
        self,
        units: Units,
        window: Window,
        day: date,
    ) -> Panel:
        """The months' deaths as they were known on a day."""
        first, last = window
        return panel.monthly(
            self.lake,
            self.places,
            units=units,
            first=first,
            last=last,
            as_of=day,
        )

    def of(
        self,
        name: str,
        units: Units,
        window: Window,
    ) -> tuple[Array, str] | str:
        """(U,) 1 where the event came, and who says so; or why that is not known."""
        goal = get(name)
        if goal.kind == "civilians":
            return rolling_truth.of_civilians(
                self.lake, self.places, name, units, window, today=self.today
            )
        is_sum = goal.level == "country-month"
        return (self.of_sum if is_sum else self.of_years)(name, units, window)

    def of_sum(
        self,
        name: str,
        units: Units,
        window: Window,
    ) -> tuple[Array, str] | str:
        """(U,) 1 where the deaths of all months together reached the threshold, and who says so."""
        came = self.of_months(units, window)
        if isinstance(came, str):
            return came
        deaths = came.column(panel.MONTHLY_TARGET).sum(axis=1)
        return reached(deaths, get(name)).astype(float), _joined(came.definitions)

    def of_years(
        self,
        name: str,
        units: Units,
        window: Window,
    ) -> tuple[Array, str] | str:
        """(U,) 1 where the yearly event came, NaN where it could not by its definition, and who says so."""
        if self.today < window[1]:
            return f"the window ends {window[1]:%Y-%m}"
        try:
            speakers = self._speakers_of_years(units, window)
        except NotCovered as error:
            return str(error)
        return self._outcomes(name, units, window), _joined(speakers)

    def _speakers_of_years(self, units: Units, window: Window) -> Names:
        first, last = (date(day.year, 1, 1) for day in window)
        return panel.yearly(
            self.lake,
            self.places,
            units=units,
            first=first,
            last=last,
            as_of=self.today,
        ).definitions

    def _outcomes(
        self,
        name: str,
        units: Units,
        window: Window,
    ) -> Array:
        from upstander.forecast.yearly_inputs import inputs

        known = inputs(self.lake, self.places, units, as_of=self.today, last=window[1].year)
        base = int(np.flatnonzero(known.years == window[0].year - 1)[0])
        outcome = outcomes(known, target(name))[:, base]
        at = {u: n for n, u in enumerate(known.units)}
        return outcome[[at[u] for u in units]]


def _joined(definitions: Names) -> str:
    return "+".join(sorted(set(definitions)))


def _drawn(
    entry: ledger.Entry,
    issue: Issue,
    truth: _Truth,
) -> Iterator[Item]:
    """Draws by month: CRPS against that of the own last twelve months as known on the day of the issue."""
    if not issue.draws.num_rows:
        return
    units, horizons, draws = draws_of(issue)
    last = date.fromisoformat(issue.meta["last_month"])
    model = str(issue.meta["model"])
    baseline = _own_year(issue, truth, units, last)
    for n, horizon in enumerate(horizons):
        month = month_after(last, horizon)
        window = (month, month)
        came = truth.of_months(tuple(units), window)
        if isinstance(came, str):
            yield _item(
                entry,
                DRAWN,
                model,
                window,
                resolved=False,
                why=came,
            )
        else:
            figures = _against_own_year(draws[:, n], baseline, came)
            yield _item(
                entry,
                DRAWN,
                model,
                window,
                resolved=True,
                **figures,
            )


def _own_year(
    issue: Issue,
    truth: _Truth,
    units: list[str],
    last: date,
) -> Panel:
    """The twelve months to the last one, as known on the day of the issue."""
    first = month_after(last, 1 - YEAR)
    return truth.as_known(tuple(units), (first, last), issue.as_of)


def _against_own_year(
    draws: Numbers,
    past: Panel,
    came: Panel,
) -> dict[str, object]:
    """How the draws of a month did, and how the own last year would have."""
    deaths = came.column(panel.MONTHLY_TARGET)[:, 0]
    return {
        "cases": len(came.units),
        "events": int((deaths > 0).sum()),
        "said_as": past.definitions[
            -1
        ],  # who spoke for the newest month on the day of the issue
        "truth_as": came.definitions[0],
        "score_name": "CRPS",
        "score": float(scores.crps(draws, deaths).mean()),
        "baseline_name": "own last 12 months",
        "baseline": float(scores.crps(past.column(panel.MONTHLY_TARGET), deaths).mean()),
    }


def _chances(
    entry: ledger.Entry,
    issue: Issue,
    truth: _Truth,
) -> Iterator[Item]:
    """Probabilities: log loss against that of the base rate issued with them. Places without a model are left out."""
    rows = issue.chances.filter(pc.equal(issue.chances["basis"], "model"))
    for name in sorted(set(rows["target"].to_pylist())):
        own = rows.filter(pc.equal(rows["target"], name)).sort_by("unit")
        yield _chance(entry, issue, truth, name, own)


def _chance(
    entry: ledger.Entry,
    issue: Issue,
    truth: _Truth,
    name: str,
    rows: pa.Table,
) -> Item:
    """The item of one target."""
    window = (rows["first_month"][0].as_py(), rows["last_month"][0].as_py())
    model = str(rows["model"][0].as_py())
    came = truth.of(name, tuple(rows["unit"].to_pylist()), window)
    if isinstance(came, str):
        return _item(
            entry,
            name,
            model,
            window,
            resolved=False,
            why=came,
        )
    happened, truth_as = came
    figures = _against_base_rate(rows, happened, issue)
    return _item(
        entry,
        name,
        model,
        window,
        resolved=True,
        truth_as=truth_as,
        **figures,
    )


def _against_base_rate(
    rows: pa.Table,
    happened: Array,
    issue: Issue,
) -> dict[str, object]:
    """How the probabilities did, and how the base rate issued with them did."""
    known = ~np.isnan(happened)
    y = happened[known]
    p, base = (rows[c].to_numpy()[known] for c in ("probability", "base_rate"))
    return {
        "cases": len(y),
        "events": int(y.sum()),
        "said_as": ", ".join(issue.meta["definitions"]),
        "score_name": "log loss",
        "score": float(scores.log_loss(p, y).mean()),
        "baseline_name": "base rate issued",
        "baseline": float(scores.log_loss(base, y).mean()),
    }
