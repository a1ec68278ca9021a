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
from upstander.core.months import months_from_to, number_of
from upstander.report import words
from upstander.report.charts import FONT, INK, LINE, QUIET, SCALE

LANES = (
    ("warning", "Warnings"),
    ("decision", "Decisions"),
    ("action", "Actions"),
    ("outcome", "Outcomes"),
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


def svg(case: Mapping[str, Any]) -> Markup:
    """The picture of one case of ``report.lessons``; empty where nothing in it has a date."""
    marks = [i for i in case["items"] if i["first"]]
    spans = [(date.fromisoformat(m["first"]), date.fromisoformat(m["last"])) for m in marks]
    onset = _span(case["onset"])
    every = [*spans, *([onset] if onset else [])]
    if not every:
        return Markup()
    first, last = min(a for a, _ in every), max(b for _, b in every)
    spare = timedelta(days=max(3, (last - first).days // 12))  # so that no mark stands on the edge
    line = _Line(first - spare, last + spare)
    parts = [_lanes(), _axis(line), _onset(line, onset), _lead(line, case, onset)]
    parts += [_mark(line, m, s) for m, s in zip(marks, spans, strict=True) if m["type"] != "onset"]
    counts = ", ".join(plural(sum(m["type"] == t for m in marks), t) for t, _ in LANES)
    told = f"{case['title']}: {counts}; {case['lead_words']} The list below has every step."
    return Markup(
        '<svg role="img" aria-label="{}" viewBox="0 0 {} {}" font-family="{}" font-size="12">{}</svg>'
    ).format(told, WIDE, HIGH, FONT, Markup("").join(parts))


@dataclass(frozen=True)
class _Line:
    """The days that the picture spans, as units across."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day stands."""
        return LEFT + (RIGHT - LEFT) * (day - self.first).days / (self.last - self.first).days

    def ticks(self) -> list[tuple[date, str]]:
        """Days that are written under the axis: whole months or years, or the two ends of a short time."""
        months = [m for m in months_from_to(self.first, self.last) if m > self.first]
        for step in STEPS:
            found = [m for m in months if number_of(m) % step == 0]
            if len(found) <= MOST_TICKS:
                break
        if len(found) < 2:
            ends = (self.first, self.last)
            return [(d, words.day(d)) for d in ends]
        return [(d, str(d.year) if step >= 12 else f"{d:%b %Y}") for d in found]


def _lanes() -> Markup:
    made = Markup(
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"/><text x="0" y="{}" fill="{}">{}</text>'
    )
    lanes = ((TOP + STEP * n, name) for n, (_, name) in enumerate(LANES))
    return Markup("").join(
        made.format(LEFT, RIGHT, y, y, LINE, y + 4, INK, name) for y, name in lanes
    )


def _axis(line: _Line) -> Markup:
    made = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}"/>').format(
        LEFT, RIGHT, AXIS, AXIS, INK
    )
    tick = Markup(
        '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="{3}"/><text x="{0}" y="{4}" text-anchor="{5}" fill="{6}">{7}</text>'
    )
    return made + Markup("").join(
        tick.format(
            f"{line.x(d):.1f}", AXIS, AXIS + 4, INK, AXIS + 17, _anchor(line.x(d)), QUIET, text
        )
        for d, text in line.ticks()
    )


def _onset(line: _Line, onset: tuple[date, date] | None) -> Markup:
    """The onset across all lanes: a dashed line, or a band over all days that it may be, with its two edges."""
    if onset is None:
        return Markup()
    left, right = line.x(onset[0]), line.x(onset[1])
    middle = (left + right) / 2
    band = Markup('<rect x="{:.1f}" y="14" width="{:.1f}" height="{}" fill="{}"/>').format(
        left, right - left, AXIS - 14, SCALE[0]
    )
    rule = Markup('<path d="M{:.1f},14V{}" stroke="{}" stroke-width="2" stroke-dasharray="5 3"/>')
    label = Markup(
        '<text x="{:.1f}" y="10" text-anchor="{}" font-weight="700" fill="{}">Onset</text>'
    )
    rules = Markup("").join(rule.format(x, AXIS, SCALE[3]) for x in sorted({left, right}))
    return (
        (band if right > left else Markup())
        + rules
        + label.format(middle, _anchor(middle), SCALE[3])
    )


def _lead(line: _Line, case: Mapping[str, Any], onset: tuple[date, date] | None) -> Markup:
    """From the first credible warning to the onset, with the lead time in words."""
    warned = _span(case["warned"])
    if warned is None or onset is None:
        return Markup()
    a, b = sorted((line.x(s[0]) + line.x(s[1])) / 2 for s in (warned, onset))
    middle = min(max((a + b) / 2, LEFT + 70), RIGHT - 70)  # half of the longest text
    made = Markup(
        '<path d="M{0:.1f},{2}V{3}H{1:.1f}V{2}" fill="none" stroke="{4}"/><text x="{5:.1f}" y="{6}" text-anchor="middle" fill="{4}" stroke="#fff" stroke-width="4" paint-order="stroke">lead time {7}</text>'
    )
    return made.format(a, b, 40, 34, INK, middle, 28, case["lead"])


def _mark(line: _Line, mark: Mapping[str, Any], days: tuple[date, date]) -> Markup:
    """One step: its shape in its lane, with a bar over the days that it may be."""
    y = TOP + STEP * [t for t, _ in LANES].index(mark["type"])
    left, right = line.x(days[0]), line.x(days[1])
    x = (left + right) / 2
    bar = Markup(
        '<line x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}" stroke="{}" stroke-width="3"/>'
    ).format(left, right, y, y, QUIET)
    fill = "#fff" if mark["hollow"] else INK
    if mark["type"] == "action":
        shape = Markup('<circle cx="{:.1f}" cy="{}" r="{}" fill="{}" stroke="{}"/>').format(
            x, y, SIZE - 0.5, fill, INK
        )
    else:
        at = {"x": x, "y": y, "a": y - SIZE, "b": y + SIZE, "l": x - SIZE, "r": x + SIZE}
        path = PATHS[mark["type"]].format(**{k: f"{v:.1f}" for k, v in at.items()})
        shape = Markup('<path d="{}" fill="{}" stroke="{}"/>').format(path, fill, INK)
    return (bar if right > left else Markup()) + Markup("<g><title>{}</title>{}</g>").format(
        escape(f"{mark['when']}: {mark['title']}"), shape
    )


def _anchor(x: float) -> str:
    """So that a label stays inside the picture."""
    return "end" if x > WIDE - 30 else "middle"  # 30: half of the longest label


def _span(found: Sequence[str]) -> tuple[date, date] | None:
    return (date.fromisoformat(found[0]), date.fromisoformat(found[1])) if found else None
