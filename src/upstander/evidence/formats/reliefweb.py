"""ReliefWeb API v2 (v1 has the same shape): reports, and disasters, as the JSON the API answers with.

One item is one report. ``date.original`` is when its source published it, ``date.created`` when ReliefWeb did. The
place is the primary country, or the only country; with neither, and for reports about the world or a region, the place
named with the import. HTML becomes the text it shows. A request that did not ask for ``body`` has none, and a disaster has a ``description``: the title then stands for the passage, and says so.

Source: https://apidoc.reliefweb.int/fields-tables
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from upstander.core.errors import FileRefused, UnknownPlace
from upstander.core.markup import is_markup, text_of
from upstander.core.places import Places
from upstander.core.upload_json import load_json, part_of, rows_of
from upstander.core.upload_rows import MOST_ROWS, Line
from upstander.evidence.formats import Found, Import, Opened

MOST_PASSAGE = 20_000  # characters; what the form keeps
CUT = " [...]"


def open_(path: Path, _encoding: str, places: Places) -> Opened:
    """Reports with title, passage, source, day of publication, language, address and country."""
    answer = load_json(path)
    items = rows_of(answer)
    if items is None or not all(
        isinstance(i, dict) and isinstance(i.get("fields"), dict) for i in items
    ):
        raise FileRefused(
            f"{path.name}: is no answer of the ReliefWeb API (data, each with fields); fetch it again"
        )
    if len(items) > MOST_ROWS:
        raise FileRefused(
            f"{path.name}: has more than {MOST_ROWS:,} items; divide it into several files"
        )
    return Opened(
        (),
        iter([_found(f"item {at}", i, places) for at, i in enumerate(items, 1)]),
        part_of(answer, len(items)),
    )


def _found(where: str, item: Mapping[str, Any], places: Places) -> Found:
    try:
        place, note = _place(item["fields"], places)
        return Found(
            Line(where, {}), _known(item), frozenset(), place, notes=(note,) if note else ()
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        return Found(
            Line(
                where,
                {},
                f"is not built as the API's documentation says ({str(error)[:120]})",
            )
        )


def _known(item: Mapping[str, Any]) -> dict[str, Any]:
    f = item["fields"]
    title = _shown(str(f.get("title") or f["name"]))
    return {
        **_text(f, title),
        **_days(f),
        "publisher": _publishers(f) or "ReliefWeb",
        "url": f.get("url_alias") or f.get("url") or item["href"],
        "attachments": _attachments(f),
        "published": True,
        "precision": "country",
        "origin": "reliefweb",
        "origin_id": str(item["id"]),
    }


def _text(f: Mapping[str, Any], title: str) -> dict[str, Any]:
    body = _shown(str(f.get("body") or f.get("description") or f.get("body-html") or title))
    languages = f.get("language") or [{}]
    return {
        "title": title[:300],
        "passage": body
        if len(body) <= MOST_PASSAGE
        else body[: MOST_PASSAGE - len(CUT)] + CUT,
        "language": languages[0].get("code"),
    }


def _days(f: Mapping[str, Any]) -> dict[str, str]:
    dates = f.get("date") or {}
    reported = dates.get("original") or dates.get("created") or ""
    return {"day": (dates.get("event") or "")[:10], "reported": reported[:10]}


def _publishers(f: Mapping[str, Any]) -> str:
    names = (s.get("shortname") or s["name"] for s in f.get("source") or ())
    return "; ".join(names)[:300]


def _attachments(f: Mapping[str, Any]) -> str:
    return "\n".join(str(x.get("filename") or x.get("url")) for x in f.get("file") or ())


def _shown(text: str) -> str:
    return text_of(text) if is_markup(text) else text


def _place(fields: Mapping[str, Any], places: Places) -> tuple[str, str]:
    """Code of the place, '' where it is about none of ours, and then what to say of it."""
    countries = fields.get("country") or []
    one = fields.get("primary_country") or (countries[0] if len(countries) == 1 else None)
    if not one or not one.get("iso3"):
        return "", ""
    try:
        return places.get(str(one["iso3"]).upper()).code, ""
    except UnknownPlace:
        return (
            "",
            f"about {str(one.get('name') or one['iso3'])[:80]}, which is no country: the place of the import was taken",
        )


IMPORT = Import(
    title="ReliefWeb API v2",
    citation="OCHA, ReliefWeb API documentation, https://apidoc.reliefweb.int/",
    open=open_,
    published=True,
)
