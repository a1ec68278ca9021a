"""Content of the assessment pages: a review seen through a lens, one indicator, a question to experts, two reviews.

Plain values, made once: a page and its JSON twin print the same. No level stands without the caveat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from upstander.assess import confidence, guide
from upstander.assess.aggregation import CAVEAT, NOT_SCORED, Finding
from upstander.assess.elicitation import Answers, Result
from upstander.assess.four_crimes import Crime, CrimeLink
from upstander.assess.frameworks import Framework, Frameworks
from upstander.assess.headline import Headline
from upstander.assess.lenses import Answer, View
from upstander.assess.overall import gauges
from upstander.assess.peers import Difference
from upstander.assess.rating import NOT_ASSESSED, Rating, level_words, sign_words
from upstander.assess.resilience import Inventory
from upstander.report import words

REPORT = "six_factors"  # the lens of the Secretary-General's report, whose factors past cases are coded by


def lens(
    view: View,
    href: str,
    spaces: Mapping[str, str],
    crime: str = "",
    past: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A review through one lens: the country's level, each factor, each question with every position on it.

    Args:
        past: by factor of the report, how often it stood before past cases, in a sentence.
        crime: show only the factors whose signs bear on it; '' for all. Levels are of the whole in either case.
    """
    of_report = (past or {}) if view.framework.name == REPORT else {}
    shown = [f for f in view.findings if not crime or crime in {c.crime.value for c in f.crimes}]
    return {
        "name": view.framework.name,
        "title": view.framework.title,
        "source": view.framework.source,
        "whose_words": view.framework.whose_words,
        "headline": headline(view.headline),
        "caveat": CAVEAT,
        "space": spaces.get(view.space, view.space),
        "gauges": [
            {
                "title": g.title,
                "level": words_of(g.level),
                "assessed": g.assessed,
                "of": len(g.factors),
            }
            for g in gauges(view.findings)
        ],
        "factors": [
            {**factor(f, view.answers[f.factor], href, spaces), "past": of_report.get(f.factor, "")}
            for f in shown
        ],
        "unseen": list(view.unseen),
        "crimes": crimes_of(view.findings),
    }


def words_of(level: int | None) -> str:
    """A level of a factor as shown."""
    return level_words(level)


def headline(shown: Headline) -> dict[str, Any]:
    """A country's level as people set it, with the draft, its coverage and its strongest factors beside."""
    draft, set_by = shown.draft, shown.decided
    return {
        "words": shown.words,
        "beside": list(shown.beside),
        "level": set_by.level if set_by and draft.coverage.is_enough else None,
        "reason": set_by.reason if set_by else "",
        "draft": draft.words,
        "range": list(draft.over_rules) if draft.over_rules and draft.coverage.is_enough else None,
        "coverage": {"words": draft.coverage.words, **asdict(draft.coverage)},
        "strongest": [
            {"code": f.factor, "title": f.title, "words": f.words} for f in draft.strongest
        ],
        "caveat": shown.caveat,
    }


def crime(link: CrimeLink) -> dict[str, Any]:
    """A crime that what is seen bears on, by acts, by incitement, or both; the flag is never lost on the way."""
    how = " and ".join(
        words for flag, words in ((link.act, "acts"), (link.incitement, "incitement")) if flag
    )
    return {
        "id": link.crime.value,
        "label": link.crime.label,
        "act": link.act,
        "incitement": link.incitement,
        "words": f"{link.crime.label} ({how})",
    }


