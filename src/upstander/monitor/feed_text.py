"""The text of a feed that may lie about its encoding: which encoding reads it, and every doubt about that.

In this order: a byte order mark, UTF-16 or -32 by its zeros, what the server says, what the file says, UTF-8. A single-byte
encoding reads any bytes, so bytes beyond ASCII that are good UTF-8 are read as that, with a word. Never a wrong letter
without a word. Sources: RFC 7303, sections 3 and 8; XML 1.0, appendix F; HTML, 13.2.5.80 for numbers 128 to 159.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ZEROS = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<\0", "utf-16-be"),
    (b"<\0", "utf-16-le"),
)
# An encoding named here is read with one that holds all its letters and more, as browsers do (WHATWG Encoding).
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"}
SAID = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
SERVER = re.compile(r";\s*charset\s*=[\s\"']*([\w.:-]{1,40})", re.I)
SEVERAL_BYTES = (
    "big5",
    "gb",
    "euc",
    "shift",
    "cp93",
    "cp94",
    "cp95",
    "iso2022",
    "utf",
    "hz",
    "johab",
)


@dataclass(frozen=True)
class Decoded:
    """The text, the encoding that read it, and every doubt."""

    text: str
    encoding: str
    doubts: tuple[str, ...]


def decoded(content: bytes, content_type: str) -> Decoded:
    """The text of the bytes; ``content_type`` is the header as the server sent it, '' for none."""
    doubts: list[str] = []
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _marked(content[len(mark) :], encoding, doubts)
    for zeros, encoding in ZEROS:
        if content.startswith(zeros):
            return _marked(content, encoding, doubts)
    named = [*_named(content, content_type, doubts), "utf-8"]
    is_utf8 = _reads(content, "utf-8") is not None
    for encoding in named:
        if is_utf8 and not content.isascii() and not _is_of_several_bytes(encoding):
            doubts.append(f"said to be {encoding}, yet it is good UTF-8: read as UTF-8")
            encoding = "utf-8"
        text = _reads(content, encoding)
        if text is not None:
            return Decoded(text, encoding, tuple(doubts))
        doubts.append(f"it is not {encoding}")
    doubts.append(
        "no encoding that is named reads it: letters that cannot be read show as \ufffd"
    )
    return Decoded(content.decode("utf-8", "replace"), "utf-8", tuple(doubts))


def _marked(content: bytes, encoding: str, doubts: list[str]) -> Decoded:
    text = _reads(content, encoding)
    if text is None:
        doubts.append(f"some of it is not {encoding}: it shows as \ufffd")
        text = content.decode(encoding, "replace")
    return Decoded(text, encoding, tuple(doubts))


def _named(content: bytes, content_type: str, doubts: list[str]) -> Iterator[str]:
    """The encodings that server and file name, as Python knows them; the server's first."""
    server, file = SERVER.search(content_type), SAID.search(content[:1_000])
    said = {
        "the server": server.group(1) if server else "",
        "the file": file.group(1).decode("ascii", "replace") if file else "",
    }
    known: list[str] = []
    for who, name in said.items():
        if not name:
            continue
        try:
            known.append(_wide(codecs.lookup(name)))
        except LookupError:
            doubts.append(f"{who} names an encoding that is none: {name!r}")
    if len(known) == 2 and known[0] != known[1]:
        doubts.append(f"the server says {known[0]}, the file {known[1]}")
    # what the file calls UTF-16 cannot be: its first letter would hold a zero
    yield from (x for x in known if not x.startswith(("utf-16", "utf-32")))


def _wide(codec: codecs.CodecInfo) -> str:
    if not codec._is_text_encoding:
        raise LookupError(codec.name)
    return WIDER.get(codec.name, codec.name)


def _is_of_several_bytes(encoding: str) -> bool:
    return encoding.startswith(SEVERAL_BYTES)


def _reads(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeError:
        return None


CONTROLS = re.compile("[\x80-\x9f]")


def mended(text: str) -> tuple[str, str]:
    """A value with controls 128 to 159, which nobody writes: as UTF-8 read as Latin-1, else as Windows-1252; and the doubt."""
    if not CONTROLS.search(text):
        return text, ""
    try:
        return text.encode("latin-1").decode(
            "utf-8"
        ), "UTF-8 written as Latin-1 was put right"
    except UnicodeError:
        pass
    put_right = CONTROLS.sub(
        lambda m: m.group().encode("latin-1").decode("cp1252", "replace"), text
    )
    return put_right, "numbers of Windows-1252 letters were put right"
