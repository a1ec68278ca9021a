"""Places and samples for the tests of sources."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from upstander.core import arrival
from upstander.core import places as place_tables
from upstander.core.places import Places
from upstander.core.plugins import load
from upstander.core.types import Source

BROUGHT = date(2026, 11, 27)
SAMPLES = Path(__file__).resolve().parent.parent / "samples"


@pytest.fixture(scope="session")
def places() -> Places:
    return place_tables.load()


@pytest.fixture
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def read(places: Places) -> Callable[[str, Path], pa.Table]:
    """Find the one release in a file and parse it, checked against its table."""

    def reader(name: str, file: Path) -> pa.Table:
        source = load("upstander.sources", name, Source)
        [snapshot] = source.find(file)
        settled = arrival.settled(
            snapshot, arrival.SAID_NOTHING, places, today=BROUGHT, projects=source.projects
        )
        return source.table.check(source.parse(settled, places))

    return reader


@pytest.fixture(scope="session")
def read_all(places: Places, shared: Path) -> Callable[[str], dict[str, pa.Table]]:
    """Every release of a source in the shared data, by release name, each within its bounds."""
    made: dict[str, dict[str, pa.Table]] = {}

    def reader(name: str) -> dict[str, pa.Table]:
        source = load("upstander.sources", name, Source)
        if name not in made:
            found = {
                s.release: source.table.check(source.parse(s, places))
                for s in source.find(shared)
            }
            assert all(
                source.rows[0] <= rows.num_rows <= source.rows[1] for rows in found.values()
            )
            made[name] = found
        return made[name]

    return reader
