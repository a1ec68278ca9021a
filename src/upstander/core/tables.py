"""What each table holds: the column, its type, its unit, its meaning.

Two groups: tables the lake keeps (what was published) and tables an issue of
forecasts holds (what we said). Nulls mean "not known"; there is no NaN.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.errors import TableError
from upstander.core.row_numbers import row_numbers
from upstander.core.thresholds import ONE_SIDED

TEXT, DAY, INT, REAL, FLAG = pa.string(), pa.date32(), pa.int64(), pa.float64(), pa.bool_()


@dataclass(frozen=True)
class Column:
    """One column. ``unit`` is the unit of measure, '' when it has none."""

    name: str
    type: Any
    unit: str
    meaning: str
    nullable: bool = False
    minimum: float | None = None


@dataclass(frozen=True)
class Table:
    """A named list of columns and the key that makes a row unique.

    ``period`` names the column that says when a row happened (a day or the first
    day of a month or year); ``grain`` is the length of that period. ``speaks_for``
    names the columns whose values bound what a release can take back: a file of six
    indices says nothing of a seventh, so only rows whose ``speaks_for`` values occur
    in the new release vanish when it no longer holds them.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    period: str = ""
    grain: str = "day"
    speaks_for: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with the key columns not nullable."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    @property
    def plain_schema(self) -> pa.Schema:
        """The Arrow schema of rows on their way: every column may be null."""
        return pa.schema([(c.name, c.type) for c in self.columns])

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)

    def check(self, rows: pa.Table) -> pa.Table:
        """Return ``rows`` in column order, or say exactly what is wrong.

        Raises:
            TableError: columns, types, nulls, bounds or keys differ from the declaration.
        """
        missing = set(self.names) - set(rows.column_names)
        unknown = set(rows.column_names) - set(self.names)
        if missing or unknown:
            raise TableError(
                f"{self.name}: missing {sorted(missing)}, unknown {sorted(unknown)}"
            )
        for c in self.columns:
            self._check_column(c, rows[c.name])
        numbers = row_numbers(rows, self.key)
        numbers.sort()
        if (numbers[1:] == numbers[:-1]).any():
            raise TableError(f"{self.name}: rows repeat the key {self.key}")
        return rows.select(self.names).cast(self.schema)

    def in_order(self, rows: pa.Table) -> pa.Table:
        """Checked rows in the order of their key, in one piece; those that stand so already are not sorted again."""
        numbers = row_numbers(rows, self.key)
        if (numbers[1:] > numbers[:-1]).all():
            return rows.combine_chunks()
        return rows.take(np.argsort(numbers)).combine_chunks()

    def _check_column(self, c: Column, values: pa.ChunkedArray) -> None:
        name = f"{self.name}.{c.name}"
        if values.type != c.type:
            raise TableError(f"{name}: is {values.type}, should be {c.type}")
        if not c.nullable and values.null_count:
            raise TableError(f"{name}: {values.null_count} nulls")
        if pa.types.is_floating(c.type) and pc.any(pc.is_nan(values)).as_py():
            raise TableError(f"{name}: NaN; write null for what is not known")
        least = pc.min(values).as_py() if c.minimum is not None else None
        if c.minimum is not None and least is not None and least < c.minimum:
            raise TableError(f"{name}: {least} is below {c.minimum}")


def _deaths(name: str, meaning: str, nullable: bool = True) -> Column:
    return Column(name, INT, "person", meaning, nullable, minimum=0)


_EVENT_WHEN = (
    Column("start_date", DAY, "day", "first day the event may have happened"),
    Column("end_date", DAY, "day", "last day the event may have happened"),
    Column("date_precision", INT, "", "UCDP date_prec 1 (exact day) to 5 (year)", True, 1),
)
_EVENT_WHERE = (
    Column("country", TEXT, "", "place code (ISO 3166-1 alpha-3 where one exists)"),
    Column("admin1", TEXT, "", "first-order division, as the publisher writes it", True),
    Column("latitude", REAL, "degree north", "WGS84", True, -90),
    Column("longitude", REAL, "degree east", "WGS84", True, -180),
    Column(
        "where_precision",
        INT,
        "",
        "UCDP where_prec 1 (exact) to 7 (international waters or air)",
        True,
        1,
    ),
)
_EVENT_WHO = (
    Column(
        "violence_type",
        TEXT,
        "",
        "state_based, non_state or one_sided (UCDP types 1, 2, 3)",
    ),
    Column("side_a", TEXT, "", "first party, as the publisher names it", True),
    Column("side_b", TEXT, "", "second party, as the publisher names it", True),
    Column("code_status", TEXT, "", "publisher's checking state, e.g. Clear", True),
)
_EVENT_DEATHS = (
    _deaths("deaths_civilians", "civilians among the dead, in violence of any type"),
    _deaths("fatalities_low", "lowest reliable estimate"),
    _deaths("fatalities_best", "most reliable estimate", False),
    _deaths("fatalities_high", "highest reliable estimate"),
)

EVENT = Table(
    "event",
    key=("event_id",),
    period="start_date",
    columns=(
        Column("event_id", TEXT, "", "publisher's prefix and identifier, e.g. ucdp:492699"),
        *_EVENT_WHEN,
        *_EVENT_WHERE,
        *_EVENT_WHO,
        *_EVENT_DEATHS,
    ),
)

