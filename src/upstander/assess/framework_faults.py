"""What a careful reader of a framework's file would object to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from upstander.assess.rules import DEFAULT, RULES

if TYPE_CHECKING:
    from upstander.assess.frameworks import Framework, Indicator, RiskFactor

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
BAD_NAME = "a framework's file is named in a-z, 0-9 and _, at most 40 of them"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,19}")
ROLES = ("structural", "trigger")
OVERLAPS = ("shared_with_conflict", "atrocity_specific")
MOST_INDICATORS, MOST_WORDS = 1_000, 600


def faults_of(framework: Framework, verification: Sequence[str]) -> list[str]:
    """What a careful reader of the file would object to, in words."""
    factors, questions = framework.factors, list(framework.indicators)
    faults = [] if NAME.fullmatch(framework.name) else [BAD_NAME]
    for what, codes in (("factors", factors), ("questions", questions)):
        twice = _twice([one.code for one in codes])
        faults += [f"two {what} have the code {code}" for code in twice]
    number = len(questions)
    if not 1 <= number <= MOST_INDICATORS:
        faults.append(f"{number} questions; a framework has 1 to {MOST_INDICATORS:,}")
    for factor in factors:
        faults += _faults_of_factor(factor)
    for question in questions:
        faults += _faults_of_question(question, verification)
    return faults


def _faults_of_factor(factor: RiskFactor) -> Iterator[str]:
    named = (
        ("role", factor.role, ROLES),
        ("overlap", factor.overlap, OVERLAPS),
        ("rule", factor.rule or DEFAULT, RULES),
    )
    for key, value, allowed in named:
        if value not in allowed:
            yield f"factor {factor.code}: {key} is {value!r}, not {' or '.join(allowed)}"
    pair = factor.compounded_by
    if pair and (len(pair) != 2 or not {*pair} <= {i.code for i in factor.indicators}):
        yield f"factor {factor.code}: compounded_by names two of its own questions"


def _faults_of_question(question: Indicator, verification: Sequence[str]) -> Iterator[str]:
    for code in question.codes:
        if not CODE.fullmatch(code):
            yield f"{code!r} is no code (letters, digits, dots; at most 20)"
    if question.verification not in verification:
        allowed = " or ".join(verification)
        yield f"{question.code}: verification is {question.verification!r}, not {allowed}"
    if not question.label or max(len(question.label), len(question.ask)) > MOST_WORDS:
        yield f"{question.code}: label and ask have 1 to {MOST_WORDS} characters"


def _twice(codes: list[str]) -> list[str]:
    return sorted({c for c in codes if codes.count(c) > 1})
