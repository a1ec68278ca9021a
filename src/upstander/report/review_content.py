"""Content of the assessment pages: a review seen through a lens, one indicator, a question to experts, two reviews.

Plain values, made once: a page and its JSON twin print the same. No level stands without the caveat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from upstander.assess import confidence, guide
from upstander.assess.aggregation import CAVEAT, NOT_SCORED, Finding
from upstander.assess.elicitation import Answer as ExpertAnswer
from upstander.assess.elicitation import Answers, Result
from upstander.assess.four_crimes import Crime, CrimeLink
from upstander.assess.frameworks import Framework, Frameworks, Indicator, RiskFactor
from upstander.assess.headline import Headline
from upstander.assess.lenses import Answer, View
from upstander.assess.overall import Gauge, gauges
from upstander.assess.peers import Difference
from upstander.assess.rating import NOT_ASSESSED, Rating, level_words, sign_words
from upstander.assess.resilience import Inventory, Row
from upstander.core.messages import say, text
from upstander.report import glossary, words

Shown = dict[str, Any]
REPORT = "six_factors"  # the lens of the Secretary-General's report, whose factors past cases are coded by


def lens(
    view: View,
    href: str,
    spaces: Mapping[str, str],
    crime: str = "",
    past: Mapping[str, str] | None = None,
) -> Shown:
    """A review through one lens: the country's level, each factor, each question with every position on it.

    Args:
        past: by factor of the report, how often it stood before past cases, in a sentence.
        crime: show only the factors whose signs bear on it; '' for all. Levels are of the whole in either case.
    """
    of_report = (past or {}) if view.framework.name == REPORT else {}
    factors = []
    for finding in view.findings:
        if not crime or crime in {link.crime.value for link in finding.crimes}:
            content = factor(finding, view.answers[finding.factor], href, spaces)
            factors.append({**content, "past": of_report.get(finding.factor, "")})
    return {
        "name": view.framework.name,
        "title": view.framework.title,
        "source": view.framework.source,
        "whose_words": view.framework.whose_words,
        "headline": headline(view.headline),
        "caveat": CAVEAT,
        "space": spaces.get(view.space, view.space),
        "gauges": [_gauge(gauge) for gauge in gauges(view.findings)],
        "factors": factors,
        "unseen": list(view.unseen),
        "crimes": crimes_of(view.findings),
    }


def _gauge(gauge: Gauge) -> Shown:
    return {
        "title": gauge.title,
        "level": words_of(gauge.level),
        "assessed": gauge.assessed,
        "of": len(gauge.factors),
    }


def words_of(level: int | None) -> str:
    """A level of a factor as shown."""
    return level_words(level)


def headline(shown: Headline) -> Shown:
    """A country's level as people set it, with the draft, its coverage and its strongest factors beside."""
    draft, set_by = shown.draft, shown.decided
    is_enough = draft.coverage.is_enough
    strongest = [
        {"code": f.factor, "title": f.title, "words": f.words} for f in draft.strongest
    ]
    return {
        "words": shown.words,
        "beside": list(shown.beside),
        "level": set_by.level if set_by and is_enough else None,
        "reason": set_by.reason if set_by else "",
        "draft": draft.words,
        "range": list(draft.over_rules) if draft.over_rules and is_enough else None,
        "coverage": {"words": draft.coverage.words, **asdict(draft.coverage)},
        "strongest": strongest,
        "caveat": shown.caveat,
    }


def crime(link: CrimeLink) -> Shown:
    """A crime that what is seen bears on, by acts, by incitement, or both; the flag is never lost on the way."""
    ways = ((link.act, "acts"), (link.incitement, "incitement"))
    how = " and ".join(way for bears, way in ways if bears)
    return {
        "id": link.crime.value,
        "label": link.crime.label,
        "act": link.act,
        "incitement": link.incitement,
        "words": f"{link.crime.label} ({how})",
    }


def crimes_of(findings: Sequence[Finding]) -> list[Shown]:
    """By crime, the factors that bear on it by acts and by incitement; crimes that nothing seen bears on are left out."""
    return [row for wanted in Crime if (row := _crime_row(wanted, findings))]


