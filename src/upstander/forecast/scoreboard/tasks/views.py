"""The VIEWS prediction challenge's six windows: state-based deaths by country-month, 2018 to 2023.

Development data: many settings have been scored on these windows, and the history is final data cut
at each origin, which flatters every learned model.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from upstander.core.types import Array
from upstander.forecast import shipped, views
from upstander.forecast.exchange import challenge_files, peers
from upstander.forecast.scoreboard.board import Asked, Column, Part, Table, Task
from upstander.forecast.scoreboard.cell_scores import (
    Marks,
    Study,
    apart,
    marked,
    marks,
    stacked,
)
from upstander.forecast.scoreboard.count_quality import Records
from upstander.forecast.scoreboard.lined_up import Lined
from upstander.forecast.scoreboard.studies import (
    RESEEDED,
    reseeded,
    tables,
    wanted,
)
from upstander.forecast.shapes import ByName, Names, Row, Rows
from upstander.forecast.workers import Piece

WHAT = "VIEWS windows"
PUBLISHED = "published_scores.csv"
PUBLISHED_COLUMNS = (
    Column("model", "Peer", "text"),
    Column("crps", "CRPS", digits=2),
    Column("ign", "IGN"),
    Column("mis", "MIS", digits=0),
    Column("source", "Source", "text"),
)
SIX = "peers' scores on the same six windows"
FUTURE = "peers' scores in the challenge's true future, July 2024 to June 2025 (other cases: not to be compared with the windows)"
NOT_OURS = "Published by others; read from the folder given, not recomputed here."
Scores = dict[str, dict[str, dict[str, str]]]  # rows of the file by model and window
WITHOUT = (
    "The VIEWS windows were not scored: {reason}. Give the folder of the challenge's files with --data "
    f"(it holds {views.HISTORY})."
)


def score(asked: Asked) -> Part:
    """Every model, baseline and imported peer on the windows; peers' published scores beside them."""
    folder = asked.folder("views", views.HISTORY)
    if folder is None:
        return Part(missing=(WITHOUT.format(reason="the benchmark's files are not here"),))
    on = _Windows(asked, views.read(folder), views.WINDOWS[-asked.latest :], _hash(folder))
    runs = on.run(wanted(asked), on.windows, asked.seed) | on.imported()
    study = on.study(runs)
    shown = tables(study, on.behind())
    newest = on.windows[-RESEEDED:]
    seeds = reseeded(asked, study, lambda seed: on.run((shipped.DRAWS,), newest, seed))
    missing = _partial_peers(asked, on.windows)
    return Part((*shown, *seeds, *_published(folder)), missing=missing)


@dataclass(frozen=True)
class _Windows:
    """The challenge's windows that are scored; ``stamp`` changes with its files."""

    asked: Asked
    challenge: views.Challenge
    windows: tuple[int, ...]
    stamp: str

    def run(
        self,
        models: Sequence[str],
        windows: Sequence[int],
        seed: int,
    ) -> dict[str, Marks]:
        """The models in the windows."""
        pieces = [self._piece(models, w, seed) for w in windows]
        asked = self.asked
        return apart(
            asked.workers.each("VIEWS windows", one_window, pieces, asked.progress)
        )

    def _piece(
        self,
        models: Sequence[str],
        window: int,
        seed: int,
    ) -> Piece:
        listed = " ".join(models)
        name = f"views {listed} {window} {seed} {self.stamp}"
        return Piece(name, (self.challenge, models, window, seed))

    def imported(self) -> dict[str, Marks]:
        """Marks of the imported peers that forecast every window."""
        by_peer = peers.views(self.asked.peers)
        return {
            name: stacked([self._marks(files[w], w) for w in self.windows])
            for name, files in by_peer.items()
            if set(self.windows) <= set(files)
        }

    def _marks(self, file: Path, window: int) -> Marks:
        draws = challenge_files.draws(file, self.challenge.ids)
        return marks(draws, self.challenge.truth(window))

    @cached_property
    def codes(self) -> Names:
        """(U,) codes of the challenge's countries."""
        day = date(views.WINDOWS[-1], 1, 1)
        places = self.asked.places
        return tuple(places.find(name, day).code for name in self.challenge.country)

    def behind(self) -> Callable[[str, str], str]:
        """What records say of a month of one of the challenge's units."""
        records = Records(self.asked.lake, self.asked.places, self.asked.as_of)
        codes = dict(zip(self.challenge.ids, self.codes, strict=True))
        return lambda unit, month: records.behind(codes[unit], month)

    def study(self, runs: dict[str, Marks]) -> Study:
        """Models already run, lined up with what is known of the places."""
        return self._lined_up().study(
            self.asked,
            runs,
            codes=self.codes,
            last_years=[w - 1 for w in self.windows],
            before=[self._before(w) for w in self.windows],
        )

    def _before(self, window: int) -> Array:
        """(U,) deaths in the twelve months before the origin."""
        deaths = self.challenge.panel(window).column(views.TARGET)
        return np.asarray(deaths[:, -12:].sum(axis=1))

    def _lined_up(self) -> Lined:
        windows = self.windows
        return Lined(
            task="views",
            kind="Hindcast",
            what=f"{WHAT} {windows[0]} to {windows[-1]}",
            target=views.TARGET,
            units=self.challenge.ids,
            names=self.challenge.country,
            origins=tuple(str(w) for w in windows),
            months=tuple(_months_of(w) for w in windows),
            horizons=views.HORIZONS,
            blocks=tuple(range(len(windows))),
            combine="geometric",
            ships=False,
        )


