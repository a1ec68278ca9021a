"""The items of a JSON list, one after the other: of a file of any size no more is in memory than one item and a block."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from upstander.core.errors import FileRefused

BLOCK = 1 << 20  # characters
MOST_ITEM = 4 << 20  # characters of one item; the longest annotation has 20,200
BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


@dataclass
class _Stream:
    """A window on the file: the text read and not yet dropped, and where in it we stand."""

    path: Path
    file: TextIO
    text: str = ""
    at: int = 0
    number: int = field(default=0)

    def more(self) -> bool:
        """Read on, dropping what was passed; False at the end of the file, or where an item is too long."""
        self.text = self.text[self.at :]
        self.at = 0
        block = self.file.read(BLOCK) if len(self.text) < MOST_ITEM else ""
        self.text += block
        return bool(block)

    def sign(self) -> str:
        """The next character that stands for something, without passing it; '' at the end."""
        while True:
            self.at = _after(BETWEEN, self.text, self.at)
            if self.at < len(self.text) or not self.more():
                return self.text[self.at : self.at + 1]

    def item(self) -> Any:
        """The value that stands here."""
        while True:
            try:
                item, self.at = _DECODER.raw_decode(self.text, self.at)
            except ValueError:
                if not self.more():
                    raise self.refused(
                        "is not JSON, or longer than any annotation"
                    ) from None
                continue
            return item

    def refused(self, why: str) -> FileRefused:
        where = f", item {self.number}" if self.number else ""
        return FileRefused(f"{self.path.name}{where}: {why}; fetch the full export again")


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def items(path: Path) -> Iterator[dict[str, Any]]:
    """Every object of a file that is one list of objects, in UTF-8.

    Raises:
        FileRefused: no list, an item that is no object or too long, text that is no JSON, or the list does not end.
    """
    with path.open(encoding="utf-8-sig") as file:
        try:
            yield from _items(_Stream(path, file))
        except UnicodeDecodeError:
            raise FileRefused(f"{path.name}: is not in UTF-8; export it again") from None


def _items(stream: _Stream) -> Iterator[dict[str, Any]]:
    if stream.sign() != "[":
        raise stream.refused("is no JSON list")
    stream.at += 1
    while (sign := stream.sign()) != "]":
        stream.number += 1
        if sign != "{":
            raise stream.refused("is no object" if sign else "the list does not end")
        yield stream.item()
