"""The VIEWS prediction challenge's six windows: state-based deaths by country-month, 2018 to 2023.

Development data: many settings have been scored on these windows, and the history is final data cut
at each origin, which flatters every learned model.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.core.types import Array
from upstander.forecast import shipped, views
from upstander.forecast.exchange import challenge_files, peers
from upstander.forecast.scoreboard.board import Asked, Column, Part, Table, Task
from upstander.forecast.scoreboard.cell_scores import Marks, Study, apart, marks, stacked, together
from upstander.forecast.scoreboard.count_quality import Records
from upstander.forecast.scoreboard.studies import (
    REFERENCE,
    RESEEDED,
    baselines,
    reseeded,
    tables,
    wanted,
)
from upstander.forecast.workers import Piece

if TYPE_CHECKING:
    from upstander.core.places import Places

WHAT = "VIEWS windows"
PUBLISHED = "published_scores.csv"
WITHOUT = (
    "The VIEWS windows were not scored: {reason}. Give the folder of the challenge's files with --data "
    f"(it holds {views.HISTORY})."
)


def score(asked: Asked) -> Part:
    """Every model, baseline and imported peer on the windows; peers' published scores beside them."""
    folder = asked.folder("views", views.HISTORY)
    if folder is None:
        return Part(missing=(WITHOUT.format(reason="the benchmark's files are not here"),))
    challenge = views.read(folder)
    windows = views.WINDOWS[-asked.latest :]
    stamp = _hash(folder)

    def run(models: Sequence[str], chosen: Sequence[int], seed: int) -> dict[str, Marks]:
        told = " ".join(models)
        pieces = [
            Piece(f"views {told} {w} {seed} {stamp}", (challenge, models, w, seed)) for w in chosen
        ]
        return apart(asked.workers.each("VIEWS windows", one_window, pieces, asked.progress))

    runs = run(wanted(asked), windows, asked.seed)
    for name, held in peers.views(asked.peers).items():
        if set(windows) <= set(held):
            draws = (
                (challenge_files.draws(held[w], challenge.ids), challenge.truth(w)) for w in windows
            )
            runs[name] = stacked([marks(d, came) for d, came in draws])
    study = _study(challenge, windows, runs, asked)
    records = Records(asked.lake, asked.places, asked.as_of)
    codes = dict(zip(study.units, _codes(challenge, asked.places), strict=True))
    made = tables(study, lambda unit, month: records.behind(codes[unit], month))
    seeds = reseeded(asked, study, lambda seed: run((shipped.DRAWS,), windows[-RESEEDED:], seed))
    return Part((*made, *seeds, *_published(folder)), missing=_partial_peers(asked, windows))


def one_window(
    challenge: views.Challenge, models: Sequence[str], window: int, seed: int
) -> dict[str, Array]:
    """The models in one window: pools share their members' fits."""
    truth = challenge.truth(window)
    return together(
        {m: marks(f.draws, truth) for m, f in views.drawn(challenge, models, window, seed).items()}
    )


def _hash(folder: Path) -> str:
    told = hashlib.sha256()
    for name in (views.HISTORY, views.ACTUALS, views.EVENTS):
        told.update((folder / name).read_bytes())
    return told.hexdigest()


def _codes(challenge: views.Challenge, places: Places) -> tuple[str, ...]:
    return tuple(
        places.find(name, date(views.WINDOWS[-1], 1, 1)).code for name in challenge.country
    )


def _study(
    challenge: views.Challenge, windows: tuple[int, ...], found: dict[str, Marks], asked: Asked
) -> Study:
    codes = _codes(challenge, asked.places)
    region = np.array([[asked.places.get(c).region] * len(windows) for c in codes])
    before = np.stack(
        [challenge.panel(w).column(views.TARGET)[:, -12:].sum(axis=1) for w in windows], axis=-1
    )
    records = Records(asked.lake, asked.places, asked.as_of)
    return Study(
        task="views",
        kind="Hindcast",
        what=f"{WHAT} {windows[0]} to {windows[-1]}",
        target=views.TARGET,
        units=challenge.ids,
        names=challenge.country,
        origins=tuple(str(w) for w in windows),
        months=tuple(tuple(f"{w}-{m:02d}" for m in range(1, 13)) for w in windows),
        horizons=views.HORIZONS,
        marks=found,
        groups={"region": region, "data quality": records.quality(codes, [w - 1 for w in windows])},
        quiet=before < VIOLENT_YEAR,
        before=before,
        judged=np.ones_like(found[REFERENCE]["outcome"], dtype=bool),
        baselines=baselines(),
        reference=REFERENCE,
        combine="geometric",
        blocks=tuple(range(len(windows))),
        ships=False,
        seed=asked.seed,
    )


def _partial_peers(asked: Asked, windows: tuple[int, ...]) -> tuple[str, ...]:
    """Imported peers that lack a window: no comparison over fewer cases stands beside one over all."""
    held = peers.views(asked.peers)
    lacks = {name: sorted(set(windows) - set(h)) for name, h in held.items()}
    return tuple(
        f"Imported peer {n} is not in the VIEWS tables: it lacks the windows {w}."
        for n, w in lacks.items()
        if w
    )


def _published(folder: Path) -> tuple[Table, ...]:
    """Peers' published scores on the same windows, means over all six, and on the published true future."""
    file = folder / PUBLISHED
    if not file.is_file():
        return ()
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [
            r for r in csv.DictReader(lines) if r["level"] == "cm" and "comparable" not in r["note"]
        ]
    wide: dict[str, dict[str, dict[str, str]]] = {}
    for r in rows:
        wide.setdefault(r["model"], {})[r["window"]] = r
    windows = [str(w) for w in views.WINDOWS]
    six = [
        _mean(model, [by[w] for w in windows])
        for model, by in wide.items()
        if set(windows) <= set(by)
    ]
    future = [
        _mean(model, [r])
        for model, by in wide.items()
        for w, r in by.items()
        if w.startswith("true future")
    ]
    columns = (
        Column("model", "Peer", "text"),
        Column("crps", "CRPS", digits=2),
        Column("ign", "IGN"),
        Column("mis", "MIS", digits=0),
        Column("source", "Source", "text"),
    )
    note = ("Published by others; read from the folder given, not recomputed here.",)
    return tuple(
        Table(
            f"views.{name}",
            "views",
            "Published",
            title,
            "",
            columns,
            tuple(sorted(found, key=lambda r: (r["crps"], r["model"]))),
            note,
            ships=False,
        )
        for name, title, found in (
            ("published", "peers' scores on the same six windows", six),
            (
                "published_future",
                "peers' scores in the challenge's true future, July 2024 to June 2025 (other cases: not to be compared with the windows)",
                future,
            ),
        )
        if found
    )


def _mean(model: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Mean over windows of each score that every window has."""
    out: dict[str, Any] = {"model": model}
    for key in ("crps", "ign", "mis"):
        values = [float(r[key]) for r in rows if r[key]]
        out[key] = sum(values) / len(values) if len(values) == len(rows) else None
    return {**out, "source": rows[0]["source"]}


TASK = Task(
    title="VIEWS prediction challenge, windows 2018 to 2023",
    citation="Hegre et al. (2025), the 2023/24 VIEWS prediction challenge",
    score=score,
)
