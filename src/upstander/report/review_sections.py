"""Sections of the national review report that people's own records fill: each record with its words as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from upstander.assess import confidence
from upstander.assess.aggregation import CAVEAT
from upstander.assess.elicitation import Result
from upstander.assess.probability_scales import likelihood
from upstander.assess.rating import NOT_ASSESSED, level_words
from upstander.assess.resilience import Coverage, inventory
from upstander.assess.review import Inclusion, inclusion
from upstander.core.messages import joined, say
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.report import words
from upstander.report.document import Block, Grid, Paragraph, Section
from upstander.report.review_material import Material, speaker

NONE = say("report.none_recorded")
NOT_SAID = "–"
ALWAYS = ("gender", "age")  # sections that are named also where nobody has written them
CAPACITY = {
    "label": say("report.capacity"),
    "subject": say("report.subject"),
    "carrier": say("report.carrier"),
    "law": say("report.in_law"),
    "practice": say("report.in_practice"),
    "gap": say("report.gap"),
}
POLICY = {
    "policy": say("report.policy"),
    "subject": say("report.serves"),
    "owner": say("report.who"),
    "law": say("report.in_law"),
    "practice": say("report.in_practice"),
    "gap": say("report.gap"),
}
ACTION = {
    "title": say("report.action"),
    "owner": say("report.who"),
    "due": say("report.by"),
    "measure": say("report.measured_by"),
    "legal_basis": say("report.legal_basis"),
    "status": say("report.status"),
}
EXPERTS = (
    say("report.question"),
    say("report.group"),
    say("report.interval"),
    say("report.spread_of_experts"),
    say("report.experts"),
    say("report.round"),
)


def written(material: Material, name: str) -> Section | None:
    """A section that people wrote; each space's text stands under its name."""
    texts = [s for s in material.review.of("section") if s.body["name"] == name]
    title = form("section").field("name").choices[name]
    if not texts:
        missing = Section(title, (Paragraph(say("report.not_written_yet"), note=True),))
        return missing if name in ALWAYS else None
    blocks: list[Block] = []
    for text in texts:
        if len(texts) > 1:
            blocks.append(Paragraph(material.space_of(text), lead=True))
        blocks.append(Paragraph(text.body["text"]))
    return Section(title, tuple(blocks))


def participants(material: Material) -> Section:
    """Organisations by type, and how many of the people counted are women."""
    types = choices("participant_type")
    taking_part = inclusion(material.review.of("participant"))
    rows = tuple(
        (types[t], str(number)) for t, number in sorted(taking_part.by_type.items())
    )
    if not rows:
        return Section(say("report.who_takes_part"), (Paragraph(NONE),))
    grid = Grid(
        say("report.organisations_by_type"),
        (say("report.type"), say("report.number")),
        rows,
        (1,),
    )
    return Section(
        say("report.who_takes_part"), (grid, Paragraph(_share_of_women(taking_part)))
    )


def _share_of_women(taking_part: Inclusion) -> str:
    share = say("report.nobody_counted_how_many_women_and_men")
    if taking_part.women_share is not None:
        percent = words.percent(taking_part.women_share)
        share = say(
            "report.women_are_of_the_people_counted",
            percent=percent,
            people=taking_part.people,
        )
    if taking_part.not_counted and taking_part.people:
        return say(
            "report.organisations_gave_no_numbers",
            share=share,
            not_counted=taking_part.not_counted,
        )
    return share


def positions(material: Material) -> Section:
    """Where spaces see a factor differently, each under its name; and the positions they wrote."""
    blocks = [*_seen_differently(material)]
    for position in material.review.of("position"):
        heading = say(
            "report.on_3",
            space_of=material.space_of(position),
            subject=position.body["subject"],
            level=_level(position),
        )
        blocks += [Paragraph(heading, lead=True), Paragraph(position.body["text"])]
    if not blocks:
        return Section(
            say("report.positions"),
            (Paragraph(say("report.no_differences_are_on_record")),),
        )
    return Section(say("report.positions"), (*blocks, Paragraph(CAVEAT, note=True)))


def _level(position: Record) -> str:
    level = position.body["level"]
    return NOT_ASSESSED if level is None else level_words(int(level))


def _seen_differently(material: Material) -> list[Block]:
    spaces = sorted(
        {space for by_space in material.positions.values() for space in by_space}
    )
    rows = [
        (factor, *(by_space[s].words if s in by_space else NOT_SAID for s in spaces))
        for factor, by_space in material.positions.items()
        if len({finding.level for finding in by_space.values()}) > 1
    ]
    if not rows:
        return []
    titles = (material.spaces.get(space, space) for space in spaces)
    return [
        Grid(
            say("report.factors_that_are_seen_differently"),
            (say("report.factor"), *titles),
            tuple(rows),
        )
    ]


def resilience(material: Material) -> Section:
    """Coverage by carrier and every capacity, law and practice apart."""
    capacities = material.review.of("capacity")
    overview = inventory(capacities, material.as_of)
    subjects = say(
        "report.of_subjects_are_not_assessed",
        number=len(overview.rows),
        number_2=len(overview.not_assessed),
    )
    blocks = (
        _carriers(overview.carriers),
        *_table(capacities, say("report.capacities_law_and_practice_apart"), CAPACITY),
        Paragraph(subjects),
        Paragraph(say("report.shown_beside_risk_and_never_subtracted_from"), note=True),
    )
    return Section(say("report.resilience_and_capacity"), blocks)


