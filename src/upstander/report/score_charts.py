"""Pictures of the scoreboard: said against seen, where outcomes fell, scores by distance."""

from __future__ import annotations

from upstander.forecast.scoreboard.board import Table
from upstander.report.charts import BELOW, INK, LINE, SCALE, Spec, svg

COLOURS = [SCALE[3], "#4c6a92", "#8c96a0", "#22262b"]  # the shipped model first
SHAPES = ["circle", "square", "triangle-up", "diamond"]
SIDE, ACROSS = 170, 3
TICKS = [0.01, 0.05, 0.2, 0.5, 1]

MODEL = {"field": "model", "type": "nominal"}
PROBABILITIES = {"values": TICKS, "format": "~%", "grid": True}
SQUARE_ROOT = {"type": "quantitative", "scale": {"type": "sqrt", "domain": [0, 1]}}
SHARE_AXIS = {
    "field": "share",
    "type": "quantitative",
    "axis": {"title": "share of outcomes", "format": ".0%", "tickCount": 4},
}
AHEAD_AXIS = {
    "field": "ahead",
    "type": "ordinal",
    "axis": {"title": "months ahead", "labelAngle": 0},
}
RATIO_AXIS = {
    "field": "ratio",
    "type": "quantitative",
    "scale": {"zero": False},
    "axis": {"title": "CRPS ratio, lower is better"},
}
RELIABILITY = (
    "What was said, across, and how often it came, upwards, with 90 % intervals. On the line a probability means "
    "what it says; above it too little was said, below it too much. Both scales are stretched at small probabilities."
)
PIT = (
    "Where outcomes fell in the forecast, where anyone was killed. Bars at the dashed line: as wide as it should be. "
    "A high last bar: outcomes above all that was thought probable."
)
HORIZON = "CRPS over the baseline's, by months ahead. Below the dashed line: better than the baseline."


def draw(table: Table) -> tuple[str, str]:
    """SVG and caption for a table; nothing for a table that has no picture."""
    if not table.chart or not table.rows:
        return "", ""
    return {"reliability": _reliability, "pit": _pit, "horizon": _horizon}[table.chart](
        table
    )


def _models(table: Table) -> list[str]:
    return list(dict.fromkeys(str(r["model"]) for r in table.rows))


def _key(table: Table) -> Spec:
    names = _models(table)
    return {
        "color": {**MODEL, "scale": {"domain": names, "range": COLOURS[: len(names)]}},
        "shape": {**MODEL, "scale": {"domain": names, "range": SHAPES[: len(names)]}},
    }


def _facets(
    values: list[Spec],
    field: str,
    order: list[str],
    layers: list[Spec],
    high: int,
) -> Spec:
    """One small chart for each value of a field, side by side."""
    header = {"labelColor": INK, "labelFontSize": 12}
    if field == "event":
        header["labelLimit"] = SIDE + 30
    facet = {
        "field": field,
        "type": "nominal",
        "sort": order,
        "title": None,
        "header": header,
    }
    return {
        "data": {"values": values},
        "facet": facet,
        "columns": ACROSS,
        "spec": {"width": SIDE, "height": high, "layer": layers},
    }


def _reliability(table: Table) -> tuple[str, str]:
    """One square an event: probability said across, share seen upwards, both on a square-root scale."""
    keys = ("model", "event", "said", "seen", "low", "high", "cases")
    rows = [{key: row[key] for key in keys} for row in table.rows]
    events = list(dict.fromkeys(row["event"] for row in rows))
    layers = _reliability_layers(_key(table))
    picture = svg(
        _facets(rows, "event", events, layers, SIDE),
        f"{table.heading}: said against seen for {len(events)} events. {BELOW}",
    )
    return picture, RELIABILITY


def _reliability_layers(key: Spec) -> list[Spec]:
    """The diagonal, the intervals, the points."""
    x = {"field": "said", **SQUARE_ROOT, "axis": {**PROBABILITIES, "title": "said"}}
    seen_axis = {**PROBABILITIES, "title": "seen"}
    return [
        {
            "data": {"values": [{"said": 0, "seen": 0}, {"said": 1, "seen": 1}]},
            "mark": {"type": "line", "color": LINE},
            "encoding": {"x": x, "y": {**SQUARE_ROOT, "field": "seen", "axis": seen_axis}},
        },
        {"mark": {"type": "rule"}, "encoding": _interval(x, key)},
        {
            "mark": {"type": "point", "filled": True, "size": 36},
            "encoding": {"x": x, "y": {**SQUARE_ROOT, "field": "seen"}, **key},
        },
    ]


def _interval(x: Spec, key: Spec) -> Spec:
    low, high = {**SQUARE_ROOT, "field": "low"}, {"field": "high"}
    return {"x": x, "y": low, "y2": high, "color": key["color"]}


def _pit(table: Table) -> tuple[str, str]:
    """One row of bars a model; a line at one tenth."""
    tenths = [c.key for c in table.columns if c.key != "model"]
    models = _models(table)
    rows = [
        {"model": row["model"], "tenth": tenth, "share": row[tenth]}
        for row in table.rows
        for tenth in tenths
        if row[tenth] is not None
    ]
    colour = {**_key(table)["color"], "legend": None}
    bars = {"x": _tenths_axis(tenths), "y": SHARE_AXIS, "color": colour}
    layers = [{"mark": {"type": "bar"}, "encoding": bars}, _rule(0.1)]
    picture = svg(
        _facets(rows, "model", models, layers, 120),
        f"{table.heading}: bars by tenth for {len(models)} models. {BELOW}",
    )
    return picture, PIT


def _tenths_axis(tenths: list[str]) -> Spec:
    axis = {
        "title": "tenth of the forecast",
        "labelAngle": 0,
        "values": tenths[::2],
        "labelExpr": "split(datum.label, '–')[0]",
    }
    return {"field": "tenth", "type": "ordinal", "sort": tenths, "axis": axis}


def _rule(at: float) -> Spec:
    """A dashed line across, to compare with."""
    mark = {"type": "rule", "color": INK, "strokeDash": [4, 3]}
    return {"mark": mark, "encoding": {"y": {"datum": at}}}


def _horizon(table: Table) -> tuple[str, str]:
    """CRPS ratio by months ahead, one line a model."""
    rows = [
        {"model": r["model"], "ahead": r["horizon"], "ratio": r["ratio"]}
        for r in table.rows
    ]
    encoding = {"x": AHEAD_AXIS, "y": RATIO_AXIS, **_key(table)}
    lines = {"mark": {"type": "line", "point": {"size": 40}}, "encoding": encoding}
    spec = {
        "width": 600,
        "height": 200,
        "data": {"values": rows},
        "layer": [lines, _rule(1)],
    }
    last = rows[-1]
    at_the_end = f"at {last['ahead']} months {last['model']} stands at {last['ratio']:.2f}"
    return svg(spec, f"{table.heading}: {at_the_end}. {BELOW}"), HORIZON
