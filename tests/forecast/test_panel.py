"""The panel: silence inside coverage is zero, outside it is an error; the right source speaks."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from upstander.core import places as place_tables
from upstander.core.errors import ConfigError, LeakageError, NotCovered
from upstander.core.places import Places
from upstander.core.tables import VIOLENCE_MONTH, VIOLENCE_YEAR, Table
from upstander.core.types import Panel, Snapshot, Source
from upstander.forecast import panel
from upstander.lake import Lake

UNITS = ("ISL", "SDN", "SSD")


@pytest.fixture(scope="module")
def places() -> Places:
    return place_tables.load()


def source(table: Table, rows: list[dict[str, Any]], lag_days: int) -> Source:
    """A made-up source whose one release holds ``rows``; what a row does not say is not known."""
    full = [{**dict.fromkeys(table.names), **row} for row in rows]
    parsed = pa.Table.from_pylist(full, schema=table.schema)
    return Source(
        title="made up", publisher="test", homepage="", licence="CC0", citation="", table=table, rows=(0, 1000),
        lag_days=lag_days, find=lambda path: iter(()), parse=lambda snapshot, places: parsed,
    )  # fmt: skip


def keep(
    lake: Lake,
    places: Places,
    tmp_path: Path,
    name: str,
    rows: list[dict[str, Any]],
    release: str,
    known: date,
    first: date,
    last: date,
    table: Table = VIOLENCE_MONTH,
    where: Any = None,
    lag: int = 30,
) -> None:
    file = tmp_path / f"{name}-{release}.csv"
    file.write_text(f"{name} {release} {rows}")
    snapshot = Snapshot(file, release, known, "published", first, last, where)
    lake.keep(name, source(table, rows, lag), snapshot, places)


def month(code: str, year: int, number: int, deaths: int, **types: int) -> dict[str, Any]:
    return {
        "country": code,
        "month": date(year, number, 1),
        "fatalities_best": deaths,
        **types,
    }


@pytest.fixture
def lake(tmp_path: Path, places: Places) -> Lake:
    """2023 final (known June 2024); January-March 2024 Candidate; totals 2023-01..2024-05."""
    found = Lake(tmp_path / "lake")
    keep(found, places, tmp_path, "ucdp_country_month", [month("SDN", 2023, 2, 50)], "24.1", date(2024, 6, 15),
         date(2023, 1, 1), date(2023, 12, 31), lag=160)  # fmt: skip
    keep(found, places, tmp_path, "pace_country_month", [month("SDN", 2023, 2, 30), month("SDN", 2024, 2, 7)],
         "2024-06-24", date(2024, 6, 24), date(2023, 1, 1), date(2024, 5, 31))  # fmt: skip
    typed = month("SDN", 2024, 2, 9, state_based_best=4, non_state_best=0, one_sided_best=5)
    keep(found, places, tmp_path, "ucdp_candidate_extract", [typed], "2024-03", date(2024, 4, 20),
         date(2024, 1, 1), date(2024, 3, 31))  # fmt: skip
    return found


JULY = date(2024, 7, 1)


def read(
    lake: Lake, places: Places, first: date, last: date, as_of: date = JULY, **more: bool
) -> Panel:
    return panel.monthly(
        lake, places, units=UNITS, first=first, last=last, as_of=as_of, **more
    )


def test_the_final_release_speaks_before_candidate_and_candidate_before_totals(
    lake: Lake, places: Places
) -> None:
    found = read(lake, places, date(2023, 1, 1), date(2024, 5, 1))
    deaths = found.column("fatalities")[1]
    assert (deaths[1], deaths[13]) == (50, 9)
    assert deaths.sum() == 59
    assert found.definitions[0] == "ucdp_country_month"
    assert (
        found.definitions[12:]
        == ("ucdp_candidate_extract",) * 3 + ("pace_country_month",) * 2
    )
    assert not np.isnan(found.values).any()


def test_before_the_final_release_was_out_the_totals_spoke(
    lake: Lake, places: Places, tmp_path: Path
) -> None:
    keep(lake, places, tmp_path, "pace_country_month", [month("SDN", 2023, 2, 20)], "2024-02-21", date(2024, 2, 21),
         date(2023, 1, 1), date(2023, 12, 31))  # fmt: skip
    then = read(lake, places, date(2023, 1, 1), date(2023, 12, 1), as_of=date(2024, 3, 1))
    assert then.column("fatalities")[1, 1] == 20
    assert (
        read(lake, places, date(2023, 1, 1), date(2023, 12, 1)).column("fatalities")[1, 1]
        == 50
    )


def test_a_month_nobody_covers_is_not_zero(lake: Lake, places: Places) -> None:
    with pytest.raises(NotCovered, match="2024-06-01"):
        read(lake, places, date(2024, 1, 1), date(2024, 6, 1))
    with pytest.raises(NotCovered, match="2022-12-01"):
        read(lake, places, date(2022, 12, 1), date(2023, 2, 1))


def test_before_anything_was_known_is_leakage(lake: Lake, places: Places) -> None:
    with pytest.raises(LeakageError, match="nothing was known"):
        read(lake, places, date(2023, 1, 1), date(2023, 2, 1), as_of=date(2023, 3, 1))


def test_an_empty_lake_says_what_to_do(tmp_path: Path, places: Places) -> None:
    with pytest.raises(ConfigError, match="upstander fetch"):
        read(Lake(tmp_path / "empty"), places, date(2023, 1, 1), date(2023, 2, 1))


def test_a_release_of_one_country_covers_no_other(
    lake: Lake, places: Places, tmp_path: Path
) -> None:
    keep(lake, places, tmp_path, "ucdp_ged", [], "26.0.2", date(2024, 6, 30), date(2024, 6, 1), date(2024, 6, 30),
         where=("SDN",))  # fmt: skip
    june: Any = {
        "first": date(2024, 6, 1),
        "last": date(2024, 6, 1),
        "as_of": date(2024, 7, 1),
    }
    assert panel.monthly(lake, places, units=("SDN",), **june).values.tolist() == [[[0.0]]]
    with pytest.raises(NotCovered, match="ISL"):
        panel.monthly(lake, places, units=UNITS, **june)


def test_a_hindcast_is_cut_by_the_sources_lag_and_says_what_it_is(
    lake: Lake, places: Places
) -> None:
    found = read(
        lake,
        places,
        date(2023, 1, 1),
        date(2023, 6, 1),
        as_of=date(2023, 8, 15),
        hindcast=True,
    )
    assert found.hindcast
    assert (
        found.definitions[1] == "ucdp_country_month"
        or found.column("fatalities")[1, 1] == 30
    )
    with pytest.raises(NotCovered):
        read(
            lake,
            places,
            date(2023, 1, 1),
            date(2023, 8, 1),
            as_of=date(2023, 8, 15),
            hindcast=True,
        )


def test_the_last_month_grows_with_what_is_known(lake: Lake) -> None:
    assert panel.last_month(lake, as_of=date(2024, 7, 1)) == date(2024, 5, 1)
    assert panel.last_month(lake, as_of=date(2024, 5, 1)) == date(2024, 3, 1)
    with pytest.raises(NotCovered):
        panel.last_month(lake, as_of=date(2020, 1, 1))


def test_former_states_count_under_who_carries_on_and_booked_places_show_who_books_them(
    lake: Lake, places: Places, tmp_path: Path
) -> None:
    keep(lake, places, tmp_path, "ucdp_country_month",
         [month("SUN", 1990, 1, 40), month("RUS", 1990, 1, 2), month("ISR", 1990, 2, 11)], "24.1-old",
         date(2024, 6, 1), date(1990, 1, 1), date(1990, 12, 31))  # fmt: skip
    units = ("ISR", "PSE", "RUS")
    found = panel.monthly(
        lake,
        places,
        units=units,
        first=date(1990, 1, 1),
        last=date(1990, 2, 1),
        as_of=date(2024, 6, 10),
    )
    assert found.column("fatalities").tolist() == [[0, 11], [0, 11], [42, 0]]


def test_a_year_of_typed_months_stands_in_for_the_yearly_file_without_saying_who_killed(
    tmp_path: Path, places: Places
) -> None:
    lake = Lake(tmp_path / "lake")
    kinds = {f"{k}_{lv}": 0 for k in panel.KINDS for lv in ("low", "best", "high")}
    row = {"country": "SDN", "year": 2023, **kinds, "one_sided_best": 12, "one_sided_government_best": 12,
           "one_sided_other_best": 0}  # fmt: skip
    keep(lake, places, tmp_path, "ucdp_country_year", [row], "24.1", date(2024, 6, 15), date(2023, 1, 1),
         date(2023, 12, 31), table=VIOLENCE_YEAR)  # fmt: skip
    typed = month("SDN", 2024, 2, 9, state_based_best=4, non_state_best=0, one_sided_best=5)
    keep(lake, places, tmp_path, "ucdp_candidate_extract", [typed], "2024-12", date(2025, 1, 20), date(2024, 1, 1),
         date(2024, 12, 31))  # fmt: skip
    when: Any = {"first": date(2023, 1, 1), "last": date(2024, 1, 1)}
    found = panel.yearly(lake, places, units=UNITS, as_of=date(2025, 2, 1), **when)
    assert found.features == panel.YEARLY_FEATURES
    assert found.definitions == ("ucdp_country_year", "ucdp_candidate_extract")
    assert found.values[1, 0].tolist() == [12, 0, 0, 12, 12, 0]
    assert found.values[1, 1, :4].tolist() == [9, 4, 0, 5]
    assert np.isnan(found.values[:, 1, 4:]).all()
    with pytest.raises(NotCovered, match="by type"):
        panel.yearly(lake, places, units=UNITS, as_of=date(2025, 1, 1), **when)


def test_the_bundles_panel_is_complete_and_its_sums_are_the_publishers(
    tmp_path: Path, places: Places
) -> None:
    lake = Lake(tmp_path / "lake")
    lake.adopt(place_tables.BUNDLE)
    as_of = place_tables.bundle_date()
    units = tuple(p.code for p in places.current(as_of) if p.booked_under is None)
    last = panel.last_month(lake, as_of=as_of)
    found = panel.monthly(
        lake, places, units=units, first=date(1989, 1, 1), last=last, as_of=as_of
    )
    assert len(found.periods) == 449
    assert not np.isnan(found.values).any()
    rows = lake.read(VIOLENCE_MONTH, as_of=as_of, source="ucdp_country_month_by_type")
    assert found.values.sum() == pc.sum(rows["fatalities_best"]).as_py()
    with pytest.raises(NotCovered):
        panel.monthly(
            lake, places, units=units, first=date(1988, 12, 1), last=last, as_of=as_of
        )