def _crime_row(wanted: Crime, findings: Sequence[Finding]) -> Shown:
    links = [
        (f.factor, link) for f in findings for link in f.crimes if link.crime is wanted
    ]
    if not links:
        return {}
    return {
        "id": wanted.value,
        "label": wanted.label,
        "acts": [code for code, link in links if link.act],
        "incitement": [code for code, link in links if link.incitement],
    }


def factor(
    finding: Finding,
    answers: Sequence[Answer],
    href: str,
    spaces: Mapping[str, str],
) -> Shown:
    """One factor: its level, what it stands on, its questions."""
    questions = [question(answer, href, spaces) for answer in answers]
    return {
        "code": finding.factor,
        "title": finding.title,
        "level": finding.level,
        "words": finding.words,
        "sign": finding.sign,
        "strongest": list(finding.strongest),
        "set_aside": list(finding.set_aside),
        "trend": text(finding.trend.replace("_", " ")),
        "confidence": confidence.words(finding.confidence),
        "text": finding.grounds,
        "note": finding.note,
        "caveat": finding.caveat,
        "assessed": finding.spread.assessed,
        "of": finding.spread.of,
        "for": finding.evidence_for,
        "against": finding.evidence_against,
        "unverified": finding.unverified,
        "crimes": [crime(link) for link in finding.crimes],
        "questions": questions,
    }


def question(answer: Answer, href: str, spaces: Mapping[str, str]) -> Shown:
    """One question of a lens with the ratings behind it."""
    indicator, level = answer.indicator, answer.level
    is_scored = level is not None or not answer.unscored
    return {
        "code": indicator.code,
        "label": indicator.label,
        "ask": indicator.ask,
        "level": level,
        "words": level_words(level) if is_scored else NOT_SCORED,
        "warning": indicator.warning,
        "ratings": [rated(code, answer, href, spaces) for code in answer.ratings],
    }


def rated(
    code: str,
    answer: Answer,
    href: str,
    spaces: Mapping[str, str],
) -> Shown:
    """One rated code behind a question: this space's rating, the others', and how much evidence there is."""
    rating = answer.ratings[code]
    shown = sign_words if code in answer.unscored else level_words
    others = {spaces.get(s, s): shown(level) for s, level in answer.positions[code].items()}
    return {
        "code": code,
        "href": f"{href}/rate/{code}",
        "words": shown(rating.level if rating else None),
        "trend": _trend(rating),
        "confidence": confidence.words(rating.confidence)
        if rating and rating.confidence
        else "",
        "positions": others,
        "apart": len(set(others.values())) > 1,
        "for": answer.evidence_for[code],
        "against": answer.evidence_against[code],
    }


def _trend(rating: Rating | None) -> str:
    """The direction of what was given a level."""
    if rating is None or rating.level is None:
        return ""
    return text(rating.trend.replace("_", " "))


def indicator(code: str, frameworks: Frameworks, names: Mapping[str, str]) -> Shown:
    """An indicator with its question in plain words, and where else the one rating of it shows."""
    framework, its_factor, rated_one = frameworks.rated[code]
    elsewhere = [f"{names[f]}: {c} {q}".strip() for f, c, q in frameworks.seen(code)]
    return {
        "code": code,
        "label": rated_one.label,
        "ask": rated_one.ask,
        "factor": f"{its_factor.code} {its_factor.title}",
        "framework": framework.title,
        "warning": rated_one.warning,
        "seen": elsewhere,
    }


def anchors() -> list[dict[str, str]]:
    """The severity scale: each level, what it takes, an example."""
    return [
        {"words": a.words, "meaning": a.meaning, "example": a.example}
        for a in guide.severity()
    ]


