"""Templates as text: what a page, a brief and a report share, and the page that leaves as a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
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

from upstander.core.catalogues import awaits_review, text_in
from upstander.core.languages import ENGLISH, Language
from upstander.core.messages import in_language, say, text
from upstander.core.thresholds import ONE_SIDED, ONE_SIDED_MEANS
from upstander.report import words
from upstander.report.situation import Overview, Situation
from upstander.report.template_text import translated

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
    "awaits_review": awaits_review,
    "say": say,
    "text": text,
    "interval": words.interval,
    "words": words,
    "one_sided": ONE_SIDED,
    "one_sided_means": ONE_SIDED_MEANS,
}


class InLanguage(BaseLoader):
    """The templates of another loader, with what they say in a language."""

    def __init__(self, loader: BaseLoader, language: Language) -> None:
        self._loader = loader
        self._words = partial(text_in, language=language)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """As Jinja asks for it."""
        source, file, is_fresh = self._loader.get_source(environment, template)
        return translated(source, self._words), file, is_fresh


def environment(
    loader: BaseLoader, language: Language = ENGLISH, **more: Any
) -> Environment:
    """Templates that escape, that fail on an unknown name, and that say numbers and days as everywhere.

    Args:
        language: of what the templates say, and of the messages that stand in them.
        more: what stands beside that in every template.
    """
    is_english = language == ENGLISH
    templates = Environment(
        loader=loader if is_english else InLanguage(loader, language),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=None if is_english else partial(in_language, language=language),
    )
    templates.filters |= {f.__name__: f for f in FILTERS}
    templates.filters["join"] = partial(_joined, language)
    templates.globals |= {**IN_EVERY_TEMPLATE, "language": language, **more}
    return templates


def _joined(language: Language, parts: Iterable[Any], sign: str = "") -> Markup:
    """Several as one text, each said in the language; what is no markup is escaped."""
    return Markup(sign).join(in_language(part, language) for part in parts)


@cache
def _documents(language: Language) -> Environment:
    return environment(LOADER, language)


def render(template: str, language: Language = ENGLISH, **values: Any) -> str:
    """A document of its own, outside the site's layout."""
    return _documents(language).get_template(template).render(**values)


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


def page_alone(
    template: str, of: Overview, title: str, language: Language, **values: Any
) -> str:
    """A page as a file of its own: no menu, the style inside."""
    told = layout(of, "/", title)
    return render(template, language, alone=True, style=Markup(style()), **told, **values)
