"""The national review report: risk, capacity and action side by side, as one document in four shapes.

Risk and resilience stand beside each other and are never netted. Every factor is named, also when it was not assessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from upstander.assess import confidence
from upstander.assess.aggregation import CAVEAT, Finding
from upstander.assess.elicitation import Result
from upstander.assess.lenses import Sensitivity, View
from upstander.assess.overall import band_words
from upstander.assess.probability_scales import likelihood
from upstander.assess.publishing import Gap
from upstander.assess.rating import NOT_ASSESSED, level_words
from upstander.assess.resilience import inventory, subjects
from upstander.assess.review import Review, inclusion, way_forward
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.report import mandate, review_content, words
from upstander.report.document import Block, Bullets, Document, Grid, Paragraph, Section

NONE = "None recorded."
NOT_SAID = "–"


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the report is made from, as one reader may see it.

    Attributes:
        view: the six factors in the eyes of the review's own space.
        positions: by factor code, each space's finding.
        spaces: title of each space by id.
        outlook: sentences of the forecast's outlook for the place, with its age; empty when there is none.
        gaps: what is missing before the next step.
        status: where the review stands, in words; signed: the signatures of its newest version.
        number: of the version that is frozen by this; None for a working draft.
    """

    review: Review
    place_name: str
    view: View
    positions: Mapping[str, Mapping[str, Finding]]
    sensitivity: Sensitivity
    results: tuple[Result, ...]
    spaces: Mapping[str, str]
    outlook: tuple[str, ...]
    gaps: tuple[Gap, ...]
    status: str
    signed: Section
    as_of: date
    marking: str
    usage: str
    number: int | None = None


def document(held: Held) -> Document:
    """The whole report."""
    body = held.review.record.body
    sections = [
        *_drafting(held),
        _columns(held),
        _written(held, "summary"),
        _participants(held),
        _written(held, "context"),
        _risk(held),
        _crimes(held),
        _positions(held),
        _resilience(held),
        _policies(held),
        _actions(held),
        _written(held, "gender"),
        _written(held, "age"),
        _scenarios(held),
        _experts(held),
        _outlook(held),
        _steps(),
        _peers(held),
        None if held.number else held.signed,
        _method(held),
    ]
    return Document(
        title=body["title"],
        kicker=f"National review report · {_edition(held)} · as known on {words.day(held.as_of)}",
        marking=held.marking,
        usage=held.usage,
        facts=_facts(held),
        sections=tuple(s for s in sections if s is not None),
        caveat=CAVEAT,
        foot=(
            *(f"Mandate: {c}." for c in mandate.citations()),
            f"Review {held.review.record.id}, version {held.review.record.version}.",
        ),
    )


def _facts(held: Held) -> tuple[tuple[str, str], ...]:
    body, shown = held.review.record.body, form("review")
    pillar = shown.field("pillar").choices[body["pillar"]]
    stage = shown.field("stage").choices[body["stage"]] if body["stage"] else NOT_ASSESSED
    about = held.place_name + (f", {body['area']}" if body["area"] else "")
    return (
        ("Jurisdiction", about),
        ("Responsible national owner", body["owner"]),
        ("Pillar", pillar),
        (
            "Covers",
            f"{words.day(date.fromisoformat(body['first']))} to {words.day(date.fromisoformat(body['last']))}",
        ),
        ("Stage, as people judge it", stage),
        ("Level of the country", f"{held.view.headline.words}. {CAVEAT}"),
        ("Beside the level, six factors together", " ".join(held.view.headline.beside)),
        *(() if held.number else (("Status", held.status),)),
    )


def _edition(held: Held) -> str:
    return f"version {held.number}" if held.number else "working draft"


def _drafting(held: Held) -> list[Section]:
    """A working draft says first that it is one, and what is missing before its next step."""
    if held.number:
        return []
    told: list[Block] = [
        Paragraph(f"A working draft, not a published version. Status: {held.status}.", note=True)
    ]
    if held.gaps:
        told += [Paragraph("Before the next step:"), Bullets(tuple(g.words for g in held.gaps))]
    return [Section("A working draft", tuple(told))]


