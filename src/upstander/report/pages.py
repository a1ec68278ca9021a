"""Templates and their filters: text is escaped by default, numbers are said by ``words``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from upstander.report import bands, history, words

if TYPE_CHECKING:
    from jinja2 import Environment

FILTERS = ("percent", "interval", "times", "count", "amount", "ranks", "day", "month", "span")


@cache
def environment() -> Environment:
    """Jinja with autoescape on; a misspelt name in a template raises."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("upstander.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update({name: getattr(words, name) for name in FILTERS})
    made.globals.update({"bands": bands, "words": words, "definitions": history.DEFINITIONS})
    return made


def render(template: str, **values: Any) -> str:
    """A template filled in."""
    return environment().get_template(template).render(**values)
