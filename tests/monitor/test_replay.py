"""The look back: events as they are defined, drafts blind to the future, no repeats, and what counts as a hit."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from typer.testing import CliRunner

from upstander.cli import app
from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.forecast.rolling.months import at_of, month_at
from upstander.monitor import peer_signals, replay
from upstander.monitor.past import Past
from upstander.monitor.replay import Part
from upstander.monitor.rule import Rule

YEARS = 20
MONTHS = YEARS * 12


def past(**deaths) -> Past:
    """Three places; deaths by kind as {(place, month): number}."""
    made = {k: np.zeros((3, MONTHS)) for k in ("state_based", "non_state", "one_sided")}
    for kind, cells in deaths.items():
        for (unit, at), number in cells.items():
            made[kind][unit, at] = number
    names = {"AAA": "A", "BBB": "B", "CCC": "C"}
    near = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]])
    events = (made["one_sided"] > 0).astype(float)
    return Past(made, events, ("AAA", "BBB", "CCC"), names, near)


def noisy(seed: int = 1) -> Past:
    rng = np.random.default_rng(seed)
    made = {
        k: rng.negative_binomial(0.05, 0.01, (30, MONTHS)).astype(float)
        * (rng.random((30, 1)) < 0.5)
        for k in ("state_based", "non_state", "one_sided")
    }
    units = tuple(f"U{i:02}" for i in range(30))
    near = (rng.random((30, 30)) < 0.1).astype(float)
    names = dict(zip(units, units, strict=True))
    return Past(made, (made["one_sided"] > 0) * 1.0, units, names, near)


def test_an_onset_is_dated_by_the_month_in_which_twelve_months_reach_25():
    found = past(state_based={(0, 118): 14, (0, 121): 10, (0, 123): 5, (0, 126): 20})
    assert found.onsets == (
        (0, 123),
    )  # 14 + 10 + 5 in the twelve months to month 123, the year itself has 35


def test_24_deaths_or_a_violent_year_before_make_no_onset():
    assert past(state_based={(0, 121): 24}).onsets == ()
    assert past(state_based={(0, 70): 25, (0, 121): 90}).onsets == ((0, 70),)


def test_a_surge_is_three_times_the_mean_of_three_years_counted_as_20_where_smaller():
    assert past(one_sided={(1, 125): 100}).surges == ((1, 120),)
    assert past(one_sided={(1, 125): 99}).surges == ()
    before = {(1, 84): 100.0, (1, 96): 100, (1, 108): 100}
    kept = past(one_sided={**before, (1, 125): 299}).surges
    assert (1, 120) not in kept
    assert (1, 120) in past(one_sided={**before, (1, 125): 300}).surges


@pytest.mark.parametrize("name", plugins.names("upstander.monitor.rules"))
def test_a_rule_is_blind_to_the_future_and_says_the_same_twice(name):
    rule, whole = plugins.load("upstander.monitor.rules", name, Rule), noisy()
    until, cut = 150, 170
    scores = rule.score(whole, until)
    assert scores.shape == whole.total.shape
    assert np.array_equal(scores, rule.score(whole, until))
    changed = {k: v.copy() for k, v in whole.deaths.items()}
    for values in changed.values():
        values[:, cut:] += 500
    other = rule.score(replace(whole, deaths=changed), until)
    assert np.allclose(scores[:, :cut], other[:, :cut], equal_nan=True)
    assert rule.quiet_months >= replay.NO_REPEAT


def test_a_draft_rests_on_the_month_before_and_no_place_comes_again_within_six():
    scores = np.tile(np.array([[3.0], [2.0], [-np.inf]]), (1, MONTHS))
    scores[2, 99] = 9.0
    drafts = replay.drafted([Part("x", scores, 1)], 100, 112)
    assert (2, 100) in {(d.unit, d.month) for d in drafts}
    for unit in range(3):
        months = [d.month for d in drafts if d.unit == unit]
        assert all(b - a >= replay.NO_REPEAT for a, b in pairwise(months))


@pytest.mark.parametrize(
    ("before", "is_hit"), [(0, False), (1, True), (6, True), (7, False)]
)
def test_a_hit_lies_in_the_six_months_before_an_onset(before, is_hit):
    found = past(state_based={(0, 123): 30})
    drafts = [replay.Drafted("x", 0, 123 - before)]
    [event] = replay.warned(found, drafts, 100, 200)
    assert bool(event.drafts) == is_hit
    line = replay.row("x", found, drafts, 100, 200)
    assert line["onsets_warned"] == float(is_hit)
    assert line["event_after"] == float(is_hit)


@pytest.mark.parametrize(
    ("before", "is_hit"), [(0, False), (1, True), (12, True), (13, False)]
)
def test_a_hit_lies_in_the_twelve_months_before_the_year_of_a_surge(before, is_hit):
    found = past(one_sided={(0, 125): 150})
    events = replay.warned(found, [replay.Drafted("x", 0, 120 - before)], 100, 200)
    [surge] = [e for e in events if e.kind == "surge"]
    assert bool(surge.drafts) == is_hit


def test_what_was_missed_is_told_with_the_rank_it_had_in_time():
    found = past(state_based={(0, 123): 30})
    scores = np.tile(np.array([[1.0], [2.0], [3.0]]), (1, MONTHS))
    events = replay.warned(found, [], 100, 200)
    [told] = replay.missed(found, events, [Part("first_violence", scores, 1)])
    assert told["best_rank_in_time"] == 3
    assert told["place"] == "A"


def test_a_peer_counts_what_it_sent_in_real_time(tmp_path):
    file = tmp_path / "peer.csv"
    head = "iso3,indicator_id,campaign_date,backfilled\n"
    rows = "AAA,acled_conflict,1999-01-15,False\nAAA,acled_conflict,1999-02-15,True\nAAA,food,1999-01-01,False\n"
    file.write_text(head + rows)
    real = peer_signals.read(file, past(), 0, MONTHS, with_late=False)
    assert [month_at(d.month).isoformat() for d in real] == ["1999-01-01"]
    assert len(peer_signals.read(file, past(), 0, MONTHS, with_late=True)) == 2
    file.write_text("a,b\n")
    with pytest.raises(ConfigError, match="no column"):
        peer_signals.read(file, past(), 0, MONTHS, with_late=False)


@pytest.mark.slow
def test_the_command_prints_lists_baselines_and_standard_errors(tmp_path):
    run = CliRunner().invoke(
        app,
        [
            "monitor",
            "--replay",
            "2019-01..2026-05",
            "--home",
            str(tmp_path),
            "--format",
            "json",
        ],
    )
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    rows = {r["rule"]: r for r in told["rows"]}
    assert told["kind"].startswith("hindcast")
    assert {"our lists, 4 a month", "our lists, 2 a month", "random"} <= set(rows)
    assert {(r["onsets"], r["surges"]) for r in rows.values()} == {(23, 25)}
    ours, chance = rows["our lists, 4 a month"], rows["random"]
    assert ours["drafts_a_month"] == 4.0
    assert ours["onsets_warned"] > chance["onsets_warned"] + ours["onset_se"]
    assert ours["onset_se"] > 0
    shares = [ours[n] for n in ("event_after", "more_after", "nothing_after")]
    assert sum(shares) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    "period", ["2019", "2019-01..2018-01", "x..y", "1970-01..1990-01", "2019-13..2020-01"]
)
def test_a_period_that_is_none_is_refused(period, tmp_path):
    run = CliRunner().invoke(app, ["monitor", "--replay", period, "--home", str(tmp_path)])
    assert run.exit_code != 0


def test_months_have_positions():
    from datetime import date

    assert at_of(date(1989, 1, 1)) == 0
    assert month_at(at_of(date(2026, 5, 1))) == date(2026, 5, 1)
