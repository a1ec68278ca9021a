"""The facts that a statement on a country can rest on, by topic: from treaties, UN recommendations and the reader's records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from upstander.assess.peers import calendar
from upstander.assess.resilience import subjects
from upstander.core.messages import Value, joined, say
from upstander.core.places import Place
from upstander.core.rights import VISITOR, Actor, Stamp, may_read
from upstander.core.treaties import BOUND, LEFT, NOTHING, NOTICE, SIGNED
from upstander.records import Record, recommendation_reading
from upstander.records.disclosure_control import blurred
from upstander.records.forms import form
from upstander.records.recommendation_reading import Asked
from upstander.records.recommendation_rows import RECOMMENDATION
from upstander.report import record_views
from upstander.report.documents.statement_pack import Fact
from upstander.report.treaty_status import TreatyStatus, statuses
from upstander.respond import plans, way_forward
from upstander.respond.recommendation_progress import STATE, Standing
from upstander.web.kernel.record_reading import everything
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url
from upstander.web.plans import plan_content
from upstander.web.plans.plan_content import Plan
from upstander.web.plans.plan_views import plan_of
from upstander.web.recommendations import reading

MOST_EACH = 8  # of one list, of what may be said and of what may not; the whole stands in the follow-up report
YEAR = timedelta(days=365)
ANSWERS = (
    "supported",
    "supported_in_part",
    "noted",
)  # the rest wait for one, or their publisher gives none
KINDS = ("mechanism", "dialogue", "peer_review", "need", "recommendation")


def facts(request: PageRequest, place: Place) -> list[Fact]:
    """Every fact on a State that the reader may know, by topic, those of more weight first."""
    records = everything(request, kinds=KINDS, place=place.code)
    plan = plan_of(request, place.code)
    return [
        *_treaties(request, place.code),
        *_un_recommendations(request, place.code),
        *_of_actions(request, plan),
        *_of_mechanism(request, records),
        *_of_dialogues(request, records),
        *_of_peer_reviews(request, records),
        *_needs(request, records),
        *_own_recommendations(request, records),
        *_benefits(plan),
    ]


def _about(record: Record, topic: str, words: str, question: str = "") -> Fact:
    """A fact that rests on one record."""
    href = url("record", kind=record.kind, id=record.id)
    return Fact(topic, words, form(record.kind).title, href, question, (record.stamp,))


def _first(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The first of a list that may be said and the first that may not: what is closed takes no open one's place."""
    left = {True: MOST_EACH, False: MOST_EACH}
    for fact in facts:
        if left[fact.may_be_said]:
            left[fact.may_be_said] -= 1
            yield fact
        elif not any(left.values()):
            return


def _is_open(record: Record) -> bool:
    """Whether everybody may read it."""
    return may_read(VISITOR, record.stamp)


def _reader(request: PageRequest, record: Record) -> Actor:
    """As whom a record is quoted: what may be said is quoted as everybody may read it, no closer."""
    return VISITOR if _is_open(record) else request.actor


def _title(request: PageRequest, record: Record) -> str:
    return record_views.title_of(record, form(record.kind), _reader(request, record))


def _text(request: PageRequest, record: Record, field: str) -> str:
    return str(blurred(record, _reader(request, record)).body[field] or "")


# Commitments


def _treaties(request: PageRequest, place: str) -> Iterator[Fact]:
    """Where the State stands on the twelve instruments, and what is not known."""
    known, _ = request.figures
    every = statuses(known.acts.get(place, []), known.known_to, known.as_of)
    href = url("treaties_of", place=place)
    for state in (BOUND, NOTICE, LEFT, SIGNED, NOTHING):
        if own := [s for s in every if s.state == state]:
            yield _of_state(state, own, href)


def _of_state(state: str, own: Sequence[TreatyStatus], href: str) -> Fact:
    """The instruments of which one thing is known, and up to which day."""
    name = state or ("nothing" if any(s.known_to for s in own) else "unseen")
    ends = [s.known_to for s in own if s.known_to]
    reach: dict[str, Value] = {"day": min(ends)} if ends else {}
    values = {"count": len(own), "names": joined((s.short for s in own), "; "), **reach}
    source = say("report.statement_acts" if reach else "report.statement_no_acts", **reach)
    has_question = name not in (BOUND, "unseen")
    question = say(f"report.statement_ask_{name}", **values) if has_question else ""
    words = say(f"report.statement_treaties_{name}", **values)
    return Fact("commitments", words, source, href, question)


def _un_recommendations(request: PageRequest, place: str) -> Iterator[Fact]:
    """How many UN reviews made, by answer; what is overdue, and where sides disagree."""
    n = _count(request, place, "")
    if not n:
        return
    counts = {answer: _count(request, place, answer) for answer in ANSWERS}
    noted, rest = counts["noted"], n - sum(counts.values())
    yield Fact(
        "commitments",
        say("report.statement_un", n=n, **counts, rest=rest),
        say("report.statement_un_files"),
        f"{url('recommendations')}?place={place}",
        say("report.statement_ask_noted", n=noted) if noted else "",
    )
    yield from _standings(request, place)


