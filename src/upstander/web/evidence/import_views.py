"""Bringing files into the library: a look at them first, then keeping; templates; the rejected lines to mend."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Response

from upstander.core import plugins, upload_rows, upload_text
from upstander.core.errors import (
    ConfigError,
    FileRefused,
    NotAllowed,
    SourceChanged,
    UnknownRecord,
)
from upstander.core.messages import say, words_of
from upstander.core.rights import Actor
from upstander.evidence import importing
from upstander.evidence.column_mapping import Columns, read_mapping
from upstander.evidence.formats import Import
from upstander.evidence.importing import Brought
from upstander.evidence.rows import Item
from upstander.records import Draft, Record, exports, forms, titles
from upstander.records.vault import Vault
from upstander.web.kernel import form_fields
from upstander.web.kernel.record_reading import everything, place_codes, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, Done
from upstander.web.kernel.routing import Given, action, file, page
from upstander.web.kernel.upload_tray import LASTS, Waiting
from upstander.web.kernel.urls import url

SHOWN, FEW = 200, 3  # rows of a look, titles of a group; the rest is counted
LONGEST_NAME = 100  # characters of the name of a file, as it is shown
ASKED = ("program", "kind", "place", "encoding", "mapping", "keep_good")
UNICODE = ("", "Unicode (UTF-8, UTF-16)")
MAPPING_HELP = say("web.toml_that_says_which_column_is_which")
LONGEST_MAPPING = 20_000
# Bytes of a name on disk, which takes 255; letters of what follows its point.
LONGEST_STEM, LONGEST_END = 120, 5


def template(_: PageRequest, kind: str) -> Response:
    """The empty table of a kind, to be filled in offline."""
    if kind not in forms.importable():
        raise ConfigError(
            say("web.there_is_a_template_for", join=", ".join(forms.importable()))
        )
    return Response(
        exports.template(kind),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{kind}-template.csv"'},
    )


def look_import(request: PageRequest) -> dict[str, Any]:
    """An empty form."""
    _may_bring(request)
    return _page(
        request,
        {
            "program": "template",
            "kind": request.query.get("kind", "evidence"),
            "place": request.query.get("place", ""),
        },
    )


def preview(request: PageRequest, given: Given) -> Again:
    """Read the file and show what would be kept; nothing is. The rejected lines wait too, to be taken and mended."""
    who = _may_bring(request)
    values = {name: given.text(name) for name in ASKED}
    file = given.files.get("file")
    if file is None or not file.filename:
        return _refused(request, values, say("web.choose_a_file"))
    name, content = Path(file.filename).name[:LONGEST_NAME], file.file.read()
    waiting = Waiting(name, content, values, request.now + LASTS)
    try:
        brought = _brought(request, who, waiting)
    except (ConfigError, FileRefused, SourceChanged) as error:
        return _refused(request, values, words_of(error))
    _let_wait(request, who, waiting, brought)
    page = {**_page(request, values), "look": _look(waiting, brought)}
    return Again("evidence_import.html", page, 200)


def _refused(request: PageRequest, values: Mapping[str, str], words: str) -> Again:
    return Again("evidence_import.html", _page(request, values, {"file": words}))


def _let_wait(
    request: PageRequest,
    who: Actor,
    waiting: Waiting,
    brought: Brought,
) -> None:
    """The file waits to be kept, its rejected lines to be taken."""
    state, account = request.state, who.account
    if brought.items:
        state.uploads.put(account, waiting, request.now)
    if brought.faulty:
        lines = replace(waiting, content=brought.faulty)
        state.rejected_lines.put(account, lines, request.now)
    else:
        state.rejected_lines.drop(account)


def give_back(request: PageRequest) -> Response:
    """The rejected lines of the file that this account looked at last, as a table to mend and bring again."""
    file = request.state.rejected_lines.see(_may_bring(request).account, request.now)
    if file is None:
        raise UnknownRecord(say("web.no_rejected_lines_are_held"))
    name = quote(f"{Path(file.name).stem}-rejected.csv")
    return Response(
        file.content,
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{name}",
            "cache-control": "no-store",
        },
    )


def keep(request: PageRequest) -> Done | Again:
    """Keep what was looked at."""
    who, state = _may_bring(request), request.state
    waiting = state.uploads.take(who.account, request.now)
    if waiting is None:
        return _refused(request, {}, say("web.the_file_is_not_held_any_more"))
    brought = _brought(request, who, waiting)
    vault = Vault.open(state.records, state.settings.vault_key)
    why = f"{waiting.given['program']}: {waiting.name}"
    kept, receipts = importing.kept(
        brought, records=state.records, vault=vault, by=who, why=why, now=request.now
    )
    content = {
        **_page(request, waiting.given),
        "kept": len(kept),
        "receipts": [{"where": w, "code": c} for w, c in receipts],
        "rejected": state.rejected_lines.see(who.account, request.now) is not None,
    }
    return Again("evidence_import.html", content, 201)


def _may_bring(request: PageRequest) -> Actor:
    who = request.signed_in()
    if who.role not in forms.form("evidence").writers or not who.space:
        raise NotAllowed(say("web.files_are_brought_in_by_contributors_analysts"))
    return who


def _brought(request: PageRequest, who: Actor, file: Waiting) -> Brought:
    """Read the file through a temporary one that is gone before anything else happens."""
    given = file.given
    kind = given["kind"] if given["kind"] in forms.importable() else "evidence"
    columns = _columns(request, given, kind)
    with tempfile.TemporaryDirectory(prefix="upstander-") as folder:
        path = Path(folder) / on_disk(file.name)
        path.write_bytes(file.content)
        return importing.bring(
            given["program"],
            path,
            by=who,
            places=request.state.places,
            kind=kind,
            place=given["place"],
            columns=columns,
            encoding=given["encoding"],
            keep_good=given["keep_good"] == "yes",
            known=everything(request, kinds=(kind,)),
            wholes=_wholes(request, kind),
            today=request.today,
        )


def _columns(request: PageRequest, given: Mapping[str, str], kind: str) -> Columns | None:
    """The mapping of columns that was typed, if one was. Raises ConfigError for what was chosen wrongly."""
    mapping = given["mapping"][:LONGEST_MAPPING]
    columns = read_mapping(mapping, forms.form(kind)) if mapping else None
    if given["program"] not in importing.names():
        raise ConfigError(say("web.choose_the_program_that_the_file_comes"))
    if given["place"] and given["place"] not in place_codes(request):
        raise ConfigError(say("web.choose_a_place_from_the_list"))
    return columns


def _wholes(request: PageRequest, kind: str) -> Sequence[Record]:
    """Records that a line may be part of."""
    form = forms.form(kind)
    return everything(request, kinds=(form.field(form.within).to,)) if form.within else ()


def on_disk(name: str) -> str:
    """A name for the file that any disk takes, as near to the person's as it can be: faults are told by it.

    >>> on_disk("../may.csv"), on_disk(".."), len(on_disk("စ" * 200 + ".csv").encode())
    ('may.csv', 'file', 124)
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    bare = "".join(c for c in last if c.isprintable()).strip(". ")
    stem, dot, end = bare.rpartition(".")
    if not dot or not end.isalnum() or len(end) > LONGEST_END or not end.isascii():
        stem, dot, end = bare, "", ""
    short = stem.encode("utf-8", "ignore")[:LONGEST_STEM].decode("utf-8", "ignore")
    return f"{short}{dot}{end}" or "file"


