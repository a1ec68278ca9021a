"""A file that was taken away, edited and brought back: its rows read, checked, and told one by one; for any kind of record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from upstander.core.messages import joined, say
from upstander.core.upload_rows import Line
from upstander.evidence.formats import template
from upstander.records import plausibility
from upstander.records.exchange import Desk, Row
from upstander.records.forms import Form
from upstander.web.kernel.requests import PageRequest
from upstander.web.records import links

OUTCOMES = ("changed", "new", "same", "refused")


def lines(request: PageRequest, name: str, content: bytes) -> list[Line]:
    """The rows of a file as they were exported. Raises FileRefused or ConfigError for one that cannot be read."""
    with tempfile.TemporaryDirectory(prefix="upstander-") as folder:
        path = Path(folder) / f"file{Path(name).suffix[:5]}"
        path.write_bytes(content)
        opened = template.IMPORT.open(path, "", request.state.places)
        return [found.line for found in opened.items]


def checked(request: PageRequest, rows: Iterable[Row], desk: Desk) -> list[Row]:
    """The rows, each refused where it links to nothing that the writer may read or says what cannot be so."""
    return [_checked(request, row, desk) for row in rows]


def _checked(request: PageRequest, row: Row, desk: Desk) -> Row:
    if row.draft is None:
        return row
    standing = desk.known.get(row.record)
    hidden = standing.hidden if standing else {}
    faults = links.unknown_links(request, desk.form, row.draft, hidden)
    faults |= plausibility.faults(desk.form, row.draft.body, request.today)
    if not faults:
        return row
    return replace(row, outcome="refused", why=joined(faults.values(), "; "), draft=None)


def shown(rows: Iterable[Row], form: Form) -> list[dict[str, Any]]:
    """The rows that change something or are refused, as a page tells them."""
    return [_shown(row, form) for row in rows if row.outcome != "same"]


def _shown(row: Row, form: Form) -> dict[str, Any]:
    return {
        "where": row.where,
        "outcome": row.outcome,
        "words": say(f"records.row_{row.outcome}"),
        "id": row.record,
        "fields": [form.field(name).label for name in row.fields],
        "why": row.why,
    }


def counts(rows: Sequence[Row]) -> dict[str, int]:
    """How many rows came to what."""
    outcomes = [row.outcome for row in rows]
    return {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
