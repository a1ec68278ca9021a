"""The whole system in order: keep, forecast, issue, enter the ledger, say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upstander import issuing
from upstander.core import arrival, plugins, private
from upstander.core import places as place_tables
from upstander.core.arrival import SAID_NOTHING, Said
from upstander.core.clock import Clock, utc_now
from upstander.core.errors import ConfigError
from upstander.core.files import write_aside
from upstander.core.languages import ENGLISH, Language
from upstander.core.place_search import page_of
from upstander.core.places import BUNDLE, Places
from upstander.core.rights import OPERATOR
from upstander.core.settings import Settings
from upstander.core.types import Source
from upstander.forecast import (
    issue,
    issued,
    ledger,
)
from upstander.forecast.ledger import Ledger
from upstander.lake import Lake, Release
from upstander.lake.as_of import AsOf
from upstander.lake.derive import RULES, Rule

if TYPE_CHECKING:
    from upstander.forecast.scoreboard.board import Board
    from upstander.records.store import Records
    from upstander.report.as_of_data import Known
    from upstander.report.situation import Overview

Progress = Callable[[str, int, int], None]
SOURCES = "upstander.sources"


@dataclass(frozen=True)
class Run:
    """What ``run`` made: the issue, every place at once, and the folder of pages."""

    issue: issue.Issue
    overview: Overview
    folder: Path


def silent(stage: str, done: int, total: int) -> None:
    """Progress nobody watches."""


def open_lake(settings: Settings) -> tuple[Lake, Places]:
    """The lake, started from the bundle if it is new, and the places."""
    private.folder(settings.home)
    lake = Lake(settings.lake)
    lake.adopt(BUNDLE)
    return lake, place_tables.load()


def day(settings: Settings, now: Callable[[], datetime] = utc_now) -> date:
    """The day asked about where nobody asks for another: see ``clock``."""
    return clock(settings, now).day


def clock(settings: Settings, now: Callable[[], datetime] = utc_now) -> Clock:
    """The clock of an installation: it speaks from the day that is set, else from today.

    Where nothing newer than the bundle was brought in, from the bundle's day: the demonstration, which is said so.
    """
    if settings.as_of:
        return Clock(settings.as_of, now=now)
    bundled, newest = place_tables.bundle_date(), _newest(settings)
    if newest > bundled:
        return Clock(max(now().date(), newest), now=now)
    return Clock(bundled, is_demonstration=True, now=now)


def _newest(settings: Settings) -> date:
    """The day on which the newest release that is held became known."""
    if not settings.lake.exists():
        return date.min
    releases = Lake(settings.lake).releases(as_of=date.max)
    return max((r.known_at for r in releases), default=date.min)


def sources() -> list[dict[str, Any]]:
    """Every source with its title, licence and table."""
    told = ("title", "publisher", "licence")
    known = plugins.load_all(SOURCES, Source).items()
    return [
        {"source": name, **{t: getattr(s, t) for t in told}, "table": s.table.name}
        for name, s in known
    ]


def fetch(
    settings: Settings,
    name: str,
    origin: str,
    progress: Progress = silent,
    *,
    said: Said = SAID_NOTHING,
    despite_fall: bool = False,
    today: date,
) -> list[Release]:
    """Bring a source's releases into the lake from ``bundle``, ``publisher``, a file or a folder.

    Args:
        said: what the bringer says of days and places where the file does not.
        despite_fall: keep a release of the world in which whole regions fall to 0.
        today: the day of bringing: nothing counts as known before it that does not say so itself.

    Raises:
        ConfigError: no such source, file or folder, or the publisher offers no address.
        SourceChanged: a file is not what the source declares; the lake is as before.
    """
    source = plugins.load(SOURCES, name, Source)
    lake, places = open_lake(settings)
    if origin == "bundle":
        return list(lake.releases(as_of=date.max, source=name))
    path = (
        _downloaded(settings, name, source, progress)
        if origin == "publisher"
        else Path(origin)
    )
    snapshots = list(source.find(path))
    if not snapshots:
        raise ConfigError(f"{path}: holds no release of {name} ({source.title})")
    projects = source.projects
    releases = []
    for done, snapshot in enumerate(snapshots):
        progress(f"keep {name}", done, len(snapshots))
        settled = arrival.settled(snapshot, said, places, today=today, projects=projects)
        releases.append(lake.keep(name, source, settled, places, despite_fall=despite_fall))
    progress(f"keep {name}", len(snapshots), len(snapshots))
    return releases


def _downloaded(settings: Settings, name: str, source: Source, progress: Progress) -> Path:
    from upstander.core.download import download

    if not source.downloads:
        raise ConfigError(
            f"{name} has no public address to fetch from; get the file at {source.homepage}, then --from FILE"
        )
    folder = settings.home / "downloads" / name
    for item in source.downloads:

        def show(done: int, total: int | None, label: str = item.name) -> None:
            progress(f"download {label}", done, total or max(done, 1))

        download(item, folder, agent=settings.agent, progress=show)
    return folder


def forecast(settings: Settings, clock: Clock, progress: Progress = silent) -> issue.Issue:
    """Forecast from what was known on the clock's day, issue it and enter it in the ledger.

    Raises:
        LeakageError, NotCovered: no deaths by month were known on the day.
    """
    lake, places = open_lake(settings)
    return _forecast(settings, clock, AsOf(lake, clock.day), places, progress)


def _forecast(
    settings: Settings, clock: Clock, known: AsOf, places: Places, progress: Progress
) -> issue.Issue:
    records = records_there(settings)  # before the work: it may not be reached
    written = issuing.written(settings, settings.issues, clock, known, places, {}, progress)
    _enter(settings, known.lake, records, written, clock.now())
    return written


def replayed(
    settings: Settings,
    clock: Clock,
    folder: Path,
    how: Mapping[str, str],
    progress: Progress = silent,
) -> issue.Issue:
    """A forecast of a past day made afterwards: written to ``folder``, marked with ``how``, and in no ledger.

    Raises:
        LeakageError, NotCovered: no deaths by month were known on the day.
    """
    lake, places = open_lake(settings)
    known = AsOf(lake, clock.day)
    return issuing.written(
        settings, folder, clock, known, places, {"replay": how}, progress
    )


def inputs_of(settings: Settings, day: date) -> str:
    """SHA-256 of the releases that were known on a day: equal inputs give equal forecasts."""
    lake, _ = open_lake(settings)
    return issuing.inputs(AsOf(lake, day))[1]


def records_there(settings: Settings) -> Records | None:
    """The store of people's records, if there is one: looking does not make it. Raises ConfigError."""
    from upstander.records.store import Records

    file = settings.records.removeprefix("sqlite:///")
    if file != settings.records and not Path(file).exists():
        return None
    return Records.open(settings.records, settings.keys_folder)


