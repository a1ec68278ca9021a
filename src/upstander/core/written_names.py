"""How a country's name is written beside the spelling in the tables: word order, abbreviations, titles, brackets.

A name is first looked up as it stands (``places.fold``). Where that fails, it is read as its bag of words: articles and
"of" do not count, abbreviations are written out, and the order is free, so that "Korea, Rep. of", "Corée (la République
de)" and "Republic of Korea" meet. What is left over is never guessed: a reading that fits two places fits none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice, product

from upstander.core.name_folding import fold

# Sorted; a word that stands twice is there twice ("Sudan and South Sudan" is no State).
Bag = tuple[str, ...]
# A State of their own, no title: "Georgia (US)" is not Georgia.
THE_STATES = frozenset({"united", "states"})
FORMER = re.compile(
    r"[(,]? ?\b(former|ex|formerly|up to \d{4}|until \d{4}|before \d{4})\b ?\)?", re.I
)
SHORTEST = (
    3  # letters of an abbreviation: these are near to everything that is a little longer
)
MOST_WORDS, MOST_READINGS = 16, 16  # a name longer than this is no name; readings multiply


@dataclass(frozen=True)
class Lexicon:
    """The words of ``written_names.toml``: what does not count, what is a title, what is written out."""

    articles: frozenset[str]
    titles: frozenset[str]
    shared: frozenset[str]
    qualifiers: frozenset[str]
    short: Mapping[str, tuple[str, ...]]


@cache
def _lexicon() -> Lexicon:
    text = files("upstander.core").joinpath("written_names.toml").read_text("utf-8")
    table = tomllib.loads(text)
    short = {word: tuple(readings) for word, readings in table.pop("short").items()}
    return Lexicon(**{name: frozenset(words) for name, words in table.items()}, short=short)


def bags(name: str) -> Iterator[Bag]:
    """The bags of words that a name may be read as, likeliest first; few, and none for what is no name."""
    lexicon = _lexicon()
    words = [w for w in _words(name) if w not in lexicon.articles]
    if not words or len(words) > MOST_WORDS:
        return
    choices = [lexicon.short.get(w, (w,)) for w in words]
    for reading in islice(product(*choices), MOST_READINGS):
        yield tuple(sorted(part for text in reading for part in text.split()))


def untitled(bag: Bag) -> Bag | None:
    """The bag without the words of a State's title; None where nothing, all of it, or a name of two States is left."""
    lexicon = _lexicon()
    rest = tuple(word for word in bag if word not in lexicon.titles)
    if (
        not rest
        or rest == bag
        or " ".join(rest) in lexicon.shared
        or set(bag) >= THE_STATES
    ):
        return None
    return rest


def parts(name: str) -> list[str]:
    """What stands between brackets, commas and dashes: ``Guam (US)`` -> ``Guam``, ``US``."""
    pieces = [p.strip() for p in re.split(r"[()（）\[\],;:/]|\s[-–—]\s", name)]
    qualifiers = _lexicon().qualifiers
    return [p for p in pieces if p and fold(p) not in qualifiers]


def bracketed(name: str) -> list[str]:
    """What stands before the last bracket and in it: ``Cocos (Keeling) Islands (Australia)`` -> two."""
    match = re.fullmatch(r"(.*)[(（]([^()（）]*)[)）]\s*", name)
    return [match[1].strip(), match[2].strip()] if match else []


def without_former(name: str) -> str:
    """The name without "(former)" or "(up to 2011)"."""
    return FORMER.sub("", " ".join(name.split())).strip()


def mended(name: str) -> str:
    """The name as it was before its UTF-8 was read as Latin-1, once or twice (``CÃ´te`` -> ``Côte``); else unchanged."""
    for _ in range(2):
        try:
            name = name.encode("latin-1").decode("utf-8")
        except UnicodeError:
            break
    return name


def alike(asked: str, choices: Sequence[str], is_name: bool, least: float) -> list[str]:
    """The twelve choices most like what was asked, best first, at least so much alike (0 to 100)."""
    from rapidfuzz import fuzz, process

    scorer = fuzz.WRatio if is_name and len(asked) > SHORTEST else fuzz.ratio
    close = process.extract(
        asked, choices, scorer=scorer, processor=str.casefold, limit=12, score_cutoff=least
    )
    return [key for key, _, _ in close]


def _words(name: str) -> list[str]:
    """Folded words; letters with points are one word (``D.P.R.`` -> ``dpr``), and the genitive's s is none."""
    plain = re.sub(r"[’'`´]s\b", "", name)
    plain = re.sub(r"\bо-ва\b", "острова", plain, flags=re.I)
    plain = re.sub(r"\bо-в\b", "остров", plain, flags=re.I)
    plain = re.sub(
        r"\b((?:\w\.\s?){2,}|(?:[^\W\d_]\s){2,})",
        lambda m: re.sub(r"[.\s]", "", m[1]) + " ",
        plain,
    )
    return fold(plain).replace("ة", "ه").replace("ى", "ي").split()
