"""The rows of ``place_name``: names in the six UN languages, and every spelling the publishers use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

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
    out: list[Name] = []
    spelled = [*_spelled(facts, codes), *_listed(facts, "everyday")]
    for entry in [*_official(facts), *_curated(facts), *spelled]:
        key = fold(entry.name)
        is_new = key not in bearers and key not in dated
        if bearers.setdefault(key, entry.place) != entry.place and key not in dated:
            raise ValueError(f"{entry} is also a name of {bearers[key]}")
        if is_new or entry.language != "alias":
            out.append(entry)
    taken = bearers.keys() | dated
    everyday = {fold(e.name): e for e in _everyday(facts) if fold(e.name) not in taken}
    return sorted([*out, *everyday.values()])


def _official(facts: Facts) -> list[Name]:
    """Names in the six languages: the UN's for members, ours for the others; English for areas."""
    out = []
    for code in sorted(set(facts.listed) | set(facts.ours["place"])):
        own = facts.ours["place"].get(code, {})
        if code in facts.members:
            out += [Name(code, lang, facts.listed[code][f"un.name.{lang}"]) for lang in LANGUAGES]
        else:
            texts = {"en": own["name"]} | own.get("names", {})
            out += [Name(code, lang, text) for lang, text in texts.items()]
    return out


def _everyday(facts: Facts) -> list[Name]:
    """What a country is called where people live: CLDR's names in the six languages and their regional forms.

    A name that two places would bear (``Saint-Martin``) is left out. CLDR comes with Babel, under the Unicode licence.
    """
    by_iso2 = {row["iso2c"]: code for code, row in facts.listed.items() if row["iso2c"]}
    entries = list(_cldr(by_iso2))
    bearers: dict[str, set[str]] = {}
    for entry in entries:
        bearers.setdefault(fold(entry.name), set()).add(entry.place)
    return [entry for entry in sorted(set(entries)) if len(bearers[fold(entry.name)]) == 1]


def _cldr(places: dict[str, str]) -> Iterator[Name]:
    try:
        from babel import Locale, localedata
    except ModuleNotFoundError:
        raise ConfigError(
            "building the bundle needs babel, for the names of places; run: pip install babel"
        ) from None
    for identifier in sorted(localedata.locale_identifiers()):
        language, *rest = identifier.split("_")
        if language in LANGUAGES and not set(rest) & set(UNREAD_SCRIPTS):
            names = Locale.parse(identifier).territories
            yield from (
                Name(place, "alias", names[iso2]) for iso2, place in places.items() if iso2 in names
            )


def _curated(facts: Facts) -> list[Name]:
    short = [Name(code, "alias", name(facts, code)) for code in sorted(facts.members)]
    return short + _listed(facts, "alias")


def _listed(facts: Facts, table: str) -> list[Name]:
    return [
        Name(code, "alias", text) for code, texts in facts.ours[table].items() for text in texts
    ]


def _spelled(facts: Facts, codes: list[Code]) -> list[Name]:
    """Spellings of the files that give a code beside each name."""
    by_code = {(c.scheme, c.value): c.place for c in codes}
    spelled = {(code, row["country.name.en"]) for code, row in facts.listed.items()}
    spelled |= {(code, row["Country or Area"]) for code, row in facts.m49.items()}
    spelled |= {(by_code["ucdp", str(number)], text) for number, text in facts.ucdp.items()}
    spelled |= set(_drawn(facts))
    for file, code, text in COVARIATES:
        for row in rows(facts.shared / "covariates" / file):
            if place := by_code.get(("iso3", row[code])):
                spelled.add((place, row[text]))
    spelled |= _unhcr(facts, by_code)
    return [Name(place, "alias", text) for place, text in sorted(spelled)]


def _drawn(facts: Facts) -> Iterator[tuple[str, str]]:
    """(place, name) of the outlines."""
    for scale in ("110m", "50m"):
        for feature in shapes.features(facts.shared, scale):
            properties = feature["properties"]
            iso3 = properties["ADM0_A3"]
            code = APART.get(iso3) or shapes.CODES.get(iso3, iso3)
            if code in facts.listed or code in facts.ours["place"]:
                yield from ((code, properties[field]) for field in NAME_FIELDS if properties[field])


def _unhcr(facts: Facts, by_code: dict[tuple[str, str], str]) -> set[tuple[str, str]]:
    spelled: set[tuple[str, str]] = set()
    columns = ["coo", "coo_name", "coa", "coa_name"]
    for kind in ("population", "flows", "idmc", "unrwa"):
        file = facts.shared / "covariates" / f"unhcr_{kind}.parquet"
        table = pq.read_table(file, columns=columns)
        for side in ("coo", "coa"):
            for pair in table.group_by([side, f"{side}_name"]).aggregate([]).to_pylist():
                place, text = by_code.get(("unhcr", pair[side])), pair[f"{side}_name"]
                if place and text:
                    spelled.add((place, text))
    return spelled