def _enter(
    settings: Settings,
    lake: Lake,
    records: Records | None,
    made: issue.Issue,
    now: datetime,
) -> None:
    """Enter an issue in the ledger with where everything else stands; people's records keep in their log that it is there.

    The ledger and the records then vouch for each other: neither can be taken away, or put back as it was, unseen.
    """
    heads = {at.chain: [at.number, at.hash] for at in records.heads()} if records else {}
    entry = ledger.append(
        Ledger.of(settings), made, beside={"records": heads, "lake": lake.manifest()}
    )
    if records is None:
        return
    lines = records.logged_of_all(ledger.ENTERED)
    # a run that is repeated enters nothing new
    if not lines or lines[-1].details["hash"] != entry.hash:
        details = {"number": entry.number, "hash": entry.hash}
        records.log(OPERATOR, ledger.ENTERED, entry.issue, now=now, details=details)


def overview(settings: Settings, clock: Clock) -> Overview:
    """Every place as of the clock's day, from the last issue known by then.

    Raises:
        ConfigError: nothing was issued yet in this home folder.
    """
    from upstander.report import situation

    lake, places = open_lake(settings)
    last = issued.latest(Ledger.of(settings), clock.day)
    if last is None:
        raise ConfigError(
            f"no forecast was issued by {clock.day} in {settings.issues}; run: upstander run"
        )
    return situation.overview(lake, places, last, as_of=clock.day)


