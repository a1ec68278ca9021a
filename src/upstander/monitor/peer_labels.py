"""What other organisations publish on a country: label, day, link. One way for what people wrote and for files brought in.

It stands beside our forecast and enters nothing of it: no model, no score, no signal. Of a file as a peer publishes it
(``upstander import warnings``) labels and days are read, never a text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from upstander.core.files import write_aside
from upstander.core.messages import say
from upstander.core.months import month_end
from upstander.monitor import peer_signals
from upstander.monitor.peer_signals import CRISISWATCH, HDX
from upstander.records import Record
from upstander.records.forms import form

KIND, OTHER = "peer_label", "other"
PAGES = {
    HDX: "https://data.humdata.org/signals",
    CRISISWATCH: "https://www.crisisgroup.org/crisiswatch",
}
# Indicators of HDX Signals that speak of violence; those of prices, harvests and disasters are not shown.
OF_VIOLENCE = {
    "acled_conflict": say("monitor.hdx_conflict"),
    "idmc_displacement_conflict": say("monitor.hdx_displacement"),
}
ALERTS = {
    "conflict_risk": "Conflict Risk Alert",
    "resolution_opportunity": "Resolution Opportunity",
}


@dataclass(frozen=True)
class PeerLabel:
    """One label as its peer published it.

    Attributes:
        series: what the label is the newest of, where a peer publishes several apart.
        day: published; brought_in: known here since; about: what it speaks of, '' where that is not said.
        record: id of the record it stands in, '' for a row of a file.
    """

    peer: str
    label: str
    day: date
    about: str
    url: str
    brought_in: date
    series: str = ""
    number: float | None = None
    unit: str = ""
    record: str = ""

    @property
    def source(self) -> tuple[str, str]:
        """Whose label it is, and of which of its series."""
        return str(self.peer).casefold(), self.series


Labels = Iterator[tuple[str, PeerLabel]]  # with the code of the place


def of_record(record: Record) -> PeerLabel:
    """The label that somebody wrote or brought in as a record."""
    said = record.body
    named = form(KIND).field("peer").choices[said["peer"]]
    return PeerLabel(
        peer=said["peer_name"] if said["peer"] == OTHER else named,
        label=said["label"],
        day=date.fromisoformat(said["day"]),
        about=said.get("period") or "",
        url=said["url"],
        brought_in=record.when.date(),
        number=said.get("number"),
        unit=said.get("unit") or "",
        record=record.id,
    )


def of_files(folder: Path, place: str, on: date) -> tuple[PeerLabel, ...]:
    """The labels on a place in the files brought in by a day.

    Args:
        folder: of the peers of an installation. place: its code.
    """
    return tuple(
        label
        for name, day, file in files_on(folder, on)
        for label in _by_place(name, file, day, file.stat().st_mtime_ns).get(place, ())
    )


def files_on(folder: Path, on: date) -> Iterator[tuple[str, date, Path]]:
    """Each peer's newest file of a day: name, day on which it was brought in, file."""
    for name in READERS:
        dated = peer_signals.kept(folder, name).items()
        known = [(day, file) for day, file in dated if date.min < day <= on]
        if known:
            yield name, *max(known)


def newest(labels: Iterable[PeerLabel], on: date) -> list[PeerLabel]:
    """Of each peer and series those of the last day published by a day, once each; by peer, newest first."""
    by_source: dict[tuple[str, str], list[PeerLabel]] = defaultdict(list)
    for label in labels:
        if max(label.day, label.brought_in) <= on:
            by_source[label.source].append(label)
    last = [label for found in by_source.values() for label in _of_the_last_day(found)]
    return sorted(last, key=lambda x: (str(x.peer).casefold(), -x.day.toordinal()))


def _of_the_last_day(found: list[PeerLabel]) -> Iterable[PeerLabel]:
    day = max(label.day for label in found)
    told = {(x.label, x.about, x.number): x for x in found if x.day == day}
    return told.values()


def bring_in(folder: Path, name: str, origin: Path, day: date) -> tuple[Path, int]:
    """Keep a peer's file among the peers, whole and checked; where it stands, and how many rows it has.

    Args:
        day: on which it is brought in; what it says was not known here before.

    Raises:
        SourceChanged: it has not the columns of that peer, or holds nothing. ConfigError: a row cannot be read.
    """
    count = len(peer_signals.rows(origin, NEEDED[name]))
    list(READERS[name](origin, day))
    file = folder / peer_signals.FOLDER / name / f"{day}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_aside(file, origin.read_bytes())
    return file, count


@lru_cache(maxsize=8)
def _by_place(
    name: str, file: Path, day: date, _written: int
) -> Mapping[str, tuple[PeerLabel, ...]]:
    """The labels of a file by place; read again when it was written anew."""
    found: dict[str, list[PeerLabel]] = defaultdict(list)
    for place, label in READERS[name](file, day):
        found[place].append(label)
    return {place: tuple(labels) for place, labels in found.items()}


def _of_hdx(file: Path, brought_in: date) -> Labels:
    """Signals of violence that were sent in real time; what was made afterwards was never said on its day."""
    for number, row in enumerate(peer_signals.rows(file, NEEDED[HDX]), 2):
        indicator, level = row["indicator_id"], row.get("alert_level")
        is_late = row["backfilled"].lower() == "true"
        if indicator in OF_VIOLENCE and level and not is_late:
            day = peer_signals.day_of(file, number, row["campaign_date"])
            told = _told(HDX, level, day, OF_VIOLENCE[indicator], brought_in)
            yield row["iso3"], replace(told, series=indicator)


def _of_crisiswatch(file: Path, brought_in: date) -> Labels:
    """The arrow of the month gone, and the alert of the month ahead where there is one."""
    for number, row in enumerate(peer_signals.rows(file, NEEDED[CRISISWATCH]), 2):
        day, alert = _read_on(file, number, row), row["alert_type"]
        said = (
            (row.get("arrow", "").capitalize(), row.get("trends_month", "")),
            (ALERTS.get(alert, alert), row["alerts_month"]),
        )
        for label, month in said:
            if label:
                yield row["iso3"], _told(CRISISWATCH, label, day, month, brought_in)


def _told(peer: str, label: str, day: date, about: str, brought_in: date) -> PeerLabel:
    return PeerLabel(_name(peer), label, day, about, PAGES[peer], brought_in)


def _read_on(file: Path, number: int, row: Mapping[str, str]) -> date:
    """The day on which an edition was read, else the end of the month that it speaks of: it was out by then."""
    if row.get("fetched_at"):
        return peer_signals.day_of(file, number, row["fetched_at"])
    return month_end(peer_signals.month_of(file, row["alerts_month"]))


def _name(peer: str) -> str:
    return form(KIND).field("peer").choices[peer]


READERS: Mapping[str, Callable[[Path, date], Labels]] = {
    HDX: _of_hdx,
    CRISISWATCH: _of_crisiswatch,
}
NEEDED = {HDX: peer_signals.NEEDED, CRISISWATCH: peer_signals.OF_CRISISWATCH}
