"""The form's own template, filled in offline: CSV, xlsx or JSON with the names of the fields as columns.

Our own exports have the same columns, and a few more that describe the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from upstander.core.formulas import plain
from upstander.core.places import Places
from upstander.core.uploads import read
from upstander.evidence.formats import Found, Import, Opened

# What an export says of the record itself; its marking, usage and restriction are read as rights.
OF_THE_RECORD = frozenset(
    {
        "id",
        "kind",
        "version",
        "place",
        "parent",
        "when",
        "usage_words",
        "space",
        "who",
        "why",
    }
)


def open_(path: Path, encoding: str, _places: Places) -> Opened:
    """Rows as they stand. ``fields/...`` of a JSON export are the fields; a leading quotation mark that an export put
    before a formula is taken away again."""
    given = read(path, encoding)
    names = {c: c.removeprefix("fields/").removeprefix("field_") for c in given.columns}

    def items() -> Iterator[Found]:
        for line in given.lines:
            cells = {
                names[c]: v if given.typed else plain(v) for c, v in line.cells.items()
            }
            place = str(cells.get("place") or "")
            yield Found(
                replace(line, cells=cells, days=frozenset(names[c] for c in line.days)),
                used=OF_THE_RECORD,
                place=place,
            )

    return Opened(tuple(names.values()), items(), given.notes, head=given.head)


IMPORT = Import(
    title="The office's own template (CSV, xlsx, JSON)",
    citation="docs/how-to/evidence.md: columns are the fields of the form",
    open=open_,
)
