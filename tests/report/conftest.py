from __future__ import annotations

from datetime import date

import pytest
from tests.report import made_up

from upstander.core import places as place_tables
from upstander.core.places import BUNDLE
from upstander.lake import Lake
from upstander.report import as_of_data, situation


@pytest.fixture(scope="session")
def lake(tmp_path_factory) -> Lake:
    held = Lake(tmp_path_factory.mktemp("lake"))
    held.adopt(BUNDLE)
    return held


@pytest.fixture(scope="session")
def held(lake) -> as_of_data.Known:
    return as_of_data.read(lake, place_tables.load(), made_up.issue(), as_of=made_up.AS_OF)


@pytest.fixture(scope="session")
def overview(held) -> situation.Overview:
    return situation.overview_of(held)


@pytest.fixture(scope="session")
def early(lake) -> as_of_data.Known:
    """A day before any violence data were published, and no issue."""
    return as_of_data.read(lake, place_tables.load(), None, as_of=date(2016, 1, 1))
