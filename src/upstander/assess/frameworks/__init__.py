"""The frameworks an assessment is read through: ONE FILE PER FRAMEWORK (TOML), read and checked here.

An indicator is rated once, under one code, and seen through every framework. An indicator without ``from`` is rated
itself; one with ``from`` is a question answered by the ratings of the codes it names, whichever file they are in.
A file's name is the framework's name. An office adds a framework, or replaces one of ours, by a file of the same
format in ``frameworks/`` of its home folder; every rating keeps the edition it was made against. The format is
written out in docs/frameworks.md.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from upstander.assess.four_crimes import Crime
from upstander.assess.framework_faults import faults_of
from upstander.core.errors import ConfigError
from upstander.core.messages import texts

MOST_BYTES = 1_000_000  # of a file
# How far a label can be trusted, and what is said beside a single one. Ours is never shown as the official wording;
# a whole list says it once, see Framework.whose_words.
VERIFICATION = {
    "read": "",
    "own": "",
    "recalled": "In our words, not those of the official list.",
    "recalled_code_uncertain": "In our words, not those of the official list, where its number may differ.",
}
# Keys that hold lists of texts, and keys that hold true or false; the rest hold a text.
LISTS = {"from", "also", "proxies", "crimes", "compounded_by"}
FLAGS = {"scored", "nexus"}
MOST_FAULTS = 10  # of a file that are named at once


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One question. ``sees`` are the rated codes that answer it, () when it is rated itself.

    Attributes:
        also: rated codes that answer it too, and count for a factor under another question.
        ask: the question in plain words, for guided mode.
        nature: structural, dynamic, trigger ... as the framework has it; '' where it says nothing.
        proxies: public series that bear on it, tagged ``publisher:series(+)``; see assess/proxies.py.
        scored: False where no level may be formed (intent).
    """

    code: str
    label: str
    ask: str = ""
    sees: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    nature: str = ""
    verification: str = "own"
    proxies: tuple[str, ...] = ()
    scored: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """The rated codes that answer it and count for its factor."""
        return self.sees or (self.code,)

    @property
    def shown(self) -> tuple[str, ...]:
        """Every rated code that answers it."""
        return (*self.codes, *self.also)

    @property
    def warning(self) -> str:
        """What is said of the label's trust; '' where it was read."""
        return VERIFICATION[self.verification]


@dataclass(frozen=True, kw_only=True)
class RiskFactor:
    """A group of questions: a factor, a category, a heading.

    Attributes:
        overlap: whether the factor is one of armed conflict too, or of atrocity crimes in particular (R01).
        role: ``trigger`` factors modify a level and never make one.
        rule: the aggregation rule this factor keeps whatever the office chose; '' for the office's.
        crimes: those that the codes rated in it are specific to; () when they are common to all.
        nexus: True where it bears only on an armed conflict or an occupation.
        compounded_by: two question codes; when both stand high, the factor rises one band.
        scored: False where no level may be formed (intent).
    """

    code: str
    title: str
    overlap: str
    indicators: tuple[Indicator, ...]
    role: str = "structural"
    rule: str = ""
    crimes: tuple[Crime, ...] = ()
    nexus: bool = False
    compounded_by: tuple[str, ...] = ()
    scored: bool = True
    source: str = ""
    note: str = ""

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every rated code under it, once, in order."""
        return tuple(dict.fromkeys(c for i in self.indicators for c in i.codes))

    @cached_property
    def scored_codes(self) -> tuple[str, ...]:
        """The rated codes that a level may be formed from."""
        if not self.scored:
            return ()
        return tuple(dict.fromkeys(c for i in self.indicators if i.scored for c in i.codes))


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A lens. ``edition`` names the exact file: name, its own version, and the first signs of its hash."""

    name: str
    title: str
    short: str
    version: str
    source: str
    made: str
    edition: str
    factors: tuple[RiskFactor, ...]

    def factor(self, code: str) -> RiskFactor:
        """The factor of this code. Raises KeyError."""
        return {f.code: f for f in self.factors}[code]

    @property
    def indicators(self) -> Iterator[Indicator]:
        """Every question, in order."""
        return (i for f in self.factors for i in f.indicators)

    @cached_property
    def whose_words(self) -> str:
        """What of it was checked against the official list and what is in our words; '' where the whole list is ours."""
        verifications = [indicator.verification for indicator in self.indicators]
        if set(verifications) <= {"own"}:
            return ""
        if set(verifications) == {"read"}:
            return "Its titles and questions were checked against the official list."
        ours = sum(each not in ("read", "own") for each in verifications)
        return (
            f"Its titles, and the questions of factors {self._checked_factors()}, were checked against the official list; the other {ours} "
            "questions are in our words, and some of their numbers may differ."
        )

    def _checked_factors(self) -> str:
        """Codes of the factors whose questions were all read, and of those of which some were."""
        whole, partly = [], []
        for factor in self.factors:
            read = [indicator.verification == "read" for indicator in factor.indicators]
            if all(read):
                whole.append(factor.code)
            elif any(read):
                partly.append(factor.code)
        codes = ", ".join(whole)
        return f"{codes}, and part of {', '.join(partly)}" if partly else codes