def _look(file: Waiting, brought: Brought) -> dict[str, Any]:
    """What the file would give, and what is wrong with it."""
    return {
        "file": file.name,
        "read": brought.read,
        "new": len(brought.items),
        "again": brought.again,
        "rows": [_row(i) for i in brought.items[:SHOWN]],
        "more": max(0, len(brought.items) - SHOWN),
        **_alike(brought),
        **_faults(brought),
        **{name: list(getattr(brought, name)) for name in ("unmapped", "left", "notes")},
        "has_contacts": sum(bool(i.contact) for i in brought.items),
    }


def _faults(brought: Brought) -> dict[str, Any]:
    shown = brought.faults[:SHOWN]
    faults = [{"where": f.where, "column": f.column, "problem": f.problem} for f in shown]
    return {"faults": faults, "more_faults": max(0, len(brought.faults) - SHOWN)}


def _row(item: Item) -> dict[str, Any]:
    body = item.draft.body
    return {
        "where": item.where,
        "title": _title(item.draft),
        "day": body.get("day") or body.get("onset") or "",
        "place": item.draft.place,
    }


def _alike(brought: Brought) -> dict[str, Any]:
    """Items that may be the same, in pairs and groups."""
    titles_by_id = {i.draft.id: _title(i.draft) for i in brought.items}

    def called(ids: Sequence[str]) -> list[str]:
        return [titles_by_id.get(i, say("web.an_item_that_is_here_already")) for i in ids]

    pairs = [
        {
            "kind": p.kind,
            "alike": say("web.of_100", alike=f"{p.alike:.0f}"),
            "titles": called((p.first, p.second)),
        }
        for p in brought.pairs[:SHOWN]
    ]
    groups = [
        {"kind": g.kind, "count": len(g.ids), "titles": called(g.ids[:FEW])}
        for g in brought.groups[:SHOWN]
    ]
    return {"pairs": pairs, "groups": groups}