def _columns(held: Held) -> Section:
    """Each factor with its risk, what stands against it, and what is to be done: three columns, never one number."""
    rows = []
    for f in held.view.findings:
        actions = [
            a.body["title"] for a in held.review.of("action") if f.factor in a.body["factors"]
        ]
        rows.append(
            (
                f"{f.factor} {f.title}",
                f.words,
                _capacity_words(held, f.factor),
                "; ".join(actions) or NOT_SAID,
            )
        )
    grid = Grid(
        "Risk, capacity and action by factor", ("Factor", "Risk", "Capacity", "Action"), tuple(rows)
    )
    return Section("Risk, capacity, action", (grid, Paragraph(CAVEAT, note=True)))


def _capacity_words(held: Held, factor: str) -> str:
    """Capacities recorded on the subjects that answer a factor, law and practice apart."""
    wanted = {s.id for s in subjects() if factor in s.factors}
    mine = [
        c
        for c in (*held.review.of("capacity"), *held.review.of("policy_mapping"))
        if c.body["subject"] in wanted
    ]
    told = (f"{c.body.get('label') or c.body.get('policy')}: {_law_practice(c)}" for c in mine[:4])
    more = f"; and {len(mine) - 4} more" if len(mine) > 4 else ""
    return ("; ".join(told) + more) or NOT_ASSESSED


def _law_practice(record: Record) -> str:
    shown = choices("strength")
    law, practice = (
        shown[str(v)] if (v := record.body[k]) is not None else NOT_ASSESSED
        for k in ("law", "practice")
    )
    return f"law {law}, practice {practice}"


def _written(held: Held, name: str) -> Section | None:
    """A section that people wrote; each space's text stands under its name."""
    texts = [s for s in held.review.of("section") if s.body["name"] == name]
    title = form("section").field("name").choices[name]
    if not texts:
        return (
            Section(title, (Paragraph("Not written yet.", note=True),))
            if name in ("gender", "age")
            else None
        )
    blocks: list[Block] = []
    for s in texts:
        if len(texts) > 1:
            blocks.append(Paragraph(held.spaces.get(s.stamp.space, s.stamp.space), lead=True))
        blocks.append(Paragraph(s.body["text"]))
    return Section(title, tuple(blocks))


def _participants(held: Held) -> Section:
    shown, found = choices("participant_type"), inclusion(held.review.of("participant"))
    rows = tuple((shown[t], str(n)) for t, n in sorted(found.by_type.items()))
    if not rows:
        return Section("Who takes part", (Paragraph(NONE),))
    share = (
        f"Women are {words.percent(found.women_share)} of the {found.people} people counted."
        if found.women_share is not None
        else "Nobody counted how many women and men take part."
    )
    missing = (
        f" {found.not_counted} organisations gave no numbers."
        if found.not_counted and found.people
        else ""
    )
    return Section(
        "Who takes part",
        (Grid("Organisations by type", ("Type", "Number"), rows, (1,)), Paragraph(share + missing)),
    )


def _risk(held: Held) -> Section:
    blocks: list[Block] = []
    for f in held.view.findings:
        blocks += [Paragraph(f"{f.factor} {f.title}: {f.words}", lead=True), Paragraph(f.grounds)]
        blocks.append(
            Paragraph(f"Evidence for: {f.evidence_for}. Evidence against: {f.evidence_against}.")
        )
    shown = held.view.headline
    beside = tuple(Paragraph(sentence) for sentence in shown.beside)
    return Section(
        "Risk by factor",
        (
            Paragraph(f"Level: {shown.words}.", lead=True),
            *beside,
            *blocks,
            Paragraph(CAVEAT, note=True),
        ),
    )


def _crimes(held: Held) -> Section | None:
    """Which crimes the signs seen bear on, by acts and by incitement; a pointer, never a finding."""
    rows = tuple(
        (c["label"], ", ".join(c["acts"]) or NOT_SAID, ", ".join(c["incitement"]) or NOT_SAID)
        for c in review_content.crimes_of(held.view.findings)
    )
    if not rows:
        return None
    grid = Grid(
        "Factors whose signs bear on each crime", ("Crime", "Acts", "Incitement to it"), rows
    )
    told = "What is seen is consistent with these; only a competent body can find more than that."
    return Section("Crimes that the signs bear on", (grid, Paragraph(told, note=True)))


