"""Deaths by country and month or year: the samples by hand, the real files recomputed apart."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upstander.core.places import Places
from upstander.sources import pace_country_month, ucdp_country_month, ucdp_country_year


def only(rows: pa.Table, **wanted: object) -> Any:
    found = [row for row in rows.to_pylist() if all(row[k] == v for k, v in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def raw_rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_rwanda_in_april_1994_stands_with_its_events_and_without_deaths_by_type(
    samples, read
):
    row = only(
        read("ucdp_country_month", samples / "ucdp_country_month.csv"),
        country="RWA",
        month=date(1994, 4, 1),
    )
    assert row["fatalities_best"] > 400_000
    assert row["one_sided_events"] > 0
    assert row["one_sided_best"] is None
    assert row["state_based_best"] is None


def test_a_low_estimate_above_the_best_is_kept_as_published(samples, read):
    rows = read("ucdp_country_month", samples / "ucdp_country_month.csv")
    assert pc.any(pc.greater(rows["fatalities_low"], rows["fatalities_best"])).as_py()


def test_the_monthly_file_says_what_it_covers_and_when_it_was_known(shared):
    [found] = ucdp_country_month.SOURCE.find(shared)
    assert (found.release, found.known_at, found.basis) == (
        "25.1",
        date(2025, 6, 11),
        "published",
    )
    assert (found.first, found.last, found.places) == (
        date(1989, 1, 1),
        date(2024, 12, 31),
        None,
    )


def test_every_real_month_and_death_of_the_monthly_file_arrives(shared, read_all):
    raw = raw_rows(shared / "ucdp" / "ged251_country_month.csv")
    rows = read_all("ucdp_country_month")["25.1"]
    assert rows.num_rows == len(raw) == 14_655
    for theirs, ours in ucdp_country_month.NUMBERS.items():
        assert pc.sum(rows[ours]).as_py() == sum(int(r[theirs]) for r in raw)
    assert pc.sum(rows["fatalities_best"]).as_py() == 3_957_143


def test_yearly_sums_of_the_monthly_file_equal_the_yearly_file_for_every_country_and_year(
    read_all,
):
    months, years = Counter[Any](), Counter[Any]()
    for row in read_all("ucdp_country_month")["25.1"].to_pylist():
        months[row["country"], row["month"].year] += row["fatalities_best"]
    for row in read_all("ucdp_country_year")["25.1"].to_pylist():
        years[row["country"], row["year"]] = sum(
            row[f"{k}_best"] for k in ("state_based", "non_state", "one_sided")
        )
    assert {k: v for k, v in months.items() if v} == {k: v for k, v in years.items() if v}


def test_the_yearly_file_keeps_zeros_and_both_states_of_a_shared_year(samples, read):
    rows = read("ucdp_country_year", samples / "ucdp_country_year.csv")
    assert {"DDR", "DEU"} <= {r["country"] for r in rows.to_pylist() if r["year"] == 1990}
    assert {"YMD", "YEM"} <= {r["country"] for r in rows.to_pylist() if r["year"] == 1990}
    assert only(rows, country="DDR", year=1990)["one_sided_best"] == 0


def test_killings_by_governments_and_others_add_up_to_one_sided_violence(shared, read_all):
    rows = read_all("ucdp_country_year")["25.1"]
    assert rows.num_rows == 6_936
    both = pc.add(rows["one_sided_government_best"], rows["one_sided_other_best"])
    assert pc.all(pc.equal(both, rows["one_sided_best"])).as_py()
    raw = raw_rows(shared / "ucdp" / "organizedviolencecy_v25_1.csv")
    assert pc.sum(rows["one_sided_best"]).as_py() == sum(
        int(r["os_total_deaths_best_cy"]) for r in raw
    )
    assert pc.sum(rows["state_based_high"]).as_py() == sum(
        int(r["sb_total_deaths_high_cy"]) for r in raw
    )


def test_the_yearly_release_is_named_by_the_version_inside(shared):
    [found] = ucdp_country_year.SOURCE.find(shared)
    assert (found.release, found.known_at, found.last) == (
        "25.1",
        date(2025, 6, 11),
        date(2024, 12, 31),
    )


def test_the_spelling_of_the_next_release_is_read_alike(samples, tmp_path, read):
    head, *rest = (samples / "ucdp_country_year.csv").read_text("utf-8").splitlines()
    renamed = ",".join(
        "Version" if name == "version" else name.removesuffix("_cy")
        for name in head.split(",")
    )
    file = tmp_path / "OrganizedViolenceCYDataSet25_1.csv"
    file.write_text("\n".join([renamed, *rest]) + "\n", "utf-8")
    assert read("ucdp_country_year", file).equals(
        read("ucdp_country_year", samples / "ucdp_country_year.csv")
    )


def test_twenty_five_dated_copies_and_one_newer_file_are_found_and_the_twin_is_passed_over(
    shared,
):
    found = list(pace_country_month.SOURCE.find(shared))
    assert len(found) == 26
    assert [s.known_at for s in found] == sorted(s.known_at for s in found)
    assert len({s.release for s in found}) == 26
    assert [s.release for s in found if s.known_at == date(2025, 2, 21)] == [
        "2025-02-21.1",
        "2025-02-21.2",
    ]
    assert [s.basis for s in found] == ["published"] * 25 + ["assumed"]
    assert (found[-1].release, found[-1].last) == ("2026-06-24", date(2026, 5, 31))
    assert {s.release: s.last for s in found}["2025-01-21"] == date(
        2023, 12, 31
    )  # the bad run, as it stood


def test_the_undated_file_alone_is_known_from_the_day_of_its_twin(shared):
    [found] = pace_country_month.SOURCE.find(
        shared / "ucdp" / "pace" / "pace_country_month_best_1989_2026m2.csv"
    )
    assert (found.known_at, found.basis) == (date(2026, 3, 29), "published")


def test_every_death_of_every_dated_copy_arrives_and_no_zero_row(shared, read_all):
    tables = read_all("pace_country_month")
    by_day = {s.release: s.path for s in pace_country_month.SOURCE.find(shared)}
    for release, rows in tables.items():
        with by_day[release].open(encoding="utf-8", newline="") as text:
            cells = [int(c) for line in list(csv.reader(text))[1:] for c in line[1:]]
        assert pc.sum(rows["fatalities_best"]).as_py() == sum(cells)
        assert pc.min(rows["fatalities_best"]).as_py() > 0


def test_both_header_styles_give_the_same_places(read_all):
    tables = read_all("pace_country_month")
    old, new = (set(tables[r]["country"].to_pylist()) for r in ("2026-03-29", "2026-06-24"))
    assert {"COD", "SWZ", "BIH", "CIV", "SSD", "YEM", "SRB", "MKD"} <= old & new
    assert old - new == set()


def test_most_country_months_of_2023_changed_between_the_first_copy_and_the_last(read_all):
    """The known figure is 391 of 568, over the columns both files have; four more places lost their column."""
    tables = read_all("pace_country_month")

    def of_2023(release: str) -> dict[Any, Any]:
        rows = tables[release].to_pylist()
        return {
            (r["country"], r["month"]): r["fatalities_best"]
            for r in rows
            if r["month"].year == 2023
        }

    first, last = of_2023("2024-01-26"), of_2023("2026-03-29")
    changed = {
        key for key in set(first) | set(last) if first.get(key, 0) != last.get(key, 0)
    }
    assert (len(changed), len(set(first) | set(last))) == (395, 572)
    dropped = {key for key in changed if key[0] in {"VNM", "GAB", "DNK", "XKX"}}
    assert (len(changed - dropped), len((set(first) | set(last)) - dropped)) == (391, 568)


def test_two_columns_of_one_place_are_added_up(tmp_path, read):
    file = tmp_path / "pace_country_month.csv"
    file.write_text(
        ",Yemen (North Yemen),Yemen,Unnamed: 3\n2026-01-31,3,4,0\n2026-02-28,0,0,0\n",
        "utf-8",
    )
    assert [
        (r["country"], r["fatalities_best"])
        for r in read("pace_country_month", file).to_pylist()
    ] == [("YEM", 7)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deaths=st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), min_size=1, max_size=30))
def test_any_wide_file_keeps_its_sum_and_its_months(deaths, tmp_path, places: Places):
    from datetime import timedelta

    month, lines = date(2020, 1, 1), [",Sudan,Iraq,"]
    for numbers in deaths:
        following = (month + timedelta(days=31)).replace(day=1)
        lines.append(f"{following - timedelta(days=1)},{numbers[0]},{numbers[1]},0")
        month = following
    file = tmp_path / "pace_country_month.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    [snapshot] = pace_country_month.SOURCE.find(file)
    rows = pace_country_month.SOURCE.parse(snapshot, places)
    assert (pc.sum(rows["fatalities_best"]).as_py() or 0) == sum(
        a + b for a, b, _ in deaths
    )
    assert snapshot.last == month - timedelta(days=1)


@pytest.mark.parametrize("name", ["ucdp_country_month", "ucdp_country_year"])
def test_a_zip_and_a_spreadsheet_read_like_the_csv(name, samples, tmp_path, read):
    import zipfile

    from openpyxl import Workbook

    text = (samples / f"{name}.csv").read_text("utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"{name}.csv", text)
    book = Workbook()
    for cells in csv.reader(text.splitlines()):
        book.active.append([int(c) if c.isdigit() else c or None for c in cells])
    book.save(tmp_path / "a.xlsx")
    want = read(name, samples / f"{name}.csv")
    assert read(name, tmp_path / "a.zip").equals(want)
    assert read(name, tmp_path / "a.xlsx").equals(want)
