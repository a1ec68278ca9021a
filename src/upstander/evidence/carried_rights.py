"""Rights that a file carries in its rows or its head: kept, or made stricter, never wider; what is no right is refused.

A row of another office's export marked TLP:RED stays so here: its reader is whoever brings it in, and nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from upstander.core.rights import Marking, Stamp, Usage, strictest
from upstander.records.forms import FormError

# How tables name them, and how they are named here.
NAMES = {
    "marking": "marking",
    "tlp": "marking",
    "tlp marking": "marking",
    "usage": "usage",
    "usage policy": "usage",
    "restricted": "restricted",
}
OLDER = {"WHITE": Marking.CLEAR}  # TLP 1.0
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")


def columns(names: Sequence[str], fields: Sequence[str]) -> Mapping[str, str]:
    """Which columns of a file say rights, by what they say; a field of the form of the same name comes first."""
    own = {c: c.strip().casefold() for c in names}
    return {
        NAMES[word]: c for c, word in own.items() if word in NAMES and word not in fields
    }


def stamped(stamp: Stamp, said: Mapping[str, Any]) -> Stamp:
    """A stamp at least as strict as what was said: marking, usage and restricted, as words.

    Raises:
        FormError: a word that is none of ours, for then nobody knows what to keep.
    """
    faults: dict[str, str] = {}
    marking, usage = stamp.marking, stamp.usage
    try:
        marking = _marking(str(said.get("marking") or "")) or marking
    except ValueError as error:
        faults["marking"] = str(error)
    try:
        usage = _usage(str(said.get("usage") or "")) or usage
    except ValueError as error:
        faults["usage"] = str(error)
    restricted = str(said.get("restricted") or "").strip().casefold()
    if restricted not in (*YES, *NO):
        faults["restricted"] = f"{restricted[:40]!r}: write yes or no"
    if faults:
        raise FormError(faults)
    narrow = strictest([stamp, replace(stamp, marking=marking, usage=usage)])
    is_restricted = stamp.restricted or restricted in YES
    return replace(stamp, marking=narrow[0], usage=narrow[1], restricted=is_restricted)


def _usage(words: str) -> Usage | None:
    name = words.strip().casefold().replace(" ", "_")
    if not name:
        return None
    if name not in tuple(Usage):
        raise ValueError(
            f"{name[:40]!r} is no usage policy; write one of {', '.join(Usage)}"
        )
    return Usage(name)


def _marking(words: str) -> Marking | None:
    name = words.upper().removeprefix("TLP").lstrip(": ").strip()
    if not name:
        return None
    name = "+".join(name.replace("+", " ").split())
    if name in OLDER:
        return OLDER[name]
    if name not in tuple(Marking):
        raise ValueError(
            f"{words[:40]!r} is no marking; write one of {', '.join(m.label for m in Marking)}"
        )
    return Marking(name)