def _count(request: PageRequest, place: str, response: str) -> int:
    asked = Asked(
        as_of=request.as_of,
        labels=(("country", place),),
        response=response,
        type=RECOMMENDATION,
        limit=0,
    )
    return recommendation_reading.find(request.state.records.database, asked).count


def _standings(request: PageRequest, place: str) -> Iterator[Fact]:
    """Recommendations that are overdue, or of which others say something else than the State."""
    standing = reading.standings_of(request, place=place)
    late = sorted(standing, key=lambda key: -standing[key].overdue_days)
    overdue = [key for key in late if standing[key].overdue_days]
    disputed = [key for key in late if standing[key].is_disputed]
    database = request.state.records.database
    found = recommendation_reading.by_keys(database, [*overdue, *disputed], request.as_of)
    names = {kept.row.key: kept.reference for kept in found}
    for fact, keys in ((_late_recommendation, overdue), (_disputed, disputed)):
        yield from _first(fact(key, names.get(key, key), standing[key]) for key in keys)


def _late_recommendation(key: str, name: str, standing: Standing) -> Fact:
    values: dict[str, Value] = {"name": name, "n": standing.overdue_days}
    record = standing.follow_up
    return Fact(
        "not_done",
        say("report.statement_recommendation_late", **values),
        form("recommendation_follow_up").title,
        url("recommendation", id=key),
        say("report.statement_ask_late", name=name),
        (record.stamp,) if record else (),
    )


def _disputed(key: str, name: str, standing: Standing) -> Fact:
    """The State's word beside the first other one that differs: both there are, where a recommendation is disputed."""
    own = next(s for s in standing.said if s.side == STATE)
    other = next(s for s in standing.said if s.status != own.status)
    ours, theirs = reading.says(own), reading.says(other)
    values: dict[str, Value] = {
        "name": name,
        "state": ours["status_words"],
        "side": theirs["side_words"],
        "said": theirs["status_words"],
    }
    return Fact(
        "not_done",
        say("report.statement_disputed", **values),
        form("recommendation_progress").title,
        url("recommendation", id=key),
        say("report.statement_ask_disputed", **values),
        _all_stamps(own.record, other.record),
    )


# The plan


def _of_actions(request: PageRequest, plan: Plan) -> Iterator[Fact]:
    """How much is carried out, then what is done, late, blocked, and comes next."""
    if stamps := _all_stamps(*plan.actions):
        rate = plan_content.rate_words(plans.rate(plan.actions))
        href = f"{url('plans')}?place={plan.actions[0].place}"
        yield Fact("done", rate, form(plans.ACTION).plural, href, stamps=stamps)
    every = (
        ("done", "done", _done(plan)),
        ("not_done", "late", _late(plan)),
        ("not_done", "blocked", plans.blocked(plan.actions)),
        ("next", "next", _coming(plan)),
    )
    for topic, state, actions in every:
        fact = partial(_of_action, request, plan, topic, state)
        yield from _first(map(fact, actions))


def _done(plan: Plan) -> list[Record]:
    """What was carried out, that due last first."""
    done = (a for a in plan.actions if a.body["status"] == "done")
    return sorted(done, key=lambda a: str(a.body["due"]), reverse=True)


def _late(plan: Plan) -> list[Record]:
    """What is late and not blocked: what is blocked is told as such."""
    late = plans.overdue(plan.actions, plan.on)
    return [a for a in late if a.body["status"] != "blocked"]


def _coming(plan: Plan) -> list[Record]:
    """What is due within a year, the nearest first."""
    first, last = plan.on.isoformat(), (plan.on + YEAR).isoformat()
    open_ones = (a for a in plan.actions if plans.is_open(a))
    due = (a for a in open_ones if first <= str(a.body["due"]) <= last)
    return sorted(due, key=lambda a: str(a.body["due"]))


def _of_action(
    request: PageRequest, plan: Plan, topic: str, state: str, action: Record
) -> Fact:
    title = _title(request, action)
    values: dict[str, Value] = {
        "title": title,
        "owner": _text(request, action, "owner"),
        "day": date.fromisoformat(str(action.body["due"])),
    }
    values |= {"n": plans.days_late(action, plan.on)} if state == "late" else {}
    asked = say("report.statement_ask_late", name=title) if topic == "not_done" else ""
    words = say(f"report.statement_action_{state}", **values)
    return replace(
        _about(action, topic, words, asked), href=url("plan_action", id=action.id)
    )


