"""What templates say, as messages: a template's English is the id of its words in other languages.

A run of text between tags that begin a new piece of a page (headings, paragraphs, cells ...) and statements is one message, with
its values by name and the tags inside it by number: ``<p>{{ n }} of <b>{{ all }}</b> rated</p>`` says
``{n} of <1>{all}</1> rated``. So are the labels that tags carry. In another language a template's source is given with
each message's words in their place, before it is compiled: that costs nothing when a page is made, and no text of a
template can be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Tags inside a sentence; every other one begins a new piece.
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "cite",
        "code",
        "em",
        "i",
        "kbd",
        "q",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
    ]
)
SILENT = ("script", "style")  # what they hold is not text
LABELS = re.compile(r'\b(aria-label|title|alt|placeholder)="([^"]*)"')
# How pieces that are no text begin and end; the first that fits.
ENDS = (
    ("{#", "#}", "comment"),
    ("{%", "%}", "statement"),
    ("{{", "}}", "value"),
    ("<!--", "-->", "comment"),
    ("<!", ">", "comment"),
)
TAG = re.compile("</?[A-Za-z]")
MARK = re.compile("[<{]")
HAS_WORDS = re.compile(r"[^\W\d_]{2}")
ENTITY = re.compile(r"&#?\w+;")
NO_WORDS = re.compile(r"\{[^{}]*\}|<[^<>]*>")
WORD = re.compile(r"[A-Za-z_]\w*")
NO_NAMES = ("if", "else", "and", "or", "not", "in", "is")
PLACE = re.compile(r"\{(\w+)\}|<(/?\d+)>")


@dataclass(frozen=True)
class Token:
    """A piece of a template's source: a comment, statement, value, tag or text."""

    kind: str
    source: str
    start: int

    @property
    def end(self) -> int:
        """Where the next begins."""
        return self.start + len(self.source)

    @property
    def tag(self) -> str:
        """The name of a tag, with its stroke where it closes."""
        named = re.match(r"<(/?[A-Za-z][\w-]*)", self.source)
        return named[1].lower() if named and self.kind == "tag" else ""

    @property
    def is_inline(self) -> bool:
        """Whether a sentence goes on across it."""
        if self.kind != "tag":
            return self.kind in ("text", "value")
        return self.tag.removeprefix("/") in INLINE and "{%" not in self.source


@dataclass(frozen=True)
class TextOfTemplate:
    """One message of a template.

    Attributes:
        id: its English, with ``{name}`` for values and ``<1>`` for tags.
        start, end: where it stands in the source.
        sources: what ``{name}``, ``<1>`` and ``</1>`` stand for there, by name, ``1`` and ``/1``.
    """

    id: str
    start: int
    end: int
    sources: dict[str, str] = field(repr=False)

    def said(self, words: str) -> str:
        """Source that says it in these words.

        Raises:
            ValueError: the words name a value or tag that the English has not, or hold markup of their own.
        """
        literal = PLACE.sub("", words)
        if re.search(r"[<>{}]", literal):
            raise ValueError(
                f"{words!r}: only the values and tags of {self.id!r} may stand in it"
            )
        unknown = {m[1] or m[2] for m in PLACE.finditer(words)} - set(self.sources)
        if unknown:
            raise ValueError(f"{words!r}: {self.id!r} has no {sorted(unknown)}")
        return PLACE.sub(lambda m: self.sources[m[1] or m[2]], words)


def translated(source: str, words_of: Callable[[str], str]) -> str:
    """A template's source with every message in the words that ``words_of`` its English gives."""
    out, last = [], 0
    for text in messages(source):
        out += [source[last : text.start], text.said(words_of(text.id))]
        last = text.end
    return "".join([*out, source[last:]])


def has_words(text: str) -> bool:
    """Whether there is anything to translate in a message, beside its values and tags."""
    return bool(HAS_WORDS.search(ENTITY.sub("", NO_WORDS.sub("", text))))


def messages(source: str) -> list[TextOfTemplate]:
    """Every message of a template's source, in order."""
    found = [*_labels(source), *_sentences(source)]
    return sorted(found, key=lambda text: text.start)


def _tokens(source: str) -> Iterator[Token]:
    """The source in pieces; what scripts and styles hold is left out."""
    silent = ""
    at = 0
    while at < len(source):
        token = _token(source, at)
        at = token.end
        if silent:
            silent = "" if token.tag == f"/{silent}" else silent
            continue
        yield token
        silent = token.tag if token.tag in SILENT else ""


