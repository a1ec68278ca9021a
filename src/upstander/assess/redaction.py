"""What to look at before a record travels further: e-mail addresses, telephone numbers, coordinates, identity numbers.

Patterns are found, names are not: a person must read the text as well, and the words shown say so.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upstander.assess.forms import form
from upstander.core.rights import Stamp, is_wider

READ = "These patterns are found by machine; names are not. Read the text before it travels further."
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "e-mail address": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    "account of a social network": re.compile(r"(?<![\w.@/])@[A-Za-z_]\w{2,30}"),
    "coordinates": re.compile(
        r"[-+]?\d{1,2}\.\d{3,}\s*°?\s*[NS]?[,;\s]+[-+]?\d{1,3}\.\d{3,}|\d{1,3}\s*°\s*\d{1,2}\s*['′]", re.IGNORECASE
    ),
    # seven digits and more, with the dividers people use; days and spans of years are taken out below
    "telephone or identity number": re.compile(
        r"(?<![\w.])\+?(?:\(\d{1,5}\)[ .\-/]?)?\d(?:[ .\-/]?\d){6,18}(?![\w.]\d)"
    ),
    "identity document": re.compile(r"\b[A-Z]{1,3}[-\s]?\d{6,10}\b"),
}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}\s?[-–]\s?\d{4}")


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
        if f.type in ("text", "long") and not f.starts and not f.blur and (f.apart or not f.kept)
    ]
    return tuple(x for name in texts if isinstance(body.get(name), str) for x in _in(name, body[name]))


def mark_of(found: Sequence[Finding]) -> str:
    """A mark of exactly these findings: who confirms it has looked at them, and at no others."""
    told = json.dumps(sorted([f.field, f.what, f.text] for f in found))
    return hashlib.sha256(told.encode()).hexdigest()[:16] if found else ""


def _in(field: str, text: str) -> list[Finding]:
    found: list[Finding] = []
    for what, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            taken = any(match.start() < f.end and f.start < match.end() for f in found)
            if not taken and not DATE.fullmatch(match[0].strip()):
                found.append(Finding(field, what, match.start(), match.end(), match[0]))
    return sorted(found, key=lambda f: f.start)


def before_widening(kind: str, body: Mapping[str, Any], before: Stamp | None, after: Stamp) -> tuple[Finding, ...]:
    """What to look at before a body is kept under wider rights (``before`` None: a new record); nothing when they are not."""
    return findings(kind, body) if is_wider(before, after) else ()
