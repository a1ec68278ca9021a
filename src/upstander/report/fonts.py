"""Fonts for what people write: which scripts a text is in, and where this machine has a font for each.

The PDF compiler carries fonts for Latin, Greek and Cyrillic letters. All others come from packages of the system
(Debian: fonts-noto-core, fonts-noto-cjk) or from a folder of the user's own fonts. A text in a script without a font would
be boxes: so it is refused, with words, and never printed.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


def _noto(name: str, file: str = "", *more: tuple[str, str], built_in: bool = False) -> Script:
    plain = file or name.replace(" ", "")
    spaced = "".join(f" {c}" if c.isupper() and at else c for at, c in enumerate(plain))
    return Script(
        name, ((f"NotoSans{plain}-Regular", f"Noto Sans {spaced}"), *more), built_in=built_in
    )


DEJAVU = ("DejaVuSans", "DejaVu Sans")
CJK = Script(
    "Chinese, Japanese or Korean", (("NotoSansCJK-Regular", "Noto Sans CJK SC"),), "fonts-noto-cjk"
)
# By the first words of the names of a script's letters. The compiler's own typewriter face has Arabic letters, too.
SCRIPTS = {
    "ARABIC": _noto("Arabic", "", DEJAVU, built_in=True),
    "HEBREW": _noto("Hebrew", "", DEJAVU),
    "SYRIAC": _noto("Syriac"),
    "THAANA": _noto("Thaana"),
    "NKO": _noto("NKo", "NKo", DEJAVU),
    "ADLAM": _noto("Adlam"),
    "HANIFI": _noto("Rohingya", "HanifiRohingya"),
    "ETHIOPIC": _noto("Ethiopic (Amharic, Tigrinya)", "Ethiopic"),
    "TIFINAGH": _noto("Tifinagh", "", DEJAVU),
    "MYANMAR": _noto("Burmese", "Myanmar"),
    "DEVANAGARI": _noto("Devanagari (Hindi, Nepali)", "Devanagari"),
    "BENGALI": _noto("Bengali"),
    "GURMUKHI": _noto("Gurmukhi"),
    "GUJARATI": _noto("Gujarati"),
    "ORIYA": _noto("Oriya"),
    "TAMIL": _noto("Tamil"),
    "TELUGU": _noto("Telugu"),
    "KANNADA": _noto("Kannada"),
    "MALAYALAM": _noto("Malayalam"),
    "SINHALA": _noto("Sinhala"),
    "THAI": _noto("Thai"),
    "LAO": _noto("Lao"),
    "KHMER": _noto("Khmer"),
    "TIBETAN": Script("Tibetan", (("NotoSerifTibetan-Regular", "Noto Serif Tibetan"),)),
    "ARMENIAN": _noto("Armenian", "", DEJAVU),
    "GEORGIAN": _noto("Georgian", "", DEJAVU),
    "CHEROKEE": _noto("Cherokee"),
    "CANADIAN": _noto("Canadian syllabics", "CanadianAboriginal"),
    "MONGOLIAN": _noto("Mongolian"),
    "OL": _noto("Ol Chiki", "OlChiki"),
    "MEETEI": _noto("Meetei", "MeeteiMayek"),
    "CHAKMA": _noto("Chakma"),
    "VAI": _noto("Vai"),
    "CJK": CJK,
    "HIRAGANA": CJK,
    "KATAKANA": CJK,
    "HANGUL": CJK,
    "BOPOMOFO": CJK,
    "IDEOGRAPHIC": CJK,
    "FULLWIDTH": CJK,
    "EXTENDED": _noto("Arabic", "", DEJAVU, built_in=True),  # digits of Persian and Urdu
    "EMOJI": Script("Emoji", (("NotoColorEmoji", "Noto Color Emoji"),), "fonts-noto-color-emoji"),
}
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
    found: dict[str, Script] = {}
    for character in sorted(set(text)):
        words = _first_word(character)
        if words in CARRIED:
            continue
        if words not in SCRIPTS:
            if unicodedata.category(character)[0] not in "LM":
                continue  # signs and digits that belong to no script
            raise ConfigError(
                f"the PDF cannot be written: no font is known for {unicodedata.name(character, 'a letter').title()}; "
                "take the page, Word or JSON, which hold the whole text"
            )
        found[SCRIPTS[words].name] = SCRIPTS[words]
    return tuple(found.values())


def needed(text: str, folders: Sequence[Path] = FOLDERS) -> Fonts:
    """The fonts with which a text can be printed.

    Raises:
        ConfigError: names each script without a font, and what to install.
    """
    names, files, missing = list[str](), list[Path](), list[Script]()
    for script in scripts_of(text):
        held = next(
            (
                (name, path)
                for stem, name in script.files
                if (path := _held(tuple(folders)).get(stem))
            ),
            None,
        )
        if held:
            names.append(held[0])
            files.append(held[1])
        elif not script.built_in:
            missing.append(script)
    if missing:
        packages, wanted = (
            sorted({s.package for s in missing}),
            ", ".join(s.files[0][0] for s in missing),
        )
        raise ConfigError(
            f"the PDF cannot be written: it holds {'; '.join(s.name for s in missing)}, and this machine has no font for that. "
            f"Install {' and '.join(packages)} (Debian, Ubuntu), or put {wanted} into ~/.local/share/fonts; the page, Word and "
            "JSON hold the whole text"
        )
    return Fonts(tuple(names), tuple(files))


@cache
def _first_word(character: str) -> str:
    if ord(character) in EMOJI:
        return "EMOJI"
    return unicodedata.name(character, "UNNAMED").replace("-", " ").split()[0]


@cache
def _held(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Font files by their name without ending; looked for once."""
    wanted = {stem for s in SCRIPTS.values() for stem, _ in s.files}
    return {
        p.stem: p for folder in folders for p in folder.rglob("*.[to]t[fc]") if p.stem in wanted
    }