def _months_of(window: int) -> Names:
    return tuple(f"{window}-{m:02d}" for m in range(1, 13))


def one_window(
    challenge: views.Challenge,
    models: Sequence[str],
    window: int,
    seed: int,
) -> ByName:
    """The models in one window: pools share their members' fits."""
    return marked(views.drawn(challenge, models, window, seed), challenge.truth(window))


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (views.HISTORY, views.ACTUALS, views.EVENTS):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _partial_peers(asked: Asked, windows: tuple[int, ...]) -> Names:
    """Imported peers that lack a window: no comparison over fewer cases stands beside one over all."""
    by_peer = peers.views(asked.peers)
    lacks = {name: sorted(set(windows) - set(files)) for name, files in by_peer.items()}
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
    by_model = _by_model_and_window(file)
    six = _on_the_windows(by_model)
    future = _on_the_future(by_model)
    shown = (("published", SIX, six), ("published_future", FUTURE, future))
    return tuple(_published_table(name, title, rows) for name, title, rows in shown if rows)


def _by_model_and_window(file: Path) -> Scores:
    by_model: Scores = {}
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["level"] == "cm" and "comparable" not in row["note"]:
                by_model.setdefault(row["model"], {})[row["window"]] = row
    return by_model


def _on_the_windows(by_model: Scores) -> Rows:
    windows = [str(w) for w in views.WINDOWS]
    return [
        _mean(model, [rows[w] for w in windows])
        for model, rows in by_model.items()
        if set(windows) <= set(rows)
    ]


def _on_the_future(by_model: Scores) -> Rows:
    return [
        _mean(model, [row])
        for model, rows in by_model.items()
        for window, row in rows.items()
        if window.startswith("true future")
    ]


def _published_table(
    name: str,
    title: str,
    rows: Rows,
) -> Table:
    ordered = tuple(sorted(rows, key=lambda r: (r["crps"], r["model"])))
    return Table(
        f"views.{name}",
        "views",
        "Published",
        title,
        "",
        PUBLISHED_COLUMNS,
        ordered,
        (NOT_OURS,),
        ships=False,
    )


def _mean(model: str, rows: list[dict[str, str]]) -> Row:
    """Mean over windows of each score that every window has."""
    means = {key: _mean_of([r[key] for r in rows]) for key in ("crps", "ign", "mis")}
    return {
        "model": model,
        **means,
        "source": rows[0]["source"],
    }


def _mean_of(texts: list[str]) -> float | None:
    values = [float(t) for t in texts if t]
    return sum(values) / len(values) if len(values) == len(texts) else None


TASK = Task(
    title="VIEWS prediction challenge, windows 2018 to 2023",
    citation="Hegre et al. (2025), the 2023/24 VIEWS prediction challenge",
    score=score,
)
