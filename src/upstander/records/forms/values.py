"""One value of a field: from what somebody typed, or a program sent, to what is kept; or words for who typed it."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from typing import Any

from upstander.core.cleaning import BREAKS, OVERRIDES, cleaned
from upstander.core.messages import say
from upstander.records.forms.fields import MOST, MOST_LINKS, Field

EARLIEST, LATEST = date(1800, 1, 1), date(2200, 12, 31)
OVERRIDDEN = say("records.holds_invisible_marks_that_change_the_direction")
# Written for thousands by some and for a fraction by others: nobody can tell which was meant.
AMBIGUOUS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")


def value_of(
    f: Field,
    given: Any,
    places: frozenset[str],
    standing: Any = None,
) -> Any:
    """One clean value, None when empty. Raises ValueError with words for the person who typed it.

    Args:
        standing: the value of the version before: a choice that was withdrawn since may stay where it stands.
    """
    if given is None or given == "" or given == []:
        return [] if f.type in ("choices", "links") else None
    if f.type in ("text", "long"):
        return _text(f, given)
    if f.type in ("integer", "real"):
        return _number(f, given)
    if f.type in ("choices", "links"):
        return _several(f, given, standing)
    text = _line(given, f)
    if f.type == "choice":
        return _choice(f, text, standing)
    if f.type == "date":
        return _day(f, text)
    if f.type == "flag":
        return _flag(f, given)
    if f.type == "place" and text not in places:
        raise ValueError(say("records.is_not_a_place_code_use_the", text=repr(text[:40])))
    return text


def _line(given: Any, f: Field) -> str:
    if isinstance(given, bool | int):
        return str(given).lower()
    if not isinstance(given, str):
        raise ValueError(say("records.takes_text", label=f.label))
    return given.strip()


def _text(f: Field, given: Any) -> str | None:
    if not isinstance(given, str):
        raise ValueError(say("records.takes_text", label=f.label))
    text = cleaned(given).strip()
    if f.type == "text" and any(c in BREAKS for c in given if c not in "\r\n"):
        text = text.replace("\n", " ")  # a word processor's break in what is one line here
    if fault := _text_fault(f, text):
        raise ValueError(fault)
    return text or None


def _text_fault(f: Field, text: str) -> str:
    """What is wrong with a text, '' when nothing is."""
    most = f.most or MOST[f.type]
    if len(text) > most:
        return say(
            "records.has_characters_at_most_are_kept_shorten",
            label=f.label,
            number=len(text),
            most=most,
        )
    if f.starts and text and not text.lower().startswith(tuple(f.starts)):
        return say("records.must_begin_with", label=f.label, join=" or ".join(f.starts))
    if OVERRIDES & set(text):
        return f"{f.label} {OVERRIDDEN}"
    bad = _control_character(text, "\n\t" if f.type == "long" else "\t")
    if bad == "\n":
        return say("records.one_line_only", label=f.label)
    return (
        say("records.the_character_u_cannot_be_kept", label=f.label, ord=f"{ord(bad):04X}")
        if bad
        else ""
    )


def _control_character(text: str, allowed: str) -> str:
    """The first character that is no text (controls, halves of pairs, private use), '' where there is none."""
    no_text = (c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Co"))
    return next((c for c in no_text if c not in allowed), "")


def _number(f: Field, given: Any) -> float | int:
    if f.type == "integer" and isinstance(given, str):
        _refuse_ambiguous(f, given.strip())
    number = _read_number(given)
    if not math.isfinite(number):
        raise ValueError(
            say("records.takes_a_number_written_with_digits_for", label=f.label)
        )
    if f.type == "integer" and number != int(number):
        raise ValueError(say("records.takes_a_whole_number", label=f.label))
    is_low = f.minimum is not None and number < f.minimum
    if is_low or (f.maximum is not None and number > f.maximum):
        raise ValueError(
            say("records.lies_outside_what_is_possible", label=f.label, bounds=_bounds(f))
        )
    return int(number) if f.type == "integer" else number


def _refuse_ambiguous(f: Field, text: str) -> None:
    if AMBIGUOUS.fullmatch(text):
        plain, first = re.sub("[.,]", "", text)[:20], re.split("[.,]", text)[0]
        raise ValueError(
            say(
                "records.can_mean_or_write_or",
                label=f.label,
                text=text[:20],
                plain=plain,
                first=first,
            )
        )


def _read_number(given: Any) -> float:
    """The number, NaN where it is none."""
    try:
        return float(str(given).strip()) if not isinstance(given, bool) else math.nan
    except ValueError:
        return math.nan


def _bounds(f: Field) -> str:
    """What is possible, in words; one bound may be open."""
    if f.minimum is None:
        return say("records.up_to", maximum=f"{f.maximum:g}")
    return (
        say("records.or_more", minimum=f"{f.minimum:g}")
        if f.maximum is None
        else say("records.to", minimum=f"{f.minimum:g}", maximum=f"{f.maximum:g}")
    )


def _choice(f: Field, text: str, standing: Any) -> str:
    before = standing if isinstance(standing, list) else [standing]
    if text not in f.offered and text not in before:
        raise ValueError(
            say(
                "records.is_not_one_of",
                label=f.label,
                text=repr(text[:40]),
                join=", ".join(f.offered),
            )
        )
    return text


def _several(f: Field, given: Any, standing: Any) -> list[str]:
    if not isinstance(given, str | list | tuple):
        raise ValueError(
            say("records.takes_a_list_of_at_most", label=f.label, most_links=MOST_LINKS)
        )
    listed = given.split(";") if isinstance(given, str) else given
    found = [g.strip() for g in listed if isinstance(g, str) and g.strip()]
    if len(found) > MOST_LINKS:
        raise ValueError(
            say("records.takes_a_list_of_at_most", label=f.label, most_links=MOST_LINKS)
        )
    return (
        [_choice(f, x, standing) for x in dict.fromkeys(found)]
        if f.type == "choices"
        else list(dict.fromkeys(found))
    )


def _day(f: Field, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            say("records.takes_a_day_written_yyyy_mm_dd", label=f.label)
        ) from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(
            say(
                "records.lies_outside_to",
                label=f.label,
                text=text,
                year=EARLIEST.year,
                year_2=LATEST.year,
            )
        )
    return day.isoformat()


def _flag(f: Field, given: Any) -> bool:
    found = {
        "true": True,
        "yes": True,
        "1": True,
        "on": True,
        "false": False,
        "no": False,
        "0": False,
    }
    text = str(given).strip().lower()
    if text not in found:
        raise ValueError(say("records.takes_yes_or_no", label=f.label))
    return found[text]