def crimes_of(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """By crime, the factors that bear on it by acts and by incitement; crimes that nothing seen bears on are left out."""
    rows = []
    for wanted in Crime:
        links = [(f.factor, c) for f in findings for c in f.crimes if c.crime is wanted]
        acts = [code for code, link in links if link.act]
        incitement = [code for code, link in links if link.incitement]
        if links:
            rows.append(
                {"id": wanted.value, "label": wanted.label, "acts": acts, "incitement": incitement}
            )
    return rows


def factor(
    f: Finding, answers: Sequence[Answer], href: str, spaces: Mapping[str, str]
) -> dict[str, Any]:
    """One factor: its level, what it stands on, its questions."""
    return {
        "code": f.factor,
        "title": f.title,
        "level": f.level,
        "words": f.words,
        "sign": f.sign,
        "strongest": list(f.strongest),
        "set_aside": list(f.set_aside),
        "trend": f.trend.replace("_", " "),
        "confidence": confidence.words(f.confidence),
        "text": f.grounds,
        "note": f.note,
        "caveat": f.caveat,
        "assessed": f.spread.assessed,
        "of": f.spread.of,
        "for": f.evidence_for,
        "against": f.evidence_against,
        "unverified": f.unverified,
        "crimes": [crime(c) for c in f.crimes],
        "questions": [question(a, href, spaces) for a in answers],
    }


def question(a: Answer, href: str, spaces: Mapping[str, str]) -> dict[str, Any]:
    """One question of a lens with the ratings behind it."""
    return {
        "code": a.indicator.code,
        "label": a.indicator.label,
        "ask": a.indicator.ask,
        "level": a.level,
        "words": level_words(a.level) if a.level is not None or not a.unscored else NOT_SCORED,
        "warning": a.indicator.warning,
        "ratings": [rated(c, r, a, href, spaces) for c, r in a.ratings.items()],
    }


def rated(
    code: str, r: Rating | None, a: Answer, href: str, spaces: Mapping[str, str]
) -> dict[str, Any]:
    """One rated code behind a question: this space's rating, the others', and how much evidence there is."""
    shown = sign_words if code in a.unscored else level_words
    others = {spaces.get(s, s): shown(v) for s, v in a.positions[code].items()}
    return {
        "code": code,
        "href": f"{href}/rate/{code}",
        "words": shown(r.level if r else None),
        "trend": r.trend.replace("_", " ") if r and r.level is not None else "",
        "confidence": confidence.words(r.confidence) if r and r.confidence else "",
        "positions": others,
        "apart": len(set(others.values())) > 1,
        "for": a.evidence_for[code],
        "against": a.evidence_against[code],
    }


def indicator(code: str, frameworks: Frameworks, names: Mapping[str, str]) -> dict[str, Any]:
    """An indicator with its question in plain words, and where else the one rating of it shows."""
    framework, its_factor, found = frameworks.rated[code]
    seen = [f"{names[f]}: {c} {q}".strip() for f, c, q in frameworks.seen(code)]
    return {
        "code": code,
        "label": found.label,
        "ask": found.ask,
        "factor": f"{its_factor.code} {its_factor.title}",
        "framework": framework.title,
        "warning": found.warning,
        "seen": seen,
    }


def anchors() -> list[dict[str, str]]:
    """The severity scale: each level, what it takes, an example."""
    return [
        {"words": a.words, "meaning": a.meaning, "example": a.example} for a in guide.severity()
    ]


def guided(framework: Framework, href: str, past: Mapping[str, str]) -> dict[str, Any]:
    """Guided mode: a framework's questions in plain words, each with where it is rated; scale, worked cases, glossary.

    Args:
        href: the review in which the questions are rated, '' for none.
        past: as for ``lens``.
    """
    factors = [
        {
            "code": f.code,
            "title": f.title,
            "past": past.get(f.code, "") if framework.name == REPORT else "",
            "questions": [
                {
                    "ask": i.ask or i.label,
                    "codes": [
                        {"code": c, "href": f"{href}/rate/{c}" if href else ""} for c in i.codes
                    ],
                }
                for i in f.indicators
            ],
        }
        for f in framework.factors
    ]
    cases = [
        {
            "title": c.title,
            "code": c.code,
            "known": c.known,
            "words": level_words(c.level),
            "trend": c.trend.replace("_", " "),
            "confidence": confidence.words(c.confidence) if c.confidence else NOT_ASSESSED,
            "reasoning": c.reasoning,
            "not_higher": c.not_higher,
            "not_lower": c.not_lower,
        }
        for c in guide.cases()
    ]
    return {
        "lens": framework.title,
        "factors": factors,
        "anchors": anchors(),
        "cases": cases,
        "glossary": [{"word": w.word, "meaning": w.meaning} for w in guide.glossary()],
    }


def resilience(found: Inventory) -> dict[str, Any]:
    """The capacity inventory beside the risk, law and practice apart; never netted."""

    return {
        "carriers": [
            {"words": c.words, "law": c.law.words, "practice": c.practice.words}
            for c in found.carriers
        ],
        "subjects": [
            {
                "words": r.subject.words,
                "option": r.subject.option,
                "benefit": r.subject.benefit,
                "law": strength(r.law),
                "practice": strength(r.practice),
                "number": len(r.capacities),
            }
            for r in found.rows
        ],
        "not_assessed": len(found.not_assessed),
        "of": len(found.rows),
    }


def strength(value: int | None) -> str:
    """A strength of protection as shown."""
    return NOT_ASSESSED if value is None else f"{value} of 4"


def answers(found: Answers) -> dict[str, Any]:
    """A round of a question to experts; nothing of the answers until all are in."""
    group, spread = found.group, found.spread
    return {
        "round": found.number,
        "asked": found.asked,
        "given": found.given,
        "complete": found.is_complete,
        "answers": [
            {
                "letter": a.letter,
                "low": words.judged(a.low),
                "best": words.judged(a.best),
                "high": words.judged(a.high),
                "reasons": a.reasons,
            }
            for a in found.answers
        ],
        "group": f"{words.judged(group.best)} ({words.judged_range(group.low, group.high)})"
        if group
        else "",
        "spread": words.judged_range(*spread) if spread else "",
    }


def elicited(found: Result) -> dict[str, Any]:
    """A question with both rounds, the discussion between them, and the scores once it is settled."""
    scores = [
        {"who": letter, "brier": f"{value:.3f}"} for letter, value in sorted(found.brier.items())
    ]
    discussion = [{"letter": c.letter, "text": c.text} for c in found.discussion]
    return {
        "rounds": [answers(found.first), answers(found.second)],
        "discussion": discussion,
        "scores": scores,
    }


def compared(found: Sequence[Difference], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """What two states of affairs say differently, in the order of their keys."""
    return [
        {
            "key": d.key,
            "title": titles.get(d.key, ""),
            "before": level_words(d.before),
            "after": level_words(d.after),
            "change": "" if d.change is None else f"{d.change:+d}",
        }
        for d in found
    ]
