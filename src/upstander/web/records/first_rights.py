"""The rights that a new record starts with: its own space's, or as far as the whole travels that it is part of or serves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.core.rights import Stamp, stamp_within
from upstander.records.forms import Form
from upstander.web.kernel.record_reading import back_to
from upstander.web.kernel.requests import PageRequest

REVIEW = "review"


def first_stamp(
    request: PageRequest,
    form: Form,
    controls: Mapping[str, Any],
    fields: Mapping[str, Any],
) -> Stamp:
    """In a review, as part of another record, or opened from a review's page (evidence): as that travels. Whoever writes it
    sees its rights, and may set others."""
    who = request.actor
    kind, id = _whole(form, controls, fields)
    if kind and id and not form.restricted:
        found = request.state.records.find(
            by=who, as_of=request.now, kinds=[kind], ids=[id]
        )
        if found:
            return stamp_within(found[0].stamp, who)
    return Stamp(who.space, who.account, restricted=form.restricted)


def _whole(
    form: Form, controls: Mapping[str, Any], fields: Mapping[str, Any]
) -> tuple[str, str]:
    """The kind and id of what a record is part of, else of the review from whose page it was opened; '' for none."""
    if form.within:
        return form.field(form.within).to, str(fields.get(form.within) or "")
    if form.parent == REVIEW:
        return REVIEW, str(controls.get("_parent") or "")
    back = back_to(str(controls.get("_next") or "")) if not form.parent else ""
    return (REVIEW, back.split("/")[2]) if back else ("", "")
