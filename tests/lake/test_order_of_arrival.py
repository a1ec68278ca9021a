"""The order in which releases arrive must not change what was known on any day."""

from __future__ import annotations

import tempfile
from datetime import date
from itertools import permutations
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from upstander.core.places import load
from upstander.core.tables import EVENT, VIOLENCE_MONTH
from upstander.core.types import Snapshot, Source
from upstander.lake import Lake
from upstander.lake.cache import remember
from upstander.lake.derive import months_of_events
from upstander.sources.ucdp_ged import SOURCE as GED

COUNTRIES = ("MLI", "SDN")
DAYS = [date(2024, m, 1) for m in range(1, 7)]


def month_rows(content: dict[tuple[str, date], int]) -> pa.Table:
    """Rows of VIOLENCE_MONTH with only a best estimate."""
    keys = sorted(content)
    columns = {c.name: pa.nulls(len(keys), c.type) for c in VIOLENCE_MONTH.columns}
    columns |= {
        "country": pa.array([k[0] for k in keys], pa.string()),
        "month": pa.array([k[1] for k in keys], pa.date32()),
        "fatalities_best": pa.array([content[k] for k in keys], pa.int64()),
    }
    return pa.table(columns)


def source(table, parse) -> Source:
    """A made-up source whose rows ``parse`` gives."""
    return Source(
        title="Made up",
        publisher="Nobody",
        homepage="https://example.org/",
        licence="CC0-1.0",
        citation="none",
        table=table,
        rows=(0, 10**6),
        lag_days=0,
        find=lambda path: iter(()),
        parse=parse,
    )


def kept(folder: Path, releases, order) -> Lake:
    """A lake that received ``releases`` (known_at, first, last, places, content) in ``order``."""
    lake = Lake(folder / "lake")
    for i in order:
        known, first, last, places, content = releases[i]
        raw = folder / f"{i}.txt"
        raw.write_text(f"release {i}")
        made = source(VIOLENCE_MONTH, lambda s, p, content=content: month_rows(content))
        lake.keep(
            "made_up",
            made,
            Snapshot(raw, str(i), known, "published", first, last, places),
            load(),
        )
    return lake


def naive(releases, as_of: date) -> dict[tuple[str, date], int]:
    """What was known on a day: whole releases one over the other, each clearing what it covers."""
    state: dict[tuple[str, date], int] = {}
    for known, first, last, places, content in sorted(releases, key=lambda r: r[0]):
        if known <= as_of:
            outside = {
                k: v
                for k, v in state.items()
                if not (first <= k[1] <= last and (places is None or k[0] in places))
            }
            state = outside | content
    return state


def told(lake: Lake, as_of: date) -> dict[tuple[str, date], int]:
    rows = (
        lake.read(VIOLENCE_MONTH, as_of=as_of)
        .select(["country", "month", "fatalities_best"])
        .to_pylist()
    )
    return {(r["country"], r["month"]): r["fatalities_best"] for r in rows}


@st.composite
def histories(draw):
    """Up to four releases with their own coverage, stragglers included, and an order of arrival."""
    count = draw(st.integers(2, 4))
    releases = []
    for i in range(count):
        first, last = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
        places = draw(st.sampled_from([None, ("MLI",)]))
        keys = [
            (c, d)
            for c in COUNTRIES
            for d in DAYS
            if d <= last and (places is None or c in places)
        ]
        content = draw(
            st.dictionaries(st.sampled_from(keys), st.integers(1, 3), max_size=6)
        )
        releases.append((date(2025, 1, 1 + i), first, last, places, content))
    return releases, draw(st.permutations(range(count)))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(histories())
def test_any_order_of_arrival_reads_like_whole_copies_on_every_day(history):
    releases, order = history
    with tempfile.TemporaryDirectory() as folder:
        lake = kept(Path(folder), releases, order)
        for known, *_ in releases:
            assert (
                told(lake, known) == told(remember(lake), known) == naive(releases, known)
            )


@pytest.mark.slow
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(histories())
def test_arrival_in_order_reads_like_whole_copies_on_every_day(history):
    releases, _ = history
    with tempfile.TemporaryDirectory() as folder:
        lake = kept(Path(folder), releases, range(len(releases)))
        for known, *_ in releases:
            assert told(lake, known) == naive(releases, known)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_late_wide_release_is_not_undone_by_a_narrow_one_after_it(tmp_path, order):
    wide = {("MLI", d): 5 for d in DAYS[:3]}
    releases = [
        (date(2025, 1, 1), DAYS[0], DAYS[2], None, wide),
        (date(2025, 2, 1), DAYS[3], DAYS[3], None, {("MLI", DAYS[3]): 1}),
        (date(2025, 3, 1), DAYS[4], DAYS[4], None, {("MLI", DAYS[4]): 2}),
    ]
    lake = kept(tmp_path, releases, order)
    assert told(lake, date(2025, 4, 1)) == naive(releases, date(2025, 4, 1))


def test_the_older_real_candidate_release_kept_last_is_still_there_today(tmp_path, shared):
    lake, places = Lake(tmp_path / "lake"), load()
    for name in ("GEDEvent_v26_0_2.xlsx", "GEDEvent_v23_0_10.csv"):
        lake.keep("ucdp_ged", GED, next(iter(GED.find(shared / "ucdp" / name))), places)
    assert lake.read(EVENT, as_of=date(2026, 6, 24)).num_rows == 1298 + 2391


def event_rows(events) -> pa.Table:
    """Rows of EVENT from (id, country, day, deaths)."""
    columns = {c.name: pa.nulls(len(events), c.type) for c in EVENT.columns}
    columns |= {
        "event_id": pa.array([e[0] for e in events], pa.string()),
        "country": pa.array([e[1] for e in events], pa.string()),
        "start_date": pa.array([e[2] for e in events], pa.date32()),
        "end_date": pa.array([e[2] for e in events], pa.date32()),
        "violence_type": pa.array(["one_sided"] * len(events), pa.string()),
        "fatalities_best": pa.array([e[3] for e in events], pa.int64()),
    }
    return pa.table(columns)


def test_a_straggler_adds_to_its_month_and_does_not_replace_the_months_sum(tmp_path):
    lake = Lake(tmp_path / "lake")
    january = [("e1", "MLI", date(2026, 1, 5), 40), ("e2", "MLI", date(2026, 1, 9), 60)]
    february = [("e3", "MLI", date(2026, 2, 2), 7), ("late", "MLI", date(2026, 1, 20), 1)]
    for i, (events, month, known) in enumerate(
        [
            (january, (date(2026, 1, 1), date(2026, 1, 31)), date(2026, 2, 20)),
            (february, (date(2026, 2, 1), date(2026, 2, 28)), date(2026, 3, 20)),
        ]
    ):
        raw = tmp_path / f"{i}.txt"
        raw.write_text(str(i))
        made = source(EVENT, lambda s, p, events=events: event_rows(events))
        lake.keep("made_up", made, Snapshot(raw, str(i), known, "assumed", *month), load())
    as_of = date(2026, 4, 1)
    events = lake.read(EVENT, as_of=as_of).select(EVENT.names)
    expected = {
        (r["country"], r["month"]): r["fatalities_best"]
        for r in months_of_events(events).to_pylist()
    }
    assert expected == {("MLI", date(2026, 1, 1)): 101, ("MLI", date(2026, 2, 1)): 7}
    assert told(lake, as_of) == expected
