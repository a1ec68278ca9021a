"""IMPACT OSS, and the National Recommendations Tracking Database that follows it: CSV for import in batches.

Titles of columns are ``Label [database:attribute]``, links ``name [rel:name]``; the template's row of hints and its last
column without a title are passed over. IMPACT OSS makes duplicates when a file is imported twice; a row here is known by
its framework and reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from upstander.core.errors import FileRefused
from upstander.core.places import Places
from upstander.records.recommendation_rows import Aside, Row
from upstander.respond import recommendation_reading as reading
from upstander.respond.recommendation_formats import Format

TITLE = re.compile(r"\[(database|rel):([\w-]+)\]")
HINTS = ("required:", "optional:")
LEVELS = {"0": "noted", "1": "supported_in_part", "2": "supported", "null": "", "": ""}
MOST_BYTES = 50_000_000


def is_one(path: Path) -> bool:
    """Whether a file names attributes of a database in its titles, a reference among them."""
    with path.open("rb") as file:
        head = file.read(20_000).decode("utf-8-sig", "replace").splitlines()[:1]
    return bool(head) and "[database:reference]" in head[0] and "framework" in head[0]


def read(path: Path, places: Places, about: str) -> Iterator[Row | Aside]:
    """Its recommendations. Raises FileRefused where no State is named, or it is not UTF-8."""
    if not about:
        raise FileRefused(
            f"{path.name}: does not say which State it is about; name the State"
        )
    if path.stat().st_size > MOST_BYTES:
        raise FileRefused(f"{path.name}: is larger than any batch; divide it")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{path.name}: is not in UTF-8; save it so") from None
    countries = reading.Countries(places, date.max)
    lines = reading.records(path.name, text)
    names = [_name(title) for title in next(lines, [])]
    for number, cells in enumerate(lines, 2):
        values = {n: c.strip() for n, c in zip(names, cells, strict=False) if n}
        if _is_hint(values) or not any(values.values()):
            continue
        why = _why_not(values)
        yield (
            Aside(f"row {number}", why, "; ".join(cells))
            if why
            else _row(values, about, countries)
        )


def _name(title: str) -> str:
    """``reference`` of "Reference [database:reference]", ``rel:action-id`` of a link, '' of a column of hints."""
    found = TITLE.search(title)
    if found is None:
        return ""
    return found[2] if found[1] == "database" else f"rel:{found[2]}"


def _is_hint(values: Mapping[str, str]) -> bool:
    said = [v.lower() for v in values.values() if v]
    return bool(said) and all(v.startswith(HINTS) for v in said)


def _why_not(values: Mapping[str, str]) -> str:
    for name in ("framework_id", "reference"):
        if not values.get(name):
            return f"{name} is required"
    if values.get("support_level", "").lower() not in LEVELS:
        return "support_level is none of 0, 1, 2 and null"
    return reading.why_no_recommendation(_text(values))


def _text(values: Mapping[str, str]) -> str:
    return reading.cleaned(values.get("description", "") or values.get("title", ""))


def _row(values: Mapping[str, str], about: str, countries: reading.Countries) -> Row:  # noqa: ARG001
    text, called = _text(values), values["reference"]
    framework = values["framework_id"]
    links = {n: _several(v) for n, v in values.items() if n.startswith("rel:") and v}
    themes = links.get("rel:category-short-title", ())
    details = {n: v for n, v in values.items() if v and not n.startswith("rel:")}
    return Row(
        key=f"impact-{about.lower()}-{reading.digest(framework, called)}",
        text=text,
        stem=called,
        response=LEVELS[values.get("support_level", "").lower()],
        paragraph=called,
        joint=reading.joint(about, text),
        comment=values.get("response", ""),
        labels=(
            ("country", about),
            ("body", reading.body(framework, "")),
            *reading.labels("theme", themes),
        ),
        details={**details, **{n: list(v) for n, v in links.items()}},
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(",") if part.strip())


FORMAT = Format(
    title="IMPACT OSS or NRTD batch (CSV)",
    citation="IMPACT OSS client, batch import (February 2026)",
    is_one=is_one,
    read=read,
    needs_place=True,
)
