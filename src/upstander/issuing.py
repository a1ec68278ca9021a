"""An issue made from what was known on a day, and written: shared by real forecasts and replayed ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upstander import __version__
from upstander.core.clock import Clock
from upstander.core.errors import LeakageError, NotCovered
from upstander.core.messages import say, stored
from upstander.core.places import Places
from upstander.core.settings import Settings
from upstander.forecast import annual, issue, issue_tables, shipped
from upstander.forecast.issue_tables import Work
from upstander.forecast.workers import Workers, folder_of_this_code
from upstander.lake.as_of import AsOf

if TYPE_CHECKING:
    from upstander.forecast.annual_outlook import AnnualOutlook

Progress = Callable[[str, int, int], None]
HORIZONS = tuple(range(1, 13))  # months after the last data month


def written(
    settings: Settings,
    folder: Path,
    clock: Clock,
    known: AsOf,
    places: Places,
    marks: Mapping[str, Any],
    progress: Progress,
) -> issue.Issue:
    """Make the issue of the day of ``known`` in a folder, with ``marks`` in its record.

    Raises:
        LeakageError, NotCovered: no deaths by month were known on that day.
    """
    workers = Workers(settings.jobs, folder_of_this_code(settings.learned))
    work = Work(settings.seed, workers, progress)
    outlook, why = _yearly(known, places, work)
    made = issue_tables.made(known, places, outlook, HORIZONS, work)
    workers.let_go()
    made = replace(made, left_out=(*why, *made.left_out))
    meta = _meta(settings, known, made, outlook.base_year if outlook else None)
    return issue.write(
        folder,
        made.tables,
        as_of=known.day,
        made_on=clock.now().date(),
        meta={**meta, **marks},
        hindcast=made.months.hindcast,
    )


def _yearly(
    known: AsOf, places: Places, work: Work
) -> tuple[AnnualOutlook | None, tuple[str, ...]]:
    """The yearly outlook; None and why, as a stored message, where no deaths by type were known by year on the day."""
    try:
        outlook = annual.outlook(
            known,
            places,
            as_of=known.day,
            seed=work.seed,
            workers=work.workers,
            progress=work.progress,
        )
    except (LeakageError, NotCovered) as error:
        return None, (stored(say("forecast.no_yearly_odds", why=str(error))),)
    return outlook, ()


def _meta(
    settings: Settings, known: AsOf, made: issue_tables.Made, base_year: int | None
) -> dict[str, Any]:
    """What a reader needs to make the same issue again."""
    months = made.months
    number, digest = inputs(known)
    return {
        "code_version": __version__,
        "seed": settings.seed,
        "model": shipped.DRAWS,
        "inputs_sha256": digest,
        "inputs": number,
        "first_month": months.periods[0].isoformat(),
        "last_month": months.periods[-1].isoformat(),
        "base_year": base_year,
        "definitions": sorted(set(months.definitions)),
        "left_out": list(made.left_out),
        "hindcast": False,
    }


def inputs(known: AsOf) -> tuple[int, str]:
    """How many releases were known on the day, and their hash."""
    inputs = sorted(
        f"{r.source} {r.release} {r.sha256}" for r in known.releases(as_of=known.day)
    )
    return len(inputs), hashlib.sha256("\n".join(inputs).encode()).hexdigest()
