"""Time and memory of the annual outlook, and how well its reasons hold. Run from the root.

    python benchmarks/annual_models.py --home var --jobs 2

``--home`` holds a lake (``upstander run`` makes one). Scores: ``upstander score --benchmark annual`` and ``ewp``.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from datetime import date
from pathlib import Path

from upstander.core import places as place_tables
from upstander.forecast import annual
from upstander.forecast.workers import Workers
from upstander.lake import Lake


def main() -> None:
    """Print one JSON line with the outlook's time and memory."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--home", type=Path, default=Path("var"))
    ask.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 24))
    ask.add_argument("--jobs", type=int, default=2)
    ask.add_argument("--seed", type=int, default=20260624)
    asked = ask.parse_args()
    lake, places = Lake(asked.home / "lake"), place_tables.load()
    began = time.perf_counter()
    made = annual.outlook(
        lake, places, as_of=asked.as_of, seed=asked.seed, workers=Workers(asked.jobs)
    )
    spent = {
        "outlook_seconds": round(time.perf_counter() - began, 1),
        "own_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "jobs": asked.jobs,
        "base_year": made.base_year,
        "fidelity": made.fidelity,
        "places": len(made.chances["unit"].unique()),
    }
    print(json.dumps(spent))


if __name__ == "__main__":
    main()
