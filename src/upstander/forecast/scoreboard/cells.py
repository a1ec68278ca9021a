"""How a cell of a scoreboard is said, the same on the terminal, in Markdown and on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.forecast.scoreboard.board import Column

NOT_KNOWN, NOTHING = "not known", "–"


def text(value: Any, column: Column) -> str:
    """A cell as people read it; what is not known is said so.

    >>> text({"value": 0.9441, "low": 0.912, "high": 1.02, "verdict": "not distinguishable"}, Column("r", "", "gain"))
    '0.944 [0.912, 1.020] not distinguishable'
    >>> [text(v, Column("p", "", "percent")) for v in (0, 0.0004, 0.123, 1)]
    ['none', '<0.1 %', '12.3 %', 'all']
    """
    if value is None:
        return NOTHING if column.form in ("gain", "text") else NOT_KNOWN
    if isinstance(value, Mapping):
        return _gain(value)
    if column.form == "text" or isinstance(value, str):
        return str(value)
    return _number(value, column)


def _number(value: float, column: Column) -> str:
    if column.form == "percent":
        return _share(float(value))
    if column.form == "count" or isinstance(value, int):
        return f"{value:,.0f}"
    return f"{value:,.{column.digits}f}"


def _gain(value: Mapping[str, Any]) -> str:
    if value["value"] is None:
        return NOT_KNOWN
    if value["low"] is None:  # too few years or places to resample
        return f"{_fixed(value['value'])} [not known]"
    interval = f"{_fixed(value['value'])} [{_fixed(value['low'])}, {_fixed(value['high'])}]"
    if value["verdict"] == "not distinguishable":
        return f"{interval} not distinguishable"
    return interval


def _fixed(value: float) -> str:
    """Three places; nothing below nothing."""
    return f"{value:.3f}".replace("-0.000", "0.000")


def _share(value: float) -> str:
    """A share, never rounded to nothing or certainty."""
    if value in (0, 1):
        return "all" if value else "none"
    if value < 0.001:
        return "<0.1 %"
    return ">99.9 %" if value > 0.999 else f"{100 * value:.1f} %"
