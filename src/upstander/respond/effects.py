"""Reviewed evidence on tools of prevention: an office's own copy of the tables of Tools for Atrocity Prevention (USHMM).

The tables have no licence, so nothing of them is shipped; who has a copy brings it in, and it stays in the home folder. Their
columns changed between the releases of 2022 and 2024 and will change again: each column is found by what it holds (a direction
of effect, a strength, a code of a tool), its name only helping where values do not tell; a column nobody knows is named.
Counts are of findings, not of studies: one study may give several.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from upstander.core.errors import ConfigError, FileRefused
from upstander.core.files import write_aside
from upstander.core.messages import say
from upstander.core.uploads import read

SOURCE = "USHMM, Simon-Skjodt Center: Tools for Atrocity Prevention"
FOLDER = "reviewed_evidence"
NOTHING = ("", "NA", "None available")
DIRECTIONS = ("decrease", "increase", "mixed")
STRENGTHS = ("stronger", "moderate", "weaker")
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", re.ASCII)
NO_LETTERS = re.compile(r"[^a-z]")
Cells = Mapping[str, str]


@dataclass(frozen=True)
class Condition:
    """Something that goes with a tool working better or worse: how strong the reviewers find it, findings each way."""

    name: str
    kind: str
    strength: str
    greater: int
    lesser: int
    mixed: int


@dataclass(frozen=True)
class Effect:
    """What was found on one tool.

    Attributes:
        directions: findings on its average effect by direction (decrease or increase of atrocities, mixed or none); empty
            where the release holds no such findings.
    """

    tool: str
    directions: Mapping[str, int]
    conditions: tuple[Condition, ...]

    @property
    def count(self) -> int:
        """All findings on its average effect."""
        return sum(self.directions.values())

    def of_strength(self, strength: str) -> list[Condition]:
        """Its conditions of one strength, most findings first."""
        own = (c for c in self.conditions if c.strength == strength)
        return sorted(own, key=lambda c: (-(c.greater + c.lesser), c.name))


@dataclass(frozen=True)
class Release:
    """The tables of one release as they were brought in.

    Attributes:
        name: as the office calls it. rows: by file. unknown: columns nobody knows, by file.
    """

    name: str
    effects: Mapping[str, Effect]
    rows: Mapping[str, int]
    unknown: Mapping[str, tuple[str, ...]]


# Columns, found by what they hold


def _holds(*words: str) -> Callable[[set[str]], bool]:
    """Whether every value of a column begins with one of the words."""

    def fits(values: set[str]) -> bool:
        return bool(values) and all(v.lower().startswith(words) for v in values)

    return fits


def _are_codes(values: set[str]) -> bool:
    return bool(values) and all(v.endswith("_tool") for v in values)


def _are_counts(values: set[str]) -> bool:
    return bool(values) and all(v.isdigit() for v in values)


def _are_texts(values: set[str]) -> bool:
    return bool(values) and not _are_counts(values) and not _are_codes(values)


@dataclass(frozen=True)
class Meaning:
    """What a column may stand for.

    Attributes:
        named: what it is called, in small letters with single blanks, the likeliest first.
        by_name: values alone do not tell, so no other name will do.
    """

    named: tuple[str, ...]
    fits: Callable[[set[str]], bool]
    by_name: bool = False


STRENGTH = _holds(*STRENGTHS, "relatively")
OF_FACTORS: Mapping[str, Meaning] = {
    "code": Meaning(("dedoose name tool", "tool"), _are_codes),
    "tool": Meaning(("tool name", "tool", "instrument"), _are_texts, True),
    "condition": Meaning(("name final", "condition final", "name"), _are_texts, True),
    "kind": Meaning(("contextual or design factor",), _holds("contextual", "design")),
    "strength": Meaning(("research qualitative",), STRENGTH),
    "greater": Meaning(("greater findings",), _are_counts, True),
    "lesser": Meaning(("lesser findings",), _are_counts, True),
    "mixed": Meaning(("no mixed findings", "no or mixed findings"), _are_counts, True),
}
OF_STUDIES: Mapping[str, Meaning] = {
    "code": Meaning(("tool",), _are_codes),
    "direction": Meaning(("overall",), _holds("decrease", "increase", "no or mixed")),
    "effect": Meaning(("factor effect",), _holds("the factor")),
}
# What the two known releases hold beside, which is not read here.
PASSED_OVER = re.compile(
    r"column \d{1,3}|(ma|cro)_focus_\w{1,60}|(temp_)?vote_\w{1,40}|count\w{0,40}|\w{1,20}_(findings|practitioner|practitioners)"
    r"|(research|practitioner)_qualitative\w{0,20}|index\.number|year|cd|publication|empirical|qual|quant|method|outcomes?"
    r"|gender|full_citation|effects_type|dedoose\.name_\w{1,10}|(short\.)?description\w{0,10}|theory\.of\.change|name|tool"
    r"|structural\.or\.operational|evidence\.review|dissuade|degrade|protect|transition|military|diplomatic|informational"
    r"|economic|legal|inverse\.factor(\.description)?|family|domestic_context|conflict_dynamics|target_characteristics"
    r"|implementer_\w{1,20}|international_dynamics|tool_specific|inversion_with_neg_strength|description\.final|overall"
    r"|name\.final|contextual\.or\.design\.factor|factor_effect|tool_name"
)


def columns(rows: Sequence[Cells], meanings: Mapping[str, Meaning]) -> dict[str, str]:
    """By meaning, the column that stands for it, where there is one."""
    values = {name: _values(rows, name) for name in (rows[0] if rows else ())}
    found = ((m, _column(values, meaning)) for m, meaning in meanings.items())
    return {meaning: name for meaning, name in found if name}


def _values(rows: Sequence[Cells], name: str) -> set[str]:
    return {v for row in rows if (v := row[name].strip()) not in NOTHING}


def _column(values: Mapping[str, set[str]], meaning: Meaning) -> str:
    """The column whose values fit, one that is called so before others; '' for none."""
    fitting = {_plain(name): name for name, held in values.items() if meaning.fits(held)}
    named = [fitting[plain] for plain in meaning.named if plain in fitting]
    others = () if meaning.by_name else fitting.values()
    return next(iter([*named, *others]), "")


def _plain(name: str) -> str:
    """A column's name in small letters, whatever divides its words."""
    return " ".join(NO_LETTERS.sub(" ", name.lower()).split())


