"""What others say of a country, beside our forecast and never part of it: as the reader may see it, on the day asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from upstander.core.messages import say
from upstander.monitor import peer_labels
from upstander.monitor.peer_labels import KIND, PeerLabel
from upstander.records.disclosure_control import blurred
from upstander.report import as_json, peer_forecasts, words
from upstander.report.peer_forecasts import PeerMonth
from upstander.web.kernel import access_log, page_cache
from upstander.web.kernel.public_pages import Asked
from upstander.web.kernel.record_reading import everything, may_begin
from upstander.web.kernel.rendering import part
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.urls import url

TEMPLATE = "country_others.html"


def section(request: PageRequest, asked: Asked) -> str:
    """The section of the page, as this reader sees it."""
    request = _of_the_day(request, asked)

    def made() -> str:
        content = {**_content(request, asked), **_ways(request, asked)}
        return part(TEMPLATE, request.language, **content)

    return _kept(request, asked, "html", made)


def listed(request: PageRequest, asked: Asked) -> str:
    """The same as JSON."""
    request = _of_the_day(request, asked)

    def made() -> str:
        return as_json.dumps(_content(request, asked))

    return _kept(request, asked, "json", made)


def _of_the_day(request: PageRequest, asked: Asked) -> PageRequest:
    """The day that the installation speaks from is its today, though its clock may have gone on: links name that day."""
    if asked.as_of != asked.state.today:
        return request
    return replace(request, as_of=request.now, is_past=False)


def _content(request: PageRequest, asked: Asked) -> dict[str, Any]:
    """Labels, and forecasts of deaths by month beside ours."""
    return {
        "labels": labels(request, asked.place_code),
        "forecasts": _forecasts(request, asked),
    }


def _forecasts(request: PageRequest, asked: Asked) -> Sequence[PeerMonth]:
    """Of coming months; where the place's deaths are booked under another State, ours are not its own and stay away."""
    folder, on = request.state.settings.peers, request.as_of.date()
    if not any(peer_forecasts.files_on(folder, on)):
        return ()
    ours = asked.situation
    fan = () if ours.counted_under else ours.fan
    return peer_forecasts.months(folder, asked.place_code, fan, on)


def labels(request: PageRequest, code: str) -> list[dict[str, Any]]:
    """The newest label of each peer by the day asked about, JSON-able."""
    on = request.as_of.date()
    found = [*_written(request, code), *_in_files(request, code)]
    return [_row(label, request) for label in peer_labels.newest(found, on)]


def _written(request: PageRequest, code: str) -> Sequence[PeerLabel]:
    """Those in records that the reader may read."""
    found = everything(request, kinds=(KIND,), place=code)
    shown = (blurred(record, request.actor) for record in found)
    return [peer_labels.of_record(record) for record in shown]


def _in_files(request: PageRequest, code: str) -> Sequence[PeerLabel]:
    """Those in files as peers publish them."""
    folder = request.state.settings.peers
    return peer_labels.of_files(folder, code, request.as_of.date())


def _row(label: PeerLabel, request: PageRequest) -> dict[str, Any]:
    page = url("record", kind=KIND, id=label.record) if label.record else ""
    return {
        "peer": label.peer,
        "label": label.label,
        "about": label.about,
        "number": label.number,
        "unit": label.unit,
        "figure": _figure(label),
        "published": label.day,
        "age": words.age(label.day, request.as_of.date()),
        "age_days": (request.as_of.date() - label.day).days,
        "url": label.url,
        "brought_in": label.brought_in,
        "record": page,
    }


def _figure(label: PeerLabel) -> str:
    """The number with its unit, '' where they give none."""
    if label.number is None:
        return ""
    return FIGURES.get(label.unit, words.amount)(label.number)


def _ways(request: PageRequest, asked: Asked) -> Mapping[str, str]:
    """Where the reader adds a label or brings in a file, '' for who may not."""
    if not may_begin(request, KIND) or not request.actor.space:
        return {"add": "", "bring": ""}
    code = asked.place_code
    return {
        "add": f"{url('record_new', kind=KIND)}?place={code}",
        "bring": f"{url('evidence_import')}?kind={KIND}",
    }


def _kept(request: PageRequest, asked: Asked, shape: str, make: Callable[[], str]) -> str:
    """What ``make`` gives, kept for the one who asks; what is restricted in it is told to the access log."""
    on, folder = request.as_of.date(), request.state.settings.peers
    found = [
        *(file for *_, file in peer_labels.files_on(folder, on)),
        *(file for *_, file in peer_forecasts.files_on(folder, on)),
    ]
    files = tuple((str(file), file.stat().st_mtime_ns) for file in found)
    instant = request.as_of if request.is_past else on
    key = ("others", shape, asked.place_code, instant, request.is_past, files)
    made = page_cache.kept(request, key, make)
    access_log.keep_read(request)
    return made


def _rank(number: float) -> str:
    return say("web.peer_rank", rank=words.count(number))


def _deaths(number: float) -> str:
    return say("web.peer_deaths", deaths=words.count(number))


FIGURES: Mapping[str, Callable[[float], str]] = {
    "probability": words.percent,
    "rank": _rank,
    "deaths": _deaths,
}
