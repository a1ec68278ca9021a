"""Pictures of the scoreboard: said against seen, where outcomes fell, scores by distance."""

from __future__ import annotations

from typing import Any

from upstander.forecast.scoreboard.board import Table
from upstander.report.charts import INK, LINE, SCALE, svg

COLOURS = [SCALE[3], "#4c6a92", "#8c96a0", "#22262b"]  # the shipped model first
SHAPES = ["circle", "square", "triangle-up", "diamond"]
SIDE, ACROSS = 170, 3
TICKS = [0.01, 0.05, 0.2, 0.5, 1]


def draw(table: Table) -> tuple[str, str]:
    """SVG and caption for a table; nothing for a table that has no picture."""
    if not table.chart or not table.rows:
        return "", ""
    return {"reliability": _reliability, "pit": _pit, "horizon": _horizon}[table.chart](table)


def _models(table: Table) -> list[str]:
    return list(dict.fromkeys(str(r["model"]) for r in table.rows))


def _key(table: Table) -> dict[str, Any]:
    names = _models(table)
    return {
        "color": {
            "field": "model",
            "type": "nominal",
            "scale": {"domain": names, "range": COLOURS[: len(names)]},
        },
        "shape": {
            "field": "model",
            "type": "nominal",
            "scale": {"domain": names, "range": SHAPES[: len(names)]},
        },
    }


def _reliability(table: Table) -> tuple[str, str]:
    """One square an event: probability said across, share seen upwards, both on a square-root scale."""
    rows = [
        {k: r[k] for k in ("model", "event", "said", "seen", "low", "high", "cases")}
        for r in table.rows
    ]
    axis = {"values": TICKS, "format": "~%", "grid": True}
    scale = {"type": "sqrt", "domain": [0, 1]}
    x = {"field": "said", "type": "quantitative", "scale": scale, "axis": {**axis, "title": "said"}}
    y = {"type": "quantitative", "scale": scale}
    layers = [
        {
            "data": {"values": [{"said": 0, "seen": 0}, {"said": 1, "seen": 1}]},
            "mark": {"type": "line", "color": LINE},
            "encoding": {"x": x, "y": {**y, "field": "seen", "axis": {**axis, "title": "seen"}}},
        },
        {
            "mark": {"type": "rule"},
            "encoding": {
                "x": x,
                "y": {**y, "field": "low"},
                "y2": {"field": "high"},
                "color": _key(table)["color"],
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 36},
            "encoding": {"x": x, "y": {**y, "field": "seen"}, **_key(table)},
        },
    ]
    events = list(dict.fromkeys(r["event"] for r in rows))
    facet = {
        "field": "event",
        "type": "nominal",
        "sort": events,
        "title": None,
        "header": {"labelColor": INK, "labelFontSize": 12, "labelLimit": SIDE + 30},
    }
    spec = {
        "data": {"values": rows},
        "facet": facet,
        "columns": ACROSS,
        "spec": {"width": SIDE, "height": SIDE, "layer": layers},
    }
    caption = (
        "What was said, across, and how often it came, upwards, with 90 % intervals. On the line a probability means "
        "what it says; above it too little was said, below it too much. Both scales are stretched at small probabilities."
    )
    return svg(
        spec,
        f"{table.heading}: said against seen for {len(events)} events. The table below has every number.",
    ), caption


def _pit(table: Table) -> tuple[str, str]:
    """One row of bars a model; a line at one tenth."""
    tenths = [c.key for c in table.columns if c.key != "model"]
    rows = [
        {"model": r["model"], "tenth": t, "share": r[t]}
        for r in table.rows
        for t in tenths
        if r[t] is not None
    ]
    layers = [
        {
            "mark": {"type": "bar"},
            "encoding": {
                "x": {
                    "field": "tenth",
                    "type": "ordinal",
                    "sort": tenths,
                    "axis": {
                        "title": "tenth of the forecast",
                        "labelAngle": 0,
                        "values": tenths[::2],
                        "labelExpr": "split(datum.label, '–')[0]",
                    },
                },
                "y": {
                    "field": "share",
                    "type": "quantitative",
                    "axis": {"title": "share of outcomes", "format": ".0%", "tickCount": 4},
                },
                "color": {**_key(table)["color"], "legend": None},
            },
        },
        {
            "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
            "encoding": {"y": {"datum": 0.1}},
        },
    ]
    facet = {
        "field": "model",
        "type": "nominal",
        "sort": _models(table),
        "title": None,
        "header": {"labelColor": INK, "labelFontSize": 12},
    }
    spec = {
        "data": {"values": rows},
        "facet": facet,
        "columns": ACROSS,
        "spec": {"width": SIDE, "height": 120, "layer": layers},
    }
    caption = (
        "Where outcomes fell in the forecast, where anyone was killed. Bars at the dashed line: as wide as it should be. "
        "A high last bar: outcomes above all that was thought probable."
    )
    return svg(
        spec,
        f"{table.heading}: bars by tenth for {len(_models(table))} models. The table below has every number.",
    ), caption


def _horizon(table: Table) -> tuple[str, str]:
    """CRPS ratio by months ahead, one line a model."""
    rows = [{"model": r["model"], "ahead": r["horizon"], "ratio": r["ratio"]} for r in table.rows]
    encoding = {
        "x": {
            "field": "ahead",
            "type": "ordinal",
            "axis": {"title": "months ahead", "labelAngle": 0},
        },
        "y": {
            "field": "ratio",
            "type": "quantitative",
            "scale": {"zero": False},
            "axis": {"title": "CRPS ratio, lower is better"},
        },
        **_key(table),
    }
    layers = [
        {"mark": {"type": "line", "point": {"size": 40}}, "encoding": encoding},
        {
            "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3]},
            "encoding": {"y": {"datum": 1}},
        },
    ]
    last = rows[-1]
    told = (
        f"{table.heading}: at {last['ahead']} months {last['model']} stands at {last['ratio']:.2f}."
    )
    return (
        svg(
            {"width": 600, "height": 200, "data": {"values": rows}, "layer": layers},
            told + " The table below has every number.",
        ),
        "CRPS over the baseline's, by months ahead. Below the dashed line: better than the baseline.",
    )
