"""A released alert as channels write it: words in each language, areas, numbers, and what it refers to.

It holds what one recipient may read, already in words: channels decide nothing about rights or language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from upstander.core.rights import Marking

NO_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
MOST_LEVEL = 4


class Step(StrEnum):
    """What a message does to the one before it."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"
    ALL_CLEAR = "all_clear"


@dataclass(frozen=True)
class Reference:
    """A message that another one follows: by whom, which, when sent."""

    sender: str
    id: str
    sent: datetime


@dataclass(frozen=True)
class Area:
    """Where: its name, codes by scheme (``ISO3``, ``P-code``), outlines as CAP writes them (lat,lon pairs)."""

    name: str
    codes: tuple[tuple[str, str], ...] = ()
    outlines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """What is said in one language (a BCP 47 tag)."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertMessage:
    """One message of an alert.

    Attributes:
        id: never used again; the same message sent twice has the same.
        level: 0 lower, not immune; 1 watch; 2 concern; 3 warning; 4 crisis.
        marking: how far it may travel (TLP); observed: whether events are happening, not only possible.
        numbers: by name, as text with the unit; exercise: a drill, which every channel says.
    """

    id: str
    sender: str
    sender_name: str
    sent: datetime
    expires: datetime
    step: Step
    level: int
    marking: Marking
    words: tuple[Words, ...]
    areas: tuple[Area, ...]
    references: tuple[Reference, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    observed: bool = False
    exercise: bool = False
    web: str = ""

    def said_in(self, language: str) -> Words:
        """The words in a language; in English, else in the first there is, where it has none."""
        by_language = {w.language: w for w in reversed(self.words)}
        return by_language.get(language) or by_language.get("en") or self.words[0]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a channel writes at once: a feed, a digest, or one alert.

    Attributes:
        title: of the feed or digest; address: where it stands, and its id; language: of the reader.
        made: when; leave: the address that ends the subscription, '' for none.
    """

    messages: Sequence[AlertMessage]
    title: str
    address: str
    language: str
    made: datetime
    leave: str = ""


@dataclass(frozen=True)
class Channel:
    """One way out: what it writes, and how. ``write`` raises ConfigError for what cannot be said in it."""

    title: str
    media: str
    suffix: str
    write: Callable[[Batch], bytes]


def written_instant(at: datetime) -> str:
    """An instant as CAP wants it: seconds, and an offset that is never Z; UTC is -00:00."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def printable(text: str) -> str:
    """The text without what XML cannot hold; each such character becomes the sign for one that is missing."""
    return NO_CONTROL.sub("\ufffd", text)


# Said to a reader in whose language an alert is not written, in that language; what follows is in another.
NOT_WRITTEN = {
    "en": "This alert is not written in English. What follows is in the language it was written in.",
    "fr": "Cette alerte n'est pas rédigée en français. Le texte qui suit est en anglais.",
    "es": "Esta alerta no está redactada en español. El texto que sigue está en inglés.",
    "ar": "هذا الإنذار غير مكتوب بالعربية. النص التالي بالإنكليزية.",
    "ru": "Это предупреждение не составлено на русском языке. Ниже следует английский текст.",
    "zh": "本预警没有中文文本。以下为英文。",
}


def fallback(message: AlertMessage, language: str) -> str:
    """What a reader is told whose language the alert is not written in; '' where it is."""
    if message.said_in(language).language == language:
        return ""
    return NOT_WRITTEN.get(language, NOT_WRITTEN["en"].replace("English", language))


EXERCISE = "EXERCISE EXERCISE EXERCISE"


def marked(message: AlertMessage, text: str) -> str:
    """A headline or subject; of a drill it says so first, in every channel and language."""
    return f"{EXERCISE}: {text}" if message.exercise else text
