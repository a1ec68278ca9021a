"""Fonts for what people write: which scripts a text is in, and where this machine has a font for each.

The PDF compiler carries fonts for Latin, Greek and Cyrillic letters. All others come from packages of the system
(Debian: fonts-noto-core, fonts-noto-cjk) or from a folder of the user's own fonts. A text in a script without a font would
be boxes: so it is refused, with words, and never printed.
"""

from __future__ import annotations

import sys
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from upstander.core.errors import ConfigError

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path(sys.prefix) / "share" / "fonts",
    Path("/Library/Fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("~/.fonts").expanduser(),
)


@dataclass(frozen=True)
class Script:
    """A script by the first words of its letters' names in Unicode: its files, the names of their fonts, its package."""

    name: str
    files: tuple[tuple[str, str], ...]
    package: str = "fonts-noto-core"
    built_in: bool = False


def _scripts() -> dict[str, Script]:
    """By the first words of the names of a script's letters."""
    text = files("upstander.report").joinpath("scripts.toml").read_text(encoding="utf-8")
    return {word: _script(**row) for word, row in tomllib.loads(text).items()}


def _script(name: str, fonts: list[list[str]], **more: Any) -> Script:
    return Script(name, tuple((stem, font) for stem, font in fonts), **more)


SCRIPTS = _scripts()
CARRIED = frozenset(
    (
        "LATIN",
        "GREEK",
        "CYRILLIC",
        "MODIFIER",
        "COMBINING",
        "FEMININE",
        "MASCULINE",
        "MICRO",
        "OHM",
        "KELVIN",
        "ANGSTROM",
        "SUPERSCRIPT",
        "VARIATION",  # selects a shape, and has none of its own
    )
)
NO_SCRIPT = (
    "the PDF cannot be written: no font is known for {}; "
    "take the page, Word or JSON, which hold the whole text"
)
EMOJI = range(0x1F000, 0x1FB00)  # pictures of every kind, named by what they show


@dataclass(frozen=True)
class Fonts:
    """Names of the fonts to use beside the compiler's own, the first first; and their files."""

    names: tuple[str, ...]
    files: tuple[Path, ...]


def scripts_of(text: str) -> tuple[Script, ...]:
    """The scripts of a text that the compiler has no font for, in the order of Unicode: of its letters, digits and signs.

    Raises:
        ConfigError: letters of a script that nobody here has thought of.
    """
    scripts: dict[str, Script] = {}
    for character in sorted(set(text)):
        word = _first_word(character)
        if word in SCRIPTS and word not in CARRIED:
            scripts[SCRIPTS[word].name] = SCRIPTS[word]
        elif word not in CARRIED and _is_letter(character):
            raise ConfigError(
                NO_SCRIPT.format(unicodedata.name(character, "a letter").title())
            )
    return tuple(scripts.values())


def _is_letter(character: str) -> bool:
    """Signs and digits that are in no script belong to all of them."""
    return unicodedata.category(character)[0] in "LM"


def needed(text: str, folders: Sequence[Path] = FOLDERS) -> Fonts:
    """The fonts with which a text can be printed.

    Raises:
        ConfigError: names each script without a font, and what to install.
    """
    names, paths, missing = list[str](), list[Path](), list[Script]()
    for script in scripts_of(text):
        here = _here(tuple(folders))
        font = next(
            ((name, here[stem]) for stem, name in script.files if stem in here), None
        )
        if font:
            names.append(font[0])
            paths.append(font[1])
        elif not script.built_in:
            missing.append(script)
    if missing:
        raise ConfigError(_without_font(missing))
    return Fonts(tuple(names), tuple(paths))


def _without_font(scripts: Sequence[Script]) -> str:
    names = "; ".join(script.name for script in scripts)
    packages = " and ".join(sorted({script.package for script in scripts}))
    wanted = ", ".join(script.files[0][0] for script in scripts)
    return (
        f"the PDF cannot be written: it holds {names}, and this machine has no font for that. "
        f"Install {packages} (Debian, Ubuntu), or put {wanted} into ~/.local/share/fonts; the page, Word and "
        "JSON hold the whole text"
    )


@cache
def _first_word(character: str) -> str:
    if ord(character) in EMOJI:
        return "EMOJI"
    return unicodedata.name(character, "UNNAMED").replace("-", " ").split()[0]


@cache
def _here(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Font files by their name without ending; looked for once."""
    wanted = {stem for script in SCRIPTS.values() for stem, _ in script.files}
    here = (file for folder in folders for file in folder.rglob("*.[to]t[fc]"))
    return {file.stem: file for file in here if file.stem in wanted}
