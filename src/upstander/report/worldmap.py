"""The world as SVG on the Equal Earth projection: outlook bands by shade and by sign, small States as points.

Drawn here and not by the chart library: its clipping of simplified rings fails on some of them, and the
paths are the same for every day, so they are made once.
Source of the projection: Savric, Patterson & Jenny (2018), Int. J. Geogr. Inf. Sci. 33(3), equations 9-10.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from upstander.core.geography import DISCLAIMER as NOTE
from upstander.core.geography import Ring, outlines
from upstander.core.languages import ENGLISH, Language
from upstander.core.messages import in_language, say
from upstander.report import words
from upstander.report.bands import NAMES
from upstander.report.charts import INK, QUIET, SCALE
from upstander.report.situation import Line, Overview

__all__ = ["NOTE", "world"]
A = (1.340264, -0.081106, 0.000893, 0.003796)
SCALE_PX, LEFT, TOP = (
    177.0,
    480.0,
    246.0,
)  # pixels a unit; where the projection's origin lies
WIDTH, HEIGHT = 960, 430
SIGNED = 3  # from this band on a sign stands on the land

HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#fff"/>'
    '<path d="M0,5L5,0" stroke="#b9bec4" stroke-width="1"/></pattern></defs>'
)


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Pixels from degrees."""
    a1, a2, a3, a4 = A
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = a1 + 3 * a2 * t**2 + t**6 * (7 * a3 + 9 * a4 * t**2)
    x = 2 * math.sqrt(3) / 3 * math.radians(longitude) * math.cos(t) / slope
    y = t * (a1 + a2 * t**2 + t**6 * (a3 + a4 * t**2))
    return LEFT + SCALE_PX * x, TOP - SCALE_PX * y


@cache
def _paths(folder: Path) -> dict[str, str]:
    """SVG path by place; Antarctica would take a fifth of the picture and is left out."""
    return {
        code: "".join(
            _path(ring) for rings in o.polygons for ring in rings if len(ring) > 3
        )
        for code, o in sorted(outlines(folder).items())
        if o.polygons and code != "ATA"
    }


def _path(ring: Ring) -> str:
    points = [project(x, y) for x, y in ring]
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points[:-1]) + "Z"


def world(
    overview: Overview,
    folder: Path,
    language: Language = ENGLISH,
) -> str:
    """The map; a place without a forecast is hatched. Each place says its name and band, in a language."""
    land = "".join(_land(overview, folder, language))
    dots = "".join(_small_states(overview, folder, language))
    signs = "".join(_signs(overview, folder))
    label = escape(
        in_language(say("report.map_of_bands", counts=_counts(overview)), language)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'aria-label="{label}">{HATCH}'
        f'<g stroke="{QUIET}" stroke-width="0.4">{land}</g><g>{dots}{signs}</g></svg>'
    )


def _land(
    overview: Overview,
    folder: Path,
    language: Language,
) -> Iterator[str]:
    lines = {line.code: line for line in overview.lines}
    for code, path in _paths(folder).items():
        line = lines.get(code)
        start = f'<path d="{path}" fill="{_fill(line)}">'
        yield _linked(line, overview, language, start, "</path>")


def _small_states(
    overview: Overview,
    folder: Path,
    language: Language,
) -> Iterator[str]:
    drawn = outlines(folder)
    for line in overview.lines:
        point = (
            drawn[line.code].point if line.kind == "member" and line.code in drawn else None
        )
        if point:
            sign = _sign(line, *project(*point), small=True)
            yield _linked(line, overview, language, sign, "")


def _signs(overview: Overview, folder: Path) -> Iterator[str]:
    for line in overview.lines:
        if line.band and line.band.number >= SIGNED and line.code in _paths(folder):
            yield _sign(line, *project(*_middle(folder)[line.code]), small=False)


def _counts(overview: Overview) -> list[str]:
    """Places by band, the highest first."""
    numbers = [line.band.number for line in overview.lines if line.band is not None]
    each = ((NAMES[n], numbers.count(n)) for n in range(4, -1, -1))
    return [say("report.map_band", band=name, n=n) for name, n in each]


@cache
def _middle(folder: Path) -> dict[str, tuple[float, float]]:
    from upstander.core.geography import inside

    return {code: inside(o) for code, o in outlines(folder).items()}


def _fill(line: Line | None) -> str:
    return SCALE[line.band.number] if line and line.band else "url(#hatch)"


def _sign(
    line: Line,
    x: float,
    y: float,
    small: bool,
) -> str:
    """Circle up to concern, triangle for warning, square for crisis: the band without its shade."""
    number = line.band.number if line.band else -1
    fill = (_fill(line) if small else "#fff") + f'" stroke="{INK}" stroke-width="0.7'
    if number == 4:
        return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{fill}"/>'
    if number == 3:
        return f'<path d="M{x:.1f},{y - 3.8:.1f}l3.6,6.4h-7.2Z" fill="{fill}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{fill}"/>'


def _linked(
    line: Line | None,
    overview: Overview,
    language: Language,
    start: str,
    end: str,
) -> str:
    """The shape with its name; links are out of the tab order, since the table below holds the same ones."""
    if line is None:
        return start + end if end else start
    band = in_language(line.band.name if line.band else words.NOT_KNOWN, language)
    title = f"<title>{escape(in_language(line.name, language))}: {escape(band)}</title>"
    shape = f"{start}{title}{end}" if end else f"<g>{start}{title}</g>"
    return f'<a href="/countries/{line.code}?as_of={overview.head.as_of}" tabindex="-1">{shape}</a>'
