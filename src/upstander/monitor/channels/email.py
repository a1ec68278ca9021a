"""E-mail: one alert at once, or a digest of several; plain text, with one address that ends the subscription.

The Message-ID of an alert is made from its id, so that the same alert sent twice is one message to a mail program.
Source: RFC 5322; RFC 2369 and RFC 8058 for leaving in one click.
"""

from __future__ import annotations

import quopri
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.monitor.alert_message import AlertMessage, Batch, Channel, fallback, marked

BETWEEN = "\n\n-- --\n\n"
ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
LONGEST = 900  # letters of a line that goes as it is; SMTP takes 998


def write(batch: Batch) -> bytes:
    """The letter without From and To, which are the delivery's. Raises ConfigError for an empty one.

    Thousands of readers get the same letter but for the address that ends their subscription: it is put in last.
    """
    if not batch.messages:
        raise ConfigError("a digest without alerts is not sent")
    told = [_told(m, batch.language) for m in batch.messages]
    is_drill = any(m.exercise for m in batch.messages)
    head = Head(_subject(batch), batch.made, message_id(batch), batch.language, is_drill)
    letter = _letter(head, BETWEEN.join(told))
    if not batch.leave:
        return letter
    address = _line(batch.leave)
    leaving = f"List-Unsubscribe: <{address}>\r\n{ONE_CLICK}\r\n"
    end = f"{BETWEEN}{address}\n".replace("\n", "\r\n")
    return leaving.encode() + letter.rstrip() + _as_in(letter, end)


@dataclass(frozen=True)
class Head:
    """What the head of a letter says."""

    subject: str
    made: datetime
    id: str
    language: str
    is_drill: bool


@lru_cache(maxsize=8)
def _letter(head: Head, text: str) -> bytes:
    """The letter that all readers of a language and of the same rights share."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = head.subject
    letter["Date"] = format_datetime(head.made)
    letter["Message-ID"] = head.id
    letter["Content-Language"] = head.language
    if head.is_drill:
        letter["X-Upstander-Exercise"] = "yes"
    # not every mail server takes more than seven bits
    is_plain = text.isascii() and all(len(x) <= LONGEST for x in text.splitlines())
    letter.set_content(text, cte="7bit" if is_plain else "quoted-printable")
    return letter.as_bytes()


def _as_in(letter: bytes, end: str) -> bytes:
    """The last lines, encoded as the letter is."""
    is_quoted = (
        b"Content-Transfer-Encoding: quoted-printable" in letter.partition(b"\r\n\r\n")[0]
    )
    return quopri.encodestring(end.encode()) if is_quoted else end.encode()


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
        fallback(message, language),
        marked(message, words.headline),
        f"{areas} | {message.level}/4 | {message.marking.label}",
        words.description,
        "\n".join(numbers),
        words.instruction,
        message.web,
    ]
    return "\n\n".join(p for p in parts if p)


CHANNEL = Channel(say("monitor.channel_email"), "message/rfc822", "eml", write)
