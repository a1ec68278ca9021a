"""A forecast of any day is made, or refused in a sentence: whatever was not yet published, and whichever source is missing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upstander.core import places as place_tables
from upstander.core.errors import UpstanderError
from upstander.core.places import BUNDLE
from upstander.core.tables import Table
from upstander.forecast import panel, yearly_inputs
from upstander.forecast.cases import all_cases
from upstander.forecast.designs import Design
from upstander.forecast.similar import space_of
from upstander.lake import Lake, Release
from upstander.lake.as_of import AsOf

FIRST, LAST = date(2024, 2, 1), date(2026, 6, 24)
BEFORE_26_1 = date(2025, 7, 1)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    held = Lake(tmp_path_factory.mktemp("lake"))
    held.adopt(BUNDLE)
    return held


def bundled() -> list[str]:
    """The sources of the bundle."""
    listed = json.loads((BUNDLE / "releases.json").read_text(encoding="utf-8"))
    return sorted({release["source"] for release in listed})


@dataclass(frozen=True)
class Without:
    """A lake as if a source had never been."""

    lake: AsOf
    source: str

    def releases(self, *, as_of: date) -> tuple[Release, ...]:
        return tuple(r for r in self.lake.releases(as_of=as_of) if r.source != self.source)

    def read(self, table: Table, *, as_of: date, hindcast: bool = False) -> pa.Table:
        rows = self.lake.read(table, as_of=as_of, hindcast=hindcast)
        return rows.filter(pc.not_equal(rows["source"], self.source))


def cases_of(lake: AsOf | Without, day: date) -> tuple[str, ...]:
    """The features left out on a day; what is left is finite where a model needs it. Raises UpstanderError."""
    places = place_tables.load()
    panel.last_month(lake, as_of=day)
    units = yearly_inputs.covered_units(lake, places, day)
    cases = all_cases(yearly_inputs.inputs(lake, places, units, as_of=day))
    assert not np.isnan(cases.values).all(axis=0).any(), "a column nobody knows"
    assert not set(cases.unknown) & set(cases.features)
    assert np.isfinite(Design.learn(cases.values).apply(cases.values)).all()
    assert np.isfinite(space_of(cases.features, cases.values).points(cases.values)).all()
    return cases.unknown


def told(read: AsOf | Without, day: date) -> str:
    try:
        cases_of(read, day)
    except UpstanderError as error:
        return str(error)
    return ""


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(day=st.dates(FIRST, LAST))
def test_on_any_day_the_cases_are_complete_or_a_sentence_says_why_not(
    lake: Lake, day: date
) -> None:
    assert "nan" not in told(AsOf(lake, day), day).lower()


@pytest.mark.parametrize("source", bundled())
def test_a_source_that_is_missing_is_left_out_or_named(lake: Lake, source: str) -> None:
    why = told(Without(AsOf(lake, LAST), source), LAST)
    assert not why or "known" in why or "fetch" in why


def test_a_series_that_was_not_yet_published_is_left_out_and_named(lake: Lake) -> None:
    unknown = cases_of(AsOf(lake, BEFORE_26_1), BEFORE_26_1)
    assert any("refugees" in name for name in unknown)
    assert cases_of(AsOf(lake, LAST), LAST) == ()


def test_an_empty_lake_is_refused_in_a_sentence(tmp_path) -> None:
    empty = Lake(tmp_path / "empty")
    assert "fetch" in told(AsOf(empty, LAST), LAST)


def test_a_column_nobody_knows_adds_nothing_to_a_design() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan]])
    made = Design.plain(values).apply(values)
    assert made.tolist() == [[-1.0, 0.0], [1.0, 0.0]]
