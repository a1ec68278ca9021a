"""Policy options: what to do in a country, the catalogue, one option with its checklist, and examples of practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess.aggregation import CAVEAT
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.records import Record
from upstander.records.forms import form
from upstander.report.words import capitalize_first
from upstander.respond import matching, option_measures
from upstander.respond.matching import Match
from upstander.respond.option import COSTS, TYPES, Option, options, stages
from upstander.respond.option_measures import REGISTERS, SERIES
from upstander.respond.practices import NOT_THE_REPORTS
from upstander.web.country.assessment import place_of
from upstander.web.kernel.record_reading import everything, may_begin, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url
from upstander.web.plans import option_content as content
from upstander.web.plans.reading import (
    FACTORS,
    Situation,
    all_practices,
    reviewed,
    situation,
    stage_words,
)


def look(request: PageRequest, name: str) -> dict[str, Any]:
    """What to do in a country: options for its factors at its stage."""
    found = situation(request, place_of(request, name))
    return {
        "title": say("respond.what_to_do", name=found.place.name),
        "place": found.place.code,
        "name": found.place.name,
        "known": bool(request.session),
        **_asked(request, found),
        **_answer(request, found),
        "caveat": CAVEAT,
        "not_the_reports": NOT_THE_REPORTS,
        "may_recommend": may_begin(request, "recommendation"),
        "as_of": request.as_of.date().isoformat(),
    }


def _asked(request: PageRequest, found: Situation) -> dict[str, Any]:
    """What an answer is sought for, and what can be asked."""
    stage = found.stage
    return {
        "stage": stage,
        "stage_words": stage_words(stage) if stage else "",
        "stages": [(s, stage_words(s)) for s in stages()],
        "all_factors": list(FACTORS.items()),
        "asked": [s.factor for s in found.seen] if found.asked else [],
        "trend": request.query.get("trend", ""),
        "review": _review(found),
        "context": found.context.words,
        "conflict": found.is_conflict,
        "seen": [_seen(s, found) for s in found.seen],
    }


def _review(found: Situation) -> dict[str, str] | None:
    if found.review is None:
        return None
    href = url("assessment", id=found.review.id)
    return {"title": str(found.review.body["title"]), "href": href}


def _seen(seen: matching.Seen, found: Situation) -> dict[str, Any]:
    level = seen.level
    words = form("rating").field("level").choices
    return {
        "code": seen.factor,
        "title": FACTORS[seen.factor],
        "level": level,
        "words": words[str(level)] if level is not None else say("respond.not_assessed"),
        "trend": say(f"respond.trend_{seen.trend}"),
        "rated": seen.factor in found.rated,
    }


def _answer(request: PageRequest, found: Situation) -> dict[str, Any]:
    """Options in place first, then structural and operational ones, why there is none, and the matrix."""
    if not found.stage or not found.seen:
        return {"answered": False, **_matrix(found)}
    matches = matching.matches(found.seen, found.stage, found.in_place)
    shown = _shown(request, found, matches)
    fresh = [m for m in shown if not m["in_place"]]
    reasons = matching.why_not(found.seen, found.stage, matches)
    return {
        "answered": True,
        **_relapse(request, found),
        "in_place": [m for m in shown if m["in_place"]],
        **{type: [m for m in fresh if m["way"]["type"] == type] for type in TYPES},
        "why_not": [content.why_not(reason) for reason in reasons],
        "release": getattr(reviewed(request), "name", ""),
        **_matrix(found),
    }


def _relapse(request: PageRequest, found: Situation) -> dict[str, Any]:
    """An earlier episode that was left open, and the options that answer it (A5b)."""
    left = option_measures.left_open(found.records, request.as_of.date())
    answering = [content.line(o) for o in options().values() if o.relapse] if left else []
    words = say("respond.left_open", n=len(left)) if left else ""
    return {"relapse": words, "relapse_options": answering}


def _shown(
    request: PageRequest, found: Situation, matches: list[Match]
) -> list[dict[str, Any]]:
    release, known = reviewed(request), all_practices(request)
    by_id = {r.id: content.placed(r, request.actor) for r in _in_place(found)}
    code = found.place.code
    return [
        content.match(m, release, known, [by_id[id] for id in m.in_place], code)
        for m in matches
    ]


def _in_place(found: Situation) -> list[Record]:
    ids = {id for own in found.in_place.values() for id in own}
    return [r for r in found.records if r.id in ids]


def _matrix(found: Situation) -> dict[str, Any]:
    """Priority of every factor that is seen, at every stage."""
    seen = found.seen or tuple(matching.Seen(code) for code in FACTORS)
    rows = matching.matrix(seen)
    return {
        "columns": [stage_words(s).split(":")[0] for s in stages()],
        "matrix": [
            {"factor": FACTORS[s.factor], "cells": [content.entry(cell) for cell in row]}
            for s, row in zip(seen, rows, strict=True)
        ],
    }


# The catalogue


def look_all(request: PageRequest) -> dict[str, Any]:
    """The catalogue: every option, or those that fit what is asked for."""
    asked = {n: request.query.get(n, "") for n in ("factor", "stage", "type", "cost")}
    fitting = [o for o in options().values() if _fits(o, asked)]
    return {
        "title": say("respond.options"),
        "asked": asked,
        "options": [content.line(o) for o in fitting],
        "count": len(options()),
        "factors": list(FACTORS.items()),
        "stages": [(s, stage_words(s)) for s in stages()],
        "types": list(content.TYPES.items()),
        "costs": [(c, say(f"respond.cost_{c}")) for c in COSTS],
        "places": places(request),
    }


def _fits(option: Option, asked: Mapping[str, str]) -> bool:
    """Whether an option is of the kind asked for; a stage and a type are asked of the same way."""
    ways = [
        way
        for way in option.ways
        if asked["type"] in ("", way.type)
        and (not asked["stage"] or asked["stage"] in way.stages)
    ]
    is_of_factor = not asked["factor"] or asked["factor"] in option.factors
    return bool(ways) and is_of_factor and asked["cost"] in ("", option.cost)


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One option: what its file says, its checklist in a country, evidence and examples."""
    option = _option(id)
    return {
        **_sheet(option),
        **_checklist(request, option),
        "evidence": content.evidence(option, reviewed(request)),
        "practices": [content.practice(p) for p in _practices(request, option)],
        "add_practice": _add_practice(request, option),
        "places": places(request),
        "not_the_reports": NOT_THE_REPORTS,
    }


