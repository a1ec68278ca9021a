"""Insert a release into the history of its source, also between two that are already there.

Releases are ordered by (known_at, sequence). A release that arrives late changes
what those after it differ from; their differences are computed again, one by one,
until the state is what it was before. No release's own rows are ever lost: the
state inside its coverage and its stragglers are its content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from upstander.core.tables import EVENT, LAKE_TABLES, VIOLENCE_MONTH
from upstander.lake.derive import months_of_events
from upstander.lake.differences import advance, content, derived_difference, difference, empty, ordered
from upstander.lake.releases import Release

TABLES = {t.name: t for t in LAKE_TABLES}
Parts = dict[str, pa.Table]


@dataclass(frozen=True)
class Entry:
    """One release and the difference it made to each of its tables."""

    release: Release
    changes: Parts


def states(entries: Sequence[Entry]) -> Parts:
    """State of every table after ``entries``, which are in order."""
    state: Parts = {}
    for entry in entries:
        state = advanced(state, entry.changes)
    return state


def advanced(state: Parts, changes: Parts) -> Parts:
    """States after the changes of one release."""
    return state | {
        name: advance(state.get(name, empty(TABLES[name])), change, TABLES[name]) for name, change in changes.items()
    }


def changes(state: Parts, release: Release, contents: Parts) -> Parts:
    """What a release changes in every table, the sums of its events included."""
    found = {
        name: difference(state.get(name, empty(TABLES[name])), rows, TABLES[name], release)
        for name, rows in contents.items()
    }
    if EVENT.name in found:
        events = state.get(EVENT.name, empty(EVENT))
        months = state.get(VIOLENCE_MONTH.name, empty(VIOLENCE_MONTH))
        after = months_of_events(advance(events, found[EVENT.name], EVENT))
        backed = months_of_events(events)
        found[VIOLENCE_MONTH.name] = derived_difference(months, backed, after, VIOLENCE_MONTH, release)
    return found


def insert(before: Sequence[Entry], release: Release, contents: Parts, after: Sequence[Entry]) -> list[Entry]:
    """Entries to store: the new release first, then those after it whose differences are now others."""
    state = states(before)
    new = Entry(release, changes(state, release, contents))
    stored = [new]
    if not after:
        return stored
    old, state = state, advanced(state, new.changes)
    for entry in after:
        old = advanced(old, entry.changes)
        found = changes(state, entry.release, _contents(old, entry))
        if not _is_same(found, entry.changes):
            stored.append(Entry(entry.release, found))
        state = advanced(state, found)
        if _is_same(state, old):
            break
    return stored


def _contents(state: Parts, entry: Entry) -> Parts:
    names = set(entry.changes) - ({VIOLENCE_MONTH.name} if EVENT.name in entry.changes else set())
    return {name: content(state[name], entry.changes[name], TABLES[name], entry.release) for name in sorted(names)}


def _is_same(one: Parts, other: Parts) -> bool:
    names = {n for n in (*one, *other) if (one.get(n, _none).num_rows or other.get(n, _none).num_rows)}
    return all(n in one and n in other and ordered(one[n], TABLES[n]).equals(ordered(other[n], TABLES[n])) for n in names)


_none = pa.table({})
