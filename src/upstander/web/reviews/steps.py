"""The seven steps of the way forward for one place, as the reader may see what they rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from upstander.assess import review
from upstander.core.rights import travels_with
from upstander.records import Record
from upstander.respond import treaties, way_forward
from upstander.respond.way_forward import Material
from upstander.web.kernel.record_reading import everything
from upstander.web.kernel.requests import PageRequest


def material_of(request: PageRequest, place: str) -> Material:
    """What the steps are worked out from: the place's records, and the acts by which it is bound."""
    records = everything(request, kinds=way_forward.KINDS, place=place)
    known, _ = request.figures
    acts = known.acts.get(place, [])
    bound = treaties.completion(acts, known.known_to, known.as_of)
    return Material(records, bound, request.as_of.date())


def statuses(request: PageRequest, whole: Record) -> dict[str, str]:
    """By step its state in words, from records that travel as far as a review does: so it may be printed in its report."""
    if not whole.place:
        return {}
    material = material_of(request, whole.place)
    open_ones = [r for r in material.records if travels_with(r.stamp, whole.stamp)]
    found = way_forward.scorecard(replace(material, records=open_ones))
    return {step.id: step.state_words for step in found}


def steps(request: PageRequest, place: str) -> list[dict[str, Any]]:
    """Each step with its state and why; of a review of several countries none is assessed: each is a State's own."""
    if not place:
        return [
            {"id": s.id, "title": s.title, "status": s.status, "words": ""}
            for s in review.way_forward()
        ]
    found = way_forward.scorecard(material_of(request, place))
    return [
        {"id": s.id, "title": s.title, "status": s.state_words, "words": s.words}
        for s in found
    ]
