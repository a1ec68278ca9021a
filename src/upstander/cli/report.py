"""``upstander report``: write a report on a country."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from upstander.cli import terminal
from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.core.languages import SPOKEN, Language, language_of

ORDER = 3  # in the list of verbs
EXAMPLE = "upstander report brief SDN --pdf sudan.pdf"
NAMES = ", ".join(plugins.names("upstander.report.documents"))
Name = Annotated[
    str, typer.Argument(help=f"Which report: {NAMES}. Those of a country are written.")
]
Place = Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3 code, or a name.")]
Pdf = Annotated[Path | None, typer.Option(help="Write a PDF here.")]
Html = Annotated[
    Path | None, typer.Option(help="Write a page here; the default, as CODE.html.")
]
Out = Annotated[
    list[Path] | None,
    typer.Option(help="Write it here, in the shape that the name ends with."),
]

Spoken = Annotated[
    str, typer.Option(help=f"Which language: {', '.join(x.code for x in SPOKEN)}.")
]


def report(
    name: Name,
    place: Place,
    pdf: Pdf = None,
    html: Html = None,
    out: Out = None,
    language: Spoken = "en",
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
) -> None:
    """A country brief of at most two pages, or another report on a country."""
    from upstander import pipeline

    settings = terminal.settings(home, as_of)
    files = {file: file.suffix.lstrip(".") for file in out or ()}
    files |= {
        file: shape for shape, file in (("pdf", pdf), ("html", html)) if file is not None
    }
    with terminal.progress() as progress:
        clock = pipeline.clock(settings)
        written = pipeline.report(
            settings, clock, name, place, files, progress, _language(language)
        )
    for file, content in written.items():
        terminal.written(file, content)
        terminal.say(f"wrote {file}")


def _language(code: str) -> Language:
    language = language_of(code)
    if language is None:
        known = ", ".join(f"{x.code} ({x.name})" for x in SPOKEN)
        raise ConfigError(f"--language {code}: no such language; have {known}")
    return language
