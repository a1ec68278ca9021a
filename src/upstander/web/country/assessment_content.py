"""Content of a country's Assessment tab: context, reviews, risk beside resilience, duties, the six factors, women's part.

Risk and resilience stand side by side and are never made into one number. Duties are shown whatever the context.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.assess.aggregation import CAVEAT, Finding
from upstander.assess.conflict_context import Badge, badge, conflicts
from upstander.assess.duties import CONTINUE
from upstander.assess.measures import women
from upstander.assess.measures.prevention import Reading
from upstander.assess.rating import NOT_ASSESSED
from upstander.assess.resilience import Inventory, inventory
from upstander.assess.resilience import Row as Covered
from upstander.core.messages import say
from upstander.core.treaties import Bound
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import review_content
from upstander.report.drivers import Driver
from upstander.report.registers import (
    Block,
    Cell,
    Registers,
    Row,
    Shown,
    Table,
    cell,
    linked,
    protective,
    said,
    table,
)
from upstander.web.country import duties, factors, picture

OUTSIDE = say("web.no_armed_conflict_is_recorded_that_lowers")
NO_CONTEXT = say("web.nobody_has_recorded_a_context_that_is")
BESIDE = say("web.risk_and_resilience_are_shown_together_neither")
# Published indicators: which side of capacity to prevent they stand for, and their worst and best value.
SCALES: Mapping[str, tuple[str, float, float]] = {
    "vdem_v2x_polyarchy": ("regime", 0, 1),
    "vdem_v2x_libdem": ("regime", 0, 1),
    "vdem_v2x_civlib": ("regime", 0, 1),
    "vdem_v2x_rule": ("capacity", 0, 1),
    "un_infant_mortality_per_1000": ("capacity", 100, 0),
}


@dataclass(frozen=True)
class Latest:
    """The newest review as one space sees it.

    Attributes:
        findings: by factor of the report; headline: of the country, see ``report.assessing.headline``.
        published: the version of it that is published, None while none is.
        rated_on: when its last rating was written, None while nothing is rated.
    """

    review: Record
    space: str
    findings: Mapping[str, Finding]
    headline: Mapping[str, Any]
    published: Record | None
    rated_on: date | None


def newest(reviews: Sequence[Record]) -> Record | None:
    """The review that covers the latest days; of several the one begun last."""
    return max(reviews, key=lambda r: (r.body["last"], r.id), default=None)


def readings(drivers: Sequence[Driver]) -> tuple[Reading, ...]:
    """The published indicators of a place that say how able a State is to prevent."""
    return tuple(_reading(driver) for driver in drivers if driver.indicator in SCALES)


def _reading(driver: Driver) -> Reading:
    side, worst, best = SCALES[driver.indicator]
    source = "V-Dem" if driver.source == "vdem" else "UN"
    return Reading(driver.label, side, driver.value, (worst, best), driver.year, source)


@dataclass(frozen=True)
class Known:
    """What is known of a place beside its registers.

    Attributes:
        readings: published indicators of regime and capacity, see ``readings``.
        att: whether the State is bound by the Arms Trade Treaty, as far as known.
        evidence: number of evidence items about the place that the reader may read.
        outlook: sentences of the model's outlook, which changes nothing here.
    """

    readings: Sequence[Reading]
    att: Bound
    evidence: int
    outlook: Sequence[str]

    @property
    def rule_of_law(self) -> tuple[float, int] | None:
        """The index of the rule of law, 0 to 1, with its year."""
        for reading in self.readings:
            if reading.name == "Rule of law" and reading.value is not None:
                return reading.value, reading.year
        return None


def content(
    registers: Registers,
    name: str,
    reviews: Sequence[Record],
    known: Known,
    latest: Latest | None,
) -> Shown:
    """The whole tab. ``latest``: of the newest of ``reviews``."""
    six = factors.factors(registers, known.readings, known.rule_of_law, known.att)
    risk = [_risk(factor, latest) for factor in six]
    evidence = {"count": known.evidence, "href": f"/evidence?place={registers.place}"}
    both = {"resilience": _resilience(registers), "picture": _picture(registers, risk)}
    return {
        "title": say("web.assessment", name=name),
        "place": registers.place,
        "name": name,
        "context": _context(registers),
        "reviews": [_review(r) for r in reviews],
        "may_review": "review" in registers.adds,
        "beside": BESIDE,
        "latest": _latest(latest),
        "outlook": list(known.outlook),
        "risk": risk,
        **both,
        "duties": duties.duties(registers),
        "factors": six,
        "women": _women(registers),
        "modifiers": _modifiers(registers),
        "peers": duties.peers(registers),
        "evidence": evidence,
        "as_of": registers.on.isoformat(),
        "caveat": CAVEAT,
    }


def _risk(factor: Mapping[str, Any], latest: Latest | None) -> Shown:
    finding = latest.findings.get(factor["code"]) if latest else None
    return {
        "code": factor["code"],
        "title": factor["title"],
        "id": factor["id"],
        "words": factor["words"],
        "flags": len(factor["flags"]),
        "level": finding.words if finding else NOT_ASSESSED,
        "value": finding.level if finding else None,
        "assessed": finding.spread.assessed if finding else 0,
        "of": finding.spread.of if finding else 0,
    }


def _context(registers: Registers) -> Shown:
    context = badge(registers.records, registers.on)
    wars = conflicts(registers.records, registers.on)
    kinds_of_war = {war.body["kind"] for war in wars}
    is_war = any(kind in kinds_of_war for kind in context.kinds)
    return {
        "words": context.words,
        "kinds": list(context.kinds),
        "continues": CONTINUE if is_war else "",
        "outside": "" if is_war else _outside(context),
        "register": registers.register("context"),
        "source": context.source,
        "part": context.part,
        "table": _contexts(registers),
    }


def _outside(context: Badge) -> str:
    return OUTSIDE if context.kinds else NO_CONTEXT


def _contexts(registers: Registers) -> Table:
    return table(
        say("web.contexts_on_record"),
        [say("web.context"), say("web.since"), say("web.until"), say("web.who_says_so")],
        [_context_row(registers, context) for context in registers.of("context")],
        say("web.no_context_is_on_record"),
    )


def _context_row(registers: Registers, context: Record) -> Row:
    return [
        linked(registers.link(context.id)),
        cell(context.body["since"]),
        cell(context.body.get("until") or say("web.goes_on")),
        cell(said(registers.seen(context), "held_by")),
    ]


def _review(r: Record) -> Shown:
    return {
        "title": r.body["title"],
        "href": f"/assessments/{r.id}",
        "status": said(r, "status"),
        "owner": r.body["owner"],
        "pillar": said(r, "pillar"),
        "first": r.body["first"],
        "last": r.body["last"],
    }


def _latest(latest: Latest | None) -> Shown | None:
    if latest is None:
        return None
    return {
        **_review(latest.review),
        "space": latest.space,
        "headline": dict(latest.headline),
        "published": _version(latest),
        "rated_on": latest.rated_on.isoformat() if latest.rated_on else "",
    }


def _version(latest: Latest) -> Shown | None:
    version = latest.published
    if version is None:
        return None
    number = version.body["number"]
    return {
        "number": number,
        "headline": version.body["headline"],
        "coverage": version.body["coverage"],
        "href": f"/assessments/{latest.review.id}/versions/{number}",
    }


def _resilience(registers: Registers) -> Shown:
    capacities = inventory(registers.records, registers.on)
    return {
        **review_content.resilience(capacities),
        "register": registers.register("capacity"),
        "table": _subjects(capacities),
    }


def _picture(registers: Registers, risk: Sequence[Shown]) -> Shown:
    """Risk by factor with its coverage, and resilience beside it: where each stands in the drawing."""
    rows = inventory(registers.records, registers.on).rows
    return {"risk": picture.risk(risk), "resilience": picture.resilience(rows)}


def _subjects(capacities: Inventory) -> Table:
    return table(
        say("web.resilience_by_subject_law_and_practice_apart"),
        [
            say("web.subject"),
            say("web.option"),
            say("web.in_law"),
            say("web.in_practice"),
            say("web.capacities"),
        ],
        [_subject(row) for row in capacities.rows],
    )


def _subject(row: Covered) -> Row:
    return [
        cell(row.subject.words),
        cell(row.subject.option),
        _side(row.law),
        _side(row.practice),
        cell(str(len(row.capacities))),
    ]


def _side(level: int | None) -> Cell:
    """What there is in law, or in practice."""
    if level is None:
        return protective(say("web.not_assessed_2"), None)
    return protective(form("capacity").field("law").choices[str(level)], level)


def _women(registers: Registers) -> Block:
    shares = women.womens_share(registers.records, registers.on)
    resolutions = ", ".join(r.symbol for r in women.resolutions())
    return registers.block(
        say("web.women_peace_and_security"),
        ["participation", "listing"],
        [registers.measure(m, persons=True) for m in shares.values()],
        [_listings(registers)],
        notes=[say("web.security_council", resolutions=resolutions)],
    )


def _listings(registers: Registers) -> Table:
    listings = women.listings(registers.records, registers.on)
    return table(
        say("web.parties_named_in_the_annual_reports"),
        [say("web.party"), say("web.year"), say("web.report"), say("web.status")],
        [_listing(listing) for listing in listings],
        say("web.no_listing_is_on_record"),
    )


def _listing(listing: women.Listing) -> Row:
    return [
        cell(listing.party, href=f"/records/listing/{listing.record}"),
        cell(str(listing.year)),
        cell(listing.symbol),
        cell(listing.status),
    ]


def _modifiers(registers: Registers) -> list[Shown]:
    return [registers.register("trigger"), registers.register("crisis")]
