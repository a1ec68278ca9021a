"""Reports that are made and kept by themselves: when each is due, and the copy that is kept, as a visitor sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from upstander.core.errors import ConfigError
from upstander.core.languages import ENGLISH, language_of
from upstander.core.messages import in_language
from upstander.records import Record, id_of_the_one
from upstander.report import archive, situation
from upstander.report.archive import Copy
from upstander.report.as_of_data import Known
from upstander.report.documents import COUNTRY, WORLD, Report, reports
from upstander.report.head import head
from upstander.report.situation import Situation

KIND = "report_schedule"
MONTHLY, SUNDAY = "monthly", 7
# How a period is written: ISO 8601 weeks and months.
PERIODS = {MONTHLY: "%Y-%m", "weekly": "%G-W%V"}


@dataclass(frozen=True)
class Due:
    """A schedule whose day has come, and the period that the report is kept for."""

    schedule: Record
    period: str

    @property
    def id(self) -> str:
        """Of the one copy of this schedule and period: a second cannot stand beside it."""
        return id_of_the_one(archive.KIND, self.schedule.id, self.period)


def last_day(schedule: Record, today: date) -> date:
    """The newest day, today at the latest, on which a schedule makes its report."""
    day = int(schedule.body["day"])
    if schedule.body["rhythm"] != MONTHLY:
        return today - timedelta((today.isoweekday() - min(day, SUNDAY)) % SUNDAY)
    month = today if today.day >= day else today.replace(day=1) - timedelta(1)
    return month.replace(day=day)


def next_day(schedule: Record, today: date) -> date:
    """The first day after today on which a schedule makes its report."""
    last = last_day(schedule, today)
    if schedule.body["rhythm"] != MONTHLY:
        return last + timedelta(SUNDAY)
    return (last.replace(day=1) + timedelta(31)).replace(day=last.day)


def due(schedules: Iterable[Record], today: date) -> list[Due]:
    """What is to be made by today: nothing for a day before its schedule was written, or once it ended."""
    standing = (s for s in schedules if not s.erased and not s.body.get("ended"))
    days = ((s, last_day(s, today)) for s in standing)
    return [
        Due(s, day.strftime(PERIODS[str(s.body["rhythm"])]))
        for s, day in days
        if day >= s.when.date()
    ]


def copy(of: Due, known: Known, releases: str) -> Copy:
    """The report of a schedule, made from what is known.

    Args:
        releases: hash of the data known on the day.

    Raises:
        ConfigError: there is no such report, or it has no such shape. UnknownPlace.
    """
    body, place = of.schedule.body, _place(of.schedule)
    name, shape = str(body["report"]), str(body["shape"])
    language = language_of(str(body["language"])) or ENGLISH
    report = _report(of.schedule, name, shape)
    about = situation.situation(known, place) if place else situation.overview_of(known)
    content = report.shapes[shape](about, language)
    title = in_language(report.title, language)
    asked = f"as_of={known.as_of}&lang={language.code}"
    parts = (name, place, f"{known.as_of}.{shape}")
    return Copy(
        content=content if isinstance(content, bytes) else content.encode(),
        title=about.place.name if isinstance(about, Situation) else title,
        report=title,
        address=f"{_folder(place)}/{name}.{shape}?{asked}",
        name="-".join(filter(None, parts)),
        shape=shape,
        language=language.code,
        place=place,
        releases=releases,
        schedule=f"{of.schedule.id} {of.period}",
        **_speaks_from(known),
    )


def _speaks_from(known: Known) -> dict[str, Any]:
    """The day and the forecast of what is known."""
    return {"as_of": known.as_of, "issue": head(known).issue_id or ""}


def _place(schedule: Record) -> str:
    """The country that it is about, '' for the world."""
    return schedule.place if schedule.body["report"] in reports(COUNTRY) else ""


def _folder(place: str) -> str:
    return f"/countries/{place}" if place else ""


def _report(schedule: Record, name: str, shape: str) -> Report:
    """The report of a schedule. Raises ConfigError where it has no such shape."""
    report = {**reports(COUNTRY), **reports(WORLD)}.get(name)
    if report is None or shape not in report.shapes:
        have = ", ".join(report.shapes) if report else "no such report"
        raise ConfigError(f"schedule {schedule.id}: {name} as {shape}: {have}")
    return report
