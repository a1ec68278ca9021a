"""From what somebody filled in to a draft of a record: checked by its form, its personal part apart, stamped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.assess.forms import Form, FormError, check, form
from upstander.core.rights import APPROVERS, Actor, Stamp
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
    settled: Mapping[str, Any] | None = None,
) -> Draft:
    """A checked draft, ready to append.

    Args:
        stamp: rights of the record; by default the writer's own space, TLP:AMBER, restricted as the form says.
        settled: flags that take an approver and are set already: by the version before, or by a source of open data.

    Raises:
        FormError: by field, why the values cannot be kept.
    """
    wanted = form(kind)
    body = check(wanted, given, places)
    if by.role not in APPROVERS and (unsettled := _unapproved(wanted, body, settled or {})):
        raise FormError(unsettled)
    own = stamp or Stamp(space=by.space, author=by.account, restricted=wanted.restricted)
    open_part, personal = _apart(wanted, body)
    return Draft(
        kind=kind, id=id, body=open_part, personal=personal, stamp=own, writers=wanted.writers,
        parent=parent, place=place, expected=expected,
    )  # fmt: skip


def _unapproved(wanted: Form, body: Mapping[str, Any], settled: Mapping[str, Any]) -> dict[str, str]:
    """Flags that are set here and take an approver: they let a record be shown more exactly."""
    set_now = [f for f in wanted.fields if f.approved and body.get(f.name) and not settled.get(f.name)]
    return {f.name: f"{f.label}: an approver or head of your space sets this; leave it empty" for f in set_now}


def _apart(wanted: Form, body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The open part of a body and its personal values."""
    personal = {f.name for f in wanted.fields if f.personal}
    return (
        {k: v for k, v in body.items() if k not in personal},
        {k: v for k, v in body.items() if k in personal and v not in (None, [], "")},
    )
