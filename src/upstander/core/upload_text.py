"""The bytes of a file from somebody we do not know, and its text in the encoding that it is in."""

from __future__ import annotations

from pathlib import Path

from upstander.core.errors import FileRefused

MOST_BYTES = 50_000_000  # holds as many rows and columns as are read several times over
ENCODINGS = ("utf-8", "utf-16", "cp1252", "mac_roman", "cp1251", "cp1256", "iso-8859-1")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def bounded(path: Path) -> bytes:
    """The first bytes of the file. Raises FileRefused when it is missing, empty or larger than MOST_BYTES."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise FileRefused(
            f"{path.name}: cannot be opened ({error.strerror}); check its name and rights"
        ) from error
    if size > MOST_BYTES:
        raise FileRefused(
            f"{path.name}: has {size:,} bytes; at most {MOST_BYTES:,} are read. Divide it into several files"
        )
    if not head.strip():
        raise FileRefused(f"{path.name}: is empty; export it again")
    return head


def decoded(path: Path, encoding: str) -> str:
    """The text of the file, in a named encoding where it is not Unicode.

    Raises:
        FileRefused: an encoding not read here, or text that is not in it.
    """
    raw = path.read_bytes()
    if encoding and encoding not in ENCODINGS:
        raise FileRefused(
            f"{encoding!r} is no encoding read here; choose one of {', '.join(ENCODINGS)}"
        )
    name = next((n for bom, n in BOMS.items() if raw.startswith(bom)), encoding or "utf-8")
    try:
        text = raw.decode(name)
    except UnicodeDecodeError as error:
        raise FileRefused(_not_unicode(path, raw, name, error)) from None
    if "\0" in text[:4096]:
        raise FileRefused(
            f"{path.name}: is neither text nor a spreadsheet, or UTF-16 without its mark; save it as UTF-8"
        )
    return text


def _not_unicode(path: Path, raw: bytes, name: str, error: UnicodeDecodeError) -> str:
    """Why the text cannot be read, with the first odd word as the likely encodings would show it."""
    if name != "utf-8":
        return f"{path.name}: is not {name} text ({error.reason} at byte {error.start:,}); name another encoding, or save it as UTF-8"
    around = raw[max(0, error.start - 12) : error.start + 12]
    readings = "; ".join(_reading(around, likely) for likely in ("cp1252", "mac_roman"))
    line = raw.count(b"\n", 0, error.start) + 1
    return (
        f"{path.name}, line {line}: is not UTF-8 text, and its encoding cannot be told for sure: {readings}. "
        "Name the encoding that reads well, or save the file as UTF-8"
    )


def _reading(raw: bytes, encoding: str) -> str:
    last = raw.decode(encoding, "replace").splitlines()[-1]
    return f"{encoding} would read {last!r}"
