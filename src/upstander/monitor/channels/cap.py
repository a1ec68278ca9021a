"""Common Alerting Protocol 1.2: one alert, one ``<info>`` for each language.

Source: OASIS CAP 1.2 (1 July 2010), ITU-T X.1303. House rules: ``scope`` is Restricted and says the TLP marking unless the
marking is TLP:CLEAR; category Security and Safety; certainty Possible unless events are observed; the level people set gives
severity and urgency together, for three axes confuse both sides; numbers stand in ``<parameter>``.
"""

from __future__ import annotations

from lxml import etree

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.core.rights import Marking
from upstander.monitor.alert_message import (
    AlertMessage,
    Area,
    Batch,
    Channel,
    Step,
    Words,
    marked,
    printable,
    written_instant,
)

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
STEPS = {
    Step.ALERT: "Alert",
    Step.UPDATE: "Update",
    Step.CANCEL: "Cancel",
    Step.ALL_CLEAR: "Update",
}
# By level: severity, urgency, what the reader is asked to do.
LEVELS = (
    ("Minor", "Unknown", "None"),
    ("Minor", "Future", "Monitor"),
    ("Moderate", "Future", "Assess"),
    ("Severe", "Expected", "Prepare"),
    ("Extreme", "Immediate", "Execute"),
)


def write(batch: Batch) -> bytes:
    """One alert as a CAP file. Raises ConfigError for several, or for one that CAP cannot say."""
    if len(batch.messages) != 1:
        raise ConfigError("a CAP file holds one alert; write a feed for several")
    message = batch.messages[0]
    _check(message)
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _head(root, message)
    for words in message.words:
        _told(root, message, words)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _check(message: AlertMessage) -> None:
    for name, value in (("identifier", message.id), ("sender", message.sender)):
        if not value or any(s in ",<&" or s.isspace() for s in value):
            raise ConfigError(
                f"CAP {name} {value!r}: it is empty or holds a space, comma, < or &"
            )
    if not message.words:
        raise ConfigError(f"alert {message.id}: it says nothing in any language")
    if message.step is not Step.ALERT and not message.references:
        raise ConfigError(f"alert {message.id}: {message.step} names the alert it is about")
    if message.expires <= message.sent:
        raise ConfigError(f"alert {message.id}: it expires before it is sent")


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = printable(text)


def _head(root: etree._Element, message: AlertMessage) -> None:
    is_public = message.marking is Marking.CLEAR
    _add(root, "identifier", message.id)
    _add(root, "sender", message.sender)
    _add(root, "sent", written_instant(message.sent))
    _add(root, "status", "Exercise" if message.exercise else "Actual")
    _add(root, "msgType", STEPS[message.step])
    _add(root, "scope", "Public" if is_public else "Restricted")
    if not is_public:
        _add(root, "restriction", message.marking.label)
    if message.exercise:
        _add(root, "note", marked(message, "this is a drill; nothing of it has happened"))
    if message.references:
        named = (f"{r.sender},{r.id},{written_instant(r.sent)}" for r in message.references)
        _add(root, "references", " ".join(named))


def _told(root: etree._Element, message: AlertMessage, words: Words) -> None:
    """What is said in one language, in the order of the schema."""
    severity, urgency, answer = LEVELS[message.level]
    if message.step in (Step.ALL_CLEAR, Step.CANCEL):
        urgency, answer = "Past", "AllClear"
    told = etree.SubElement(root, f"{{{NAMESPACE}}}info")
    lines = [
        ("language", words.language),
        ("category", "Security"),
        ("category", "Safety"),
        ("event", words.event),
        ("responseType", answer),
        ("urgency", urgency),
        ("severity", severity),
        ("certainty", "Observed" if message.observed else "Possible"),
        ("expires", written_instant(message.expires)),
        ("senderName", message.sender_name),
        ("headline", marked(message, words.headline)),
        ("description", words.description),
        ("instruction", words.instruction),
        ("web", message.web),
    ]
    for name, text in lines:
        if text:
            _add(told, name, text)
    for name, number in {"level": str(message.level), **message.numbers}.items():
        _named_value(told, "parameter", name, number)
    for area in message.areas:
        _area(told, area)


def _named_value(
    parent: etree._Element,
    element: str,
    name: str,
    value: str,
) -> None:
    pair = etree.SubElement(parent, f"{{{NAMESPACE}}}{element}")
    _add(pair, "valueName", name)
    _add(pair, "value", value)


def _area(told: etree._Element, area: Area) -> None:
    element = etree.SubElement(told, f"{{{NAMESPACE}}}area")
    _add(element, "areaDesc", area.name)
    for outline in area.outlines:
        _add(element, "polygon", outline)
    for scheme, code in area.codes:
        _named_value(element, "geocode", scheme, code)


CHANNEL = Channel(say("monitor.channel_cap"), "application/cap+xml", "cap.xml", write)
