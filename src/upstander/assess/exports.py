"""Records as CSV, xlsx and JSON: blurred for the reader, with marking, policy, as_of and caveat, and with formulas defused.

The file carries a head (what it is, as of when, how far it may travel) and each row its own marking and usage policy.
What the ``template`` import reads from such a file are the same bodies again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from upstander.assess.blur import blurred
from upstander.assess.forms import Form, form
from upstander.core import workbook
from upstander.core.formulas import defused
from upstander.core.rights import Actor, strictest
from upstander.core.types import CAVEAT
from upstander.lake.records import Record

OF_THE_RECORD = ("id", "version", "place", "when", "marking", "usage")


def head(kind: str, records: Sequence[Record], *, as_of: datetime) -> dict[str, str]:
    """What an export says of itself. Its marking is the strictest of its records, and so is its policy."""
    marking, usage = strictest(r.stamp for r in records)
    return {
        "what": form(kind).plural, "marking": marking.label, "usage": usage.value, "as_of": as_of.isoformat(),
        "records": str(len(records)), "caveat": CAVEAT,
    }  # fmt: skip


def as_csv(kind: str, records: Sequence[Record], actor: Actor, *, as_of: datetime) -> bytes:
    """UTF-8 with its mark, so that spreadsheet programs show every script; the head as lines that begin with ``#``."""
    out = io.StringIO(newline="")
    for name, words in head(kind, records, as_of=as_of).items():
        out.write(f"# {name}: {words}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows(_table(form(kind), records, actor))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(kind: str, records: Sequence[Record], actor: Actor, *, as_of: datetime) -> bytes:
    """A workbook: the table, and the head on a sheet of its own."""
    about = list(head(kind, records, as_of=as_of).items())
    return workbook.write(_table(form(kind), records, actor), title=kind, about=about)


def as_json(kind: str, records: Sequence[Record], actor: Actor, *, as_of: datetime) -> bytes:
    """``{"head": ..., "records": [{..., "body": ...}]}``."""
    items = [{"kind": r.kind, **_of(r), "body": dict(blurred(r, actor).body)} for r in records]
    made = {"head": head(kind, records, as_of=as_of), "records": items}
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def template(kind: str) -> bytes:
    """An empty table with the columns of the form, to be filled in offline."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(f.name for f in form(kind).fields if not f.blur)
    return out.getvalue().encode("utf-8-sig")


def _of(record: Record) -> Mapping[str, Any]:
    return {
        "id": record.id, "version": record.version, "place": record.place, "when": record.when.isoformat(),
        "marking": record.stamp.marking.value, "usage": record.stamp.usage.value,
    }  # fmt: skip


def _table(wanted: Form, records: Sequence[Record], actor: Actor) -> list[list[Any]]:
    names = [f.name for f in wanted.fields]
    rows: list[list[Any]] = [[*OF_THE_RECORD, *names]]
    for record in records:
        body = blurred(record, actor).body
        rows.append([*(_of(record)[n] for n in OF_THE_RECORD), *(defused(_shown(body.get(n))) for n in names)])
    return rows


def _shown(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value
