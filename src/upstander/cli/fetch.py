"""``upstander fetch``: bring a release into the lake."""

from __future__ import annotations

from typing import Annotated

import typer

from upstander.cli import terminal

EXAMPLE = "upstander fetch ucdp_ged --from GEDEvent_v26_0_2.xlsx"


def fetch(
    source: Annotated[str | None, typer.Argument(help="Name of the source; without one, they are listed.")] = None,
    origin: Annotated[str, typer.Option("--from", help="'bundle', 'publisher', or a file or folder.")] = "bundle",
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Read, check and keep a source's releases: all of a release, or nothing."""
    from upstander import pipeline

    if source is None:
        terminal.emit(pipeline.sources(), shape, title="Sources", head={"next": "upstander fetch NAME --from FILE"})
        return
    settings = terminal.settings(home)
    with terminal.progress() as progress:
        kept = pipeline.fetch(settings, source, origin, progress=progress)
    rows = [
        {"source": r.source, "release": r.release, "known_at": r.known_at, "basis": r.basis,
         "first": r.first, "last": r.last, "rows": r.rows, "sha256": r.sha256[:12]}
        for r in kept
    ]  # fmt: skip
    terminal.emit(rows, shape, title="In the lake", head={"lake": settings.lake})
