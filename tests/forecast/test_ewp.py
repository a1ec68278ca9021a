"""EWP's task: the published figures come out exactly, and nothing of the future is in a forecast."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from upstander.core.errors import ConfigError
from upstander.forecast import ewp, ewp_panel
from upstander.forecast.ewp_panel import EwpPanel
from upstander.forecast.scores import auc, average_precision


@pytest.fixture(scope="module")
def panel(shared: Path) -> EwpPanel:
    folder = shared / "benchmarks" / "ewp"
    if not folder.is_dir():
        pytest.skip("needs the Early Warning Project's files in the shared data folder")
    return ewp_panel.read(folder)


def test_the_task_is_theirs_to_the_row_and_their_published_scores_come_out(
    panel: EwpPanel,
) -> None:
    years = (panel.years >= ewp.FIRST) & (panel.years <= ewp.LAST)
    rows = panel.scored & years
    outcome, risk = panel.label[rows], panel.published[rows]
    assert (len(outcome), int(outcome.sum())) == (4864, 72)
    assert not np.isnan(risk).any()
    assert auc(risk, outcome) == pytest.approx(0.832, abs=5e-4)
    assert average_precision(risk, outcome) == pytest.approx(0.060, abs=5e-4)
    assert outcome.sum() / risk.sum() == pytest.approx(0.60, abs=5e-3)


@pytest.mark.slow
def test_the_sparse_logits_and_climatology_come_out_as_known(panel: EwpPanel) -> None:
    cases = ewp_panel.cases(panel)
    found: dict[str, list[np.ndarray]] = {}
    outcome = []
    for year in range(ewp.FIRST, ewp.LAST + 1):
        for name, p in ewp.sparse(cases, year).items():
            found.setdefault(name, []).append(p)
        outcome.append(cases.outcome[cases.years == year])
    y = np.concatenate(outcome)
    told = {
        n: (auc(p := np.concatenate(v), y), average_precision(p, y), y.sum() / p.sum())
        for n, v in found.items()
    }
    assert told["climatology"] == pytest.approx((0.552, 0.018, 0.52), abs=6e-3)
    assert told["population_and_infant_mortality"] == pytest.approx(
        (0.799, 0.052, 0.84), abs=6e-3
    )
    assert told["four_variable_logit"] == pytest.approx((0.817, 0.060, 0.67), abs=6e-3)


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--data must name"):
        ewp_panel.read(tmp_path)


def test_a_surge_is_25_killed_and_three_times_the_years_before() -> None:
    # Usual: mean of the last three known years; the first place is at 10 a year, so 30 are needed; the second at 0.
    killed = np.array(
        [[10.0, 10.0, 10.0, 29.0, 30.0, 0.0], [0.0, 0.0, 0.0, 24.0, 0.0, 25.0]]
    )
    found = ewp.surges(killed)
    assert found[0, 2] == 1  # 30 in the second year after
    assert found[1, 2] == 0  # 24 and 0
    assert (
        found[1, 3] == 1
    )  # the mean of 0, 0 and 24 is 8: three times are 24, the floor is 25
    assert np.isnan(found[:, 4:]).all()


def made_up_panel(
    seed: int = 1, countries: int = 30, first: int = 1970, last: int = 1999
) -> EwpPanel:
    """Numbers of the right names; some countries enter late, growth has gaps."""
    rng, years = np.random.default_rng(seed), np.arange(first, last + 1)
    shape = (countries, len(years))
    names = (
        *ewp_panel.SLOW,
        *ewp_panel.REGIONS,
        "mk_ongoing_count_log2",
        "mk_ever",
        *ewp_panel.CALENDAR,
    )
    columns = {n: rng.normal(size=shape) for n in names}
    columns |= {
        r: (np.arange(countries) % 6 == i)[:, None] * np.ones(shape)
        for i, r in enumerate(ewp_panel.REGIONS)
    }
    for n in ("mk_onset", *ewp_panel.AHEAD):
        columns[n] = (rng.random(shape) < 0.08).astype(float)
    for values in columns.values():
        values[:5, :8] = np.nan
    columns["gdppcgrowth"][7, 3] = np.nan
    scored = ~np.isnan(columns[ewp_panel.LABEL]) & ~np.isnan(columns["gdppcgrowth"])
    return EwpPanel(
        tuple(range(2, 2 + countries)), years, columns, scored, np.full(shape, 0.02)
    )


@pytest.mark.slow
@pytest.mark.parametrize("year", [1993, 1996])
def test_shuffling_the_future_changes_no_forecast_on_their_panel(year: int) -> None:
    panel, rng = made_up_panel(), np.random.default_rng(year)
    later, open_ = panel.years > year, panel.years > year - ewp.DELAY
    other = {n: v.copy() for n, v in panel.columns.items()}
    for n, v in other.items():
        mine = open_ if n in ewp_panel.AHEAD else later
        v[:, mine] = rng.permutation(v[:, mine].ravel()).reshape(v[:, mine].shape)
    found = [
        ewp.origin(ewp_panel.cases(p), ewp.published(p, year), year, 3).chances
        for p in (panel, replace(panel, columns=other))
    ]
    for model, p in found[0].items():
        np.testing.assert_array_equal(p, found[1][model], err_msg=model)


def test_no_feature_is_what_follows_or_the_calendar() -> None:
    features = ewp_panel.cases(made_up_panel()).features
    assert not {*ewp_panel.AHEAD, *ewp_panel.CALENDAR, "year"} & set(features)
