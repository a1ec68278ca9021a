"""Targets name their time, and onsets follow their definition."""

from datetime import date
from typing import Any

import pytest

from upstander.core.errors import ConfigError
from upstander.forecast import targets

NOW: Any = {"base_year": 2025, "last_month": date(2026, 5, 1)}


def test_the_contract_names_twenty_targets_once_each() -> None:
    ids = [t.id for t in targets.TARGETS]
    assert len(ids) == len(set(ids)) == 20
    assert targets.HEADLINE in ids


def test_a_calendar_target_is_never_relabelled_a_rolling_window() -> None:
    assert targets.get("one_sided_100").window(**NOW) == (date(2026, 1, 1), date(2026, 12, 1))
    assert targets.get("one_sided_1000_24m").window(**NOW) == (date(2026, 1, 1), date(2027, 12, 1))
    assert targets.get("one_sided_25_24m").words(**NOW).endswith("in 2026 and 2027 together")


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


def test_onset_and_surge_at_their_borders() -> None:
    assert targets.is_hard_onset((24, 24, 24, 24, 24, 25))
    assert not targets.is_hard_onset((0, 0, 0, 0, 0, 24))
    assert targets.is_surge((20, 20, 20, 100))
    assert not targets.is_surge((0, 0, 0, 99))
    assert targets.is_surge((40, 40, 40, 120))
    assert not targets.is_surge((41, 40, 40, 120))
    with pytest.raises(ValueError, match="six years"):
        targets.is_hard_onset((0, 25))
    with pytest.raises(ValueError, match="four years"):
        targets.is_surge((0, 25))
