"""Write records for ever, in processes made to be killed: url, keys.

Each line of names that comes in starts one writer per name (forked, so that nobody waits for imports), which says
``started PID`` and then each pair of records once it is acknowledged. When all are dead: ``over``.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from upstander.core.rights import WORKERS, Actor, Role, Stamp
from upstander.records import Draft, new_id
from upstander.records.store import Records


def say(line: str) -> None:
    """One line in one write: a killed writer leaves no half of it."""
    os.write(1, f"{line}\n".encode())


def write_on(url: str, keys: Path, name: str) -> None:
    """Append pairs until killed, or until an append is refused."""
    by, stamp = Actor(name, name, Role.ANALYST, "gov"), Stamp("gov", name, shared=("ngo",))
    body, records = {"title": "x" * 3000, "n": "1"}, Records.open(url, keys)
    say(f"started {os.getpid()}")
    while True:
        pair = [
            Draft(
                kind="evidence",
                id=new_id(),
                body=body,
                sealed=frozenset({"n"}),
                stamp=stamp,
                writers=WORKERS,
            )
            for _ in range(2)
        ]
        kept = records.append(pair, by=by, why="on", now=datetime.now(UTC))
        say(" ".join(f"{r.id}={r.fingerprint}" for r in kept))


if __name__ == "__main__":
    for line in sys.stdin:
        children = []
        for name in line.split():
            if not (child := os.fork()):
                write_on(sys.argv[1], Path(sys.argv[2]), name)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        say("over")