Rated = tuple[Framework, RiskFactor, Indicator]
Place = tuple[str, str, str]  # framework, factor and question


@dataclass(frozen=True)
class Frameworks:
    """All lenses by name, checked against each other."""

    lenses: Mapping[str, Framework]
    # by rated code: the framework, factor and indicator it is rated in
    rated: Mapping[str, Rated] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rated: dict[str, Rated] = {}
        for framework, factor, indicator in self._questions():
            if indicator.sees:
                continue
            code = indicator.code
            if code in rated:
                other = rated[code][0].name
                fault = f"{code} is already rated in {other}.toml"
                raise ConfigError(f"{framework.name}.toml: {fault}")
            rated[code] = (framework, factor, indicator)
        for framework in self.lenses.values():
            _check_sources(framework, rated.keys())
        object.__setattr__(self, "rated", rated)

    def _questions(self) -> Iterator[Rated]:
        """Every question of every lens, in order."""
        for framework in self.lenses.values():
            for factor in framework.factors:
                for indicator in factor.indicators:
                    yield framework, factor, indicator

    def __getitem__(self, name: str) -> Framework:
        if name not in self.lenses:
            raise ConfigError(f"no framework named {name!r}; have {', '.join(self.lenses)}")
        return self.lenses[name]

    def seen(self, code: str) -> tuple[Place, ...]:
        """Where a rated code is seen: (framework, factor, question) in every lens. () for an unknown code."""
        return self._places.get(code, ())

    def wording(self, code: str) -> str:
        """What a rating is made against: framework, its version, and the first signs of the hash of the label."""
        framework, _, indicator = self.rated[code]
        return _edition(framework.name, framework.version, indicator.label.encode())

    @cached_property
    def unscored(self) -> frozenset[str]:
        """Rated codes that no level may be formed of, through whatever lens they are seen: signs of intent."""
        return frozenset(
            code
            for code, (_, factor, indicator) in self.rated.items()
            if not (factor.scored and indicator.scored)
        )

    @cached_property
    def conflict_only(self) -> frozenset[str]:
        """Rated codes that bear only on an armed conflict or an occupation."""
        return frozenset(c for c, (_, factor, _) in self.rated.items() if factor.nexus)

    def unseen(self, name: str) -> tuple[str, ...]:
        """Rated codes that a lens does not look at; a page names them, so that no rating is out of sight."""
        looked = {c for i in self[name].indicators for c in i.shown}
        return tuple(c for c in self.rated if c not in looked)

    @cached_property
    def _places(self) -> Mapping[str, tuple[Place, ...]]:
        places: dict[str, list[Place]] = {}
        for framework, factor, indicator in self._questions():
            place = (framework.name, factor.code, indicator.code)
            for code in indicator.shown:
                places.setdefault(code, []).append(place)
        return {code: tuple(each) for code, each in places.items()}


