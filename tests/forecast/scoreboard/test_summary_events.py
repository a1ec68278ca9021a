"""Summary events: one record of many days stands in another month under each rule, and the scores say so."""

import csv
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from upstander.core import places as place_tables
from upstander.core.errors import ConfigError
from upstander.core.months import month_after
from upstander.forecast.scoreboard.board import Asked, Table
from upstander.forecast.scoreboard.tasks.summary_events import TASK
from upstander.forecast.workers import Workers
from upstander.lake import Lake
from upstander.lake.derive import RULES
from upstander.sources.ucdp_ged import SOURCE

pytestmark = pytest.mark.slow
SUDAN, SYRIA = 625, 652
NAMES = {SUDAN: "Sudan", SYRIA: "Syria"}
FIRST, MONTHS = date(2016, 1, 1), 30


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Two countries with an event a month of 10 and 5 deaths, and one siege of 91 from 1 August to 30 October 2017."""
    rows = [
        (country, month_after(FIRST, m), month_after(FIRST, m), deaths)
        for country, deaths in ((SUDAN, 5), (SYRIA, 10))
        for m in range(MONTHS)
    ]
    rows.append((SYRIA, date(2017, 8, 1), date(2017, 10, 30), 91))
    home = tmp_path_factory.mktemp("events")
    file = home / "ged191_made_up_events.csv"
    with file.open("w", newline="") as out:
        write = csv.writer(out)
        write.writerow(
            [
                "id",
                "year",
                "type_of_violence",
                "country",
                "country_id",
                "date_start",
                "date_end",
                "best",
                "low",
                "high",
            ]
        )
        for n, (country, start, end, deaths) in enumerate(rows):
            write.writerow(
                [
                    n,
                    start.year,
                    1,
                    NAMES[country],
                    country,
                    start,
                    end,
                    deaths,
                    deaths,
                    deaths,
                ]
            )
    lake, places = Lake(home / "lake"), place_tables.load()
    lake.adopt(place_tables.BUNDLE)
    return Asked(
        lake, places, date(2026, 6, 24), 1, home, Workers(1), lambda *_: None, events=file
    )


@pytest.fixture(scope="module")
def whole(asked: Asked) -> Table:
    (table,) = TASK.score(asked).tables
    return table


def test_the_siege_stands_at_its_end_at_its_start_or_over_its_days(whole: Table) -> None:
    assert whole.kind == "Hindcast"
    assert list(dict.fromkeys(r["rule"] for r in whole.rows)) == list(RULES)
    # 91 days and 91 deaths, one a day: 31 of them in August beside the month's own 10
    assert {r["rule"]: r["most"] for r in whole.rows} == {
        "end_month": 101,
        "start_month": 101,
        "spread": 41,
    }
    own = {r["rule"]: r["crps"] for r in whole.rows if r["model"] == "conflictology"}
    assert len({round(v, 9) for v in own.values()}) == 3, "every rule has its own score"
    for row in whole.rows:
        assert (row["ratio"] is None) == (row["model"] == "conflictology")


def test_the_same_events_give_the_same_rows_whatever_rules_stand_beside(
    asked: Asked, whole: Table
) -> None:
    one, other = (
        TASK.score(replace(asked, rules=("spread",), seed=s)).tables[0]
        for s in (asked.seed, 2)
    )
    assert [r for r in whole.rows if r["rule"] == "spread"] == list(one.rows)
    assert one != other


def test_without_events_the_scoreboard_says_how_to_bring_them(asked: Asked) -> None:
    found = TASK.score(replace(asked, events=None))
    assert not found.tables
    assert "upstander fetch ucdp_ged --from FILE" in found.missing[0]
    with pytest.raises(ConfigError, match="holds 0 releases"):
        TASK.score(replace(asked, events=asked.home / "lake"))


def test_events_of_the_lake_are_scored_where_no_file_is_named(
    asked: Asked, whole: Table, tmp_path: Path
) -> None:
    shutil.copytree(asked.lake.root, tmp_path / "lake")
    lake = Lake(tmp_path / "lake")
    assert asked.events is not None
    snapshot = replace(next(iter(SOURCE.find(asked.events))), known_at=date(2019, 6, 1))
    lake.keep("ucdp_ged", SOURCE, snapshot, asked.places)
    found = TASK.score(replace(asked, events=None, lake=lake, rules=("spread",))).tables[0]
    assert list(found.rows) == [r for r in whole.rows if r["rule"] == "spread"]
