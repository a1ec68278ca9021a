"""The pages of every kind of record, made from its form: what there is, a list, one record, its history, search."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from upstander.assess import forms
from upstander.assess.forms import Form
from upstander.core.folding import folded
from upstander.core.place_search import matching
from upstander.core.rights import CLEARED, may_erase
from upstander.core.types import REPORTED
from upstander.lake.records import Record
from upstander.report import entries, exported
from upstander.web import access_log
from upstander.web.asking import Asking
from upstander.web.doors import Doors
from upstander.web.reading import (
    back_to,
    check_export,
    everything,
    find,
    form_of,
    history,
    may_edit,
    may_export,
    page,
    places,
    read,
    reader_of,
)

FACTORS = {
    "": "Across the factors",
    "F1": "Discrimination and identity (factor 1)",
    "F2": "Motives and triggers (factor 2)",
    "F3": "Armed groups and arms (factor 3)",
    "F4": "Preparation (factor 4)",
    "F5": "Capacity to prevent (factor 5)",
    "F6": "Acts and intent (factor 6)",
}


def add(doors: Doors) -> None:
    """The reading pages of records."""
    doors.page("/search", search, "search.html")
    doors.page("/records", look_kinds, "record_kinds.html")
    doors.file("/records/{kind}/export.csv", export_csv)
    doors.file("/records/{kind}/export.xlsx", export_xlsx)
    doors.file("/records/{kind}/export.json", export_json)
    doors.page("/records/{kind}", look_list, "record_list.html")
    doors.page("/records/{kind}/{id}/history", look_history, "record_history.html")


def add_one(doors: Doors) -> None:
    """The page of one record: added last, for its address also fits ``/records/{kind}/new``."""
    doors.page("/records/{kind}/{id}", look_one, "record.html")


def look_kinds(asking: Asking) -> dict[str, Any]:
    """Every kind with how many records of it the reader may read."""
    counts = asking.state.records.counts(by=asking.actor, as_of=asking.as_of)
    made = []
    for kind in forms.kinds():
        form, count = forms.form(kind), counts.get(kind, 0)
        if count or asking.session:
            made.append(
                {
                    "kind": kind,
                    "plural": form.plural,
                    "help": form.help,
                    "count": count,
                    "factor": form.factor,
                    "href": f"/records/{kind}",
                }
            )
    made.sort(key=lambda k: (k["factor"], k["plural"]))
    groups = [
        {"title": FACTORS.get(f, f), "kinds": list(ks)}
        for f, ks in groupby(made, key=lambda k: str(k["factor"]))
    ]
    return {"title": "Registers", "groups": groups, "caveat": REPORTED}


def look_list(asking: Asking, kind: str) -> dict[str, Any]:
    """The records of a kind, by place, parent and words, page by page."""
    form, asked = form_of(kind), _filter(asking)
    found, after, count = page(asking, kinds=[kind], **asked)
    reader = reader_of(asking, found)
    carry = {"as_of": asking.query["as_of"]} if asking.is_past else {}
    more = {k: v for k, v in {**asked, **carry}.items() if v}
    exports = may_export(asking)
    return {
        **_head(asking, form.plural, form),
        "one": form.title,
        "filter": asked,
        "count": count,
        "rows": [entries.line(r, form, reader) for r in found],
        "carry": f"?{urlencode(carry)}" if carry else "",
        "next": f"/records/{kind}?{urlencode({**more, 'after': after})}" if after else "",
        "filtered": any(asked.values()),
        "may_write": bool(asking.session)
        and asking.actor.role in form.writers
        and not asking.is_past
        and not form.written_at,
        "places": places(asking) if asking.session or found else [],
        "exports": [
            (f"{s.upper()}", f"/records/{kind}/export.{s}?{urlencode(more)}")
            for s in ("csv", "xlsx", "json")
        ]
        if exports
        else [],
    }


def look_one(asking: Asking, kind: str, id: str) -> dict[str, Any]:
    """One record, as it stood."""
    form = form_of(kind)
    wanted = asking.query.get("version", "")
    version = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else None
    record = read(asking, kind, id, version=version)
    newest = read(asking, kind, id)
    reader = reader_of(asking, [record])
    is_current = not asking.is_past and record.version == newest.version
    near = find(asking, parent=id)
    return {
        **_head(asking, "", form),
        **entries.one(record, form, reader),
        "past": not is_current,
        "may_write": is_current and may_edit(asking, record, form),
        "may_erase": is_current
        and not record.erased
        and bool(form.sealed)
        and may_erase(asking.actor, record.stamp),
        "contact": f"/records/{kind}/{id}/contact" if _has_contact(asking, record) else "",
        "linked": [entries.line(r, forms.form(r.kind), reader) for r in near],
        "caveat": exported.caveat(form.kind),
        "back": back_to(asking.query.get("next", "")),
    }


def _has_contact(asking: Asking, record: Record) -> bool:
    """Whether this reader may open how to reach whoever reported it."""
    mine = asking.actor.role in CLEARED and asking.actor.space == record.stamp.space
    return mine and bool(record.body.get("contact"))


def look_history(asking: Asking, kind: str, id: str) -> dict[str, Any]:
    """Every version, with what each changed."""
    form = form_of(kind)
    versions = history(asking, kind, id)
    reader = reader_of(asking, versions)
    return {
        **_head(asking, "History", form),
        "href": f"/records/{kind}/{id}",
        "id": id,
        "record_title": entries.title_of(versions[-1], form, asking.actor),
        "versions": entries.history(versions, form, reader),
    }


def search(asking: Asking) -> dict[str, Any]:
    """Records and places that hold all words."""
    words = asking.query.get("q", "").strip()[:200]
    made: dict[str, Any] = {
        "title": "Search",
        "q": words,
        "rows": [],
        "count": 0,
        "places": [],
        "next": "",
        **_when(asking),
    }
    if not folded(words).strip():
        return made
    found, after, count = page(asking, text=words)
    reader = reader_of(asking, found)
    near = matching(asking.state.places, words, asking.as_of.date())
    carry = {"as_of": asking.query["as_of"]} if asking.is_past else {}
    return {
        **made,
        "places": near,
        "count": count,
        "rows": [entries.line(r, forms.form(r.kind), reader) for r in found],
        "next": f"/search?{urlencode({'q': words, **carry, 'after': after})}" if after else "",
    }


# Exports


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_csv(asking: Asking, kind: str) -> Response:
    """The list as CSV."""
    form, found = _exported(asking, kind, "csv")
    text = exported.as_csv(found, form, reader_of(asking, found), as_of=asking.as_of)
    return _file(text.encode("utf-8-sig"), kind, "csv", "text/csv; charset=utf-8")


def export_xlsx(asking: Asking, kind: str) -> Response:
    """The list as a workbook."""
    form, found = _exported(asking, kind, "xlsx")
    return _file(
        exported.as_xlsx(found, form, reader_of(asking, found), as_of=asking.as_of),
        kind,
        "xlsx",
        XLSX,
    )


def export_json(asking: Asking, kind: str) -> Response:
    """The list as JSON, with what each field means."""
    form, found = _exported(asking, kind, "json")
    text = exported.as_json(found, form, reader_of(asking, found), as_of=asking.as_of)
    return _file(text.encode(), kind, "json", "application/json")


def _exported(asking: Asking, kind: str, sort: str) -> tuple[Form, list[Record]]:
    """What is exported, after the export was logged."""
    form = form_of(kind)
    check_export(asking)
    asked = _filter(asking)
    found = list(everything(asking, kinds=[kind], **asked))
    details = {"format": sort, "records": len(found), "as_of": asking.as_of.isoformat()}
    access_log.keep_export(asking, kind, details, asked)
    return form, found


def _file(body: bytes, name: str, sort: str, media: str) -> Response:
    return Response(
        body,
        media_type=media,
        headers={
            "content-disposition": f'attachment; filename="{name}.{sort}"',
            "cache-control": "no-store",
        },
    )


def _filter(asking: Asking) -> dict[str, Any]:
    return {name: asking.query.get(name, "").strip()[:200] for name in ("place", "parent", "text")}


def _head(asking: Asking, title: str, form: Form) -> dict[str, Any]:
    return {
        "title": title,
        "kind": form.kind,
        "plural": form.plural,
        "help": form.help,
        **_when(asking),
    }


def _when(asking: Asking) -> Mapping[str, Any]:
    return {"as_of": asking.as_of.date().isoformat(), "past": asking.is_past}