def unknown(rows: Sequence[Cells], used: Iterable[str]) -> tuple[str, ...]:
    """Columns that are neither read here nor known to be left aside."""
    left = [name for name in (rows[0] if rows else ()) if name not in set(used)]
    return tuple(name for name in left if not PASSED_OVER.fullmatch(name.strip().lower()))


# From the tables to effects


def release_name(text: str) -> str:
    """What a release may be called: it names a file. Raises ConfigError."""
    if not NAME.fullmatch(text):
        raise ConfigError(say("respond.release_is_named", text=text[:40]))
    return text


def release(name: str, files: Sequence[Path]) -> Release:
    """One release from its tables, of factors and of studies.

    Raises:
        FileRefused: none holds either; what is looked for is said.
    """
    tables = {file.name: _rows(file) for file in files}
    factors = {n: c for n, rows in tables.items() if (c := _of_factors(rows))}
    studies = {
        n: c for n, rows in tables.items() if n not in factors and (c := _of_studies(rows))
    }
    if not factors:
        raise FileRefused(say("respond.no_table_of_factors", files=", ".join(tables)))
    return Release(
        name=name,
        effects=_effects(tables, factors, studies),
        rows={n: len(tables[n]) for n in (*factors, *studies)},
        unknown={
            n: left
            for n, used in {**factors, **studies}.items()
            if (left := unknown(tables[n], used.values()))
        },
    )


def _rows(file: Path) -> list[Cells]:
    return [line.cells for line in read(file).lines if line.cells]


