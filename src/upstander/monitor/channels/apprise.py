"""Chat or pager, by Apprise: plain words for a target on the administrator's list, the title in the first line.

Several readers share a chat, so nothing narrower than TLP:GREEN goes there (``outbox``).
"""

from __future__ import annotations

from upstander.core.messages import say
from upstander.monitor.alert_message import (
    AlertMessage,
    Batch,
    Channel,
    fallback,
    marked,
    printable,
)


def write(batch: Batch) -> bytes:
    """A title, an empty line, and what is said of each alert."""
    told = "\n\n".join(_told(m, batch.language) for m in batch.messages)
    return printable(f"{_title(batch)}\n\n{told}\n").encode()


def _title(batch: Batch) -> str:
    if len(batch.messages) != 1:
        return f"{batch.title} ({len(batch.messages)})"
    message = batch.messages[0]
    headline = message.said_in(batch.language).headline
    return " ".join(marked(message, f"[{message.marking.label}] {headline}").split())


def _told(message: AlertMessage, language: str) -> str:
    words = message.said_in(language)
    areas = ", ".join(a.name for a in message.areas)
    parts = (
        fallback(message, language),
        marked(message, f"{areas} | {message.level}/4 | {words.event}"),
        words.description,
        words.instruction,
        message.web,
    )
    return "\n\n".join(p for p in parts if p)


CHANNEL = Channel(say("monitor.channel_apprise"), "text/plain; charset=utf-8", "txt", write)
