"""Templates as text: what a page, a brief and a report share, and the page that leaves as a file of its own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    select_autoescape,
)
from markupsafe import Markup

from upstander.core.thresholds import ONE_SIDED, ONE_SIDED_MEANS
from upstander.report import words
from upstander.report.situation import Overview, Situation

LOADER = PackageLoader("upstander.report", "templates")
FILTERS = (
    words.percent,
    words.times,
    words.count,
    words.measure,
    words.day,
    words.iso_day,
    words.month,
    words.moment,
    words.lower_first,
    words.capitalize_first,
)

IN_EVERY_TEMPLATE = {
    "interval": words.interval,
    "words": words,
    "one_sided": ONE_SIDED,
    "one_sided_means": ONE_SIDED_MEANS,
}


def environment(loader: BaseLoader, **more: Any) -> Environment:
    """Templates that escape, that fail on an unknown name, and that say numbers and days as everywhere.

    Args:
        more: what stands beside that in every template.
    """
    templates = Environment(
        loader=loader,
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {f.__name__: f for f in FILTERS}
    templates.globals |= {**IN_EVERY_TEMPLATE, **more}
    return templates


@cache
def _documents() -> Environment:
    return environment(LOADER)


def render(template: str, **values: Any) -> str:
    """A document of its own, outside the site's layout."""
    return _documents().get_template(template).render(**values)


def layout(of: Overview | Situation, path: str, title: str) -> dict[str, Any]:
    """What the layout of every page of public figures needs."""
    return {
        "head": of.head,
        "ages": of.ages,
        "missing": of.missing,
        "path": path,
        "title": title,
    }


def style() -> str:
    """The style sheet of pages, also of those that leave as files."""
    return files("upstander.report").joinpath("templates", "style.css").read_text("utf-8")


def page_alone(template: str, of: Overview, title: str, **values: Any) -> str:
    """A page as a file of its own: no menu, the style inside."""
    return render(
        template, alone=True, style=Markup(style()), **layout(of, "/", title), **values
    )
