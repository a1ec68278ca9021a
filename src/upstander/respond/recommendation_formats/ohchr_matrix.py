"""The matrix of recommendations that a State receives from OHCHR after its review: one table of a Word document.

Four columns; a theme row is one cell over all of them. Editions differ: in the second and third cycle the last column is
where a State writes its own progress, in the fourth it holds goals. Columns are known by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from upstander.core.errors import FileRefused
from upstander.core.places import Places
from upstander.records.recommendation_rows import Aside, Labels, Row
from upstander.respond import matrix_table
from upstander.respond import recommendation_reading as reading
from upstander.respond.recommendation_formats import Format

POSITIONS = {
    "supported": "supported",
    "accepted": "supported",
    "supported in part": "supported_in_part",
    "noted": "noted",
    "pending": "pending",
}
STATES = re.compile(r"\(([^()]+)\)")
SOURCE = re.compile(r"source of position\s*:\s*(\S+)", re.IGNORECASE)
CODE = re.compile(r"^[A-Z]\d{1,3}\s+")  # of a theme in the second cycle
HEADS = {"sdgs": "sdgs", "affectedpersons": "persons", "groupsofpersons": "persons"}


def is_one(path: Path) -> bool:
    """Whether a file is a Word document with such a table."""
    return matrix_table.is_document(path) and matrix_table.find(path) is not None


def read(path: Path, places: Places, about: str) -> Iterator[Row | Aside]:
    """Its rows. Raises FileRefused where no State is named, for the document itself does not say whose review it is."""
    table = matrix_table.find(path)
    if table is None:
        raise FileRefused(f"{path.name}: holds no matrix of recommendations")
    if not about:
        raise FileRefused(
            f"{path.name}: does not say which State it is about; name the State"
        )
    countries = reading.Countries(places, date.max)
    theme = ""
    for line in table.lines:
        if line.theme:
            theme = line.theme
        elif why := _why_not(line):
            yield Aside(f"row {line.number}", why, " | ".join(line.cells.values()))
        else:
            yield _row(line, about, theme, countries)


def _why_not(line: matrix_table.Line) -> str:
    position = reading.cleaned(line.cells["position"]).lower()
    if position not in POSITIONS:
        return f"the position {position!r} is none we know"
    return reading.why_no_recommendation(line.cells["recommendation"])


def _row(
    line: matrix_table.Line,
    about: str,
    theme: str,
    countries: reading.Countries,
) -> Row:
    whole = line.cells["recommendation"]
    symbol = next(iter(SOURCE.findall(whole)), "")
    number, text = reading.paragraph(reading.cleaned(SOURCE.split(whole)[0]))
    states, bare = _states(text, countries)
    position = reading.cleaned(line.cells["position"]).lower()
    stem = _stem(symbol)
    document = symbol.split("/Add.")[0]
    return Row(
        key=f"matrix-{about.lower()}-{reading.digest(document, number, bare)}",
        text=text,
        stem=f"{stem}-{number}" if number else stem,
        response=POSITIONS[position],
        symbol=symbol,
        paragraph=number,
        joint=reading.joint(about, bare),
        comment=line.cells.get("comment", "").strip(),
        labels=_labels(line, about, countries.states(states)),
        details={"position": position, "theme": theme},
    )


def _labels(line: matrix_table.Line, about: str, states: Labels) -> Labels:
    lists = _lists(line.cells["themes"], line.cells.get("sdgs", ""))
    return (
        ("country", about),
        ("body", "UPR"),
        *states,
        *reading.labels("theme", lists["themes"]),
        *reading.labels("person", lists["persons"]),
        *reading.goals(lists["sdgs"]),
    )


def _stem(symbol: str) -> str:
    """``UPR-HRC59`` of A/HRC/59/15/Add.1: its session of the Human Rights Council stands for the review."""
    session = re.match(r"A/HRC/(\d+)/", symbol)
    return f"UPR-HRC{session[1]}" if session else "UPR"


def _states(text: str, countries: reading.Countries) -> tuple[list[str], str]:
    """States in the brackets of a text, and the text without those brackets: other brackets are part of it.

    A bracket is one of States where every name in it is known: "(Spain, Tunisia)", not "(NPM)".
    """
    states: list[str] = []
    bare = text
    for inner in STATES.findall(text):
        names = [n.strip() for n in inner.replace(" and ", ", ").split(",") if n.strip()]
        whole = [inner.strip()] if countries.code(inner.strip()) else names
        if whole and all(countries.code(n) for n in whole):
            states += whole
            bare = bare.replace(f"({inner})", "", 1)
    return list(dict.fromkeys(states)), reading.cleaned(bare).rstrip("; .")


def _lists(themes: str, sdgs: str) -> dict[str, list[str]]:
    """Themes, persons and goals out of the third column, where each list but the first has a head; goals may have a column."""
    lists: dict[str, list[str]] = {"themes": [], "persons": [], "sdgs": []}
    name = "themes"
    for line in themes.splitlines():
        value = reading.cleaned(reading.DASH.sub("", line))
        head = "".join(filter(str.isalpha, value)).lower()
        if head in HEADS:
            name = HEADS[head]
        elif value:
            lists[name].append(CODE.sub("", value))
    lists["sdgs"] += reading.listed(sdgs)
    return lists


FORMAT = Format(
    title="OHCHR matrix of recommendations (Word)",
    citation="OHCHR, UPR matrices of recommendations, thematic list",
    is_one=is_one,
    read=read,
    needs_place=True,
)