def _positions(held: Held) -> Section:
    """Where spaces see a factor differently, each under its name; and the positions they wrote."""
    spaces = sorted({s for row in held.positions.values() for s in row})
    rows = [
        (factor, *(row[s].words if s in row else NOT_SAID for s in spaces))
        for factor, row in held.positions.items()
        if len({f.level for f in row.values()}) > 1
    ]
    blocks: list[Block] = []
    if rows:
        titles = tuple(held.spaces.get(s, s) for s in spaces)
        blocks.append(Grid("Factors that are seen differently", ("Factor", *titles), tuple(rows)))
    for p in held.review.of("position"):
        level = level_words(int(v)) if (v := p.body["level"]) is not None else NOT_ASSESSED
        who = held.spaces.get(p.stamp.space, p.stamp.space)
        blocks += [
            Paragraph(f"{who}, on {p.body['subject']}: {level}", lead=True),
            Paragraph(p.body["text"]),
        ]
    if blocks:
        blocks.append(Paragraph(CAVEAT, note=True))
    return Section("Positions", tuple(blocks) or (Paragraph("No differences are on record."),))


def _table(
    records: Iterable[Record],
    caption: str,
    columns: Mapping[str, str],
    numbers: tuple[int, ...] = (),
) -> tuple[Block, ...]:
    """Records as a table of some fields, choices in words; "None recorded." without any."""
    rows = tuple(tuple(_shown(r, name) for name in columns) for r in records)
    return (Grid(caption, tuple(columns.values()), rows, numbers),) if rows else (Paragraph(NONE),)


def _shown(record: Record, name: str) -> str:
    value, field = record.body[name], form(record.kind).field(name)
    if value in (None, "", []):
        return NOT_ASSESSED if field.type == "choice" else NOT_SAID
    if field.type == "date":
        return words.day(date.fromisoformat(value))
    if field.choices:
        return "; ".join(
            field.choices[str(v)] for v in (value if isinstance(value, list) else [value])
        )
    return str(value)


def _resilience(held: Held) -> Section:
    found = inventory(held.review.of("capacity"), held.as_of)
    rows = tuple((c.words, c.law.words, c.practice.words) for c in found.carriers)
    carriers = Grid(
        "Coverage by carrier: how many of the eighteen subjects have something on record",
        ("Carrier", "In law", "In practice"),
        rows,
    )
    table = _table(
        held.review.of("capacity"),
        "Capacities, law and practice apart",
        {
            "label": "Capacity",
            "subject": "Subject",
            "carrier": "Carrier",
            "law": "In law",
            "practice": "In practice",
            "gap": "Gap",
        },
    )
    told = Paragraph("Shown beside risk and never subtracted from it.", note=True)
    left = f"Of {len(found.rows)} subjects {len(found.not_assessed)} are not assessed."
    return Section("Resilience and capacity", (carriers, *table, Paragraph(left), told))


def _policies(held: Held) -> Section:
    return Section(
        "What is already done",
        _table(
            held.review.of("policy_mapping"),
            "Policies in place, whatever they are called",
            {
                "policy": "Policy",
                "subject": "Serves",
                "owner": "Who",
                "law": "In law",
                "practice": "In practice",
                "gap": "Gap",
            },
        ),
    )


def _actions(held: Held) -> Section:
    return Section(
        "Actions",
        _table(
            held.review.of("action"),
            "Who does what, by when, measured how",
            {
                "title": "Action",
                "owner": "Who",
                "due": "By",
                "measure": "Measured by",
                "legal_basis": "Legal basis",
                "status": "Status",
            },
        ),
    )


def _scenarios(held: Held) -> Section | None:
    """Likelihood in the words of the review's scale, the scale printed; confidence in a sentence of its own."""
    scenarios, scale = held.review.of("scenario"), held.review.record.body["yardstick"]
    if not scenarios:
        return None
    blocks: list[Block] = []
    for s in scenarios:
        low, high = s.body["lowest"], s.body["highest"]
        named = likelihood(low / 100, high / 100, scale).words if scale else "no scale chosen"
        until = words.day(date.fromisoformat(s.body["until"]))
        blocks += [
            Paragraph(s.body["title"], lead=True),
            Paragraph(s.body["story"]),
            Paragraph(f"Likelihood by {until}: {named} ({words.judged_range(low, high)})."),
            Paragraph(
                f"Confidence: {confidence.words(confidence.derived(s.body['evidence_strength'], s.body['agreement']))}."
            ),
        ]
    if scale:
        blocks.append(Paragraph(likelihood(0, 0, scale).scale, note=True))
    return Section("Scenarios", tuple(blocks))


