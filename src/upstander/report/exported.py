"""Lists of records as files: CSV that a spreadsheet cannot be tricked by, and JSON. Rights travel in every row."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from upstander.assess.forms import Form
from upstander.core.formulas import defused
from upstander.lake.records import Record
from upstander.report.entries import Reader, one

ABOUT = ("id", "kind", "version", "place", "parent")
RIGHTS = ("marking", "usage", "usage_words", "restricted", "space", "who", "when", "why")


def as_csv(records: Sequence[Record], form: Form, reader: Reader) -> str:
    """One row per record, as RFC 4180: what it is, its fields, its rights, who wrote it, when and why."""
    text = io.StringIO()
    names = [
        *ABOUT,
        *(f"field_{f.name}" if f.name in ABOUT + RIGHTS else f.name for f in form.fields if not f.apart),
        *RIGHTS,
    ]
    made = csv.writer(text)
    made.writerow(names)
    for row in rows(records, form, reader):
        cells = [*(row[n] for n in ABOUT), *row["fields"].values(), *(row[n] for n in RIGHTS)]
        made.writerow([defused(_cell(c)) for c in cells])
    return text.getvalue()


def rows(records: Sequence[Record], form: Form, reader: Reader) -> list[dict[str, Any]]:
    """The same as values, for programs. Links that the reader may not follow are not in it."""
    return [_row(one(record, form, reader)) for record in records]


def _row(shown: dict[str, Any]) -> dict[str, Any]:
    rights = {**shown["stamp"], **shown, "marking": shown["stamp"]["label"]}
    parent = (shown["parent"] or {}).get("href", "").rsplit("/", 1)[-1]
    return {
        **{name: rights[name] for name in ABOUT if name != "parent"},
        "parent": parent,
        "fields": {f["name"]: f["value"] for f in shown["fields"]},
        **{name: rights[name] for name in RIGHTS},
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
