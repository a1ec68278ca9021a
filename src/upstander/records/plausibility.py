"""What cannot be so, asked back before it is kept: points that devices write without a fix, days that have not come yet.

A fault stops a record; a doubt is told and left to people, for outlines are simplified and sources err.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeGuard

from upstander.core.geography import Outline, is_near
from upstander.records.forms import Form

ONE_DAY = timedelta(days=1)  # it may be tomorrow already where it was written
NOWHERE = 0.01  # degrees, some kilometre: around 0, 0 there is only sea
# Days from which devices and spreadsheets count; they stand where a day was lost.
COUNTED_FROM = ("1899-12-30", "1899-12-31", "1900-01-01", "1904-01-01", "1970-01-01")


def faults(form: Form, body: Mapping[str, Any], today: date) -> dict[str, str]:
    """By field, what cannot be so."""
    found: dict[str, str] = {}
    for f in form.fields:
        if (
            f.past
            and body.get(f.name)
            and date.fromisoformat(body[f.name]) - ONE_DAY > today
        ):
            found[f.name] = (
                f"{f.label}: {body[f.name]} has not come yet; correct the year or the order of day and month"
            )
    day, reported = body.get("day"), body.get("reported")
    if (
        day
        and reported
        and "day" not in found
        and date.fromisoformat(day) > date.fromisoformat(reported) + ONE_DAY
    ):
        found["day"] = (
            f"{form.field('day').label}: {day} lies after it was reported ({reported}); correct one of them"
        )
    latitude, longitude = body.get("latitude"), body.get("longitude")
    if (
        _is_number(latitude)
        and _is_number(longitude)
        and abs(latitude) < NOWHERE
        and abs(longitude) < NOWHERE
    ):
        found["latitude"] = (
            "0, 0 is what a device writes without a fix; leave latitude and longitude empty"
        )
    elif _is_number(latitude) != _is_number(longitude):
        missing = "latitude" if _is_number(longitude) else "longitude"
        found[missing] = f"{form.field(missing).label} is missing; give both, or neither"
    return found


def doubts(body: Mapping[str, Any], outline: Outline | None) -> tuple[str, ...]:
    """What people should look at, of a body about a place with this outline (None where it is not known)."""
    found: list[str] = []
    latitude, longitude = body.get("latitude"), body.get("longitude")
    if (
        outline
        and _is_number(latitude)
        and _is_number(longitude)
        and not is_near(outline, longitude, latitude)
    ):
        words = f"the point {latitude:g}, {longitude:g} lies outside the place"
        turned = is_near(outline, latitude, longitude)
        found.append(
            f"{words}; latitude and longitude seem exchanged"
            if turned
            else f"{words}; look at it again"
        )
    if body.get("day") in COUNTED_FROM:
        found.append(
            f"the day {body['day']} is the one from which devices count; it may stand for a day not known"
        )
    return tuple(found)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
