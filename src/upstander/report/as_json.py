"""The JSON twin of a page: the same objects, numbers unrounded, dates as ISO text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from upstander.report.probabilities import Chance
from upstander.report.situation import Line, Overview, Situation

Json = dict[str, Any]
HEADLINE_KEYS = {
    "target": "target",
    "target_period": "period",
    "target_event": "event",
    "probability": "probability",
    "low": "low",
    "high": "high",
    "base_rate": "base_rate",
    "ratio": "ratio",
    "rank": "rank",
    "rank_low": "rank_low",
    "rank_high": "rank_high",
    "of": "of",
    "tied": "tied",
    "model": "model",
    "basis": "basis",
}
TOTAL_1000_KEYS = {
    "total_1000_low": "low",
    "total_1000_high": "high",
    "total_1000_period": "period",
}
OMITTED = frozenset({"latitude", "longitude"})


def plain(value: Any) -> Any:
    """Dataclasses, tuples and dates as dictionaries, lists and text."""
    if is_dataclass(value) and not isinstance(value, type):
        names = (f.name for f in fields(value) if f.name not in OMITTED)
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def dumps(value: Any) -> str:
    """JSON text; a NaN anywhere is refused rather than written."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False)


def situation(situation: Situation) -> Json:
    """A country page as JSON."""
    page: Json = plain(situation)
    for chance, written in zip(situation.chances, page["chances"], strict=True):
        written |= {
            name: getattr(chance, name) for name in ("period", "ranks", "text", "event")
        }
    for year, written in zip(situation.years, page["years"], strict=True):
        written["total"] = year.total
    if situation.moved is not None:
        page["moved"]["sentence"] = situation.moved.sentence
        for share, written in zip(
            situation.moved.shares, page["moved"]["shares"], strict=True
        ):
            written["change"] = share.change
    return page


def overview(overview: Overview) -> Json:
    """The watchlist as JSON: one row a place, each complete in itself."""
    return {
        **plain(overview.head),
        "missing": list(overview.missing),
        "raised_outside_conflict": [line.code for line in overview.outside_conflict],
        "places": [row(overview, line) for line in overview.lines],
    }


def row(overview: Overview, line: Line) -> Json:
    """One place: the headline probability with all that must stand beside it."""
    main, head = line.headline, overview.head
    return {
        **_place(line),
        **_of(main, HEADLINE_KEYS),
        "text": main.text if main else head.forecast_note,
        **_others(line),
        **_last_year(line),
        "trend": line.trend.sentence,
        "reasons": [plain(reason) for reason in line.reasons],
        "note": _note(line),
        "as_of": head.as_of.isoformat(),
        "ledger_id": head.issue_id,
    }


def _place(line: Line) -> Json:
    band = line.band
    return {
        "place": line.code,
        "name": line.name,
        "kind": line.kind,
        "region": line.region,
        "outlook_band": band.number if band else None,
        "outlook_band_name": band.name if band else None,
        "is_ongoing": line.ongoing,
    }


def _of(chance: Chance | None, keys: Mapping[str, str]) -> Json:
    """Attributes of a probability by the names they get; all None where there is no probability."""
    return {key: getattr(chance, name) if chance else None for key, name in keys.items()}


def _others(line: Line) -> Json:
    """Probabilities of the other targets."""
    return {
        **_of(line.total_1000, {"total_1000_probability": "probability"}),
        **_of(line.total_25, {"total_25_probability": "probability"}),
        **_of(line.total_100, {"total_100_probability": "probability"}),
        **_of(line.total_1000, TOTAL_1000_KEYS),
        **_of(line.hard_onset, {"hard_onset_probability": "probability"}),
    }


def _last_year(line: Line) -> Json:
    year = line.last_year
    return {
        "one_sided_last_year": year.one_sided if year else None,
        "total_last_year": year.total if year else None,
        "last_year": year.year if year else None,
        **_last_twelve(line),
    }


def _last_twelve(line: Line) -> Json:
    twelve = line.last_twelve
    return {
        "one_sided_last_12_months": twelve.one_sided if twelve else None,
        "total_last_12_months": twelve.total if twelve else None,
        "last_12_months_to": twelve.last.isoformat()[:7] if twelve else None,
        "last_12_months_provisional": twelve.is_provisional if twelve else None,
        "ongoing_since": twelve.since.isoformat()[:7] if twelve and twelve.since else None,
    }


def _note(line: Line) -> str:
    notes = (line.note, line.headline.note if line.headline else "")
    return " ".join(dict.fromkeys(note for note in notes if note))
