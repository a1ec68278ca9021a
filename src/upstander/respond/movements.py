"""How an indicator moved between its start and its last reading: the good way, the other, not at all, or not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import say
from upstander.records import Record


@dataclass(frozen=True)
class Movement:
    """From the first value to the last one known on a day.

    Attributes:
        direction: better, worse, same or not_known. reached: whether the target is met; None where there is none or no value.
    """

    first: float | None
    last: float | None
    direction: str
    reached: bool | None
    unit: str

    @property
    def words(self) -> str:
        """As shown."""
        if self.first is None or self.last is None:
            return say("respond.moved_not_known")
        moved = say(f"respond.moved_{self.direction}")
        values = {
            "first": f"{self.first:,.12g}",
            "last": f"{self.last:,.12g}",
            "unit": self.unit,
        }
        return say("respond.movement", moved=moved, reached=self._target(), **values)

    def _target(self) -> str:
        if self.reached is None:
            return say("respond.no_target")
        return say(
            "respond.target_reached" if self.reached else "respond.target_not_reached"
        )


def movement(indicator: Record, readings: Sequence[Record], on: date) -> Movement:
    """How it moved by a day, from its start (else from its first reading) to its last reading."""
    body = indicator.body
    values = _values(readings, on)
    first = (
        body["baseline"] if body["baseline"] is not None else next(iter(values[:-1]), None)
    )
    last = values[-1] if values else None
    return Movement(
        first=first,
        last=last,
        direction=_direction(first, last, body["better"]),
        reached=_reached(last, body["target"], body["better"]),
        unit=str(body["unit"] or ""),
    )


def _values(readings: Sequence[Record], on: date) -> list[float]:
    """Values known by the day, in the order of their days."""
    known = [r for r in readings if str(r.body["day"]) <= on.isoformat()]
    return [r.body["value"] for r in sorted(known, key=lambda r: (r.body["day"], r.id))]


def _direction(first: Any, last: Any, better: str) -> str:
    if first is None or last is None:
        return "not_known"
    if first == last:
        return "same"
    return "better" if (last > first) == (better == "higher") else "worse"


def _reached(last: Any, target: Any, better: str) -> bool | None:
    if last is None or target is None:
        return None
    return bool(last >= target if better == "higher" else last <= target)
