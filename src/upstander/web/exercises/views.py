"""Exercises: past country-years, blind. One says how probable it is, then sees which it was, what came, and what others said.

Nothing on the page of a case, in its JSON or in its address says which country or year it is before it is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from upstander.core.errors import NotAllowed, UnknownRecord
from upstander.core.messages import say
from upstander.core.thresholds import MASS_ONE_SIDED
from upstander.forecast import past_odds, scores
from upstander.records.forms import FormError, form
from upstander.report import exercises, words
from upstander.report.exercises import CASES, Case
from upstander.report.reference_classes import Ladder
from upstander.web.exercises import answers
from upstander.web.exercises.answers import KIND, Answer, Answers
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import everything
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.kernel.urls import url

MOST = 9_999  # number of a round
OFFERED = 5  # rounds that the first page links to
YOU, BASE, MODEL = "you", "base", "model"
Content = dict[str, Any]


def look(request: PageRequest) -> Content | Done:
    """How it goes, and rounds to begin or to go on with."""
    if wanted := request.query.get("round", ""):
        return Done(url("exercise", round=_number(wanted, MOST)))
    own = everything(request, kinds=(KIND,)) if answers.keeps(request) else []
    begun = sorted({int(r.body["round"]) for r in own})
    rounds = sorted({*begun, *range(1, OFFERED + 1)})
    return {
        "title": say("web.menu_exercises"),
        "cases": CASES,
        "most": MOST,
        "keeps": answers.keeps(request),
        "rounds": [{"round": n, "href": url("exercise", round=n)} for n in rounds],
        "begun": begun,
    }


def _number(text: str, most: int) -> int:
    """A number of a round or of a case. Raises UnknownRecord."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= most and len(text) < 6:
        return int(text)
    raise UnknownRecord(say("web.exercise_unknown", most=MOST, cases=CASES))


def _cases(request: PageRequest, round: str) -> tuple[int, tuple[Case, ...]]:
    """A round's number and cases; none where no figures are known on the day."""
    number = _number(round, MOST)
    every = exercises.pool(request.figures[0], past_odds.held())
    return number, exercises.drawn(every, number)


def look_round(request: PageRequest, round: str) -> Content:
    """The cases of a round: those that are answered with what came, and how the reader, base rates and models fared."""
    number, cases = _cases(request, round)
    said = answers.given(request, cases)
    rows = [_row(request, number, n, cases, said) for n in range(1, len(cases) + 1)]
    revealed = [row for row in rows if row["answered"]]
    open_ = [row for row in rows if not row["answered"]]
    return {
        "title": say("web.exercise_round", round=number),
        "round": number,
        "rows": rows,
        "answered": len(revealed),
        "next": open_[0]["href"] if open_ else "",
        "means": _means([row["scores"] for row in revealed]),
        "calibration": _calibration([(said[r["number"]], r["came"]) for r in revealed]),
    }


def _row(
    request: PageRequest, round: int, number: int, cases: Sequence[Case], said: Answers
) -> Content:
    """A case in the list of its round."""
    href = _way(request, said, url("exercise_case", round=round, number=number))
    shown = {"number": number, "href": href, "answered": number in said}
    if number not in said:
        return shown
    case = cases[number - 1]
    found = _base_rates(request, case)
    return {**shown, **_revealed(request, case, said[number], found)}


def _base_rates(request: PageRequest, case: Case) -> Ladder | None:
    state = request.state
    return exercises.base_rates(state.past(request.edition.as_of), state.places, case)


def _way(request: PageRequest, said: Answers, address: str) -> str:
    """An address within the round, with what was said so far where nothing is kept."""
    if answers.keeps(request) or not said:
        return address
    return f"{address}?said={answers.in_address(said, CASES)}"


def look_case(request: PageRequest, round: str, number: str) -> Content:
    """One case: what was known, and once it is answered what came."""
    return _case(request, *_found(request, round, number))


def _found(
    request: PageRequest, round: str, number: str
) -> tuple[int, int, tuple[Case, ...]]:
    """A round, the number of a case in it, and the round's cases. Raises UnknownRecord."""
    of_round, cases = _cases(request, round)
    return of_round, _number(number, len(cases)), cases


