"""Targets name their time, and onsets follow their definition."""

import ast
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import upstander
from upstander.core.errors import ConfigError
from upstander.core.types import YearInputs
from upstander.forecast import cases, targets

NOW: Any = {"base_year": 2025, "last_month": date(2026, 5, 1)}


def test_the_contract_names_thirty_one_targets_once_each() -> None:
    ids = [t.id for t in targets.TARGETS]
    assert len(ids) == len(set(ids)) == 31
    assert targets.HEADLINE in ids


def test_a_calendar_target_is_never_relabelled_a_rolling_window() -> None:
    assert targets.get("one_sided_100").window(**NOW) == (
        date(2026, 1, 1),
        date(2026, 12, 1),
    )
    assert targets.get("one_sided_1000_24m").window(**NOW) == (
        date(2026, 1, 1),
        date(2027, 12, 1),
    )
    assert (
        targets.get("one_sided_25_24m").words(**NOW).endswith("in 2026 and 2027 together")
    )


def test_totals_count_the_twelve_months_after_the_last_month_of_data() -> None:
    assert targets.get("total_1000").window(**NOW) == (date(2026, 6, 1), date(2027, 5, 1))
    assert "1,000 people" in targets.get("total_1000").words(**NOW)
    assert targets.get("total_25").words(**NOW).endswith("from June 2026 to May 2027")


def test_every_target_says_its_event_with_the_time_in_it() -> None:
    for target in targets.TARGETS:
        assert "20" in target.words(**NOW)
        assert "{" not in target.words(**NOW)


def test_an_unknown_target_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="hard_onset"):
        targets.get("one_sided_5")


def came(kind: str, *deaths: float) -> bool:
    """Whether the event came in the last of these years, which one place saw."""
    years = np.arange(2000, 2000 + len(deaths))
    counted = np.array([deaths], dtype=float)
    known = YearInputs(
        units=("AAA",),
        names={"AAA": "Land"},
        years=years,
        deaths={"total": counted, "one_sided": counted},
        months=np.zeros((1, len(years), 12)),
        indicators={},
        lags={},
        bound={},
        neighbours=np.zeros((1, 1), dtype=bool),
    )
    return bool(cases.outcomes(known, cases.target(kind))[0, -2] == 1)


def test_onset_and_surge_at_their_borders() -> None:
    assert came("hard_onset", 24, 24, 24, 24, 24, 25)
    assert came("hard_onset", 0, 24, 3, 0, 0, 25)
    assert not came("hard_onset", 0, 25, 3, 0, 0, 99)
    assert not came("hard_onset", 0, 0, 0, 0, 0, 24)
    assert came("surge", 20, 20, 20, 100)
    assert not came("surge", 0, 0, 0, 99)
    assert came("surge", 0, 0, 0, 100)
    assert not came("surge", 100, 100, 100, 250)
    assert came("surge", 40, 40, 40, 120)
    assert not came("surge", 41, 40, 40, 120)


def test_the_models_and_the_pages_read_one_definition_of_a_target() -> None:
    yearly = [t for t in targets.TARGETS if t.level == "country-year"]
    assert [(t.id, t.years, t.threshold) for t in cases.TARGETS] == [
        (t.id, t.months // 12, t.threshold) for t in yearly
    ]
    for target in targets.TARGETS:
        assert f"{target.threshold:,}" in target.label
        assert f"{target.threshold:,}" in target.event


def test_no_code_compares_deaths_with_a_25_of_its_own() -> None:
    root = Path(upstander.__file__).parent
    own = []
    for file in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            sides += [node.value] if isinstance(node, ast.Assign) else []
            parts = [
                p for s in sides for p in (s.elts if isinstance(s, ast.Tuple) else [s])
            ]
            if any(isinstance(p, ast.Constant) and p.value == 25 for p in parts):
                own.append(f"{file.relative_to(root)}:{node.lineno}")
    # deaths a month, the count of origins, and the sizes of bins: other things that are 25 too
    other = {
        "forecast/models/regime_pool.py",
        "forecast/scoreboard/tasks/summary_events.py",
        "forecast/scores.py",
    }
    assert {x.split(":")[0] for x in own} <= {"core/thresholds.py", *other}, own
