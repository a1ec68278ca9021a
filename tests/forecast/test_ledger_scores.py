"""What stood in the ledger is scored when its truth is known, by the newest truth; the rest is listed as open."""

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from upstander.core import places as place_tables
from upstander.core.errors import LedgerBroken
from upstander.core.forecast_tables import (
    FORECAST_CASE,
    FORECAST_CHANCE,
    FORECAST_DRAW,
    FORECAST_REASON,
)
from upstander.forecast import issue, ledger, ledger_scores, panel
from upstander.forecast.scores import log_loss
from upstander.lake import Lake

AS_OF, LAST = date(2025, 9, 25), date(2025, 8, 1)
UNITS, SAID = ("SDN", "UKR"), {"SDN": 500, "UKR": 4000}
TODAY = date(2026, 6, 24)
Scored = dict[tuple[str, str], ledger_scores.Item]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake from the bundle, and one issue of September 2025 in the ledger."""
    folder = tmp_path_factory.mktemp("ledger")
    Lake(folder / "lake").adopt(place_tables.BUNDLE)
    draws = [
        {"unit": u, "target": "fatalities", "horizon": h, "draw": s, "outcome": SAID[u]}
        for u in UNITS
        for h in (1, 2, 12)
        for s in range(4)
    ]

    def chance(
        unit: str, target: str, first: date, last: date, probability: float
    ) -> dict[str, object]:
        return {
            "unit": unit,
            "target": target,
            "first_month": first,
            "last_month": last,
            "probability": probability,
            "low": 0.01,
            "high": 0.99,
            "base_rate": 0.1,
            "rank": 1,
            "rank_low": 1,
            "rank_high": 2,
            "model": "ensemble",
            "basis": "model",
            "note": None,
        }

    chances = [
        chance(u, "one_sided_100", date(2025, 1, 1), date(2025, 12, 1), 0.8) for u in UNITS
    ]
    chances += [
        chance(u, "one_sided_100_24m", date(2025, 1, 1), date(2026, 12, 1), 0.8)
        for u in UNITS
    ]
    chances += [
        chance(u, "total_100", date(2025, 9, 1), date(2026, 8, 1), 0.9) for u in UNITS
    ]
    tables = {
        t.name: pa.Table.from_pylist(rows, schema=t.schema)
        for t, rows in (
            (FORECAST_DRAW, draws),
            (FORECAST_CHANCE, chances),
            (FORECAST_REASON, []),
            (FORECAST_CASE, []),
        )
    }
    meta = {
        "model": "pool",
        "last_month": LAST.isoformat(),
        "definitions": ["pace_country_month"],
        "seed": 1,
    }
    made = issue.write(
        folder / "issues", tables, as_of=AS_OF, made_on=AS_OF, meta=meta, hindcast=False
    )
    ledger.append(book(folder), made, beside={})
    return folder


def book(home: Path) -> ledger.Ledger:
    return ledger.Ledger(home / "ledger.jsonl", home / "issues", home / "keys")


def score(home: Path, today: date = TODAY) -> Scored:
    found = ledger_scores.score(
        book(home), Lake(home / "lake"), place_tables.load(), today=today
    )
    return {(i.target, f"{i.last:%Y-%m}"): i for i in found}


@pytest.fixture(scope="module")
def scored(home: Path) -> Scored:
    """The ledger scored by what is known today."""
    return score(home)


def counted(home: Path, month: date, today: date = TODAY) -> np.ndarray:
    known = panel.monthly(
        Lake(home / "lake"),
        place_tables.load(),
        units=UNITS,
        first=month,
        last=month,
        as_of=today,
    )
    return known.column("fatalities")[:, 0]


def test_draws_are_scored_by_the_newest_truth_and_against_the_own_last_year(
    home: Path, scored: Scored
) -> None:
    item = scored["fatalities", "2025-09"]
    truth = counted(home, date(2025, 9, 1))
    assert item.resolved
    assert item.score == pytest.approx(np.abs(np.array([500, 4000]) - truth).mean()), (
        "all draws equal: |draw - truth|"
    )
    assert (item.score_name, item.baseline_name, item.cases) == (
        "CRPS",
        "own last 12 months",
        2,
    )
    assert item.baseline > 0


def test_a_later_truth_changes_the_score_and_both_definitions_are_shown(
    home: Path, scored: Scored
) -> None:
    early, late = score(home, date(2025, 10, 30)), scored
    one, two = early["fatalities", "2025-09"], late["fatalities", "2025-09"]
    assert one.score == pytest.approx(
        np.abs(
            np.array([500, 4000]) - counted(home, date(2025, 9, 1), date(2025, 10, 30))
        ).mean()
    )
    assert {one.said_as, two.said_as} == {two.said_as}
    assert two.truth_as
    assert two.same_definition == (two.said_as == two.truth_as)


def test_probabilities_are_scored_against_the_base_rate_issued_with_them(
    scored: Scored,
) -> None:
    item = scored["one_sided_100", "2025-12"]
    assert item.resolved
    assert item.cases == 2
    happened = np.array([1.0] * item.events + [0.0] * (2 - item.events))
    assert item.score == pytest.approx(log_loss(np.full(2, 0.8), happened).mean())
    assert item.baseline == pytest.approx(log_loss(np.full(2, 0.1), happened).mean())


@pytest.mark.parametrize(
    ("target", "last", "why"),
    [
        ("fatalities", "2026-08", "deaths are known to 2026-05"),
        ("total_100", "2026-08", "deaths are known to 2026-05"),
        ("one_sided_100_24m", "2026-12", "the window ends 2026-12"),
    ],
)
def test_what_has_not_come_true_yet_is_listed_as_open(
    scored: Scored, target: str, last: str, why: str
) -> None:
    item = scored[target, last]
    assert not item.resolved
    assert why in item.why
    assert np.isnan(item.score)


def test_nothing_is_scored_from_a_tampered_ledger_and_the_entry_is_named(
    home: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    file = copy / "ledger.jsonl"
    body = json.loads(file.read_text())
    file.write_text(json.dumps({**body, "as_of": "2025-01-01"}) + "\n")
    with pytest.raises(LedgerBroken, match=rf"line 1 \(issue {body['issue']}\)"):
        score(copy)


def test_nothing_is_scored_from_a_changed_issue_and_the_file_is_named(
    home: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    file = next(copy.glob("issues/*/forecast_chance.parquet"))
    rows = pa.parquet.read_table(file)
    at = rows.schema.get_field_index("probability")
    pa.parquet.write_table(
        rows.set_column(at, "probability", pa.array([0.99] * rows.num_rows)), file
    )
    with pytest.raises(
        LedgerBroken,
        match=r"forecast_chance.parquet: changed after it was issued \(entry 1",
    ):
        score(copy)