def _of_factors(rows: Sequence[Cells]) -> dict[str, str]:
    """The columns of a table of factors, {} where it is none."""
    found = columns(rows, OF_FACTORS)
    return found if {"tool", "condition", "strength"} <= found.keys() else {}


def _of_studies(rows: Sequence[Cells]) -> dict[str, str]:
    found = columns(rows, OF_STUDIES)
    return found if "code" in found and {"direction", "effect"} & found.keys() else {}


def _effects(
    tables: Mapping[str, Sequence[Cells]],
    factors: Mapping[str, Mapping[str, str]],
    studies: Mapping[str, Mapping[str, str]],
) -> dict[str, Effect]:
    """By tool, from every table."""
    names: dict[str, str] = {}
    conditions: dict[str, list[Condition]] = {}
    for table, used in factors.items():
        for row in tables[table]:
            tool = row[used["tool"]].strip()
            if tool in NOTHING:
                continue
            names[row[used["code"]]] = tool
            conditions.setdefault(tool, []).extend(_condition(row, used))
    counted = _directions(tables, studies, names)
    return {
        tool: Effect(tool, counted.get(tool, {}), tuple(own))
        for tool, own in sorted(conditions.items())
    }


def _condition(row: Cells, used: Mapping[str, str]) -> Iterator[Condition]:
    name = row[used["condition"]].strip()
    strength = _strength(row[used["strength"]])
    if name in NOTHING or not strength:
        return
    yield Condition(
        name=name,
        kind=row[used["kind"]].strip().lower() if "kind" in used else "",
        strength=strength,
        greater=_count(row, used, "greater"),
        lesser=_count(row, used, "lesser"),
        mixed=_count(row, used, "mixed"),
    )


def _strength(text: str) -> str:
    """Stronger, Moderate, Weaker; also as a later release says it: Relatively strong."""
    said = text.strip().lower().removeprefix("relatively ")
    return next((s for s in STRENGTHS if said and s.startswith(said)), "")


def _count(row: Cells, used: Mapping[str, str], meaning: str) -> int:
    value = row[used[meaning]].strip() if meaning in used else ""
    return int(value) if value.isdigit() else 0


def _directions(
    tables: Mapping[str, Sequence[Cells]],
    studies: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
) -> dict[str, dict[str, int]]:
    """By tool, findings on its average effect by direction."""
    counted: dict[str, Counter[str]] = {}
    for table, used in studies.items():
        for row in tables[table] if "direction" in used else ():
            direction, tool = (
                _direction(row[used["direction"]]),
                names.get(row[used["code"]]),
            )
            if direction and tool:
                counted.setdefault(tool, Counter())[direction] += 1
    return {t: {d: tally[d] for d in DIRECTIONS} for t, tally in counted.items()}


def _direction(text: str) -> str:
    said = text.strip().lower()
    if said.startswith("no or mixed"):
        return "mixed"
    return next((d for d in DIRECTIONS if said.startswith(d)), "")


# Kept in the home folder


def keep(home: Path, given: Release) -> Path:
    """Keep a release; one of the same name is replaced."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{given.name}.json"
    write_aside(file, json.dumps(asdict(given), ensure_ascii=False).encode())
    return file


def newest(home: Path) -> Release | None:
    """The release whose name sorts last, None where none was brought in."""
    files = sorted((home / FOLDER).glob("*.json"))
    return _kept(json.loads(files[-1].read_text("utf-8"))) if files else None


def _kept(content: Mapping[str, Any]) -> Release:
    return Release(
        name=content["name"],
        effects={tool: _kept_effect(held) for tool, held in content["effects"].items()},
        rows=content["rows"],
        unknown={file: tuple(names) for file, names in content["unknown"].items()},
    )


def _kept_effect(held: Mapping[str, Any]) -> Effect:
    conditions = tuple(Condition(**c) for c in held["conditions"])
    return Effect(held["tool"], held["directions"], conditions)
