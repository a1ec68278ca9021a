"""A case's steps on a line of time, as SVG: a lane and a shape for each kind of step, so that it needs no colour.

It is drawn as wide as a phone; a date known to the month or year is a bar over all its days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup, escape

from upstander.assess.measures import plural
from upstander.core.messages import joined, say
from upstander.core.months import months_from_to, number_of
from upstander.report import words
from upstander.report.charts import FONT, INK, LINE, QUIET, SCALE

LANES = (
    ("warning", say("report.warnings")),
    ("decision", say("report.decisions")),
    ("action", say("report.actions")),
    ("outcome", say("report.outcomes")),
)
WIDE, HIGH, LEFT, RIGHT = 360, 204, 82, 344  # units; a phone shows one as one pixel
TOP, STEP, AXIS = 58, 32, 178
SIZE = 6.0
STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400)  # months between ticks
MOST_TICKS = 4
PATHS = {
    "warning": "M{x},{a}L{r},{b}L{l},{b}Z",
    "decision": "M{l},{a}L{r},{a}L{r},{b}L{l},{b}Z",
    "outcome": "M{x},{a}L{r},{y}L{x},{b}L{l},{y}Z",
}


PICTURE = Markup(
    '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" font-family="{}" font-size="12">{}</svg>'
)
LANE_LINE = Markup(
    '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"/><text x="0" y="{}" fill="{}">{}</text>'
)
AXIS_LINE = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"/>')
TICK = Markup(
    '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="{3}"/><text x="{0}" y="{4}" text-anchor="{5}" fill="{6}">{7}</text>'
)
ONSET_BAND = Markup('<rect x="{:.1f}" y="14" width="{:.1f}" height="{}" fill="{}"/>')
ONSET_RULE = Markup(
    '<path d="M{:.1f},14V{}" stroke="{}" stroke-width="2" stroke-dasharray="5 3"/>'
)
ONSET_LABEL = Markup(
    '<text x="{:.1f}" y="10" text-anchor="{}" font-weight="700" fill="{}">Onset</text>'
)
LEAD = Markup(
    '<path d="M{0:.1f},{2}V{3}H{1:.1f}V{2}" fill="none" stroke="{4}"/><text x="{5:.1f}" y="{6}" text-anchor="middle" fill="{4}" stroke="#fff" stroke-width="4" paint-order="stroke">lead time {7}</text>'
)
DAYS_BAR = Markup(
    '<line x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}" stroke="{}" stroke-width="3"/>'
)
CIRCLE = Markup('<circle cx="{:.1f}" cy="{}" r="{}" fill="{}" stroke="{}"/>')
SHAPE = Markup('<path d="{}" fill="{}" stroke="{}"/>')
MARK = Markup("<g><title>{}</title>{}</g>")
Days = tuple[date, date]  # the first and the last day that a date may be


def svg(case: Mapping[str, Any]) -> Markup:
    """The picture of one case of ``report.lessons``; empty where nothing in it has a date."""
    marks = [i for i in case["items"] if i["first"]]
    spans = [(date.fromisoformat(m["first"]), date.fromisoformat(m["last"])) for m in marks]
    onset = _span(case["onset"])
    dated = [*spans, *([onset] if onset else [])]
    if not dated:
        return Markup()
    line = _line(dated)
    parts = [_lanes(), _axis(line), _onset(line, onset), _lead(line, case, onset)]
    for mark, days in zip(marks, spans, strict=True):
        if mark["type"] != "onset":
            parts.append(_mark(line, mark, days))
    return PICTURE.format(
        _alternative(case, marks), WIDE, HIGH, FONT, Markup("").join(parts)
    )


def _line(dated: Sequence[Days]) -> _Line:
    first, last = min(a for a, _ in dated), max(b for _, b in dated)
    spare = timedelta(
        days=max(3, (last - first).days // 12)
    )  # so that no mark stands on the edge
    return _Line(first - spare, last + spare)


def _alternative(case: Mapping[str, Any], marks: Sequence[Mapping[str, Any]]) -> str:
    """The picture in a sentence."""
    types = [mark["type"] for mark in marks]
    counts = joined((plural(types.count(lane), lane) for lane, _ in LANES), ", ")
    return say(
        "report.the_list_below_has_every_step",
        title=case["title"],
        counts=counts,
        lead_words=case["lead_words"],
    )


@dataclass(frozen=True)
class _Line:
    """The days that the picture spans, as units across."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day stands."""
        return (
            LEFT + (RIGHT - LEFT) * (day - self.first).days / (self.last - self.first).days
        )

    def ticks(self) -> list[tuple[date, str]]:
        """Days that are written under the axis: whole months or years, or the two ends of a short time."""
        months = [m for m in months_from_to(self.first, self.last) if m > self.first]
        for step in STEPS:
            ticks = [m for m in months if number_of(m) % step == 0]
            if len(ticks) <= MOST_TICKS:
                break
        if len(ticks) < 2:
            return [(day, words.day(day)) for day in (self.first, self.last)]
        return [(day, str(day.year) if step >= 12 else f"{day:%b %Y}") for day in ticks]


