"""Charts as SVG: the fan of coming months, and deaths by type of violence. Titles stand in the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from upstander.report.fan import FanMonth
from upstander.report.history import Month, Year

if TYPE_CHECKING:
    import altair as alt

# Okabe and Ito (2008): told apart with every common kind of colour blindness, and in grey.
BLUE, ORANGE, GREEN, VERMILION, INK = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#222222"
TYPES = (("one_sided", "one-sided (civilians)", VERMILION), ("state_based", "state-based", BLUE), ("non_state", "non-state", ORANGE))
WIDTH, HISTORY = 640, 36
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"


def fan(months: Sequence[Month], ahead: Sequence[FanMonth], *, height: int = 190) -> str:
    """The last 36 months and the 12 to come, with the middle 50 and 90 % of the draws; '' where nothing is known.

    The scale is square root from zero, so that quiet months and terrible ones are both visible;
    a dashed line marks each month from which another definition counts.
    """
    import altair as alt

    past = list(months[-HISTORY:])
    if not past:
        return ""
    observed = [{"month": _iso(m.month), "deaths": m.deaths} for m in past]
    y = alt.Y("deaths:Q", title="deaths a month", scale=alt.Scale(type="sqrt", zero=True, nice=True), axis=_counts(alt))
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True, tickCount=8))
    layers: list[Any] = []
    if ahead:
        future = alt.Chart(_values(alt, [_quantiles(f) for f in ahead]))
        layers += [
            future.mark_area(color=BLUE, opacity=0.18).encode(x=x, y=alt.Y("q05:Q", title="deaths a month"), y2="q95:Q"),
            future.mark_area(color=BLUE, opacity=0.36).encode(x=x, y="q25:Q", y2="q75:Q"),
            future.mark_line(color=BLUE, strokeWidth=2, strokeDash=[5, 3]).encode(x=x, y="q50:Q"),
        ]
    line = alt.Chart(_values(alt, observed)).mark_line(color=INK, strokeWidth=1.6, point={"color": INK, "size": 14})
    layers.append(line.encode(x=x, y=y))
    layers += _marks(alt, past)
    return _svg(alt.layer(*layers).properties(width=WIDTH, height=height))


def by_type(years: Sequence[Year], *, height: int = 170) -> str:
    """Deaths by type of violence and year, stacked; '' where nothing is known."""
    import altair as alt

    rows = [
        {"year": y.year, "type": label, "deaths": n, "order": i}
        for y in years
        for i, (kind, label, _) in enumerate(TYPES)
        if (n := getattr(y, kind)) is not None
    ]
    if not rows:
        return ""
    scale = alt.Scale(domain=[label for _, label, _ in TYPES], range=[colour for *_, colour in TYPES])
    chart = (
        alt.Chart(_values(alt, rows))
        .mark_bar(stroke="white", strokeWidth=0.4)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)),
            y=alt.Y("deaths:Q", title="deaths a year", axis=_counts(alt)),
            color=alt.Color("type:N", scale=scale, legend=alt.Legend(orient="top", title=None)),
            order=alt.Order("order:Q"),
        )
    )
    return _svg(chart.properties(width=WIDTH, height=height))


def _marks(alt: Any, past: list[Month]) -> list[Any]:
    """A dashed rule and two words where the definition changes."""
    changes = [b for a, b in zip(past, past[1:], strict=False) if a.definition != b.definition]
    if not changes:
        return []
    chart = alt.Chart(_values(alt, [{"month": _iso(m.month), "text": m.definition.split(",")[0]} for m in changes]))
    text = chart.mark_text(align="left", baseline="top", dx=3, dy=1, fontSize=10, color="#555555")
    return [chart.mark_rule(color="#777777", strokeDash=[2, 3]).encode(x="month:T"), text.encode(x="month:T", y=alt.value(0), text="text:N")]


def _quantiles(f: FanMonth) -> dict[str, Any]:
    return {"month": _iso(f.month), "q05": f.q05, "q25": f.q25, "q50": f.q50, "q75": f.q75, "q95": f.q95}


def _values(alt: Any, rows: list[dict[str, Any]]) -> Any:
    return alt.Data(values=rows)


def _counts(alt: Any) -> Any:
    return alt.Axis(format=",d", tickCount=5, tickMinStep=1)


def _iso(day: date) -> str:
    # Noon, so that no clock's zone moves a month to the one before.
    return f"{day.isoformat()}T12:00:00"


def _svg(chart: alt.TopLevelMixin) -> str:
    import vl_convert

    done = chart.configure(font=FONT, background="white").configure_view(stroke=None).configure_axis(
        labelColor=INK, titleColor=INK, titleFontWeight="normal", gridColor="#e4e4e4", domainColor="#999999", labelFontSize=11
    ).configure_legend(labelColor=INK, labelFontSize=11)  # fmt: skip
    return str(vl_convert.vegalite_to_svg(done.to_dict()))
