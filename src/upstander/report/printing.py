"""Pages to print: a Typst template, what it prints as data, and the fonts for its scripts, as a tagged PDF.

What a template itself says stands in it as ``w("English words, {value}", value: "...")``; in another language it is given the
words of that language. No text of people or publishers is ever read as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from upstander.core.catalogues import text_in
from upstander.core.languages import ENGLISH, Language
from upstander.report import fonts

SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)  # of letters of 9 pt: below 6.5 nobody reads
PER_INCH = 300  # points of a picture that is printed
SAID = re.compile(r'\bw\("([^"]+)"')


def pdf(
    template: str,
    data: Mapping[str, Any],
    language: Language = ENGLISH,
    folders: Sequence[Path] = fonts.FOLDERS,
    pages: int = 0,
) -> bytes:
    """The pages of a template of ours. Where the compiler has no font for a script, one from ``folders`` is used.

    Args:
        pages: the most that are wanted, 0 for any number; of a template that takes a ``scale``, which is made smaller until
            they are enough, or it would be too small to read.

    Raises:
        ConfigError: the data hold a script for which this machine has no font.
    """
    import typst

    source = _source(template)
    with _inputs(source, data, language, folders) as how:
        given = how["sys_inputs"]
        for scale in SCALES:
            how["sys_inputs"] = {**given, "scale": str(scale)}
            if not pages or _last_page(source, how) <= pages:
                break
        return bytes(typst.compile(source.encode(), **how))


def picture(
    svg: str, language: Language = ENGLISH, folders: Sequence[Path] = fonts.FOLDERS
) -> bytes:
    """A chart of ours as PNG, drawn with the letters that the PDF has, ``PER_INCH`` points an inch of 17 cm.

    Raises:
        ConfigError: see ``pdf``.
    """
    import typst

    source = _source("figure.typ")
    with _inputs(source, {"svg": svg}, language, folders) as how:
        return bytes(typst.compile(source.encode(), format="png", ppi=PER_INCH, **how))


@contextmanager
def _inputs(
    source: str, data: Mapping[str, Any], language: Language, folders: Sequence[Path]
) -> Iterator[Any]:
    """What the compiler is given beside a template; the fonts are there as long as this is open."""
    words = {english: text_in(english, language) for english in messages(source)}
    printed = json.dumps({**data, "words": words}, ensure_ascii=False)
    needed = fonts.needed(printed, folders)
    inputs = {"data": printed, "fonts": json.dumps(needed.names), "language": language.code}
    # The compiler reads whole folders: it gets these files alone.
    with TemporaryDirectory(prefix="upstander-fonts-") as folder:
        for n, file in enumerate(needed.files):
            (Path(folder) / f"{n}{file.suffix}").symlink_to(file)
        # the library types the paths as it types the template
        paths: list[Any] = [Path(folder)]
        yield {"ignore_system_fonts": True, "font_paths": paths, "sys_inputs": inputs}


def _last_page(source: str, how: Any) -> int:
    import typst

    found = typst.query(source.encode(), "<last-page>", field="value", **how)
    return int(json.loads(found)[0])


def messages(source: str) -> tuple[str, ...]:
    """What a template says by itself, in English."""
    return tuple(dict.fromkeys(SAID.findall(source)))


@cache
def _source(template: str) -> str:
    """The template with what all of them share before it."""
    folder = files("upstander.report").joinpath("templates")
    shared, own = (folder.joinpath(n).read_text("utf-8") for n in ("shared.typ", template))
    return shared + own
