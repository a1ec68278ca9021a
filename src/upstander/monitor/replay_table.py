"""The table of a look back: our lists at two budgets, each rule by itself, the baselines, and a peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from upstander.core import plugins
from upstander.core.types import Array
from upstander.forecast.rolling.months import at_of, month_at
from upstander.monitor import peer_signals, replay
from upstander.monitor.past import Past
from upstander.monitor.replay import Drafted, Part
from upstander.monitor.rule import Rule

RULES = "upstander.monitor.rules"
LESSONS_END = 2018  # rules are set on years up to this one, and reported on the years after
# Drafts a month of each list by budget; the even split was chosen on 2012-2018, where no other was better by more than its error.
BUDGETS: Mapping[int, Mapping[str, int]] = {
    4: {"first_violence": 2, "one_sided_surge": 2},
    2: {"first_violence": 1, "one_sided_surge": 1},
}
CASES = (("TZA", "2025-10"), ("IRN", "2026-01"), ("SDN", "2025-10"))


@dataclass(frozen=True)
class Back:
    """A look back: its table, the events that the larger budget missed, and cases told."""

    first: str
    last: str
    rows: list[dict[str, Any]]
    missed: list[dict[str, Any]]
    cases: list[dict[str, Any]]

    @property
    def kind(self) -> str:
        """What it rests on."""
        return (
            "hindcast: final figures, a month late; no dated copies by type of violence exist, so no month is strict. "
            f"Rules learned from what was over by the end of {LESSONS_END}: earlier months are what they were set on"
        )


def made(past: Past, first: int, last: int, seed: int, peer: Path | None) -> Back:
    """The look back over a period; ``peer``: a file of HDX Signals."""
    last = min(last, past.count)
    rules = plugins.load_all(RULES, Rule)
    scores = {name: rule.score(past, lessons_end(past)) for name, rule in rules.items()}
    lists = _lists(past, rules, scores, seed)
    drafts = {n: replay.drafted(parts, first, last) for n, parts in lists.items()}
    if peer is not None:
        drafts |= _of_peer(peer, past, first, last)
    main = next(iter(lists))
    events = replay.warned(past, drafts[main], first, last)
    return Back(
        first=f"{month_at(first):%Y-%m}",
        last=f"{month_at(last):%Y-%m}",
        rows=[replay.row(n, past, d, first, last) for n, d in drafts.items()],
        missed=replay.missed(past, events, lists[main]),
        cases=_cases(past, drafts[main], lists[main]),
    )


def lessons_end(past: Past) -> int:
    """The month before which what rules learn from had to be over."""
    return min(at_of(date(LESSONS_END + 1, 1, 1)), past.count)


def _lists(
    past: Past, rules: Mapping[str, Rule], scores: Mapping[str, Array], seed: int
) -> Mapping[str, tuple[Part, ...]]:
    """Ours at two budgets, each rule by itself, the baselines."""
    mixes = {
        f"our lists, {n} a month": parts(rules, scores, of) for n, of in BUDGETS.items()
    }
    alone = {
        f"rule {name} alone": parts(rules, scores, {name: rule.drafts})
        for name, rule in rules.items()
    }
    return {**mixes, **alone, **replay.baselines(past, seed)}


def _of_peer(
    peer: Path, past: Past, first: int, last: int
) -> Mapping[str, tuple[Drafted, ...]]:
    return {
        f"HDX Signals, {name}": peer_signals.read(peer, past, first, last, with_late=late)
        for name, late in (("in real time", False), ("made afterwards too", True))
    }


def parts(
    rules: Mapping[str, Rule], scores: Mapping[str, Array], budget: Mapping[str, int]
) -> tuple[Part, ...]:
    """The lists of a budget."""
    return tuple(
        Part(name, scores[name], drafts, rules[name].quiet_months)
        for name, drafts in budget.items()
    )


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
        said = replay.told(past, drafts, place, at)
        rows.append(
            {
                "place": past.names[place],
                "month": month,
                "drafted": "; ".join(said) or "not in the two years before",
                **{f"rank_in_{name}": rank or None for name, rank in ranks.items()},
            }
        )
    return rows
