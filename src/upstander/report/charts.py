"""Charts as SVG, drawn on this machine; each has a text alternative, and pages put a table under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from upstander.core import dates
from upstander.core.languages import ENGLISH, Language
from upstander.core.messages import changed, in_language, say, text, translated
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
    ("state_based", say("report.state_based_conflict"), "#8c96a0"),
    ("non_state", say("report.non_state_conflict"), "#c9ced4"),
    ("one_sided", say("report.one_sided_civilians_killed_deliberately"), SCALE[3]),
)
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
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
# Three years before the fan: enough to see the level, short enough to read the months.
HISTORY_MONTHS = 36
BELOW = say("report.the_table_below_has_every_number")
MONTH_AXIS = {
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
YEAR_AXIS = {
    "field": "year",
    "type": "ordinal",
    "axis": {
        "title": None,
        "labelAngle": 0,
        "labelOverlap": "greedy",
        "grid": False,
        "ticks": False,
    },
}
TYPE_COLOURS = {
    "field": "kind",
    "type": "nominal",
    "scale": {
        "domain": [label for _, label, _ in TYPES],
        "range": [hue for _, _, hue in TYPES],
    },
}
BREAK_RULE = {"type": "rule", "color": QUIET, "strokeDash": [3, 3]}
BREAK_LABEL = {
    "type": "text",
    "color": QUIET,
    "angle": 270,
    "align": "right",
    "baseline": "bottom",
    "dx": -2,
    "dy": -3,
    "fontSize": 10,
}
WIDTH = 640  # of a picture, in its own units
Spec = dict[str, Any]  # a chart or a part of one, in the grammar of Vega-Lite


def svg(spec: Spec, alternative: str, language: Language = ENGLISH) -> str:
    """SVG that scales with its box and says ``alternative`` to who cannot see it; its words, numbers and months in a language."""
    import vl_convert

    said = {"$schema": SCHEMA, "config": CONFIG, **translated(spec, language)}
    drawn = str(vl_convert.vegalite_to_svg(said, **_locales(language)))
    size = re.search(r'<svg[^<>]* width="([\d.]+)" height="([\d.]+)"', drawn)
    # The marks inside carry their own roles and labels, one per bar: the one on the picture is enough.
    drawn = re.sub(r' (role|aria-[a-z]+|tabindex)="[^"]*"', "", drawn)
    box = (
        f'viewBox="0 0 {size[1]} {size[2]}"'
        if size and "viewBox" not in drawn[:600]
        else ""
    )
    drawn = re.sub(r'(<svg[^<>]*?) width="[\d.]+" height="[\d.]+"', r"\1", drawn, count=1)
    label = _attribute(in_language(alternative, language))
    return drawn.replace("<svg", f'<svg role="img" aria-label="{label}" {box}', 1)


def _locales(language: Language) -> dict[str, Any]:
    """How the library writes numbers and months in a language; its own English where it is English."""
    if language.locale == ENGLISH.locale:
        return {}
    from babel.dates import get_day_names, get_month_names
    from babel.numbers import get_decimal_symbol, get_group_symbol

    locale, months = language.locale, range(1, 13)
    numbers = {
        "decimal": get_decimal_symbol(locale),
        "thousands": get_group_symbol(locale),
        "grouping": [3],
        "currency": ["", ""],
    }
    day, month = (
        get_day_names("wide", locale=locale),
        get_month_names("wide", locale=locale),
    )
    short = get_month_names("abbreviated", locale=locale)
    sundays_first = [str(day[d % 7]) for d in range(-1, 6)]
    times = {
        "dateTime": "%x %X",
        "date": "%Y-%m-%d",
        "time": "%H:%M",
        "periods": ["AM", "PM"],
        "days": sundays_first,
        "shortDays": sundays_first,
        "months": [str(month[m]) for m in months],
        "shortMonths": [str(short[m]) for m in months],
    }
    return {"format_locale": numbers, "time_format_locale": times}


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _deaths_axis(title: str, top: float) -> Spec:
    """An axis from 0 to at least 10 deaths, so that a quiet place's chart is a flat line at the bottom."""
    return {
        "type": "quantitative",
        "axis": {"title": title, "tickCount": 5, "format": ",.0f"},
        "scale": {"domain": [0, max(top, 10)], "nice": True},
    }


