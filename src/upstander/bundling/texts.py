"""Every text of the package whose English is its id: of templates, forms, tables and code; what there is to translate beside
the English catalogues.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from upstander.assess import (
    confidence,
    crimes,
    duties,
    frameworks,
    guide,
    prevalence,
    proxies,
    resilience,
)
from upstander.assess import probability_scales as scales
from upstander.assess.measures import women
from upstander.core import catalogues, places, plugins, treaties, types
from upstander.core.messages import Message, text
from upstander.core.rights import Role, Usage
from upstander.core.thresholds import ONE_SIDED_MEANS
from upstander.forecast import targets
from upstander.forecast.cases import FAMILIES
from upstander.forecast.scoreboard.assemble import packaged
from upstander.forecast.scoreboard.board import from_json
from upstander.lake import precedence, series
from upstander.monitor.replay_table import RULES
from upstander.monitor.rule import Rule, TestableRule
from upstander.records import forms
from upstander.report import bands, glossary, mandate, printing, template_text
from upstander.respond import option, practices

PACKAGE = Path(str(files("upstander")))


@cache
def every_text() -> Mapping[str, str]:
    """Each text whose English is its id, with where it stands; sorted by place, then as it stands there."""
    found: dict[str, str] = {}
    for where, said in (*_in_templates(), *_in_code(), *_in_tables()):
        if template_text.has_words(said):
            found.setdefault(said, where)
    return found


def _in_templates() -> Iterator[tuple[str, str]]:
    for file in sorted(PACKAGE.rglob("templates/*.html")):
        source, where = file.read_text("utf-8"), str(file.relative_to(PACKAGE))
        yield from ((where, message.id) for message in template_text.messages(source))
        calls = extract_from_ast(Environment(autoescape=True).parse(source), ("text",))
        yield from ((where, said) for _, _, said in calls if isinstance(said, str))
    for file in sorted(PACKAGE.rglob("templates/*.typ")):
        yield from (
            (file.name, said) for said in printing.messages(file.read_text("utf-8"))
        )


def _in_code() -> Iterator[tuple[str, str]]:
    """The first argument of each call of ``text``, where it is written out."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            match node:
                case ast.Call(func=ast.Name("text"), args=[ast.Constant(str(said)), *_]):
                    yield str(file.relative_to(PACKAGE)), said


def _in_tables() -> Iterator[tuple[str, str]]:
    """What forms, frameworks, the guide, options and the other tables say."""
    for table in TABLES:
        where = table.__name__.strip("_").replace("_", " ")
        yield from ((where, said) for said in _said(table()))


def _forms() -> Any:
    return [forms.choices(n) for n in forms.lists()], [forms.form(k) for k in forms.kinds()]


def _guide() -> Any:
    return guide.severity(), guide.cases()


def _scales() -> Any:
    return [scales.yardstick(name) for name in scales.yardsticks()]


def _confidence() -> Any:
    return [confidence.words(c) for c in confidence.CONFIDENCE]


def _verdicts() -> Any:
    board = from_json(packaged().read_text("utf-8"), "the packaged scoreboard")
    return [text(said) for v in board.verdicts for said in (v.baseline, v.kind, v.score)]


def _counted() -> Any:
    """Who counted what: definitions, bases of dates, and the makers of series."""
    said = [words for chosen in series.CHOICES.values() for words in chosen.said.values()]
    definitions = [v.definition for v in precedence.BY_NAME.values()]
    return [text(words) for words in (*said, *definitions, *get_args(types.Basis))]


def _rules() -> Any:
    """What rules say of themselves; their pages make messages of it."""
    for rule in plugins.load_all(RULES, Rule).values():
        yield from map(text, (rule.title, rule.how, rule.rests_on))
        if isinstance(rule, TestableRule):
            yield text(rule.meant)


def _frameworks() -> Any:
    return list(frameworks.shipped().lenses.values())


def _crimes() -> Any:
    return crimes.crimes(), crimes.provisions()


def _figures() -> Any:
    """What stands with every figure, and the words it is told in."""
    always = types.CAVEAT, types.REPORTED, ONE_SIDED_MEANS
    events = [(t.label, text(t.event)) for t in targets.TARGETS]
    return always, bands.NAMES, events, [text(family) for family in FAMILIES]


def _people_and_places() -> Any:
    usages = [text(usage.label) for usage in Usage]
    return [text(role.value) for role in Role], usages, list(places.load().places.values())


TABLES: tuple[Callable[[], Any], ...] = (
    _forms,
    _frameworks,
    _guide,
    _scales,
    _confidence,
    _crimes,
    _figures,
    _verdicts,
    _counted,
    _people_and_places,
    option.options,
    practices.library,
    mandate.register,
    glossary.terms,
    resilience.subjects,
    duties.catalogue,
    proxies.known,
    prevalence.stand_ins,
    women.resolutions,
    treaties.instruments,
    _rules,
)


def _said(value: Any) -> Iterator[str]:
    """The texts in a value, however deep."""
    if isinstance(value, Message):
        if value.id.startswith(f"{catalogues.TEXTS}."):
            yield value.id.removeprefix(f"{catalogues.TEXTS}.")
    elif is_dataclass(value):
        yield from _said([getattr(value, f.name) for f in fields(value)])
    elif isinstance(value, Mapping):
        yield from _said(list(value.values()))
    elif isinstance(value, list | tuple | set | frozenset | Iterator):
        for part in value:
            yield from _said(part)
