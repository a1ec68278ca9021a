"""What the levels of a review rest on, printed: of each rated indicator its reasoning, and the evidence for and against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess import confidence
from upstander.assess.aggregation import CAVEAT
from upstander.assess.frameworks import Frameworks, RiskFactor
from upstander.assess.rating import Rating, level_words, sign_words
from upstander.core.messages import say
from upstander.core.rights import VISITOR
from upstander.records import Record
from upstander.records.disclosure_control import WITHHELD, blurred
from upstander.report import words
from upstander.report.document import Grid, Paragraph, Section
from upstander.report.review_sections import NOT_SAID

MOST_ITEMS = 8  # of one indicator and side that are printed; the rest is counted
COLUMNS = (
    say("report.indicator"),
    say("report.level_and_confidence"),
    say("report.reasoning"),
    say("report.evidence_for"),
    say("report.evidence_against"),
)


@dataclass(frozen=True)
class Grounds:
    """What one indicator\'s level rests on: the rating, and items for and against that the reader may read."""

    rating: Rating
    supports: Sequence[Record]
    against: Sequence[Record]


def section(
    factors: Iterable[RiskFactor],
    grounds: Mapping[str, Grounds],
    frameworks: Frameworks,
) -> Section | None:
    """A table a factor, a row a rated indicator; None where nothing is rated."""
    tables = [_table(factor, grounds, frameworks) for factor in factors]
    blocks = [table for table in tables if table.rows]
    if not blocks:
        return None
    note = Paragraph(say("report.what_levels_rest_on_note"), note=True)
    caveat = Paragraph(CAVEAT, note=True)
    return Section(say("report.what_levels_rest_on"), (note, *blocks, caveat))


def _table(
    factor: RiskFactor, grounds: Mapping[str, Grounds], frameworks: Frameworks
) -> Grid:
    caption = f"{factor.code} {factor.title}"
    rows = (_row(c, grounds[c], frameworks) for c in factor.codes if c in grounds)
    return Grid(caption, COLUMNS, tuple(rows))


def _row(code: str, found: Grounds, frameworks: Frameworks) -> tuple[str, ...]:
    rating = found.rating
    label = frameworks.rated[code][2].label
    shown = sign_words if code in frameworks.unscored else level_words
    level = shown(rating.level)
    if rating.confidence:
        sure = confidence.words(rating.confidence)
        level = say("report.level_with_confidence", level=level, confidence=sure)
    return (
        f"{code} {label}",
        level,
        rating.note or NOT_SAID,
        _items(found.supports),
        _items(found.against),
    )


def _items(items: Sequence[Record]) -> str:
    """Titles with day, source and grade, as somebody outside may see them: a report travels."""
    named = "; ".join(_item(item) for item in items[:MOST_ITEMS])
    left = len(items) - MOST_ITEMS
    if left > 0:
        return say("report.and_more", named=named, left=left)
    return named or NOT_SAID


def _item(item: Record) -> str:
    body = blurred(item, VISITOR).body
    day = words.day(date.fromisoformat(body["day"])) if _is_day(body.get("day")) else ""
    grade = f"{body.get('reliability') or NOT_SAID}{body.get('credibility') or NOT_SAID}"
    about = [day, _shown(body.get("publisher")), say("report.graded", grade=grade)]
    return f"{body['title']} ({', '.join(a for a in about if a)})"


def _shown(value: object) -> str:
    return "" if value in (None, "", WITHHELD) else str(value)


def _is_day(value: object) -> bool:
    return (
        isinstance(value, str) and len(value) == len("2026-01-31") and value[:4].isdecimal()
    )
