"""What all formats of UN recommendations share: which State, which body, what is no recommendation, what it is called."""

from __future__ import annotations

import csv
import hashlib
import html
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from io import StringIO

from upstander.core.errors import FileRefused, UnknownPlace
from upstander.core.name_folding import fold
from upstander.core.places import Places
from upstander.records.recommendation_rows import Labels

STUB = re.compile(r"[A-Z]{2}")  # left of a symbol by its publisher: CO is no Colombia
# UHRI's own rule, as independent readers found it: 107 of its 108 rows without a country.
IN_SYMBOL = re.compile(r"[A-Z-]+/(?:C|OP|TYP)/([A-Z]{2,3})/")
# Two letters in a symbol that are kinds of documents, never States.
DOCUMENTS = frozenset(("CO", "CR", "GC", "RQ", "SR"))
PARAGRAPH = re.compile(r"^(\D{0,80}?)(\d{1,3}(?:\.\d{1,3}){0,2})\.?\s*(?=\D)")
STRUCTURE = re.compile(
    r"(?:(?:[IVXL]+|[A-Z]|\d+)\.\s*)?"
    r"(?:annex(?:es)?|appendix|contents|table of contents|introduction|foreword|corrigendum)"
    r"(?:\s+(?:[IVXL]+|[A-Z]|\d+))?\.?",
    re.IGNORECASE,
)
NOT_INDEXED = re.compile(r"comments by .{0,200} not indexed", re.IGNORECASE | re.DOTALL)
DASH = re.compile(r"^\s*-(?:\s+|$)")
BETWEEN_WORDS = re.compile(r"[\W_]+")
GOAL = re.compile(r"(\d{1,2})(?:\.|\s|$)")


@dataclass
class Countries:
    """Names of States as they are written -> codes, each looked up once; None for what is no State."""

    places: Places
    on: date
    known: dict[str, str | None] = field(default_factory=dict)

    def code(self, name: str) -> str | None:
        """The code of a name, None where no place is called so, or it is a stub."""
        if name not in self.known:
            self.known[name] = self._looked_up(name)
        return self.known[name]

    def _looked_up(self, name: str) -> str | None:
        if STUB.fullmatch(name):
            return None
        try:
            return self.places.resolve(name, "name", self.on).code
        except UnknownPlace:
            return None

    def in_symbol(self, symbol: str) -> str:
        """The code of the State that a document's symbol names, '' where it names none.

        A pair of letters that stands for a kind of document is none: CAT/C/CR/33/2 is not about Costa Rica.
        """
        found = IN_SYMBOL.match(symbol)
        if found is None or found[1] in DOCUMENTS:
            return ""
        try:
            scheme = "iso3" if len(found[1]) == 3 else "iso2"
            return self.places.resolve(found[1], scheme, self.on).code
        except UnknownPlace:
            return ""

    def labels(self, names: Iterable[str], symbol: str) -> Labels:
        """Countries concerned: by name, else from the symbol, and then marked as inferred. Unknown names stay as written."""
        said = [(n, self.code(n)) for n in names]
        codes = [code for _, code in said if code]
        unknown = [n for n, code in said if not code and not STUB.fullmatch(n)]
        labels = [("country", code) for code in codes]
        labels += [("country_as_written", name) for name in unknown]
        if not codes and (inferred := self.in_symbol(symbol)):
            labels += [("country", inferred), ("inferred", "country")]
        return tuple(labels)

    def states(self, names: Iterable[str]) -> Labels:
        """States that recommend: codes, or the names as written."""
        return tuple(("state", self.code(n) or n) for n in names if n)


def records(file: str, text: str) -> Iterator[list[str]]:
    """The records of a CSV text, its header first. Raises FileRefused, naming file and line, where it is none."""
    lines = csv.reader(StringIO(text, newline=""))
    try:
        yield from lines
    except csv.Error as error:
        raise FileRefused(
            f"{file}, line {lines.line_num + 1}: {error}; export it again"
        ) from None


def cleaned(text: str) -> str:
    """One line of plain text: entities read, blanks single.

    >>> cleaned(" IE  Albinism &#40;x&#41;")
    'IE Albinism (x)'
    """
    return " ".join((html.unescape(text) if "&" in text else text).split())


