"""``upstander fetch``: bring a release into the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

if TYPE_CHECKING:
    from upstander.lake import Release

ORDER = 5  # in the list of verbs

EXAMPLE = "upstander fetch ucdp_ged --from GEDEvent_v26_0_2.xlsx"


Name = Annotated[
    str | None, typer.Argument(help="Name of the source; without one, they are listed.")
]
Origin = Annotated[
    str, typer.Option("--from", help="'bundle', 'publisher', or a file or folder.")
]
KnownOn = Annotated[
    str | None,
    typer.Option(
        help="Day the file was first out, where it does not say: YYYY-MM-DD. Else: today."
    ),
]
Covers = Annotated[
    str | None,
    typer.Option(help="Places it covers: codes or names joined by commas, or 'world'."),
]
Days = Annotated[str | None, typer.Option(help="Days it covers: 2026-06-01..2026-06-30.")]
DespiteFall = Annotated[
    bool,
    typer.Option(
        "--despite-fall",
        help="Keep a release of the world in which whole regions fall to 0.",
    ),
]


def fetch(
    source: Name = None,
    origin: Origin = "bundle",
    known_on: KnownOn = None,
    covers: Covers = None,
    days: Days = None,
    despite_fall: DespiteFall = False,
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Read, check and keep a source's releases: all of a release, or nothing."""
    from upstander import pipeline
    from upstander.core import arrival

    if source is None:
        head = {"next": "upstander fetch NAME --from FILE"}
        terminal.emit(pipeline.sources(), shape, title="Sources", head=head)
        return
    settings = terminal.settings(home)
    by = arrival.said(known_on, covers, days)
    with terminal.progress() as progress:
        releases = pipeline.fetch(
            settings,
            source,
            origin,
            progress,
            said=by,
            despite_fall=despite_fall,
            today=utc_now().date(),
        )
    for release in releases:
        if release.taken_for:
            terminal.say(release.taken_for)
    rows = [_row(release, whole=shape is not terminal.Format.table) for release in releases]
    terminal.emit(rows, shape, title="In the lake", head={"lake": settings.lake})


def _row(release: Release, *, whole: bool) -> dict[str, Any]:
    """What is said of a kept release; ``whole`` with what has no room in a table of 80 columns."""
    row: dict[str, Any] = {
        "source": release.source,
        "release": release.release,
        "known_at": release.known_at,
        "basis": release.basis,
        "first": release.first,
        "last": release.last,
        "rows": release.rows,
        "sha256": release.sha256[:12],
    }
    if whole:
        row["places"] = None if release.places is None else ",".join(release.places)
        row |= {"kind": release.kind, "taken_for": release.taken_for}
    return row
