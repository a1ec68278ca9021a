"""What the national review report is made from, as one reader may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from upstander.assess.aggregation import Finding
from upstander.assess.elicitation import Result
from upstander.assess.lenses import Sensitivity, View
from upstander.assess.publishing import Gap
from upstander.assess.review import Review
from upstander.core.messages import say
from upstander.records import Record
from upstander.report.document import Section
from upstander.report.report_stamp import ReportStamp


@dataclass(frozen=True, kw_only=True)
class Material:
    """A review with all that is printed beside it.

    Attributes:
        view: the six factors in the eyes of the review's own space.
        positions: by factor code, each space's finding.
        spaces: title of each space by id.
        outlook: sentences of the forecast's outlook for the place, with its age; empty when there is none.
        gaps: what is missing before the next step.
        status: where the review stands, in words; signed: the signatures of its newest version.
        number: of the version that is frozen by this; None for a working draft.
        steps: by step of the way forward, its state in words.
        grounds: what the levels rest on, indicator by indicator; None where nothing is rated.
    """

    review: Review
    place_name: str
    view: View
    positions: Mapping[str, Mapping[str, Finding]]
    sensitivity: Sensitivity
    results: tuple[Result, ...]
    spaces: Mapping[str, str]
    outlook: tuple[str, ...]
    gaps: tuple[Gap, ...]
    status: str
    signed: Section
    as_of: date
    stamp: ReportStamp
    number: int | None = None
    steps: Mapping[str, str] = field(default_factory=dict)
    grounds: Section | None = None

    def space_of(self, record: Record) -> str:
        """The title of the space that wrote a record."""
        return self.spaces.get(record.stamp.space, record.stamp.space)


def speaker(spaces: Mapping[str, str], record: Record, received_from: str) -> str:
    """Whose word a record is: its space's, or of whom that space says it received it from.

    As printed: ``The justice office``, or ``The neighbour, as entered by The justice office``.

    Args:
        spaces: names by id.
        received_from: name of the field that says whom.
    """
    space, author = (
        spaces.get(record.stamp.space, record.stamp.space),
        record.body[received_from],
    )
    return say("report.as_entered_by", author=author, space=space) if author else space
