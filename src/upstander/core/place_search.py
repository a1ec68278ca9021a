"""Which place's page answers for what a person typed: a name of any language, a part of a place, or a piece of a name."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from upstander.core.errors import UnknownPlace
from upstander.core.name_folding import fold
from upstander.core.places import Place, Places

# An area whose page is not that of the State under which UCDP books its deaths.
PART_OF = {"PSG": "PSE"}
MOST_SHOWN = 10
_folded = lru_cache(maxsize=8192)(
    fold
)  # the names of all places, for each search; never what a person typed


def page_of(places: Places, text: str, on: date) -> Place:
    """The place whose page speaks of what was typed: ``Gaza`` leads to Palestine, ``Abkhazia`` to Georgia.

    Raises:
        UnknownPlace: no such code or name, or it is of several places.
    """
    place = places.find(text, on)
    if place.kind != "area":
        return place
    whole = PART_OF.get(place.code) or place.booked_under
    return places.get(whole) if whole else place


def matching(places: Places, words: str, on: date) -> list[tuple[str, str]]:
    """Codes and names of the places that exist on a day and have the words in a name, the one they name first."""
    asked = fold(words)
    if not asked:
        return []
    try:
        named = [page_of(places, words, on)]
    except UnknownPlace:
        named = []
    near = [
        p
        for p in places.current(on)
        if any(asked in _folded(name) for name in (p.name, *p.names.values()))
    ]
    found = {p.code: p.name for p in (*named, *sorted(near, key=lambda p: p.name))}
    return list(found.items())[:MOST_SHOWN]
