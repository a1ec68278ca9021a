"""Structured expert elicitation by the IDEA protocol: private answers, discussion, private answers again, aggregation.

Investigate, Discuss, Estimate, Aggregate. First answers stay hidden until every expert has given one. Experts see each
other under letters; who stands behind a letter is nowhere shown, and cannot be worked out by somebody who knows who was
asked. Between the rounds they discuss under the same letters, among themselves; the second round ends the discussion,
and who may read the question reads it once the question is closed. The group's answer is the equal-weight mean, and the
spread is printed with it: disagreement is information. When the question is settled the answers are scored.

Sources: Hemming et al. (2018), Methods in Ecology and Evolution 9(1), 169-180 (the protocol, rescaling of intervals);
Hanea et al. (2017), International Journal of Forecasting 33(1), 267-279 (equal-weight aggregation); Brier (1950).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Literal

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.core.rights import Actor, Marking, Role, Stamp
from upstander.records import Record

Round = Literal["1", "2"]
LEAST_EXPERTS = 3  # fewer, and a letter hides nobody
MOST_COMMENTS = 1000  # of one discussion; as many are read
KINDS = ("estimate", "expert_comment")  # what experts give under a question
# Both are TLP:RED: their author and this account, which nobody can sign in to, read them. Pages show its results.
TELLER = Actor("elicitation", "elicitation", Role.HEAD, "")


@dataclass(frozen=True)
class Answer:
    """One expert's answer in per cent, under a letter; ``low`` and ``high`` rescaled to the common interval."""

    letter: str
    low: float
    best: float
    high: float
    reasons: str