VIOLENCE_MONTH = Table(
    "violence_month",
    key=("country", "month"),
    period="month",
    grain="month",
    columns=(
        Column("country", TEXT, "", "place code"),
        Column("month", DAY, "month", "first day of the month"),
        _deaths("fatalities_best", "deaths in organised violence, best estimate", False),
        _deaths("fatalities_low", "lowest reliable estimate"),
        _deaths("fatalities_high", "highest reliable estimate"),
        _deaths("state_based_best", "deaths in state-based conflict"),
        _deaths("non_state_best", "deaths in non-state conflict"),
        _deaths("one_sided_best", ONE_SIDED),
        _deaths(
            "one_sided_unnamed_best",
            "of these, by actors UCDP has not yet named (its placeholders XXX...)",
        ),
        Column(
            "state_based_events", INT, "event", "events of state-based conflict", True, 0
        ),
        Column("non_state_events", INT, "event", "events of non-state conflict", True, 0),
        Column("one_sided_events", INT, "event", "events of one-sided violence", True, 0),
    ),
)

_KINDS_OF_VIOLENCE = {
    "state_based": "state-based conflict",
    "non_state": "non-state conflict",
    "one_sided": "one-sided violence (UCDP)",
}
VIOLENCE_YEAR = Table(
    "violence_year",
    key=("country", "year"),
    period="year",
    grain="year",
    columns=(
        Column(
            "country",
            TEXT,
            "",
            "place code at the time (SUN before 1992 stands under RUS, as UCDP books it)",
        ),
        Column("year", INT, "year", "calendar year"),
        *(
            _deaths(f"{kind}_{level}", f"deaths in {text}, {level} estimate", False)
            for kind, text in _KINDS_OF_VIOLENCE.items()
            for level in ("low", "best", "high")
        ),
        _deaths("one_sided_government_best", f"{ONE_SIDED}, by a government"),
        _deaths(
            "one_sided_other_best",
            f"{ONE_SIDED}, by an organised group that is not a government",
        ),
    ),
)

INDICATOR_YEAR = Table(
    "indicator_year",
    key=("country", "year", "indicator"),
    period="year",
    grain="year",
    speaks_for=("indicator",),
    columns=(
        Column("country", TEXT, "", "place code"),
        Column("year", INT, "year", "calendar year"),
        Column(
            "indicator",
            TEXT,
            "",
            "the source's prefix and its own name, e.g. vdem_v2x_polyarchy, wdi_infant_mortality_per_1000",
        ),
        Column("value", REAL, "", "in the unit the indicator's name or codebook gives"),
    ),
)

TREATY_ACT = Table(
    "treaty_act",
    key=("country", "instrument", "act", "act_date"),
    period="act_date",
    speaks_for=("instrument", "date_precision"),
    columns=(
        Column("country", TEXT, "", "place code"),
        Column("instrument", TEXT, "", "instrument id, e.g. GENOCIDE, ROME, ICCPR-OP2"),
        Column(
            "act",
            TEXT,
            "",
            "signature, ratification, accession, succession, acceptance, approval, bound, withdrawal_notice, "
            "withdrawal_rescinded, withdrawal, reservation or reservation_withdrawn",
        ),
        Column(
            "act_date",
            DAY,
            "day",
            "day of deposit, of a withdrawal the day it takes effect; 31 December where only the year is published",
        ),
        Column(
            "date_precision",
            TEXT,
            "",
            "day or year; recalled: a day told from memory, not read at its source",
        ),
    ),
)

ONE_SIDED_ACTOR = Table(
    "one_sided_actor",
    key=("country", "year", "actor_id"),
    period="year",
    grain="year",
    columns=(
        Column("country", TEXT, "", "place code; one of those the actor is listed for"),
        Column("year", INT, "year", "calendar year in which the actor killed 25 or more"),
        Column("actor_id", TEXT, "", "publisher's prefix and identifier, e.g. ucdp:8635"),
        Column("actor", TEXT, "", "name, as the publisher writes it"),
        Column("sort", TEXT, "", "government or group"),
        Column(
            "countries",
            INT,
            "country",
            "countries the actor is listed for; which of them a year is of is not said",
            minimum=1,
        ),
    ),
)

LAKE_TABLES = (
    EVENT,
    VIOLENCE_MONTH,
    VIOLENCE_YEAR,
    INDICATOR_YEAR,
    TREATY_ACT,
    ONE_SIDED_ACTOR,
)

# What the lake adds to every row it keeps.
STAMPS = (
    Column("source", TEXT, "", "name of the source plug-in"),
    Column(
        "kind", TEXT, "", "'' for the source's own kind of release, candidate or extract"
    ),
    Column("release", TEXT, "", "the publisher's release, e.g. 25.1 or 2024-01-26"),
    Column("known_at", DAY, "day", "first day anyone could read this row"),
    Column(
        "known_at_basis",
        TEXT,
        "",
        "published (the publisher dated it), assumed (our rule, see the source), given (by who brought it) "
        "or brought (the day it came)",
    ),
)
