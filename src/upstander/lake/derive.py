"""Monthly sums of events, by country and type of violence."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.tables import VIOLENCE_MONTH

KINDS = ("state_based", "non_state", "one_sided")


def months_of_events(events: pa.Table) -> pa.Table:
    """VIOLENCE_MONTH rows of EVENT rows.

    All deaths of an event stand in the month it STARTED in, as in UCDP's own country-month
    file (checked against GED 25.1). Low and high stay null where any event lacks them.
    """
    month = pc.cast(pc.floor_temporal(events["start_date"], unit="month"), pa.date32())
    columns = {"country": events["country"], "month": month}
    for level in ("best", "low", "high"):
        columns[f"fatalities_{level}"] = events[f"fatalities_{level}"]
    for kind in KINDS:
        is_kind = pc.equal(events["violence_type"], kind)
        columns[f"{kind}_best"] = pc.if_else(is_kind, events["fatalities_best"], 0)
        columns[f"{kind}_events"] = pc.cast(is_kind, pa.int64())
    values = [c for c in columns if c not in ("country", "month")]
    strict = pc.ScalarAggregateOptions(skip_nulls=False)
    summed = pa.table(columns).group_by(["country", "month"]).aggregate([(v, "sum", strict) for v in values])
    named = summed.rename_columns([c.removesuffix("_sum") for c in summed.column_names])
    return VIOLENCE_MONTH.check(
        named.select(VIOLENCE_MONTH.names).cast(pa.schema([(c.name, c.type) for c in VIOLENCE_MONTH.columns]))
    )
