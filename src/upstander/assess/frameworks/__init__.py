"""The frameworks an assessment is read through: ONE FILE PER FRAMEWORK (TOML), read and checked here.

An indicator is rated once, under one code, and seen through every framework. An indicator without ``from`` is rated
itself; one with ``from`` is a question answered by the ratings of the codes it names, whichever file they are in.
A file's name is the framework's name. An office adds a framework, or replaces one of ours, by a file of the same
format in ``frameworks/`` of its home folder; every rating keeps the edition it was made against. The format is
written out in docs/reference/frameworks.md.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from upstander.assess.four_crimes import Crime
from upstander.assess.rules import DEFAULT, RULES
from upstander.core.errors import ConfigError

# How far a label can be trusted, and what is said beside a single one. Ours is never shown as the official wording;
# a whole list says it once, see Framework.whose_words.
VERIFICATION = {
    "read": "",
    "own": "",
    "recalled": "In our words, not those of the official list.",
    "recalled_code_uncertain": "In our words, not those of the official list, where its number may differ.",
}
ROLES = ("structural", "trigger")
OVERLAPS = ("shared_with_conflict", "atrocity_specific")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,19}")
LISTS = {
    "from",
    "also",
    "proxies",
    "crimes",
    "compounded_by",
}  # keys that hold texts; FLAGS hold true or false; the rest a text
FLAGS = {"scored", "nexus"}
MOST_BYTES, MOST_INDICATORS, MOST_WORDS = 1_000_000, 1_000, 600


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
        told = [i.verification for i in self.indicators]
        if set(told) <= {"own"}:
            return ""
        if set(told) == {"read"}:
            return "Its titles and questions were checked against the official list."
        checked = [
            f.code
            for f in self.factors
            if all(i.verification == "read" for i in f.indicators)
        ]
        partly = [
            f.code
            for f in self.factors
            if f.code not in checked and any(i.verification == "read" for i in f.indicators)
        ]
        which = ", ".join(checked) + (
            f", and part of {', '.join(partly)}" if partly else ""
        )
        ours = sum(v not in ("read", "own") for v in told)
        return (
            f"Its titles, and the questions of factors {which}, were checked against the official list; the other {ours} "
            "questions are in our words, and some of their numbers may differ."
        )


@dataclass(frozen=True)
class Frameworks:
    """All lenses by name, checked against each other."""

    lenses: Mapping[str, Framework]
    # by rated code: the framework, factor and indicator it is rated in
    rated: Mapping[str, tuple[Framework, RiskFactor, Indicator]] = field(
        init=False, repr=False
    )

    def __post_init__(self) -> None:
        rated: dict[str, tuple[Framework, RiskFactor, Indicator]] = {}
        for framework in self.lenses.values():
            for factor in framework.factors:
                for indicator in (i for i in factor.indicators if not i.sees):
                    if indicator.code in rated:
                        other = rated[indicator.code][0].name
                        raise ConfigError(
                            f"{framework.name}.toml: {indicator.code} is already rated in {other}.toml"
                        )
                    rated[indicator.code] = (framework, factor, indicator)
        for framework in self.lenses.values():
            if lost := sorted(
                {c for i in framework.indicators for c in i.shown} - rated.keys()
            ):
                raise ConfigError(
                    f"{framework.name}.toml: no framework has {', '.join(lost)}; mend its 'from' lists"
                )
        object.__setattr__(self, "rated", rated)

    def __getitem__(self, name: str) -> Framework:
        if name not in self.lenses:
            raise ConfigError(f"no framework named {name!r}; have {', '.join(self.lenses)}")
        return self.lenses[name]

    def seen(self, code: str) -> tuple[tuple[str, str, str], ...]:
        """Where a rated code is seen: (framework, factor, question) in every lens. () for an unknown code."""
        return self._places.get(code, ())

    def wording(self, code: str) -> str:
        """What a rating is made against: framework, its version, and the first signs of the hash of the label."""
        framework, _, indicator = self.rated[code]
        return f"{framework.name}@{framework.version}-{hashlib.sha256(indicator.label.encode()).hexdigest()[:8]}"

    @cached_property
    def unscored(self) -> frozenset[str]:
        """Rated codes that no level may be formed of, through whatever lens they are seen: signs of intent."""
        return frozenset(
            c
            for c, (_, factor, i) in self.rated.items()
            if not (factor.scored and i.scored)
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
    def _places(self) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
        found: dict[str, list[tuple[str, str, str]]] = {}
        for framework in self.lenses.values():
            for factor in framework.factors:
                for indicator in factor.indicators:
                    for code in indicator.shown:
                        found.setdefault(code, []).append(
                            (framework.name, factor.code, indicator.code)
                        )
        return {code: tuple(places) for code, places in found.items()}


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
    texts = {
        f.name.removesuffix(".toml"): f.read_bytes()
        for f in sorted(files(__package__).iterdir(), key=lambda f: f.name)
        if f.name.endswith(".toml")
    }
    if folder is not None and folder.is_dir():
        texts |= {f.stem: _bounded(f) for f in sorted(folder.glob("*.toml")) if f.is_file()}
    return Frameworks({name: read(name, text) for name, text in texts.items()})


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
        values = tomllib.loads(text.decode("utf-8"))
        factors = tuple(_factor(f) for f in _tables(values, "factor"))
        _check_types(values)
        edition = f"{name}@{values['version']}-{hashlib.sha256(text).hexdigest()[:8]}"
        made = Framework(name=name, edition=edition, factors=factors, **values)
    except (
        KeyError,
        TypeError,
        ValueError,
        RecursionError,
    ) as error:  # keys, types, TOML, UTF-8, nesting
        raise ConfigError(f"{name}.toml: {error}") from None
    if faults := _faults(made):
        raise ConfigError(f"{name}.toml: " + "; ".join(faults[:10]))
    return made


def _tables(values: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The tables under a key, taken out. Raises KeyError, and TypeError where they are something else."""
    found = values.pop(key)
    if not isinstance(found, list) or not all(isinstance(t, dict) for t in found):
        raise TypeError(f"{key} holds tables, written [[{key}]] or [[factor.{key}]]")
    return found


