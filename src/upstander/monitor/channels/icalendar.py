"""iCalendar: each alert as the days on which it stands, so that it is seen where people plan."""

from __future__ import annotations

from upstander.core.messages import say
from upstander.monitor import ical_text
from upstander.monitor.alert_message import (
    AlertMessage,
    Batch,
    Channel,
    Step,
    fallback,
    marked,
)


def write(batch: Batch) -> bytes:
    """One event an alert, from the day it was sent to the day it expires; cancelled ones say so."""
    events = (_event(m, batch.language) for m in batch.messages)
    return ical_text.written(events, batch.title)


def _event(message: AlertMessage, language: str) -> ical_text.Event:
    words = message.said_in(language)
    is_over = message.step in (Step.CANCEL, Step.ALL_CLEAR)
    return ical_text.Event(
        uid=f"{message.id}@upstander",
        summary=marked(message, words.headline),
        since=message.sent.date(),
        until=message.expires.date(),
        stamp=message.sent,
        status="CANCELLED" if is_over else "CONFIRMED",
        description="\n".join(
            filter(
                None,
                (message.marking.label, fallback(message, language), words.description),
            )
        ),
        categories=tuple(code for a in message.areas for _, code in a.codes),
        properties={"URL": message.web} if message.web else {},
    )


CHANNEL = Channel(
    say("monitor.channel_icalendar"), "text/calendar; charset=utf-8", "ics", write
)
