"""Follow-up of one country: the way forward in seven steps, did prevention help, and the lessons library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow.compute as pc

from upstander.core.errors import ConfigError
from upstander.core.messages import joined, say
from upstander.forecast import issued
from upstander.forecast.targets import YEARLY_HEADLINE
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import record_views, words
from upstander.report.probabilities import label
from upstander.respond import movements, plans, value, way_forward
from upstander.respond.way_forward import Step
from upstander.web.country.assessment import place_of
from upstander.web.kernel.outlooks import violence
from upstander.web.kernel.record_reading import everything, named, reader_of, ways_to_add
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.reviews.steps import material_of

MOST_NAMED = 5  # records that a step links to
VALUE_KINDS = (
    "action",
    "indicator",
    "indicator_reading",
    "inaction_cost",
    "outside_response",
)


# The way forward


def look_steps(request: PageRequest, name: str) -> dict[str, Any]:
    """The seven steps of a country, with the profile of its mechanism and its log of dialogues."""
    place = place_of(request, name)
    material = material_of(request, place.code)
    steps = way_forward.scorecard(material)
    return {
        "title": say("respond.way_forward", name=place.name),
        "place": place.code,
        "name": place.name,
        "as_of": material.on.isoformat(),
        "steps": [_step(request, step) for step in steps],
        "done": sum(step.state == "done" for step in steps),
        "mechanisms": [_mechanism(request, r) for r in material.of("mechanism")],
        "dialogues": _dialogues(way_forward.dialogues(material.of("dialogue"))),
        "add": ways_to_add(
            request, ("mechanism", "dialogue", "peer_review", "lesson"), place.code
        ),
    }


def _step(request: PageRequest, step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "title": step.title,
        "state": step.state,
        "state_words": step.state_words,
        "words": step.words,
        "records": [named(r, request.actor) for r in step.records[:MOST_NAMED]],
        "more": max(0, len(step.records) - MOST_NAMED),
    }


def _mechanism(request: PageRequest, record: Record) -> dict[str, Any]:
    """A mechanism's profile, and the level that follows from it."""
    level = way_forward.maturity(record)
    shown = record_views.one(record, form("mechanism"), reader_of(request, [record]))
    return {
        **named(record, request.actor),
        "fields": [
            (f["label"], joined(f["words"], "; ")) for f in shown["fields"] if f["words"]
        ],
        "level": level.level,
        "words": level.words,
        "women": _share(level.women),
    }


def _share(share: float | None) -> str:
    return say("respond.not_counted") if share is None else words.percent(share)


def _dialogues(found: way_forward.Dialogues) -> dict[str, Any]:
    days = say("respond.no_issue_settled") if found.days is None else f"{found.days:g}"
    return {
        "count": found.count,
        "women": _share(found.women),
        "society": found.society,
        "open": found.open,
        "settled": found.settled,
        "days": days,
    }


# Did prevention help?


def look_value(request: PageRequest, name: str) -> dict[str, Any]:
    """A country's ledger of value since a day: forecast before, what was done, what moved, how the risk changed."""
    place, since = place_of(request, name), _since(request)
    records = everything(request, kinds=VALUE_KINDS, place=place.code)
    return {
        "title": say("respond.did_prevention_help", name=place.name),
        "place": place.code,
        "name": place.name,
        "since": since.isoformat(),
        "as_of": request.as_of.date().isoformat(),
        **_risk_and_work(request, place.code, records, since),
        "outcome": _outcome(request, place.code),
        **_of_others(request, records),
        "add": ways_to_add(
            request, ("inaction_cost", "outside_response", "lesson"), place.code
        ),
    }


def _risk_and_work(
    request: PageRequest,
    place: str,
    records: Sequence[Record],
    since: date,
) -> dict[str, Any]:
    """How the expected risk changed, beside what was done and what moved; and what may be said of it."""
    on = request.as_of.date()
    before, now = _chance(request, place, since), _chance(request, place, on)
    change, done, moved = (
        value.change(before, now),
        _done(records, since, on),
        _moved(records, on),
    )
    ways = [m.direction for _, m in moved]
    return {
        "before": _shown_chance(before),
        "now": _shown_chance(now),
        "change": _shown_change(change),
        "words": value.words(change, len(done), ways.count("better"), ways.count("worse")),
        "done": [named(r, request.actor) for r in done],
        "moved": [{**named(r, request.actor), "words": m.words} for r, m in moved],
    }


def _since(request: PageRequest) -> date:
    """The day asked about, else a year before. Raises ConfigError for what is no day."""
    asked, on = request.query.get("since", ""), request.as_of.date()
    try:
        return date.fromisoformat(asked) if asked else on.replace(year=on.year - 1, day=1)
    except ValueError:
        raise ConfigError(say("respond.no_day", given=asked[:20])) from None


