"""Content of the page of crimes: three lanes, the derived label, the incitement queue. It shows; it never finds.

Every sentence made here is fit to print by ``assess.crimes.asserted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from upstander.assess.aggregation import CAVEAT
from upstander.assess.conflict_context import badge
from upstander.assess.crimes import Provision, legend
from upstander.assess.lanes import ElementState, Finding, Lane, ethnic_cleansing, lanes
from upstander.assess.measures import acts, incitement
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.report.registers import PERSONS_WITHHELD, Link, Registers, Shown, listing
from upstander.report.words import capitalize_first

FINDS = say("web.these_lanes_set_indicators_beside_legal_elements")


def content(
    registers: Registers,
    name: str,
    group: str,
    may_see_dossier: bool,
) -> Shown:
    """The page, for one group or all.

    Args:
        may_see_dossier: whether the reader may open the intent dossier.
    """
    context = badge(registers.records, registers.on)
    shown = [
        _lane(registers, x, group) for x in lanes(registers.records, registers.on, group)
    ]
    return {
        "title": say("web.crimes", name=name),
        "place": registers.place,
        "name": name,
        "finds": FINDS,
        "group": group,
        "groups": registers.groups(),
        "context": context.words,
        "lanes": shown,
        "cleansing": _cleansing(registers, group),
        "registers": [registers.register(k) for k in ("act", "crime_element", "context")],
        "queue": _queue(registers),
        "decided": _decided(registers),
        "speech": registers.register("speech_event"),
        "dossier": f"/countries/{registers.place}/crimes/intent" if may_see_dossier else "",
        "as_of": registers.on.isoformat(),
        "caveat": CAVEAT,
    }


def _lane(registers: Registers, lane: Lane, group: str) -> Shown:
    crime = lane.crime
    elements = [_element(registers, element) for element in lane.elements]
    provisions = [_provision(act, provision) for act, provision in lane.acts]
    is_against_humanity = crime.id == "crimes_against_humanity"
    return {
        "id": crime.id,
        "title": crime.words,
        "open": lane.open,
        "reason": lane.reason,
        "words": lane.words,
        "test": crime.test,
        "note": crime.note,
        "source": f"{crime.source}, {crime.part}",
        "elements": elements,
        "legend": legend(p.checked for _, p in lane.acts) if lane.acts else "",
        "acts": provisions,
        "lists": _lists(registers, lane),
        "dossier": lane.dossier.words if lane.dossier else "",
        "pattern": _pattern(registers, group) if is_against_humanity else [],
    }


def _element(registers: Registers, element: ElementState) -> Shown:
    label = element.label.split(": ", 1)[-1]
    return {
        "label": capitalize_first(label),
        "words": element.words,
        "rests_on": [_finding(registers, finding) for finding in element.findings],
    }


def _finding(registers: Registers, finding: Finding) -> Shown:
    return {
        "status": finding.words,
        "group": registers.group(finding.group) if finding.group else "",
        **registers.link(finding.record),
        "acts": _acts(registers, finding.record),
    }


def _provision(act: str, provision: Provision) -> Shown:
    return {
        "words": choices("act")[act],
        "provision": provision.words,
        "checked": provision.checked,
    }


def _lists(registers: Registers, lane: Lane) -> list[Shown]:
    lists = (
        listing(say("web.verified_acts"), registers.links(lane.verified)),
        listing(say("web.alleged_acts"), registers.links(lane.alleged)),
        listing(
            say("web.acts_outside_every_recorded_conflict"), registers.links(lane.outside)
        ),
    )
    return [each for each in lists if each["links"]]


def _acts(registers: Registers, element: str) -> list[Link]:
    record = registers.by_id.get(element)
    return registers.links(record.body.get("acts") or ()) if record else []


def _pattern(registers: Registers, group: str) -> list[Link]:
    """Both sides of widespread OR systematic, verified and alleged apart."""
    shows_victims = registers.exactly(registers.of("act", group))
    rows = []
    for status in ("verified", "alleged"):
        pattern = acts.pattern(registers.records, registers.on, status, group)
        scale = pattern.scale if shows_victims else PERSONS_WITHHELD
        rows.append(
            {"status": status.capitalize(), "scale": scale, "system": pattern.system}
        )
    return rows


def _cleansing(registers: Registers, group: str) -> Shown:
    label = ethnic_cleansing(registers.records, registers.on, group)
    return {
        "title": say("web.ethnic_cleansing_a_derived_label"),
        "seen": label.seen,
        "words": label.words,
        "acts": [choices("act")[act] for act in label.acts],
        "crimes": [choices("crime")[crime] for crime in label.crimes],
        "records": registers.links(label.records),
        "source": f"{label.source}, {label.part}",
    }


def _queue(registers: Registers) -> list[Shown]:
    return [
        _worksheet(registers, s) for s in incitement.queue(registers.records, registers.on)
    ]


def _decided(registers: Registers) -> list[Shown]:
    every = [incitement.suggestion(r) for r in registers.of("speech_event")]
    return [_worksheet(registers, s) for s in every if s.decision]


def _worksheet(registers: Registers, test: incitement.Suggestion) -> Shown:
    """The six parts as answered, the machine's suggestion, and the person's decision, kept apart."""
    event = registers.by_id[test.record]
    link = registers.link(test.record)
    decisions = form("speech_event").field("decision").choices
    return {
        **link,
        "group": registers.group(event.body.get("group")),
        "severity": test.severity,
        "suggestion": incitement.SUGGESTIONS[test.severity],
        "words": test.words,
        "answered": len(incitement.PARTS) - len(test.unanswered),
        "parts": [_rabat(event, part) for part in incitement.PARTS],
        "decision": decisions[test.decision] if test.decision else "",
        "edit": f"{link['href']}/edit" if "speech_event" in registers.adds else "",
        "source": f"{test.source}, {test.part}",
    }


def _rabat(event: Record, part: str) -> Shown:
    """One part of the Rabat test with its answer."""
    name = f"rabat_{part}"
    field = form("speech_event").field(name)
    return {
        "label": field.label.removeprefix("Rabat test: ").capitalize(),
        "answer": field.choices.get(event.body.get(name) or "", say("web.not_answered")),
    }


def sentences(content: dict[str, Any] | Sequence[Any] | str) -> list[str]:
    """Every text of some content: what a lint reads."""
    if isinstance(content, str):
        return [content]
    return [text for part in _parts(content) for text in sentences(part)]


def _parts(content: Any) -> Iterable[Any]:
    if isinstance(content, dict):
        return content.values()
    return content if isinstance(content, list | tuple) else ()
