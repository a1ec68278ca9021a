"""Policy options as pages and JSON show them: matches with their parts in sight, evidence, harm check, examples, checklists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import Actor
from upstander.records import Record
from upstander.records.disclosure_control import blurred
from upstander.records.forms import choices, form
from upstander.report import record_views
from upstander.report.drivers import YEARS_BEFORE
from upstander.respond.effects import DIRECTIONS, Effect, Release
from upstander.respond.matching import PARTS, Entry, Match, WhyNot
from upstander.respond.option import SECTIONS, Option, Way
from upstander.respond.practices import Practice, fitting
from upstander.web.kernel.record_reading import named
from upstander.web.kernel.urls import url

Shown = dict[str, Any]
FACTORS: Mapping[str, str] = choices("factor_or_trigger")
MOST_CONDITIONS, MOST_PRACTICES = 5, 3
SIDES, GOOD = ("law", "practice"), 3  # of 4: good, with gaps
TYPES: Mapping[str, str] = form("practice").field("types").choices


def way(way: Way) -> Shown:
    """How an option works, in words."""
    low, high = way.months
    stage_words = form("review").field("stage").choices
    return {
        "type": way.type,
        "words": TYPES[way.type],
        "aims": [say(f"respond.aim_{aim}") for aim in way.aims],
        "months": say("respond.months", low=low, high=high),
        "stages": [stage_words[s].split(":")[0] for s in way.stages],
    }


def line(option: Option) -> Shown:
    """An option in a list."""
    return {
        "id": option.id,
        "code": option.code,
        "title": option.title,
        "subject": option.subject.words,
        "href": url("option", id=option.id),
        "factors": [{"code": f, "title": FACTORS[f]} for f in option.factors],
        "ways": [way(w) for w in option.ways],
        "cost": say(f"respond.cost_{option.cost}"),
        "tractability": say(f"respond.tractability_{option.tractability}"),
    }


def match(
    found: Match,
    release: Release | None,
    known: Sequence[Practice],
    placed: list[Shown],
    place: str,
) -> Shown:
    """An option that fits, with everything that must stand beside it."""
    option = found.option
    return {
        **line(option),
        **_ranked(found),
        **_beside(option),
        "evidence": evidence(option, release),
        "practices": practices(known, option, found.factors, found.way.type),
        "in_place": placed,
        "recommend": _recommend(found, place),
    }


def _ranked(found: Match) -> Shown:
    """Where it stands, and why."""
    return {
        "way": way(found.way),
        "rank": found.rank,
        "ranks": list(found.ranks),
        "firm": _firm(found),
        "priority": found.priority,
        "counts": FACTORS[found.seen.factor],
        "for": list(found.factors),
        "parts": [_part(name, found.parts[name]) for name in PARTS],
    }


def _beside(option: Option) -> Shown:
    """What must be read with it."""
    said = option.sections
    return {
        "risks": list(said["Risks"]),
        "harm_check": list(said["Harm check"]),
        "people": list(said["Women, men, girls and boys"]),
        "in_conflict": list(said.get("In armed conflict", ())),
        "benefit": option.subject.benefit,
        "legal_basis": _legal_basis(option),
    }


def _recommend(found: Match, place: str) -> str:
    """Where a recommendation is begun with what is known here."""
    factors = ";".join(found.factors)
    asked = f"?place={place}&subject={found.option.id}&origin=option&way={found.way.type}"
    return url("record_new", kind="recommendation") + f"{asked}&factors={factors}"


def _firm(found: Match) -> str:
    low, high = found.ranks
    if found.is_firm:
        return say("respond.rank_firm", rank=low)
    return say("respond.rank_between", low=low, high=high)


def _part(name: str, value: float | None) -> Shown:
    words = say("respond.part_not_assessed") if value is None else f"{value:.2f}"
    return {"name": say(f"respond.part_{name}"), "value": value, "words": words}


def _legal_basis(option: Option) -> list[str]:
    named = choices("legal_basis")
    return [named[basis] for basis in option.subject.legal_basis]


# Evidence


def evidence(option: Option, release: Release | None) -> Shown:
    """What reviewed studies found on tools that resemble an option; said plainly where there is nothing."""
    found = release.effects if release else {}
    tools = [_effect(found[tool]) for tool in option.tools if tool in found]
    return {"tools": tools, "words": _evidence_words(option, release, tools)}


def _evidence_words(option: Option, release: Release | None, tools: list[Shown]) -> str:
    if not option.tools:
        return say("respond.no_reviewed_evidence_domestic")
    if release is None:
        return say("respond.no_release_of_evidence", tools=", ".join(option.tools))
    if not any(t["count"] or t["conditions"] for t in tools):
        return say("respond.no_reviewed_evidence", tools=", ".join(option.tools))
    return say("respond.evidence_from", release=release.name)


def _effect(effect: Effect) -> Shown:
    stronger = [*effect.of_strength("stronger"), *effect.of_strength("moderate")]
    return {
        "tool": effect.tool,
        "count": effect.count,
        "directions": dict(effect.directions),
        "words": _direction_words(effect),
        "conditions": [
            {"name": c.name, "strength": say(f"respond.strength_{c.strength}")}
            for c in stronger[:MOST_CONDITIONS]
        ],
        "of": len(effect.conditions),
    }


def _direction_words(effect: Effect) -> str:
    if not effect.directions:
        return say("respond.no_average_effect", tool=effect.tool)
    counts = {name: effect.directions.get(name, 0) for name in DIRECTIONS}
    return say("respond.directions", tool=effect.tool, n=effect.count, **counts)


# Examples


def practices(
    known: Sequence[Practice],
    option: Option,
    factors: Iterable[str],
    type: str = "",
) -> list[Shown]:
    """The nearest examples of an option."""
    return [practice(p) for p in fitting(known, option, factors, type)[:MOST_PRACTICES]]


def practice(p: Practice) -> Shown:
    """An example with its caution, source and state of verification."""
    return {
        "name": p.name,
        "when": p.when,
        "what": p.what,
        "caution": p.caution or say("respond.no_caution"),
        "source": p.source,
        "state": p.state_words,
        "verified": p.is_verified,
        "option": p.option,
        "href": url("record", kind="practice", id=p.record) if p.record else "",
    }


# What does not fit, and the matrix


def why_not(reason: WhyNot) -> Shown:
    """Why a factor has no option of a type here, and what could be prepared."""
    elsewhere = [
        {"title": o.title, "href": url("option", id=o.id)} for o in reason.elsewhere
    ]
    return {
        "factor": FACTORS[reason.factor],
        "type": reason.type,
        "words": say(f"respond.why_no_{reason.type}", factor=FACTORS[reason.factor]),
        "elsewhere": elsewhere,
    }


def entry(cell: Entry) -> Shown:
    """A cell of the matrix of factors and stages."""
    words = (
        say("respond.part_not_assessed") if cell.priority is None else f"{cell.priority}"
    )
    return {"priority": cell.priority, "words": words, **cell.counts}


# One option, with what a country has of it


def sections(option: Option) -> list[Shown]:
    """Everything its file says, in order."""
    points = ("What it does", "Women, men, girls and boys", "In armed conflict")
    return [
        {"title": title, "lines": list(option.sections[title]), "prose": title in points}
        for title in SECTIONS
        if title in option.sections
    ]


def checklist(
    option: Option,
    capacities: Sequence[Record],
    actor: Actor,
    place: str,
    may_add: bool,
) -> list[Shown]:
    """Its items, each with the capacities that answer it, law and practice apart."""
    items = option.checklist.items()
    return [
        _item(option, i, words, capacities, actor, place, may_add) for i, words in items
    ]


def _item(
    option: Option,
    item: str,
    words: str,
    capacities: Sequence[Record],
    actor: Actor,
    place: str,
    may_add: bool,
) -> Shown:
    own = [r for r in capacities if r.body["item"] == item]
    asked = f"?place={place}&subject={option.id}&item={item}"
    return {
        "item": item,
        "words": words.removeprefix(f"{option.code} "),
        "law": _best(own, "law"),
        "practice": _best(own, "practice"),
        **{f"{side}_level": _level(own, side) for side in SIDES},
        "records": [named(r, actor) for r in own],
        "add": url("record_new", kind="capacity") + asked if may_add else "",
    }


def score(items: Sequence[Shown]) -> Shown:
    """The gap: how many items stand good or better in law and in practice, and how many nobody assessed."""
    counts = {side: sum(i[f"{side}_level"] >= GOOD for i in items) for side in SIDES}
    missing = sum(all(i[f"{side}_level"] < 0 for side in SIDES) for i in items)
    words = say("respond.checklist_score", of=len(items), missing=missing, **counts)
    return {**counts, "of": len(items), "not_assessed": missing, "words": words}


def _level(own: Sequence[Record], side: str) -> int:
    """The best strength recorded, -1 where nothing is assessed."""
    return max((int(r.body[side]) for r in own if r.body[side] is not None), default=-1)


def _best(own: Sequence[Record], side: str) -> str:
    best = _level(own, side)
    return form("capacity").field(side).choices[str(best)] if best >= 0 else ""


def placed(record: Record, actor: Actor) -> Shown:
    """Something that the country already has, law and practice apart."""
    seen, own = blurred(record, actor), form(record.kind)
    return {
        **named(record, actor),
        "law": record_views.said(seen, own.field("law")),
        "practice": record_views.said(seen, own.field("practice")),
    }


def series(
    name: str, values: Mapping[str, Sequence[tuple[int, float]]], place: str
) -> Shown | None:
    """A public series in a country: its last value and that of five years before; None where there is none."""
    own = dict(values.get(place, ()))
    if not own:
        return None
    year = max(own)
    before = own.get(year - YEARS_BEFORE)
    then = say("respond.part_not_assessed") if before is None else f"{before:.2f}"
    words = say("respond.series_line", value=f"{own[year]:.2f}", year=year, before=then)
    return {"name": say(f"respond.series_{name}"), "words": words, "urgent": False}
