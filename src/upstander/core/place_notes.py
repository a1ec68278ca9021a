"""What a reader must know about how deaths of a place are counted, as messages."""

from __future__ import annotations

import re

from upstander.core.messages import text

NO_FIGURES = re.compile(
    r"UCDP has no figures for (?P<place>[^:]+): deaths there, if any, are counted under (?P<host>[^:]+)\."
)


def note_of(note: str) -> str:
    """A note of the bundle as a message; what most of them say is one message with two places."""
    parts = NO_FIGURES.fullmatch(note)
    if parts is None:
        return text(note)
    return text(
        "UCDP has no figures for {place}: deaths there, if any, are counted under {host}.",
        place=text(parts["place"]),
        host=text(parts["host"]),
    )
