"""The table of a look back: our lists at two budgets, each rule by itself, the baselines, and a peer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core import plugins
from upstander.core.types import Array
from upstander.forecast.rolling.months import at_of, month_at
from upstander.monitor import back_test, budget, peer_signals, replay
from upstander.monitor.back_test import BackTest
from upstander.monitor.budget import Choice
from upstander.monitor.past import Past
from upstander.monitor.peer_signals import Peers
from upstander.monitor.replay import Drafted, Part
from upstander.monitor.rule import IssueRule, MonthRule, Rule
from upstander.monitor.two_issues import TwoIssues

RULES = "upstander.monitor.rules"
CASES = (("TZA", "2025-10"), ("IRN", "2026-01"), ("SDN", "2025-10"))


@dataclass(frozen=True)
class Back:
    """A look back: its table, labels of a peer, how its lists were chosen, what the larger budget missed, cases, each rule alone."""

    first: str
    last: str
    known_to: str
    rows: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    choices: list[dict[str, Any]]
    missed: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    rules: dict[str, BackTest]

    @property
    def kind(self) -> str:
        """What it rests on."""
        return (
            "hindcast: final figures, a month late; no dated copies by type of violence exist, so no month is strict. "
            "Rules learn anew each January from what was over by then; the lists and their split were chosen on "
            f"{budget.FIRST.year} to {budget.LAST.year} alone: those years are what they were set on"
        )


@dataclass(frozen=True)
class Known:
    """The past, the rules of months and their scores: what every list is made from."""

    past: Past
    rules: Mapping[str, MonthRule]
    scores: Mapping[str, Array]

    @staticmethod
    def of(past: Past) -> Known:
        """Every rule of months, asked once."""
        rules = month_rules()
        return Known(past, rules, {name: rule.score(past) for name, rule in rules.items()})

    def choices(self) -> Mapping[int, Choice]:
        """The lists of each budget."""
        return budget.chosen(self.past, self.rules, self.scores)


def month_rules() -> Mapping[str, MonthRule]:
    """The rules that can be held against the past."""
    found = plugins.load_all(RULES, Rule)
    return {name: rule for name, rule in found.items() if isinstance(rule, MonthRule)}


def made(
    past: Past,
    first: int,
    last: int,
    seed: int,
    peers: Peers,
) -> Back:
    """The look back over a period, beside the peers whose warnings there are."""
    last = min(last, past.count)
    known = Known.of(past)
    choices = known.choices()
    lists = _lists(known, choices, seed)
    drafts = {n: replay.drafted(parts, first, last) for n, parts in lists.items()}
    if peers.hdx is not None:
        drafts |= _of_hdx(peers.hdx, past, first, last)
    main = next(iter(lists))
    events = replay.warned(past, drafts[main], first, last)
    by_kind = dict(zip(("onset", "surge"), lists[main], strict=True))
    return Back(
        **_span(first, last, past.count - 1),
        rows=[replay.row(n, past, d, first, last) for n, d in drafts.items()],
        labels=list(_of_crisiswatch(peers.crisiswatch, past)),
        choices=[_chosen(choice) for choice in choices.values()],
        missed=replay.missed(past, events, drafts[main], by_kind),
        cases=_cases(past, drafts[main], lists[main]),
        rules=_each(known, (first, last)),
    )


def _span(first: int, last: int, newest: int) -> dict[str, str]:
    """The months of a look back as they are written."""
    names = zip(("first", "last", "known_to"), (first, last, newest), strict=True)
    return {name: f"{month_at(at):%Y-%m}" for name, at in names}


def _each(known: Known, span: tuple[int, int]) -> dict[str, BackTest]:
    return {
        name: back_test.of(name, rule, known.past, known.scores[name], span)
        for name, rule in known.rules.items()
    }


def with_issues(back: Back, past: Past, issues: Sequence[TwoIssues]) -> Back:
    """The look back with the rules of forecasts held against replayed issues, where there are any."""
    rules = plugins.load_all(RULES, Rule)
    tests = {
        name: back_test.of_issues(name, rule, past, issues)
        for name, rule in rules.items()
        if isinstance(rule, IssueRule)
    }
    return replace(back, rules=back.rules | {n: t for n, t in tests.items() if t})


def _chosen(choice: Choice) -> dict[str, Any]:
    """A choice as a row: what it took, and what it reached where it was chosen."""
    lists = "; ".join(f"{name} {n}" for name, n in choice.drafts.items())
    return {
        "drafts_a_month": choice.budget,
        "lists": lists,
        "onsets_warned": choice.onsets,
        "surges_warned": choice.surges,
        "chosen_from": choice.tried,
    }


def _lists(
    known: Known, choices: Mapping[int, Choice], seed: int
) -> Mapping[str, tuple[Part, ...]]:
    """Ours at two budgets, each rule by itself, the baselines."""
    rules, scores = known.rules, known.scores
    mixes = {f"our lists, {n} a month": c.parts(rules, scores) for n, c in choices.items()}
    alone = {
        f"rule {name} alone": (Part(name, scores[name], rule.drafts, rule.quiet_months),)
        for name, rule in rules.items()
    }
    return {**mixes, **alone, **replay.baselines(known.past, seed)}


def _of_hdx(
    peer: Path,
    past: Past,
    first: int,
    last: int,
) -> Mapping[str, tuple[Drafted, ...]]:
    return {
        f"HDX Signals, {name}": peer_signals.read(
            peer, past, first - replay.EARLIER, last, with_late=late
        )
        for name, late in (("in real time", False), ("made afterwards too", True))
    }


def _of_crisiswatch(file: Path | None, past: Past) -> Iterator[dict[str, Any]]:
    """Each month's alerts of conflict risk, and how many an onset or surge followed as far as it is known."""
    if file is None:
        return
    found = peer_signals.read_crisiswatch(file, past)
    for month in sorted({d.month for d in found}):
        own = [d for d in found if d.month == month]
        events = replay.warned(past, own, month, month + max(replay.SPANS.values()))
        places = {e.unit for e in events if e.drafts}
        yield {
            "month": f"{month_at(month):%Y-%m}",
            "alerts": len(own),
            "followed": len(places),
            "months_known_after": max(0, past.count - 1 - month),
        }


def _cases(
    past: Past, drafts: Sequence[Drafted], lists: Sequence[Part]
) -> list[dict[str, Any]]:
    """When known cases would have been drafted, and where the lists had them in the month before."""
    rows = []
    for place, month in CASES:
        at = at_of(date.fromisoformat(f"{month}-01"))
        if place not in past.units or at > past.count:
            continue
        unit = past.units.index(place)
        ranks = {p.name: replay.rank(p.scores, unit, at - 1 - replay.DELAY) for p in lists}
        rows.append(
            {
                "place": past.names[place],
                "month": month,
                "drafted": replay.told(past, drafts, place, at),
                "ranks": {name: rank or None for name, rank in ranks.items()},
            }
        )
    return rows
