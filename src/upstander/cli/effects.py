"""``upstander effects``: what reviewed studies found on tools of prevention, from an office's own copy of the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.respond.effects import Effect

ORDER = 20  # in the list of verbs

EXAMPLE = "upstander effects 2024 all_factors_2.csv all_sources_2.csv"


def effects(
    release: Annotated[str, typer.Argument(help="What the release is called: 2024.")],
    files: Annotated[
        list[Path],
        typer.Argument(help="CSV of Tools for Atrocity Prevention: factors and sources."),
    ],
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Keep a release of Tools for Atrocity Prevention (your own copy), and print what it holds by tool."""
    from upstander.respond import effects as reviewed

    kept = reviewed.release(reviewed.release_name(release), files)
    reviewed.keep(terminal.settings(home).home, kept)
    for file, names in kept.unknown.items():
        terminal.say(f"{file}: not read, for nobody knows them here: {', '.join(names)}")
    rows = [_row(effect) for effect in kept.effects.values()]
    head = {"release": kept.name, "rows read": sum(kept.rows.values())}
    terminal.emit(rows, shape, title="Reviewed evidence", head=head)


def _row(effect: Effect) -> dict[str, object]:
    from upstander.respond.effects import DIRECTIONS, STRENGTHS

    found = {d: effect.directions.get(d) for d in DIRECTIONS}
    strong = {s: len(effect.of_strength(s)) for s in STRENGTHS}
    return {"tool": effect.tool, **found, **strong}
