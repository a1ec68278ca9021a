"""Charts as SVG, drawn on this machine; each has a text alternative, and pages put a table under it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from upstander.core.thresholds import ONE_SIDED
from upstander.report.fan_chart import FanMonth
from upstander.report.history import Month, Year

INK, QUIET, LINE = "#22262b", "#5b6168", "#d9dce0"
SCALE = (
    "#f2ece1",
    "#e6cba4",
    "#d4975c",
    "#ab5726",
    "#651f0d",
)  # one hue, light to dark: bands 0 to 4
TYPES = (
    ("state_based", "State-based conflict", "#8c96a0"),
    ("non_state", "Non-state conflict", "#c9ced4"),
    ("one_sided", "One-sided: civilians killed deliberately", SCALE[3]),
)
FONT = "system-ui, 'DejaVu Sans', sans-serif"
CONFIG = {
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 12,
        "orient": "top",
        "title": None,
        "labelLimit": 400,
    },
}
HISTORY_MONTHS = (
    36  # three years before the fan: enough to see the level, short enough to read the months
)


def svg(spec: dict[str, Any], alternative: str) -> str:
    """SVG that scales with its box and says ``alternative`` to who cannot see it."""
    import vl_convert

    text = str(
        vl_convert.vegalite_to_svg(
            {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, **spec}
        )
    )
    size = re.search(r'<svg[^<>]* width="([\d.]+)" height="([\d.]+)"', text)
    # The marks inside carry their own roles and labels, one per bar: the one on the picture is enough.
    text = re.sub(r' (role|aria-[a-z]+|tabindex)="[^"]*"', "", text)
    box = f'viewBox="0 0 {size[1]} {size[2]}"' if size and "viewBox" not in text[:600] else ""
    text = re.sub(r'(<svg[^<>]*?) width="[\d.]+" height="[\d.]+"', r"\1", text, count=1)
    label = alternative.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return text.replace("<svg", f'<svg role="img" aria-label="{label}" {box}', 1)


def _from_zero(top: float) -> dict[str, Any]:
    """A scale from 0 to at least 10 deaths, so that a quiet place's chart is a flat line at the bottom."""
    return {"scale": {"domain": [0, max(top, 10)], "nice": True}}


@lru_cache(maxsize=256)
def fan_chart(
    months: tuple[Month, ...], fan: tuple[FanMonth, ...], name: str, width: int = 640
) -> str:
    """Deaths by month, and the fan of the coming ones; a rule where the definition changes."""
    late = months[-HISTORY_MONTHS:]
    past = [{"month": m.month.isoformat(), "deaths": m.deaths} for m in late]
    ahead = [
        {
            "month": f.month.isoformat(),
            **{q: getattr(f, q) for q in ("q05", "q25", "q50", "q75", "q95")},
        }
        for f in fan
    ]
    breaks = [
        {"month": b.month.isoformat(), "label": b.definition.split(",")[0] + " →"}
        for a, b in pairwise(late)
        if a.definition != b.definition
    ]
    x = {
        "field": "month",
        "type": "temporal",
        "axis": {
            "title": None,
            "format": "%b %Y",
            "grid": False,
            "labelOverlap": True,
            "tickCount": 8,
        },
    }
    top = max([m.deaths for m in late] + [f.q95 for f in fan], default=0)
    y = {
        "type": "quantitative",
        "axis": {"title": "deaths in the month", "tickCount": 5, "format": ",.0f"},
        **_from_zero(top),
    }
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": past},
            "mark": {"type": "line", "color": INK, "strokeWidth": 1.6},
            "encoding": {"x": x, "y": {"field": "deaths", **y}},
        },
        {
            "data": {"values": ahead},
            "mark": {"type": "area", "color": SCALE[1]},
            "encoding": {"x": x, "y": {"field": "q05", **y}, "y2": {"field": "q95"}},
        },
        {
            "data": {"values": ahead},
            "mark": {"type": "area", "color": SCALE[2]},
            "encoding": {"x": x, "y": {"field": "q25", **y}, "y2": {"field": "q75"}},
        },
        {
            "data": {"values": ahead},
            "mark": {"type": "line", "color": SCALE[4], "strokeWidth": 2},
            "encoding": {"x": x, "y": {"field": "q50", **y}},
        },
        {
            "data": {"values": breaks},
            "mark": {"type": "rule", "color": QUIET, "strokeDash": [3, 3]},
            "encoding": {"x": x},
        },
        {
            "data": {"values": breaks},
            "mark": {
                "type": "text",
                "color": QUIET,
                "angle": 270,
                "align": "right",
                "baseline": "bottom",
                "dx": -2,
                "dy": -3,
                "fontSize": 10,
            },
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "label"}},
        },
    ]
    end = (
        f"; the 90 % range of {fan[-1].month:%B %Y} is {fan[-1].q05:,.0f} to {fan[-1].q95:,.0f}"
        if fan
        else ""
    )
    last = f"{late[-1].deaths:,} deaths in {late[-1].month:%B %Y}" if late else "no months known"
    return svg(
        {"width": width, "height": 230, "layer": layers},
        f"{name}: {last}{end}. Line: counted; bands: 50 and 90 % of draws. The table below has every number.",
    )


@lru_cache(maxsize=256)
def years_chart(years: tuple[Year, ...], name: str, width: int = 640) -> str:
    """Deaths by year and type of violence, stacked."""
    rows = [
        {"year": y.year, "kind": label, "deaths": getattr(y, key), "order": i}
        for y in years
        for i, (key, label, _) in enumerate(TYPES)
        if getattr(y, key) is not None
    ]
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": [t[1] for t in TYPES], "range": [t[2] for t in TYPES]},
    }
    encoding = {
        "x": {
            "field": "year",
            "type": "ordinal",
            "axis": {
                "title": None,
                "labelAngle": 0,
                "labelOverlap": "greedy",
                "grid": False,
                "ticks": False,
            },
        },
        "y": {
            "field": "deaths",
            "type": "quantitative",
            "axis": {"title": "deaths in the year", "tickCount": 5, "format": ",.0f"},
            **_from_zero(max((y.total or 0 for y in years), default=0)),
        },
        "color": colour,
        "order": {"field": "order"},
    }
    last = years[-1] if years else None
    told = (
        f"{last.one_sided:,} {ONE_SIDED} in {last.year}"
        if last and last.one_sided is not None
        else "not known"
    )
    return svg(
        {
            "width": width,
            "height": 200,
            "data": {"values": rows},
            "mark": {"type": "bar"},
            "encoding": encoding,
        },
        f"{name}: deaths by year and type of violence; {told}. The table below has every number.",
    )
