"""What to look at before a record travels further: e-mail addresses, telephone numbers, coordinates, identity numbers.

Patterns are found, names are not: a person must read the text as well, and the words shown say so. Texts are looked at
as people write them: spaces, hyphens, quotation marks and digits of every script count as the plain ones. Every pattern
is bounded, so that a look takes time in proportion to the text, whatever stands in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upstander.core.folding import plain
from upstander.core.rights import Stamp, is_wider
from upstander.records.forms import form

READ = "These patterns are found by machine; names are not. Read the text before it travels further."
SITES = (
    "facebook|fb|instagram|twitter|x|tiktok|vk|linkedin|threads|snapchat|telegram|youtube"
)
_DEGREES = r"\d{1,3} ?° ?\d{1,2}(?:[.,]\d{1,8})? ?'"
_NUMBER = r"[-+]?\d{1,3}(?:\.\d{3,10}|,\d{4,10})"
_DECIMAL = rf"[NSEW]? ?{_NUMBER} ?°? ?[NSEW]?"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "e-mail address": re.compile(
        r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|[\w.+-]{1,64} ?[(\[{] ?at ?[)\]}] ?[\w-]{1,63}",
        re.IGNORECASE,
    ),
    "account of a social network": re.compile(
        r"(?<![\w.@/])@[A-Za-z_]\w{2,30}|"
        r"(?<![\w-])(?:(?:t|wa|fb|m|telegram|signal)\.me|"
        rf"(?:{SITES})\.com)/[\w@+.#/-]{{2,60}}",
        re.IGNORECASE,
    ),
    "coordinates": re.compile(
        rf"{_DECIMAL}(?:[,;] {{0,3}}| {{1,3}}|(?<=[NSEW])/){_DECIMAL}|{_DEGREES}"
        rf"|(?<!\w)(?:lat|lon|lng)[a-z]{{0,7}} ?[:=]? ?{_NUMBER}"
        r"|(?<![\w+])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?!\w)",  # plus codes
        re.IGNORECASE,
    ),
    # seven digits and more, with the dividers people use; days, spans of years and counts are taken out below
    "telephone or identity number": re.compile(
        r"(?<![\w.])(?<![A-Za-z]/)\+?(?:\d{1,3}[ .\-/]{0,2})?(?:\(\d{1,5}\)[ .\-/]{0,2})?\d(?:(?: - |[ .\-/]{0,2})\d){5,18}(?!\d|[.]\d)"
    ),
    "identity document": re.compile(r"\b[A-Z]{1,3}[-\s]?\d{6,10}\b"),
}
FEWEST_DIGITS = (
    7  # of a telephone number; shorter ones are local and lead nowhere by themselves
)
_DAY = re.compile(
    r"(?<!\d)(?<!\d[.\-/])(?:\d{4}([-./])\d{1,2}\1\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?|\d{1,2}([-./])\d{1,2}\2\d{4}"
    r"|(?:19|20)\d{2} ?- ?(?:19|20)\d{2})(?!\d)(?![.\-/]\d)"
)
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:([ .])\d{3})(?:\1\d{3})*")
_CALLED = re.compile(
    r"(?:call|phone|tel|mobile|whatsapp|signal|number|n[ou°]mero|appel|هاتف|رقم|واتس)\W{0,3}$",
    re.IGNORECASE,
)
_BEFORE = (
    20  # characters in which the word "call" makes a grouped number a telephone number
)


@dataclass(frozen=True)
class Finding:
    """Something in a text that may lead to a person: in which field, what kind, the characters from start to end."""

    field: str
    what: str
    start: int
    end: int
    text: str


def findings(kind: str, body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Every pattern in the open texts of a body, in the order of its form."""
    texts = [
        f.name
        for f in form(kind).fields
        if f.type in ("text", "long")
        and not f.starts
        and not f.blur
        and (f.apart or not f.kept)
    ]
    return tuple(
        x
        for name in texts
        if isinstance(body.get(name), str)
        for x in _in(name, body[name])
    )


def mark_of(found: Sequence[Finding]) -> str:
    """A mark of exactly these findings: who confirms it has looked at them, and at no others."""
    told = json.dumps(sorted([f.field, f.what, f.text] for f in found))
    return hashlib.sha256(told.encode()).hexdigest()[:16] if found else ""


def before_widening(
    kind: str,
    body: Mapping[str, Any],
    before: Stamp | None,
    after: Stamp,
) -> tuple[Finding, ...]:
    """What to look at before a body is kept under wider rights (``before`` None: a new record); nothing when they are not."""
    return findings(kind, body) if is_wider(before, after) else ()


def _in(field: str, text: str) -> list[Finding]:
    seen, places = plain(text)
    found: list[Finding] = []
    taken: set[int] = set()
    for what, pattern in PATTERNS.items():
        for start, end in _spans(what, pattern, seen):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                first, last = places[start], places[end - 1] + 1
                found.append(Finding(field, what, first, last, text[first:last]))
    return sorted(found, key=lambda f: f.start)


def _spans(what: str, pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Where a pattern stands, without what only looks like it."""
    is_one = _IS_ONE.get(what)
    looked = _DAY.sub(lambda day: "d" * len(day[0]), text) if is_one else text
    for match in pattern.finditer(looked):
        if is_one is None or is_one(match):
            length = len(match[0].strip())
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield start, start + length


def _is_number(match: re.Match[str]) -> bool:
    """Whether digits are a telephone or identity number, no count ("1 500 000") and no range ("1 200 - 1 500")."""
    number = match[0]
    if sum(c.isdigit() for c in number) < FEWEST_DIGITS:
        return False
    if " - " in number and number[0] not in "+0(":
        return False
    is_grouped = _GROUPS.fullmatch(number) is not None
    is_count = is_grouped and (
        number.endswith("000") or len(re.split("[ .]", number)[0]) < 3
    )
    return (
        not is_count
        or _CALLED.search(match.string[max(0, match.start() - _BEFORE) : match.start()])
        is not None
    )


_IS_ONE: Mapping[str, Callable[[re.Match[str]], bool]] = {
    "telephone or identity number": _is_number
}
