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
from upstander.records import Record
from upstander.records.forms import choices

NEEDS_NEXUS = "needs conflict or occupation"
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
        return (
            "; ".join(f.words for f in self.findings) or choices("element_status")["not_examined"]
        )


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


def _lane(crime: Crime, records: Sequence[Record], on: date, group: str) -> Lane:
    is_war = crime.id == "war_crimes"
    wars = conflicts(records, on)
    held = [
        r
        for r in of(records, "act", on, group)
        if _linked(r, crime.id) and r.body["status"] != "disproved"
    ]
    inside = [r for r in held if not is_war or any(overlaps(w, *_span(r, on)) for w in wars)]
    is_open = not is_war or bool(wars)
    named = sorted({a for r in inside for a in _linked(r, crime.id)})
    verified = [r for r in inside if r.body["status"] == "verified"]
    alleged = [r for r in inside if r.body["status"] == "alleged"]
    about_intent = dossier(records, group, on) if crime.id == "genocide" else None
    return Lane(
        crime,
        is_open,
        ""
        if is_open
        else f"War crimes: {NEEDS_NEXUS}; none is recorded. The other lanes stay open.",
        tuple((a, provisions()[a][crime.id]) for a in named),
        tuple(r.id for r in verified),
        tuple(r.id for r in alleged),
        tuple(r.id for r in held if r not in inside),
        tuple(_element(e, records, on, group) for e in crime.elements),
        about_intent,
        _sentence(crime, len(verified), len(alleged), is_open),
    )


def _linked(act: Record, crime: str) -> list[str]:
    return [a for a in act.body["acts"] if crime in provisions()[a]]


def _span(act: Record, on: date) -> tuple[date, date]:
    first = day_of(act) or on
    return first, on if act.body.get("goes_on") else day_of(act, "until") or first


def _sentence(crime: Crime, verified: int, alleged: int, is_open: bool) -> str:
    if not is_open:
        return f"The lane of war crimes is closed: it {NEEDS_NEXUS}."
    if not verified + alleged:
        return f"No act on record is linked to {crime.words.lower()}; that nothing is on record is not a finding."
    verb = "is an indicator" if verified + alleged == 1 else "are indicators"
    return (
        f"{plural(verified + alleged, 'act')} on record ({verified} verified, {alleged} alleged) {verb} consistent with "
        f"{crime.words.lower()}. Only a competent body can find more than that."
    )


def _element(element: str, records: Sequence[Record], on: date, group: str) -> ElementState:
    own = (
        "",
        None,
        group,
    )  # an element such as the policy behind an attack can concern no group in particular
    found = [
        r
        for r in of(records, "crime_element", on)
        if r.body["element"] == element and (not group or r.body.get("group") in own)
    ]
    return ElementState(element, choices("element")[element], tuple(_finding(r) for r in found))


def _finding(r: Record) -> Finding:
    status, group = r.body["status"], r.body.get("group") or ""
    if status != "established":
        return Finding(status, choices("element_status")[status], r.id, group)
    grounds = [r.body.get(name) for name in ("body", "body_date", "document")]
    if all(grounds):
        return Finding(status, "Established by {}, {}, {}".format(*grounds), r.id, group)
    return Finding(
        "not_examined",
        "Not counted: the competent body, its day or its document is missing",
        r.id,
        group,
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
    held = [r for r in of(records, "act", on, group) if r.body["status"] != "disproved"]
    removals = [r for r in held if "forced_removal" in r.body["acts"]]
    emptied = {r.body.get("group") for r in removals} & {
        r.body.get("group") for r in held if r.body.get("aim_uniform")
    }
    under = [
        r
        for r in held
        if r.body.get("group") in emptied and {"forced_removal", *TERROR} & set(r.body["acts"])
    ]
    acts = tuple(
        sorted({a for r in under for a in r.body["acts"] if a == "forced_removal" or a in TERROR})
    )
    if not under:
        return Cleansing(
            False,
            (),
            (),
            (),
            "No forced removal with signs of such an aim is on record: the label is not used.",
        )
    war = any(overlaps(w, *_span(r, on)) for w in conflicts(records, on) for r in under)
    linked = {c for a in acts for c in provisions()[a] if c != "war_crimes" or war}
    named = tuple(c.id for c in crimes() if c.id in linked)
    words = (
        f"Indicators consistent with ethnic cleansing, a label without a definition of its own in law. Underlying acts: "
        f"{listed(choices('act')[a].lower() for a in acts)}. They may be elements of: {listed(choices('crime')[c].lower() for c in named)}."
    )
    return Cleansing(True, acts, tuple(r.id for r in under), named, words)
