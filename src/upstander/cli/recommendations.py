"""``upstander recommendations``: recommendations of UN bodies brought in from files, and searched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

if TYPE_CHECKING:
    from upstander.records.recommendation_rows import Kept

ORDER = 21  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="Recommendations of UN bodies: brought in from files, searched.",
)
Files = Annotated[
    list[Path],
    typer.Argument(
        help="Files of UHRI, OHCHR, UPR Info or IMPACT OSS: the format is found."
    ),
]
Place = Annotated[
    str,
    typer.Option(help="State, for example SVN; needed where a file does not say which."),
]


@app.command(
    "import",
    epilog="Example: [bold]upstander recommendations import matrix.docx --place SVN[/]",
)
def bring_in(
    files: Files,
    place: Place = "",
    program: Annotated[str, typer.Option("--as-format", help="Format, if not found.")] = "",
    shape: terminal.Shape = terminal.Format.table,
    home: terminal.Home = None,
) -> None:
    """Bring files in: what is there already adds nothing; rows that cannot be read stand aside with the reason."""
    from upstander.core.places import load
    from upstander.records.store import Records
    from upstander.respond import recommendations

    settings, places, now = terminal.settings(home), load(), utc_now()
    records = Records.open(settings.records, settings.keys_folder)
    about = places.find(place, now.date()).code if place else ""
    who = terminal.operator()
    rows: list[dict[str, Any]] = []
    for file in files:
        brought = recommendations.bring(
            records.database,
            file,
            places,
            who=who.account,
            now=now,
            about=about,
            name=program,
        )
        counts = vars(brought.counts)
        details = {"rows": brought.counts.added, "format": brought.program}
        records.log(who, "recommendations imported", file.name, now=now, details=details)
        rows.append({"file": file.name, "format": brought.program, **counts})
    terminal.emit(rows, shape, title="Brought in", head={})


@app.command(
    epilog="Example: [bold]upstander recommendations search 'torture AND (police OR prison)' --place SVN[/]"
)
def search(
    words: Annotated[
        str, typer.Argument(help='Words, "phrases", AND, OR, NOT, brackets.')
    ] = "",
    place: Place = "",
    body: Annotated[str, typer.Option(help="UPR, CEDAW, CAT ...")] = "",
    response: Annotated[
        str, typer.Option(help="supported, supported_in_part, noted or pending.")
    ] = "",
    limit: Annotated[int, typer.Option(help="Rows at most.")] = 20,
    shape: terminal.Shape = terminal.Format.table,
    home: terminal.Home = None,
) -> None:
    """Find recommendations; words are compared by their stems."""
    from upstander.core.places import load
    from upstander.records import recommendation_reading
    from upstander.records.recommendation_query import parsed
    from upstander.records.store import Records

    settings, now = terminal.settings(home), utc_now()
    records = Records.open(settings.records, settings.keys_folder)
    labels = (("country", load().find(place, now.date()).code),) if place else ()
    asked = recommendation_reading.Asked(
        as_of=now,
        query=parsed(words),
        labels=labels,
        body=body,
        response=response,
        limit=limit,
    )
    found = recommendation_reading.find(records.database, asked)
    head = {"found": found.count, "shown": len(found.rows)}
    terminal.emit([_row(k) for k in found.rows], shape, title="Recommendations", head=head)


def _row(kept: Kept) -> dict[str, Any]:
    row = kept.row
    return {
        "reference": kept.reference,
        "country": ", ".join(row.having("country")),
        "response": row.response or "no position",
        "published": str(row.day or "undated"),
        "text": row.text,
        "recommending": ", ".join(row.having("state")),
    }
