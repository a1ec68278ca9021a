"""How long three readings take on this machine: names of places, records of a kind, a full review through two lenses.

Medians of nine turns within one run, in milliseconds, each beside what is promised on two idle cores. Nothing fails here:
a figure above its promise is looked into by a person. Run: python -m benchmarks.reading
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from tests.assess.rated import rating_record, record

from upstander.assess.aggregation import ties_of
from upstander.assess.frameworks import shipped
from upstander.assess.lenses import view
from upstander.assess.rating import ratings
from upstander.core.places import load
from upstander.core.rights import Actor, Role, Stamp
from upstander.records import Draft, new_id
from upstander.records.store import Records

TURNS = 9


def median_ms(once: Callable[[], object]) -> float:
    """The median of TURNS turns, in milliseconds."""
    spent = []
    for _ in range(TURNS):
        began = time.perf_counter()
        once()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent)


def names() -> Callable[[], object]:
    """400,000 names of places resolved at once."""
    places, day = load(), date(2024, 1, 1)
    known = [p.name for p in places.current(day)]
    values = pa.array([known[i % len(known)] for i in range(400_000)])
    return lambda: places.resolve_all(values, "name", day)


def found(folder: Path) -> Callable[[], object]:
    """2,000 evidence items read from SQLite."""
    store = Records.open(f"sqlite:///{folder / 'records.db'}", folder)
    ben = Actor("ben", "Ben", Role.ANALYST, "gov")
    body = {
        "title": "report of an event",
        "passage": "what was said " * 40,
        "supports": ["7.5"],
        "reliability": "B",
    }
    drafts = [
        Draft(
            kind="evidence",
            id=new_id(),
            body=body,
            stamp=Stamp("gov", "ben"),
            writers=(Role.ANALYST,),
            place="SDN",
        )
        for _ in range(2000)
    ]
    store.append(drafts, by=ben, why="seeded", now=datetime.now(UTC))
    later = datetime.now(UTC) + timedelta(days=1)
    return lambda: store.find(by=ben, as_of=later, kinds=["evidence"], limit=2000)


def reviewed() -> Callable[[], object]:
    """A full review with 2,000 items of evidence through two lenses."""
    codes = list(shipped().rated)
    rated = [
        rating_record(c, n % 5, evidence="medium", agreement="high", trend="rising")
        for n, c in enumerate(codes)
    ]
    items = [
        record(
            "evidence",
            f"e{n}",
            {"supports": [codes[n % len(codes)]], "against": [codes[(n * 7) % len(codes)]]},
        )
        for n in range(2000)
    ]

    def once() -> None:
        base, ties = ratings(rated, shipped()), ties_of(items)
        view(shipped(), "six_factors", base, "gov", ties)
        view(shipped(), "framework_2014", base, "gov", ties)

    return once


def main() -> None:
    """Print the three medians."""
    with tempfile.TemporaryDirectory() as folder:
        for title, promised, once in (
            ("400,000 names of places", 50, names()),
            ("2,000 records found", 40, found(Path(folder))),
            ("a full review through two lenses", 30, reviewed()),
        ):
            print(
                f"{title}: {median_ms(once):.1f} ms (promised on two idle cores: {promised} ms)"
            )


if __name__ == "__main__":
    main()
