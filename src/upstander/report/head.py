"""What every output carries: the day, the issue, the age of the data, the caveat and the mandate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from upstander.core.messages import say
from upstander.core.thresholds import ONE_SIDED_MEANS
from upstander.core.types import CAVEAT
from upstander.lake import Release, lateness, precedence
from upstander.report import bands, mandate, words
from upstander.report.as_of_data import Known

NO_FORECAST = say("report.no_forecast_had_been_issued_by_this")


@dataclass(frozen=True)
class DataAge:
    """One source: its newest release known that day, how old its last data are, and since when it is late (None: it is not)."""

    source: str
    title: str
    publisher: str
    release: str
    known_at: date
    basis: str
    first: date
    last: date
    age: str
    licence: str
    citation: str
    homepage: str
    late_since: date | None = None


@dataclass(frozen=True)
class Head:
    """What every output carries: the day, the issue, the age of the data, the caveat and the mandate."""

    as_of: date
    issue_id: str | None
    issued_as_of: date | None
    last_data_month: date | None
    hindcast: bool
    forecast_note: str
    data_age: str
    caveat: str
    band_rule: str
    mandate: tuple[str, ...]
    one_sided_means: str = ONE_SIDED_MEANS


def head(data: Known) -> Head:
    """What every output carries."""
    meta: Mapping[str, Any] = data.issue.meta if data.issue else {}
    return Head(
        as_of=data.as_of,
        issue_id=meta.get("id"),
        issued_as_of=_day(meta.get("as_of")),
        last_data_month=_day(meta.get("last_month")),
        hindcast=bool(meta.get("hindcast", False)),
        forecast_note=_forecast_note(meta),
        data_age=_age_sentence(data),
        caveat=CAVEAT,
        band_rule=bands.RULE,
        mandate=mandate.citations(),
    )


def _forecast_note(meta: Mapping[str, Any]) -> str:
    if not meta:
        return NO_FORECAST
    is_hindcast = bool(meta.get("hindcast", False))
    how = say("report.a_hindcast_final_data_cut_by_publication") if is_hindcast else ""
    return say("report.forecast", id_=meta["id"], how=how)


def ages(data: Known) -> tuple[DataAge, ...]:
    """The newest release of each source, by title."""
    newest: dict[str, Release] = {}
    for release in data.releases:
        source = release.source
        if source not in newest or release.last >= newest[source].last:
            newest[source] = release
    late = lateness.late(data.releases, data.as_of)
    rows = (_age(r, data.as_of, late.get(r.source)) for r in newest.values())
    return tuple(sorted(rows, key=lambda a: a.title))


def _age(release: Release, as_of: date, late_since: date | None) -> DataAge:
    return DataAge(
        source=release.source,
        title=release.title,
        publisher=release.publisher,
        release=release.release,
        known_at=release.known_at,
        basis=release.basis,
        first=release.first,
        last=release.last,
        age=words.age(release.last, as_of),
        licence=release.licence,
        citation=release.citation,
        homepage=release.homepage,
        late_since=late_since,
    )


def _age_sentence(data: Known) -> str:
    violence = [r for r in data.releases if precedence.voice_of(r) in precedence.RELEASED]
    if not violence:
        return say("report.no_data_on_violence_had_been_published")
    last, as_of = max(r.last for r in violence), data.as_of
    return say(
        "report.data_on_violence_to_old_on",
        day=words.day(last),
        age=words.age(last, as_of),
        day_2=words.day(as_of),
    )


def _day(value: Any) -> date | None:
    return (
        value
        if isinstance(value, date) or value is None
        else date.fromisoformat(str(value))
    )