@dataclass(frozen=True)
class Answers:
    """One round: how many of the experts asked have answered, and the answers once all have (before that, none)."""

    number: Round
    asked: int
    given: int
    answers: tuple[Answer, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every expert asked has answered."""
        return self.given == self.asked

    @property
    def group(self) -> Answer | None:
        """The equal-weight mean of the answers; None until the round is complete."""
        if not self.answers:
            return None
        low, best, high = (self._mean(part) for part in ("low", "best", "high"))
        return Answer("group", low, best, high, "")

    def _mean(self, part: str) -> float:
        total: float = sum(getattr(answer, part) for answer in self.answers)
        return total / len(self.answers)

    @property
    def spread(self) -> tuple[float, float] | None:
        """Lowest and highest best estimate, in per cent: how far the experts are apart."""
        bests = [a.best for a in self.answers]
        return (min(bests), max(bests)) if bests else None


@dataclass(frozen=True)
class Comment:
    """What one expert said in the discussion, under the letter of their answers."""

    letter: str
    text: str


@dataclass(frozen=True)
class Result:
    """One question: both rounds, the discussion between them in its order (as far as the reader may see it), and Brier
    scores by letter (and of the group) once it is settled."""

    question: Record
    first: Answers
    discussion: tuple[Comment, ...]
    second: Answers
    brier: dict[str, float]


def stamp_of(expert: Actor) -> Stamp:
    """Rights of what an expert gives: its author alone, and the counting of the rounds."""
    return Stamp(
        space=expert.space,
        author=expert.account,
        marking=Marking.RED,
        named=(TELLER.account,),
    )


def rescaled(
    lowest: float, best: float, highest: float, sure: float, level: float
) -> tuple[float, float]:
    """Ends of the interval at ``level`` per cent from one given at ``sure`` per cent, held to 0..100.

    Linear: the distance from the best estimate grows by level / sure (Hemming et al. 2018, equations 1 and 2).

    >>> rescaled(10, 20, 40, 50, 80)
    (4.0, 52.0)
    """
    grow = level / sure
    return max(0.0, best - (best - lowest) * grow), min(
        100.0, best + (highest - best) * grow
    )


def experts(question: Record) -> tuple[str, ...]:
    """Accounts asked; none once that list was erased."""
    return tuple(question.body.get("experts") or ())


def letters(question: Record, estimates: Sequence[Record]) -> dict[str, str]:
    """A letter for each expert who has answered in the first round, the same in both rounds.

    The order is that of a hash of the id of the expert's first answer: random, and readable to that expert alone.
    """
    asked = experts(question)
    if len(asked) > len(ascii_uppercase):
        raise ConfigError(
            say(
                "assess.experts_are_asked_at_most_have_a",
                number=len(asked),
                number_2=len(ascii_uppercase),
            )
        )
    marks: dict[str, str] = {}
    for answer in _answers(question, estimates, "1"):
        author = answer.stamp.author
        mark = hashlib.sha256(answer.id.encode()).hexdigest()
        marks[author] = min(mark, marks.get(author, mark))
    return dict(zip(sorted(marks, key=marks.__getitem__), ascii_uppercase, strict=False))


def _answers(question: Record, records: Iterable[Record], number: Round) -> list[Record]:
    """Estimates of one round by the experts asked."""
    asked = experts(question)
    own = (r for r in records if r.kind == "estimate" and r.parent == question.id)
    return [r for r in own if r.body["round"] == number and r.stamp.author in asked]


def answer_fault(question: Record, expert: Actor, round_: str) -> str:
    """Why this expert cannot answer in this round now, in words; '' when they can."""
    if expert.account not in experts(question):
        return say("assess.only_the_experts_asked_can_answer_this")
    open_in = {"1": "round1", "2": "round2"}[round_]
    if question.body["state"] != open_in:
        return say(
            "assess.round_is_not_open_the_question_stands",
            round_=round_,
            state=question.body["state"],
        )
    return ""


def discussion_fault(question: Record, given: Sequence[Record], expert: Actor) -> str:
    """Why somebody cannot comment now, in words; '' when they can. ``given`` as for ``result``."""
    if expert.account not in experts(question):
        return say("assess.only_the_experts_asked_discuss_this_question")
    if question.body["state"] != "discussion":
        return say("assess.the_discussion_is_not_open_it_stands")
    if not _round(question, given, "1").answers:
        return say("assess.the_discussion_begins_when_all_first_answers")
    if sum(r.kind == "expert_comment" for r in given) >= MOST_COMMENTS:
        return say(
            "assess.the_discussion_has_comments_the_most_that", most_comments=MOST_COMMENTS
        )
    return ""


def result(question: Record, given: Sequence[Record], reader: Actor) -> Result:
    """What may be shown of a question to somebody who may read it: nothing of a round until all its answers are in.

    Args:
        given: all records of KINDS under the question, as TELLER reads them. Of several answers by one expert in one
            round the newest counts; what people gave who were not asked counts nothing.
    """
    first, second = _round(question, given, "1"), _round(question, given, "2")
    if not first.answers:
        second = Answers("2", second.asked, second.given, ())
    is_party = question.body["state"] == "closed" or reader.account in experts(question)
    discussion = _discussion(question, given) if first.answers and is_party else ()
    return Result(question, first, discussion, second, _brier(question, second))


def _discussion(question: Record, given: Sequence[Record]) -> tuple[Comment, ...]:
    letter_of = letters(question, given)
    own = (r for r in given if r.kind == "expert_comment" and r.parent == question.id)
    comments = [r for r in own if r.stamp.author in letter_of]
    comments.sort(key=lambda r: (r.when, r.id))
    return tuple(Comment(letter_of[r.stamp.author], r.body["text"]) for r in comments)


def _round(question: Record, given: Sequence[Record], number: Round) -> Answers:
    asked, letter_of = len(experts(question)), letters(question, given)
    answers = sorted(_answers(question, given, number), key=lambda r: (r.when, r.version))
    newest = {answer.stamp.author: answer for answer in answers}
    if min(len(newest), len(letter_of)) < asked or asked < LEAST_EXPERTS:
        return Answers(number, asked, len(newest), ())
    level = float(question.body["interval"])
    rescaled = (_answer(letter_of[who], answer, level) for who, answer in newest.items())
    in_order = tuple(sorted(rescaled, key=lambda answer: answer.letter))
    return Answers(number, asked, len(newest), in_order)


def _answer(letter: str, estimate: Record, level: float) -> Answer:
    body = estimate.body
    low, high = rescaled(body["lowest"], body["best"], body["highest"], body["sure"], level)
    return Answer(letter, low, float(body["best"]), high, body["reasons"] or "")


def _brier(question: Record, second: Answers) -> dict[str, float]:
    """Squared error of each best estimate as a probability, 0 (right and sure) to 1; empty until settled by yes or no."""
    happened = {"yes": 1.0, "no": 0.0}.get(question.body["outcome"] or "")
    if happened is None or second.group is None:
        return {}
    return {
        a.letter: (a.best / 100 - happened) ** 2 for a in (*second.answers, second.group)
    }
