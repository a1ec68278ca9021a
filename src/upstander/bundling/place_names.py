"""The rows of ``place_name``: names in the six UN languages, and every spelling the publishers use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from upstander.bundling import shapes
from upstander.bundling.facts import Facts, rows
from upstander.bundling.place_rows import Code, name
from upstander.core.errors import ConfigError
from upstander.core.name_folding import fold
from upstander.core.places import LANGUAGES

# Natural Earth's own names for what it draws apart; the outlines are joined, the names are not.
APART = {"CYN": "CYN", "SOL": "SML"}
UNREAD_SCRIPTS = ("Latn", "Shaw", "Dsrt")  # of CLDR's locales; nobody writes to us in them
COVARIATES = (
    ("wdi_1960_2024.csv", "iso3c", "country"),
    ("population_un_1950_2100.csv", "Code", "Entity"),
)
NAME_FIELDS = ("NAME", "NAME_LONG", "ADMIN", "FORMAL_EN", "NAME_SORT", "BRK_NAME")


Spelling = tuple[str, str]  # place, and how a file writes its name


class Name(NamedTuple):
    """``name`` of ``place`` in ``language`` (or ``alias``: a spelling that a file uses)."""

    place: str
    language: str
    name: str


def names(facts: Facts, codes: list[Code]) -> list[Name]:
    """Every name once, sorted; an alias that folds to a name already there is left out.

    Raises:
        ValueError: a name would mean two places.
    """
    dated = {c.value for c in codes if c.scheme == "name"}
    bearers: dict[str, str] = {}
    entries: list[Name] = []
    for entry in _stated(facts, codes):
        key = fold(entry.name)
        is_new = key not in bearers and key not in dated
        if bearers.setdefault(key, entry.place) != entry.place and key not in dated:
            raise ValueError(f"{entry} is also a name of {bearers[key]}")
        if is_new or entry.language != "alias":
            entries.append(entry)
    taken = bearers.keys() | dated
    everyday = {fold(e.name): e for e in _everyday(facts) if fold(e.name) not in taken}
    return sorted([*entries, *everyday.values()])


def _stated(facts: Facts, codes: list[Code]) -> list[Name]:
    """Names that we or a publisher's file give, those that count most first."""
    return [
        *_official(facts),
        *_curated(facts),
        *_spelled(facts, codes),
        *_listed(facts, "everyday"),
    ]


def _official(facts: Facts) -> list[Name]:
    """Names in the six languages: the UN's for members, ours for the others; English for areas."""
    entries = []
    for code in sorted(set(facts.listed) | set(facts.ours["place"])):
        texts = _un_names(facts, code) if code in facts.members else _own_names(facts, code)
        entries += [Name(code, language, text) for language, text in texts.items()]
    return entries


def _un_names(facts: Facts, code: str) -> dict[str, str]:
    """Names of a member by language."""
    return {language: facts.listed[code][f"un.name.{language}"] for language in LANGUAGES}


def _own_names(facts: Facts, code: str) -> dict[str, str]:
    """Names in ``places.toml`` by language."""
    own = facts.ours["place"].get(code, {})
    names: dict[str, str] = own.get("names", {})
    return {"en": own["name"]} | names


def _everyday(facts: Facts) -> list[Name]:
    """What a country is called where people live: CLDR's names in the six languages and their regional forms.

    A name that two places would bear (``Saint-Martin``) is left out. CLDR comes with Babel, under the Unicode licence.
    """
    by_iso2 = {row["iso2c"]: code for code, row in facts.listed.items() if row["iso2c"]}
    entries = set(_cldr(by_iso2))
    bearers: dict[str, set[str]] = {}
    for entry in entries:
        bearers.setdefault(fold(entry.name), set()).add(entry.place)
    return [entry for entry in sorted(entries) if len(bearers[fold(entry.name)]) == 1]


def _cldr(places: dict[str, str]) -> Iterator[Name]:
    try:
        from babel import Locale, localedata
    except ModuleNotFoundError:
        raise ConfigError(
            "building the bundle needs babel, for the names of places; run: pip install babel"
        ) from None
    for identifier in sorted(localedata.locale_identifiers()):
        if _is_read(identifier):
            texts = Locale.parse(identifier).territories
            for iso2, place in places.items():
                if iso2 in texts:
                    yield Name(place, "alias", texts[iso2])


def _is_read(locale: str) -> bool:
    """Whether a locale of CLDR is of one of our languages, in a script that its people read."""
    language, *rest = locale.split("_")
    return language in LANGUAGES and not set(rest) & set(UNREAD_SCRIPTS)


def _curated(facts: Facts) -> list[Name]:
    short = [Name(code, "alias", name(facts, code)) for code in sorted(facts.members)]
    return short + _listed(facts, "alias")


def _listed(facts: Facts, table: str) -> list[Name]:
    return [
        Name(code, "alias", text)
        for code, texts in facts.ours[table].items()
        for text in texts
    ]


def _spelled(facts: Facts, codes: list[Code]) -> list[Name]:
    """Spellings of the files that give a code beside each name."""
    by_code = {(c.scheme, c.value): c.place for c in codes}
    spellings: set[Spelling] = set()
    spellings.update((code, row["country.name.en"]) for code, row in facts.listed.items())
    spellings.update((code, row["Country or Area"]) for code, row in facts.m49.items())
    spellings.update((by_code["ucdp", str(n)], text) for n, text in facts.ucdp.items())
    spellings.update(_natural_earth(facts))
    spellings.update(_covariates(facts, by_code))
    spellings.update(_unhcr(facts, by_code))
    return [Name(place, "alias", text) for place, text in sorted(spellings)]


def _natural_earth(facts: Facts) -> Iterator[Spelling]:
    ours = facts.listed.keys() | facts.ours["place"].keys()
    for scale in ("110m", "50m"):
        for feature in shapes.features(facts.shared, scale):
            properties = feature["properties"]
            code = _place_of(properties["ADM0_A3"])
            if code in ours:
                texts = (properties[field] for field in NAME_FIELDS)
                yield from ((code, text) for text in texts if text)


def _place_of(code: str) -> str:
    """Our code for Natural Earth's."""
    return APART.get(code) or shapes.CODES.get(code, code)


def _covariates(facts: Facts, by_code: dict[tuple[str, str], str]) -> Iterator[Spelling]:
    for file, code_column, name_column in COVARIATES:
        for row in rows(facts.shared / "covariates" / file):
            if place := by_code.get(("iso3", row[code_column])):
                yield place, row[name_column]


def _unhcr(facts: Facts, by_code: dict[tuple[str, str], str]) -> Iterator[Spelling]:
    for file in ("population", "flows", "idmc", "unrwa"):
        path = facts.shared / "covariates" / f"unhcr_{file}.parquet"
        table = pq.read_table(path, columns=["coo", "coo_name", "coa", "coa_name"])
        for code, text in (*_pairs(table, "coo"), *_pairs(table, "coa")):
            place = by_code.get(("unhcr", code))
            if place and text:
                yield place, text


def _pairs(table: pa.Table, side: str) -> Iterator[tuple[str, str]]:
    """Each code of a column once with each name beside it."""
    named = table.group_by([side, f"{side}_name"]).aggregate([])
    return zip(*(c.to_pylist() for c in named.columns), strict=True)