@lru_cache(maxsize=256)
def fan_chart(
    months: tuple[Month, ...],
    fan: tuple[FanMonth, ...],
    name: str,
    language: Language = ENGLISH,
) -> str:
    """Deaths by month, and the fan of the coming ones; a rule where the definition changes."""
    late = months[-HISTORY_MONTHS:]
    top = max([m.deaths for m in late] + [f.q95 for f in fan], default=0)
    y = _deaths_axis(say("report.deaths_in_the_month"), top)
    layers = [_counted(late, y), *_fan(fan, y), *_breaks(late)]
    spec = {"width": WIDTH, "height": 230, "layer": layers}
    told = text(
        "{name}: {last}{end}. {bands} {below}",
        name=name,
        last=_last_month(late),
        end=_fan_end(fan),
        bands=say("report.line_counted_bands_50_and_90_of"),
        below=BELOW,
    )
    return svg(spec, told, language)


def _counted(months: Sequence[Month], y: Spec) -> Spec:
    return {
        "data": {
            "values": [{"month": m.month.isoformat(), "deaths": m.deaths} for m in months]
        },
        "mark": {"type": "line", "color": INK, "strokeWidth": 1.6},
        "encoding": {"x": MONTH_AXIS, "y": {"field": "deaths", **y}},
    }


def _fan(fan: Sequence[FanMonth], y: Spec) -> list[Spec]:
    """90 % of the draws, half of them, and the median, from the back to the front."""
    values = [_quantiles(month) for month in fan]
    median = {"type": "line", "color": SCALE[4], "strokeWidth": 2}
    return [
        _band(values, SCALE[1], {"field": "q05", **y}, "q95"),
        _band(values, SCALE[2], {"field": "q25", **y}, "q75"),
        {
            "data": {"values": values},
            "mark": median,
            "encoding": {"x": MONTH_AXIS, "y": {"field": "q50", **y}},
        },
    ]


def _quantiles(month: FanMonth) -> Spec:
    quantiles = {q: getattr(month, q) for q in ("q05", "q25", "q50", "q75", "q95")}
    return {"month": month.month.isoformat(), **quantiles}


def _band(
    values: Sequence[Spec],
    colour: str,
    low: Spec,
    high: str,
) -> Spec:
    return {
        "data": {"values": values},
        "mark": {"type": "area", "color": colour},
        "encoding": {"x": MONTH_AXIS, "y": low, "y2": {"field": high}},
    }


def _breaks(months: Sequence[Month]) -> list[Spec]:
    """A rule and a name where the definition changes."""
    changes = [b for a, b in pairwise(months) if a.definition != b.definition]
    data = {"values": [_break(month) for month in changes]}
    label = {"x": MONTH_AXIS, "y": {"value": 0}, "text": {"field": "label"}}
    return [
        {"data": data, "mark": BREAK_RULE, "encoding": {"x": MONTH_AXIS}},
        {"data": data, "mark": BREAK_LABEL, "encoding": label},
    ]


def _break(month: Month) -> Spec:
    label = changed(text(month.definition), _first_part)
    return {"month": month.month.isoformat(), "label": label}


def _first_part(definition: str) -> str:
    """Up to its first comma, of any script, with an arrow to the months that it holds for."""
    return re.split("[,،，]", definition)[0] + " →"


def _last_month(months: Sequence[Month]) -> str:
    if not months:
        return say("report.no_months_known")
    last = months[-1]
    return say("report.deaths_in", deaths=last.deaths, month=dates.month(last.month))


def _fan_end(fan: Sequence[FanMonth]) -> str:
    if not fan:
        return ""
    end = fan[-1]
    return say(
        "report.the_90_range_of_is_to",
        month=dates.month(end.month),
        q05=end.q05,
        q95=end.q95,
    )


@lru_cache(maxsize=256)
def years_chart(years: tuple[Year, ...], name: str, language: Language = ENGLISH) -> str:
    """Deaths by year and type of violence, stacked."""
    top = max((y.total or 0 for y in years), default=0)
    encoding = {
        "x": YEAR_AXIS,
        "y": {"field": "deaths", **_deaths_axis(say("report.deaths_in_the_year"), top)},
        "color": TYPE_COLOURS,
        "order": {"field": "order"},
    }
    spec = {
        "width": WIDTH,
        "height": 200,
        "data": {"values": _by_type(years)},
        "mark": {"type": "bar"},
        "encoding": encoding,
    }
    return svg(
        spec,
        say(
            "report.deaths_by_year_and_type_of_violence",
            name=name,
            last_year=_last_year(years),
            below=BELOW,
        ),
        language,
    )


def _by_type(years: Sequence[Year]) -> list[Spec]:
    return [
        {"year": year.year, "kind": label, "deaths": deaths, "order": order}
        for year in years
        for order, (key, label, _) in enumerate(TYPES)
        if (deaths := getattr(year, key)) is not None
    ]


def _last_year(years: Sequence[Year]) -> str:
    last = years[-1] if years else None
    if last is None or last.one_sided is None:
        return say("report.not_known")
    return say("report.in", one_sided=last.one_sided, one_sided_2=ONE_SIDED, year=last.year)