def _sheet(option: Option) -> dict[str, Any]:
    """What its file says."""
    return {
        **content.line(option),
        "title": option.title,
        "part": option.part,
        "source": option.source,
        "relapse": option.relapse,
        "rests_on": [{"source": s, "place": p} for s, p in option.rests_on],
        "sections": content.sections(option),
        "benefit": option.subject.benefit,
    }


def _checklist(request: PageRequest, option: Option) -> dict[str, Any]:
    """Its checklist and what its registers say, as the country asked for stands, if one was."""
    asked = request.query.get("place", "").strip()
    place = place_of(request, asked) if asked else None
    code = place.code if place else ""
    kinds = ("capacity", *REGISTERS.get(option.id, ()))
    records = everything(request, kinds=kinds, place=code) if place else []
    capacities = [r for r in records if r.kind == "capacity"]
    may_add = bool(place) and may_begin(request, "capacity")
    items = content.checklist(option, capacities, request.actor, code, may_add)
    return {
        "place": code,
        "name": place.name if place else "",
        "checklist": items,
        "score": content.score(items) if place else None,
        "lines": _lines(request, option, code, records) if place else [],
        "registers": _registers(code, option) if place else [],
    }


def _lines(
    request: PageRequest,
    option: Option,
    place: str,
    records: Sequence[Record],
) -> list[dict[str, Any]]:
    """What its registers say in a country, then public series that bear on it."""
    found = option_measures.lines(option, records, request.as_of.date())
    said = [
        {"name": capitalize_first(f.name), "words": f.words, "urgent": f.is_urgent}
        for f in found
    ]
    held, _ = request.figures
    series = SERIES.get(option.id, ())
    return [*said, *(s for n in series if (s := content.series(n, held.series(n), place)))]


def _registers(place: str, option: Option) -> list[dict[str, str]]:
    """The lists that its lines are worked out from."""
    kinds = REGISTERS.get(option.id, ())
    return [
        {"title": form(k).plural, "href": url("record_list", kind=k) + f"?place={place}"}
        for k in kinds
    ]


def _option(id: str) -> Option:
    """The option of an id or code in an address. Raises UnknownRecord."""
    by_code = {o.code: o for o in options().values()}
    found = options().get(id) or by_code.get(id)
    if found is None:
        named = ", ".join(options())
        raise UnknownRecord(say("respond.no_option", given=id[:40], named=named))
    return found


def _practices(request: PageRequest, option: Option) -> list[Any]:
    return [p for p in all_practices(request) if p.option == option.code]


def _add_practice(request: PageRequest, option: Option) -> str:
    if not may_begin(request, "practice"):
        return ""
    return url("record_new", kind="practice") + f"?subject={option.id}"


ROUTES = (
    *page("country_options", "/countries/{name}/options", look, "country_options.html"),
    *page("options", "/options", look_all, "options.html"),
    *page("option", "/options/{id}", look_one, "option.html"),
)
