"""The national review report: risk, capacity and action side by side, as one document in four shapes.

Risk and resilience stand beside each other and are never netted. Every factor is named, also when it was not assessed.
"""

from __future__ import annotations

from datetime import date

from upstander.assess.aggregation import CAVEAT, Finding
from upstander.assess.overall import band_words
from upstander.assess.rating import NOT_ASSESSED
from upstander.assess.resilience import subjects
from upstander.assess.review import way_forward
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.report import mandate, review_content, words
from upstander.report import review_sections as sections
from upstander.report.document import (
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Section,
    shapes_of,
)
from upstander.report.documents import REVIEW, Report
from upstander.report.review_material import Material
from upstander.report.review_sections import NOT_SAID

MOST_CAPACITIES = 4  # of one factor that are named
OUTLOOK = "A statistical outlook from public data. It stands beside the assessment and changes nothing in it."
FIRM = "Every rule of aggregation gives the same level, and no single indicator carries a factor's level."


def document(material: Material) -> Document:
    """The whole report."""
    review = material.review.record
    as_of = f"as known on {words.day(material.as_of)}"
    citations = (f"Mandate: {citation}." for citation in mandate.citations())
    return Document(
        title=review.body["title"],
        kicker=f"National review report · {_edition(material)} · {as_of}",
        marking=material.marking,
        usage=material.usage,
        facts=_facts(material),
        sections=_sections(material),
        caveat=CAVEAT,
        foot=(*citations, f"Review {review.id}, version {review.version}."),
    )


def _sections(material: Material) -> tuple[Section, ...]:
    before = [
        *_drafting(material),
        _columns(material),
        sections.written(material, "summary"),
        sections.participants(material),
        sections.written(material, "context"),
        _risk(material),
        _crimes(material),
    ]
    after = [
        sections.positions(material),
        sections.resilience(material),
        sections.policies(material),
        sections.actions(material),
        sections.written(material, "gender"),
        sections.written(material, "age"),
        sections.scenarios(material),
        sections.experts(material),
        _outlook(material),
        _steps(),
        sections.peers(material),
        None if material.number else material.signed,
        _method(material),
    ]
    return tuple(section for section in (*before, *after) if section is not None)


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    body, shown = material.review.record.body, form("review")
    stage = shown.field("stage").choices[body["stage"]] if body["stage"] else NOT_ASSESSED
    headline = material.view.headline
    facts = (
        ("Jurisdiction", _about(material)),
        ("Responsible national owner", body["owner"]),
        ("Pillar", shown.field("pillar").choices[body["pillar"]]),
        ("Covers", f"{_day(body['first'])} to {_day(body['last'])}"),
        ("Stage, as people judge it", stage),
        ("Level of the country", f"{headline.words}. {CAVEAT}"),
        ("Beside the level, six factors together", " ".join(headline.beside)),
    )
    return facts if material.number else (*facts, ("Status", material.status))


def _about(material: Material) -> str:
    area = material.review.record.body["area"]
    return f"{material.place_name}, {area}" if area else material.place_name


def _day(iso: str) -> str:
    return words.day(date.fromisoformat(iso))


def _edition(material: Material) -> str:
    return f"version {material.number}" if material.number else "working draft"


def _drafting(material: Material) -> list[Section]:
    """A working draft says first that it is one, and what is missing before its next step."""
    if material.number:
        return []
    status = f"A working draft, not a published version. Status: {material.status}."
    blocks: list[Block] = [Paragraph(status, note=True)]
    if material.gaps:
        missing = tuple(gap.words for gap in material.gaps)
        blocks += [Paragraph("Before the next step:"), Bullets(missing)]
    return [Section("A working draft", tuple(blocks))]


def _columns(material: Material) -> Section:
    """Each factor with its risk, what stands against it, and what is to be done: three columns, never one number."""
    grid = Grid(
        "Risk, capacity and action by factor",
        ("Factor", "Risk", "Capacity", "Action"),
        tuple(_column(material, finding) for finding in material.view.findings),
    )
    return Section("Risk, capacity, action", (grid, Paragraph(CAVEAT, note=True)))


