"""The register of mandate sources: what each rule of the reports rests on (S01)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from upstander.core.errors import ConfigError
from upstander.core.messages import texts


@dataclass(frozen=True)
class Mandate:
    """A document that rules rest on: symbol, year and the part that is relied on.

    ``kind`` is "mandate" for what gives this work its mandate, "law" for law and practice that single rules rest on, "method" for published methods,
    "own" for our own rules.
    """

    id: str
    title: str
    symbol: str
    year: int
    part: str
    kind: str = "mandate"

    @property
    def citation(self) -> str:
        """One line for the foot of a page."""
        return f"{self.title} ({self.symbol}, {self.year}), {self.part}"


@dataclass(frozen=True)
class Rule:
    """A rule that the reports keep, with the id of its source."""

    id: str
    text: str
    source: str
    part: str


@cache
def register() -> tuple[tuple[Mandate, ...], tuple[Rule, ...]]:
    """All sources and rules.

    Raises:
        ConfigError: a rule names a source that the register lacks.
    """
    values = texts(
        tomllib.loads(files("upstander.report").joinpath("mandate.toml").read_text("utf-8"))
    )
    sources = tuple(Mandate(**row) for row in values["source"])
    rules = tuple(Rule(**row) for row in values["rule"])
    if lost := sorted({r.id for r in rules if r.source not in {s.id for s in sources}}):
        raise ConfigError(f"mandate.toml: rules without a known source: {', '.join(lost)}")
    return sources, rules


def citations() -> tuple[str, ...]:
    """The mandate documents, for the foot of every output."""
    return tuple(s.citation for s in register()[0] if s.kind == "mandate")
