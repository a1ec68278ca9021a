"""Keeping, correcting, exporting and adopting releases."""

from __future__ import annotations

from datetime import date

import pytest
from tests.lake.made_up import MADE_UP, contents, keep, snapshot, told

from upstander.core.errors import ConfigError, LeakageError, SourceChanged
from upstander.core.places import load
from upstander.core.tables import VIOLENCE_MONTH
from upstander.lake import Lake, corrections


def test_the_same_bytes_twice_are_one_release(tmp_path):
    lake = Lake(tmp_path / "lake")
    first = keep(lake, tmp_path, 1)
    before = contents(lake.root)
    assert keep(lake, tmp_path, 1) == first
    assert contents(lake.root) == before


def test_reading_before_anything_was_known_is_leakage(tmp_path):
    lake = Lake(tmp_path / "lake")
    keep(lake, tmp_path, 3)
    with pytest.raises(LeakageError, match="2025-03-01"):
        told(lake, date(2025, 2, 28))
    assert told(lake, date(2025, 3, 1))


def test_a_reader_must_say_which_day_it_is(tmp_path):
    lake = Lake(tmp_path / "lake")
    keep(lake, tmp_path, 1)
    with pytest.raises(TypeError, match="as_of"):
        lake.read(VIOLENCE_MONTH)  # type: ignore[call-arg]


def test_reading_an_empty_lake_says_how_to_fill_it(tmp_path):
    with pytest.raises(ConfigError, match="upstander fetch"):
        told(Lake(tmp_path / "lake"))


def test_a_hindcast_is_final_data_cut_by_the_lag_and_a_strict_read_is_what_was_known(
    tmp_path,
):
    lake = Lake(tmp_path / "lake")
    keep(lake, tmp_path, 1, [("MLI", "2024-01-01", 5), ("MLI", "2024-12-01", 9)])
    keep(lake, tmp_path, 6, [("MLI", "2024-01-01", 50), ("MLI", "2024-12-01", 90)])
    assert told(lake, date(2025, 2, 1)) == {
        ("MLI", "2024-01-01"): 5,
        ("MLI", "2024-12-01"): 9,
    }
    # the lag is 30 days: January was out on 1 March, December not before 30 January
    assert told(lake, date(2024, 3, 1), hindcast=True) == {("MLI", "2024-01-01"): 50}
    assert told(lake, date(2025, 1, 29), hindcast=True) == {("MLI", "2024-01-01"): 50}
    assert told(lake, date(2025, 1, 30), hindcast=True) == {
        ("MLI", "2024-01-01"): 50,
        ("MLI", "2024-12-01"): 90,
    }
    with pytest.raises(LeakageError):
        told(lake, date(2024, 2, 28), hindcast=True)


def test_a_file_that_cannot_be_read_leaves_the_lake_as_it_was(tmp_path):
    lake = Lake(tmp_path / "lake")
    keep(lake, tmp_path, 1)
    before = contents(lake.root)
    broken = snapshot(tmp_path, 2)
    broken.path.write_text("[]")
    with pytest.raises(SourceChanged, match=r"release_2\.json"):
        lake.keep("made_up", MADE_UP, broken, load())
    assert contents(lake.root) == before


def entry(**changed):
    made = {
        "source": "made_up",
        "table": "violence_month",
        "key": {"country": "MLI", "month": date(2024, 1, 1)},
        "column": "fatalities_best",
        "wrong": 10_000,
        "right": 1_000,
        "reason": "made up for this test",
    }
    return (corrections.Correction(**{**made, **changed}),)


def rows(tmp_path, deaths):
    return MADE_UP.parse(
        snapshot(tmp_path, 1, [("MLI", "2024-01-01", deaths), ("MLI", "2024-02-01", 7)]),
        load(),
    )


def test_a_correction_sets_the_wrong_value_right_and_touches_nothing_else(tmp_path):
    fixed = corrections.apply("made_up", VIOLENCE_MONTH, rows(tmp_path, 10_000), entry())
    assert fixed["fatalities_best"].to_pylist() == [1_000, 7]


@pytest.mark.parametrize("published", [1_000, 9_999])
def test_a_correction_whose_value_the_publisher_has_changed_is_refused(tmp_path, published):
    with pytest.raises(SourceChanged, match=r"corrections\.toml"):
        corrections.apply("made_up", VIOLENCE_MONTH, rows(tmp_path, published), entry())


def test_a_correction_for_another_source_or_an_absent_row_does_nothing(tmp_path):
    given = rows(tmp_path, 10_000)
    assert corrections.apply("other", VIOLENCE_MONTH, given, entry()).equals(given)
    elsewhere = entry(key={"country": "SDN", "month": date(2024, 1, 1)})
    assert corrections.apply("made_up", VIOLENCE_MONTH, given, elsewhere).equals(given)


def test_exporting_twice_gives_the_same_bytes_and_adopting_gives_the_same_lake(tmp_path):
    lake, other = Lake(tmp_path / "lake"), Lake(tmp_path / "other")
    kept = [keep(lake, tmp_path, n) for n in (1, 2, 4)]
    keep(
        lake, tmp_path, 3, [("MLI", "2024-05-01", 1)]
    )  # late, and takes eleven months back
    lake.export(tmp_path / "bundle")
    lake.export(tmp_path / "again")
    assert contents(tmp_path / "bundle") == contents(tmp_path / "again")
    assert other.adopt(tmp_path / "bundle") == 4
    assert other.adopt(tmp_path / "bundle") == 0
    for day in [*(r.known_at for r in kept), date(2025, 3, 1)]:
        assert told(other, day) == told(lake, day)
    other.export(tmp_path / "round")
    assert contents(tmp_path / "round") == contents(tmp_path / "bundle")


def test_an_adopted_lake_grows_like_the_one_it_came_from(tmp_path):
    lake, other = Lake(tmp_path / "lake"), Lake(tmp_path / "other")
    keep(lake, tmp_path, 1)
    keep(lake, tmp_path, 3)
    lake.export(tmp_path / "bundle")
    other.adopt(tmp_path / "bundle")
    for one in (lake, other):
        keep(one, tmp_path, 2, [("MLI", "2024-05-01", 1)])
        keep(one, tmp_path, 4, [("MLI", "2024-06-01", 2)])
    for number in (1, 2, 3, 4):
        assert told(other, date(2025, number, 1)) == told(lake, date(2025, number, 1))
