"""From what somebody filled in to a draft of a record: checked by its form, its personal part apart, stamped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.assess.forms import Form, check, form
from upstander.core.rights import Actor, Stamp
from upstander.lake.records import Draft


def draft(
    kind: str,
    given: Mapping[str, Any],
    *,
    id: str,
    by: Actor,
    places: frozenset[str],
    stamp: Stamp | None = None,
    parent: str = "",
    place: str = "",
    expected: int = 0,
) -> Draft:
    """A checked draft, ready to append.

    Args:
        stamp: rights of the record; by default the writer's own space, TLP:AMBER, restricted as the form says.

    Raises:
        FormError: by field, why the values cannot be kept.
    """
    wanted = form(kind)
    body = check(wanted, given, places)
    own = stamp or Stamp(space=by.space, author=by.account, restricted=wanted.restricted)
    open_part, personal = _apart(wanted, body)
    return Draft(
        kind=kind, id=id, body=open_part, personal=personal, stamp=own, writers=wanted.writers,
        parent=parent, place=place, expected=expected,
    )  # fmt: skip


def _apart(wanted: Form, body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The open part of a body and its personal values."""
    personal = {f.name for f in wanted.fields if f.personal}
    return (
        {k: v for k, v in body.items() if k not in personal},
        {k: v for k, v in body.items() if k in personal and v not in (None, [], "")},
    )
