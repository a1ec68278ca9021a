"""Write the made-up country into a folder of its own, from ``content.toml``, and remove it.

Each record of the file has a name, a kind, who writes it and its fields; ``"@name"`` is the id of a record above it, and
``"{-12}"`` the day twelve days before the day of loading. ``steps`` are moves of its form's workflow, each with who makes it.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from upstander.assess.frameworks import shipped
from upstander.assess.rating import rating_draft
from upstander.core.errors import ConfigError
from upstander.core.rights import Actor, Marking, Role, Stamp, Usage
from upstander.core.settings import Settings
from upstander.records import Draft, Record, drafts, new_id, workflow
from upstander.records.accounts import Accounts
from upstander.records.forms import form
from upstander.records.store import Records
from upstander.web.kernel.made_up import (
    CODE,
    LOADED,
    folder_of,
    is_loaded,
    settings_of,
)

LOADER = Actor("loader", "who loads the made-up country", Role.ADMINISTRATOR, "")
DAY = re.compile(r"\{([+-]?\d{1,4})\}")
WHY = "made up, to look at"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Writing:
    """What is being written: the store, its people by name, and the ids of records by theirs."""

    records: Records
    people: Mapping[str, Actor]
    now: datetime
    ids: dict[str, str] = field(default_factory=dict)

    def filled(self, value: Any) -> Any:
        """A value of the file with its days and links filled in."""
        if isinstance(value, list):
            return [self.filled(v) for v in value]
        if not isinstance(value, str):
            return value
        if value.startswith("@"):
            return self.ids[value[1:]]
        return DAY.sub(self._day, value)

    def _day(self, found: re.Match[str]) -> str:
        return (self.now.date() + timedelta(days=int(found[1]))).isoformat()

    def stamp(self, given: Values) -> Stamp:
        """The rights of a record of the file: for the accounts of the made-up country, else as it says."""
        by = self.people[given["by"]]
        marking = Marking(given.get("marking", Marking.GREEN))
        usage = Usage.PUBLIC if marking is Marking.CLEAR else Usage.RESTRICTED
        return Stamp(by.space, by.account, marking, usage)


def load(settings: Settings, now: datetime) -> int:
    """Load it whole, or not at all; returns how many records there are.

    Raises:
        ConfigError: it is there already.
    """
    if is_loaded(settings):
        raise ConfigError("the made-up country is loaded already; remove it first")
    folder = folder_of(settings)
    part = folder.with_name(folder.name + ".part")
    for left in (part, folder):
        shutil.rmtree(left, ignore_errors=True)
    part.mkdir(parents=True)
    count = _write(settings_of(settings, part), now)
    (part / LOADED).write_text(f"{now.isoformat()}\n", "utf-8")
    part.replace(folder)
    return count


def remove(settings: Settings) -> None:
    """Remove it with everything that was written there. Raises ConfigError where it is not."""
    if not is_loaded(settings):
        raise ConfigError("the made-up country is not loaded")
    folder: Path = folder_of(settings)
    (folder / LOADED).unlink()  # nobody enters from here on
    shutil.rmtree(folder)


def content() -> Mapping[str, Any]:
    """The file."""
    file = files("upstander.web.made_up").joinpath("content.toml")
    return tomllib.loads(file.read_text("utf-8"))


def _write(settings: Settings, now: datetime) -> int:
    records, told = Records.open(settings.records, settings.keys_folder), content()
    writing = Writing(records, _people(Accounts(records), told, now), now)
    for given in told["record"]:
        kept = _record(writing, given)
        writing.ids[given["name"]] = kept.id
    for given in told["ratings"]:
        _ratings(writing, given)
    records.database.engine.dispose()
    return len(writing.ids)


def _people(accounts: Accounts, told: Values, now: datetime) -> dict[str, Actor]:
    """The spaces and accounts; nobody signs in to them by a password."""
    for s in told["space"]:
        accounts.add_space(s["id"], s["title"], s["type"], by=LOADER, now=now)
    made = (
        accounts.create(
            p["account"], p["name"], Role(p["role"]), p["space"], by=LOADER, now=now
        )
        for p in told["person"]
    )
    return {a.account: a.actor for a in made}


def _record(writing: Writing, given: Values) -> Record:
    """One record, moved on by its steps."""
    by = writing.people[given["by"]]
    [kept] = _append(writing, by, [_draft(writing, given, by)])
    versions = [kept]
    for step in given.get("steps", ()):
        versions += _append(writing, *_moved(writing, versions, step))
    return versions[-1]


def _append(writing: Writing, by: Actor, made: list[Draft]) -> tuple[Record, ...]:
    return writing.records.append(made, by=by, why=WHY, now=writing.now)


def _draft(writing: Writing, given: Values, by: Actor) -> Draft:
    return drafts.draft(
        given["kind"],
        {name: writing.filled(value) for name, value in given["fields"].items()},
        id=new_id(),
        by=by,
        places=frozenset({CODE}),
        stamp=writing.stamp(given),
        parent=writing.filled(given.get("parent", "")),
        place=CODE,
    )


def _moved(
    writing: Writing, versions: list[Record], step: str
) -> tuple[Actor, list[Draft]]:
    """Who makes a step, and the version after it; a released alert says when."""
    name, _, account = step.partition(" by ")
    by = writing.people[account]
    moved = workflow.moved(form(versions[-1].kind), versions, name, by, {})
    if moved.kind == "alert" and moved.body["status"] == "released":
        sent = {"sent": writing.now.isoformat()}
        moved = replace(moved, body={**moved.body, **sent})
    return by, [moved]


def _ratings(writing: Writing, given: Values) -> None:
    """Ratings of several indicators of one review by one agency."""
    by = writing.people[given["by"]]
    made = [
        rating_draft(
            {"code": code, "level": str(level), "note": given["note"]},
            shipped(),
            review=writing.filled(given["review"]),
            by=by,
            places=frozenset({CODE}),
            stamp=writing.stamp(given),
            place=CODE,
        )
        for code, level in given["levels"].items()
    ]
    _append(writing, by, made)
