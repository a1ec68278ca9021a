"""The pages of every kind of record, made from its form: what there is, a list, one record, its history, search."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from upstander.core.folding import folded
from upstander.core.messages import say
from upstander.core.place_search import matching
from upstander.core.rights import CLEARED, may_erase
from upstander.core.types import REPORTED
from upstander.records import Record, forms
from upstander.records.forms import Form
from upstander.report import glossary, record_views
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import (
    back_to,
    check_export,
    everything,
    find,
    form_of,
    history,
    may_begin,
    may_edit,
    may_export,
    page_of_records,
    places,
    read,
    reader_of,
)
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import file_answer
from upstander.web.kernel.routing import file, page
from upstander.web.kernel.urls import url
from upstander.web.records import exports as exported

FACTORS = {
    "": say("web.across_the_factors"),
    "F1": say("web.discrimination_and_identity_factor_1"),
    "F2": say("web.motives_and_triggers_factor_2"),
    "F3": say("web.armed_groups_and_arms_factor_3"),
    "F4": say("web.preparation_factor_4"),
    "F5": say("web.capacity_to_prevent_factor_5"),
    "F6": say("web.acts_and_intent_factor_6"),
}
SHAPES = ("csv", "xlsx", "json")


def look_kinds(request: PageRequest) -> dict[str, Any]:
    """Every kind with how many records of it the reader may read."""
    counts = request.state.records.counts(by=request.actor, as_of=request.as_of)
    made = []
    for kind in forms.kinds():
        form, count = forms.form(kind), counts.get(kind, 0)
        if count or request.session:
            made.append(
                {
                    "kind": kind,
                    "plural": form.plural,
                    "help": form.help,
                    "count": count,
                    "factor": form.factor,
                    "href": url("record_list", kind=kind),
                }
            )
    made.sort(key=lambda k: (k["factor"], k["plural"]))
    groups = [
        {"title": FACTORS.get(f, f), "kinds": list(ks)}
        for f, ks in groupby(made, key=lambda k: str(k["factor"]))
    ]
    return {"title": say("web.registers"), "groups": groups, "caveat": REPORTED}


def look_list(request: PageRequest, kind: str) -> dict[str, Any]:
    """The records of a kind, by place, parent and words, page by page."""
    form, asked = form_of(kind), _filter(request)
    records, after, count = page_of_records(request, kinds=[kind], **asked)
    reader = reader_of(request, records)
    carry = {"as_of": request.query["as_of"]} if request.is_past else {}
    more = {k: v for k, v in {**asked, **carry}.items() if v}
    next_page = url("record_list", kind=kind) + f"?{urlencode({**more, 'after': after})}"
    return {
        **_head(request, form.plural, form),
        "one": form.title,
        "filter": asked,
        "count": count,
        "rows": [record_views.line(r, form, reader) for r in records],
        "carry": f"?{urlencode(carry)}" if carry else "",
        "next": next_page if after else "",
        "filtered": any(asked.values()),
        "may_write": _may_begin(request, form),
        "places": places(request) if request.session or records else [],
        "exports": _exports(kind, more) if may_export(request) else [],
    }


def _may_begin(request: PageRequest, form: Form) -> bool:
    """Whether this reader may write a new record of the kind, on its own pages."""
    return may_begin(request, form.kind) and not form.written_at


def _exports(kind: str, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    query = f"?{urlencode(asked)}"
    return [(s.upper(), url(f"record_export_{s}", kind=kind) + query) for s in SHAPES]


def look_one(request: PageRequest, kind: str, id: str) -> dict[str, Any]:
    """One record, as it stood."""
    form = form_of(kind)
    record = read(request, kind, id, version=_version(request))
    newest = read(request, kind, id)
    is_current = not request.is_past and record.version == newest.version
    reader = reader_of(request, [record])
    contact = (
        url("records_submission_contact", id=id) if _has_contact(request, record) else ""
    )
    near = find(request, parent=id)
    return {
        **_head(request, "", form),
        **record_views.one(record, form, reader),
        "past": not is_current,
        "may_write": is_current and may_edit(request, record, form),
        "may_erase": is_current and _may_erase(request, record, form),
        "contact": contact,
        "linked": [record_views.line(r, forms.form(r.kind), reader) for r in near],
        "caveat": exported.caveat(form.kind),
        "back": back_to(request.query.get("next", "")),
    }


def _version(request: PageRequest) -> int | None:
    """The version asked for, None for the newest."""
    wanted = request.query.get("version", "")
    return int(wanted) if wanted.isdecimal() and len(wanted) < 7 else None


def _may_erase(request: PageRequest, record: Record, form: Form) -> bool:
    """Whether there is something to erase, and this reader may."""
    is_whole = not record.erased and bool(form.sealed)
    return is_whole and may_erase(request.actor, record.stamp)


def _has_contact(request: PageRequest, record: Record) -> bool:
    """Whether this reader may open how to reach whoever reported it."""
    mine = request.actor.role in CLEARED and request.actor.space == record.stamp.space
    return mine and bool(record.body.get("contact"))


def look_history(request: PageRequest, kind: str, id: str) -> dict[str, Any]:
    """Every version, with what each changed."""
    form = form_of(kind)
    versions = history(request, kind, id)
    reader = reader_of(request, versions)
    return {
        **_head(request, say("web.history"), form),
        "href": url("record", kind=kind, id=id),
        "id": id,
        "record_title": record_views.title_of(versions[-1], form, request.actor),
        "versions": record_views.history(versions, form, reader),
    }


def search(request: PageRequest) -> dict[str, Any]:
    """Records and places that hold all words."""
    words = request.query.get("q", "").strip()[:200]
    made: dict[str, Any] = {
        "title": say("web.search"),
        "q": words,
        "rows": [],
        "count": 0,
        "places": [],
        "terms": [],
        "next": "",
        **_when(request),
    }
    if not folded(words).strip():
        return made
    found, after, count = page_of_records(request, text=words)
    reader = reader_of(request, found)
    near = matching(request.state.places, words, request.as_of.date())
    carry = {"as_of": request.query["as_of"]} if request.is_past else {}
    return {
        **made,
        "places": near,
        "terms": _terms(request, words),
        "count": count,
        "rows": [record_views.line(r, forms.form(r.kind), reader) for r in found],
        "next": url("search") + f"?{urlencode({'q': words, **carry, 'after': after})}"
        if after
        else "",
    }


def _terms(request: PageRequest, words: str) -> list[tuple[str, str]]:
    """Terms of the glossary, each with its address."""
    found = glossary.matching(words, request.language)
    return [(f"{url('glossary')}#{t.id}", t.term) for t in found]


# Exports


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_csv(request: PageRequest, kind: str) -> Response:
    """The list as CSV."""
    form, found = _exported(request, kind, "csv")
    text = exported.as_csv(found, form, reader_of(request, found), as_of=request.as_of)
    return _file(text.encode("utf-8-sig"), kind, "csv", "text/csv; charset=utf-8")


def export_xlsx(request: PageRequest, kind: str) -> Response:
    """The list as a workbook."""
    form, found = _exported(request, kind, "xlsx")
    return _file(
        exported.as_xlsx(found, form, reader_of(request, found), as_of=request.as_of),
        kind,
        "xlsx",
        XLSX,
    )


def export_json(request: PageRequest, kind: str) -> Response:
    """The list as JSON, with what each field means."""
    form, found = _exported(request, kind, "json")
    text = exported.as_json(found, form, reader_of(request, found), as_of=request.as_of)
    return _file(text.encode(), kind, "json", "application/json")


def _exported(request: PageRequest, kind: str, sort: str) -> tuple[Form, list[Record]]:
    """What is exported, after the export was logged."""
    form = form_of(kind)
    check_export(request)
    asked = _filter(request)
    found = list(everything(request, kinds=[kind], **asked))
    details = {"format": sort, "records": len(found), "as_of": request.as_of.isoformat()}
    access_log.keep_export(request, kind, details, asked)
    return form, found


def _file(
    body: bytes,
    name: str,
    sort: str,
    media: str,
) -> Response:
    return file_answer(body, f"{name}.{sort}", media)


def _filter(request: PageRequest) -> dict[str, Any]:
    return {
        name: request.query.get(name, "").strip()[:200]
        for name in ("place", "parent", "text")
    }


def _head(request: PageRequest, title: str, form: Form) -> dict[str, Any]:
    return {
        "title": title,
        "kind": form.kind,
        "plural": form.plural,
        "help": form.help,
        **_when(request),
    }


def _when(request: PageRequest) -> Mapping[str, Any]:
    return {"as_of": request.as_of.date().isoformat(), "past": request.is_past}


ROUTES = (
    *page("search", "/search", search, "search.html"),
    *page("records", "/records", look_kinds, "record_kinds.html"),
    file("record_export_csv", "/records/{kind}/export.csv", export_csv),
    file("record_export_xlsx", "/records/{kind}/export.xlsx", export_xlsx),
    file("record_export_json", "/records/{kind}/export.json", export_json),
    *page("record_list", "/records/{kind}", look_list, "record_list.html"),
    *page(
        "record_history",
        "/records/{kind}/{id}/history",
        look_history,
        "record_history.html",
    ),
    *page("record", "/records/{kind}/{id}", look_one, "record.html"),
)
