"""The brief for who decides: one page of a review, five minutes to read, and an annex.

What changed, why, how sure, what to do, what it costs, what if not. Likelihood and confidence never share a sentence; the scale
that likelihood is said in is printed in the annex. Everything on the first page is bounded, so that it stays one page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upstander.assess.aggregation import CAVEAT
from upstander.core.messages import say, text
from upstander.records import Record
from upstander.records.forms import form
from upstander.report import review_sections as sections
from upstander.report import words
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
from upstander.respond import plans

MOST_FACTORS, MOST_ACTIONS, LONGEST = (
    3,
    3,
    110,
)  # of the first page; characters of one entry


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A review, and what stands beside it for who decides.

    Attributes:
        changed: what changed since the version before, in sentences. costs: of inaction, by somebody's reckoning.
        evidence: number of evidence items that the reader may read. age: how old the data is, in a sentence.
    """

    material: Material
    changed: Sequence[str]
    costs: Sequence[Record]
    evidence: int
    age: str


def document(brief: Brief) -> Document:
    """One page and an annex."""
    material = brief.material
    return Document(
        title=say("report.brief_on", name=material.place_name),
        kicker=say("report.brief_for_who_decides", day=words.day(material.as_of)),
        stamp=material.stamp,
        facts=(),
        sections=tuple(s for s in (*_page(brief), *_annex(brief)) if s is not None),
        caveat=CAVEAT,
        foot=mandated(),
    )


def _page(brief: Brief) -> Iterable[Section]:
    """The first page."""
    material = brief.material
    headline = say("report.level", headline=material.view.headline.words)
    yield Section(say("report.in_short"), (Paragraph(headline, lead=True), _changes(brief)))
    yield Section(say("report.why"), (Bullets(tuple(_grounds(material))),))
    yield Section(say("report.how_sure"), (Paragraph(_sureness(material)),))
    yield Section(say("report.what_to_do"), (_actions(material),))
    yield Section(say("report.what_it_costs"), (Bullets(tuple(_costs(brief))),))


def _changes(brief: Brief) -> Block:
    changed = tuple(_short(sentence) for sentence in brief.changed[:MOST_FACTORS])
    return Bullets(changed or (say("report.no_version_before"),))


def _grounds(material: Material) -> Iterable[str]:
    """The factors that stand highest."""
    seen = [f for f in material.view.findings if f.level]
    seen.sort(key=lambda f: -(f.level or 0))
    for finding in seen[:MOST_FACTORS]:
        yield _short(text("{title}: {words}", title=finding.title, words=finding.words))
    if not seen:
        yield say("report.no_factor_seen")


def _sureness(material: Material) -> str:
    """How much was assessed, and how firm it is; no likelihood stands in it."""
    coverage = material.view.headline.draft.coverage.words
    firm = "report.firm" if material.sensitivity.is_firm else "report.not_firm"
    return say("report.sureness", coverage=coverage, firm=say(firm))


def _actions(material: Material) -> Block:
    """What is open and due first."""
    open_ = [a for a in material.review.of("action") if plans.is_open(a)]
    first = sorted(open_, key=lambda a: str(a.body["due"]))[:MOST_ACTIONS]
    if not first:
        return Paragraph(say("report.no_action_named"))
    columns = (
        say("report.column_action"),
        say("report.column_owner"),
        say("report.column_due"),
    )
    return Grid(say("report.first_actions"), columns, tuple(map(_action, first)))


def _action(action: Record) -> tuple[str, ...]:
    body = action.body
    return _short(str(body["title"])), _short(str(body["owner"])), str(body["due"])


def _costs(brief: Brief) -> Iterable[str]:
    """The money of open actions by currency, and what not acting costs by somebody's reckoning."""
    sums: dict[str, float] = defaultdict(float)
    actions = [a for a in brief.material.review.of("action") if plans.is_open(a)]
    for action in actions:
        if action.body["budget"] is not None:
            sums[str(action.body["currency"])] += action.body["budget"]
    unknown = sum(a.body["budget"] is None for a in actions)
    money = ", ".join(f"{amount:,.12g} {currency}" for currency, amount in sums.items())
    yield say(
        "report.actions_cost", money=money or say("report.not_known"), unknown=unknown
    )
    for cost in brief.costs[:1]:
        yield _short(_inaction(cost))
    if not brief.costs:
        yield say("report.no_cost_of_inaction")


def _inaction(cost: Record) -> str:
    body = cost.body
    figure = f"{body['best']:,.12g} {body['unit']}"
    return say(
        "report.inaction", label=body["label"], figure=figure, source=body["known_from"]
    )


def _short(sentence: str) -> str:
    """At most so many characters of an entry, so that the page stays one."""
    return (
        sentence
        if len(sentence) <= LONGEST
        else text("{cut}…", cut=sentence[: LONGEST - 1])
    )


def _annex(brief: Brief) -> Iterable[Section | None]:
    """Likelihood with its scale, women and men, girls and boys, sources and the age of the data."""
    material = brief.material
    yield Section(say("report.annex"), (Paragraph(say("report.annex_note"), note=True),))
    yield sections.scenarios(material)
    for name in ("gender", "age"):
        yield sections.written(material, name)
    yield Section(say("report.sources_and_age"), (Bullets(tuple(_sources(brief))),))


def _sources(brief: Brief) -> Iterable[str]:
    review = brief.material.review.record
    yield say(
        "report.rests_on_review", title=review.body["title"], owner=review.body["owner"]
    )
    yield say("report.evidence_items", n=brief.evidence)
    yield brief.age or say("report.no_forecast_was_issued_by_this_day")
    stage = (
        form("review").field("stage").choices[review.body["stage"]]
        if review.body["stage"]
        else ""
    )
    yield say("report.stage_is", stage=stage or say("report.not_known"))


REPORT = Report(say("report.minister_brief"), REVIEW, shapes_of(document))
