"""Guided mode: the severity scale with anchors, worked cases, and the questions in plain words (H03).

For somebody who rates for the first time. The questions themselves stand in the framework files (``ask``), beside what
they ask about. The worked cases are made up: no real State or group is in them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from upstander.assess import confidence
from upstander.assess.frameworks import Framework, Indicator, RiskFactor
from upstander.assess.rating import level_words
from upstander.core.messages import texts


@dataclass(frozen=True)
class Anchor:
    """One level of the severity scale: what it takes to give it."""

    level: int | None
    meaning: str
    example: str

    @property
    def words(self) -> str:
        """The level as shown."""
        return level_words(self.level)


@dataclass(frozen=True)
class Case:
    """A worked case: what is known, and how one indicator is rated on it, with reasons for and against."""

    title: str
    code: str
    known: str
    level: int | None
    trend: str
    evidence: str
    agreement: str
    reasoning: str
    not_higher: str
    not_lower: str

    @property
    def confidence(self) -> str | None:
        """Derived from evidence and agreement, as for any rating."""
        return confidence.derived(self.evidence or None, self.agreement or None)


@dataclass(frozen=True)
class Step:
    """One question of guided mode, in its place."""

    factor: RiskFactor
    indicator: Indicator
    ask: str


def _file(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(f"{name}.toml").read_text("utf-8")
    values: dict[str, Any] = texts(tomllib.loads(text))
    return values


def _level(value: int | str) -> int | None:
    return None if value == "not_assessed" else int(value)


@cache
def severity() -> tuple[Anchor, ...]:
    """The scale from 0 to 4, and "not assessed"."""
    return tuple(
        Anchor(_level(a["level"]), a["meaning"], a["example"])
        for a in _file("severity")["anchor"]
    )


@cache
def cases() -> tuple[Case, ...]:
    """Worked cases, in the order they are read."""
    return tuple(Case(**{**c, "level": _level(c["level"])}) for c in _file("cases")["case"])


def steps(framework: Framework) -> Iterator[Step]:
    """A framework's questions in order, in plain words; the label where a file gives no plain question."""
    return (Step(f, i, i.ask or i.label) for f in framework.factors for i in f.indicators)
