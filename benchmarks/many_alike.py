"""Time and memory of bringing in many lines of one questionnaire and day. Run from the root.

    PYTHONPATH=src python benchmarks/many_alike.py 1000 5000 20000

For each number of lines, in a process of its own: a look at the file, then keeping it in an empty SQLite store; and the
same for lines that share most words and differ in a few, which is the harder case for the search of duplicates.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path

from upstander.core.places import load
from upstander.core.rights import Actor, Role
from upstander.evidence import importing
from upstander.records.accounts import Accounts
from upstander.records.store import Records
from upstander.records.vault import Vault

# Words without digits: numbers alone make no difference between lines.
WORDS = [
    "".join(letters)
    for letters in islice(product("bdfgklmnprst", "aeiou", "bdfgklmnprst", "aeiou"), 400)
]


def text_of(line: int, sort: str) -> tuple[str, str]:
    """The passage of a line, and what its title has more than the others."""
    if sort == "alike":
        return "Displaced household reported loss of livestock and shelter", ""
    return " ".join(
        WORDS[(line * 31 + k * 17) % 400] for k in range(12)
    ), f" {WORDS[line % 400]} {WORDS[line * 7 % 397]}"


def measured(lines: int, sort: str) -> dict[str, object]:
    """Seconds of the look and of keeping, and the most memory the process held."""
    folder = Path(tempfile.mkdtemp(prefix="upstander-many-"))
    by, now = Actor("amira", "Amira", Role.ANALYST, "office"), datetime.now(UTC)
    records = Records.open(f"sqlite:///{folder}/records.db", folder / "keys")
    Accounts(records).add_space(
        "office",
        "Office",
        "government",
        by=Actor("r", "R", Role.ADMINISTRATOR, ""),
        now=now,
    )
    with (folder / "a.csv").open("w") as file:
        file.write("title,passage,day,affected\n")
        for n in range(lines):
            passage, more = text_of(n, sort)
            file.write(
                f'"Household survey{more}, household {n}",{passage},2026-03-02,{n}\n'
            )
    began = time.perf_counter()
    brought = importing.bring(
        "template", folder / "a.csv", by=by, places=load(), place="SDN"
    )
    looked = time.perf_counter()
    importing.kept(
        brought,
        records=records,
        vault=Vault.open(records, folder / "vault.key"),
        by=by,
        why="measured",
        now=now,
    )
    return {
        "lines": lines,
        "sort": sort,
        "look_seconds": round(looked - began, 1),
        "keep_seconds": round(time.perf_counter() - looked, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "pairs": len(brought.pairs),
        "groups": len(getattr(brought, "groups", ())),
    }


def main() -> None:
    """One JSON line for each number of lines and sort."""
    for number in map(int, sys.argv[1:] or ["1000"]):
        for sort in ("alike", "mixed"):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(json.dumps(pool.apply(measured, (number, sort))), flush=True)


if __name__ == "__main__":
    main()
