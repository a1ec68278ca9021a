"""The reports people take away: ONE FILE PER REPORT, found by its name, each holding ``REPORT``.

A report about a country is made from its Situation, one about the world from every place at once; they stand at
``/countries/{place}/{report}.{shape}``, and ``upstander report NAME`` writes them. Those about a review, cases of warning, plans, a dialogue or a consultation are
made from people's records, and their pages hand them what they are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.core.languages import Language

PACKAGE = "upstander.report.documents"
COUNTRY, WORLD, REVIEW, CASES, PLANS = "country", "world", "review", "cases", "plans"
CONSULTATION, DIALOGUE = "consultation", "dialogue"


@dataclass(frozen=True)
class Report:
    """One report.

    Attributes:
        about: what it is made from: a country (a Situation), the world (an Overview), a review, cases, plans, a dialogue or a consultation (material).
        shapes: by the end of a file's name, what makes it in a language; tables of figures are the same in each.
    """

    title: str
    about: str
    shapes: Mapping[str, Callable[[Any, Language], str | bytes]]


def reports(about: str) -> dict[str, Report]:
    """Every report about this, by name."""
    return {n: r for n, r in plugins.load_all(PACKAGE, Report).items() if r.about == about}


def of_country(name: str) -> Report:
    """A report about a country by its name. Raises ConfigError."""
    known = reports(COUNTRY)
    if name not in known:
        raise ConfigError(
            f"no report on a country is called {name!r}; have {', '.join(known)}"
        )
    return known[name]
