"""``upstander export``: our forecasts in others' formats."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from upstander.cli import terminal

ORDER = 10  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="Write forecasts in others' formats: the VIEWS challenge's, the Hubverse's.",
)
Out = Annotated[Path, typer.Option(help="Folder to write to.")]


@app.command(
    epilog="Example: [bold]upstander export views --windows 2018-2023 --data ../shared/data/benchmarks/views --out DIR[/]"
)
def views(
    data: Annotated[Path, typer.Option(help="Folder of the challenge's files.")],
    out: Out,
    windows: Annotated[
        str, typer.Option(help="Years, as 2018-2023 or 2021.")
    ] = "2018-2023",
    model: Annotated[
        str | None,
        typer.Option(help="A draw model (default: the one issues are made with)."),
    ] = None,
    contact: Annotated[
        str, typer.Option(help="E-mail address in submission_details.yml.")
    ] = "set-your-address@example.org",
    home: terminal.Home = None,
) -> None:
    """Forecast the challenge's windows and write a submission: one Parquet a window, 1,000 whole draws."""
    from upstander.forecast import shipped
    from upstander.forecast.exchange import challenge_files

    settings = terminal.settings(home)
    with terminal.progress() as progress:

        def show(done: int, total: int) -> None:
            progress("forecast the windows", done, total)

        written = challenge_files.write(
            data,
            out,
            model=model or shipped.DRAWS,
            windows=years(windows),
            seed=settings.seed,
            contact=contact,
            progress=show,
        )
    terminal.say(f"{out}: {len(written)} files. A hindcast: final data cut at each origin.")


@app.command(epilog="Example: [bold]upstander export hubverse --out DIR[/]")
def hubverse(
    out: Out,
    team: Annotated[
        str, typer.Option(help="Short name of the team, letters and digits.")
    ] = "upstander",
    home: terminal.Home = None,
) -> None:
    """Write every issue of the ledger as a round of a Hubverse v6 hub, with its tasks and target data."""
    from upstander import pipeline
    from upstander.core.errors import ConfigError
    from upstander.forecast import issued, ledger
    from upstander.forecast.exchange import hub

    if not team.isalnum():
        raise ConfigError(
            f"--team {team!r}: letters and digits only; file names are split at hyphens"
        )
    settings = terminal.settings(home)
    book = ledger.Ledger.of(settings)
    entries = ledger.verify(book)
    if not entries:
        raise ConfigError(f"{settings.ledger}: no issue yet; run: upstander run")
    lake, places = pipeline.open_lake(settings)
    newest = {e.as_of: e for e in entries}  # of several from one day, the last entered
    written = hub.write(
        [issued.issue_of(book, e) for e in newest.values()], lake, places, out, team=team
    )
    terminal.say(
        f"{out}: {len(newest)} {'round' if len(newest) == 1 else 'rounds'}, {len(written)} files"
    )


@app.command(
    "views-run",
    epilog="Example: [bold]upstander export views-run --origin 2025-07 --out FILE.csv[/]",
)
def views_run(
    origin: Annotated[str, typer.Option(help="Last month of data, YYYY-MM.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    home: terminal.Home = None,
    as_of: terminal.AsOf = None,
) -> None:
    """Write P(25 or more state-based deaths) and the mean for months 1 to 12, in the columns of a VIEWS run.

    Made from what was published by the end of the month after the origin, or by --as-of; a hindcast where nothing was.
    """
    from upstander import pipeline
    from upstander.core.files import write_aside
    from upstander.forecast import state_based_run

    first = month(origin)
    settings = terminal.settings(home, as_of)
    lake, places = pipeline.open_lake(settings)
    made = state_based_run.export(lake, places, first, settings.seed, settings.as_of)
    write_aside(out, made.text.encode())
    terminal.say(
        f"{out}: {made.countries} countries, months 1 to {made.months}; {made.basis}. "
        "VIEWS publishes months 1 to 36; our model reaches fewer."
    )


def month(text: str) -> date:
    """``2025-07`` as the first day of that month.

    Raises:
        ConfigError: the text is no month.

    >>> month("2025-07")
    datetime.date(2025, 7, 1)
    """
    from upstander.core.errors import ConfigError

    year, _, number = text.partition("-")
    try:
        return date(int(year), int(number), 1)
    except ValueError:
        raise ConfigError(f"--origin {text!r}: write a month as 2025-07") from None


def years(text: str) -> tuple[int, ...]:
    """``2018-2023`` as its years.

    Raises:
        ConfigError: the text is no span of years.

    >>> years("2018-2020"), years("2021")
    ((2018, 2019, 2020), (2021,))
    """
    from upstander.core.errors import ConfigError

    first, _, last = text.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()) or int(first) > int(
        last or first
    ):
        raise ConfigError(f"--windows {text!r}: write 2018-2023, or one year")
    return tuple(range(int(first), int(last or first) + 1))