def _token(source: str, start: int) -> Token:
    """The piece that begins there."""
    for first, last, kind in ENDS:
        if source.startswith(first, start):
            return Token(kind, source[start : _after(source, last, start)], start)
    if TAG.match(source, start):
        return Token("tag", source[start : _end_of_tag(source, start)], start)
    mark = MARK.search(source, start + 1)
    return Token("text", source[start : mark.start() if mark else len(source)], start)


def _after(source: str, last: str, start: int) -> int:
    """Where what ends so has ended; the whole rest where it never does."""
    end = source.find(last, start)
    return len(source) if end < 0 else end + len(last)


def _end_of_tag(source: str, start: int) -> int:
    """Behind the first ``>`` that stands in no value and no statement."""
    at = start
    while at < len(source):
        if source.startswith("{{", at):
            at = _after(source, "}}", at)
        elif source.startswith("{%", at):
            at = _after(source, "%}", at)
        elif source[at] == ">":
            return at + 1
        else:
            at += 1
    return at


def _labels(source: str) -> Iterator[TextOfTemplate]:
    """What the labels of tags say."""
    for token in _tokens(source):
        for label in LABELS.finditer(token.source) if token.kind == "tag" else ():
            if "{%" not in label[2]:
                start = token.start + label.start(2)
                inner = [
                    Token(t.kind, t.source, start + t.start) for t in _tokens(label[2])
                ]
                yield from _message(inner)


def _sentences(source: str) -> Iterator[TextOfTemplate]:
    """What stands between the tags."""
    run: list[Token] = []
    for token in _tokens(source):
        if token.is_inline:
            run.append(token)
        else:
            yield from _of_run(run)
            run = []
    yield from _of_run(run)


def _of_run(run: list[Token]) -> Iterator[TextOfTemplate]:
    """The messages of a run, which is cut where a tag in it has no partner."""
    partners = _partners(run)
    piece: list[Token] = []
    for i, token in enumerate(run):
        if token.kind == "tag" and i not in partners:
            yield from _message(piece)
            piece = []
        else:
            piece.append(token)
    yield from _message(piece)


def _partners(run: list[Token]) -> dict[int, int]:
    """Of each tag that is opened and closed in the run, its partner's place."""
    opened: list[int] = []
    partners: dict[int, int] = {}
    for i, token in enumerate(run):
        if token.tag.startswith("/"):
            if opened and run[opened[-1]].tag == token.tag[1:]:
                first = opened.pop()
                partners |= {first: i, i: first}
            else:
                opened.clear()
        elif token.tag:
            opened.append(i)
    return partners


def _message(run: list[Token]) -> Iterator[TextOfTemplate]:
    """The message of a run, nothing where no words stand in it."""
    run = _peeled(run)
    words = "".join(ENTITY.sub("", t.source) for t in run if t.kind == "text")
    if not HAS_WORDS.search(words):
        return
    sources: dict[str, str] = {}
    said = "".join(_said(token, sources) for token in run)
    text = re.sub(r"\s+", " ", said).strip()
    start = run[0].start + len(run[0].source) - len(run[0].source.lstrip())
    end = run[-1].end - (len(run[-1].source) - len(run[-1].source.rstrip()))
    yield TextOfTemplate(text, start, end, sources)


def _peeled(run: list[Token]) -> list[Token]:
    """Without blanks at its ends, and without a pair of tags around all of it."""
    while run and not run[0].source.strip():
        run = run[1:]
    while run and not run[-1].source.strip():
        run = run[:-1]
    if len(run) > 1 and run[0].tag and _partners(run).get(0) == len(run) - 1:
        return _peeled(run[1:-1])
    return run


def _said(token: Token, sources: dict[str, str]) -> str:
    """A token in the message; what its name stands for is noted in ``sources``."""
    if token.kind == "text":
        return token.source
    if token.kind == "value":
        name = _named(token.source, sources)
        sources[name] = token.source
        return f"{{{name}}}"
    if token.tag.startswith("/"):
        number = max(n for n in _numbers(sources) if f"/{n}" not in sources)
        sources[f"/{number}"] = token.source
        return f"</{number}>"
    number = 1 + max(_numbers(sources), default=0)
    sources[str(number)] = token.source
    return f"<{number}>"


def _numbers(sources: dict[str, str]) -> list[int]:
    return [int(name) for name in sources if name.isdigit()]


def _named(value: str, sources: dict[str, str]) -> str:
    """A name for a value: its last attribute or word, with a number where another has it."""
    plain = value.strip("{} \n-").partition("|")[0].partition("(")[0]
    named = [word for word in WORD.findall(plain) if word not in NO_NAMES]
    name = named[-1] if named else "value"
    number = 1
    while (unique := name if number == 1 else f"{name}_{number}") in sources:
        if sources[unique] == value:
            return unique
        number += 1
    return unique
