"""What somebody said in a round: kept as records of their own by people who write here, in the address by everybody else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upstander.core.rights import Marking, Stamp
from upstander.records import Draft, drafts, new_id
from upstander.report.exercises import Case
from upstander.web.kernel.record_reading import everything, may_begin
from upstander.web.kernel.requests import PageRequest

KIND = "exercise_answer"
MOST_TYPED = 500  # characters of reasons in an address
BETWEEN = "-"


@dataclass(frozen=True)
class Answer:
    """A probability from 0 to 100, and why."""

    percent: float
    reasons: str = ""

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.percent / 100


Answers = Mapping[int, Answer]  # by the number of the case


def keeps(request: PageRequest) -> bool:
    """Whether what this reader says is kept."""
    return may_begin(request, KIND) and bool(request.actor.space)


def given(request: PageRequest, cases: Sequence[Case], number: int = 0) -> Answers:
    """What the reader said of the cases: the first word counts. ``number``: the case that the address answers."""
    if keeps(request):
        return _kept(request, cases)
    said = _in_address(request.query.get("said", ""), len(cases))
    percent = read_percent(request.query.get("percent", ""))
    if number and number not in said and percent is not None:
        said[number] = Answer(percent, request.query.get("reasons", "")[:MOST_TYPED])
    return said


def _kept(request: PageRequest, cases: Sequence[Case]) -> dict[int, Answer]:
    """One's own answers: a case is known by its mark, for data that change draw other cases."""
    numbers = {case.mark: n for n, case in enumerate(cases, start=1)}
    found: dict[int, Answer] = {}
    for record in everything(request, kinds=(KIND,)):
        number = numbers.get(str(record.body["case"]))
        if number and record.stamp.author == request.actor.account:
            reasons = str(record.body["reasons"] or "")
            found.setdefault(number, Answer(float(record.body["percent"]), reasons))
    return found


def _in_address(text: str, most: int) -> dict[int, Answer]:
    """Answers by number, as ``in_address`` writes them; what is no probability is no answer."""
    parts = text[:200].split(BETWEEN)[:most]
    read = {n: read_percent(part) for n, part in enumerate(parts, start=1)}
    return {n: Answer(percent) for n, percent in read.items() if percent is not None}


def in_address(said: Answers, most: int) -> str:
    """Answers as an address carries them to the next page."""
    each = (said.get(n) for n in range(1, most + 1))
    return BETWEEN.join(f"{a.percent:g}" if a else "" for a in each).rstrip(BETWEEN)


def read_percent(text: str) -> float | None:
    """A probability from 0 to 100, None where the text is none."""
    try:
        percent = float(text[:20].strip().replace(",", "."))
    except ValueError:
        return None
    return percent if math.isfinite(percent) and 0 <= percent <= 100 else None


def draft(
    request: PageRequest, typed: Mapping[str, str], case: Case, where: Mapping[str, int]
) -> Draft:
    """An answer that its author alone may read. Raises FormError."""
    who = request.actor
    return drafts.draft(
        KIND,
        {**typed, **where, "case": case.mark},
        id=new_id(),
        by=who,
        places=frozenset(),
        stamp=Stamp(space=who.space, author=who.account, marking=Marking.RED),
    )
