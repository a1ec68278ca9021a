"""Where the deaths of an event that spans months stand, under each summary-event rule."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.errors import ConfigError
from upstander.core.tables import EVENT
from upstander.lake.derive import months_of_events

DAYS = st.dates(date(2015, 1, 1), date(2016, 12, 31))


def events(*rows: tuple[date, date, int, int | None]) -> pa.Table:
    """EVENT rows of state-based violence in Syria: start, end, best, high."""
    made = [
        {
            "event_id": f"ucdp:{n}",
            "country": "SYR",
            "violence_type": "state_based",
            "start_date": start,
            "end_date": end,
            "fatalities_best": best,
            "fatalities_high": high,
        }
        for n, (start, end, best, high) in enumerate(rows)
    ]
    return pa.Table.from_pylist(
        made, schema=pa.schema([(c.name, c.type) for c in EVENT.columns])
    )


SIEGE = events((date(2016, 1, 22), date(2016, 3, 10), 49, 98))  # 10 + 29 + 10 days


def by_month(table: pa.Table, column: str = "fatalities_best") -> dict[int, int]:
    return {
        r["month"].month: r[column]
        for r in sorted(table.to_pylist(), key=lambda r: r["month"])
    }


def test_a_siege_of_three_months_under_each_rule() -> None:
    assert by_month(months_of_events(SIEGE)) == {1: 49}
    assert by_month(months_of_events(SIEGE, "end_month")) == {3: 49}
    spread = months_of_events(SIEGE, "spread")
    assert by_month(spread) == {1: 10, 2: 29, 3: 10}
    assert by_month(spread, "fatalities_high") == {1: 20, 2: 58, 3: 20}
    assert by_month(spread, "state_based_events") == {1: 1, 2: 0, 3: 0}


def test_an_unknown_high_estimate_stays_unknown_in_every_month_it_touches() -> None:
    two = events(
        (date(2016, 1, 31), date(2016, 2, 1), 2, None),
        (date(2016, 2, 3), date(2016, 2, 3), 5, 6),
    )
    assert by_month(months_of_events(two, "spread"), "fatalities_high") == {
        1: None,
        2: None,
    }


@given(st.lists(st.tuples(DAYS, DAYS, st.integers(0, 100_000)), min_size=1, max_size=8))
def test_no_rule_loses_or_invents_a_death_or_an_event(
    found: list[tuple[date, date, int]],
) -> None:
    table = events(*((min(a, b), max(a, b), n, n) for a, b, n in found))
    for rule in ("end_month", "start_month", "spread"):
        months = months_of_events(table, rule)
        assert pc.sum(months["fatalities_best"]).as_py() == sum(n for *_, n in found)
        assert pc.sum(months["state_based_events"]).as_py() == len(found)
        assert pc.min(months["fatalities_best"]).as_py() >= 0


def test_an_unknown_rule_says_which_there_are() -> None:
    with pytest.raises(ConfigError, match="end_month, start_month, spread"):
        months_of_events(SIEGE, "middle")  # type: ignore[arg-type]
