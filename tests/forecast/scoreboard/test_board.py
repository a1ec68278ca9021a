"""A scoreboard keeps what it says: as JSON, as Markdown, in a home folder and in the package."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.forecast.scoreboard.test_marks import study

from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.forecast.qualification import judge
from upstander.forecast.scoreboard import assemble, markdown, studies
from upstander.forecast.scoreboard.board import (
    Board,
    Column,
    Table,
    Task,
    from_json,
    gain,
    tidy,
    to_json,
)
from upstander.forecast.scoreboard.cells import text
from upstander.forecast.scores import Gain


def board() -> Board:
    """A board of a made-up study, a table that may not ship, and a verdict."""
    made = study({"reference": 4.0, "half": 2.0})
    tables = tuple(
        assemble._finished(t, {})
        for t in studies.tables(made, lambda unit, month: f"{unit} {month}.")
    )
    theirs = Table(
        "made_up.published",
        "made_up",
        "Published",
        "peers",
        "",
        (Column("m", "Peer", "text"),),
        ({"m": "X"},),
        ships=False,
    )
    found = judge(
        "surge",
        "half",
        "reference",
        "log loss",
        "Hindcast",
        ("2020", "2024"),
        [Gain(0.1, -0.1, 0.3, 0)],
    )
    return Board(
        date(2026, 6, 24),
        "0",
        1,
        (*tables, theirs),
        (found,),
        {"made_up": ({"date": "2026-01-01", "what": "widths", "settings": 3},)},
        ("EWP was not scored.",),
    )


def test_what_was_written_is_read_back_to_the_byte() -> None:
    made = board()
    told = to_json(made)
    again = from_json(told, "test")
    assert to_json(again) == told
    assert again.tables[0].columns == made.tables[0].columns
    assert again.verdicts == made.verdicts


def test_the_packaged_copy_leaves_out_what_is_not_ours() -> None:
    told = json.loads(to_json(board(), shipped=True))
    assert "made_up.published" not in [t["id"] for t in told["tables"]]
    assert "made_up.models" in [t["id"] for t in told["tables"]]
    assert told["missing"] == [], "what one home lacks says nothing of another"


def test_the_copy_in_the_package_can_be_read_and_holds_no_benchmark(tmp_path: Path) -> None:
    held, own = assemble.held(tmp_path)
    assert not own
    assert held.tables
    assert all(t.ships for t in held.tables)
    assert assemble.packaged().stat().st_size < 500_000


def test_a_home_folders_own_board_comes_before_the_packaged_one(tmp_path: Path) -> None:
    file = assemble.keep(board(), tmp_path)
    assert assemble.held(tmp_path) == (from_json(file.read_text(), ""), True)
    file.write_text("{}")
    with pytest.raises(ConfigError, match="score --all"):
        assemble.held(tmp_path)


def test_every_table_says_how_it_looks_back_and_markdown_shows_them_all() -> None:
    made = board()
    page = markdown.page(made)
    for shown in made.tables:
        if shown.task in assemble.task_names():
            assert f"### {shown.whole}" in page
    assert markdown.table(made.tables[0]).startswith("### Hindcast: models and baselines")
    assert "EWP was not scored." in page
    assert markdown.page(made) == page


def test_every_task_loads_and_the_ledger_comes_first() -> None:
    found = assemble.task_names()
    assert found[0] == "ledger"
    for name in found:
        task = plugins.load(assemble.TASKS, name, Task)
        assert task.title
        assert task.citation
    with pytest.raises(ConfigError, match="ledger"):
        plugins.load(assemble.TASKS, "nothing", Task)


def test_tries_are_counted_and_stand_under_each_table() -> None:
    tried = assemble.tries()
    assert assemble.settings_tried(tried, "views") >= 46
    assert assemble.settings_tried(tried, "real_origins") >= 63
    for entries in tried.values():
        assert all({"date", "what", "settings"} <= set(e) for e in entries)
    told = assemble._finished(Table("views.x", "views", "Hindcast", "t", "", (), ()), tried)
    assert (
        f"Settings tried on these cases until now: {assemble.settings_tried(tried, 'views')}."
        in told.notes
    )


def test_values_are_plain_and_what_is_not_known_is_said() -> None:
    assert tidy({"a": np.float64(0.12345678), "b": float("nan"), "c": np.int64(3)}) == {
        "a": 0.123457,
        "b": None,
        "c": 3,
    }
    assert text(None, Column("x", "")) == "not known"
    spans = gain(Gain(0.9, 0.8, 1.1, 1.0))
    assert (
        text(spans, Column("x", "", "gain")) == "0.900 [0.800, 1.100] not distinguishable"
    )
    assert text(gain(Gain(float("nan"), 0, 0, 1)), Column("x", "", "gain")) == "not known"


def test_a_better_saving_is_above_nothing_and_a_better_ratio_below_one() -> None:
    assert gain(Gain(0.1, 0.05, 0.2, 0), lower_is_better=False)["verdict"] == "better"
    assert gain(Gain(-0.1, -0.2, -0.05, 0), lower_is_better=False)["verdict"] == "worse"
    assert gain(Gain(0.9, 0.8, 0.95, 1))["verdict"] == "better"
