"""The look back: events as they are defined, drafts blind to the future, no repeats, and what counts as a hit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from typer.testing import CliRunner

from upstander.cli import app
from upstander.core.errors import SourceChanged
from upstander.forecast.rolling.months import at_of, month_at
from upstander.monitor import back_test, budget, peer_signals, replay
from upstander.monitor.learning import FIRST_FIT
from upstander.monitor.past import Past
from upstander.monitor.replay import Part
from upstander.monitor.replay_table import month_rules

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


def noisy(seed: int = 1, months: int = MONTHS) -> Past:
    rng = np.random.default_rng(seed)
    made = {
        k: rng.negative_binomial(0.05, 0.01, (30, months)).astype(float)
        * (rng.random((30, 1)) < 0.5)
        for k in ("state_based", "non_state", "one_sided")
    }
    units = tuple(f"U{i:02}" for i in range(30))
    near = (rng.random((30, 30)) < 0.1).astype(float)
    names = dict(zip(units, units, strict=True))
    return Past(made, (made["one_sided"] > 0) * 1.0, units, names, near)


def noisy_until(year: int) -> Past:
    return noisy(months=(year - 1989) * 12)


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


@pytest.mark.parametrize("name", list(month_rules()))
def test_a_rule_is_blind_to_the_future_and_says_the_same_twice(name):
    rule, whole = month_rules()[name], noisy()
    cut = 210
    scores = rule.score(whole)
    assert scores.shape == whole.total.shape
    assert np.array_equal(scores, rule.score(whole), equal_nan=True)
    changed = {k: v.copy() for k, v in whole.deaths.items()}
    for values in changed.values():
        values[:, cut:] += 500
    other = rule.score(replace(whole, deaths=changed))
    assert np.allclose(scores[:, :cut], other[:, :cut], equal_nan=True)
    assert rule.quiet_months >= replay.NO_REPEAT


@pytest.mark.parametrize("name", ["first_violence", "one_sided_surge"])
def test_a_rule_that_learns_speaks_from_its_first_lessons_on(name):
    scores = month_rules()[name].score(noisy())
    assert not np.isfinite(scores[:, : FIRST_FIT - 1]).any()
    assert np.isfinite(scores[:, FIRST_FIT:]).any()


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


def test_drafts_of_the_year_before_a_period_warn_of_its_first_events_and_count_nowhere_else():
    found = past(one_sided={(0, 125): 150}, state_based={(1, 121): 30})
    scores = np.full((3, MONTHS), -np.inf)
    scores[0, 113] = scores[1, 117] = 1.0
    drafts = replay.drafted([Part("x", scores, 1)], 120, 131)
    assert [(d.unit, d.month) for d in drafts] == [(0, 114), (1, 118)]
    line = replay.row("x", found, drafts, 120, 131)
    # the surge is an onset too, and its draft came eleven months before that
    assert (line["onsets_warned"], line["surges_warned"]) == (0.5, 1.0)
    assert line["drafts_a_month"] == 0


def test_what_was_missed_is_told_with_the_rank_it_had_in_time():
    found = past(state_based={(0, 123): 30})
    scores = np.tile(np.array([[1.0], [2.0], [3.0]]), (1, MONTHS))
    events = replay.warned(found, [], 100, 200)
    part = Part("first_violence", scores, 1)
    [told] = replay.missed(found, events, [], {"onset": part, "surge": part})
    assert told["best_rank_in_time"] == 3
    assert told["place"] == "A"
    assert told["why"] == "too_far_down"


def test_what_was_drafted_too_early_and_silent_since_is_told_so():
    found = past(state_based={(0, 123): 30})
    part = Part("first_violence", np.full((3, MONTHS), 1.0), 1)
    early = [replay.Drafted("first_violence", 0, 110)]
    events = replay.warned(found, early, 100, 200)
    [told] = replay.missed(found, events, early, {"onset": part, "surge": part})
    assert told["why"] == "silent"


def test_the_split_is_chosen_without_a_look_at_the_years_it_is_reported_on():
    whole = noisy_until(2024)
    rules = {n: r for n, r in month_rules().items() if r.aim}
    cut = at_of(date(2019, 1, 1))
    changed = {k: v.copy() for k, v in whole.deaths.items()}
    for values in changed.values():
        values[:, cut:] = values[::-1, cut:] * 7
    other = replace(whole, deaths=changed)
    choices = []
    for known in (whole, other):
        scores = {n: r.score(known) for n, r in rules.items()}
        choices.append(budget.chosen(known, rules, scores))
    assert choices[0] == choices[1]
    assert {b: sum(c.drafts.values()) for b, c in choices[0].items()} == {4: 4, 2: 2}
    assert choices[0][4].tried == 12


def test_a_back_test_tells_hits_false_alarms_and_what_is_not_known_yet():
    found = past(state_based={(0, 123): 30})
    scores = np.full((3, MONTHS), -np.inf)
    scores[0, 119] = scores[1, 119] = scores[2, MONTHS - 2] = 1.0
    rule = replace(month_rules()["violence_in_quiet_place"], drafts=2)
    test = back_test.of("x", rule, found, scores, (100, MONTHS - 1))
    assert (test.drafts, test.hits, test.false_alarms, test.open) == (3, 1, 1, 1)
    assert (test.precision, test.median_lead) == (0.5, 3)
    assert [f["came"] for f in test.fired] == [None, False, True]


def test_an_opportunity_is_right_where_deaths_halved_again():
    found = past(state_based={(0, at): 100 for at in range(100, 106)})
    rule = month_rules()["resolution_opportunity"]
    scores = rule.score(found)
    assert np.isfinite(scores[0, 111])
    test = back_test.of("x", rule, found, scores, (100, 130))
    assert test.hits >= 1
    assert test.median_lead is None


def test_displacement_jumps_where_the_figures_are_known_and_not_before():
    known = past()
    fled = np.full((3, YEARS), np.nan)
    fled[0, 10:14] = [1000, 1000, 1000, 20_000]
    fled[1, 13] = 50_000  # nothing is known of the years before: no jump is told
    scores = month_rules()["displacement_jump"].score(replace(known, fled_by_year=fled))
    since = 13 * 12 + 18
    assert not np.isfinite(scores[:, :since]).any()
    assert scores[0, since] == 20
    assert not np.isfinite(scores[1:]).any()
    assert not np.isfinite(month_rules()["displacement_jump"].score(known)).any()


def test_reporting_that_collapsed_is_told_where_it_was_steady():
    steady = {(0, at): 5 for at in range(100, 120)}
    scores = month_rules()["reporting_collapsed"].score(past(state_based=steady))
    assert [at for at in range(MONTHS) if np.isfinite(scores[0, at])][:1] == [122]


def test_a_peer_counts_what_it_sent_in_real_time(tmp_path):
    file = tmp_path / "peer.csv"
    head = "iso3,indicator_id,campaign_date,backfilled\n"
    rows = "AAA,acled_conflict,1999-01-15,False\nAAA,acled_conflict,1999-02-15,True\nAAA,food,1999-01-01,False\n"
    file.write_text(head + rows)
    real = peer_signals.read(file, past(), 0, MONTHS, with_late=False)
    assert [month_at(d.month).isoformat() for d in real] == ["1999-01-01"]
    assert len(peer_signals.read(file, past(), 0, MONTHS, with_late=True)) == 2
    file.write_text("a,b\n")
    with pytest.raises(SourceChanged, match="no column"):
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
    assert at_of(date(1989, 1, 1)) == 0
    assert month_at(at_of(date(2026, 5, 1))) == date(2026, 5, 1)
