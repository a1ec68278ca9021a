"""Yardsticks for the likelihood of a scenario: ONE FILE PER STANDARD (TOML); a range becomes words, the scale is printed.

They are for scenarios that people estimate. The yearly onset of mass killing is a matter of a few per cent even where
risk is highest, so that every yardstick would call it unlikely and read as safety: forecasts are printed with their base
rate instead. Likelihood and confidence are two statements and never share a sentence (ICD 203).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from upstander.core.errors import ConfigError
from upstander.core.messages import say, texts

CONFIDENCE_WORDS = re.compile(r"\bconfiden(?:ce|t|tly)\b", re.I)
UNCHECKED = " Bounds from memory, not checked against the standard."
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Term:
    """One term, from ``low`` to ``high`` as probabilities 0 to 1, both included."""

    words: str
    low: float
    high: float

    @property
    def text(self) -> str:
        """As printed in the scale: ``likely 55-80 %``; neither 0 % nor 100 % is printed."""
        if self.low == 0:
            return say(
                "assess.up_to_per_cent", words=self.words, high=f"{self.high * 100:g}"
            )
        if self.high == 1:
            return say(
                "assess.per_cent_or_more", words=self.words, low=f"{self.low * 100:g}"
            )
        return f"{self.words} {self.low * 100:g}\u2013{self.high * 100:g} %"


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """A standard's terms, the least likely first.

    Attributes:
        is_nested: terms lie inside one another (IPCC): the narrowest that holds the range is used.
        verification: "read" or "recalled", as in frameworks; note: what a reader must know of the scale.
    """

    name: str
    title: str
    source: str
    terms: tuple[Term, ...]
    is_nested: bool
    verification: str
    note: str = ""

    @property
    def scale(self) -> str:
        """The whole scale as printed beside every use of it."""
        terms = ", ".join(term.text for term in self.terms)
        unsure = "" if self.verification == "read" else UNCHECKED
        return f"{self.title}: {terms}.{unsure}"


def yardsticks() -> tuple[str, ...]:
    """Names of the yardsticks there are, sorted."""
    names = (file.name for file in files(__package__).iterdir())
    return tuple(
        sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))
    )


@cache
def yardstick(name: str) -> Yardstick:
    """A yardstick by name. Raises ConfigError when there is none."""
    if name not in yardsticks():
        raise ConfigError(f"no yardstick named {name!r}; have {', '.join(yardsticks())}")
    values = texts(
        tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
    )
    terms = tuple(
        Term(t["words"], t["low"] / 100, t["high"] / 100) for t in values.pop("term")
    )
    return Yardstick(name=name, terms=terms, **values)


@dataclass(frozen=True)
class Likelihood:
    """A range in a yardstick's words, with the scale that gives the words their meaning."""

    words: str
    low: float
    high: float
    scale: str


def likelihood(low: float, high: float, name: str) -> Likelihood:
    """A range of probabilities in the words of a yardstick.

    A range that no single term holds is said from the term of one end to that of the other. An end in a gap that the
    standard leaves on purpose (PHIA) takes the nearest term.

    Args:
        low, high: probabilities 0 to 1.

    Raises:
        ValueError: not a range of probabilities.
    """
    if not 0 <= low <= high <= 1:
        raise ValueError(
            f"a range of probabilities goes from a lower to a higher one within 0 and 1, not {low}-{high}"
        )
    y = yardstick(name)
    term = _holding(y, low, high)
    if term is not None:
        return Likelihood(term.words, low, high, y.scale)
    first, last = _nearest(y, low), _nearest(y, high)
    words = first.words if first == last else f"{first.words} to {last.words}"
    return Likelihood(words, low, high, y.scale)


def _holding(y: Yardstick, low: float, high: float) -> Term | None:
    """The narrowest term that holds a range, of several the one whose middle is nearest."""
    middle = (low + high) / 2
    return min(
        (term for term in y.terms if term.low <= low and high <= term.high),
        key=lambda term: (term.high - term.low, abs((term.low + term.high) / 2 - middle)),
        default=None,
    )


def _nearest(y: Yardstick, p: float) -> Term:
    """The narrowest term that holds a probability, else the nearest one."""
    return min(y.terms, key=lambda t: (max(t.low - p, p - t.high, 0.0), t.high - t.low))


def mixed(text: str) -> tuple[str, ...]:
    """Sentences that speak of likelihood and of confidence at once; a report with any is refused.

    >>> mixed("An attack is likely. Confidence is low.")
    ()
    >>> mixed("We judge with high confidence that an attack is likely.")
    ('We judge with high confidence that an attack is likely.',)
    """
    sentences = (s for s in SENTENCE.split(text) if CONFIDENCE_WORDS.search(s))
    return tuple(s for s in sentences if _likelihood_words().search(s))


@cache
def _likelihood_words() -> re.Pattern[str]:
    """Every term of every yardstick, the longest first."""
    terms = {"likelihood", "probability", "probable"}
    for name in yardsticks():
        for term in yardstick(name).terms:
            terms |= {part.strip() for part in term.words.split(",")}
    longest_first = sorted(terms, key=len, reverse=True)
    words = "|".join(re.escape(term) for term in longest_first)
    return re.compile(rf"\b(?:{words})\b", re.I)