def _experts(held: Held) -> Section | None:
    """Results of the questions to experts; what they discussed is printed once a question is closed."""
    rows, discussed = [], []
    for r in held.results:
        latest = r.second if r.second.group else r.first
        if latest.group and latest.spread:
            g, (least, most) = latest.group, latest.spread
            rows.append(
                (
                    r.question.body["question"],
                    words.judged(g.best),
                    words.judged_range(g.low, g.high),
                    words.judged_range(least, most),
                    str(latest.given),
                    latest.number,
                )
            )
        if r.discussion and r.question.body["state"] == "closed":
            discussed.append(
                Paragraph(f"Discussion of the experts: {r.question.body['question']}", lead=True)
            )
            discussed += [Paragraph(f"{c.letter}: {c.text}") for c in r.discussion]
    columns = ("Question", "Group", "Interval", "Spread of experts", "Experts", "Round")
    told = Grid("Questions to experts: equal-weight means", columns, tuple(rows), (1, 2, 3, 4, 5))
    return Section("Expert judgement", (told, *discussed)) if rows else None


def _outlook(held: Held) -> Section:
    told = tuple(Paragraph(t) for t in held.outlook) or (
        Paragraph("No forecast was issued by this day."),
    )
    note = Paragraph(
        "A statistical outlook from public data. It stands beside the assessment and changes nothing in it.",
        note=True,
    )
    return Section("The model's outlook, beside", (*told, note))


def _steps() -> Section:
    rows = tuple((s.id, s.title, s.status) for s in way_forward())
    return Section(
        "The way forward",
        (Grid("The report's seven steps", ("Step", "What it asks", "Status"), rows),),
    )


def _peers(held: Held) -> Section | None:
    comments, replies = held.review.of("comment"), held.review.of("reply")
    blocks: list[Block] = []
    for c in comments:
        blocks += [
            Paragraph(f"{speaker(held.spaces, c, 'peer')}, on {c.body['about']}", lead=True),
            Paragraph(c.body["text"]),
        ]
        mine = [r for r in replies if r.body["comment"] == c.id]
        blocks += [
            Paragraph(f"Reply of {speaker(held.spaces, r, 'replier')}: {r.body['text']}")
            for r in mine
        ] or [Paragraph("No reply yet.")]
    for r in replies:
        if not r.body["comment"]:
            blocks += [
                Paragraph(
                    f"Reply of {speaker(held.spaces, r, 'replier')}, on {r.body['about']}",
                    lead=True,
                ),
                Paragraph(r.body["text"]),
            ]
    return Section("Peers and replies", tuple(blocks)) if blocks else None


def speaker(spaces: Mapping[str, str], record: Record, received_from: str) -> str:
    """Whose word a record is: its space's, or of whom that space says it received it from.

    As printed: ``The justice office``, or ``The neighbour, as entered by The justice office``.

    Args:
        spaces: names by id.
        received_from: name of the field that says whom.
    """
    space, author = spaces.get(record.stamp.space, record.stamp.space), record.body[received_from]
    return f"{author}, as entered by {space}" if author else space


def _method(held: Held) -> Section:
    own = [s for s in (_written(held, "method"), _written(held, "unknown")) if s]
    unverified = sum(f.unverified for f in held.view.findings)
    firm = "Every rule of aggregation gives the same level, and no single indicator carries a factor's level."
    if not held.sensitivity.is_firm:
        rules = "; ".join(f"{r.title}: {band_words(r.level)}" for r in held.sensitivity.rules)
        firm = f"The level depends on the rule or on single indicators. By rule: {rules}."
    told = [Paragraph(f"Rule: {held.sensitivity.chosen}. {firm}")]
    if unverified:
        told.append(
            Paragraph(
                f"{unverified} indicator labels were not checked against the official text of the 2014 Framework."
            )
        )
    return Section("Method, and what is not known", (*told, *(b for s in own for b in s.blocks)))