def _carriers(carriers: Iterable[Coverage]) -> Grid:
    return Grid(
        say("report.coverage_by_carrier_how_many_of_the"),
        (say("report.carrier"), say("report.in_law"), say("report.in_practice")),
        tuple((c.words, c.law.words, c.practice.words) for c in carriers),
    )


def policies(material: Material) -> Section:
    """What is in place already."""
    policies = material.review.of("policy_mapping")
    table = _table(
        policies, say("report.policies_in_place_whatever_they_are_called"), POLICY
    )
    return Section(say("report.what_is_already_done"), table)


def actions(material: Material) -> Section:
    """What is to be done."""
    actions = material.review.of("action")
    return Section(
        say("report.actions"),
        _table(actions, say("report.who_does_what_by_when_measured_how"), ACTION),
    )


def _table(
    records: Iterable[Record], caption: str, columns: Mapping[str, str]
) -> tuple[Block, ...]:
    """Records as a table of some fields, choices in words; "None recorded." without any."""
    rows = tuple(tuple(_shown(record, name) for name in columns) for record in records)
    if not rows:
        return (Paragraph(NONE),)
    return (Grid(caption, tuple(columns.values()), rows),)


def _shown(record: Record, name: str) -> str:
    value, field = record.body[name], form(record.kind).field(name)
    if value in (None, "", []):
        return NOT_ASSESSED if field.type == "choice" else NOT_SAID
    if field.type == "date":
        return words.day(date.fromisoformat(value))
    if field.choices:
        values = value if isinstance(value, list) else [value]
        return joined((field.choices[str(v)] for v in values), "; ")
    return str(value)


def scenarios(material: Material) -> Section | None:
    """Likelihood in the words of the review's scale, the scale printed; confidence in a sentence of its own."""
    scenarios, scale = (
        material.review.of("scenario"),
        material.review.record.body["yardstick"],
    )
    if not scenarios:
        return None
    blocks: list[Block] = [b for scenario in scenarios for b in _scenario(scenario, scale)]
    if scale:
        blocks.append(Paragraph(likelihood(0, 0, scale).scale, note=True))
    return Section(say("report.scenarios"), tuple(blocks))


def _scenario(scenario: Record, scale: str) -> tuple[Block, ...]:
    body = scenario.body
    low, high = body["lowest"], body["highest"]
    term = (
        likelihood(low / 100, high / 100, scale).words
        if scale
        else say("report.no_scale_chosen")
    )
    until = words.day(date.fromisoformat(body["until"]))
    level = confidence.derived(body["evidence_strength"], body["agreement"])
    return (
        Paragraph(body["title"], lead=True),
        Paragraph(body["story"]),
        Paragraph(
            say(
                "report.likelihood_by",
                until=until,
                term=term,
                judged_range=words.judged_range(low, high),
            )
        ),
        Paragraph(say("report.confidence", confidence=confidence.words(level))),
    )


def experts(material: Material) -> Section | None:
    """Results of the questions to experts; what they discussed is printed once a question is closed."""
    rows = tuple(row for result in material.results if (row := _result(result)))
    if not rows:
        return None
    caption = say("report.questions_to_experts_equal_weight_means")
    discussed = (block for result in material.results for block in _discussion(result))
    return Section(
        say("report.expert_judgement"),
        (Grid(caption, EXPERTS, rows, (1, 2, 3, 4, 5)), *discussed),
    )


def _result(result: Result) -> tuple[str, ...] | None:
    """The newest round with an answer of the group; None without any."""
    latest = result.second if result.second.group else result.first
    if not latest.group or not latest.spread:
        return None
    group, (least, most) = latest.group, latest.spread
    return (
        result.question.body["question"],
        words.judged(group.best),
        words.judged_range(group.low, group.high),
        words.judged_range(least, most),
        str(latest.given),
        latest.number,
    )


def _discussion(result: Result) -> list[Paragraph]:
    question = result.question.body
    if not result.discussion or question["state"] != "closed":
        return []
    heading = Paragraph(
        say("report.discussion_of_the_experts", question=question["question"]), lead=True
    )
    return [heading, *(Paragraph(f"{c.letter}: {c.text}") for c in result.discussion)]


def peers(material: Material) -> Section | None:
    """Comments of peers with the replies to each, then the replies to none."""
    replies = material.review.of("reply")
    blocks: list[Block] = []
    for comment in material.review.of("comment"):
        who = speaker(material.spaces, comment, "peer")
        blocks += [
            Paragraph(say("report.on_2", who=who, about=comment.body["about"]), lead=True),
            Paragraph(comment.body["text"]),
            *_replies(material, [r for r in replies if r.body["comment"] == comment.id]),
        ]
    for reply in replies:
        if not reply.body["comment"]:
            heading = say(
                "report.on", reply_of=_reply_of(material, reply), about=reply.body["about"]
            )
            blocks += [Paragraph(heading, lead=True), Paragraph(reply.body["text"])]
    return Section(say("report.peers_and_replies"), tuple(blocks)) if blocks else None


def _replies(material: Material, replies: Iterable[Record]) -> list[Paragraph]:
    texts = [f"{_reply_of(material, reply)}: {reply.body['text']}" for reply in replies]
    return [Paragraph(text) for text in texts or [say("report.no_reply_yet")]]


def _reply_of(material: Material, reply: Record) -> str:
    return say("report.reply_of", speaker=speaker(material.spaces, reply, "replier"))
