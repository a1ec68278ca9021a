"""Guided mode: somebody who rates for the first time finds words, scale, worked cases and plain questions."""

import re

from upstander.assess.confidence import derived
from upstander.assess.frameworks import shipped
from upstander.assess.guide import cases, severity, steps
from upstander.records.forms import form


def test_every_question_of_every_framework_is_also_asked_in_plain_words():
    for lens in shipped().lenses.values():
        for step in steps(lens):
            assert step.ask != step.indicator.label, step.indicator.code
            assert step.ask.count("?") >= 1, step.indicator.code
            assert len(step.ask.split()) <= 35, step.indicator.code
            assert not re.search(r"\b(IHL|incl\.|esp\.|modalit|stakeholder)", step.ask), (
                step.indicator.code
            )


def test_the_severity_scale_has_an_anchor_and_an_example_for_each_level_and_for_not_assessed():
    assert [a.level for a in severity()] == [None, 0, 1, 2, 3, 4]
    assert all(a.meaning and a.example for a in severity())
    assert "says nothing about how things are" in severity()[0].meaning


def test_worked_cases_show_a_rated_indicator_with_reasons_against_the_levels_beside_it():
    assert len(cases()) >= 5
    assert {c.level for c in cases()} >= {None, 0, 3}
    for case in cases():
        assert case.code in shipped().rated
        assert case.trend in form("rating").field("trend").choices
        assert case.reasoning
        assert case.not_higher
        assert case.not_lower
        if case.level is not None:
            assert case.confidence == derived(case.evidence, case.agreement) is not None
