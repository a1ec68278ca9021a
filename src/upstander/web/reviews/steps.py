"""The seven steps of the way forward for one place, as the reader may see what they rest on."""

from __future__ import annotations

from typing import Any

from upstander.assess import review
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
