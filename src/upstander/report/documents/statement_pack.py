"""What a statement in a dialogue can rest on: facts that may be said in public, within the time; questions to be ready for; what the delegation alone knows.

People write the statement. A fact may be said where a visitor may read all that it rests on: that one rule decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest

from upstander.core.messages import say
from upstander.core.rights import VISITOR, Stamp, may_read, strictest
from upstander.report import words
from upstander.report.document import (
    Bullets,
    Document,
    Grid,
    Paragraph,
    Section,
    of_records,
    shapes_of,
)
from upstander.report.documents import DIALOGUE, Report
from upstander.report.report_stamp import ReportStamp

TOPICS = (
    "commitments",
    "mechanism",
    "done",
    "not_done",
    "next",
    "help",
    "asks",
    "benefit",
)
# Our judgement (HOUSE): slow enough to be interpreted. Meetings set limits of their own.
WORDS_A_MINUTE = 110
MINUTES, MOST_MINUTES = 3, 30


@dataclass(frozen=True)
class Fact:
    """One thing to say.

    Attributes:
        topic: of TOPICS; source: what it rests on, in words; href: its page, '' where it has none.
        question: what others may ask because of it, '' for nothing.
        stamps: rights of every record that it rests on; none of a public figure.
    """

    topic: str
    words: str
    source: str
    href: str = ""
    question: str = ""
    stamps: tuple[Stamp, ...] = ()

    @property
    def may_be_said(self) -> bool:
        """Whether anybody may read what it rests on."""
        return all(may_read(VISITOR, stamp) for stamp in self.stamps)

    @property
    def marking(self) -> str:
        """The strictest of what it rests on."""
        return strictest(self.stamps)[0].label


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the pack is made from, as one reader may see it.

    Attributes:
        about: the State; occasion: what the dialogue is, in words; minutes: that there are to speak.
        facts: those of more weight first within a topic.
    """

    about: str
    occasion: str
    minutes: int
    facts: Sequence[Fact]
    as_of: date


@dataclass(frozen=True)
class Pack:
    """The facts in their places, each with its number in the list of sources.

    Attributes:
        said: by topic what fits into the time; spare: what may be said if time allows; closed: for the delegation alone.
        word_count: of what fits.
    """

    said: tuple[tuple[str, tuple[tuple[int, Fact], ...]], ...]
    spare: tuple[tuple[int, Fact], ...]
    closed: tuple[tuple[int, Fact], ...]
    word_count: int

    @property
    def numbered(self) -> Iterator[tuple[int, Fact]]:
        """Every fact by its number."""
        return chain(*(facts for _, facts in self.said), self.spare, self.closed)


def arranged(material: Material) -> Pack:
    """Every fact in its place: the first of each topic go before the second of any, until the time is used."""
    facts = dict.fromkeys(material.facts)  # said twice is said once
    open_facts = [f for f in facts if f.may_be_said]
    fitting = _within(_in_turn(open_facts), material.minutes * WORDS_A_MINUTE)
    spare = [f for f in open_facts if f not in fitting]
    closed = [f for f in facts if not f.may_be_said]
    ordered = [f for topic in TOPICS for f in fitting if f.topic == topic]
    number = {f: n for n, f in enumerate((*ordered, *spare, *closed), 1)}

    def numbered(facts: Iterable[Fact]) -> tuple[tuple[int, Fact], ...]:
        return tuple((number[f], f) for f in facts)

    by_topic = ((t, numbered(f for f in ordered if f.topic == t)) for t in TOPICS)
    said = tuple((topic, facts) for topic, facts in by_topic if facts)
    return Pack(said, numbered(spare), numbered(closed), sum(map(_length, ordered)))


def _in_turn(facts: Sequence[Fact]) -> list[Fact]:
    """The first of each topic, then the second of each."""
    by_topic = ([f for f in facts if f.topic == topic] for topic in TOPICS)
    rounds = zip_longest(*by_topic)
    return [fact for turn in rounds for fact in turn if fact is not None]


def _within(facts: Sequence[Fact], most_words: int) -> list[Fact]:
    """Those from the front that are no longer than so many words together; the first always."""
    kept: list[Fact] = []
    spent = 0
    for fact in facts:
        spent += _length(fact)
        if kept and spent > most_words:
            break
        kept.append(fact)
    return kept


def _length(fact: Fact) -> int:
    return len(fact.words.split())


# The document


def document(material: Material) -> Document:
    """The whole pack."""
    pack = arranged(material)
    stamps = [stamp for _, fact in pack.numbered for stamp in fact.stamps]
    return of_records(
        say("report.statement_on", about=material.about),
        say("report.statement_as_known_on", day=words.day(material.as_of)),
        ReportStamp.of(stamps, material.as_of),
        facts=(
            (say("report.statement_occasion"), material.occasion),
            (say("report.statement_time"), length_words(pack, material.minutes)),
        ),
        sections=tuple(_sections(pack)),
        foot=(say("report.statement_note"),),
    )


def length_words(pack: Pack, minutes: int) -> str:
    """How long what fits is, beside the time that there is."""
    return say(
        "report.statement_length",
        words=pack.word_count,
        pace=WORDS_A_MINUTE,
        n=minutes,
    )


def _sections(pack: Pack) -> Iterator[Section]:
    if not pack.said:
        nothing = Paragraph(say("report.statement_nothing"))
        yield Section(say("report.statement_to_say"), (nothing,))
    for topic, facts in pack.said:
        yield Section(topic_words(topic), (_bullets(facts),))
    if pack.spare:
        yield Section(say("report.statement_spare"), (_bullets(pack.spare),))
    if asked := questions(pack):
        yield Section(say("report.statement_questions"), (Bullets(asked),))
    if pack.closed:
        note = Paragraph(say("report.statement_closed_note"), lead=True)
        closed = (note, _bullets(pack.closed))
        yield Section(say("report.statement_closed"), closed)
    yield _sources(pack)


def topic_words(topic: str) -> str:
    """What a topic is called."""
    return say(f"report.statement_{topic}")


def questions(pack: Pack) -> tuple[str, ...]:
    """What others may ask, each once."""
    return tuple(dict.fromkeys(f.question for _, f in pack.numbered if f.question))


def _bullets(facts: Iterable[tuple[int, Fact]]) -> Bullets:
    return Bullets(tuple(f"{fact.words} [{n}]" for n, fact in facts))


def _sources(pack: Pack) -> Section:
    """Where each fact comes from, by its number."""
    heading = say("report.statement_sources")
    columns = tuple(say(f"report.statement_{c}") for c in ("number", "rests_on", "marking"))
    rows = tuple((str(n), _source(fact), fact.marking) for n, fact in pack.numbered)
    return Section(heading, (Grid(heading, columns, rows, (0,)),))


def _source(fact: Fact) -> str:
    return f"{fact.source} ({fact.href})" if fact.href else fact.source


REPORT = Report(say("report.statement_pack"), DIALOGUE, shapes_of(document))
