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
from upstander.core.refusals import country_codes, one_chunk, refuse, refuse_repeats
from upstander.core.tables import EVENT
from upstander.core.types import Basis

VIOLENCE = {
    1: "state_based",
    2: "non_state",
    3: "one_sided",
}  # UCDP GED codebook, type_of_violence
# UCDP GED codebook: 1 is exact, the last is the vaguest.
PRECISIONS = {"date_precision": 5, "where_precision": 7}
COUNTS = ("fatalities_best", "fatalities_low", "fatalities_high", "deaths_civilians")
SLIPS = 0.05  # share of rows
FIRST_MONTH = date(1989, 1, 1)  # of UCDP's events, and of every series made of them
CODEBOOK = (
    "read the codebook and mend the row, or our source file if the publisher changed it"
)


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
        bad = pa.array([not _is_day(v) for v in head.to_pylist()])
        refuse(path, bad, f"{name} should be a day (YYYY-MM-DD)", text)
        raise


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# The days on which consolidated releases were first out: the publisher's Last-Modified, as a third party read it.
RELEASED = {
    "21.1": date(2021, 6, 9),
    "22.1": date(2022, 5, 12),
    "23.1": date(2023, 6, 6),
    "24.1": date(2024, 5, 22),
    "25.1": date(2025, 6, 11),
    "26.1": date(2026, 6, 8),
}


def consolidated(version: str) -> tuple[date, Basis]:
    """The day a consolidated release (``26.1``) was out: as published, else 15 June of its year (assumed)."""
    if version in RELEASED:
        return RELEASED[version], "published"
    return date(2000 + int(version.split(".")[0]), 6, 15), "assumed"


def published(last: date, day: int = 20) -> date:
    """The ``day``-th of the month after ``last``: when UCDP's Candidate events of a month come out (assumed)."""
    return (month_end(last) + timedelta(days=1)).replace(day=day)


def rows(path: Path, columns: Mapping[str, Any], scheme: str, places: Places) -> pa.Table:
    """Rows of EVENT from checked columns.

    Args:
        columns: EVENT columns by name, with ``id`` (int), ``place`` (code or name in ``scheme``),
            ``type_of_violence`` (1, 2, 3), start_date, end_date and fatalities_best at the least.

    Raises:
        SourceChanged: a row that cannot be true, with file, row and remedy.
    """
    size = len(columns["id"])
    _check(path, columns)
    start = one_chunk(columns["start_date"])
    country = country_codes(path, columns["place"], scheme, start, places)
    event: dict[str, Any] = {
        **{k: v for k, v in columns.items() if k in EVENT.names},
        "event_id": pc.binary_join_element_wise(
            "ucdp", columns["id"].cast(pa.string()), ":"
        ),
        "country": country,
        "violence_type": _violence(columns["type_of_violence"]),
    }
    return pa.table(
        {
            c.name: event[c.name] if c.name in event else pa.nulls(size, c.type)
            for c in EVENT.columns
        }
    )


def _violence(kind: pa.ChunkedArray) -> pa.Array:
    at = pc.index_in(kind, value_set=pa.array(list(VIOLENCE), pa.int64()))
    return one_chunk(pa.array(list(VIOLENCE.values())).take(one_chunk(at)))


def _check(path: Path, columns: Mapping[str, Any]) -> None:
    """Refuse the first row that cannot be true."""
    refuse(path, pc.is_null(columns["id"]), "id is missing")
    refuse_repeats(path, {"id": columns["id"]})
    _check_types(path, columns["type_of_violence"])
    _check_days(path, columns)
    _check_deaths(path, columns)
    _check_order(path, columns)
    _check_precisions(path, columns)
    _check_points(path, columns)


def _check_types(path: Path, kind: pa.ChunkedArray) -> None:
    listed = pc.is_in(kind, value_set=pa.array(list(VIOLENCE), pa.int64()))
    problem = "type_of_violence is not in the codebook (1, 2, 3)"
    refuse(path, pc.invert(listed), problem, kind, CODEBOOK)


def _check_days(path: Path, columns: Mapping[str, Any]) -> None:
    start, end = columns["start_date"], columns["end_date"]
    refuse(path, pc.less(end, start), "date_end is before date_start", end, CODEBOOK)
    if "year" in columns:
        wrong = pc.fill_null(pc.not_equal(pc.year(start), columns["year"]), True)
        refuse(path, wrong, "date_start is not in the row's year", start, CODEBOOK)


def _check_deaths(path: Path, columns: Mapping[str, Any]) -> None:
    for name in COUNTS:
        if name in columns:
            count = columns[name]
            refuse(path, pc.less(count, 0), f"{name} is negative", count, CODEBOOK)
    unknown = pc.is_null(columns["fatalities_best"])
    refuse(path, unknown, "the best estimate is missing", None, CODEBOOK)


def _check_order(path: Path, columns: Mapping[str, Any]) -> None:
    """Refuse a file in which low > best or best > high is more than the odd slip of a coder (real files: 0.7 %)."""
    if not {"fatalities_low", "fatalities_high"} <= set(columns):
        return
    low, best, high = (columns[f"fatalities_{level}"] for level in ("low", "best", "high"))
    odd = pc.fill_null(pc.or_kleene(pc.greater(low, best), pc.greater(best, high)), False)
    if pc.sum(odd).as_py() > SLIPS * len(odd):
        problem = (
            "low, best and high are out of order here and in many rows: columns swapped?"
        )
        refuse(path, odd, problem, best, CODEBOOK)


def _check_precisions(path: Path, columns: Mapping[str, Any]) -> None:
    for name, vaguest in PRECISIONS.items():
        if name in columns:
            value = columns[name]
            outside = pc.or_(pc.less(value, 1), pc.greater(value, vaguest))
            refuse(
                path,
                outside,
                f"{name} is not in the codebook (1 to {vaguest})",
                value,
                CODEBOOK,
            )


def _check_points(path: Path, columns: Mapping[str, Any]) -> None:
    for name, bound in (("latitude", 90), ("longitude", 180)):
        if name in columns:
            degrees = columns[name]
            outside = pc.greater(pc.abs(degrees), bound)
            refuse(path, outside, f"{name} is off the globe", degrees, CODEBOOK)
