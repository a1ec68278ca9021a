"""The watchlist as a document of at most two pages: the first places where there is something to prevent, what changed, where it is ongoing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from upstander.core.languages import Language
from upstander.core.messages import joined, say, text
from upstander.report import document, today, words
from upstander.report.document import Block, Bullets, Document, Grid, Paragraph, Section
from upstander.report.report_stamp import ReportStamp
from upstander.report.situation import Line, Overview

SIDES = 2
MOST = 24  # places of a list; the rest is counted
COLUMNS = ("Place", "Outlook band", "Chance", "90 % interval", "Ratio", "Rank range")
NUMBERS = (2, 3, 4, 5)


def docx(held: Overview, language: Language) -> bytes:
    """As a Word file."""
    return document.docx(document.said_in(of(held), language))


def pdf(held: Overview, language: Language) -> bytes:
    """As at most two A4 pages. Raises ConfigError: this machine has no font for a script in it."""
    return document.pdf(document.said_in(of(held), language), pages=SIDES)


def of(held: Overview) -> Document:
    """The document: the places, in the order and with the figures, of the page."""
    head = held.head
    beside = (head.one_sided_means, head.band_rule, *document.mandated())
    return Document(
        title=say("report.watchlist"),
        kicker=say("report.as_known_on", day=words.day(head.as_of)),
        stamp=ReportStamp.public(head.as_of),
        facts=(),
        sections=tuple(_sections(held)),
        caveat=head.caveat,
        foot=tuple(said for said in (head.forecast_note, head.data_age, *beside) if said),
    )


def _sections(held: Overview) -> Iterator[Section]:
    shown = today.content(held)
    missing = tuple(Paragraph(sentence, note=True) for sentence in held.missing)
    where = say("report.where_to_prevent")
    yield Section(where, (*missing, *_list(held.prevention)))
    if shown["changed"]:
        yield Section(text("What changed in the counts"), _changes(shown["changed"]))
    if held.ongoing:
        yield Section(say("report.mass_violence_ongoing"), _list(held.ongoing))


def _list(lines: Sequence[Line]) -> tuple[Block, ...]:
    """The first places as a table, what is true of all of them, and how many more there are."""
    rows = tuple(_row(line) for line in lines[:MOST])
    columns = tuple(text(column) for column in COLUMNS)
    blocks: list[Block] = [Grid(_caption(lines), columns, rows, NUMBERS)]
    blocks += [Paragraph(said) for said in _beside(lines)]
    return tuple(blocks)


def _caption(lines: Sequence[Line]) -> str:
    """Which event the chances are of."""
    main = next((x.headline for x in lines if x.headline), None)
    if main is None:
        return text("None known on this day.")
    return text("{label} in {period}.", label=main.label, period=main.period)


def _beside(lines: Sequence[Line]) -> Iterator[str]:
    main = next((x.headline for x in lines if x.headline), None)
    if main is not None:
        base = words.percent(main.base_rate)
        yield say("report.base_rate_ranks_are_out_of", percent=base, of=main.of, ties="")
    if len(lines) > MOST:
        yield say("report.more_places_stand_in_the_list", left=len(lines) - MOST)
    for note in dict.fromkeys(x.note for x in lines[:MOST] if x.note):
        yield joined((joined((x.name for x in lines if x.note == note), ", "), note), ": ")


def _row(line: Line) -> tuple[str, ...]:
    chance = line.headline
    band = line.band.name if line.band else words.NOT_KNOWN
    if chance is None:
        return (line.name, band, words.NOT_KNOWN, "", "", "")
    return (
        line.name,
        band,
        words.percent(chance.probability),
        words.interval(chance.low, chance.high),
        words.times(chance.ratio),
        words.rank_range(chance.rank_low, chance.rank_high),
    )


def _changes(lines: Sequence[Line]) -> tuple[Block, ...]:
    """The places whose counts changed most, each once, and what was counted."""
    told = tuple(joined((x.name, x.trend.short or x.trend.sentence), ": ") for x in lines)
    counted = joined(dict.fromkeys(x.trend.definition for x in lines), "; ")
    return (Bullets(told), Paragraph(counted))
