"""What rules and the calendar find now, as signals for the queue: made twice it is one, and never more than a draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upstander.core import plugins
from upstander.core.messages import Message, say, stored
from upstander.core.rights import Stamp
from upstander.forecast.rolling.months import month_at, rolling
from upstander.monitor import election_trigger, replay
from upstander.monitor.outbox import Office, monitor
from upstander.monitor.past import YEAR, Past
from upstander.monitor.replay_table import BUDGETS, RULES, lessons_end, parts
from upstander.monitor.rule import Rule
from upstander.records import Draft, Record, id_of_the_one
from upstander.records.drafts import draft

SIGNAL = "signal"
NOTICE = "watch_notice"  # what is named as the rule of a notice of the calendar
BUDGET = 4  # drafts a month, the larger of the budgets that were held against the past


def of_rules(past: Past, today: date, desk: str) -> Iterator[Draft]:
    """The signals of the newest month that is known, for the queue of the desk."""
    rules = plugins.load_all(RULES, Rule)
    chosen = {n: rules[n] for n in BUDGETS[BUDGET]}
    scores = {n: r.score(past, lessons_end(past)) for n, r in chosen.items()}
    now = past.count
    lists = parts(chosen, scores, BUDGETS[BUDGET])
    for found in replay.drafted(lists, now, now):
        unit, at = found.unit, now - replay.DELAY
        message = say(
            chosen[found.part].says,
            place=past.names[past.units[unit]],
            month=month_at(at),
            deaths=float(rolling(past.total, YEAR)[unit, at]),
            killed=float(rolling(past.killed, YEAR)[unit, at]),
            rank=replay.rank(scores[found.part], unit, at),
        )
        key = (found.part, past.units[unit], f"{month_at(at):%Y-%m}")
        topic = chosen[found.part].topic
        yield _signal(desk, key, past.units[unit], topic, message, today)


def of_calendar(triggers: Sequence[Record], today: date) -> Iterator[Draft]:
    """Watch notices that are due, in the space of their trigger; a notice of an event that is over is not made any more."""
    for trigger in triggers:
        if not trigger.place or election_trigger.window(trigger)[1] < today:
            continue
        due = [n for n in election_trigger.notices(trigger) if n.due <= today]
        for notice in due[-1:]:  # of several that fell due unseen the nearest says it all
            since, _ = election_trigger.window(trigger)
            label = str(trigger.body["label"])
            message = say("monitor.watch_notice", label=label, n=notice.months, day=since)
            key = (NOTICE, trigger.id, f"{since:%Y-%m}", str(notice.months))
            space = trigger.stamp.space
            yield _signal(space, key, trigger.place, "trigger", message, notice.due)


def _signal(
    space: str, key: Sequence[str], place: str, topic: str, message: Message, found: date
) -> Draft:
    by = monitor(space)
    fields = {
        "place": place,
        "topic": topic,
        "found": found.isoformat(),
        "rule": key[0],
        "said": stored(message),
    }
    return draft(
        SIGNAL,
        fields,
        id=id_of_the_one(SIGNAL, space, *key),
        by=by,
        places=frozenset({place}),
        stamp=Stamp(space, by.account),
        place=place,
    )


def keep(office: Office, drafts: Sequence[Draft]) -> int:
    """Keep those that are not in a queue already; how many are new."""
    new = 0
    for made in drafts:
        by = monitor(made.stamp.space)
        known = office.records.find(by=by, as_of=office.now, kinds=[SIGNAL], ids=[made.id])
        if not known:
            office.records.append([made], by=by, why="found by a rule", now=office.now)
            new += 1
    return new


def newest(past: Past) -> str:
    """The newest month that is known, as people write it."""
    return f"{month_at(past.count - 1):%Y-%m}"