def _column(material: Material, finding: Finding) -> tuple[str, ...]:
    actions = [
        action.body["title"]
        for action in material.review.of("action")
        if finding.factor in action.body["factors"]
    ]
    return (
        f"{finding.factor} {finding.title}",
        finding.words,
        _capacity_words(material, finding.factor),
        "; ".join(actions) or NOT_SAID,
    )


def _capacity_words(material: Material, factor: str) -> str:
    """Capacities recorded on the subjects that answer a factor, law and practice apart."""
    wanted = {subject.id for subject in subjects() if factor in subject.factors}
    review = material.review
    recorded = (*review.of("capacity"), *review.of("policy_mapping"))
    capacities = [record for record in recorded if record.body["subject"] in wanted]
    named = "; ".join(_capacity(record) for record in capacities[:MOST_CAPACITIES])
    left = len(capacities) - MOST_CAPACITIES
    return f"{named}; and {left} more" if left > 0 else named or NOT_ASSESSED


def _capacity(record: Record) -> str:
    body = record.body
    name = body.get("label") or body.get("policy")
    return f"{name}: law {_strength(body['law'])}, practice {_strength(body['practice'])}"


def _strength(value: int | None) -> str:
    return NOT_ASSESSED if value is None else choices("strength")[str(value)]


def _risk(material: Material) -> Section:
    headline = material.view.headline
    findings = (block for finding in material.view.findings for block in _finding(finding))
    blocks = (
        Paragraph(f"Level: {headline.words}.", lead=True),
        *(Paragraph(sentence) for sentence in headline.beside),
        *findings,
        Paragraph(CAVEAT, note=True),
    )
    return Section("Risk by factor", blocks)


def _finding(finding: Finding) -> tuple[Paragraph, ...]:
    evidence = f"Evidence for: {finding.evidence_for}. Evidence against: {finding.evidence_against}."
    return (
        Paragraph(f"{finding.factor} {finding.title}: {finding.words}", lead=True),
        Paragraph(finding.grounds),
        Paragraph(evidence),
    )


def _crimes(material: Material) -> Section | None:
    """Which crimes the signs seen bear on, by acts and by incitement; a pointer, never a finding."""
    rows = tuple(
        (crime["label"], _factors(crime["acts"]), _factors(crime["incitement"]))
        for crime in review_content.crimes_of(material.view.findings)
    )
    if not rows:
        return None
    columns = ("Crime", "Acts", "Incitement to it")
    grid = Grid("Factors whose signs bear on each crime", columns, rows)
    limit = "What is seen is consistent with these; only a competent body can find more than that."
    return Section("Crimes that the signs bear on", (grid, Paragraph(limit, note=True)))


def _factors(codes: list[str]) -> str:
    return ", ".join(codes) or NOT_SAID


def _outlook(material: Material) -> Section:
    sentences = material.outlook or ("No forecast was issued by this day.",)
    blocks = (*(Paragraph(text) for text in sentences), Paragraph(OUTLOOK, note=True))
    return Section("The model's outlook, beside", blocks)


def _steps() -> Section:
    rows = tuple((step.id, step.title, step.status) for step in way_forward())
    grid = Grid("The report's seven steps", ("Step", "What it asks", "Status"), rows)
    return Section("The way forward", (grid,))


def _method(material: Material) -> Section:
    blocks: list[Block] = [
        Paragraph(f"Rule: {material.sensitivity.chosen}. {_firmness(material)}")
    ]
    unverified = sum(finding.unverified for finding in material.view.findings)
    if unverified:
        unchecked = "indicator labels were not checked against the official text"
        blocks.append(Paragraph(f"{unverified} {unchecked} of the 2014 Framework."))
    for name in ("method", "unknown"):
        own = sections.written(material, name)
        blocks += own.blocks if own else ()
    return Section("Method, and what is not known", tuple(blocks))


def _firmness(material: Material) -> str:
    """Whether the level would be another under another rule."""
    sensitivity = material.sensitivity
    if sensitivity.is_firm:
        return FIRM
    by_rule = "; ".join(
        f"{rule.title}: {band_words(rule.level)}" for rule in sensitivity.rules
    )
    return f"The level depends on the rule or on single indicators. By rule: {by_rule}."


REPORT = Report("National review", REVIEW, shapes_of(document))
