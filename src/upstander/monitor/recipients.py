"""One alert for one reader: what their rights let them read, as a message for the channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from upstander.core.rights import Actor, may_read
from upstander.monitor import alerts
from upstander.monitor.alert_message import AlertMessage
from upstander.records import Record
from upstander.records.disclosure_control import blurred


@dataclass(frozen=True)
class House:
    """The installation as messages name it.

    Attributes:
        sender: unique to it, without spaces (CAP); address: where its pages are, without a slash at the end.
        places, spaces: names by code and id; page: the path of an alert's page by its id.
    """

    sender: str
    address: str
    places: Mapping[str, str]
    spaces: Mapping[str, str]
    page: Callable[[str], str] = field(default=lambda id: f"/alerts/{id}")


def sender_of(address: str) -> str:
    """Who alerts come from, as CAP wants it: without spaces, unique to the installation."""
    return f"upstander@{urlsplit(address).hostname}"


def message_for(
    reader: Actor,
    alert: Record,
    texts: Sequence[Record],
    followed: Sequence[Record],
    house: House,
) -> AlertMessage | None:
    """The alert for this reader, None where they may not know of it."""
    if not may_read(reader, alert.stamp):
        return None
    place = str(alert.body["place"])
    return alerts.message(
        blurred(alert, reader),
        [blurred(t, reader) for t in texts if may_read(reader, t.stamp)],
        [f for f in followed if may_read(reader, f.stamp)],
        place_name=house.places.get(place, place),
        sender=house.sender,
        sender_name=house.spaces.get(alert.stamp.space, alert.stamp.space),
        address=house.address + house.page(alert.id),
    )
