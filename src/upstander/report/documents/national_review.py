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
from upstander.core.messages import joined, say, text
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.report import review_content, words
from upstander.report import review_sections as sections
from upstander.report.document import (
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Section,
    mandated,
    shapes_of,
)
from upstander.report.documents import REVIEW, Report
from upstander.report.review_material import Material
from upstander.report.review_sections import NOT_SAID

MOST_CAPACITIES = 4  # of one factor that are named
OUTLOOK = say("report.a_statistical_outlook_from_public_data_it")
FIRM = say("report.every_rule_of_aggregation_gives_the_same")


def document(material: Material) -> Document:
    """The whole report."""
    review = material.review.record
    as_of = say("report.as_known_on", day=words.day(material.as_of))
    return Document(
        title=review.body["title"],
        kicker=say(
            "report.national_review_report", edition=_edition(material), as_of=as_of
        ),
        stamp=material.stamp,
        facts=_facts(material),
        sections=_sections(material),
        caveat=CAVEAT,
        foot=(
            *mandated(),
            say("report.review_version", id_=review.id, version=review.version),
        ),
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
        _steps(material),
        sections.peers(material),
        None if material.number else material.signed,
        material.grounds,
        _method(material),
    ]
    return tuple(section for section in (*before, *after) if section is not None)


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    body, shown = material.review.record.body, form("review")
    stage = shown.field("stage").choices[body["stage"]] if body["stage"] else NOT_ASSESSED
    headline = material.view.headline
    facts = (
        (say("report.jurisdiction"), _about(material)),
        (say("report.responsible_national_owner"), body["owner"]),
        (say("report.pillar"), shown.field("pillar").choices[body["pillar"]]),
        (
            say("report.covers"),
            say("report.to", day=_day(body["first"]), day_2=_day(body["last"])),
        ),
        (say("report.stage_as_people_judge_it"), stage),
        (say("report.level_of_the_country"), f"{headline.words}. {CAVEAT}"),
        (say("report.beside_the_level_six_factors_together"), joined(headline.beside, " ")),
    )
    return facts if material.number else (*facts, (say("report.status"), material.status))


def _about(material: Material) -> str:
    area = material.review.record.body["area"]
    return f"{material.place_name}, {area}" if area else material.place_name


def _day(iso: str) -> str:
    return words.day(date.fromisoformat(iso))


def _edition(material: Material) -> str:
    return (
        say("report.version", number=material.number)
        if material.number
        else say("report.working_draft")
    )


def _drafting(material: Material) -> list[Section]:
    """A working draft says first that it is one, and what is missing before its next step."""
    if material.number:
        return []
    status = say("report.a_working_draft_not_a_published_version", status=material.status)
    blocks: list[Block] = [Paragraph(status, note=True)]
    if material.gaps:
        missing = tuple(gap.words for gap in material.gaps)
        blocks += [Paragraph(say("report.before_the_next_step")), Bullets(missing)]
    return [Section(say("report.a_working_draft"), tuple(blocks))]


def _columns(material: Material) -> Section:
    """Each factor with its risk, what stands against it, and what is to be done: three columns, never one number."""
    grid = Grid(
        say("report.risk_capacity_and_action_by_factor"),
        (
            say("report.factor"),
            say("report.risk"),
            say("report.capacity"),
            say("report.action"),
        ),
        tuple(_column(material, finding) for finding in material.view.findings),
    )
    return Section(say("report.risk_capacity_action"), (grid, Paragraph(CAVEAT, note=True)))


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
        joined(actions, "; ") or NOT_SAID,
    )


def _capacity_words(material: Material, factor: str) -> str:
    """Capacities recorded on the subjects that answer a factor, law and practice apart."""
    wanted = {subject.id for subject in subjects() if factor in subject.factors}
    review = material.review
    recorded = (*review.of("capacity"), *review.of("policy_mapping"))
    capacities = [record for record in recorded if record.body["subject"] in wanted]
    named = joined((_capacity(record) for record in capacities[:MOST_CAPACITIES]), "; ")
    left = len(capacities) - MOST_CAPACITIES
    return (
        say("report.and_more", named=named, left=left)
        if left > 0
        else named or NOT_ASSESSED
    )


def _capacity(record: Record) -> str:
    body = record.body
    name = body.get("label") or body.get("policy")
    return say(
        "report.law_practice",
        name=name,
        strength=_strength(body["law"]),
        strength_2=_strength(body["practice"]),
    )


def _strength(value: int | None) -> str:
    return NOT_ASSESSED if value is None else choices("strength")[str(value)]


def _risk(material: Material) -> Section:
    headline = material.view.headline
    findings = (block for finding in material.view.findings for block in _finding(finding))
    blocks = (
        Paragraph(say("report.level", headline=headline.words), lead=True),
        *(Paragraph(sentence) for sentence in headline.beside),
        *findings,
        Paragraph(CAVEAT, note=True),
    )
    return Section(say("report.risk_by_factor"), blocks)


def _finding(finding: Finding) -> tuple[Paragraph, ...]:
    evidence = say(
        "report.evidence_for_evidence_against",
        evidence_for=finding.evidence_for,
        evidence_against=finding.evidence_against,
    )
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
    columns = (say("report.crime"), say("report.acts"), say("report.incitement_to_it"))
    grid = Grid(say("report.factors_whose_signs_bear_on_each_crime"), columns, rows)
    limit = say("report.what_is_seen_is_consistent_with_these")
    return Section(
        say("report.crimes_that_the_signs_bear_on"), (grid, Paragraph(limit, note=True))
    )


def _factors(codes: list[str]) -> str:
    return ", ".join(codes) or NOT_SAID


def _outlook(material: Material) -> Section:
    sentences = material.outlook or (say("report.no_forecast_was_issued_by_this_day"),)
    blocks = (*(Paragraph(text) for text in sentences), Paragraph(OUTLOOK, note=True))
    return Section(say("report.the_models_outlook_beside"), blocks)


def _steps(material: Material) -> Section:
    steps = way_forward(material.steps)
    rows = tuple((step.id, step.title, step.status) for step in steps)
    grid = Grid(
        say("report.the_reports_seven_steps"),
        (say("report.step"), say("report.what_it_asks"), say("report.status")),
        rows,
    )
    return Section(say("report.the_way_forward"), (grid,))


def _method(material: Material) -> Section:
    blocks: list[Block] = [
        Paragraph(
            say(
                "report.rule",
                chosen=material.sensitivity.chosen,
                firmness=_firmness(material),
            )
        )
    ]
    unverified = sum(finding.unverified for finding in material.view.findings)
    if unverified:
        unchecked = say("report.indicator_labels_were_not_checked_against_the")
        blocks.append(
            Paragraph(
                say(
                    "report.of_the_2014_framework",
                    unverified=unverified,
                    unchecked=unchecked,
                )
            )
        )
    for name in ("method", "unknown"):
        own = sections.written(material, name)
        blocks += own.blocks if own else ()
    return Section(say("report.method_and_what_is_not_known"), tuple(blocks))


def _firmness(material: Material) -> str:
    """Whether the level would be another under another rule."""
    sensitivity = material.sensitivity
    if sensitivity.is_firm:
        return FIRM
    each = (
        text("{title}: {words}", title=rule.title, words=band_words(rule.level))
        for rule in sensitivity.rules
    )
    by_rule = joined(each, "; ")
    return say("report.the_level_depends_on_the_rule_or", by_rule=by_rule)


REPORT = Report(say("report.national_review"), REVIEW, shapes_of(document))
