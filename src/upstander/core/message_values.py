"""How values stand in messages: the formats that the words of a message may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from upstander.core.languages import ENGLISH, Language

Shown = Callable[[Any, Language], str]


def _decimals(digits: int) -> Shown:
    """Numbers with thousands apart and so many decimals."""

    def shown(value: float, language: Language) -> str:
        text = f"{value:,.{digits}f}"
        return (
            text
            if language.locale == ENGLISH.locale
            else _by_babel(value, digits, language)
        )

    return shown


def _by_babel(value: float, digits: int, language: Language) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=language.locale)


def _day(value: date, language: Language) -> str:
    if language.locale == ENGLISH.locale:
        return f"{value.day} {value:%B %Y}"
    from babel.dates import format_date

    return format_date(value, format="long", locale=language.locale)


def _month(skeleton: str, english: str) -> Shown:
    """A month with its year, by a skeleton of Unicode and by our own English."""

    def shown(value: date, language: Language) -> str:
        from babel.dates import format_skeleton

        if language.locale == ENGLISH.locale:
            return f"{value:{english}}"
        return format_skeleton(skeleton, value, locale=language.locale)

    return shown


def _month_name(value: int, language: Language) -> str:
    from babel.dates import get_month_names

    names = get_month_names("wide", context="stand-alone", locale=language.locale)
    return str(names[value])


FORMATS: Mapping[str, Shown] = {
    "": lambda value, _language: str(value),
    "count": _decimals(0),
    "one_decimal": _decimals(1),
    "two_decimals": _decimals(2),
    "day": _day,
    "month": _month("yMMMM", "%B %Y"),
    "short_month": _month("yMMM", "%b %Y"),
    "month_name": _month_name,
}
