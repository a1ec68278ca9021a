"""Pages of treaties: counts and regions, and one State from signature to report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from upstander.core import clock
from upstander.core.messages import say
from upstander.core.places import Place
from upstander.core.treaties import TWELVE, instruments
from upstander.records import forms
from upstander.report.treaty_status import TreatyStatus, statuses
from upstander.respond import treaties
from upstander.respond.treaties import STEP, STEPS, Acts, Count, RegionShare, Taken
from upstander.web.kernel.record_reading import everything, may_begin, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """How many States are bound by each instrument, and how many of each region; nothing is ranked."""
    known, _ = request.figures
    on = _counted_on(request, known.as_of)
    acts = [a for own in known.acts.values() for a in own]
    states = [p for p in known.listed if p.kind == "member"]
    return {
        "title": say("respond.treaties"),
        "on": on.isoformat(),
        "as_of": known.as_of.isoformat(),
        "counts": [_count(c) for c in treaties.counts(acts, known.known_to, on)],
        "columns": [instruments()[name].short for name in TWELVE],
        "regions": [_region(r) for r in treaties.by_region(acts, states, on)],
        "places": places(request),
    }


def _counted_on(request: PageRequest, as_of: date) -> date:
    """The day to count on, of what is known by ``as_of``: never a later one. Raises ConfigError for what is no day."""
    asked = request.query.get("on", "").strip()
    return min(clock.day(asked), as_of) if asked else as_of


def _count(count: Count) -> dict[str, Any]:
    return {
        "instrument": count.instrument,
        "short": count.short,
        "bound": count.bound,
        "known_to": count.known_to.isoformat() if count.known_to else "",
        "open": count.is_open,
        "recalled": count.recalled,
        "listed": count.instrument in TWELVE,
    }


def _region(share: RegionShare) -> dict[str, Any]:
    bound = [share.bound[name] for name in TWELVE]
    return {"region": share.region, "states": share.states, "bound": bound}


def look_one(request: PageRequest, place: str) -> dict[str, Any]:
    """One State: each instrument signed, bound, made law, put into practice, reported on; and what is not known."""
    known, _ = request.figures
    state = request.state.places.find(place[:80], known.as_of)
    acts, on = known.acts.get(state.code, []), _counted_on(request, known.as_of)
    taken = treaties.steps(everything(request, kinds=(STEP,), place=state.code), on)
    wider = statuses(acts, known.known_to, on, tuple(instruments()))
    return {
        "title": say("respond.treaties_of", name=state.name),
        "place": state.code,
        "on": on.isoformat(),
        "as_of": known.as_of.isoformat(),
        "rows": [_row(s, taken.get(s.instrument, {})) for s in wider],
        "completion": _completion(acts, known.known_to, on),
        "steps": [forms.form(STEP).field("step").choices[s] for s in STEPS],
        **_ways_on(request, state),
    }


def _completion(acts: Acts, known_to: Mapping[str, date], on: date) -> dict[str, Any]:
    sets = {"twelve": TWELVE, "wider": tuple(instruments())}
    return {
        name: vars(treaties.completion(acts, known_to, on, listed))
        for name, listed in sets.items()
    }


def _ways_on(request: PageRequest, state: Place) -> dict[str, Any]:
    return {
        "new": f"{url('record_new', kind=STEP)}?place={state.code}",
        "may_write": may_begin(request, STEP),
        "reports": url("country_assessment_part", name=state.code, part="context")
        + "#peers",
        "recommendations": url("recommendations") + f"?place={state.code}",
    }


def _row(status: TreatyStatus, taken: Mapping[str, Taken]) -> dict[str, Any]:
    return {
        "instrument": status.instrument,
        "short": status.short,
        "title": status.title,
        "listed": status.instrument in TWELVE,
        "state": status.state,
        "status": status.status,
        "since": str(status.when or ""),
        "precision": status.precision,
        "known_to": str(status.known_to or ""),
        "open": status.is_open,
        "steps": [_step(taken.get(s)) for s in STEPS],
    }


def _step(taken: Taken | None) -> dict[str, Any] | None:
    if taken is None:
        return None
    body = taken.record.body
    return {
        "status": str(body["status"]),
        "words": forms.form(STEP).field("status").choices[str(body["status"])],
        "day": str(body["day"]),
        "due": str(body.get("due") or ""),
        "overdue_days": taken.overdue_days,
        "href": url("record", kind=STEP, id=taken.record.id),
    }


ROUTES = (
    *page("treaties", "/treaties", look, "treaties.html"),
    *page("treaties_of", "/treaties/{place}", look_one, "treaties_of.html"),
)
