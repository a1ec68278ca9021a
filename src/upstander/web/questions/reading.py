"""What the data and the models say of a question, as known on the day asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
import pyarrow.compute as pc

from upstander.forecast import issued
from upstander.forecast.issue import CIVILIANS, DEATHS
from upstander.forecast.ledger import Ledger
from upstander.monitor import questions
from upstander.monitor.questions import (
    ANSWER,
    ONE_SIDED,
    QUESTION,
    Count,
    Question,
    Settled,
)
from upstander.records import Record
from upstander.report import place_figures
from upstander.web.kernel.record_reading import everything, find
from upstander.web.kernel.requests import PageRequest

DRAWN = {ONE_SIDED: CIVILIANS, questions.TOTAL: DEATHS}
MOST_ANSWERS = 500


def asked(request: PageRequest) -> list[Record]:
    """Every question that the reader may read, the one that closes last first."""
    found = everything(request, kinds=(QUESTION,))
    return sorted(found, key=lambda r: (str(r.body["closes"]), r.id), reverse=True)


def counts(request: PageRequest, question: Question) -> list[Count]:
    """Persons killed in the place by month; empty for a place that no source counts."""
    place = request.state.places.get(question.place)
    months = place_figures.months(request.figures[0], place)
    return [
        Count(
            m.month,
            m.one_sided if question.counted == ONE_SIDED else m.deaths,
            m.provisional,
        )
        for m in months
    ]


def settled(request: PageRequest, question: Question) -> Settled:
    """How it stands by what is known on the day asked about."""
    return questions.settled(question, counts(request, question), request.as_of.date())


def answers(request: PageRequest, record: Record) -> list[Record]:
    """The newest answer of each person as it stood when the question closed, of those the reader may read."""
    day_after = Question.of(record).closes + timedelta(days=1)
    end = datetime.combine(day_after, time.min, UTC)
    found = find(request, kinds=(ANSWER,), parent=record.id, limit=MOST_ANSWERS, until=end)
    return questions.newest(found)


def of_the_model(
    request: PageRequest, question: Question
) -> tuple[float | None, date | None]:
    """What the newest issue of the day on which the question closed said, and its day; None where it does not reach so far."""
    day = min(question.closes, request.as_of.date(), request.state.today)
    entry = issued.entry_of(request.state.ledger, day)
    if entry is None:
        return None, None
    return _drawn(request.state.ledger, entry.issue, question), entry.as_of


@lru_cache(maxsize=256)
def _drawn(ledger: Ledger, issue: str, question: Question) -> float | None:
    """By the draws of an issue, which never change."""
    made = issued.issue_named(ledger, issue)
    last = made.meta.get("last_month")
    rows = made.tables["forecast_draw"]
    fits = pc.and_(
        pc.equal(rows["target"], DRAWN[question.counted]),
        pc.equal(rows["unit"], question.place),
    )
    own = rows.filter(fits).sort_by([("horizon", "ascending"), ("draw", "ascending")])
    if last is None or not own.num_rows:
        return None
    horizons = len(set(own["horizon"].to_pylist()))
    draws = own["outcome"].to_numpy().reshape(horizons, -1)
    origin = last if isinstance(last, date) else date.fromisoformat(str(last))
    return questions.drawn(question, origin, np.asarray(draws))


def own_past(request: PageRequest, question: Question) -> tuple[int, int]:
    """How often it happened here before the question closed, of how many windows of its length."""
    before = min(question.closes, question.first)
    return questions.own_past(question, counts(request, question), before)


def of_people(found: Sequence[Record]) -> float | None:
    """Their median, as a share; None of nobody."""
    given = [float(r.body["percent"]) / 100 for r in found]
    return float(np.median(given)) if given else None
