"""Indicators of actions: start, readings, target, and which way they moved. What moved is said; what moved it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.respond import movements
from upstander.web.kernel.record_reading import everything, may_begin, named, with_ids
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url


def of_action(request: PageRequest, action: Record) -> list[dict[str, Any]]:
    """The indicators that an action names, each with how it moved."""
    found = [
        r for r in with_ids(request, action.body["indicators"]) if r.kind == "indicator"
    ]
    return [shown(request, indicator) for indicator in found]


def shown(request: PageRequest, indicator: Record) -> dict[str, Any]:
    """One indicator with its readings."""
    readings = everything(
        request, kinds=("indicator_reading",), where={"indicator": indicator.id}
    )
    moved = movements.movement(indicator, readings, request.as_of.date())
    seen = blurred(indicator, request.actor)
    return {
        **named(indicator, request.actor),
        "unit": seen.body["unit"] or "",
        "readings": _readings(readings),
        "direction": moved.direction,
        "words": moved.words,
        "add": _add(request, indicator),
    }


def _readings(readings: Sequence[Record]) -> list[dict[str, Any]]:
    ordered = sorted(readings, key=lambda r: str(r.body["day"]))
    return [{"day": r.body["day"], "value": r.body["value"]} for r in ordered]


def _add(request: PageRequest, indicator: Record) -> str:
    if not may_begin(request, "indicator_reading"):
        return ""
    asked = f"?indicator={indicator.id}&place={indicator.place}"
    return url("record_new", kind="indicator_reading") + asked
