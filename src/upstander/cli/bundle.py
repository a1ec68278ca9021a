"""``upstander bundle``: the bundled data release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 8  # in the list of verbs

app = typer.Typer(no_args_is_help=True, help="Build or describe the bundled data release.")


@app.command(epilog="Example: [bold]upstander bundle build --from ../shared/data[/]")
def build(
    origin: Annotated[
        Path, typer.Option("--from", help="Folder with the publishers' files.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write (default: the package's own bundle folder)."),
    ] = None,
) -> None:
    """Make the bundle from a folder of publishers' files; the same input gives the same bytes."""
    from upstander import bundling
    from upstander.core.places import BUNDLE

    with terminal.progress() as progress:
        folder = bundling.build(origin, out or BUNDLE, progress)
    size = sum(f.stat().st_size for f in folder.iterdir() if f.is_file())
    terminal.say(f"{folder}: {size / 1e6:.2f} MB")


@app.command(epilog="Example: [bold]upstander bundle show --format json[/]")
def show(shape: terminal.Shape = terminal.Format.table) -> None:
    """List the bundle's tables with rows, coverage and licence."""
    import json

    from upstander.core.places import BUNDLE

    package = json.loads((BUNDLE / "datapackage.json").read_text())
    rows = [
        {
            "table": r["name"],
            "rows": r["rows"],
            "bytes": r["bytes"],
            "first": r.get("coverage", {}).get("first"),
            "last": r.get("coverage", {}).get("last"),
            "licence": ", ".join(x["name"] for x in r.get("licenses", []))
            or "facts or public domain",
        }
        for r in package["resources"]
    ]
    terminal.emit(rows, shape, title=package["title"], head={"as_of": package["as_of"]})


@app.command(epilog="Example: [bold]upstander bundle translations fr[/]")
def translations(
    language: Annotated[str, typer.Argument(help="BCP 47 code: fr, es, ar, ru, zh.")],
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Bring a language's catalogues up to date: what it lacks stands in them as empty entries, what nobody says is gone."""
    from babel import Locale, UnknownLocaleError

    from upstander.bundling.translations import bring_up_to_date
    from upstander.core.errors import ConfigError
    from upstander.core.languages import Language, language_of

    try:
        name = Locale.parse(language, sep="-").get_display_name(language) or language
    except (UnknownLocaleError, ValueError) as error:
        raise ConfigError(
            f"{language!r} is no language that has a locale: {error}"
        ) from None
    standing = bring_up_to_date(language_of(language) or Language(language, name))
    terminal.emit([vars(standing)], shape, title=f"Catalogues of {name}", head={})