def _case(request: PageRequest, round: int, number: int, cases: Sequence[Case]) -> Content:
    """The page of a case."""
    case, said = cases[number - 1], answers.given(request, cases, number)
    answer = said.get(number)
    return {
        "title": say("web.exercise_case", round=round, number=number, of=len(cases)),
        "round": round,
        "number": number,
        "of": len(cases),
        "least": MASS_ONE_SIDED,
        "told": exercises.told(request.figures[0], case),
        "keeps": answers.keeps(request),
        "said": answers.in_address(said, len(cases)),
        "answered": answer is not None,
        "revealed": _told_after(request, case, answer) if answer else None,
        "next": _next(request, round, number, said),
        "to_round": _way(request, said, url("exercise", round=round)),
        "faults": [],
    }


def _next(request: PageRequest, round: int, number: int, said: Answers) -> str:
    """Where one goes on: the next case, after the last one the round."""
    to = url("exercise", round=round)
    if number < CASES:
        to = url("exercise_case", round=round, number=number + 1)
    return _way(request, said, to)


def _told_after(request: PageRequest, case: Case, answer: Answer) -> Content:
    """What is told of a case once it is answered."""
    day = f"{case.year}-12-31"
    country = url("country", name=case.place)
    found = _base_rates(request, case)
    return {
        **_revealed(request, case, answer, found),
        "before": case.before,
        "reasons": answer.reasons,
        "base_rates": found,
        "as_of": day,
        "href": country,
        "href_then": f"{country}?as_of={day}",
    }


def _revealed(
    request: PageRequest, case: Case, answer: Answer, found: Ladder | None
) -> Content:
    """Which country and year it was, what came, and what three said, with their scores."""
    said = {
        YOU: answer.share,
        BASE: exercises.base_rate(found),
        MODEL: past_odds.held().get((case.place, case.year)),
    }
    return {
        "place": case.place,
        "place_name": request.state.places.get(case.place).name,
        "year": case.year + 1,
        "deaths": case.after,
        "came": case.came,
        "scores": [_scored(who, p, case.came) for who, p in said.items() if p is not None],
    }


def _scored(who: str, probability: float, came: bool) -> Content:
    brier = scores.brier_of(probability, came)
    percent = words.judged(100 * probability) if who == YOU else words.percent(probability)
    return {
        "who": who,
        "who_words": say(f"web.exercise_{who}"),
        "probability": probability,
        "words": percent,
        "brier": brier,
        "brier_words": f"{brier:.3f}",
    }


def _means(rows: Sequence[Sequence[Content]]) -> list[Content]:
    """Mean Brier scores over the cases that all three spoke of."""
    whole = [row for row in rows if len(row) == len((YOU, BASE, MODEL))]
    return [_mean(column) for column in zip(*whole, strict=True)]


def _mean(column: Sequence[Content]) -> Content:
    brier = sum(s["brier"] for s in column) / len(column)
    return {
        "who": column[0]["who"],
        "who_words": column[0]["who_words"],
        "cases": len(column),
        "brier": brier,
        "brier_words": f"{brier:.3f}",
    }


def _calibration(said: Sequence[tuple[Answer, bool]]) -> str:
    """What one said on average and how often it came, of all answers and of those above even odds; '' where there is none."""
    if not said:
        return ""
    high = [came for answer, came in said if answer.percent > 50]
    return say(
        "web.exercise_calibration",
        mean=words.percent(sum(a.share for a, _ in said) / len(said)),
        came=sum(came for _, came in said),
        cases=len(said),
        high=len(high),
        high_came=sum(high),
    )


def answer(request: PageRequest, given: Given, round: str, number: str) -> Done | Again:
    """Keep what somebody says of a case; who has answered it has answered."""
    of_round, at, cases = _found(request, round, number)
    if not answers.keeps(request):
        raise NotAllowed(say("web.sign_in_to_see_or_do_this"))
    to = url("exercise_case", round=of_round, number=at)
    if at in answers.given(request, cases):
        return Done(to)
    typed = {name: given.text(name) for name in ("percent", "reasons")}
    where = {"round": of_round, "number": at}
    try:
        made = answers.draft(request, typed, cases[at - 1], where)
    except FormError as error:
        faults = form_fields.summary(form(KIND), error.faults)
        content = _case(request, of_round, at, cases)
        return Again("exercise_case.html", {**content, "faults": faults})
    request.state.records.append(
        [made], by=request.actor, why="an exercise", now=request.now
    )
    return Done(to)


ROUTES = (
    *page("exercises", "/exercises", look, "exercises.html"),
    *page("exercise", "/exercises/{round}", look_round, "exercise_round.html"),
    *page("exercise_case", "/exercises/{round}/{number}", look_case, "exercise_case.html"),
    action("exercise_answer", "/exercises/{round}/{number}", answer),
)