@lru_cache(maxsize=10_000)  # of 270,000 cells of countries some hundreds differ
def listed(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds one ``- value`` a line.

    >>> listed("- Land & property rights\\n- Women & girls")
    ('Land & property rights', 'Women & girls')
    """
    if not cell:
        return ()
    lines = (cleaned(DASH.sub("", line)) for line in cell.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def why_no_recommendation(text: str) -> str:
    """Why a text is none, '' where it may be one: short true ones stay.

    >>> why_no_recommendation("r) ratify OP-CAT"), why_no_recommendation("I. Introduction")
    ('', 'a heading of the document')
    """
    said = text.strip().strip("-").strip()
    if not said:
        return "no text"
    if not any(c.isalpha() for c in said):
        return "no words"
    if STRUCTURE.fullmatch(said):
        return "a heading of the document"
    return "a note that comments are not indexed" if NOT_INDEXED.search(said) else ""


@cache
def _bodies() -> tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]:
    listed = files("upstander.respond").joinpath("un_bodies.toml").read_text("utf-8")
    return tuple(
        (b["id"], tuple(b["symbols"]), frozenset(fold(n) for n in (b["id"], *b["names"])))
        for b in tomllib.loads(listed)["body"]
    )


def body(name: str, symbol: str) -> str:
    """The body a recommendation is counted under: by its name, else by the symbol of its document, else as written.

    >>> body("Committee on the Rights of the Child", "CRC/C/IRQ/CO/2-4"), body("IE  Albinism", "")
    ('CRC', 'IE Albinism')
    """
    written = cleaned(name)
    if known := _known_body(written):
        return known
    if not written or written.lower().startswith("committee"):
        for id, symbols, _ in _bodies():
            if any(symbol.startswith(f"{s}/") for s in symbols):
                return id
    return written


@lru_cache(maxsize=1_000)
def _known_body(written: str) -> str:
    """The body of a name or acronym, '' where it is none of those in the table."""
    name = fold(written)
    return next((id for id, _, names in _bodies() if name in names), "")


def paragraph(text: str) -> tuple[str, str]:
    """(number of the paragraph, text without it); a heading glued before the number stays with the text.

    >>> paragraph("Rural women 49.The Committee notes with concern")
    ('49', 'Rural women: The Committee notes with concern')
    >>> paragraph("140.7 Ratify the Protocol"), paragraph("Ratify by 2012 the Protocol")
    (('140.7', 'Ratify the Protocol'), ('', 'Ratify by 2012 the Protocol'))
    """
    found = PARAGRAPH.match(text)
    if found is None or (found[1] and not _is_heading(text, found)):
        return "", text
    rest = text[found.end() :]
    heading = found[1].strip()
    return found[2], f"{heading}: {rest}" if heading else rest


def _is_heading(text: str, found: re.Match[str]) -> bool:
    """Words before a number are a heading only where the number ends in a point and a capital follows."""
    rest = text[found.end() :]
    return text[found.start(2) : found.end()].rstrip().endswith(".") and rest[:1].isupper()


def goals(targets: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Labels of sustainable development targets, and of the goals they belong to.

    >>> list(goals(["16.3 - Promote the rule of law"]))
    [('target', '16.3 - Promote the rule of law'), ('goal', '16')]
    """
    for target in targets:
        if "." in target.split(" ", 1)[0]:
            yield "target", target
        if (found := GOAL.match(target)) and 1 <= int(found[1]) <= 17:
            yield "goal", str(int(found[1]))


def labels(sort: str, values: Iterable[str]) -> Labels:
    """Each value as a label of a sort."""
    return tuple((sort, value) for value in values)


def joint(*parts: str) -> str:
    """The mark that recommendations of one text to one State share; '' where it is about no State.

    >>> joint("SVN", "Ratify the Protocol;") == joint("SVN", "ratify  the protocol")
    True
    """
    if not parts[0]:
        return ""
    return digest(*(BETWEEN_WORDS.sub(" ", p.casefold()).strip() for p in parts))


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that stand for texts."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def stem(body: str, year: int | None, paragraph: str) -> str:
    """What a reference begins with.

    >>> stem("CEDAW", 2024, "17"), stem("SR Torture", None, "")
    ('CEDAW-2024-17', 'SR_Torture')
    """
    parts = (body.replace(" ", "_"), str(year or ""), paragraph)
    return "-".join(part for part in parts if part)
