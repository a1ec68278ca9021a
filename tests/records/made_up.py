"""Made-up people and records."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from upstander.core.rights import WORKERS, Actor, Marking, Role, Stamp
from upstander.records import Draft, new_id
from upstander.records.store import Records

# For a process of its own.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}

DAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LATER = DAY + timedelta(days=1)

AMIRA = Actor("amira", "Amira", Role.ANALYST, "gov")
BEN = Actor("ben", "Ben", Role.ANALYST, "gov")
CARLA = Actor("carla", "Carla", Role.CONTRIBUTOR, "gov")
HEAD = Actor("hana", "Hana", Role.HEAD, "gov")
NGO = Actor("nadia", "Nadia", Role.ANALYST, "ngo")
NGO_HEAD = Actor("noor", "Noor", Role.HEAD, "ngo")
ADMIN = Actor("root", "Root", Role.ADMINISTRATOR, "")
OVERSIGHT = Actor("olga", "Olga", Role.OVERSIGHT, "")


def opened(url: str, folder: Path) -> Records:
    """A store with its keys in ``folder``."""
    return Records.open(url, folder / "keys")


def draft(
    by: Actor = AMIRA,
    *,
    kind: str = "evidence",
    id: str = "",
    marking: Marking = Marking.AMBER,
    **more,
) -> Draft:
    """A draft by somebody, in her own space unless a stamp is given."""
    stamp = more.pop("stamp", None) or Stamp(by.space, by.account, marking)
    return Draft(
        kind=kind,
        id=id or new_id(),
        stamp=stamp,
        writers=WORKERS,
        **{"body": {"title": "a report"}, **more},
    )


def said(record):
    """What was written into a record, without the fields of its form that nobody filled in."""
    return {name: value for name, value in record.body.items() if value not in (None, [])}
