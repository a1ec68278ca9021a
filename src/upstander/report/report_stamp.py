"""What a report carries beside its content: how far it may travel, what may be done with it, and the day it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from upstander.core.messages import text
from upstander.core.rights import Marking, Stamp, Usage, strictest


@dataclass(frozen=True)
class ReportStamp:
    """Of the most restricted thing in a report; it is printed on every page, and a kept copy has its rights from it.

    Attributes:
        as_of: None in reports that were frozen before they carried it.
    """

    marking: Marking
    usage: Usage
    as_of: date | None

    @classmethod
    def of(cls, stamps: Iterable[Stamp], as_of: date) -> ReportStamp:
        """Of a report that quotes records."""
        return cls(*strictest(stamps), as_of)

    @classmethod
    def public(cls, as_of: date) -> ReportStamp:
        """Of a report on public figures."""
        return cls(Marking.CLEAR, Usage.PUBLIC, as_of)

    @classmethod
    def read(cls, codes: Mapping[str, str]) -> ReportStamp:
        """From its codes. Raises KeyError or ValueError: they are none."""
        day = codes["as_of"]
        as_of = date.fromisoformat(day) if day else None
        return cls(Marking(codes["marking"]), Usage(codes["usage"]), as_of)

    @property
    def codes(self) -> dict[str, str]:
        """As programs read it; the day is '' where it is not known."""
        day = self.as_of.isoformat() if self.as_of else ""
        return {"marking": self.marking.value, "usage": self.usage.value, "as_of": day}

    @property
    def usage_words(self) -> str:
        """What may be done with the report, as it is printed."""
        return text(self.usage.label)
