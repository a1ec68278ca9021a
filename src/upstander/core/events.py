"""Check a publisher's events and turn them into rows of EVENT; shared by the event sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.months import month_end
from upstander.core.places import Places
from upstander.core.refusals import country_codes, refuse, refuse_repeats
from upstander.core.tables import EVENT

VIOLENCE = {1: "state_based", 2: "non_state", 3: "one_sided"}  # UCDP GED codebook, type_of_violence
PRECISIONS = {
    "date_precision": 5,
    "where_precision": 7,
}  # UCDP GED codebook: 1 is exact, the last is the vaguest
SLIPS = 0.05  # share of rows
CODEBOOK = "read the codebook and mend the row, or our source file if the publisher changed it"


def days(path: Path, name: str, text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Days of '2023-10-02 00:00:00.000' or '2023-10-02'.

    Raises:
        SourceChanged: a cell is empty or no day, with its row.
    """
    head = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(text), 0, 10)
    refuse(path, pc.is_null(text), f"{name} is missing")
    try:
        return head.cast(pa.date32())
    except pa.ArrowInvalid:
        refuse(
            path,
            pa.array([not _is_day(v) for v in head.to_pylist()]),
            f"{name} should be a day (YYYY-MM-DD)",
            text,
        )
        raise


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def published(last: date, day: int = 20) -> date:
    """The ``day``-th of the month after ``last``: when UCDP's Candidate events of a month come out (assumed)."""
    return (month_end(last) + timedelta(days=1)).replace(day=day)


def rows(path: Path, found: Mapping[str, Any], scheme: str, places: Places) -> pa.Table:
    """Rows of EVENT from checked columns.

    Args:
        found: EVENT columns by name, with ``id`` (int), ``place`` (code or name in ``scheme``),
            ``type_of_violence`` (1, 2, 3), start_date, end_date and fatalities_best at the least.

    Raises:
        SourceChanged: a row that cannot be true, with file, row and remedy.
    """
    size = len(found["id"])
    _check(path, found)
    country = country_codes(path, found["place"], scheme, _one(found["start_date"]), places)
    made: dict[str, Any] = {
        **{k: v for k, v in found.items() if k in EVENT.names},
        "event_id": pc.binary_join_element_wise("ucdp", found["id"].cast(pa.string()), ":"),
        "country": country,
        "violence_type": _violence(found["type_of_violence"]),
    }
    return pa.table(
        {c.name: made[c.name] if c.name in made else pa.nulls(size, c.type) for c in EVENT.columns}
    )


def _violence(kind: pa.ChunkedArray) -> pa.Array:
    at = pc.index_in(kind, value_set=pa.array(list(VIOLENCE), pa.int64()))
    return _one(pa.array(list(VIOLENCE.values())).take(_one(at)))


def _one(values: Any) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _check(path: Path, found: Mapping[str, Any]) -> None:
    """Refuse the first row that cannot be true."""
    refuse(path, pc.is_null(found["id"]), "id is missing")
    refuse_repeats(path, {"id": found["id"]})
    kind = found["type_of_violence"]
    known = pc.is_in(kind, value_set=pa.array(list(VIOLENCE), pa.int64()))
    refuse(
        path, pc.invert(known), "type_of_violence is not in the codebook (1, 2, 3)", kind, CODEBOOK
    )
    start, end = found["start_date"], found["end_date"]
    refuse(path, pc.less(end, start), "date_end is before date_start", end, CODEBOOK)
    if "year" in found:
        wrong = pc.fill_null(pc.not_equal(pc.year(start), found["year"]), True)
        refuse(path, wrong, "date_start is not in the row's year", start, CODEBOOK)
    for name in ("fatalities_best", "fatalities_low", "fatalities_high", "deaths_civilians"):
        if name in found:
            refuse(path, pc.less(found[name], 0), f"{name} is negative", found[name], CODEBOOK)
    refuse(
        path, pc.is_null(found["fatalities_best"]), "the best estimate is missing", None, CODEBOOK
    )
    _check_order(path, found)
    for name, vaguest in PRECISIONS.items():
        if name in found:
            outside = pc.or_(pc.less(found[name], 1), pc.greater(found[name], vaguest))
            refuse(
                path,
                outside,
                f"{name} is not in the codebook (1 to {vaguest})",
                found[name],
                CODEBOOK,
            )
    for name, bound in (("latitude", 90), ("longitude", 180)):
        if name in found:
            refuse(
                path,
                pc.greater(pc.abs(found[name]), bound),
                f"{name} is off the globe",
                found[name],
                CODEBOOK,
            )


def _check_order(path: Path, found: Mapping[str, Any]) -> None:
    """Refuse a file in which low > best or best > high is more than the odd slip of a coder (real files: 0.7 %)."""
    if not {"fatalities_low", "fatalities_high"} <= set(found):
        return
    low, best, high = (found[f"fatalities_{level}"] for level in ("low", "best", "high"))
    odd = pc.fill_null(pc.or_kleene(pc.greater(low, best), pc.greater(best, high)), False)
    if pc.sum(odd).as_py() > SLIPS * len(odd):
        refuse(
            path,
            odd,
            "low, best and high are out of order here and in many rows: columns swapped?",
            best,
            CODEBOOK,
        )
