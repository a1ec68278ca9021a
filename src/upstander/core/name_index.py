"""The places that names mean: as they stand in the tables, or as people write them (see ``written_names``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from upstander.core import written_names
from upstander.core.name_folding import fold
from upstander.core.spans import Index, Span, overlap
from upstander.core.written_names import Bag

MOST_PARTS = 4  # between brackets, commas and dashes of one name


@dataclass(frozen=True, eq=False)
class NameIndex:
    """Every name with the days on which it means a place.

    Attributes:
        dated: folded names that had their days, with their spans.
        undated: (place, name) as written, of names without days.
        iso2: ISO codes of two letters, with their spans.
        booked_under: code of the place whose figures include another's, by that other's code.
    """

    dated: Index
    undated: Sequence[tuple[str, str]]
    iso2: Index
    booked_under: Mapping[str, str | None]

    @cached_property
    def folded(self) -> Index:
        """Folded name -> spans; dated names first, each undated name open at both ends."""
        index = dict(self.dated)
        for place, name in self.undated:
            index.setdefault(fold(name), (Span(place, date.min, date.max),))
        return index

    def spans(self, text: str) -> tuple[Span, ...]:
        """The spans of a name, none where it is no name."""
        return self.folded.get(fold(text.strip()), ()) or self._read(text)

    def _read(self, text: str) -> tuple[Span, ...]:
        """The spans of a name that stands in no table as it is written: see ``written_names``."""
        wordings = (text, written_names.without_former(text), written_names.mended(text))
        for name in dict.fromkeys(wordings):
            if name != text and (spans := self.folded.get(fold(name))):
                return spans
            if spans := self._reordered(name):
                return spans
        splits = (written_names.bracketed(text), written_names.parts(text))
        return next((spans for parts in splits if (spans := self._part_of(parts))), ())

    def _reordered(self, name: str) -> tuple[Span, ...]:
        """The spans of a name by its words in any order, with or without the State's title."""
        for bag in written_names.bags(name):
            rest = written_names.untitled(bag)
            if spans := self._bags.get(bag) or (self._bags.get(rest, ()) if rest else ()):
                return spans
        return ()

    def _part_of(self, parts: Sequence[str]) -> tuple[Span, ...]:
        """The place of ``Guam (US)`` or ``France, Martinique``: one that is another's, or the same said twice."""
        if not 2 <= len(parts) <= MOST_PARTS:
            return ()
        spans = [self._of_part(part) for part in parts]
        wanted = self._meant(spans)
        if wanted is None or not all(spans):
            return ()
        return next(of_part for of_part in spans if of_part[0].place == wanted)

    def _meant(self, spans: Iterable[tuple[Span, ...]]) -> str | None:
        """The one place that all parts of a name speak of, or the one of two that is the other's."""
        bearers = {s.place for of_part in spans for s in of_part}
        own = [code for code in bearers if self.booked_under[code] in bearers - {code}]
        if len(own) == 1 and len(bearers) == 2:
            return own[0]
        return bearers.pop() if len(bearers) == 1 else None

    def _of_part(self, name: str) -> tuple[Span, ...]:
        code = name if name.isupper() else ""
        if spans := self.folded.get(fold(name)) or self.iso2.get(code):
            return spans
        bags = written_names.bags(name)
        return next((spans for bag in bags if (spans := self._bags.get(bag, ()))), ())

    @cached_property
    def _bags(self) -> Mapping[Bag, tuple[Span, ...]]:
        """Bag of words -> spans, without the bags that would mean two places on one day."""
        index: dict[Bag, tuple[Span, ...]] = {}
        for name, spans in self._spellings:
            # The likeliest reading alone: "S. Africa" is not Southern Africa.
            if bag := next(written_names.bags(name), None):
                index[bag] = tuple(dict.fromkeys((*index.get(bag, ()), *spans)))
        return {bag: spans for bag, spans in index.items() if not overlap(spans)}

    @cached_property
    def _spellings(self) -> tuple[tuple[str, tuple[Span, ...]], ...]:
        """Every name as it is written, with its spans; of dated names only the folded form is kept."""
        undated = ((name, self.folded[fold(name)]) for _, name in self.undated)
        return (*self.dated.items(), *undated)