def _check_types(values: dict[str, Any]) -> None:
    for key, value in values.items():
        if key in LISTS:
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise TypeError(f"{key} holds a list of texts")
        elif not isinstance(value, bool if key in FLAGS else str):
            raise TypeError(f"{key} holds {'true or false' if key in FLAGS else 'a text'}")


def _factor(values: dict[str, Any]) -> RiskFactor:
    indicators = []
    for i in _tables(values, "indicator"):
        _check_types(i)
        indicators.append(
            Indicator(
                sees=tuple(i.pop("from", ())),
                also=tuple(i.pop("also", ())),
                proxies=tuple(i.pop("proxies", ())),
                **i,
            )
        )
    _check_types(values)
    return RiskFactor(
        indicators=tuple(indicators),
        crimes=tuple(Crime(c) for c in values.pop("crimes", ())),
        compounded_by=tuple(values.pop("compounded_by", ())),
        **values,
    )


def _faults(f: Framework) -> list[str]:
    """What a careful reader of the file would object to, in words."""
    indicators = list(f.indicators)
    own = [i.code for i in indicators]
    faults = (
        []
        if NAME.fullmatch(f.name)
        else ["a framework's file is named in a-z, 0-9 and _, at most 40 of them"]
    )
    faults += [
        f"two factors have the code {c}" for c in _twice([x.code for x in f.factors])
    ]
    faults += [f"two questions have the code {c}" for c in _twice(own)]
    if not 1 <= len(own) <= MOST_INDICATORS:
        faults.append(f"{len(own)} questions; a framework has 1 to {MOST_INDICATORS:,}")
    for x in f.factors:
        named = (
            ("role", x.role, ROLES),
            ("overlap", x.overlap, OVERLAPS),
            ("rule", x.rule or DEFAULT, RULES),
        )
        faults += [
            f"factor {x.code}: {key} is {v!r}, not {' or '.join(k)}"
            for key, v, k in named
            if v not in k
        ]
        if x.compounded_by and (
            len(x.compounded_by) != 2
            or not {*x.compounded_by} <= {i.code for i in x.indicators}
        ):
            faults.append(f"factor {x.code}: compounded_by names two of its own questions")
    for i in indicators:
        faults += [
            f"{c!r} is no code (letters, digits, dots; at most 20)"
            for c in i.codes
            if not CODE.fullmatch(c)
        ]
        if i.verification not in VERIFICATION:
            faults.append(
                f"{i.code}: verification is {i.verification!r}, not {' or '.join(VERIFICATION)}"
            )
        if not i.label or max(len(i.label), len(i.ask)) > MOST_WORDS:
            faults.append(f"{i.code}: label and ask have 1 to {MOST_WORDS} characters")
    return faults


def _twice(codes: list[str]) -> list[str]:
    return sorted({c for c in codes if codes.count(c) > 1})
