"""What the CAP schemas demand: which elements, in which order, how often, and in which form.

Source: OASIS CAP 1.2, section 3.2 and appendix A; CAP 1.1, the same with fewer response types and free forms of times.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from upstander.monitor.safe_xml import name_of, namespace_of, text_of

# By container: its elements in order, each with ``1`` needed once, ``?`` once at most, ``+`` once or more, ``*`` any number.
ORDER = {
    "alert": "identifier1 sender1 sent1 status1 msgType1 source? scope1 restriction? addresses? "
    "code* note? references? incidents? info*",
    "info": "language? category+ event1 responseType* urgency1 severity1 certainty1 audience? "
    "eventCode* effective? onset? expires? senderName? headline? description? instruction? web? "
    "contact? parameter* resource* area*",
    "resource": "resourceDesc1 mimeType? size? uri? derefUri? digest?",
    "area": "areaDesc1 polygon* circle* geocode* altitude? ceiling?",
    "parameter": "valueName1 value1",
    "geocode": "valueName1 value1",
    "eventCode": "valueName1 value1",
}
CHOICES = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
}
CHOICES_1_1 = {
    **CHOICES,
    "responseType": "Shelter Evacuate Prepare Execute Monitor Assess None",
}
TIMES = ("sent", "effective", "onset", "expires")
TIME_1_2 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d")
TIME_1_1 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)?")
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
NUMBER = re.compile(r"[-+]?\d+(\.\d*)?")
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"


def faults(root: etree._Element, version: str) -> Iterator[str]:
    """What is wrong with an alert, each with its line."""
    yield from _container(root, version)


def _container(element: etree._Element, version: str) -> Iterator[str]:
    """Faults of an element that holds others."""
    name, own = name_of(element), namespace_of(element)
    rules = {r[:-1]: r[-1] for r in ORDER[name].split()}
    if version == "1.2" and name == "resource":
        rules["mimeType"] = "1"
    last, names = 0, list(rules)
    counted: Counter[str] = Counter()
    for child in element:
        called = name_of(child)
        if namespace_of(child) == SIGNATURE:
            continue
        if called not in rules or namespace_of(child) != own:
            yield f"line {child.sourceline}: {called or 'an entity'} does not belong in {name}"
            continue
        counted[called] += 1
        at = names.index(called)
        if at < last:
            yield f"line {child.sourceline}: {called} stands after {names[last]}"
        last = max(last, at)
        yield from _child(child, called, version)
    yield from _numbers(name, rules, counted, element.sourceline or 0)


def _numbers(
    name: str,
    rules: dict[str, str],
    counted: Counter[str],
    line: int,
) -> Iterator[str]:
    for called, rule in rules.items():
        if rule in "1+" and not counted[called]:
            yield f"line {line}: {name} has no {called}"
        if rule in "1?" and counted[called] > 1:
            yield f"line {line}: {name} has {counted[called]} times {called}"


def _child(child: etree._Element, called: str, version: str) -> Iterator[str]:
    if called in ORDER:
        yield from _container(child, version)
        return
    text, where = text_of(child), f"line {child.sourceline}: {called}"
    exact = "".join(t for t in child.itertext() if isinstance(t, str))
    choices = (CHOICES if version == "1.2" else CHOICES_1_1).get(called)
    if choices and exact not in choices.split():
        yield f"{where} is {exact[:30]!r}, none of {choices}"
    time = TIME_1_2 if version == "1.2" else TIME_1_1
    if called in TIMES and not time.fullmatch(text):
        yield f"{where} is {text[:40]!r}, no time as CAP {version} writes it"
    if called == "language" and text and not LANGUAGE.fullmatch(text):
        yield f"{where} is {text[:40]!r}, no code of a language"
    if called in ("altitude", "ceiling", "size") and not NUMBER.fullmatch(text):
        yield f"{where} is {text[:40]!r}, no number"
    if len(child):
        yield f"{where} holds elements or entities where text is meant"
