"""The level of a country in a review: set by people, with a reason, from a draft that stands beside it wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from upstander.assess.aggregation import CAVEAT, Finding
from upstander.assess.overall import NOT_ENOUGH, Overall, band_words
from upstander.assess.rarely_absent import nothing_seen
from upstander.assess.rating import NOT_ASSESSED
from upstander.core.messages import say
from upstander.records import Record, id_of_the_one

KIND = "country_level"
BY_PEOPLE = say("assess.as_people_set_it")
NOT_SET = say("assess.no_level_is_set")


@dataclass(frozen=True)
class Decided:
    """A level that people set: by whom, when, why, and what the draft said then."""

    level: int
    reason: str
    draft: str
    space: str
    who: str
    when: datetime


@dataclass(frozen=True)
class Headline:
    """What is shown as a country's level.

    Attributes:
        decided: what people set in this review, None while nobody did.
        quiet: where everything was assessed and nothing seen, the observed base rate in a sentence; else ''.
    """

    draft: Overall
    decided: Decided | None
    quiet: str = ""
    caveat: str = CAVEAT

    @property
    def words(self) -> str:
        """The headline; a draft is called one, and too little is never a level, whoever set one before."""
        if self.draft.words in (NOT_ASSESSED, NOT_ENOUGH):
            return self.draft.words
        if self.decided is not None:
            return f"{band_words(self.decided.level)}, {BY_PEOPLE}"
        return say("assess.draft", not_set=NOT_SET, draft=self.draft.words)

    @property
    def beside(self) -> tuple[str, ...]:
        """What stands beside the headline wherever it is shown, sentence by sentence."""
        quiet = [self.quiet] if self.quiet else []
        return (*self._why_decided(), *self.draft.grounds, *quiet)

    def _why_decided(self) -> Iterator[str]:
        if self.decided is not None:
            yield say("assess.the_reason_given", rstrip=self.decided.reason.rstrip("."))
            draft_then = say(
                "assess.when_the_level_was_set_it_read", draft=self.decided.draft
            )
            yield say("assess.the_draft_now", draft=self.draft.words, draft_then=draft_then)


def record_id(review: str, space: str) -> str:
    """The id of the one level that a space sets in a review, so that a second entry is a next version."""
    return id_of_the_one(KIND, review, space)


def decided_by(records: Iterable[Record], space: str) -> Decided | None:
    """What a space set, from the review's own records; None where it set nothing or withdrew it."""
    own = [r for r in records if r.kind == KIND and r.stamp.space == space]
    if not own or own[-1].body["level"] == "withdrawn":
        return None
    newest = own[-1]
    body = newest.body
    return Decided(
        level=int(body["level"]),
        reason=body["reason"],
        draft=body["draft"] or "",
        space=space,
        who=newest.who,
        when=newest.when,
    )


def headline(
    draft: Overall, findings: Sequence[Finding], decided: Decided | None, base_rate: str
) -> Headline:
    """The headline from its parts.

    Args:
        base_rate: the observed rate with what it is the rate of, as printed; '' where none is known.
    """
    quiet = nothing_seen(findings, base_rate) if base_rate else None
    return Headline(draft, decided, quiet or "")
