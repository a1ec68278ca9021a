"""What was known on one day: each table is read when it is first asked for, and once, whoever asks.

A forecast and the reports made of it go through many functions that each read what they need. Handed this in place of the
lake, they share what was read, and none of them can read past the day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pyarrow as pa

from upstander.core.errors import LeakageError
from upstander.core.tables import Table
from upstander.lake import Lake, Release


class Reads(Protocol):
    """What can be read as of a day: a lake, or what was known of it on one day."""

    def read(
        self,
        table: Table,
        *,
        as_of: date,
        source: str | None = None,
        hindcast: bool = False,
    ) -> pa.Table:
        """Rows of a table; see ``Lake.read``."""
        ...

    def releases(self, *, as_of: date, source: str | None = None) -> tuple[Release, ...]:
        """Releases known on a day, oldest first."""
        ...


@dataclass(frozen=True)
class AsOf:
    """The lake as of ``day``; what was read stays in memory as long as this does."""

    lake: Lake
    day: date
    _tables: dict[tuple[str, date, str | None], pa.Table] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def read(
        self,
        table: Table,
        *,
        as_of: date,
        source: str | None = None,
        hindcast: bool = False,
    ) -> pa.Table:
        """Rows of a table, read once for each day and source.

        Raises:
            LeakageError: the day asked about is after this one, or final data are asked for (``hindcast``), or nothing was
                known by then. ConfigError: the lake holds no release of the table at all.
        """
        if as_of > self.day or hindcast:
            raise LeakageError(
                f"{table.name}: asked as of {as_of}, and this speaks of {self.day}"
            )
        asked = (table.name, as_of, source)
        if asked not in self._tables:
            self._tables[asked] = self.lake.read(table, as_of=as_of, source=source)
        return self._tables[asked]

    def releases(self, *, as_of: date, source: str | None = None) -> tuple[Release, ...]:
        """Releases known on a day, oldest first."""
        return self.lake.releases(as_of=as_of, source=source)