def figures(settings: Settings, day: date) -> Known:
    """What pages show as known on a day, from the last issue by then, if there is one."""
    from upstander.report import as_of_data

    lake, places = open_lake(settings)
    last = issued.latest(Ledger.of(settings), day)
    previous = issued.before(Ledger.of(settings), last) if last else None
    return as_of_data.read(AsOf(lake, day), places, last, as_of=day, previous=previous)


def report(
    settings: Settings,
    clock: Clock,
    name: str,
    place: str,
    files: Mapping[Path, str],
    progress: Progress = silent,
    language: Language = ENGLISH,
) -> dict[Path, bytes]:
    """A report on a country: the content of each file asked for; forecasts first where nothing was issued.

    Args:
        files: by file, the shape it is written in; a page named after the country where none is asked for.

    Raises:
        ConfigError: there is no such report of a country, or it has no such shape.
    """
    from upstander.report import documents, situation

    lake, places = open_lake(settings)
    code = page_of(places, place, clock.day).code
    wanted = files or {Path(f"{code}.html"): "html"}
    shapes = documents.of_country(name).shapes
    if lost := [file for file, shape in wanted.items() if shape not in shapes]:
        raise ConfigError(f"{lost[0]}: a {name} is written as {', '.join(shapes)}")
    last = issued.latest(Ledger.of(settings), clock.day) or forecast(
        settings, clock, progress
    )
    previous = issued.before(Ledger.of(settings), last)
    on_place = situation.build(lake, places, last, code, as_of=clock.day, previous=previous)
    texts = {file: shapes[shape](on_place, language) for file, shape in wanted.items()}
    return {file: x if isinstance(x, bytes) else x.encode() for file, x in texts.items()}


def run(
    settings: Settings, clock: Clock, *, briefs: int, progress: Progress = silent
) -> Run:
    """Forecast, issue, and write the watchlist and the briefs of the places at highest risk."""
    from upstander.report import as_of_data, situation
    from upstander.report.documents.brief import pdf

    lake, places = open_lake(settings)
    known = AsOf(lake, clock.day)  # forecasts and pages share what is read
    issued_now = _forecast(settings, clock, known, places, progress)
    previous = issued.before(Ledger.of(settings), issued_now)
    data = as_of_data.read(known, places, issued_now, as_of=known.day, previous=previous)
    every = situation.overview_of(data)
    folder = settings.reports / issued_now.id
    (folder / "briefs").mkdir(parents=True, exist_ok=True)
    _write_watchlist(folder, every)
    chosen = [line.code for line in every.lines[:briefs]]
    for done, code in enumerate(chosen):
        progress("write briefs", done, len(chosen))
        brief = pdf(situation.situation(data, code))
        write_aside(folder / "briefs" / f"{code}.pdf", brief)
    progress("write briefs", len(chosen), len(chosen))
    return Run(issued_now, every, folder)


def _write_watchlist(folder: Path, every: Overview) -> None:
    from upstander.report.documents.watchlist import to_csv, to_html, to_json

    write_aside(folder / "index.html", to_html(every).encode())
    write_aside(folder / "watchlist.json", to_json(every).encode())
    write_aside(folder / "watchlist.csv", to_csv(every).encode())


def score(
    settings: Settings,
    tasks: tuple[str, ...] = (),
    data: Path | None = None,
    *,
    models: tuple[str, ...] = (),
    latest: int = 0,
    events: Path | None = None,
    rules: tuple[Rule, ...] = RULES,
    progress: Progress = silent,
) -> Board:
    """Score the tasks, every one when none is named, on this machine or on ``settings.cluster``.

    Raises:
        ConfigError: no such task, a benchmark's folder is not what it should be, or no cluster answers.
    """
    from upstander.forecast import workers
    from upstander.forecast.scoreboard import assemble
    from upstander.forecast.scoreboard.board import Asked

    lake, places = open_lake(settings)
    kept = workers.folder_of_this_code(settings.scoreboard / "pieces")
    with workers.hired(settings.jobs, settings.cluster, kept) as crew:
        asked = Asked(
            lake,
            places,
            day(settings),
            settings.seed,
            settings.home,
            crew,
            progress,
            data,
            models,
            latest,
            events,
            rules,
            settings.keys_folder,
        )
        return assemble.build(asked, tasks)
