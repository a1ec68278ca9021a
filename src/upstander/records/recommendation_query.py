"""What people type into the search of recommendations, as a tree: words, "phrases", AND, OR, NOT (or -), brackets.

    torture AND (police OR prison) NOT "death penalty"

Words beside each other must all occur. Operators are written in capitals, for "and", "or" and "not" are words too.
Words are compared by their stems, in quotes as well: ``ratify`` finds "ratified" and "ratification".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from upstander.core.errors import ConfigError

MOST_WORDS = 40
_TOKEN = re.compile(r'"([^"]*)"?|([()])|([^\s()"]+)')
BRACKET = "a bracket is not closed, or closed without being opened; write it like (police OR prison)"
ALONE = "a search needs a word that must occur: put one before NOT"
HALF = "an operator stands alone: AND, OR and NOT join words"


@dataclass(frozen=True)
class Words:
    """A word, or several that follow each other."""

    text: str


@dataclass(frozen=True)
class AllOf:
    """Everything of ``parts`` and nothing of ``but``."""

    parts: tuple[Query, ...]
    but: tuple[Query, ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """At least one of the parts."""

    parts: tuple[Query, ...]


Query = Words | AllOf | AnyOf


def parsed(text: str) -> Query | None:
    """The tree of what was typed, None for nothing.

    Raises:
        ConfigError: brackets do not match, an operator stands alone, nothing must occur, or there are too many words.

    >>> parsed("torture OR ill-treatment")
    AnyOf(parts=(Words(text='torture'), Words(text='ill-treatment')))
    >>> parsed('women -girls "death penalty"')
    AllOf(parts=(Words(text='women'), Words(text='death penalty')), but=(Words(text='girls'),))
    """
    tokens = _tokens(text)
    if not tokens:
        return None
    if len(tokens) > MOST_WORDS:
        raise ConfigError(f"at most {MOST_WORDS} words can be searched for at once")
    query, rest = _any_of(tokens)
    if rest:
        raise ConfigError(BRACKET)
    return query


def _tokens(text: str) -> tuple[str, ...]:
    """Operators as they are, words and phrases behind a quotation mark."""
    tokens: list[str] = []
    for phrase, bracket, word in _TOKEN.findall(text):
        if bracket or word in ("AND", "OR", "NOT"):
            tokens.append(bracket or word)
        elif word.startswith("-") and _is_said(word):
            tokens += ["NOT", f'"{word[1:]}']
        elif _is_said(phrase or word):
            tokens.append(f'"{phrase or word}')
    return tuple(tokens)


def _is_said(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _any_of(tokens: Sequence[str]) -> tuple[Query, Sequence[str]]:
    """Parts joined by OR, and the tokens after them."""
    first, rest = _all_of(tokens)
    parts = [first]
    while rest and rest[0] == "OR":
        part, rest = _all_of(rest[1:])
        parts.append(part)
    return (parts[0] if len(parts) == 1 else AnyOf(tuple(parts))), rest


def _all_of(tokens: Sequence[str]) -> tuple[Query, Sequence[str]]:
    """Parts that must all occur, without those after NOT, and the tokens after them."""
    parts: list[Query] = []
    but: list[Query] = []
    while tokens and tokens[0] not in ("OR", ")"):
        if is_and := tokens[0] == "AND":
            tokens = tokens[1:]
        if is_not := bool(tokens) and tokens[0] == "NOT":
            tokens = tokens[1:]
        if is_and and not parts and not but:
            raise ConfigError(HALF)
        part, tokens = _part(tokens)
        (but if is_not else parts).append(part)
    if not parts:
        raise ConfigError(ALONE if but else HALF)
    is_one = len(parts) == 1 and not but
    return (parts[0] if is_one else AllOf(tuple(parts), tuple(but))), tokens


def _part(tokens: Sequence[str]) -> tuple[Query, Sequence[str]]:
    """A word, a phrase, or what stands in brackets."""
    if not tokens or tokens[0] in ("AND", "OR", "NOT", ")"):
        raise ConfigError(HALF)
    if tokens[0] != "(":
        return Words(tokens[0][1:].strip()), tokens[1:]
    inner, rest = _any_of(tokens[1:])
    if not rest or rest[0] != ")":
        raise ConfigError(BRACKET)
    return inner, rest[1:]
