"""Cursors: where the next page begins, signed with all that was asked, so that none can be made up or carried elsewhere."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

from upstander.core.keys import Key
from upstander.core.messages import say
from upstander.web.api.parameters import Refused, refused

SIGNED = 32  # characters of the signature that are kept: 128 bits
APART = ("cursor", "limit")  # what may differ from page to page


def written(
    key: Key,
    operation: str,
    values: Mapping[str, Any],
    mark: str,
    position: str,
) -> str:
    """A cursor for the rows after ``position``; ``mark`` names what the rows are made from."""
    payload = json.dumps([position, mark], separators=(",", ":")).encode()
    text = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    return f"{text}.{_signature(key, operation, values, text)}"


def read(
    key: Key,
    operation: str,
    values: Mapping[str, Any],
    mark: str,
) -> str:
    """The position in the cursor that was asked for, '' where none was.

    Raises:
        Refused: 400 for a cursor that is not ours or belongs to another question, 410 where the rows are others by now.
    """
    asked = str(values.get("cursor") or "")
    if not asked:
        return ""
    text, _, signature = asked.partition(".")
    ours = _signature(key, operation, values, text)
    if not hmac.compare_digest(ours.encode(), signature.encode()):
        raise refused("cursor", say("web.api_foreign_cursor"))
    position, made_from = json.loads(
        base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    )
    if made_from != mark:
        raise Refused(410, say("web.api_moved_on"), say("web.api_begin_anew"))
    return str(position)


def _signature(key: Key, operation: str, values: Mapping[str, Any], text: str) -> str:
    asked = sorted((k, repr(v)) for k, v in values.items() if k not in APART)
    return key.sign(f"cursor {operation} {asked} {text}")[:SIGNED]
