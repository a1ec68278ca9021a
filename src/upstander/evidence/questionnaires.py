"""What exports of survey programs have in common: options of a question as columns of 0 and 1, and several points.

Neither is guessed at. A tick is no count of persons; and of several points, the place where somebody was asked must not
become the place where it happened. What is not taken is said, and the office's mapping may name it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upstander.core.upload_rows import Line

Spot = tuple[Any, Any] | None  # latitude and longitude, as written
TICKS = frozenset(("0", "1", "true", "false"))
# Words in the name of a point that say it is where somebody was asked or sat, not where it happened.
TOLD = re.compile(
    r"(?:^|[\W_])(?:interview[^\W_]*|respondent[^\W_]*|informant[^\W_]*|enumerator[^\W_]*|monitor|witness[^\W_]*|reporter|submitter|device"
    r"|start|home|arrival|entretien|enqu[eê]t[^\W_]*|entrevista[^\W_]*)(?:$|[\W_])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Point:
    """A question for a point: its columns of latitude and longitude (the same one where a cell holds both), and all that
    belong to it."""

    latitude: str
    longitude: str
    columns: tuple[str, ...]


def ticks(columns: Sequence[str], lines: Sequence[Line]) -> Mapping[str, list[str]]:
    """Options of select-multiple questions, by the question: columns below it that hold 0 and 1 alone.

    The question's own column stands beside them, or all columns below it are such: two at least.
    """
    below: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        above, _, option = column.rpartition("/")
        if above and option:
            below[above].append(column)
    known = set(columns)
    found: dict[str, list[str]] = {}
    for above, options in below.items():
        ticked = [c for c in options if _is_ticked(c, lines)]
        if ticked and (above in known or (len(ticked) == len(options) > 1)):
            found[above] = ticked
    return found


def _is_ticked(column: str, lines: Sequence[Line]) -> bool:
    values = {
        str(v).strip().lower()
        for x in lines
        if (v := x.cells.get(column)) not in (None, "")
    }
    return bool(values) and values <= TICKS


def notes(
    options: Mapping[str, Sequence[str]], points: Mapping[str, Point]
) -> tuple[str, ...]:
    """What is not taken by itself, in words."""
    told = tuple(
        f"the columns below {question!r} hold 0 and 1: options of a question, not counts; they are not brought in unless a "
        "mapping names them"
        for question in options
    )
    if len(points) > 1:
        named = ", ".join(points)
        told += (
            f"there are several points ({named}): none was taken, for which of them is where it happened? Name its "
            "columns in a mapping, as latitude and longitude",
        )
    elif points and the_place(points) is None:
        told += (
            f"the point {next(iter(points))!r} seems to be where somebody was asked, not where it happened: it was not "
            "taken. If it is the place, name its columns in a mapping, as latitude and longitude",
        )
    return told


def the_place(points: Mapping[str, Point]) -> Point | None:
    """The one point of a form, unless its name says that it is where somebody was asked."""
    if len(points) != 1:
        return None
    name, point = next(iter(points.items()))
    return None if TOLD.search(name) else point


def asked(
    options: Mapping[str, Sequence[str]], points: Mapping[str, Point]
) -> frozenset[str]:
    """Columns that only a mapping may give to a field: options of a question, and points but the one place's own two."""
    place = the_place(points)
    taken = {place.latitude, place.longitude} if place else set()
    of_points = {c for p in points.values() for c in p.columns}
    return frozenset((of_points - taken).union(*options.values()))


def spot(
    cells: Mapping[str, Any], place: Point | None, both: Callable[[Any], Spot]
) -> Spot:
    """Latitude and longitude of the form's one point, None where it was not answered.

    Args:
        both: reads the two from the cell of a point that is one column.
    """
    if place is None:
        return None
    if place.latitude == place.longitude:
        return both(cells.get(place.latitude))
    found = cells.get(place.latitude), cells.get(place.longitude)
    return None if None in found or "" in found else found


def numbers(text: Any) -> tuple[str, str] | None:
    """Latitude and longitude, as written, of ``13.63 25.35 0 0``; None for anything else.

    >>> numbers("13.6279 25.3494 0 5"), numbers("3 men"), numbers("killing torture")
    (('13.6279', '25.3494'), None, None)
    """
    match = (
        _POINT.fullmatch(text.strip())
        if isinstance(text, str) and len(text) < 100
        else None
    )
    return (match[1], match[2]) if match else None


_POINT = re.compile(
    r"(-?\d{1,2}(?:\.\d+)?) (-?\d{1,3}(?:\.\d+)?) -?\d+(?:\.\d+)? -?\d+(?:\.\d+)?"
)
