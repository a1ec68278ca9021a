"""What somebody typed into a form whose session has ended meanwhile: kept over signing in, shown, and sent again by them.

Nothing is kept on the server: the words go with the sign-in form, and come back from it on a page of their own. Only
requests from our own pages come this far (``requests.check_origin``), so nobody else can put words into it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from upstander.core.messages import say
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again

TITLE = say("web.your_session_has_ended")
EARLIER = say("web.the_form_came_from_an_earlier_session")
HELD = say("web.here_is_what_you_typed_send_it")
FIELD = "_typed"  # of the sign-in form
SECRET = re.compile("password|^old$|^again$|^csrf$|^token$")
INSIDE = re.compile(r"/(?![/\\])[^\\\x00-\x1f?#]{0,200}")
SHORT = 40  # characters; a longer text is shown whole, for it may be all that is left of it
MOST_FIELDS = 2_000


def again(
    http: PageRequest,
    values: Mapping[str, Any],
    path: str,
    *,
    is_open: bool,
) -> Again:
    """The page after a form was sent without a session: to sign in with it, or at once to look at it and send it."""
    kept = packed(path, values)
    if http.session or is_open:
        return Again("typed_values.html", page(kept), 403)
    content = {
        "title": TITLE,
        "next": "/",
        "name": "",
        "faults": [],
        "provider": "",
        "typed": kept,
        "shown": page(kept)["shown"],
    }
    return Again("sign_in.html", content, 403)


def held(values: Mapping[str, Any], path: str, why: str) -> Again:
    """The page after a form came while nothing could be kept (``Busy``): to send it again, with the token it came with."""
    kept = page(packed(path, values))
    token = values.get("csrf")
    lead = f"{why[0].upper()}{why[1:]}. {HELD}"
    return Again(
        "typed_values.html",
        {**kept, "lead": lead, "form_token": token if isinstance(token, str) else ""},
        503,
    )


def is_worth_keeping(values: Mapping[str, Any]) -> bool:
    """Whether anything was typed, into a form of ours: it carries the token of a session, though an earlier one."""
    return bool(values.get("csrf")) and any(
        v for n, v in values.items() if not SECRET.search(n)
    )


def packed(path: str, values: Mapping[str, Any]) -> str:
    """Where a form went and what stood in it, without its token and passwords, as one field of the sign-in form."""
    fields = {
        n: v
        for n, v in values.items()
        if not SECRET.search(n) and isinstance(v, str | list)
    }
    said = json.dumps({"path": path, "values": fields}, ensure_ascii=False)
    return base64.urlsafe_b64encode(
        said.encode("utf-8", "replace")
    ).decode()  # a field of a form turns line ends


def page(kept: str) -> dict[str, Any]:
    """What was typed, to be looked at and sent again; with nothing to send where the field was tampered with."""
    path, values = _unpacked(kept)
    pairs = [
        (n, v)
        for n, given in values.items()
        for v in (given if isinstance(given, list) else [given])
        if isinstance(v, str)
    ]
    is_text = [len(v) > SHORT or "\n" in v for _, v in pairs]
    return {
        "title": say("web.what_you_typed"),
        "lead": EARLIER,
        "form_token": "",
        "path": path,
        "typed": kept,
        "hidden": [
            {"name": n, "value": v}
            for (n, v), long in zip(pairs, is_text, strict=True)
            if not long
        ],
        "texts": [
            {"name": n, "value": v, "label": _label(n)}
            for (n, v), long in zip(pairs, is_text, strict=True)
            if long
        ],
        "shown": [
            {"label": _label(n), "value": v} for n, v in pairs if v and n != "_expected"
        ],
    }


def _unpacked(kept: str) -> tuple[str, Mapping[str, Any]]:
    try:
        given = json.loads(base64.urlsafe_b64decode(kept))
        path, values = given["path"], given["values"]
        json.dumps(
            given, ensure_ascii=False
        ).encode()  # half of a surrogate pair is no text
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", {}
    if (
        not isinstance(path, str)
        or not INSIDE.fullmatch(path)
        or not isinstance(values, dict)
        or len(values) > MOST_FIELDS
    ):
        return "", {}
    return path, {n: v for n, v in values.items() if not SECRET.search(n)}


def _label(name: str) -> str:
    return name.strip("_").replace("_", " ").capitalize()
