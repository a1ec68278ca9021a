"""UPR Info's table of recommendations and pledges: one row per recommending State, Mac Roman text, lines that end in a bare CR.

Two rows of sessions 1 to 17 stand there twice, word for word; both are kept, numbered. ``Action`` is UPR Info's own
scale of what is asked, from 1 (minimal) to 5 (specific action).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from upstander.core.errors import FileRefused
from upstander.core.places import Places
from upstander.records.recommendation_rows import PLEDGE, RECOMMENDATION, Aside, Labels, Row
from upstander.respond import recommendation_reading as reading
from upstander.respond.recommendation_formats import Format

HEADER = b"To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session"
COLUMNS = HEADER.decode().split(",")
MOST_BYTES = 100_000_000  # all sessions to 2026 are some 30 MB
RESPONSES = {"accepted": "supported", "noted": "noted", "pending": "pending"}
PLEDGED = "voluntary pledge"
NOBODY = "(Unknown)"


def is_one(path: Path) -> bool:
    """Whether a file begins with the columns of UPR Info."""
    with path.open("rb") as file:
        return file.read(len(HEADER) + 3).removeprefix(b"\xef\xbb\xbf").startswith(HEADER)


def read(path: Path, places: Places, about: str) -> Iterator[Row | Aside]:  # noqa: ARG001
    """Its rows. Raises FileRefused where it is too large."""
    if path.stat().st_size > MOST_BYTES:
        raise FileRefused(f"{path.name}: is larger than any file of UPR Info; divide it")
    text = _decoded(path.read_bytes())
    countries = reading.Countries(places, date.max)
    times: Counter[str] = Counter()
    lines = reading.records(path.name, text)
    columns = next(lines, [])
    if missing := set(COLUMNS) - set(columns):
        raise FileRefused(
            f"{path.name}: has no column {', '.join(sorted(missing))}; export it again"
        )
    for number, line in enumerate((found for found in lines if found), 2):
        cells = dict(zip(columns, line, strict=False))
        if why := _why_not(cells, len(line) == len(columns)):
            yield Aside(f"row {number}", why, "; ".join(line))
            continue
        written = reading.digest(*cells.values())
        times[written] += 1
        yield _row(cells, f"uprinfo-{written}-{times[written]}", countries)


def _decoded(content: bytes) -> str:
    """UTF-8 where it is, else Mac Roman: 0x8e is é there, and Ž in the encoding of Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("mac_roman")


def _why_not(cells: Mapping[str, str], whole: bool) -> str:
    if not whole:
        return "has more or fewer cells than columns"
    response = cells["Response"].strip().lower()
    if response not in RESPONSES and response != PLEDGED:
        return f"the response {response!r} is none of UPR Info's"
    if not cells["Session"].strip().isdecimal():
        return f"the session {cells['Session']!r} is no number"
    return reading.why_no_recommendation(cells["Text"])


def _row(cells: Mapping[str, str], key: str, countries: reading.Countries) -> Row:
    text, session = reading.cleaned(cells["Text"]), cells["Session"].strip()
    response = cells["Response"].strip().lower()
    concerned = countries.labels((reading.cleaned(cells["To"]),), "")
    code = next((value for sort, value in concerned if sort == "country"), "")
    is_pledge = response == PLEDGED
    return Row(
        key=key,
        text=text,
        stem=f"UPR{session}",
        type=PLEDGE if is_pledge else RECOMMENDATION,
        response=RESPONSES.get(response, ""),
        joint="" if is_pledge else reading.joint(code, text),
        labels=(*concerned, *_labels(cells, session, countries, is_pledge)),
        details={"response": cells["Response"], "action": cells["Action"]},
    )


def _labels(
    cells: Mapping[str, str],
    session: str,
    countries: reading.Countries,
    is_pledge: bool,
) -> Labels:
    """Body, session, themes, and the State that recommends: of a pledge there is none."""
    state = reading.cleaned(cells["From"])
    themes = tuple(reading.cleaned(i) for i in cells["Issue"].split(",") if i.strip())
    return (
        ("body", "UPR"),
        ("session", session),
        *countries.states(() if is_pledge or state == NOBODY else (state,)),
        *reading.labels("theme", themes),
    )


FORMAT = Format(
    title="UPR Info database (CSV)",
    citation="UPR Info, Database of UPR recommendations and voluntary pledges",
    is_one=is_one,
    read=read,
)
