"""Links between records, as a writer may see and set them: hidden ones stay, unknown ones are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import WORKERS
from upstander.records import Draft, Record
from upstander.records.forms import Form
from upstander.report import record_views
from upstander.report.record_views import Reader
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import reader_of
from upstander.web.kernel.requests import PageRequest

CODE = re.compile(
    r"(?!.*[a-z_]:)(?![0-9a-z]{26}$)[\w.+-][\w .+:/-]{0,60}"
)  # of a framework's indicator; no record's id
NONE_THAT_YOU_MAY_READ = say("web.choose_records_from_the_list_this_is")


def hidden_links(request: PageRequest, record: Record, form: Form) -> dict[str, list[str]]:
    """By field, the linked records that this writer may not read."""
    return hidden_among(record, form, reader_of(request, [record]))


def hidden_among(record: Record, form: Form, reader: Reader) -> dict[str, list[str]]:
    """By field, the linked records that a reader may not read; the reader knows what others of a list link to as well."""
    seen = reader.titles
    made = {}
    for f in form.fields:
        if f.type in ("link", "links"):
            ids = [
                v
                for v in as_list(record.body.get(f.name))
                if (i := record_views.linked_id(v)) and i not in seen
            ]
            if ids:
                made[f.name] = ids
    return made


def without_hidden(request: PageRequest, record: Record, form: Form) -> dict[str, Any]:
    """The values to edit, without the links that this writer may not read."""
    values = form_fields.kept(record, form)
    for name, ids in hidden_links(request, record, form).items():
        values[name] = [v for v in as_list(values[name]) if v not in ids]
    return values


def unknown_links(
    request: PageRequest,
    form: Form,
    draft: Draft,
    hidden: Mapping[str, list[str]],
) -> dict[str, str]:
    """Links to nothing the writer may read: the same words whether it is not there or not hers to see.

    A field to "*" also takes codes of frameworks; any other field takes records of its kind only.
    """
    links = [
        (f, [v for v in as_list(draft.body.get(f.name)) if v not in hidden.get(f.name, [])])
        for f in form.fields
        if f.type in ("link", "links")
    ]
    kinds = _kinds_of(request, [v for _, values in links for v in values])
    people = (
        accounts(request) if any(f.to == record_views.ACCOUNT for f, _ in links) else {}
    )

    def is_known(to: str, value: str) -> bool:
        kind = kinds.get(record_views.linked_id(value), "")
        if to == record_views.ACCOUNT:
            return value in people
        return bool(kind or CODE.fullmatch(value)) if to == "*" else kind == to

    lost = [f for f, values in links if not all(is_known(f.to, v) for v in values)]
    return {f.name: f"{f.label}: {NONE_THAT_YOU_MAY_READ}" for f in lost}


def _kinds_of(request: PageRequest, links: Iterable[str]) -> dict[str, str]:
    """Kinds of the linked records that the writer may read, by id."""
    ids = sorted({id for link in links if (id := record_views.linked_id(link))})
    if not ids:
        return {}
    records = request.state.records.find(
        by=request.actor, as_of=request.now, ids=ids, limit=len(ids)
    )
    return {r.id: r.kind for r in records}


def accounts(request: PageRequest) -> dict[str, str]:
    """Accounts that may be asked for their judgement, each with its name and space."""
    return {
        a.account: f"{a.name}, {request.space_title(a.space)}"
        for a in request.state.accounts.list()
        if a.role in WORKERS and not a.disabled
    }


def as_list(value: Any) -> list[str]:
    """The links in a field, whether it holds one or several."""
    if value in (None, ""):
        return []
    return list(value) if isinstance(value, list | tuple) else [str(value)]
