"""Odd requests to every route as every role, for as many rounds as asked. Run from the root.

    PYTHONPATH=src:. python benchmarks/fuzz_pages.py 20 40

The two numbers are the first seed and the one after the last; a round is some 1,000 requests and takes half a minute.
Prints each request that the server had no answer to, so that it can be repeated, and ends with 1 if there was any.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.web import fuzzing


def main(first: int, after: int) -> int:
    """Run the rounds; how many requests failed."""
    failed = 0
    for seed in range(first, after):
        with tempfile.TemporaryDirectory() as folder:
            office, ids = fuzzing.seeded(Path(folder))
            found, count = fuzzing.failures(office, seed, ids)
        failed += len(found)
        print(
            f"seed {seed}: {count:,} requests, {len(found)} without an answer",
            *found,
            sep="\n  ",
            flush=True,
        )
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2])) else 0)
