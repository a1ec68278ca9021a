"""Score every annual classifier on base years 2003-2023 and on EWP's task, and time the outlook. Run from the root.

    python benchmarks/annual_models.py --home var --ewp ../shared/data/benchmarks/ewp --jobs 2

``--home`` holds a lake (``upstander run`` makes one). Without ``--ewp`` only the universe of all UCDP
States is scored, and EWP's own task is not. The scores are development figures: variants have been compared on these years.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

from upstander.core import places as place_tables
from upstander.forecast import annual, annual_backtest, ewp
from upstander.lake import Lake


def main() -> None:
    """Print one JSON line per target, universe and model, and one with the outlook's time and memory."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--home", type=Path, default=Path("var"))
    ask.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 24))
    ask.add_argument("--ewp", type=Path)
    ask.add_argument("--jobs", type=int, default=2)
    ask.add_argument("--seed", type=int, default=20260624)
    ask.add_argument("--targets", nargs="*", default=list(annual_backtest.ALL))
    asked = ask.parse_args()
    lake, places = Lake(asked.home / "lake"), place_tables.load()
    began = time.perf_counter()
    made = annual.outlook(lake, places, as_of=asked.as_of, seed=asked.seed, jobs=asked.jobs)
    spent = {
        "outlook_seconds": round(time.perf_counter() - began, 1),
        "own_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "jobs": asked.jobs,
        "base_year": made.base_year,
        "fidelity": made.fidelity,
        "places": len(made.chances["unit"].unique()),
    }
    print(json.dumps(spent))
    rows = annual_backtest.backtest(
        lake,
        places,
        as_of=asked.as_of,
        seed=asked.seed,
        jobs=asked.jobs,
        targets=tuple(asked.targets),
        ewp=asked.ewp,
        progress=lambda what, done, total: print(f"{what} {done}/{total}", file=sys.stderr),
    )
    if asked.ewp is not None:
        rows += ewp.score_ewp(asked.ewp, lake, places, as_of=asked.as_of, seed=asked.seed, jobs=asked.jobs)
    for row in rows:
        print(json.dumps(row))


if __name__ == "__main__":
    main()
