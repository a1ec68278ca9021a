"""Three lanes, one for each crime, and the derived label ethnic cleansing. A lane shows; it never finds.

Acts stand in a lane because the catalogue links them to the crime. The status of an element is what a person recorded;
nothing here sets one, and "established" is shown only with the competent body, its day and its document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from upstander.assess.conflict_context import conflicts, overlaps
from upstander.assess.crimes import Crime, Provision, crimes, provisions
from upstander.assess.measures import day_of, listed, of, plural
from upstander.assess.measures.intent import Dossier, dossier
from upstander.core.messages import joined, say
from upstander.records import Record
from upstander.records.forms import choices

NEEDS_NEXUS = say("assess.needs_conflict_or_occupation")
TERROR = (
    "killing",
    "serious_harm",
    "torture",
    "sexual_violence",
    "detention",
    "disappearance",
    "attack_civilians",
    "pillage",
)

UNDERLYING = ("forced_removal", *TERROR)
CLOSED = say("assess.war_crimes_none_is_recorded_the_other", needs_nexus=NEEDS_NEXUS)
NO_CLEANSING = say("assess.no_forced_removal_with_signs_of_such")
NOT_COUNTED = say("assess.not_counted_the_competent_body_its_day")


@dataclass(frozen=True)
class Finding:
    """What a person recorded on one element: the status, as words, with what it rests on."""

    status: str
    words: str
    record: str
    group: str


@dataclass(frozen=True)
class ElementState:
    """One legal element of a crime. Without findings it is not examined."""

    element: str
    label: str
    findings: tuple[Finding, ...]
    source: str = "ROME-1998"

    @property
    def words(self) -> str:
        """Status as shown."""
        statuses = joined((finding.words for finding in self.findings), "; ")
        return statuses or choices("element_status")["not_examined"]


@dataclass(frozen=True)
class Lane:
    """One crime's lane.

    Attributes:
        open: whether the lane can be used; reason: why not, '' when open.
        acts: act of the catalogue -> provision, for acts on record that may be an element of this crime.
        verified, alleged: ids of the act records, kept apart. outside: ids of acts outside every recorded conflict.
        dossier: the intent dossier, for genocide alone.
    """

    crime: Crime
    open: bool
    reason: str
    acts: tuple[tuple[str, Provision], ...]
    verified: tuple[str, ...]
    alleged: tuple[str, ...]
    outside: tuple[str, ...]
    elements: tuple[ElementState, ...]
    dossier: Dossier | None
    words: str


def lanes(records: Sequence[Record], on: date, group: str = "") -> tuple[Lane, ...]:
    """The lanes as they stand on a day, for one group or all. Genocide and crimes against humanity are always open."""
    return tuple(_lane(crime, records, on, group) for crime in crimes())


def _lane(
    crime: Crime,
    records: Sequence[Record],
    on: date,
    group: str,
) -> Lane:
    linked = [act for act in _acts(records, on, group) if _linked(act, crime.id)]
    is_open, inside = True, linked
    if crime.id == "war_crimes":
        wars = conflicts(records, on)
        is_open = bool(wars)
        inside = [act for act in linked if _is_in_any(act, wars, on)]
    verified, alleged = _ids(inside, "verified"), _ids(inside, "alleged")
    return Lane(
        crime=crime,
        open=is_open,
        reason="" if is_open else CLOSED,
        acts=_provisions(inside, crime.id),
        verified=verified,
        alleged=alleged,
        outside=tuple(act.id for act in linked if act not in inside),
        elements=tuple(_element(e, records, on, group) for e in crime.elements),
        dossier=dossier(records, group, on) if crime.id == "genocide" else None,
        words=_sentence(crime, len(verified), len(alleged), is_open),
    )


def _ids(acts: Sequence[Record], status: str) -> tuple[str, ...]:
    return tuple(act.id for act in acts if act.body["status"] == status)


def _acts(records: Sequence[Record], on: date, group: str) -> list[Record]:
    """Acts on record that nobody disproved."""
    return [
        act for act in of(records, "act", on, group) if act.body["status"] != "disproved"
    ]


def _provisions(acts: Sequence[Record], crime: str) -> tuple[tuple[str, Provision], ...]:
    """By act of the catalogue, where it stands in law for the crime."""
    named = sorted({act for record in acts for act in _linked(record, crime)})
    return tuple((act, provisions()[act][crime]) for act in named)


def _is_in_any(act: Record, wars: Sequence[Record], on: date) -> bool:
    first, last = _span(act, on)
    return any(overlaps(war, first, last) for war in wars)


def _linked(act: Record, crime: str) -> list[str]:
    return [a for a in act.body["acts"] if crime in provisions()[a]]


def _span(act: Record, on: date) -> tuple[date, date]:
    first = day_of(act) or on
    if act.body.get("goes_on"):
        return first, on
    return first, day_of(act, "until") or first


def _sentence(
    crime: Crime,
    verified: int,
    alleged: int,
    is_open: bool,
) -> str:
    if not is_open:
        return say("assess.the_lane_of_war_crimes_is_closed", needs_nexus=NEEDS_NEXUS)
    number, name = verified + alleged, crime.words.lower()
    if not number:
        return say("assess.no_act_on_record_is_linked_to", name=name)
    verb = say("assess.is_an_indicator") if number == 1 else say("assess.are_indicators")
    return say(
        "assess.on_record_verified_alleged_consistent_with_only",
        plural=plural(number, "act"),
        verified=verified,
        alleged=alleged,
        verb=verb,
        name=name,
    )


def _element(
    element: str,
    records: Sequence[Record],
    on: date,
    group: str,
) -> ElementState:
    every = (r for r in of(records, "crime_element", on) if r.body["element"] == element)
    if group:
        # An element such as the policy behind an attack can concern no group in particular.
        every = (r for r in every if r.body.get("group") in ("", None, group))
    findings = tuple(_finding(r) for r in every)
    return ElementState(element, choices("element")[element], findings)


def _finding(r: Record) -> Finding:
    status, group = r.body["status"], r.body.get("group") or ""
    if status != "established":
        return Finding(
            status=status,
            words=choices("element_status")[status],
            record=r.id,
            group=group,
        )
    grounds = [r.body.get(name) for name in ("body", "body_date", "document")]
    if all(grounds):
        return Finding(
            status=status,
            words="Established by {}, {}, {}".format(*grounds),
            record=r.id,
            group=group,
        )
    return Finding(
        status="not_examined",
        words=NOT_COUNTED,
        record=r.id,
        group=group,
    )


@dataclass(frozen=True)
class Cleansing:
    """The derived label ethnic cleansing: underlying acts, by catalogue and by record, and the crimes they may be of."""

    seen: bool
    acts: tuple[str, ...]
    records: tuple[str, ...]
    crimes: tuple[str, ...]
    words: str
    source: str = "COE-1994"
    part: str = "paragraphs 129-130"


def ethnic_cleansing(records: Sequence[Record], on: date, group: str = "") -> Cleansing:
    """Forced removal, with signs that the aim was a uniform area; acts of terror against the same groups are named too.

    The label has no definition in law, needs at least one underlying act, and always names acts and crimes.
    """
    every = _acts(records, on, group)
    emptied = _emptied(every)
    under = [r for r in every if r.body.get("group") in emptied and _underlying(r)]
    if not under:
        return Cleansing(
            seen=False,
            acts=(),
            records=(),
            crimes=(),
            words=NO_CLEANSING,
        )
    acts = tuple(sorted({act for record in under for act in _underlying(record)}))
    wars = conflicts(records, on)
    has_war = any(_is_in_any(record, wars, on) for record in under)
    linked = {crime for act in acts for crime in provisions()[act]}
    if not has_war:
        linked -= {"war_crimes"}
    named = tuple(crime.id for crime in crimes() if crime.id in linked)
    return Cleansing(
        seen=True,
        acts=acts,
        records=tuple(r.id for r in under),
        crimes=named,
        words=_indicators(acts, named),
    )


def _emptied(acts: Sequence[Record]) -> set[str | None]:
    """Groups that were removed by force, with signs that the aim was a uniform area."""
    removed = {
        act.body.get("group") for act in acts if "forced_removal" in act.body["acts"]
    }
    return removed & {act.body.get("group") for act in acts if act.body.get("aim_uniform")}


def _underlying(act: Record) -> list[str]:
    return [name for name in act.body["acts"] if name in UNDERLYING]


def _indicators(acts: Sequence[str], named: Sequence[str]) -> str:
    act_words, crime_words = choices("act"), choices("crime")
    underlying = listed(act_words[act].lower() for act in acts)
    elements_of = listed(crime_words[crime].lower() for crime in named)
    return say(
        "assess.indicators_consistent_with_ethnic_cleansing_a_la",
        underlying=underlying,
        elements_of=elements_of,
    )