def _check_sources(framework: Framework, rated: Set[str]) -> None:
    """Whether some framework rates every code that the questions name. Raises ConfigError."""
    asked = {code for indicator in framework.indicators for code in indicator.shown}
    if lost := sorted(asked - rated):
        fault = f"no framework has {', '.join(lost)}; mend its 'from' lists"
        raise ConfigError(f"{framework.name}.toml: {fault}")


def _edition(name: str, version: str, content: bytes) -> str:
    """Name, version and the first signs of the hash of what is meant."""
    return f"{name}@{version}-{hashlib.sha256(content).hexdigest()[:8]}"


@cache
def shipped() -> Frameworks:
    """The frameworks that come with Upstander."""
    return load(None)


def load(folder: Path | None) -> Frameworks:
    """Our frameworks, with an office's own files laid over them: a same name replaces, a new name adds.

    Args:
        folder: ``frameworks/`` of the home folder; None, or one that does not exist, for ours alone.

    Raises:
        ConfigError: a file is no framework, or the files do not fit together; the message says which and what to do.
    """
    texts = _ours()
    if folder is not None and folder.is_dir():
        own = (file for file in sorted(folder.glob("*.toml")) if file.is_file())
        texts |= {file.stem: _bounded(file) for file in own}
    return Frameworks({name: read(name, text) for name, text in texts.items()})


def _ours() -> dict[str, bytes]:
    """The files that come with Upstander, by name."""
    here = sorted(files(__package__).iterdir(), key=lambda file: file.name)
    ours = (file for file in here if file.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): file.read_bytes() for file in ours}


def _bounded(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise ConfigError(f"{file}: a framework file has at most {MOST_BYTES:,} bytes")
    return file.read_bytes()


def read(name: str, text: bytes) -> Framework:
    """One framework from the bytes of its file.

    Raises:
        ConfigError: naming the file, the place in it and what is wrong.
    """
    try:
        framework = _framework(name, text)
    # Keys, types, TOML, UTF-8, nesting.
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ConfigError(f"{name}.toml: {error}") from None
    if faults := faults_of(framework, tuple(VERIFICATION)):
        raise ConfigError(f"{name}.toml: " + "; ".join(faults[:MOST_FAULTS]))
    return framework


def _framework(name: str, text: bytes) -> Framework:
    values = texts(tomllib.loads(text.decode("utf-8")))
    factors = tuple(_factor(table) for table in _tables(values, "factor"))
    _check_types(values)
    edition = _edition(name, values["version"], text)
    return Framework(name=name, edition=edition, factors=factors, **values)


def _tables(values: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The tables under a key, taken out. Raises KeyError, and TypeError where they are something else."""
    tables = values.pop(key)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise TypeError(f"{key} holds tables, written [[{key}]] or [[factor.{key}]]")
    return tables


def _check_types(values: dict[str, Any]) -> None:
    for key, value in values.items():
        if key in LISTS and not _is_list_of_texts(value):
            raise TypeError(f"{key} holds a list of texts")
        if key in FLAGS and not isinstance(value, bool):
            raise TypeError(f"{key} holds true or false")
        if key not in LISTS | FLAGS and not isinstance(value, str):
            raise TypeError(f"{key} holds a text")


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _factor(values: dict[str, Any]) -> RiskFactor:
    indicators = tuple(_indicator(table) for table in _tables(values, "indicator"))
    _check_types(values)
    return RiskFactor(
        indicators=indicators,
        crimes=tuple(Crime(crime) for crime in values.pop("crimes", ())),
        compounded_by=tuple(values.pop("compounded_by", ())),
        **values,
    )


def _indicator(values: dict[str, Any]) -> Indicator:
    _check_types(values)
    return Indicator(
        sees=tuple(values.pop("from", ())),
        also=tuple(values.pop("also", ())),
        proxies=tuple(values.pop("proxies", ())),
        **values,
    )
