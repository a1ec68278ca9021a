"""What must hold before a version of a review is frozen for signature, and before it is published; who signs it.

Who signs, writes or takes part is known from the session in which a record was written (its space and account), never
from a name that somebody typed. The conditions are named in ``kinds/review.toml``; each gives the gaps in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upstander.assess.review import Review, spaces_that_wrote
from upstander.core.messages import say, text
from upstander.records import Record, id_of_the_one
from upstander.records.forms import form
from upstander.records.workflow import Gaps

NEEDED_SECTIONS = ("gender", "age")
# Registers that a review needs one record of: the condition, the kind, and what to do.
NEEDED_RECORDS = (
    (
        "capacity",
        "capacity",
        say("assess.record_at_least_one_capacity_risk_is"),
    ),
    (
        "policies",
        "policy_mapping",
        say("assess.map_at_least_one_policy_already_in"),
    ),
)
UNSIGNED = say("assess.has_not_signed_its_agreement_reservation_or")
ONE_PERSON = say("assess.one_person_froze_and_signed_it_a")
NOTHING_RATED = say("assess.nothing_is_rated_yet_rate_the_indicators")
NO_LEVEL = say("assess.no_level_is_set_set_it_with")
OLD_LEVEL = say("assess.ratings_changed_after_the_level_was_set")
NOBODY_INVITED = say("assess.nobody_is_invited_yet_name_the_organisations")
NO_CIVIL_SOCIETY = say("assess.no_civil_society_organisation_has_written_from")
CIVIL_SPACES = frozenset({"ngo"})
INDEPENDENT = frozenset({"nhri", "ngo", "un", "regional"})
# A section that says something: some twenty words in an alphabet, and not one letter typed over and over.
LEAST_LETTERS, LEAST_DIFFERENT = 120, 10


@dataclass(frozen=True)
class Gap:
    """Something that is missing: which condition, what to do, the kind of record that closes it, whose rule it is."""

    rule: str
    words: str
    kind: str
    source: str
    part: str


@dataclass(frozen=True)
class Assessed:
    """What the ratings of a review amount to, for its conditions.

    Attributes:
        coverage: in words; is_enough: whether it reaches the stated coverage.
        is_decided: whether people set the country's level; is_current: whether no rating is newer than that.
        independent, of: structural factors that an independent body gave a level, and in all.
    """

    coverage: str
    is_enough: bool
    is_decided: bool
    is_current: bool
    independent: int
    of: int


def before_signing(
    review: Review, assessed: Assessed, closer: Mapping[str, int]
) -> tuple[Gap, ...]:
    """What is missing before a version may be frozen for signature; empty when nothing is.

    Args:
        review: with only what travels as far as it does; closer: how many records by kind were left out for that.
    """
    gaps = [
        *_sections_missing(review),
        *_rating_missing(review, assessed),
        *_records_missing(review, closer),
        *_participants_missing(review),
        *_comments_open(review),
    ]
    return tuple(gaps)


def before_publishing(review: Review, version: Record | None) -> tuple[Gap, ...]:
    """What is missing before the frozen version may be published: every signature, by at least two people."""
    signed = signatures(review, version)
    agencies = signers(review, version)
    missing = sorted(agencies.keys() - {signature.stamp.space for signature in signed})
    gaps = [
        _gap(
            "signature",
            text("{agency} {unsigned}", agency=agencies[space], unsigned=UNSIGNED),
            "signoff",
        )
        for space in missing
    ]
    people = {signature.who for signature in signed} | ({version.who} if version else set())
    if len(people) < 2:
        gaps.append(_gap("two_people", ONE_PERSON, "signoff"))
    return tuple(gaps)


def by_condition(gaps: Sequence[Gap]) -> Gaps:
    """Gaps as the workflow asks for them."""
    by_rule: dict[str, list[str]] = {}
    for gap in gaps:
        by_rule.setdefault(gap.rule, []).append(gap.words)
    return by_rule


def signers(review: Review, version: Record | None) -> Mapping[str, str]:
    """The spaces that are asked to sign, with their titles as participants or their ids: the review's own, those invited,
    and every other that rated or took a position, agreeing or not. Of a version, as it was when it was frozen: nobody is
    left out afterwards, and nobody comes in to hold it up."""
    asked = {review.record.stamp.space: ""}
    asked |= {r.stamp.space: "" for kind in ("rating", "position") for r in review.of(kind)}
    for participant in review.of("participant"):
        space = participant.body["agency"]
        if space and participant.body["part_taken"] != "observes":
            asked[space] = participant.body["organisation"]
    if version is not None:
        asked = {space: asked.get(space, "") for space in version.body["asked"].split()}
    return {space: asked[space] or space for space in asked if space in review.spaces}


def signatures(review: Review, version: Record | None) -> tuple[Record, ...]:
    """The signatures of a version, one a space."""
    if version is None or version.body["number"] is None:
        return ()
    number = version.body["number"]
    return tuple(s for s in review.of("signoff") if s.body.get("version") == number)


def signature_id(review: str, number: int, space: str) -> str:
    """The id of the one signature of a space under a version, so that a second entry is a next version of it."""
    return id_of_the_one("signoff", review, str(number), space)


def version_id(review: str, number: int) -> str:
    """The id of a version, so that two people who freeze at once cannot make two of one number."""
    return id_of_the_one("review_version", review, str(number))


def versions(review: Review) -> tuple[Record, ...]:
    """The frozen versions, the newest first."""
    return tuple(sorted(review.of("review_version"), key=lambda v: -int(v.body["number"])))


def in_signature(review: Review) -> Record | None:
    """The version that is being signed, if one is."""
    return next((v for v in versions(review) if v.body["status"] == "in_signature"), None)


def published(review: Review) -> Record | None:
    """The version that is published now, if one is."""
    return next((v for v in versions(review) if v.body["status"] == "published"), None)


def has_substance(text: str) -> bool:
    """Whether a text says something: letters enough, of more than a few kinds.

    >>> has_substance("."), has_substance("aaaa " * 60)
    (False, False)
    """
    letters = [c for c in text.casefold() if c.isalpha()]
    return len(letters) >= LEAST_LETTERS and len(set(letters)) >= LEAST_DIFFERENT


def _gap(rule: str, words: str, kind: str) -> Gap:
    own = form(kind)
    return Gap(rule, words, kind, own.source, own.part)


def _sections_missing(review: Review) -> list[Gap]:
    """Gender and age, each with something to say; a text that stands twice says it once."""
    texts = {name: _text_of(review, name) for name in NEEDED_SECTIONS}
    titles = form("section").field("name").choices
    gaps = []
    for name, written in texts.items():
        section = say("assess.section", name=titles[name])
        is_twice = list(texts.values()).count(written) > 1
        if not written.strip():
            gaps.append(_gap(name, say("assess.write_the", section=section), "section"))
        elif is_twice or not has_substance(written):
            words = say(
                "assess.the_says_too_little_at_least_letters",
                section=section,
                least_letters=LEAST_LETTERS,
            )
            gaps.append(_gap(name, words, "section"))
    return gaps


def _text_of(review: Review, name: str) -> str:
    """What all spaces wrote in a section."""
    return " ".join(s.body["text"] for s in review.of("section") if s.body["name"] == name)


def _rating_missing(review: Review, assessed: Assessed) -> list[Gap]:
    """Enough is rated, by an independent body too, and people set the level on what is rated now."""
    if not review.of("rating"):
        return [_gap("rating", NOTHING_RATED, "rating")]
    gaps = []
    if not assessed.is_enough:
        words = say(
            "assess.not_enough_is_assessed_rate_more_of", coverage=assessed.coverage
        )
        gaps.append(_gap("coverage", words, "rating"))
    if not assessed.is_decided:
        gaps.append(_gap("level", NO_LEVEL, "country_level"))
    elif not assessed.is_current:
        gaps.append(_gap("level", OLD_LEVEL, "country_level"))
    if assessed.independent * 2 < assessed.of:
        words = say(
            "assess.independent_bodies_gave_a_level_to_of",
            independent=assessed.independent,
            of=assessed.of,
        )
        gaps.append(_gap("co_rating", words, "rating"))
    return gaps


def _records_missing(review: Review, closer: Mapping[str, int]) -> list[Gap]:
    return [
        _gap(
            rule,
            text("{words}{left_out}", words=words, left_out=_left_out(closer.get(kind, 0))),
            kind,
        )
        for rule, kind, words in NEEDED_RECORDS
        if not review.of(kind)
    ]


def _left_out(number: int) -> str:
    if not number:
        return ""
    return say("assess.on_record_may_be_read_by_fewer", number=number)


def _participants_missing(review: Review) -> list[Gap]:
    if not review.of("participant"):
        return [_gap("participants", NOBODY_INVITED, "participant")]
    wrote = {review.spaces.get(space) for space in spaces_that_wrote(review)}
    if wrote & CIVIL_SPACES or has_substance(_text_of(review, "method")):
        return []
    return [_gap("civil_society", NO_CIVIL_SOCIETY, "participant")]


def _comments_open(review: Review) -> list[Gap]:
    answered = {r.body["comment"] for r in review.of("reply")}
    left = [c for c in review.of("comment") if c.id not in answered]
    if not left:
        return []
    word = say("assess.comment_has") if len(left) == 1 else say("assess.comments_have")
    return [
        _gap("comments", say("assess.peer_no_answer", number=len(left), word=word), "reply")
    ]
