"""The comment column of OHCHR's matrix, written from what the State says of each recommendation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from upstander.core.places import Places
from upstander.records.forms import form
from upstander.records.recommendation_rows import Row
from upstander.respond import matrix_table
from upstander.respond.recommendation_formats import ohchr_matrix
from upstander.respond.recommendation_progress import PROGRESS, STATE, Said, Standing


def written(
    path: Path,
    places: Places,
    about: str,
    standings: Mapping[str, Standing],
) -> tuple[bytes, int]:
    """The document with the State's newest word on each recommendation, and how many there are.

    What the State never spoke of keeps the comment it had. Raises FileRefused where the document has no such column.
    """
    lines = {row.key: number for number, row in _numbered(path, places, about)}
    own = {key: said for key, s in standings.items() if (said := s.of(STATE))}
    comments = {lines[key]: _words(said) for key, said in own.items() if key in lines}
    return matrix_table.commented(path, comments), len(comments)


def _numbered(
    path: Path,
    places: Places,
    about: str,
) -> list[tuple[int, Row]]:
    table = matrix_table.find(path)
    rows = ohchr_matrix.read(path, places, about)
    numbers = [line.number for line in table.lines if not line.theme] if table else []
    return [(n, r) for n, r in zip(numbers, rows, strict=True) if isinstance(r, Row)]


def _words(said: Said) -> str:
    status = form(PROGRESS).field("status").choices[said.status]
    account = str(said.record.body.get("account") or "")
    return "\n".join(filter(None, (f"{status} ({said.day.isoformat()})", account)))
