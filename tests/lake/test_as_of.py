"""What was known on one day: read once, and never past it."""

from datetime import date

import pytest

from upstander import pipeline
from upstander.core.errors import LeakageError
from upstander.core.settings import Settings
from upstander.core.tables import VIOLENCE_MONTH, VIOLENCE_YEAR
from upstander.lake import Lake
from upstander.lake.as_of import AsOf

DAY = date(2026, 6, 24)


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Lake:
    return pipeline.open_lake(Settings(home=tmp_path_factory.mktemp("home")))[0]


def test_a_table_is_read_once_whoever_asks_and_is_the_lakes_own(lake):
    known = AsOf(lake, DAY)
    first = known.read(VIOLENCE_YEAR, as_of=DAY)
    assert known.read(VIOLENCE_YEAR, as_of=DAY) is first
    assert first.equals(lake.read(VIOLENCE_YEAR, as_of=DAY))
    assert known.releases(as_of=DAY) == lake.releases(as_of=DAY)


def test_an_earlier_day_is_answered_too(lake):
    earlier = date(2026, 2, 1)
    read = AsOf(lake, DAY).read(VIOLENCE_MONTH, as_of=earlier)
    assert read.equals(lake.read(VIOLENCE_MONTH, as_of=earlier))


def test_nobody_reads_past_the_day_nor_final_data(lake):
    known = AsOf(lake, DAY)
    with pytest.raises(LeakageError, match="this speaks of 2026-06-24"):
        known.read(VIOLENCE_MONTH, as_of=date(2026, 6, 25))
    with pytest.raises(LeakageError):
        known.read(VIOLENCE_MONTH, as_of=DAY, hindcast=True)
