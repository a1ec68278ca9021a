"""Content of the page of crimes: three lanes, the derived label, the incitement queue. It shows; it never finds.

Every sentence made here is fit to print by ``assess.crimes.asserted``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from upstander.assess.aggregation import CAVEAT
from upstander.assess.conflict_context import badge
from upstander.assess.crimes import legend
from upstander.assess.lanes import Lane, ethnic_cleansing, lanes
from upstander.assess.measures import acts, incitement
from upstander.records.forms import choices, form
from upstander.report.registers import PERSONS_WITHHELD, Held, listing
from upstander.report.words import capitalize_first

FINDS = "These lanes set indicators beside legal elements. They find nothing: only a competent body can."


def content(held: Held, name: str, group: str, may_see_dossier: bool) -> dict[str, Any]:
    """The page, for one group or all.

    Args:
        may_see_dossier: whether the reader may open the intent dossier.
    """
    found = lanes(held.records, held.on, group)
    context = badge(held.records, held.on)
    return {
        "title": f"{name}: crimes",
        "place": held.place,
        "name": name,
        "finds": FINDS,
        "group": group,
        "groups": [{"id": g.id, "label": held.group(g.id)} for g in held.of("group")],
        "context": context.words,
        "lanes": [_lane(held, lane, group) for lane in found],
        "cleansing": _cleansing(held, group),
        "registers": [held.register(k) for k in ("act", "crime_element", "context")],
        "queue": _queue(held),
        "decided": _decided(held),
        "speech": held.register("speech_event"),
        "dossier": f"/countries/{held.place}/crimes/intent" if may_see_dossier else "",
        "as_of": held.on.isoformat(),
        "caveat": CAVEAT,
    }


def _lane(held: Held, lane: Lane, group: str) -> dict[str, Any]:
    return {
        "id": lane.crime.id,
        "title": lane.crime.words,
        "open": lane.open,
        "reason": lane.reason,
        "words": lane.words,
        "test": lane.crime.test,
        "note": lane.crime.note,
        "source": f"{lane.crime.source}, {lane.crime.part}",
        "elements": [
            {
                "label": capitalize_first(e.label.split(": ", 1)[-1]),
                "words": e.words,
                "rests_on": [
                    {
                        "status": f.words,
                        "group": held.group(f.group) if f.group else "",
                        **held.link(f.record),
                        "acts": _acts(held, f.record),
                    }
                    for f in e.findings
                ],
            }
            for e in lane.elements
        ],
        "legend": legend(p.checked for _, p in lane.acts) if lane.acts else "",
        "acts": [
            {"words": choices("act")[a], "provision": p.words, "checked": p.checked}
            for a, p in lane.acts
        ],
        "lists": [
            x
            for x in (
                listing("Verified acts", held.links(lane.verified)),
                listing("Alleged acts", held.links(lane.alleged)),
                listing("Acts outside every recorded conflict", held.links(lane.outside)),
            )
            if x["links"]
        ],
        "dossier": lane.dossier.words if lane.dossier else "",
        "pattern": _pattern(held, group) if lane.crime.id == "crimes_against_humanity" else [],
    }


def _acts(held: Held, element: str) -> list[dict[str, str]]:
    record = held.by_id.get(element)
    return held.links(record.body.get("acts") or ()) if record else []


def _pattern(held: Held, group: str) -> list[dict[str, str]]:
    """Both sides of widespread OR systematic, verified and alleged apart."""
    made = []
    for status in ("verified", "alleged"):
        p = acts.pattern(held.records, held.on, status, group)
        scale = p.scale if held.exactly(held.of("act", group)) else PERSONS_WITHHELD
        made.append({"status": status.capitalize(), "scale": scale, "system": p.system})
    return made


def _cleansing(held: Held, group: str) -> dict[str, Any]:
    found = ethnic_cleansing(held.records, held.on, group)
    return {
        "title": "Ethnic cleansing, a derived label",
        "seen": found.seen,
        "words": found.words,
        "acts": [choices("act")[a] for a in found.acts],
        "crimes": [choices("crime")[c] for c in found.crimes],
        "records": held.links(found.records),
        "source": f"{found.source}, {found.part}",
    }


def _queue(held: Held) -> list[dict[str, Any]]:
    return [_worksheet(held, s) for s in incitement.queue(held.records, held.on)]


def _decided(held: Held) -> list[dict[str, Any]]:
    every = [incitement.suggestion(r) for r in held.of("speech_event")]
    return [_worksheet(held, s) for s in every if s.decision]


def _worksheet(held: Held, s: incitement.Suggestion) -> dict[str, Any]:
    """The six parts as answered, the machine's suggestion, and the person's decision, kept apart."""
    event, shown = held.by_id[s.record], form("speech_event")
    parts = [
        {
            "label": shown.field(f"rabat_{p}").label.removeprefix("Rabat test: ").capitalize(),
            "answer": shown.field(f"rabat_{p}").choices.get(
                event.body.get(f"rabat_{p}") or "", "Not answered"
            ),
        }
        for p in incitement.PARTS
    ]
    decision = shown.field("decision").choices[s.decision] if s.decision else ""
    link = held.link(s.record)
    return {
        **link,
        "group": held.group(event.body.get("group")),
        "severity": s.severity,
        "suggestion": incitement.SUGGESTIONS[s.severity],
        "words": s.words,
        "answered": len(incitement.PARTS) - len(s.unanswered),
        "parts": parts,
        "decision": decision,
        "edit": f"{link['href']}/edit" if "speech_event" in held.adds else "",
        "source": f"{s.source}, {s.part}",
    }


def sentences(content: dict[str, Any] | Sequence[Any] | str) -> list[str]:
    """Every text of some content: what a lint reads."""
    if isinstance(content, str):
        return [content]
    parts = (
        content.values()
        if isinstance(content, dict)
        else content
        if isinstance(content, list | tuple)
        else ()
    )
    return [text for part in parts for text in sentences(part)]
