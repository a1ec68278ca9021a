"""The VIEWS challenge's format: one Parquet a window, draws as whole numbers, and who sends it.

::

    submission_details.yml
    cm/window=Y2018/<name>.parquet     month_id, country_id, draw, outcome

``month_id`` counts months from January 1980 (1). Source: the challenge's published submission template
and compliance test (prio-data/prediction_competition_2023).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from upstander.core.errors import ConfigError, SourceChanged
from upstander.forecast import scores, views
from upstander.forecast.shapes import Index, Mask, Numbers

DRAWS = 1000
COUNTRIES = 191
COLUMNS = ("month_id", "country_id", "draw", "outcome")
TRUE_FUTURE = 2024  # window of July 2024 to June 2025
WINDOW = re.compile(
    r"(?:window=Y|test_window_)(\d{4})"
)  # the second is the challenge's older name
INDEX = re.compile(r"__index_level_\d+__")
FILE = "{model}_cm_Y{window}.parquet"
Draws = Index


def months_of(window: int) -> list[int]:
    """The challenge's numbers of the twelve months of a window; the last one, the true future, begins in July.

    >>> months_of(2018)[0], months_of(2018)[-1], months_of(2024)[0], months_of(2024)[-1]
    (457, 468, 535, 546)
    """
    first = (window - 1980) * 12 + (7 if window == TRUE_FUTURE else 1)
    return list(range(first, first + 12))


def write(
    data: Path,
    out: Path,
    *,
    model: str,
    windows: Sequence[int],
    seed: int,
    contact: str,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Forecast the windows with one model and write a submission folder; returns the files written.

    Raises:
        ConfigError: no such window or model, or the challenge's files are not in ``data``.
    """
    if unknown := set(windows) - set(views.WINDOWS):
        raise ConfigError(
            f"no window {sorted(unknown)}; have {views.WINDOWS[0]} to {views.WINDOWS[-1]}"
        )
    tell = progress or _untold
    many = len(windows)
    challenge = views.read(data)
    written = []
    for done, window in enumerate(windows):
        tell(done, many)
        written.append(_write_window(out, challenge, model, window, seed))
    tell(many, many)
    details = out / "submission_details.yml"
    details.write_text(_details(model, contact), encoding="utf-8")
    return [*written, details]


def _untold(done: int, total: int) -> None:
    """No progress shown."""


def _write_window(
    out: Path,
    challenge: views.Challenge,
    model: str,
    window: int,
    seed: int,
) -> Path:
    forecast = views.drawn(challenge, [model], window, seed)[model]
    rows = table(scores.repeated(forecast.draws, DRAWS), challenge.ids, window)
    file = _file_for(out, model, window)
    pq.write_table(rows, file, compression="zstd")
    return file


def _file_for(
    out: Path,
    model: str,
    window: int,
) -> Path:
    """Where a window's file belongs; its folder is there."""
    folder = out / "cm" / f"window=Y{window}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / FILE.format(model=model, window=window)


def table(
    draws: Numbers,
    ids: Sequence[str],
    window: int,
) -> pa.Table:
    """(U, 12, S) draws as rows: month by month, country by country, draw by draw."""
    units, months, size = draws.shape
    of_a_month = np.repeat(np.asarray([int(i) for i in ids]), size)
    return pa.table(
        {
            "month_id": np.repeat(np.asarray(months_of(window)), units * size),
            "country_id": np.tile(of_a_month, months),
            "draw": np.tile(np.arange(size), months * units),
            "outcome": draws.transpose(1, 0, 2).reshape(-1).astype(np.int64),
        }
    )


def _details(model: str, contact: str) -> str:
    """YAML by hand: quoted text is the same in JSON and YAML."""
    body = "".join(f"{k}: {_quoted(v)}\n" for k, v in _sender(model, contact).items())
    return body + 'authors:\n  - name: "The Upstander developers"\n    affil: "Upstander"\n'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _sender(model: str, contact: str) -> dict[str, str]:
    return {
        "team": "Upstander",
        "short_title": f"Upstander {model}",
        "even_shorter_identifier": f"upstander_{model}"[:30],
        "contact": contact,
    }


def read(folder: Path, ids: Sequence[str] | None = None) -> dict[int, Path]:
    """A submission's file for each window, every one checked.

    Args:
        ids: the challenge's country numbers, when its files are at hand; else any 191 are taken.

    Raises:
        ConfigError: no window is there.
        SourceChanged: a file is not as the format says; file, row and remedy are named.
    """
    files: dict[int, Path] = {}
    for place in sorted(p for p in (folder / "cm").glob("*") if p.is_dir()):
        window, file = _file_of(place)
        if window in files:
            raise SourceChanged(
                f"{place}: a second folder of window {window}, beside {files[window].parent.name}"
            )
        check(file, window, ids)
        files[window] = file
    if not files:
        raise ConfigError(
            f"{folder}: holds no cm/window=Y2018/*.parquet (or cm/test_window_2018/); --from is the submission's top folder"
        )
    return files


def _file_of(place: Path) -> tuple[int, Path]:
    """The window that a folder is named after, and the one file in it."""
    named = WINDOW.fullmatch(place.name)
    files = sorted(place.glob("*.parquet"))
    if named is None or len(files) != 1:
        raise SourceChanged(
            f"{place}: {len(files)} Parquet files; a window is named window=Y2018 (or test_window_2018) and holds "
            "exactly one"
        )
    return int(named[1]), files[0]


