"""A plan taken away as CSV, xlsx or JSON, and brought back after it was edited: row by row, each with what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from upstander.core.errors import ConfigError, FileRefused, UnknownRecord
from upstander.core.messages import say, words_of
from upstander.core.rights import Actor
from upstander.records import Record, exchange
from upstander.records.exchange import Desk, Row, Standing
from upstander.records.forms import form
from upstander.report.record_views import Reader
from upstander.web.kernel.record_reading import (
    everything,
    may_begin,
    may_edit,
    place_codes,
    reader_of,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url
from upstander.web.records import brought_back, exports, links

PAGE = "plans_exchange.html"
LONGEST_NAME = 100
KINDS = (
    "action",
    "recommendation",
    "indicator",
    "indicator_reading",
    "progress_report",
    "root_cause",
    "need",
    "offer",
)
"""Kinds that are taken away and brought back."""


def look(request: PageRequest) -> dict[str, Any]:
    """Where a plan is taken away, and a file to bring back is chosen."""
    request.signed_in()
    return _content(request, request.query.get("kind", "action"))


def _content(request: PageRequest, kind: str) -> dict[str, Any]:
    chosen = kind if kind in KINDS else KINDS[0]
    here = {
        shape: url(f"record_export_{shape}", kind=chosen)
        for shape in ("csv", "xlsx", "json")
    }
    return {
        "title": say("respond.exchange"),
        "kind": chosen,
        "kinds": [(k, form(k).plural) for k in KINDS],
        "files": list(here.items()),
        "may_write": may_begin(request, chosen),
        "fault": "",
        "rows": None,
        "counts": {},
    }


def bring(request: PageRequest, given: Given) -> Again:
    """Read a file; keep the rows that can be kept where that is asked for, and say of each row what became of it."""
    kind = given.text("kind")
    if kind not in KINDS:
        raise UnknownRecord(say("respond.no_kind_of_plan", named=", ".join(KINDS)))
    who = request.signed_in(*form(kind).writers)
    file = given.files.get("file")
    if file is None or not file.filename:
        return _refused(request, kind, say("web.choose_a_file"))
    name, content = Path(file.filename).name[:LONGEST_NAME], file.file.read()
    try:
        rows = _rows(request, who, kind, name, content)
    except (ConfigError, FileRefused) as error:
        return _refused(request, kind, words_of(error))
    is_kept = given.text("do") == "keep"
    if is_kept:
        _keep(request, who, rows, name)
    return _told(request, kind, rows, is_kept)


def _refused(request: PageRequest, kind: str, words: str) -> Again:
    return Again(PAGE, {**_content(request, kind), "fault": words, "error": words})


def _told(
    request: PageRequest,
    kind: str,
    rows: Sequence[Row],
    is_kept: bool,
) -> Again:
    told = {
        "rows": brought_back.shown(rows, form(kind)),
        "counts": brought_back.counts(rows),
        "kept": is_kept,
    }
    return Again(PAGE, {**_content(request, kind), **told}, 201 if is_kept else 200)


def _rows(
    request: PageRequest,
    who: Actor,
    kind: str,
    name: str,
    content: bytes,
) -> list[Row]:
    """Every row with what it would do. Raises FileRefused for a file that cannot be read."""
    desk = Desk(kind, who, place_codes(request), _known(request, kind))
    read = brought_back.lines(request, name, content)
    return brought_back.checked(request, exchange.rows(read, desk), desk)


def _known(request: PageRequest, kind: str) -> dict[str, Standing]:
    """Every record of the kind as it stands, and as its export shows it."""
    found = everything(request, kinds=(kind,))
    reader = reader_of(request, found)
    shown = exports.rows(found, form(kind), reader)
    return {
        record.id: _standing(request, record, row, reader)
        for record, row in zip(found, shown, strict=True)
    }


def _standing(
    request: PageRequest,
    record: Record,
    row: Mapping[str, Any],
    reader: Reader,
) -> Standing:
    shown = {name: str(row[name] or "") for name in exchange.STANDING}
    own = form(record.kind)
    hidden = links.hidden_among(record, own, reader)
    return Standing(record, shown, may_edit(request, record, own), hidden)


def _keep(
    request: PageRequest,
    who: Actor,
    rows: Sequence[Row],
    name: str,
) -> None:
    """Keep what can be kept, at once."""
    drafts = [row.draft for row in rows if row.draft is not None]
    if drafts:
        why = say("respond.brought_back", name=name)
        request.state.records.append(drafts, by=who, why=why, now=request.now)


ROUTES = (
    *page("plans_exchange", "/plans/exchange", look, PAGE),
    action("plans_bring_back", "/plans/exchange", bring),
)
