"""A lake kept in memory answers every day as the lake itself does, and notices that it has grown."""

from datetime import date

import pyarrow as pa
import pytest
from tests.lake import made_up

from upstander.core import row_numbers
from upstander.core.errors import ConfigError, LeakageError, TableError
from upstander.core.places import BUNDLE, bundle_date
from upstander.core.tables import (
    INDICATOR_YEAR,
    STAMPS,
    TREATY_ACT,
    VIOLENCE_MONTH,
    VIOLENCE_YEAR,
)
from upstander.lake import Lake
from upstander.lake.cache import remember

DAYS = (
    bundle_date(),
    date(2025, 3, 1),
    date(2023, 12, 30),
    date(2016, 1, 1),
    date(1990, 1, 1),
)


def answer(lake, table, day):
    """The rows, or the words of why there are none."""
    try:
        rows = lake.read(table, as_of=day)
    except (LeakageError, ConfigError) as error:
        return str(error)
    return rows.cast(pa.schema([(c.name, c.type) for c in (*table.columns, *STAMPS)]))


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("lake"))
    lake.adopt(BUNDLE)
    return lake


@pytest.mark.parametrize(
    "table",
    [VIOLENCE_MONTH, VIOLENCE_YEAR, INDICATOR_YEAR, TREATY_ACT],
    ids=lambda t: t.name,
)
def test_the_bundle_reads_the_same_from_memory_on_any_day(bundled, table):
    memory = remember(bundled)
    for day in DAYS:
        assert answer(memory, table, day) == answer(bundled, table, day)
        assert memory.releases(as_of=day) == bundled.releases(as_of=day)


@pytest.mark.parametrize("bound", ["MOST_NUMBERS", "MOST_APART", ""])
def test_versions_taken_back_and_brought_late_read_the_same_from_memory(
    tmp_path, monkeypatch, bound
):
    """Also where keys are too long for a number, or values too far apart to be numbered as they are."""
    if bound:
        monkeypatch.setattr(row_numbers, bound, 1)
    lake = Lake(tmp_path / "lake")
    made_up.keep(lake, tmp_path, 5)
    made_up.keep(lake, tmp_path, 1)
    made_up.keep(
        lake, tmp_path, 3, [("MLI", "2024-02-01", 7), ("NER", "2024-01-01", 0)]
    )  # takes eleven months back
    memory = remember(lake)
    for day in (date(2025, month, day) for month in range(1, 7) for day in (1, 15)):
        assert answer(memory, VIOLENCE_MONTH, day) == answer(lake, VIOLENCE_MONTH, day)
    assert "nothing was known on 2024-12-31" in answer(
        memory, VIOLENCE_MONTH, date(2024, 12, 31)
    )


def test_a_lake_that_has_not_grown_is_the_same_memory_and_one_that_has_is_another(tmp_path):
    lake = Lake(tmp_path / "lake")
    made_up.keep(lake, tmp_path, 1)
    first = remember(lake)
    before = first.read(VIOLENCE_MONTH, as_of=made_up.ALWAYS)
    assert remember(lake, first) is first
    made_up.keep(lake, tmp_path, 2)
    second = remember(lake, first)
    assert second.read(VIOLENCE_MONTH, as_of=made_up.ALWAYS) != before
    assert first.read(VIOLENCE_MONTH, as_of=made_up.ALWAYS) == before, (
        "an answer begun on one lake ends on it"
    )


def test_a_damaged_segment_is_named_with_its_remedy(tmp_path):
    lake = Lake(tmp_path / "lake")
    made_up.keep(lake, tmp_path, 1)
    [segment] = (tmp_path / "lake" / "tables").rglob("*.parquet")
    segment.write_bytes(segment.read_bytes()[:100])
    with pytest.raises(
        TableError, match=r"not as it was written .*; delete the file of that number"
    ):
        remember(lake).read(VIOLENCE_MONTH, as_of=made_up.ALWAYS)
