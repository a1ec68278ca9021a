"""Two columns that say the same are compared: a country's name against its code."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import UnknownPlace
from upstander.core.places import Places
from upstander.core.refusals import one_chunk, refuse

REMEDY = "one of the two columns has slipped: mend the row, or fetch the file again"


def refuse_another_country(
    path: Path,
    names: pa.ChunkedArray,
    countries: pa.Array | pa.ChunkedArray,
    days: pa.Array | pa.ChunkedArray,
    places: Places,
) -> None:
    """Raise SourceChanged for the first row whose country's name is surely another place than its code.

    A name that is in no list of names says nothing: publishers' spellings change, and the code counts.

    Args:
        countries: place codes of ours, made from the publisher's codes; null where there is none.
        days: the day each row is about, on which its name is looked up.
    """
    verdicts: dict[tuple[Any, ...], bool] = {}
    differs = []
    rows = zip(names.to_pylist(), countries.to_pylist(), days.to_pylist(), strict=True)
    for name, code, day in rows:
        pair = (name, code, day.year)
        if pair not in verdicts:
            verdicts[pair] = _is_another(name, code, day, places)
        differs.append(verdicts[pair])
    if any(differs):
        codes = one_chunk(countries)
        pairs = pc.binary_join_element_wise(names.combine_chunks(), codes, " against ")
        refuse(
            path, pa.array(differs), "name and code of the country disagree", pairs, REMEDY
        )


def _is_another(name: str | None, code: str | None, day: date, places: Places) -> bool:
    if not name or not code:
        return False  # what is missing is refused where it is needed
    try:
        named = places.resolve(name, "name", day).code
    except UnknownPlace:
        return False
    return places.unit(named) != places.unit(code)
