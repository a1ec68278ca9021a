"""Monthly sums of events, by country and type of violence."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.tables import VIOLENCE_MONTH

KINDS = ("state_based", "non_state", "one_sided")


def months_of_events(events: pa.Table) -> pa.Table:
    """Rows of VIOLENCE_MONTH from rows of EVENT, sorted by country and month.

    All of an event's deaths stand in its START month, as in UCDP's own
    country-month file. A sum of low or high estimates is null when any event of
    that month has none (they are not zero; nobody gave them).
    """
    if not events.num_rows:
        return VIOLENCE_MONTH.schema.empty_table()
    columns: dict[str, Any] = {
        "country": events["country"].dictionary_encode(),
        # The date is cut to the month before it goes anywhere: floor_temporal keeps date32.
        "month": pc.floor_temporal(events["start_date"], unit="month"),
        "fatalities_best": events["fatalities_best"],
        "fatalities_low": events["fatalities_low"],
        "fatalities_high": events["fatalities_high"],
    }
    for kind in KINDS:
        chosen = pc.equal(events["violence_type"], kind)
        columns[f"{kind}_best"] = pc.if_else(chosen, events["fatalities_best"], 0)
        columns[f"{kind}_events"] = pc.cast(chosen, pa.int64())
    sums = [name for name in columns if name not in ("country", "month")]
    strict = pc.ScalarAggregateOptions(skip_nulls=False)
    grouped = pa.table(columns).group_by(["country", "month"]).aggregate([(name, "sum", strict) for name in sums])
    rows = {name: grouped[f"{name}_sum"] for name in sums}
    rows |= {"country": grouped["country"].cast(pa.string()), "month": grouped["month"].cast(pa.date32())}
    return pa.table(rows).select(VIOLENCE_MONTH.names).cast(VIOLENCE_MONTH.schema).sort_by(
        [("country", "ascending"), ("month", "ascending")]
    )
