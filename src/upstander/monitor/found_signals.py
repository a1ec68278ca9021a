"""What rules and the calendar find now, as signals for the queue: made twice it is one, and never more than a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from upstander.core import plugins
from upstander.core.errors import NotQualified
from upstander.core.messages import say
from upstander.forecast.qualification import Verdict, qualified
from upstander.forecast.rolling.months import month_at, rolling
from upstander.monitor import election_trigger, replay
from upstander.monitor.finding import SIGNAL, Finding, Meant, ids_of, signal
from upstander.monitor.outbox import Office, monitor
from upstander.monitor.past import YEAR, Past
from upstander.monitor.replay import Drafted
from upstander.monitor.replay_table import RULES, Known
from upstander.monitor.rule import IssueRule, RecordRule, Rule
from upstander.monitor.two_issues import TwoIssues
from upstander.records import Draft, Record, id_of_the_one

NOTICE = "watch_notice"  # what is named as the rule of a notice of the calendar
BUDGET = 4  # drafts a month, the larger of the budgets that were held against the past
BESIDE = 2  # drafts a month of each rule of months that is in no list of the budget


def of_months(past: Past, today: date, desk: str) -> Iterator[Draft]:
    """The signals of the newest month that is known, for the queue of the desk: the lists of the budget, and beside them
    what only some rules speak of (displacement, silence, an opportunity)."""
    known = Known.of(past)
    parts = known.choices()[BUDGET].parts(known.rules, known.scores)
    now = past.count
    lists = [(p,) for p in _beside(known)]
    for drafts in (replay.drafted(ps, now, now) for ps in (parts, *lists)):
        for found in (d for d in drafts if d.month == now):
            yield _of_month(known, found, today, desk)


def _beside(known: Known) -> Iterator[replay.Part]:
    """A list of its own for each rule whose topic no list of the budget has."""
    for name, rule in known.rules.items():
        if rule.topic not in ("killing", "conflict"):
            yield replay.Part(name, known.scores[name], BESIDE, rule.quiet_months)


def _of_month(
    known: Known,
    found: Drafted,
    today: date,
    desk: str,
) -> Draft:
    past, rule, at = known.past, known.rules[found.part], found.month - replay.DELAY
    place = past.units[found.unit]
    message = say(
        rule.says,
        place=past.names[place],
        month=month_at(at),
        deaths=float(rolling(past.total, YEAR)[found.unit, at]),
        killed=float(rolling(past.killed, YEAR)[found.unit, at]),
        rank=replay.rank(known.scores[found.part], found.unit, at),
    )
    id = id_of_the_one(SIGNAL, desk, found.part, place, f"{month_at(at):%Y-%m}")
    return signal(desk, id, place, Meant(found.part, rule.topic, message), today)


def of_records(office: Office) -> Iterator[Draft]:
    """What the rules of records find in each space's own records, for its own queue."""
    for name, rule in record_rules().items():
        for space in office.house.spaces:
            for records in _by_place(office, space, rule).values():
                found = list(rule.find(records, office.now.date()))
                yield from new_ones(office, space, name, rule, found)


def _by_place(office: Office, space: str, rule: RecordRule) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for kind in rule.kinds:
        for record in office.find(space, kind):
            if record.place and not record.erased:
                found.setdefault(record.place, []).append(record)
    return found


def of_issues(
    office: Office,
    desk: str,
    issues: TwoIssues,
    verdicts: Sequence[Verdict],
) -> Iterator[Draft]:
    """What the rules of forecasts find, each where the model is qualified for alerts on its target."""
    for name, rule in issue_rules().items():
        if not why_not(rule, issues, verdicts):
            yield from new_ones(office, desk, name, rule, list(rule.find(issues)))


def why_not(rule: IssueRule, issues: TwoIssues, verdicts: Sequence[Verdict]) -> str:
    """Why a rule of forecasts may not speak, '' where it may."""
    for model in sorted(issues.models(rule.target)):
        try:
            qualified(verdicts, rule.target, model)
        except NotQualified as error:
            return str(error)
    return ""


def new_ones(
    office: Office,
    space: str,
    name: str,
    rule: Rule,
    found: Sequence[Finding],
) -> Iterator[Draft]:
    """Signals of findings that do not lie in the queue of the space already."""
    today, by = office.now.date(), monitor(space)
    for one in found:
        ids = ids_of(space, name, one, today)
        known = office.records.find(by=by, as_of=office.now, kinds=[SIGNAL], ids=list(ids))
        if known:
            continue
        place = office.house.places.get(one.place, one.place)
        message = say(rule.says, place=place, **one.values)
        meant = Meant(name, rule.topic, message)
        yield signal(
            space, ids[0], one.place, meant, today, grounds=one.grounds, extreme=one.extreme
        )


def record_rules() -> Mapping[str, RecordRule]:
    """The rules that read people's records."""
    found = plugins.load_all(RULES, Rule)
    return {name: rule for name, rule in found.items() if isinstance(rule, RecordRule)}


def issue_rules() -> Mapping[str, IssueRule]:
    """The rules that read our forecasts."""
    found = plugins.load_all(RULES, Rule)
    return {name: rule for name, rule in found.items() if isinstance(rule, IssueRule)}


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
            id = id_of_the_one(SIGNAL, space, *key)
            meant = Meant(NOTICE, "trigger", message)
            yield signal(space, id, trigger.place, meant, notice.due)


def keep(office: Office, drafts: Iterable[Draft]) -> int:
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
