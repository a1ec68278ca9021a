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
from upstander.core.messages import say
from upstander.core.treaties import Bound
from upstander.records import Record

ARMS_DAYS = 3 * 365  # an older judgement on access says little about today's market
PROXIMITY = say("assess.2_same_districts_1_next_to_them")
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
    same = [actor for actor in active if group in (actor.body.get("same_area") or ())]
    near = [a for a in active if group in (a.body.get("near") or ()) and a not in same]
    close = same + near
    fighters = [n for actor in close if (n := actor.body.get("best")) is not None]
    return Presence(
        group=group,
        same_area=ids(same),
        near=ids(near),
        linked=ids(actor for actor in close if actor.body["state_link"] in LINKED),
        abusive=ids(actor for actor in close if actor.body.get("past_abuse")),
        fighters=sum(fighters) if fighters else None,
        uncounted=len(close) - len(fighters),
        proximity=_proximity(active, same=len(same), near=len(near)),
    )


def _proximity(active: Sequence[Record], *, same: int, near: int) -> Measure:
    value, words = (
        None,
        say("assess.no_armed_actor_is_on_record", not_assessed=NOT_ASSESSED),
    )
    if active:
        value = 2 if same else 1 if near else 0
        actors = plural(same, "armed actor")
        words = say(
            "assess.in_the_groups_districts_in_neighbouring_ones",
            actors=actors,
            near=near,
            number=len(active),
        )
    return measure(
        "F3a", say("assess.proximity_of_armed_actors"), value, PROXIMITY, words, active
    )


def arms_access(records: Sequence[Record], on: date, att: Bound) -> Measure:
    """The strongest judgement of the last three years on access to small arms, with the Arms Trade Treaty's status.

    Args:
        att: whether the State is bound by the Treaty, as far as its acts are known.
    """
    recent = within(of(records, "arms", on), on, ARMS_DAYS)
    most = highest(level(r, "access") for r in recent)
    status = att.words(say("assess.the_arms_trade_treaty"), on)
    words = say("assess.access_at_level_of_4", most=most)
    if most is None:
        words = say(
            "assess.no_judgement_of_the_last_three_years", not_assessed=NOT_ASSESSED
        )
    return measure(
        "F3b",
        say("assess.access_to_small_arms"),
        most,
        "level 0-4",
        f"{words} {status}",
        recent,
    )


@dataclass(frozen=True)
class Funding:
    """What sustains one armed actor: the strongest source's level, and published amounts a year where there are any."""

    armed_actor: str
    types: tuple[str, ...]
    level: Measure
    usd_a_year: tuple[float | None, float | None]


def funding(records: Sequence[Record], armed_actor: str, on: date) -> Funding:
    """Sources of money on a day. Amounts add only those that were published: the true total can be higher."""
    in_force_now = (r for r in of(records, "finance", on) if in_force(r, on))
    sources = [
        source for source in in_force_now if source.body["armed_actor"] == armed_actor
    ]
    return Funding(
        armed_actor=armed_actor,
        types=tuple(sorted({source.body["type"] for source in sources})),
        level=_strongest_source(sources),
        usd_a_year=(_sum(sources, "low"), _sum(sources, "high")),
    )


def _strongest_source(sources: Sequence[Record]) -> Measure:
    most = highest(level(source, "level") for source in sources)
    words = say("assess.no_source_of_money_is_on_record", not_assessed=NOT_ASSESSED)
    if sources:
        strongest = (
            say("assess.not_assessed")
            if most is None
            else say("assess.level_of_4", most=most)
        )
        number = plural(len(sources), "source")
        words = say(
            "assess.on_record_how_far_the_strongest_sustains",
            number=number,
            strongest=strongest,
        )
    return measure("F3c", "funding", most, "level 0-4", words, sources)


def _sum(sources: Sequence[Record], name: str) -> float | None:
    amounts = [n for source in sources if (n := source.body.get(name)) is not None]
    return sum(amounts) if amounts else None
