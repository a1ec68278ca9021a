"""Lists of records as files: CSV and xlsx that a spreadsheet cannot be tricked by, and JSON. The one way out for records.

Each file has a head (what it is, how far it may travel, as of when, its caveat), and each row its own rights. What the
``template`` import reads from such a file are the same bodies again (docs/how-to/evidence.md).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from upstander.assess.aggregation import CAVEAT as RATED
from upstander.core import workbook
from upstander.core.formulas import defused
from upstander.core.rights import strictest
from upstander.core.types import REPORTED
from upstander.records import Record
from upstander.records.forms import Form
from upstander.report import as_json as plain_json
from upstander.report.record_views import Reader, one

ABOUT = ("id", "kind", "version", "place", "parent")
RIGHTS = ("marking", "usage", "usage_words", "restricted", "space", "who", "when", "why")
LEVELS = frozenset(
    {"rating", "review", "override", "section", "signoff", "crime_element", "trigger"}
)


def caveat(kind: str) -> str:
    """What must be read with records of a kind: levels that people set, or what people reported; never a forecast's."""
    return RATED if kind in LEVELS else REPORTED


def head(records: Sequence[Record], form: Form, *, as_of: datetime) -> dict[str, str]:
    """What an export says of itself. Its marking is the strictest of its records, and so is its policy."""
    marking, usage = strictest(r.stamp for r in records)
    return {
        "what": form.plural,
        "marking": marking.label,
        "usage": usage.value,
        "as_of": as_of.isoformat(),
        "records": str(len(records)),
        "caveat": caveat(form.kind),
    }


def as_csv(
    records: Sequence[Record],
    form: Form,
    reader: Reader,
    *,
    as_of: datetime,
) -> str:
    """The head as lines that begin with ``#``, then one row per record, as RFC 4180."""
    text = io.StringIO()
    for name, words in head(records, form, as_of=as_of).items():
        text.write(f"# {name}: {words}\n")
    csv.writer(text).writerows(_table(records, form, reader))
    return text.getvalue()


def as_xlsx(
    records: Sequence[Record],
    form: Form,
    reader: Reader,
    *,
    as_of: datetime,
) -> bytes:
    """A workbook: the table, and the head on a sheet of its own."""
    about = list(head(records, form, as_of=as_of).items())
    return workbook.write(_table(records, form, reader), title=form.kind, about=about)


def as_json(
    records: Sequence[Record],
    form: Form,
    reader: Reader,
    *,
    as_of: datetime,
) -> str:
    """The head, what each field means, and the records as values."""
    content = {
        "kind": form.kind,
        "title": form.plural,
        **head(records, form, as_of=as_of),
        "fields": {
            f.name: {"label": f.label, "type": f.type, "unit": f.unit, "help": f.help}
            for f in form.fields
        },
        "records": rows(records, form, reader),
    }
    return plain_json.dumps(content)


def rows(records: Sequence[Record], form: Form, reader: Reader) -> list[dict[str, Any]]:
    """One a record: what it is, its fields, its rights, who wrote it, when and why.

    Links that the reader may not follow are not in it.
    """
    return [_row(one(record, form, reader)) for record in records]


def _table(records: Sequence[Record], form: Form, reader: Reader) -> list[list[Any]]:
    names = [f.name for f in form.fields if not f.apart]
    shown = [f"field_{n}" if n in ABOUT + RIGHTS else n for n in names]
    table: list[list[Any]] = [[*ABOUT, *shown, *RIGHTS]]
    for row in rows(records, form, reader):
        cells = [
            *(row[n] for n in ABOUT),
            *(row["fields"][n] for n in names),
            *(row[n] for n in RIGHTS),
        ]
        table.append([defused(_cell(c)) for c in cells])
    return table


def _row(shown: dict[str, Any]) -> dict[str, Any]:
    rights = {**shown["stamp"], **shown, "marking": shown["stamp"]["label"]}
    parent = (shown["parent"] or {}).get("href", "").rsplit("/", 1)[-1]
    return {
        **{name: rights[name] for name in ABOUT if name != "parent"},
        "parent": parent,
        "fields": {f["name"]: f["value"] for f in shown["fields"]},
        **{name: rights[name] for name in RIGHTS},
    }


def _cell(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value
