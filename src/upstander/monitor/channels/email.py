"""E-mail: one alert at once, or a digest of several; plain text, with one address that ends the subscription.

The Message-ID of an alert is made from its id, so that the same alert sent twice is one message to a mail program.
Source: RFC 5322; RFC 2369 and RFC 8058 for leaving in one click.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from upstander.core.errors import ConfigError
from upstander.monitor.alert_message import AlertMessage, Batch, Channel, marked


def write(batch: Batch) -> bytes:
    """The letter without From and To, which are the delivery's. Raises ConfigError for an empty one."""
    if not batch.messages:
        raise ConfigError("a digest without alerts is not sent")
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = _subject(batch)
    letter["Date"] = format_datetime(batch.made)
    letter["Message-ID"] = message_id(batch)
    letter["Content-Language"] = batch.language
    if any(m.exercise for m in batch.messages):
        letter["X-Upstander-Exercise"] = "yes"
    if batch.leave:
        letter["List-Unsubscribe"] = f"<{batch.leave}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    told = [_told(m, batch.language) for m in batch.messages]
    letter.set_content(
        "\n\n-- --\n\n".join([*told, *([batch.leave] if batch.leave else [])])
    )
    return letter.as_bytes()


def message_id(batch: Batch) -> str:
    """The same for the same alerts in the same digest."""
    ids = "\0".join((batch.address, *sorted(m.id for m in batch.messages)))
    return f"<{sha256(ids.encode()).hexdigest()[:32]}@upstander.invalid>"


def _subject(batch: Batch) -> str:
    if len(batch.messages) > 1:
        is_drill = any(m.exercise for m in batch.messages)
        text = f"{batch.title} ({len(batch.messages)})"
        return _line(marked(batch.messages[0], text) if is_drill else text)
    message = batch.messages[0]
    text = f"[{message.marking.label}] {message.said_in(batch.language).headline}"
    return _line(marked(message, text))


def _line(text: str) -> str:
    """A header has no line breaks: what somebody typed cannot add a header."""
    return " ".join(text.split())


def _told(message: AlertMessage, language: str) -> str:
    words = message.said_in(language)
    numbers = [f"{name}: {number}" for name, number in message.numbers.items()]
    areas = ", ".join(a.name for a in message.areas)
    parts = [
        marked(message, words.headline),
        f"{areas} | {message.level}/4 | {message.marking.label}",
        words.description,
        "\n".join(numbers),
        words.instruction,
        message.web,
    ]
    return "\n\n".join(p for p in parts if p)


CHANNEL = Channel("E-mail", "message/rfc822", "eml", write)
