"""Score what has come true among the ledger's entries, with the newest truth known; the rest is listed as open.

Only these forecasts stood, hashed, before the truth was known. The definition behind a count may differ
between the day of the issue and today (Candidate events, then the annual release): both are shown.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from upstander.forecast.qualification import DRAWN
from upstander.forecast.targets import get

if TYPE_CHECKING:
    from upstander.core.places import Places
    from upstander.forecast.issue import Issue
    from upstander.forecast.ledger import Ledger
    from upstander.lake import Lake

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


def score(book: Ledger, lake: Lake, places: Places, *, today: date) -> tuple[Item, ...]:
    """Every target of every entry, oldest first.

    Raises:
        LedgerBroken: an entry or an issued file was changed; it is named, and nothing is scored.
    """
    found: list[Item] = []
    for entry in ledger.verify(book):
        made = issued.issue_of(book, entry)
        found += _drawn(entry, made, lake, places, today)
        found += _chances(entry, made, lake, places, today)
    return tuple(found)


def _item(
    entry: ledger.Entry, name: str, model: str, window: tuple[date, date], **more: object
) -> Item:
    return Item(entry.number, entry.issue, entry.as_of, entry.made_on, name, model, *window, **more)  # type: ignore[arg-type]


def _months(
    lake: Lake, places: Places, units: tuple[str, ...], window: tuple[date, date], day: date
) -> Panel | str:
    """The months' deaths as known on a day, or why they are not known."""
    last = panel.last_month(lake, as_of=day)
    if last < window[1]:
        return f"the window ends {window[1]:%Y-%m}; deaths are known to {last:%Y-%m}"
    try:
        return panel.monthly(lake, places, units=units, first=window[0], last=window[1], as_of=day)
    except NotCovered as error:
        return str(error)


def _said_as(made: Issue, lake: Lake, places: Places, units: tuple[str, ...]) -> str:
    """Who spoke for the newest month on the day of the issue."""
    last = date.fromisoformat(made.meta["last_month"])
    return panel.monthly(
        lake, places, units=units, first=last, last=last, as_of=made.as_of
    ).definitions[-1]


def _drawn(
    entry: ledger.Entry, made: Issue, lake: Lake, places: Places, today: date
) -> Iterable[Item]:
    """Draws by month: CRPS against that of the own last twelve months as known on the day of the issue."""
    rows = made.draws.sort_by(
        [("unit", "ascending"), ("horizon", "ascending"), ("draw", "ascending")]
    )
    if not rows.num_rows:
        return
    units = tuple(sorted(set(rows["unit"].to_pylist())))
    horizons = tuple(sorted(set(rows["horizon"].to_pylist())))
    draws = rows["outcome"].to_numpy().reshape(len(units), len(horizons), -1)
    last, model = date.fromisoformat(made.meta["last_month"]), str(made.meta["model"])
    said_as = _said_as(made, lake, places, units)
    past = panel.monthly(
        lake, places, units=units, first=month_after(last, 1 - YEAR), last=last, as_of=made.as_of
    )
    for n, horizon in enumerate(horizons):
        month = month_after(last, horizon)
        came = _months(lake, places, units, (month, month), today)
        if isinstance(came, str):
            yield _item(entry, DRAWN, model, (month, month), resolved=False, why=came)
            continue
        truth = came.column(panel.MONTHLY_TARGET)[:, 0]
        yield _item(
            entry,
            DRAWN,
            model,
            (month, month),
            resolved=True,
            cases=len(units),
            events=int((truth > 0).sum()),
            said_as=said_as,
            truth_as=came.definitions[0],
            score_name="CRPS",
            score=float(scores.crps(draws[:, n], truth).mean()),
            baseline_name="own last 12 months",
            baseline=float(scores.crps(past.column(panel.MONTHLY_TARGET), truth).mean()),
        )


def _chances(
    entry: ledger.Entry, made: Issue, lake: Lake, places: Places, today: date
) -> Iterable[Item]:
    """Probabilities: log loss against that of the base rate issued with them. Places without a model are left out."""
    rows = made.chances.filter(pc.equal(made.chances["basis"], "model"))
    for name in sorted(set(rows["target"].to_pylist())):
        mine = rows.filter(pc.equal(rows["target"], name)).sort_by("unit")
        window = (mine["first_month"][0].as_py(), mine["last_month"][0].as_py())
        model = str(mine["model"][0].as_py())
        units = tuple(mine["unit"].to_pylist())
        monthly = get(name).level == "country-month"
        found = (
            _sums(name, lake, places, units, window, today)
            if monthly
            else _years(name, lake, places, units, window, today)
        )
        if isinstance(found, str):
            yield _item(entry, name, model, window, resolved=False, why=found)
            continue
        happened, truth_as = found
        yield _scored(
            _item(entry, name, model, window, resolved=True, truth_as=truth_as),
            mine,
            happened,
            made,
        )


def _scored(item: Item, rows: pa.Table, happened: Array, made: Issue) -> Item:
    from dataclasses import replace

    known = ~np.isnan(happened)
    y = happened[known]
    p, base = (rows[c].to_numpy()[known] for c in ("probability", "base_rate"))
    return replace(
        item,
        cases=len(y),
        events=int(y.sum()),
        said_as=", ".join(made.meta["definitions"]),
        score_name="log loss",
        score=float(scores.log_loss(p, y).mean()),
        baseline_name="base rate issued",
        baseline=float(scores.log_loss(base, y).mean()),
    )


def _sums(
    name: str,
    lake: Lake,
    places: Places,
    units: tuple[str, ...],
    window: tuple[date, date],
    today: date,
) -> tuple[Array, str] | str:
    """(U,) 1 where the deaths of all months together reached the threshold, and who says so."""
    came = _months(lake, places, units, window, today)
    if isinstance(came, str):
        return came
    total = came.column(panel.MONTHLY_TARGET).sum(axis=1)
    return (total >= get(name).threshold).astype(float), "+".join(sorted(set(came.definitions)))


def _years(
    name: str,
    lake: Lake,
    places: Places,
    units: tuple[str, ...],
    window: tuple[date, date],
    today: date,
) -> tuple[Array, str] | str:
    """(U,) 1 where the yearly event came, NaN where it could not by its definition, and who says so."""
    from upstander.forecast.yearly_inputs import inputs

    first, last = date(window[0].year, 1, 1), date(window[1].year, 1, 1)
    if today < window[1]:
        return f"the window ends {window[1]:%Y-%m}"
    try:
        spoke = panel.yearly(
            lake, places, units=units, first=first, last=last, as_of=today
        ).definitions
    except NotCovered as error:
        return str(error)
    known = inputs(lake, places, units, as_of=today, last=last.year)
    base = int(np.flatnonzero(known.years == first.year - 1)[0])
    found = outcomes(known, target(name))[:, base]
    order = {u: n for n, u in enumerate(known.units)}
    return found[[order[u] for u in units]], "+".join(sorted(set(spoke)))
