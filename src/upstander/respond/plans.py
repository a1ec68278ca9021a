"""Plans: what stands open, late or blocked, whose it is, who says what of it, and which offers meet which needs.

Everything is worked out from records as the reader may read them; nothing here is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.records import Record

ACTION, REPORT = "action", "progress_report"
OPEN = ("planned", "running", "blocked")
SOON_DAYS = 30
# Who carries out, who watches, who stands outside: sorts of bodies as forms name them.
SIDES: Mapping[str, tuple[str, ...]] = {
    "state": ("lead", "ministry", "security", "justice", "parliament", "local"),
    "independent": ("nhri", "ngo", "women", "community", "victims", "academic"),
    "outside": ("regional", "un", "state"),
}
HORIZONS = (("year", 365), ("three_years", 3 * 365), ("later", 0))


def is_open(action: Record) -> bool:
    """Whether there is still something to do."""
    return action.body["status"] in OPEN


def days_late(action: Record, on: date) -> int:
    """Days since it was due, 0 where it is not open or not late."""
    late = (on - date.fromisoformat(action.body["due"])).days
    return max(0, late) if is_open(action) else 0


def overdue(actions: Iterable[Record], on: date) -> list[Record]:
    """Open actions past their day, the longest overdue first."""
    return sorted((a for a in actions if days_late(a, on)), key=_due)


def due_soon(actions: Iterable[Record], on: date) -> list[Record]:
    """Open actions due within the next days, the nearest first."""
    last = (on + timedelta(days=SOON_DAYS)).isoformat()
    return sorted(
        (a for a in actions if is_open(a) and on.isoformat() <= _due(a) <= last), key=_due
    )


def blocked(actions: Iterable[Record]) -> list[Record]:
    """Actions that their owner reports as blocked."""
    return sorted((a for a in actions if a.body["status"] == "blocked"), key=_due)


def _due(action: Record) -> str:
    return str(action.body["due"])


@dataclass(frozen=True)
class Rate:
    """How much of a plan is carried out: done of all that were not dropped; None of none."""

    done: int
    of: int

    @property
    def share(self) -> float | None:
        """0 to 1."""
        return self.done / self.of if self.of else None


def rate(actions: Iterable[Record]) -> Rate:
    """The implementation rate, by what owners report."""
    kept = [a for a in actions if a.body["status"] != "dropped"]
    return Rate(sum(a.body["status"] == "done" for a in kept), len(kept))


# Groups of a plan


def horizon(action: Record, on: date) -> str:
    """Within a year, within three, or later; by its due day."""
    days = (date.fromisoformat(_due(action)) - on).days
    return next(name for name, most in HORIZONS if not most or days <= most)


def grouped(
    actions: Iterable[Record], keys: Callable[[Record], Iterable[str]]
) -> dict[str, list[Record]]:
    """Actions by each of their keys; one with none stands under ''."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for action in actions:
        for key in tuple(keys(action)) or ("",):
            groups[key].append(action)
    return dict(groups)


def owned(actions: Iterable[Record]) -> dict[str, int]:
    """How many are owned at home, at home with help, by others, or not said; what was dropped is left out (H04)."""
    kept = [a for a in actions if a.body["status"] != "dropped"]
    counts = {"national": 0, "assisted": 0, "outside": 0, "": 0}
    for action in kept:
        counts[action.body["ownership"] or ""] += 1
    return counts


def roots_of(action: Record, recommendations: Mapping[str, Record]) -> tuple[str, ...]:
    """Recorded root causes that an action works on, itself or by a recommendation that it carries out."""
    linked = (recommendations.get(id) for id in action.body["recommendations"])
    through = (c for r in linked if r is not None for c in r.body["root_causes"])
    return tuple(dict.fromkeys([*action.body["root_causes"], *through]))


# Who says what


def side(reporter: str) -> str:
    """Whether a body carries out, watches, or stands outside."""
    return next(side for side, sorts in SIDES.items() if reporter in sorts)


@dataclass(frozen=True)
class Views:
    """The newest report of each side on one action."""

    newest: Mapping[str, Record]

    @property
    def disagree(self) -> bool:
        """Whether two sides report different states."""
        return len({r.body["status"] for r in self.newest.values()}) > 1


def views(reports: Iterable[Record]) -> Views:
    """The newest report of each side, by its day; written last where days are the same."""
    newest: dict[str, Record] = {}
    for report in sorted(reports, key=lambda r: (r.body["day"], r.id)):
        newest[side(report.body["reporter"])] = report
    return Views(newest)


def by_action(reports: Iterable[Record]) -> dict[str, list[Record]]:
    """Reports by the action they speak of."""
    return grouped(reports, lambda r: [str(r.body["action"])])


# Partners


def offers_for(need: Record, offers: Sequence[Record]) -> list[Record]:
    """Offers of the same sort for the same option, for the same place or for any, that stand on the day it is needed."""
    return [o for o in offers if _meets(o, need)]


def _meets(offer: Record, need: Record) -> bool:
    is_same = (
        offer.body["sort"] == need.body["sort"]
        and need.body["subject"] in offer.body["subjects"]
    )
    is_there = offer.place in ("", need.place)
    return is_same and is_there and _is_in_time(offer, need.body["needed_by"])


def _is_in_time(offer: Record, by: str | None) -> bool:
    """Whether an offer has begun and not ended on a day; without a day it is in time."""
    if by is None:
        return True
    return (offer.body["since"] or by) <= by <= (offer.body["until"] or by)