def _title(draft: Draft) -> str:
    return titles.title(forms.form(draft.kind), draft.body)


def _page(
    request: PageRequest, given: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> dict[str, Any]:
    kinds = [(k, forms.form(k).plural) for k in forms.importable()]
    return {
        "title": say("web.bring_a_file_in"),
        "look": None,
        "kept": None,
        "receipts": [],
        "rejected": False,
        "lessons": given.get("kind") in ("warning_case", "case_entry"),
        "list": _list_of(given.get("kind", "")),
        "fault": (faults or {}).get("file", ""),
        "most": upload_rows.MOST_ROWS,
        "templates": [(label, url("record_template_csv", kind=k)) for k, label in kinds],
        "inputs": _inputs(request, given, kinds),
        "keep_good": given.get("keep_good") == "yes",
    }


def _list_of(kind: str) -> dict[str, str] | None:
    """The list of what came, None where it went to the inbox."""
    if kind not in forms.importable() or kind in ("evidence", "submission"):
        return None
    return {"href": url("record_list", kind=kind), "title": forms.form(kind).plural}


def _inputs(
    request: PageRequest, given: Mapping[str, str], kinds: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    programs = [
        (n, plugins.load(importing.PLUGINS, n, Import).title) for n in importing.names()
    ]
    all_places = [("", form_fields.NOT_SAID), *places(request)]
    encodings = [(e, e) for e in upload_text.ENCODINGS if not e.startswith("utf")]
    return {
        "program": _one("program", say("web.program_the_file_comes_from"), programs, given),
        "kind": _one("kind", say("web.what_it_holds"), kinds, given),
        "place": _one("place", say("web.place_where_a_line_says_none"), all_places, given),
        "encoding": _one(
            "encoding", say("web.encoding_of_the_text"), [UNICODE, *encodings], given
        ),
        "mapping": {
            **_plain("mapping", say("web.mapping")),
            "value": given.get("mapping", ""),
            "help": MAPPING_HELP,
        },
    }


def _one(
    name: str,
    label: str,
    options: Sequence[tuple[str, str]],
    given: Mapping[str, str],
) -> dict[str, Any]:
    shown = form_fields.marked(options, [given.get(name, "")])
    return {**_plain(name, label), "options": shown}


def _plain(name: str, label: str) -> dict[str, Any]:
    return {
        "name": name,
        "id": f"f-{name}",
        "label": label,
        "help": "",
        "fault": "",
        "required": False,
        "unit": "",
        "personal": False,
    }


def bring(request: PageRequest, given: Given) -> Done | Again:
    """Look at a file, or keep the one that was looked at."""
    return keep(request) if given.text("do") == "keep" else preview(request, given)


ROUTES = (
    *page("evidence_import", "/evidence/import", look_import, "evidence_import.html"),
    action("post_evidence_import", "/evidence/import", bring),
    file("evidence_import_rejected_csv", "/evidence/import/rejected.csv", give_back),
    file("record_template_csv", "/records/{kind}/template.csv", template),
)