def _benefits(plan: Plan) -> Iterator[Fact]:
    """What the options that are carried out give the State itself (S06), each once."""
    at_work = [a for a in plan.actions if a.body["status"] in ("done", "running")]
    for subject in subjects():
        own = _all_stamps(*(a for a in at_work if a.body["subject"] == subject.id))
        if own:
            href = url("option", id=subject.id)
            source = say("report.statement_option", option=subject.words)
            yield Fact("benefit", subject.benefit, source, href, stamps=own)


# Records of the country


def _of_kind(records: Iterable[Record], kind: str) -> list[Record]:
    return [r for r in records if r.kind == kind]


def _of_mechanism(request: PageRequest, records: Iterable[Record]) -> Iterator[Fact]:
    """Each mechanism with its maturity, the most mature first."""
    levels = [(way_forward.maturity(r), r) for r in _of_kind(records, "mechanism")]
    ordered = sorted(levels, key=lambda x: -x[0].level)
    return _first(_mechanism(request, record, level.words) for level, record in ordered)


def _mechanism(request: PageRequest, record: Record, level: str) -> Fact:
    title = _title(request, record)
    words = say("report.statement_mechanism_is", title=title, words=level)
    return _about(record, "mechanism", words)


def _of_dialogues(request: PageRequest, records: Iterable[Record]) -> Iterator[Fact]:
    """Issues that were raised and are not settled, the oldest first; and the last discussions."""
    found = _of_kind(records, "dialogue")
    waiting = [r for r in found if r.body["issue"] and not r.body["settled"]]
    yield from _first(map(partial(_issue, request), sorted(waiting, key=_raised)))
    recent = sorted(found, key=lambda r: str(r.body["day"]), reverse=True)
    yield from _first(map(partial(_dialogue, request), recent))


def _issue(request: PageRequest, record: Record) -> Fact:
    values: dict[str, Value] = {
        "issue": _text(request, record, "issue"),
        "day": date.fromisoformat(_raised(record)),
    }
    words = say("report.statement_issue", **values)
    return _about(record, "not_done", words, say("report.statement_ask_issue", **values))


def _dialogue(request: PageRequest, record: Record) -> Fact:
    title, day = _title(request, record), date.fromisoformat(str(record.body["day"]))
    words = say("report.statement_dialogue", title=title, day=day)
    return _about(record, "done", words)


def _raised(record: Record) -> str:
    return str(record.body["raised"])


def _of_peer_reviews(request: PageRequest, records: Iterable[Record]) -> Iterator[Fact]:
    """Reports to other bodies: overdue, and coming."""
    held = calendar(_of_kind(records, "peer_review"), request.as_of.date())
    fact = partial(_peer_review, request)
    yield from _first(map(partial(fact, "not_done", "late"), held.overdue))
    yield from _first(map(partial(fact, "next", "coming"), held.coming))


def _peer_review(request: PageRequest, topic: str, state: str, record: Record) -> Fact:
    title = _title(request, record)
    values: dict[str, Value] = {
        "title": title,
        "day": date.fromisoformat(str(record.body["due"])),
    }
    words = say(f"report.statement_report_{state}", **values)
    asked = say("report.statement_ask_report", **values) if state == "late" else ""
    return _about(record, topic, words, question=asked)


def _needs(request: PageRequest, records: Iterable[Record]) -> Iterator[Fact]:
    """Help that is asked for, with the offers that fit."""
    offers = everything(request, kinds=("offer",))
    needs = _of_kind(records, "need")
    return _first(fact for need in needs for fact in _need(request, need, offers))


def _need(request: PageRequest, need: Record, offers: Sequence[Record]) -> Iterator[Fact]:
    """A need that may be said with the offers that may be, and apart with those that may not."""
    fitting = plans.offers_for(need, offers)
    open_ones = [o for o in fitting if _is_open(o)]
    if _is_open(need) and len(open_ones) < len(fitting):
        yield _helped(request, need, open_ones)
    yield _helped(request, need, fitting)


def _helped(request: PageRequest, need: Record, offers: Sequence[Record]) -> Fact:
    names = joined((_title(request, o) for o in offers), "; ")
    state, title = "offered" if offers else "asked", _title(request, need)
    words = say(f"report.statement_help_{state}", title=title, offers=names)
    return replace(_about(need, "help", words), stamps=_all_stamps(need, *offers))


def _all_stamps(*records: Record) -> tuple[Stamp, ...]:
    return tuple(r.stamp for r in records)


def _own_recommendations(request: PageRequest, records: Iterable[Record]) -> Iterator[Fact]:
    """What the reader's own office recommends here."""
    every = _of_kind(records, "recommendation")
    own = (r for r in every if r.stamp.space == request.actor.space)
    return _first(map(partial(_recommended, request), own))


def _recommended(request: PageRequest, record: Record) -> Fact:
    to = _text(request, record, "to")
    words = say("report.statement_recommends", title=_title(request, record), to=to)
    return _about(record, "asks", words)
