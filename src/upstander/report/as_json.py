"""The JSON twin of a page: the same objects, numbers unrounded, dates as ISO text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from upstander.report.situation import Line, Overview, Situation

OMITTED = frozenset({"latitude", "longitude"})


def plain(value: Any) -> Any:
    """Dataclasses, tuples and dates as dictionaries, lists and text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in OMITTED
        }
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def dumps(value: Any) -> str:
    """JSON text; a NaN anywhere is refused rather than written."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False)


def situation(held: Situation) -> dict[str, Any]:
    """A country page as JSON."""
    found: dict[str, Any] = plain(held)
    for chance, written in zip(held.chances, found["chances"], strict=True):
        written |= {
            "period": chance.period,
            "ranks": chance.ranks,
            "text": chance.text,
            "event": chance.event,
        }
    for year, written in zip(held.years, found["years"], strict=True):
        written["total"] = year.total
    if held.moved is not None:
        found["moved"]["sentence"] = held.moved.sentence
        for share, written in zip(held.moved.shares, found["moved"]["shares"], strict=True):
            written["change"] = share.change
    return found


def overview(held: Overview) -> dict[str, Any]:
    """The watchlist as JSON: one row a place, each complete in itself."""
    return {
        **plain(held.head),
        "missing": list(held.missing),
        "raised_outside_conflict": [x.code for x in held.outside_conflict],
        "places": [row(held, x) for x in held.lines],
    }


def row(held: Overview, line: Line) -> dict[str, Any]:
    """One place: the headline probability with all that must stand beside it."""
    main = line.headline
    keys = (
        "probability",
        "low",
        "high",
        "base_rate",
        "ratio",
        "rank",
        "rank_low",
        "rank_high",
        "of",
        "tied",
        "model",
        "basis",
    )
    return {
        "place": line.code,
        "name": line.name,
        "kind": line.kind,
        "region": line.region,
        "outlook_band": line.band.number if line.band else None,
        "outlook_band_name": line.band.name if line.band else None,
        "is_ongoing": line.ongoing,
        "target": main.target if main else None,
        "target_period": main.period if main else None,
        "target_event": main.event if main else None,
        **{k: getattr(main, k) if main else None for k in keys},
        "text": main.text if main else held.head.forecast_note,
        "total_1000_probability": line.total_1000.probability if line.total_1000 else None,
        "total_25_probability": line.total_25.probability if line.total_25 else None,
        "total_100_probability": line.total_100.probability if line.total_100 else None,
        "total_1000_low": line.total_1000.low if line.total_1000 else None,
        "total_1000_high": line.total_1000.high if line.total_1000 else None,
        "total_1000_period": line.total_1000.period if line.total_1000 else None,
        "hard_onset_probability": line.hard_onset.probability if line.hard_onset else None,
        "one_sided_last_year": line.last_year.one_sided if line.last_year else None,
        "total_last_year": line.last_year.total if line.last_year else None,
        "last_year": line.last_year.year if line.last_year else None,
        "trend": line.trend.sentence,
        "reasons": [plain(r) for r in line.reasons],
        "note": " ".join(dict.fromkeys(x for x in (line.note, main.note if main else "") if x)),
        "as_of": held.head.as_of.isoformat(),
        "ledger_id": held.head.issue_id,
    }
