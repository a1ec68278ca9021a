"""Event files that cannot be true, and real sums, on the event source as it stands."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from upstander.core.errors import LeakageError, SourceChanged, UpstanderError
from upstander.core.places import load
from upstander.core.tables import VIOLENCE_MONTH
from upstander.lake import Lake
from upstander.sources.ucdp_ged import SOURCE as GED


def rewritten(shared, target, change):
    """The real October 2023 file with each row changed by ``change``."""
    with (shared / "ucdp" / "GEDEvent_v23_0_10.csv").open(
        encoding="utf-8-sig", newline=""
    ) as raw:
        rows = list(csv.DictReader(raw))
    rows = [change(i, dict(r)) for i, r in enumerate(rows)]
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target


def refused(tmp_path, path):
    lake = Lake(tmp_path / "lake")
    with pytest.raises(UpstanderError) as error:  # noqa: PT012
        for snapshot in GED.find(path):
            lake.keep("ucdp_ged", GED, snapshot, load())
    assert not list((tmp_path / "lake").rglob("*.json"))
    return str(error.value)


def test_an_event_after_the_month_of_its_candidate_release_is_refused(shared, tmp_path):
    def change(i, r):
        return r | (
            {"date_start": "2023-12-02", "date_end": "2023-12-02"} if i == 3 else {}
        )

    assert "GEDEvent_v23_0_10" in refused(
        tmp_path, rewritten(shared, tmp_path / "GEDEvent_v23_0_10.csv", change)
    )


def test_a_renamed_column_of_high_estimates_is_refused(shared, tmp_path):
    def change(i, r):
        return {("high_estimate" if k == "high" else k): v for k, v in r.items()}

    assert "high" in refused(
        tmp_path, rewritten(shared, tmp_path / "GEDEvent_v23_0_10.csv", change)
    )


def test_low_and_high_swapped_in_every_row_are_refused(shared, tmp_path):
    def change(i, r):
        return r | {"low": r["high"], "high": r["low"]}

    refused(tmp_path, rewritten(shared, tmp_path / "GEDEvent_v23_0_10.csv", change))


def test_a_candidate_file_cut_within_a_row_is_refused(shared, tmp_path):
    raw = (shared / "ucdp" / "GEDEvent_v23_0_10.csv").read_bytes()
    cut = tmp_path / "GEDEvent_v23_0_10.csv"
    cut.write_bytes(raw[: len(raw) // 2])
    refused(tmp_path, cut)


def test_a_workbook_named_csv_is_refused(shared, tmp_path):
    wrong = tmp_path / "GEDEvent_v26_0_2.csv"
    wrong.write_bytes((shared / "ucdp" / "GEDEvent_v26_0_2.xlsx").read_bytes())
    refused(tmp_path, wrong)


def test_an_unknown_country_is_refused(shared, tmp_path):
    def change(i, r):
        return r | ({"country_id": "9999"} if i == 5 else {})

    assert "9999" in refused(
        tmp_path, rewritten(shared, tmp_path / "GEDEvent_v23_0_10.csv", change)
    )


def test_a_zip_as_the_publisher_names_it_is_found_in_a_folder(shared, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "ged251-csv.zip", "w") as z:
        z.write(shared / "ucdp" / "GEDEvent_v23_0_10.csv", "GEDEvent_v25_1.csv")
    assert [s.release for s in GED.find(tmp_path)] == ["25.1"]


def test_sums_of_real_candidate_events_equal_those_counted_by_hand(shared, tmp_path):
    path = shared / "ucdp" / "GEDEvent_v23_0_10.csv"
    lake = Lake(tmp_path / "lake")
    lake.keep("ucdp_ged", GED, next(iter(GED.find(path))), load())
    by_hand: Counter[tuple[str, str]] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as raw:
        for r in csv.DictReader(raw):
            by_hand[
                (
                    load().resolve(int(r["country_id"]), "ucdp", date(2023, 10, 1)).code,
                    r["date_start"][:7],
                )
            ] += int(r["best"])
    rows = lake.read(VIOLENCE_MONTH, as_of=date(2023, 11, 20)).to_pylist()
    assert {
        (r["country"], f"{r['month']:%Y-%m}"): r["fatalities_best"] for r in rows
    } == dict(by_hand)
    with pytest.raises(LeakageError):
        lake.read(VIOLENCE_MONTH, as_of=date(2023, 11, 19))


def test_refusals_are_the_publishers_fault(shared, tmp_path):
    cut = tmp_path / "GEDEvent_v26_0_2.xlsx"
    cut.write_bytes((shared / "ucdp" / "GEDEvent_v26_0_2.xlsx").read_bytes()[:100_000])
    with pytest.raises(SourceChanged):
        next(iter(GED.find(cut)))
