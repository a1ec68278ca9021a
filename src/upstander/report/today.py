"""The first page: what needs attention, what changed, where to prevent; on the site, and as a file of its own."""

from __future__ import annotations

from typing import Any

from upstander.core.languages import Language
from upstander.core.messages import say
from upstander.core.thresholds import VIOLENT_YEAR
from upstander.report.rendering import page_alone
from upstander.report.situation import Line, Overview

TEMPLATE = "today.html"
CHANGED = 7  # more than seven changes are a list, not news
FEW = 12  # places on the first page


def alone(overview: Overview, language: Language) -> str:
    """The page as a file of its own, with every place of the prevention list."""
    return page_alone(
        TEMPLATE,
        overview,
        say("report.today"),
        language,
        **content(overview, prevention=overview.prevention),
    )


def content(
    overview: Overview, *, prevention: tuple[Line, ...] | None = None
) -> dict[str, Any]:
    """What the page shows; the first places of the prevention list, or those that are given."""
    return {
        "held": overview,
        "changed": changed(overview)[:CHANGED],
        "prevention": overview.prevention[:FEW] if prevention is None else prevention,
        "ongoing": overview.ongoing,
    }


def changed(overview: Overview) -> list[Line]:
    """Places whose counted deaths changed most within one definition, largest change first."""
    lines = [x for x in overview.lines if _is_counted(x)]
    return sorted(lines, key=lambda x: -abs((x.trend.last or 0) - (x.trend.before or 0)))


def _is_counted(line: Line) -> bool:
    """Whether two years can be compared, one was violent, and a model speaks of the place."""
    most = max(line.trend.last or 0, line.trend.before or 0)
    is_modelled = line.headline is not None and line.headline.basis == "model"
    return line.trend.comparable and most >= VIOLENT_YEAR and is_modelled
