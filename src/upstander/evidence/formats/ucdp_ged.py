"""UCDP events, annual or Candidate, read by our own source of the same name: one item per event.

UCDP's precisions become ours: ``where_prec`` 1 is exact, 2 and 3 settlement and district, 4 and 5 province, 6 and 7
country (codebook 25.1); ``date_prec`` 1 is a day, 2 and 3 a week, 4 a month, 5 a year. UCDP counts deaths without sex or
age: those fields stay empty, and the gap report says so. The headline of the source is not in the lake's event table,
so the passage says in a sentence what UCDP codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from upstander.core.places import Places
from upstander.core.upload_rows import Line
from upstander.core.upload_text import bounded
from upstander.evidence.formats import Found, Import, Opened
from upstander.sources import ucdp_ged

WHERE = {
    1: "exact",
    2: "settlement",
    3: "district",
    4: "province",
    5: "province",
    6: "country",
    7: "country",
}
WHEN = {1: "day", 2: "week", 3: "week", 4: "month", 5: "year"}
VIOLENCE = {
    "state_based": "State-based conflict",
    "non_state": "Non-state conflict",
    "one_sided": "One-sided violence",
}

# Who published every event, and how.
PUBLISHED = {
    "publisher": "Uppsala Conflict Data Program",
    "published": True,
    "url": "https://ucdp.uu.se/downloads/",
}


def open_(path: Path, _encoding: str, places: Places) -> Opened:
    """Events of every release the file holds."""

    bounded(path)

    def items() -> Iterator[Found]:
        for snapshot in ucdp_ged.find(path):
            rows = ucdp_ged.parse(snapshot, places).to_pylist()
            yield from (
                Found(Line(f"event {r['event_id']}", {}), known(r), place=r["country"])
                for r in rows
            )

    return Opened((), items())


def known(event: dict[str, Any]) -> dict[str, Any]:
    """One row of the lake's event table as an item of evidence."""
    best = event["fatalities_best"]
    what, where = VIOLENCE[event["violence_type"]], _where(event)
    return {
        "title": f"{what}, {where}, {event['start_date']}: {best} killed"[:300],
        "passage": _passage(event),
        "language": "en",
        **_days_and_place(event),
        "event": event["event_id"],
        **PUBLISHED,
        "affected": best,
        "act_types": ["killing"] if event["violence_type"] == "one_sided" else [],
        "origin": "ucdp_ged",
        "origin_id": event["event_id"],
    }


def _days_and_place(event: dict[str, Any]) -> dict[str, Any]:
    first, last = event["start_date"], event["end_date"]
    return {
        "day": first.isoformat(),
        "until": last.isoformat() if last != first else None,
        "day_precision": WHEN.get(event["date_precision"]),
        "admin1": event["admin1"],
        "latitude": event["latitude"],
        "longitude": event["longitude"],
        "precision": WHERE.get(event["where_precision"]),
    }


def _where(event: dict[str, Any]) -> str:
    return event["admin1"] or "a place not named"


def _passage(event: dict[str, Any]) -> str:
    """The event in words."""
    first, last = event["start_date"], event["end_date"]
    span = f"on {first}" if first == last else f"between {first} and {last}"
    sides = " and ".join(s for s in (event["side_a"], event["side_b"]) if s)
    low, high = (_number(event[f"fatalities_{level}"]) for level in ("low", "high"))
    civilians = event["deaths_civilians"]
    return (
        f"{VIOLENCE[event['violence_type']]} {span} in {_where(event)}. Parties: {sides or 'not known'}. "
        f"Killed: best estimate {event['fatalities_best']}, lowest {low}, highest {high}."
        f"{'' if civilians is None else f' Civilians killed: {civilians}.'} "
        f"UCDP's checking state: {event['code_status'] or 'not said'}."
    )


def _number(deaths: int | None) -> str:
    return "not known" if deaths is None else str(deaths)


IMPORT = Import(
    title="UCDP events (annual and Candidate)",
    citation=ucdp_ged.SOURCE.citation,
    open=open_,
    published=True,
)
