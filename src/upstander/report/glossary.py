"""The glossary: terms of the field that pages use, each in one or two plain sentences with what they rest on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from upstander.core.errors import ConfigError
from upstander.core.folding import folded
from upstander.core.languages import Language
from upstander.core.messages import in_language, text
from upstander.report import mandate


@dataclass(frozen=True)
class Term:
    """One term.

    Attributes:
        id: the anchor of its page.
        source: id in the register of mandate sources, '' where ``cited`` says what it rests on.
        part: the place in that source: article or paragraph.
        title: the source's title.
    """

    id: str
    term: str
    words: str
    source: str = ""
    part: str = ""
    cited: str = ""
    title: str = ""


@cache
def terms() -> tuple[Term, ...]:
    """All terms, in the order of the file.

    Raises:
        ConfigError: a term names a source that the register lacks.
    """
    told = files("upstander.report").joinpath("glossary.toml").read_text("utf-8")
    titles = {s.id: s.title for s in mandate.register()[0]}
    rows = tomllib.loads(told)["term"]
    if lost := sorted({r.get("source", "") for r in rows} - set(titles) - {""}):
        raise ConfigError(f"glossary.toml: terms without a known source: {', '.join(lost)}")
    return tuple(_term(row, titles.get(row.get("source", ""), "")) for row in rows)


def _term(row: dict[str, str], title: str) -> Term:
    said = {name: text(row[name]) for name in ("term", "words")}
    return Term(**{**row, **said}, title=title)


def matching(asked: str, language: Language) -> list[Term]:
    """Terms whose name, in the reader's language or in English, holds all words asked for."""
    wanted = folded(asked).split()
    return [t for t in terms() if wanted and _holds(t, wanted, language)]


def _holds(term: Term, wanted: list[str], language: Language) -> bool:
    names = folded(f"{term.term} {in_language(term.term, language)}")
    return all(word in names for word in wanted)
