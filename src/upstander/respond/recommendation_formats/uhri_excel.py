"""The Universal Human Rights Index as a workbook ("Export to Excel"): sixteen columns, each value behind a dash.

Columns are known by their letters alone, whatever the case: ``Reccomending Body`` is spelt so, and may be mended one day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from upstander.core.errors import FileRefused
from upstander.core.places import Places
from upstander.records.recommendation_rows import Aside, Row
from upstander.respond import recommendation_reading as reading
from upstander.respond import sheet_stream, uhri
from upstander.respond.recommendation_formats import Format

COLUMNS = {
    "text": "text",
    "countriesconcerned": "countries",
    "recommendingbody": "body",
    "documentsymbol": "symbol",
    "themes": "themes",
    "affectedpersons": "persons",
    "sdgs": "sdgs",
    "documentpublicationdate": "day",
    "uprrecommendingstates": "states",
    "uprposition": "position",
    "type": "type",
    "ohchrannotationid": "id",
    "uprsession": "session",
    "regionsconcerned": "regions",
    "recommendingregions": "recommending_regions",
    "dateofpublicationonuhri": "published",
}
NEEDED = ("text", "id", "body", "countries")
SEVERAL = frozenset(
    ("countries", "themes", "persons", "sdgs", "states", "regions", "recommending_regions")
)
EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers


def is_one(path: Path) -> bool:
    """Whether a file is a workbook whose first row names the annotation and the body."""
    if not sheet_stream.is_workbook(path):
        return False
    header = next(sheet_stream.rows(path), (0, ()))[1]
    return {"id", "body"} <= set(_names(header))


def read(path: Path, places: Places, about: str) -> Iterator[Row | Aside]:  # noqa: ARG001
    """Its annotations. Raises FileRefused where a column that is needed is missing."""
    countries = reading.Countries(places, date.max)
    lines = sheet_stream.rows(path)
    names = _names(next(lines, (0, ()))[1])
    if missing := [n for n in NEEDED if n not in names]:
        raise FileRefused(
            f"{path.name}, row 1: has no column for {', '.join(missing)}; export it from UHRI again"
        )
    for number, cells in lines:
        named = dict(zip(names, (*cells, *[""] * (len(names) - len(cells))), strict=False))
        yield uhri.row(_values(named), f"row {number}", countries)


def _names(header: tuple[str, ...]) -> list[str]:
    """Our names of the columns, as written where unknown; the double c of ``Reccomending`` and a mended one are the same."""
    bare = ["".join(filter(str.isalpha, h)).lower() for h in header]
    return [COLUMNS.get(b.replace("reccomending", "recommending"), b) for b in bare]


def _values(cells: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: list(reading.listed(cell)) if name in SEVERAL else _single(cell)
        for name, cell in cells.items()
    }
    values["day"] = _day(values.get("day", ""))
    return values


def _single(cell: str) -> str:
    said = cell.lstrip()
    return (reading.DASH.sub("", said, count=1) if said[:1] == "-" else said).strip()


def _day(serial: str) -> str:
    """A serial number of Excel as an ISO day, anything else as it is.

    >>> _day("46078"), _day("2026-02-25")
    ('2026-02-25', '2026-02-25')
    """
    whole = serial.split(".")[0]
    is_serial = whole.isdecimal() and len(whole) == 5
    return (EPOCH + timedelta(days=int(whole))).isoformat() if is_serial else serial


FORMAT = Format(
    title="Universal Human Rights Index (Excel)",
    citation="OHCHR, Universal Human Rights Index, export to Excel",
    is_one=is_one,
    read=read,
)
