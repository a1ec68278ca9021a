"""States and territories, their codes and names through time, and their neighbours.

One place is one code (ISO 3166-1 alpha-3 where one exists). A State that went on under another name, or
smaller, is one place (Ethiopia, Sudan, Germany); a State that ended is a place of its own, with the day it
ended (``SUN``, ``YUG``, ``SCG``, ``CSK``, ``DDR``, ``YMD``, ``VDR``). ``docs/reference/places.md`` says who is who.

The tables are built by ``upstander.bundling.geography`` and read here; reading needs pyarrow only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core.errors import ConfigError, UnknownPlace
from upstander.core.messages import text
from upstander.core.name_folding import fold
from upstander.core.name_index import NameIndex
from upstander.core.place_notes import note_of
from upstander.core.spans import Index, Span, only, pick
from upstander.core.written_names import SHORTEST, alike

BUNDLE = Path(__file__).resolve().parent.parent / "bundle"
MOST_TOLD = (
    50  # unknown values spelt out in one message; a wrong column would fill the screen
)
CLOSE = 60  # of 100: an English name so much alike is told before other spellings
EPOCH = date(1970, 1, 1)  # Arrow counts days from here
LANGUAGES = (
    "ar",
    "zh",
    "en",
    "fr",
    "ru",
    "es",
)  # the six official languages of the United Nations
NUMBERS = ("m49", "gw", "cow", "ucdp")
SCHEMES = ("name", "iso3", "iso2", *NUMBERS, "vdem", "unhcr")
FILES = ("place", "place_code", "place_name", "neighbour", "boundary")


@dataclass(frozen=True)
class Place:
    """One State, territory, former State, or area that a source counts apart.

    Attributes:
        code: ISO 3166-1 alpha-3 where one exists; XKX for Kosovo.
        name: short English name.
        start, end: first and last day of the State or territory; None where open.
        kind: ``member`` (of the United Nations today), ``territory``, ``former``, ``area`` (part of
            another place, counted apart by a source, never a unit of a forecast), or ``invented`` (to show what is done with a
            country: no source speaks of it).
        m49: United Nations M49 number, None where the UN gives none.
        region, subregion: of M49, in English.
        latitude, longitude: a point inside it, in degrees (WGS84).
        names: names by language, ``ar zh en fr ru es``; areas have English only.
        booked_under: code of the place whose UCDP figures include this one's deaths, None where it has its own.
        note: what a reader must know about that bookkeeping, '' when nothing.
        successors: codes of the States that followed a former one.
        unit: code of today's place that carries on its series; its own where it is not former.
    """

    code: str
    name: str
    start: date | None
    end: date | None
    kind: str
    m49: int | None
    region: str
    subregion: str
    latitude: float
    longitude: float
    names: Mapping[str, str]
    booked_under: str | None
    note: str
    successors: tuple[str, ...]
    unit: str

    @property
    def smallest_region(self) -> str:
        """Its subregion of M49, its region where that has none."""
        return self.subregion or self.region

    def is_alive(self, on: date) -> bool:
        """Whether it existed on that day."""
        return (self.start or date.min) <= on <= (self.end or date.max)


@dataclass(frozen=True)
class Border:
    """That two places touch (km 0) or lie ``km`` apart, and on which days; ``kind`` is land or sea."""

    other: str
    kind: str
    km: float
    first: date
    last: date


@dataclass(frozen=True, eq=False)
class Places:
    """Every place, with what is needed to find one by code or name on a day."""

    folder: Path
    places: Mapping[str, Place]
    codes: Mapping[str, Index]

    def get(self, code: str) -> Place:
        """The place with this code of ours.

        Raises:
            UnknownPlace: no such place; the message gives the nearest ones.
        """
        if place := self.places.get(code):
            return place
        raise UnknownPlace(f"{code!r} is no place code; nearest: {self.nearest(code)}")

    def find(self, text: str, on: date) -> Place:
        """The place that a person means by a code of ours, an ISO code of two letters or a name, in any of the languages.

        Raises:
            UnknownPlace: no such code or name; the message gives the nearest ones.
        """
        code = text.strip().upper()
        if place := self.places.get(code):
            return place
        is_iso2 = code in self.codes["iso2"] and fold(text) not in self._names.folded
        return self.resolve(text, "iso2" if is_iso2 else "name", on)

    def resolve(self, value: str | int, scheme: str, on: date) -> Place:
        """The place that ``value`` means in ``scheme`` (see SCHEMES) on a day.

        A code that meant one place only means it on every day (files carry series back beyond a
        State's first day). Where it meant several, the one of that day, else of that calendar year.

        Raises:
            UnknownPlace: no such code or name, or it meant several places, none of them in that year.
        """
        spans = self._spans(value, scheme)
        if code := pick(spans, on):
            return self.places[code]
        raise UnknownPlace(self._complaint(value, scheme, spans, on))

    def resolve_all(self, values: pa.Array, scheme: str, on: pa.Array | date) -> pa.Array:
        """Place code of each value, on one day or on each row's day; null stays null.

        Raises:
            UnknownPlace: lists the unknown values (up to 50) with the nearest names.
        """
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        encoded = (
            values if isinstance(values, pa.DictionaryArray) else values.dictionary_encode()
        )
        distinct = encoded.dictionary.to_pylist()
        if isinstance(on, date):
            codes = self._on_one_day(distinct, scheme, on)
            return pa.array(codes, pa.string()).take(encoded.indices)
        codes = self._on_any_day(distinct, scheme)
        out = pa.array(codes, pa.string()).take(encoded.indices)
        if None not in codes:
            return out
        return self._by_day(out, encoded.indices, distinct, scheme, on)

    def _on_one_day(self, values: Sequence[Any], scheme: str, on: date) -> list[str | None]:
        codes = [pick(self._spans(value, scheme), on) for value in values]
        lost = [
            (value, on) for value, code in zip(values, codes, strict=True) if code is None
        ]
        if lost:
            raise UnknownPlace(self._complaints(lost, scheme))
        return codes

    def _on_any_day(self, values: Sequence[Any], scheme: str) -> list[str | None]:
        """The place of each value, None where it meant several."""
        spans = [self._spans(value, scheme) for value in values]
        lost = [(value, None) for value, own in zip(values, spans, strict=True) if not own]
        if lost:
            raise UnknownPlace(self._complaints(lost, scheme))
        return [only(own) for own in spans]

    def current(self, on: date) -> tuple[Place, ...]:
        """Members, territories and former States that exist on that day, sorted by code; no areas."""
        alive = (p for p in self.places.values() if p.kind != "area" and p.is_alive(on))
        return tuple(sorted(alive, key=lambda p: p.code))

    def unit(self, code: str) -> str:
        """Code of today's place that carries on this one's series (``SUN`` -> ``RUS``, ``DDR`` -> ``DEU``)."""
        return self.get(code).unit

    def neighbours(self, code: str, *, on: date, max_km: float = 0.0) -> tuple[str, ...]:
        """Codes of the land neighbours on a day, and of places within ``max_km`` over land or water.

        The last known distances and borders (2016 to 2019) hold until today.
        """
        self.get(code)
        near = (b for b in self._borders.get(code, ()) if b.first <= on <= b.last)
        return tuple(sorted({b.other for b in near if b.kind == "land" or b.km <= max_km}))

    def nearest(self, value: str | int, scheme: str = "") -> str:
        """The three known names or codes most like ``value``, in words; English names first, then every spelling."""
        is_name = scheme in ("name", "")
        index = self._names.folded if is_name else self.codes.get(scheme, {})
        words: dict[str, str] = {}
        for key in self._alike(value, scheme, index):
            code = index[key][-1].place if key in index else key.upper()
            words.setdefault(code, f"{self.places[code].name} ({code if is_name else key})")
        return ", ".join(list(words.values())[:3])

    def _alike(self, value: str | int, scheme: str, index: Index) -> list[str]:
        """The known spellings or codes most like a value, English names first."""
        if scheme not in ("name", ""):
            return alike(str(value).strip().casefold(), tuple(sorted(index)), False, 0)
        asked = fold(str(value))
        english, long, every = self._offered
        spellings = long if len(asked) > SHORTEST else every
        if not scheme:
            spellings = (*spellings, *sorted(c.casefold() for c in self.places))
        return [*alike(asked, english, True, CLOSE), *alike(asked, spellings, True, 0)]

    def _spans(self, value: Any, scheme: str) -> tuple[Span, ...]:
        if scheme not in SCHEMES:
            raise ConfigError(
                f"{scheme!r} is no scheme of codes; have {', '.join(SCHEMES)}"
            )
        if scheme != "name":
            return self.codes[scheme].get(key_of(value, scheme), ())
        return self._names.spans(str(value))

    def _by_day(
        self, out: pa.Array, indices: pa.Array, distinct: list[Any], scheme: str, on: Any
    ) -> pa.Array:
        """Fill the rows whose value meant several places, by the day of each."""
        if isinstance(on, pa.ChunkedArray):
            on = on.combine_chunks()
        lost = pc.and_(pc.is_null(out), pc.is_valid(indices))
        # One number for each value and day, so that each distinct pair is resolved once.
        days = on.cast(pa.date32()).filter(lost).cast(pa.int32()).cast(pa.int64())
        which = indices.filter(lost).cast(pa.int64())
        pairs = pc.add(pc.multiply(days, len(distinct)), which).dictionary_encode()
        split = (divmod(pair, len(distinct)) for pair in pairs.dictionary.to_pylist())
        meant = [(distinct[value], EPOCH + timedelta(days=day)) for day, value in split]
        codes = self._each_on_its_day(meant, scheme)
        return pc.replace_with_mask(
            out, lost, pa.array(codes, pa.string()).take(pairs.indices)
        )

    def _each_on_its_day(
        self, pairs: Sequence[tuple[Any, date]], scheme: str
    ) -> list[str | None]:
        codes = [pick(self._spans(value, scheme), day) for value, day in pairs]
        # One day is enough for each value.
        lost = {
            value: day
            for (value, day), code in zip(pairs, codes, strict=True)
            if code is None
        }
        if lost:
            raise UnknownPlace(self._complaints(list(lost.items()), scheme))
        return codes

    def _complaints(self, lost: Sequence[tuple[Any, date | None]], scheme: str) -> str:
        shown = lost[:MOST_TOLD]
        words = [
            self._complaint(v, scheme, self._spans(v, scheme), day) for v, day in shown
        ]
        more = f"; and {len(lost) - MOST_TOLD} more" if len(lost) > MOST_TOLD else ""
        return "; ".join(words) + more

    def _complaint(
        self, value: Any, scheme: str, spans: tuple[Span, ...], on: date | None
    ) -> str:
        if spans:
            bearers = ", ".join(s.words() for s in spans)
            return f"{value!r} ({scheme}) means no place on {on}; it meant {bearers}"
        what = "name" if scheme == "name" else f"{scheme} code"
        return f"{value!r} is no known {what}; nearest: {self.nearest(value, scheme)}"

    @cached_property
    def _names(self) -> NameIndex:
        table = _table(self.folder, "place_name").select(["place", "name"])
        undated = list(zip(*(c.to_pylist() for c in table.columns), strict=True))
        booked_under = {code: place.booked_under for code, place in self.places.items()}
        return NameIndex(self.codes["name"], undated, self.codes["iso2"], booked_under)

    @cached_property
    def _offered(self) -> tuple[tuple[str, ...], ...]:
        """What the nearest names are looked for in: English ones, all but abbreviations, and every one; in order."""
        english = {fold(p.name) for p in self.places.values()} & set(self._names.folded)
        every = sorted(n for n in self._names.folded if n.isascii())
        return (
            tuple(sorted(english)),
            tuple(n for n in every if len(n) > SHORTEST),
            tuple(every),
        )

    @cached_property
    def _borders(self) -> Mapping[str, tuple[Border, ...]]:
        borders: dict[str, list[Border]] = {}
        for row in _table(self.folder, "neighbour").to_pylist():
            days = (row["first"] or date.min, row["last"] or date.max)
            for one, other in (("a", "b"), ("b", "a")):
                border = Border(row[other], row["kind"], row["km"], *days)
                borders.setdefault(row[one], []).append(border)
        return {code: tuple(of_place) for code, of_place in borders.items()}


def key_of(value: Any, scheme: str) -> str:
    """How a code or name is written in the index: ``004`` and ``4.0`` are ``4``, ``swe`` is ``SWE``."""
    text = str(value).strip()
    if scheme == "name":
        return fold(text)
    if scheme in NUMBERS or (scheme == "vdem" and text[:1].isdigit()):
        number = re.fullmatch(r"(\d+)(\.0+)?", text)
        return number[1].lstrip("0") or "0" if number else text
    return text.upper()


def load(folder: Path | None = None) -> Places:
    """The places of the packaged bundle, or of another folder holding the same tables (read once).

    Raises:
        ConfigError: a table is missing; build the bundle first.
    """
    return _load(folder or BUNDLE)


@lru_cache(maxsize=8)
def _load(folder: Path) -> Places:
    missing = [
        f"{name}.parquet" for name in FILES if not (folder / f"{name}.parquet").is_file()
    ]
    if missing:
        raise ConfigError(
            f"{folder} lacks {', '.join(missing)}: run 'upstander bundle build --from FOLDER'"
        )
    return Places(folder, _read_places(folder), _read_codes(folder))


def _read_codes(folder: Path) -> dict[str, dict[str, tuple[Span, ...]]]:
    """Spans by code, by scheme."""
    codes: dict[str, dict[str, tuple[Span, ...]]] = {scheme: {} for scheme in SCHEMES}
    columns = [c.to_pylist() for c in _table(folder, "place_code").columns]
    for place, scheme, value, first, last in zip(*columns, strict=True):
        index = codes[scheme]
        index[value] = (
            *index.get(value, ()),
            Span(place, first or date.min, last or date.max),
        )
    return codes


def _read_places(folder: Path) -> dict[str, Place]:
    names: dict[str, dict[str, str]] = {}
    table = _table(folder, "place_name")
    for place, language, name in zip(*(c.to_pylist() for c in table.columns), strict=True):
        if language != "alias":
            names.setdefault(place, {})[language] = name
    rows = _table(folder, "place").to_pylist()
    return {row["code"]: _place(row, names[row["code"]]) for row in rows}


def _place(row: dict[str, Any], names: Mapping[str, str]) -> Place:
    """Its names and note are messages: said in the language of the page."""
    said: dict[str, str] = {n: text(row[n]) for n in ("name", "region", "subregion")}
    said["note"] = note_of(row["note"])
    successors = tuple(row["successors"].split())
    return Place(**{**row, **said, "names": names, "successors": successors})


def _table(folder: Path, name: str) -> pa.Table:
    # ParquetFile, not read_table: that one imports pyarrow.dataset, 50 ms on every command's path.
    return pq.ParquetFile(folder / f"{name}.parquet").read()


def bundle_date() -> date:
    """The bundle's own date: the newest day anything in it became known.

    Raises:
        ConfigError: the package was installed without its bundle.
    """
    try:
        stated = json.loads((BUNDLE / "datapackage.json").read_text(encoding="utf-8"))[
            "as_of"
        ]
    except OSError as error:
        raise ConfigError(
            f"the bundled data release is missing ({error}); install the package again"
        ) from None
    return date.fromisoformat(stated)
