"""What cannot be so, asked back before it is kept: points that devices write without a fix, days that have not come yet.

A fault stops a record; a doubt is told and left to people, for outlines are simplified and sources err.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeGuard

from upstander.core.geography import Outline, is_near
from upstander.core.messages import say
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
            found[f.name] = say(
                "records.has_not_come_yet_correct_the_year",
                label=f.label,
                name=body[f.name],
            )
    day, reported = body.get("day"), body.get("reported")
    if (
        day
        and reported
        and "day" not in found
        and date.fromisoformat(day) > date.fromisoformat(reported) + ONE_DAY
    ):
        found["day"] = say(
            "records.lies_after_it_was_reported_correct_one",
            field=form.field("day").label,
            day=day,
            reported=reported,
        )
    latitude, longitude = body.get("latitude"), body.get("longitude")
    if (
        _is_number(latitude)
        and _is_number(longitude)
        and abs(latitude) < NOWHERE
        and abs(longitude) < NOWHERE
    ):
        found["latitude"] = say("records.0_0_is_what_a_device_writes")
    elif _is_number(latitude) != _is_number(longitude):
        missing = "latitude" if _is_number(longitude) else "longitude"
        found[missing] = say(
            "records.is_missing_give_both_or_neither", field=form.field(missing).label
        )
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
        words = say(
            "records.the_point_lies_outside_the_place",
            latitude=f"{latitude:g}",
            longitude=f"{longitude:g}",
        )
        turned = is_near(outline, latitude, longitude)
        found.append(
            say("records.latitude_and_longitude_seem_exchanged", value=words)
            if turned
            else say("records.look_at_it_again", value=words)
        )
    if body.get("day") in COUNTED_FROM:
        found.append(say("records.the_day_is_the_one_from_which", day=body["day"]))
    return tuple(found)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
