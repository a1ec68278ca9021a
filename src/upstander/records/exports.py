"""The empty table of a form, to be filled in offline. Records leave by ``web.records.exports``."""

from __future__ import annotations

import csv
import io

from upstander.records.forms import form


def template(kind: str) -> bytes:
    """An empty table with the columns of the form; UTF-8 with its mark, so that spreadsheet programs show every script."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(
        f.name for f in form(kind).fields if not f.blur
    )
    return out.getvalue().encode("utf-8-sig")