def _lanes() -> Markup:
    lanes = []
    for n, (_, name) in enumerate(LANES):
        y = TOP + STEP * n
        lanes.append(LANE_LINE.format(LEFT, RIGHT, y, y, LINE, y + 4, INK, name))
    return Markup("").join(lanes)


def _axis(line: _Line) -> Markup:
    ticks = Markup("").join(_tick(line.x(day), text) for day, text in line.ticks())
    return AXIS_LINE.format(LEFT, RIGHT, AXIS, AXIS, INK) + ticks


def _tick(x: float, text: str) -> Markup:
    return TICK.format(f"{x:.1f}", AXIS, AXIS + 4, INK, AXIS + 17, _anchor(x), QUIET, text)


def _onset(line: _Line, onset: Days | None) -> Markup:
    """The onset across all lanes: a dashed line, or a band over all days that it may be, with its two edges."""
    if onset is None:
        return Markup()
    left, right = line.x(onset[0]), line.x(onset[1])
    middle = (left + right) / 2
    band = (
        ONSET_BAND.format(left, right - left, AXIS - 14, SCALE[0])
        if right > left
        else Markup()
    )
    edges = sorted({left, right})
    rules = Markup("").join(ONSET_RULE.format(x, AXIS, SCALE[3]) for x in edges)
    return band + rules + ONSET_LABEL.format(middle, _anchor(middle), SCALE[3])


def _lead(
    line: _Line,
    case: Mapping[str, Any],
    onset: Days | None,
) -> Markup:
    """From the first credible warning to the onset, with the lead time in words."""
    warned = _span(case["warned"])
    if warned is None or onset is None:
        return Markup()
    a, b = sorted(_middle(line, days) for days in (warned, onset))
    middle = min(max((a + b) / 2, LEFT + 70), RIGHT - 70)  # half of the longest text
    return LEAD.format(a, b, 40, 34, INK, middle, 28, case["lead"])


def _middle(line: _Line, days: Days) -> float:
    return (line.x(days[0]) + line.x(days[1])) / 2


def _mark(
    line: _Line,
    mark: Mapping[str, Any],
    days: Days,
) -> Markup:
    """One step: its shape in its lane, with a bar over the days that it may be."""
    lane = [type for type, _ in LANES].index(mark["type"])
    y = TOP + STEP * lane
    left, right = line.x(days[0]), line.x(days[1])
    bar = DAYS_BAR.format(left, right, y, y, QUIET) if right > left else Markup()
    shape = _shape(mark, (left + right) / 2, y)
    return bar + MARK.format(escape(f"{mark['when']}: {mark['title']}"), shape)


def _shape(
    mark: Mapping[str, Any],
    x: float,
    y: int,
) -> Markup:
    fill = "#fff" if mark["hollow"] else INK
    if mark["type"] == "action":
        return CIRCLE.format(x, y, SIZE - 0.5, fill, INK)
    at = {"x": x, "y": y, "a": y - SIZE, "b": y + SIZE, "l": x - SIZE, "r": x + SIZE}
    path = PATHS[mark["type"]].format(**{name: f"{v:.1f}" for name, v in at.items()})
    return SHAPE.format(path, fill, INK)


def _anchor(x: float) -> str:
    """So that a label stays inside the picture."""
    return "end" if x > WIDE - 30 else "middle"  # 30: half of the longest label


def _span(ends: Sequence[str]) -> Days | None:
    return (date.fromisoformat(ends[0]), date.fromisoformat(ends[1])) if ends else None
