"""People, places and records that the tests of assessments, evidence and records share: fixtures."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from upstander.core.places import Places, load
from upstander.core.rights import Actor, Marking, Role, Stamp, Usage
from upstander.records import Record
from upstander.records.forms import check, form

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def places() -> Places:
    return load()


@pytest.fixture(scope="session")
def analyst() -> Actor:
    return Actor("amira", "Amira", Role.ANALYST, "mechanism")


@pytest.fixture
def evidence(places: Places) -> Callable[..., Record]:
    """Make a record of evidence from a few values."""
    number = iter(range(1000))

    def make(
        kind: str = "evidence",
        *,
        id: str = "",
        place: str = "SDN",
        stamp: Stamp | None = None,
        **given: Any,
    ) -> Record:
        whole = {
            "title": "Market shelled",
            "passage": "Shells fell on the market.",
            "status": "library",
            **given,
        }
        body = check(form(kind), whole, frozenset(places.places))
        own = stamp or Stamp("mechanism", "amira", Marking.CLEAR, Usage.PUBLIC)
        return Record(
            kind=kind,
            id=id or f"e{next(number)}",
            version=1,
            body=body,
            stamp=own,
            parent="",
            place=place,
            who="amira",
            when=NOW,
            why="typed in",
            fingerprint="",
        )

    return make
