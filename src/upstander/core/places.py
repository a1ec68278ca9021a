"""States and territories, their codes and names through time, and their neighbours.

One place is one code (ISO 3166-1 alpha-3 where one exists). A State that went on under another name, or
smaller, is one place (Ethiopia, Sudan, Germany); a State that ended is a place of its own, with the day it
ended (``SUN``, ``YUG``, ``SCG``, ``CSK``, ``DDR``, ``YMD``, ``VDR``). ``docs/reference/places.md`` says who is who.

The tables are built by ``upstander.bundling.geography`` and read here; reading needs pyarrow only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.core import written_names
from upstander.core.errors import ConfigError, UnknownPlace
from upstander.core.name_folding import fold
from upstander.core.written_names import SHORTEST, alike

BUNDLE = Path(__file__).resolve().parent.parent / "bundle"
MOST_TOLD = 50  # unknown values spelt out in one message; a wrong column would fill the screen
CLOSE = 60  # of 100: an English name so much alike is told before other spellings
MOST_PARTS = 4  # between brackets, commas and dashes of one name
EPOCH = date(1970, 1, 1)  # Arrow counts days from here
LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")  # the six official languages of the United Nations
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
        kind: ``member`` (of the United Nations today), ``territory``, ``former``, or ``area`` (part of
            another place, counted apart by a source, never a unit of a forecast).
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

    def is_alive(self, on: date) -> bool:
        """Whether it existed on that day."""
        return (self.start or date.min) <= on <= (self.end or date.max)


@dataclass(frozen=True)
class Span:
    """The days, both included, on which a code or name means a place."""

    place: str
    first: date
    last: date


@dataclass(frozen=True)
class Border:
    """That two places touch (km 0) or lie ``km`` apart, and on which days; ``kind`` is land or sea."""

    other: str
    kind: str
    km: float
    first: date
    last: date


Index = Mapping[str, tuple[Span, ...]]


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
        if found := self.places.get(code):
            return found
        raise UnknownPlace(f"{code!r} is no place code; nearest: {self.nearest(code)}")

    def find(self, text: str, on: date) -> Place:
        """The place that a person means by a code of ours, an ISO code of two letters or a name, in any of the languages.

        Raises:
            UnknownPlace: no such code or name; the message gives the nearest ones.
        """
        code = text.strip().upper()
        if place := self.places.get(code):
            return place
        is_iso2 = code in self.codes["iso2"] and fold(text) not in self._names
        return self.resolve(text, "iso2" if is_iso2 else "name", on)

    def resolve(self, value: str | int, scheme: str, on: date) -> Place:
        """The place that ``value`` means in ``scheme`` (see SCHEMES) on a day.

        A code that meant one place only means it on every day (files carry series back beyond a
        State's first day). Where it meant several, the one of that day, else of that calendar year.

        Raises:
            UnknownPlace: no such code or name, or it meant several places, none of them in that year.
        """
        spans = self._spans(value, scheme)
        if code := _pick(spans, on):
            return self.places[code]
        raise UnknownPlace(self._complaint(value, scheme, spans, on))

    def resolve_all(self, values: pa.Array, scheme: str, on: pa.Array | date) -> pa.Array:
        """Place code of each value, on one day or on each row's day; null stays null.

        Raises:
            UnknownPlace: lists the unknown values (up to 50) with the nearest names.
        """
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        encoded = values if isinstance(values, pa.DictionaryArray) else values.dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        spans = [self._spans(v, scheme) for v in distinct]
        day = on if isinstance(on, date) else None
        fixed = [_pick(s, day) if day else _only(s) for s in spans]
        lost = [i for i, code in enumerate(fixed) if code is None and (day or not spans[i])]
        if lost:
            raise UnknownPlace(self._complaints([(distinct[i], day) for i in lost], scheme))
        out = pa.array(fixed, pa.string()).take(encoded.indices)
        if day or None not in fixed:
            return out
        return self._by_day(out, encoded.indices, distinct, scheme, on)

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
        index = self._names if is_name else self.codes.get(scheme, {})
        asked = fold(str(value)) if is_name else str(value).strip().casefold()
        english, long, every = self._told_of if is_name else ((), (), tuple(sorted(index)))
        spellings = long if is_name and len(asked) > SHORTEST else every
        if not scheme:
            spellings = (*spellings, *sorted(c.casefold() for c in self.places))
        words: dict[str, str] = {}
        for key in (*alike(asked, english, is_name, CLOSE), *alike(asked, spellings, is_name, 0)):
            code = index[key][-1].place if key in index else key.upper()
            words.setdefault(code, f"{self.places[code].name} ({code if is_name else key})")
        return ", ".join(list(words.values())[:3])

    def _spans(self, value: Any, scheme: str) -> tuple[Span, ...]:
        if scheme not in SCHEMES:
            raise ConfigError(f"{scheme!r} is no scheme of codes; have {', '.join(SCHEMES)}")
        if scheme != "name":
            return self.codes[scheme].get(key_of(value, scheme), ())
        return self._names.get(fold(str(value).strip()), ()) or self._read(str(value))

    def _read(self, text: str) -> tuple[Span, ...]:
        """The spans of a name that stands in no table as it is written: see ``written_names``."""
        for name in dict.fromkeys(
            (text, written_names.without_former(text), written_names.mended(text))
        ):
            if name != text and (spans := self._names.get(fold(name))):
                return spans
            for bag in written_names.bags(name):
                rest = written_names.untitled(bag)
                if spans := self._bags.get(bag) or (self._bags.get(rest, ()) if rest else ()):
                    return spans
        splits = (written_names.bracketed(text), written_names.parts(text))
        return next((spans for parts in splits if (spans := self._part_of(parts))), ())

    def _part_of(self, parts: Sequence[str]) -> tuple[Span, ...]:
        """The place of ``Guam (US)`` or ``France, Martinique``: one that is another's, or the same said twice."""
        if not 2 <= len(parts) <= MOST_PARTS:
            return ()
        spans = [self._of_part(part) for part in parts]
        bearers = {s.place for found in spans for s in found}
        own = [c for c in bearers if self.places[c].booked_under in bearers - {c}]
        wanted = (
            own[0]
            if len(own) == 1 and len(bearers) == 2
            else _only(s for found in spans for s in found)
        )
        if wanted is None or not all(spans):
            return ()
        return next(found for found in spans if found[0].place == wanted)

    def _of_part(self, name: str) -> tuple[Span, ...]:
        if spans := self._names.get(fold(name)) or self.codes["iso2"].get(
            name if name.isupper() else ""
        ):
            return spans
        return next(
            (spans for bag in written_names.bags(name) if (spans := self._bags.get(bag, ()))), ()
        )

    def _by_day(
        self, out: pa.Array, indices: pa.Array, distinct: list[Any], scheme: str, on: Any
    ) -> pa.Array:
        """Fill the rows whose value meant several places, by the day of each."""
        if isinstance(on, pa.ChunkedArray):
            on = on.combine_chunks()
        lost = pc.and_(pc.is_null(out), pc.is_valid(indices))
        # One number for each value and day, so that each distinct pair is resolved once.
        days = on.cast(pa.date32()).filter(lost).cast(pa.int32()).cast(pa.int64())
        pairs = pc.add(
            pc.multiply(days, len(distinct)), indices.filter(lost).cast(pa.int64())
        ).dictionary_encode()
        split = (divmod(pair, len(distinct)) for pair in pairs.dictionary.to_pylist())
        meant = [(distinct[value], EPOCH + timedelta(days=day)) for day, value in split]
        found = [_pick(self._spans(value, scheme), day) for value, day in meant]
        if None in found:
            # One day is enough for each value.
            lost_on = {
                value: day for (value, day), code in zip(meant, found, strict=True) if code is None
            }
            raise UnknownPlace(self._complaints(list(lost_on.items()), scheme))
        return pc.replace_with_mask(out, lost, pa.array(found, pa.string()).take(pairs.indices))

    def _complaints(self, lost: Sequence[tuple[Any, date | None]], scheme: str) -> str:
        told = [
            self._complaint(value, scheme, self._spans(value, scheme), day)
            for value, day in lost[:MOST_TOLD]
        ]
        return "; ".join(told) + (
            f"; and {len(lost) - MOST_TOLD} more" if len(lost) > MOST_TOLD else ""
        )

    def _complaint(self, value: Any, scheme: str, spans: tuple[Span, ...], on: date | None) -> str:
        if spans:
            bearers = ", ".join(f"{s.place} {_day(s.first)}..{_day(s.last)}" for s in spans)
            return f"{value!r} ({scheme}) means no place on {on}; it meant {bearers}"
        what = "name" if scheme == "name" else f"{scheme} code"
        return f"{value!r} is no known {what}; nearest: {self.nearest(value, scheme)}"

    @cached_property
    def _names(self) -> Index:
        """Folded name -> spans; dated names first, each undated name open at both ends."""
        index = dict(self.codes["name"])
        table = _table(self.folder, "place_name").select(["place", "name"])
        for place, name in zip(table["place"].to_pylist(), table["name"].to_pylist(), strict=True):
            index.setdefault(fold(name), (Span(place, date.min, date.max),))
        return index

    @cached_property
    def _told_of(self) -> tuple[tuple[str, ...], ...]:
        """What the nearest names are looked for in: English ones, all but abbreviations, and every one; in order."""
        english = {fold(p.name) for p in self.places.values()} & set(self._names)
        every = sorted(n for n in self._names if n.isascii())
        return tuple(sorted(english)), tuple(n for n in every if len(n) > SHORTEST), tuple(every)

    @cached_property
    def _bags(self) -> Mapping[tuple[str, ...], tuple[Span, ...]]:
        """Bag of words -> spans, without the bags that would mean two places on one day."""
        found: dict[tuple[str, ...], tuple[Span, ...]] = {}
        for name, spans in self._spellings:
            if bag := next(
                written_names.bags(name), None
            ):  # the likeliest alone: "S. Africa" is not Southern Africa
                found[bag] = tuple(dict.fromkeys((*found.get(bag, ()), *spans)))
        return {bag: spans for bag, spans in found.items() if not _overlap(spans)}

    @cached_property
    def _spellings(self) -> tuple[tuple[str, tuple[Span, ...]], ...]:
        """Every name as it is written, with its spans; of dated names only the folded form is kept."""
        names = _table(self.folder, "place_name")["name"].to_pylist()
        return (*self.codes["name"].items(), *((name, self._names[fold(name)]) for name in names))

    @cached_property
    def _borders(self) -> Mapping[str, tuple[Border, ...]]:
        found: dict[str, list[Border]] = {}
        for row in _table(self.folder, "neighbour").to_pylist():
            days = (row["first"] or date.min, row["last"] or date.max)
            found.setdefault(row["a"], []).append(Border(row["b"], row["kind"], row["km"], *days))
            found.setdefault(row["b"], []).append(Border(row["a"], row["kind"], row["km"], *days))
        return {code: tuple(borders) for code, borders in found.items()}


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
    missing = [f"{name}.parquet" for name in FILES if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise ConfigError(
            f"{folder} lacks {', '.join(missing)}: run 'upstander bundle build --from FOLDER'"
        )
    codes: dict[str, dict[str, tuple[Span, ...]]] = {scheme: {} for scheme in SCHEMES}
    table = _table(folder, "place_code")
    for place, scheme, value, first, last in zip(
        *(c.to_pylist() for c in table.columns), strict=True
    ):
        index = codes[scheme]
        index[value] = (*index.get(value, ()), Span(place, first or date.min, last or date.max))
    return Places(folder, _read_places(folder), codes)


def _read_places(folder: Path) -> dict[str, Place]:
    names: dict[str, dict[str, str]] = {}
    table = _table(folder, "place_name")
    for place, language, name in zip(*(c.to_pylist() for c in table.columns), strict=True):
        if language != "alias":
            names.setdefault(place, {})[language] = name
    rows = _table(folder, "place").to_pylist()
    return {
        row["code"]: Place(
            **{**row, "names": names[row["code"]], "successors": tuple(row["successors"].split())}
        )
        for row in rows
    }


def _table(folder: Path, name: str) -> pa.Table:
    # ParquetFile, not read_table: that one imports pyarrow.dataset, 50 ms on every command's path.
    return pq.ParquetFile(folder / f"{name}.parquet").read()


def _only(spans: Iterable[Span]) -> str | None:
    """The place, where the spans name one only."""
    bearers = {s.place for s in spans}
    return bearers.pop() if len(bearers) == 1 else None


def _pick(spans: tuple[Span, ...], on: date) -> str | None:
    """The place of that day; else the nearest of that calendar year; else the only one there ever was."""
    for span in spans:
        if span.first <= on <= span.last:
            return span.place
    year = [s for s in spans if s.first.year <= on.year <= s.last.year]
    if year:
        return min(year, key=lambda s: max((s.first - on).days, (on - s.last).days)).place
    return _only(spans)


def _overlap(spans: Sequence[Span]) -> bool:
    """Whether two places bear the name on one day."""
    return any(
        a.place != b.place and a.first <= b.last and b.first <= a.last
        for a, b in combinations(spans, 2)
    )


def _day(day: date) -> str:
    return "" if day in (date.min, date.max) else day.isoformat()


def bundle_date() -> date:
    """The bundle's own date: the newest day anything in it became known.

    Raises:
        ConfigError: the package was installed without its bundle.
    """
    try:
        stated = json.loads((BUNDLE / "datapackage.json").read_text(encoding="utf-8"))["as_of"]
    except OSError as error:
        raise ConfigError(
            f"the bundled data release is missing ({error}); install the package again"
        ) from None
    return date.fromisoformat(stated)