def check(
    file: Path,
    window: int,
    ids: Sequence[str] | None = None,
) -> None:
    """Whether one window's file is as the format says.

    Raises:
        SourceChanged: the first fault, with file, row and remedy.
    """
    rows = _read(file)
    columns = {name: _whole(file, rows, name) for name in COLUMNS}
    _every(file, columns["outcome"] >= 0, "outcome is negative; deaths are 0 or more")
    _in_window(file, columns["month_id"], window)
    wanted = _countries(file, columns["country_id"], ids)
    _complete(file, columns, wanted)


def _in_window(
    file: Path,
    month: Index,
    window: int,
) -> None:
    months = months_of(window)
    span = f"window {window} ({months[0]} to {months[-1]})"
    _every(file, np.isin(month, months), f"month_id is not in {span}")


def _countries(
    file: Path,
    country: Index,
    ids: Sequence[str] | None,
) -> Index:
    """The numbers of the challenge's countries, of which every one must be there and no other."""
    wanted = np.unique(country) if ids is None else np.asarray(sorted(int(i) for i in ids))
    _every(file, np.isin(country, wanted), "country_id is not one of the challenge's")
    if len(wanted) != COUNTRIES:
        raise SourceChanged(
            f"{file}: {len(wanted)} countries; the challenge has {COUNTRIES}, each must be there"
        )
    return wanted


def _read(file: Path) -> pa.Table:
    """The file, with the columns of the format and no others."""
    rows = _parquet(file)
    if wrong := set(COLUMNS) ^ (set(rows.column_names) - _index(rows)):
        raise SourceChanged(
            f"{file}: columns {', '.join(sorted(wrong))} are missing or too many; the format has {', '.join(COLUMNS)}"
        )
    return rows


def _parquet(file: Path) -> pa.Table:
    try:
        return pq.read_table(file, partitioning=None)
    except (pa.ArrowException, OSError) as error:
        raise SourceChanged(
            f"{file}: not a Parquet file ({error}); ask the peer to send it again"
        ) from None


def _index(rows: pa.Table) -> set[str]:
    """Columns that pandas wrote to keep its index; the challenge's own test does not look at them."""
    noted = (rows.schema.pandas_metadata or {}).get("index_columns", [])
    by_note = {n for n in noted if isinstance(n, str)}
    by_name = {n for n in rows.column_names if INDEX.fullmatch(n)}
    return (by_note | by_name) - set(COLUMNS)


def _whole(
    file: Path,
    rows: pa.Table,
    name: str,
) -> Index:
    """A column as whole numbers."""
    values = _numbers(file, rows, name)
    if values.dtype.kind == "f":
        _every(file, ~np.isnan(values), f"{name} is empty; every draw needs a number")
    _every(
        file, np.isfinite(values), f"{name} is infinite; every draw needs a finite number"
    )
    _every(
        file, values == np.floor(values), f"{name} is not a whole number; round the draws"
    )
    _every(file, np.abs(values) < 2**53, f"{name} is too large to be a count")
    return np.asarray(values, dtype=np.int64)


def _numbers(
    file: Path,
    rows: pa.Table,
    name: str,
) -> Numbers:
    column = rows[name]
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise SourceChanged(
            f"{file}: column {name} is {column.type}; it must hold whole numbers"
        )
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _every(
    file: Path,
    fine: Mask,
    fault: str,
) -> None:
    if not fine.all():
        row = int(np.argmin(fine)) + 1
        raise SourceChanged(f"{file}, row {row:,}: {fault} ({int((~fine).sum()):,} rows)")


def _complete(
    file: Path,
    columns: dict[str, Index],
    wanted: Index,
) -> None:
    """Each country and month with the draws 1,000 times, no draw twice."""
    month = columns["month_id"]
    first = columns["month_id"].min()
    cell = np.searchsorted(wanted, columns["country_id"]) * 12 + (month - first)
    count = np.bincount(cell, minlength=len(wanted) * 12)
    if (count != DRAWS).any():
        at = int(np.argmax(count != DRAWS))
        raise SourceChanged(
            f"{file}: country_id {wanted[at // 12]}, month_id {first + at % 12} has {count[at]:,} "
            f"draws; the format asks for {DRAWS:,} of each country and month"
        )
    _no_draw_twice(file, cell, columns["draw"])


def _no_draw_twice(
    file: Path,
    cell: Index,
    draw: Index,
) -> None:
    order = np.lexsort((draw, cell))
    same = (np.diff(cell[order]) == 0) & (np.diff(draw[order]) == 0)
    if same.any():
        row = int(order[int(np.argmax(same)) + 1]) + 1
        raise SourceChanged(
            f"{file}, row {row:,}: this draw of this country and month stands twice; number them apart"
        )


def draws(file: Path, ids: Sequence[str]) -> Draws:
    """(U, 12, 1000) draws of a checked file, countries in the order of ``ids``."""
    order = [(name, "ascending") for name in ("country_id", "month_id", "draw")]
    rows = pq.read_table(file, columns=list(COLUMNS), partitioning=None).sort_by(order)
    countries = np.unique(rows["country_id"].to_numpy())
    outcome = np.asarray(rows["outcome"].to_numpy(), dtype=np.int64)
    values = outcome.reshape(len(countries), 12, DRAWS)
    return values[np.searchsorted(countries, [int(i) for i in ids])]