def _chance(request: PageRequest, place: str, day: date) -> value.Chance | None:
    """What the newest issue of a day said of the yearly headline."""
    made = issued.chances_then(request.state.ledger, min(day, request.state.today))
    if made is None:
        return None
    meta, table = made
    fits = pc.and_(
        pc.equal(table["target"], YEARLY_HEADLINE), pc.equal(table["unit"], place)
    )
    row = next(iter(table.filter(fits).to_pylist()), None)
    return _of_row(row, date.fromisoformat(str(meta["as_of"]))) if row else None


def _of_row(row: Mapping[str, Any], as_of: date) -> value.Chance:
    return value.Chance(
        probability=row["probability"],
        low=row["low"],
        high=row["high"],
        as_of=as_of,
        label=label(YEARLY_HEADLINE),
        period=words.span(row["first_month"], row["last_month"]),
    )


def _shown_chance(chance: value.Chance | None) -> dict[str, Any] | None:
    if chance is None:
        return None
    return {
        "probability": chance.probability,
        "words": words.percent(chance.probability),
        "interval": words.interval(chance.low, chance.high),
        "as_of": chance.as_of.isoformat(),
        "label": chance.label,
        "period": chance.period,
    }


def _shown_change(change: value.Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    points = {n: round(100 * getattr(change, n), 1) for n in ("change", "low", "high")}
    said = say("respond.points", **{n: f"{v:+g}" for n, v in points.items()})
    return {**points, "clear": change.is_clear, "words": said}


def _outcome(request: PageRequest, place: str) -> str:
    """Whether mass violence was counted in the last complete year: a hit, a miss and an averted crime look alike here."""
    is_ongoing, _ = violence(request, place)
    state = {True: "counted", False: "not_counted", None: "not_known"}[is_ongoing]
    return say(f"respond.outcome_{state}")


def _done(records: Sequence[Record], since: date, on: date) -> list[Record]:
    """Actions that are done and were due in the span."""
    actions = (r for r in records if r.kind == plans.ACTION and r.body["status"] == "done")
    span = since.isoformat(), on.isoformat()
    return [r for r in actions if span[0] <= str(r.body["due"]) <= span[1]]


def _moved(records: Sequence[Record], on: date) -> list[tuple[Record, movements.Movement]]:
    """Every indicator of the place with how it moved."""
    readings = plans.grouped(
        (r for r in records if r.kind == "indicator_reading"),
        lambda r: [str(r.body["indicator"])],
    )
    indicators = (r for r in records if r.kind == "indicator")
    return [(r, movements.movement(r, readings.get(r.id, ()), on)) for r in indicators]


def _of_others(request: PageRequest, records: Sequence[Record]) -> dict[str, Any]:
    """What others did, and what not acting costs by somebody's reckoning."""
    responses = [r for r in records if r.kind == "outside_response"]
    named = form("outside_response").field("who").choices
    costs = [r for r in records if r.kind == "inaction_cost"]
    return {
        "others": [_lag(lag, named[lag.who]) for lag in value.lags(responses)],
        "costs": [_cost(request, r) for r in costs],
    }


def _lag(lag: value.Lag, who: str) -> dict[str, Any]:
    days = say("respond.none_acted") if lag.days is None else f"{lag.days:g}"
    return {"who": who, "could": lag.could, "acted": lag.acted, "days": days}


def _cost(request: PageRequest, record: Record) -> dict[str, Any]:
    body = record.body
    low, high = body["low"], body["high"]
    has_range = low is not None and high is not None
    ends = {"low": _figure(low), "high": _figure(high)} if has_range else {}
    return {
        **named(record, request.actor),
        "figure": _figure(body["best"]),
        "range": say("respond.cost_range", **ends) if has_range else "",
        "unit": body["unit"] or "",
        "source": body["known_from"] or "",
    }


def _figure(number: float) -> str:
    """As published: every digit, thousands apart."""
    return f"{number:,.12g}"


# Lessons


def look_lessons(request: PageRequest) -> dict[str, Any]:
    """The lessons library, each with what uses it; those used most first."""
    lessons = everything(request, kinds=("lesson",))
    users = everything(request, kinds=("action", "recommendation"))
    used = way_forward.reuse(lessons, users)
    ordered = sorted(lessons, key=lambda r: (-len(used[r.id]), r.id))
    return {
        "title": say("respond.lessons"),
        "lessons": [_lesson(request, r, used[r.id]) for r in ordered],
        "used": sum(map(len, used.values())),
        "add": ways_to_add(request, ("lesson",), ""),
    }


def _lesson(
    request: PageRequest, lesson: Record, users: Sequence[Record]
) -> dict[str, Any]:
    own = form("lesson")
    return {
        **named(lesson, request.actor),
        "option": record_views.said(lesson, own.field("subject")),
        "place": lesson.place,
        "count": len(users),
        "uses": [named(r, request.actor) for r in users[:MOST_NAMED]],
    }


ROUTES = (
    *page(
        "country_way_forward",
        "/countries/{name}/way-forward",
        look_steps,
        "country_way_forward.html",
    ),
    *page(
        "country_prevention",
        "/countries/{name}/prevention",
        look_value,
        "country_prevention.html",
    ),
    *page("plans_lessons", "/plans/lessons", look_lessons, "plans_lessons.html"),
)