def guided(framework: Framework, href: str, past: Mapping[str, str]) -> Shown:
    """Guided mode: a framework's questions in plain words, each with where it is rated; scale, worked cases, glossary.

    Args:
        href: the review in which the questions are rated, '' for none.
        past: as for ``lens``.
    """
    of_report = past if framework.name == REPORT else {}
    return {
        "lens": framework.title,
        "factors": [_guided_factor(f, href, of_report) for f in framework.factors],
        "anchors": anchors(),
        "cases": [_worked_case(case) for case in guide.cases()],
        "glossary": [{"word": t.term, "meaning": t.words} for t in glossary.terms()],
    }


def _guided_factor(factor: RiskFactor, href: str, past: Mapping[str, str]) -> Shown:
    return {
        "code": factor.code,
        "title": factor.title,
        "past": past.get(factor.code, ""),
        "questions": [_guided_question(indicator, href) for indicator in factor.indicators],
    }


def _guided_question(indicator: Indicator, href: str) -> Shown:
    codes = [
        {"code": c, "href": f"{href}/rate/{c}" if href else ""} for c in indicator.codes
    ]
    return {"ask": indicator.ask or indicator.label, "codes": codes}


def _worked_case(case: guide.Case) -> Shown:
    return {
        "title": case.title,
        "code": case.code,
        "known": case.known,
        "words": level_words(case.level),
        "trend": text(case.trend.replace("_", " ")),
        "confidence": confidence.words(case.confidence)
        if case.confidence
        else NOT_ASSESSED,
        "reasoning": case.reasoning,
        "not_higher": case.not_higher,
        "not_lower": case.not_lower,
    }


def resilience(capacities: Inventory) -> Shown:
    """The capacity inventory beside the risk, law and practice apart; never netted."""
    carriers = [
        {
            "words": carrier.words,
            "law": carrier.law.words,
            "practice": carrier.practice.words,
        }
        for carrier in capacities.carriers
    ]
    return {
        "carriers": carriers,
        "subjects": [_subject(row) for row in capacities.rows],
        "not_assessed": len(capacities.not_assessed),
        "of": len(capacities.rows),
    }


def _subject(row: Row) -> Shown:
    return {
        "words": row.subject.words,
        "option": row.subject.option,
        "benefit": row.subject.benefit,
        "law": strength(row.law),
        "practice": strength(row.practice),
        "number": len(row.capacities),
    }


def strength(value: int | None) -> str:
    """A strength of protection as shown."""
    return NOT_ASSESSED if value is None else say("report.of_4", value=value)


def answers(round: Answers) -> Shown:
    """A round of a question to experts; nothing of the answers until all are in."""
    group, spread = round.group, round.spread
    return {
        "round": round.number,
        "asked": round.asked,
        "given": round.given,
        "complete": round.is_complete,
        "answers": [_expert(answer) for answer in round.answers],
        "group": _judged(group) if group else "",
        "spread": words.judged_range(*spread) if spread else "",
    }


def _expert(answer: ExpertAnswer) -> dict[str, str]:
    return {
        "letter": answer.letter,
        "low": words.judged(answer.low),
        "best": words.judged(answer.best),
        "high": words.judged(answer.high),
        "reasons": answer.reasons,
    }


def _judged(group: ExpertAnswer) -> str:
    return f"{words.judged(group.best)} ({words.judged_range(group.low, group.high)})"


def elicited(result: Result) -> Shown:
    """A question with both rounds, the discussion between them, and the scores once it is settled."""
    brier = sorted(result.brier.items())
    return {
        "rounds": [answers(result.first), answers(result.second)],
        "discussion": [{"letter": c.letter, "text": c.text} for c in result.discussion],
        "scores": [{"who": letter, "brier": f"{value:.3f}"} for letter, value in brier],
    }


def compared(differences: Sequence[Difference], titles: Mapping[str, str]) -> list[Shown]:
    """What two states of affairs say differently, in the order of their keys."""
    return [_difference(difference, titles) for difference in differences]


def _difference(difference: Difference, titles: Mapping[str, str]) -> Shown:
    change = difference.change
    return {
        "key": difference.key,
        "title": titles.get(difference.key, ""),
        "before": level_words(difference.before),
        "after": level_words(difference.after),
        "change": "" if change is None else f"{change:+d}",
    }
