"""Factor 3: armed actors near groups at risk, small arms, and the money that sustains them (F3a-F3c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.measures import (
    NOT_ASSESSED,
    Measure,
    highest,
    ids,
    in_force,
    level,
    measure,
    of,
    plural,
    within,
)
from upstander.core.treaties import Bound
from upstander.records import Record

ARMS_DAYS = 3 * 365  # an older judgement on access says little about today's market
LINKED = ("supported", "directed", "part")


@dataclass(frozen=True)
class Presence:
    """Armed actors near one group.

    Attributes:
        same_area, near: ids of actors in the group's own districts, and in neighbouring ones.
        linked: of those, the ones that the State supports, directs or contains.
        abusive: of those, the ones with grave abuses on record.
        fighters: sum of best estimates. uncounted: actors without one, which are in no sum.
        proximity: 2 in the same districts, 1 next to them, 0 elsewhere, None where no actor is on record.
    """

    group: str
    same_area: tuple[str, ...]
    near: tuple[str, ...]
    linked: tuple[str, ...]
    abusive: tuple[str, ...]
    fighters: int | None
    uncounted: int
    proximity: Measure


def presence(records: Sequence[Record], group: str, on: date) -> Presence:
    """Which armed actors are active on a day, and how close to a group."""
    active = [r for r in of(records, "armed_actor", on) if in_force(r, on)]
    same = [r for r in active if group in (r.body.get("same_area") or ())]
    near = [r for r in active if group in (r.body.get("near") or ()) and r not in same]
    close = same + near
    counted = [n for r in close if (n := r.body.get("best")) is not None]
    value = None if not active else 2 if same else 1 if near else 0
    words = f"{NOT_ASSESSED}: no armed actor is on record."
    if active:
        words = f"{plural(len(same), 'armed actor')} in the group's districts, {len(near)} in neighbouring ones, of {len(active)} on record."
    return Presence(
        group,
        ids(same),
        ids(near),
        ids(r for r in close if r.body["state_link"] in LINKED),
        ids(r for r in close if r.body.get("past_abuse")),
        sum(counted) if counted else None,
        len(close) - len(counted),
        measure(
            "F3a",
            "proximity of armed actors",
            value,
            "2 same districts, 1 next to them, 0 elsewhere",
            words,
            active,
        ),
    )


def arms_access(records: Sequence[Record], on: date, att: Bound) -> Measure:
    """The strongest judgement of the last three years on access to small arms, with the Arms Trade Treaty's status.

    Args:
        att: whether the State is bound by the Treaty, as far as its acts are known.
    """
    recent = within(of(records, "arms", on), on, ARMS_DAYS)
    most = highest(level(r, "access") for r in recent)
    status = att.words("the Arms Trade Treaty", on)
    words = f"Access at level {most} of 4."
    if most is None:
        words = f"{NOT_ASSESSED}: no judgement of the last three years."
    return measure("F3b", "access to small arms", most, "level 0-4", f"{words} {status}", recent)


@dataclass(frozen=True)
class Funding:
    """What sustains one armed actor: the strongest source's level, and published amounts a year where there are any."""

    armed_actor: str
    types: tuple[str, ...]
    level: Measure
    usd_a_year: tuple[float | None, float | None]


def funding(records: Sequence[Record], armed_actor: str, on: date) -> Funding:
    """Sources of money on a day. Amounts add only those that were published: the true total can be higher."""
    now = [
        r
        for r in of(records, "finance", on)
        if r.body["armed_actor"] == armed_actor and in_force(r, on)
    ]
    most = highest(level(r, "level") for r in now)
    low, high = ([n for r in now if (n := r.body.get(k)) is not None] for k in ("low", "high"))
    words = f"{NOT_ASSESSED}: no source of money is on record."
    if now:
        strongest = "not assessed" if most is None else f"level {most} of 4"
        words = f"{plural(len(now), 'source')} on record; how far the strongest sustains operations: {strongest}."
    return Funding(
        armed_actor,
        tuple(sorted({r.body["type"] for r in now})),
        measure("F3c", "funding", most, "level 0-4", words, now),
        (sum(low) if low else None, sum(high) if high else None),
    )
