"""The same seed and inputs give the same scoreboard to the byte, task by task."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.forecast.scoreboard.test_tasks import asked as asked  # the fixture
from tests.forecast.test_rolling import made_up

from upstander.core.errors import NotCovered
from upstander.core.types import YearInputs
from upstander.forecast import shipped, yearly_inputs
from upstander.forecast.rolling import reading
from upstander.forecast.rolling.backtest import BASELINES
from upstander.forecast.rolling.chances import MODEL
from upstander.forecast.scoreboard import ablation, assemble, reseeding
from upstander.forecast.scoreboard.board import Asked, Board, to_json
from upstander.forecast.scoreboard.markdown import page
from upstander.forecast.scoreboard.tasks import annual, rolling


def twice(asked: Asked, task: str) -> Board:
    """The board of one task, made anew a second time and found the same."""
    one, two = (assemble.build(asked, (task,)) for _ in range(2))
    assert to_json(one) == to_json(two)
    assert page(one) == page(two)
    assert one.tables, one.missing
    return one


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "model", "latest"),
    [("hindcast", "boosted_bins", 1), ("real_origins", "zero", 2)],
)
def test_a_monthly_task_repeats_to_the_byte(
    asked: Asked, task: str, model: str, latest: int
) -> None:
    board = twice(replace(asked, models=(model,), latest=latest), task)
    assert model in {r["model"] for r in board.tables[0].rows}
    other = assemble.build(replace(asked, models=(model,), latest=latest, seed=2), (task,))
    assert to_json(other) != to_json(board), "another seed is another scoreboard"


@pytest.mark.slow
def test_the_windows_of_views_repeat_to_the_byte(asked: Asked, shared: Path) -> None:
    twice(
        replace(asked, models=("memory_pool",), latest=1, data=shared / "benchmarks"),
        "views",
    )


@pytest.mark.slow
def test_the_task_of_ewp_repeats_to_the_byte(asked: Asked, shared: Path) -> None:
    twice(replace(asked, latest=2, data=shared / "benchmarks"), "ewp")


@pytest.mark.slow
def test_the_yearly_targets_repeat_to_the_byte_and_are_measured_against_history(
    asked: Asked, known: YearInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On made-up country-years under real codes, and fewer of everything: the whole takes many minutes."""
    codes = tuple(sorted(p.code for p in asked.places.current(asked.as_of)))[
        : len(known.units)
    ]
    small = replace(known, units=codes, names={c: asked.places.get(c).name for c in codes})
    monkeypatch.setattr(yearly_inputs, "inputs", lambda *_, **__: small)
    monkeypatch.setattr(annual, "DETAIL", ("one_sided_100",))
    monkeypatch.setattr(annual, "YEARS", 1)  # origins, with the newest one
    monkeypatch.setattr(ablation, "EVERY", 9)
    monkeypatch.setattr(reseeding, "SEEDS", 1)
    board = twice(replace(asked, latest=1), "annual")
    rows = {r["model"]: r for r in board.tables[0].rows}
    assert rows[annual.REFERENCE]["log_loss_saved"] is None
    assert rows[shipped.CHANCES]["auc"] > rows["climatology"]["auc"]
    assert {t.kind for t in board.tables} == {"Hindcast", "Today's outlook"}


def test_the_rolling_odds_repeat_to_the_byte_beside_every_baseline(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On made-up months under real codes; the span that settings were chosen on is a row of its own."""
    months = made_up(years=22)
    codes = tuple(sorted(p.code for p in asked.places.current(asked.as_of)))
    real = replace(months, units=codes[: len(months.units)])
    monkeypatch.setattr(yearly_inputs, "inputs", lambda *_, **__: None)
    monkeypatch.setattr(reading, "read", lambda *_, **__: reading.Spoken(real, ()))
    board = twice(replace(asked, latest=2), "rolling")
    rows = [r for r in board.tables[0].rows if r["target"] == "civilians_100"]
    assert {r["model"] for r in rows} == {MODEL, *BASELINES}
    assert {r["universe"] for r in rows} >= {rolling.WHOLE, rolling.LATER}
    missed = next(t for t in board.tables if t.id == "rolling.missed")
    assert all(r["rank"] > rolling.TOP for r in missed.rows)
    assert {v.target for v in board.verdicts} >= {"civilians_25", "civilians_100"}


def test_rolling_odds_without_months_by_type_say_what_is_missing(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise NotCovered("no deaths by month and type are known")

    monkeypatch.setattr(yearly_inputs, "inputs", lambda *_, **__: None)
    monkeypatch.setattr(reading, "read", none)
    board = assemble.build(asked, ("rolling",))
    assert board.tables == ()
    assert "no deaths by month and type are known" in board.missing[-1]


@pytest.mark.slow
def test_real_time_against_views_repeats_to_the_byte(asked: Asked, shared: Path) -> None:
    board = twice(replace(asked, data=shared / "benchmarks"), "views_run")
    rows = {(r["cases_of"], r["model"]): r for r in board.tables[0].rows}
    assert rows["all", "upstander"]["cases"] == 1910
    ours, still = (rows["all", m]["brier"] for m in ("upstander", "12-month persistence"))
    assert ours < still


def test_without_a_run_of_views_it_says_so(asked: Asked) -> None:
    board = assemble.build(asked, ("views_run",))
    assert board.tables == ()
    assert "give --data" in board.missing[-1]


def test_no_task_is_left_out_of_these_tests() -> None:
    """``summary_events`` is repeated beside its made-up events, the ledger after a whole run."""
    here = {"real_origins", "hindcast", "views", "annual", "ewp", "rolling", "views_run"}
    assert set(assemble.task_names()) == here | {"summary_events", "ledger"}


def test_every_task_says_that_it_has_begun_before_its_first_piece_is_done(
    asked: Asked,
) -> None:
    seen: list[tuple[str, int, int]] = []
    assemble.build(replace(asked, progress=lambda *said: seen.append(said)), ("ledger",))
    assert (seen[0], seen[-1]) == (("score ledger", 0, 1), ("score ledger", 1, 1))
