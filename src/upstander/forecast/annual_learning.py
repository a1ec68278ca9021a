"""What the yearly outlook learns, in pieces side by side: a finished piece can be kept and is not learned again.

A piece is a target learned whole, or one refit of it on resampled countries. Its name holds a hash of all that it is
learned from, so that a run whose yearly inputs are as before has nothing to learn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from upstander.core.types import Array, Cases
from upstander.forecast.calibration import Calibration
from upstander.forecast.cases import TARGETS, AnnualTarget
from upstander.forecast.shapes import ByName
from upstander.forecast.training import Earlier, Learned, learned, replicate
from upstander.forecast.workers import Arrays, Piece, Progress, Workers

WHAT = "annual targets"  # as progress calls it


@dataclass(frozen=True)
class Effort:
    """How the targets are learned: from which seed, by whom, with how many replicates."""

    seed: int
    workers: Workers
    replicates: int
    progress: Progress


@dataclass(frozen=True)
class Lesson:
    """One target's cases, the rows that its model is asked for, and today's rows that its refits are."""

    cases: Cases
    asked: Array
    today: Array

    @cached_property
    def stamp(self) -> str:
        """A hash of all of it, made once for everything that is learned from it."""
        digest = hashlib.sha256()
        for value in (self.cases, self.asked, self.today):
            for part in _parts(value):
                digest.update(part)
        return digest.hexdigest()


def learn(
    lessons: Mapping[str, Lesson], base: int, effort: Effort
) -> tuple[dict[str, Learned], ByName]:
    """Learn every target and its replicates, side by side; (B, M, N) log odds of the replicates by target."""
    goals = [t for t in TARGETS if t.id in lessons]
    whole = [_whole(lessons[g.id], g, base, effort.seed) for g in goals]
    refits = [
        _refit(lessons[g.id], g, base, effort.seed, number)
        for g in goals
        for number in range(effort.replicates)
    ]
    done = effort.workers.each(WHAT, called, [*whole, *refits], effort.progress)
    models = {g.id: unpacked(d) for g, d in zip(goals, done, strict=False)}
    each = np.stack([d["each"] for d in done[len(goals) :]])
    spread = each.reshape(len(goals), effort.replicates, *each.shape[1:])
    return models, {g.id: spread[i] for i, g in enumerate(goals)}


def called(do: Any, *arguments: Any) -> Arrays:
    """One piece of work, of either sort."""
    arrays: Arrays = do(*arguments)
    return arrays


def learned_arrays(*arguments: Any) -> Arrays:
    """``training.learned`` as arrays by name, which can be kept."""
    return packed(learned(*arguments))


def refit_arrays(*arguments: Any) -> Arrays:
    """``training.replicate`` as arrays by name."""
    return {"each": replicate(*arguments)}


def packed(model: Learned) -> Arrays:
    """What a target learned, as arrays."""
    at = model.calibration
    return {
        "scores": model.scores,
        "calibration": np.array([at.intercept, at.slope]),
        "calibrated_on": np.array([at.cases, at.events]),
        "base_rate": np.array(model.base_rate),
        "learned_from": np.array([model.cases, model.events]),
        "earlier_rows": model.earlier.rows,
        "earlier_scores": model.earlier.scores,
        "earlier_outcome": model.earlier.outcome,
    }


def unpacked(arrays: Arrays) -> Learned:
    """What ``packed`` packed, to the last bit."""
    intercept, slope = arrays["calibration"].tolist()
    calibration = Calibration(intercept, slope, *arrays["calibrated_on"].tolist())
    cases, events = arrays["learned_from"].tolist()
    earlier = Earlier(*(arrays[f"earlier_{f.name}"] for f in fields(Earlier)))
    rate = float(arrays["base_rate"])
    return Learned(arrays["scores"], calibration, rate, cases, events, earlier)


def _whole(lesson: Lesson, goal: AnnualTarget, base: int, seed: int) -> Piece:
    """A target learned whole; its name, as the next one's, changes with anything it is learned from."""
    arguments = (learned_arrays, lesson.cases, goal, base, seed, lesson.asked)
    return Piece(f"whole {goal!r} {base} {seed} {lesson.stamp}", arguments)


def _refit(
    lesson: Lesson,
    goal: AnnualTarget,
    base: int,
    seed: int,
    number: int,
) -> Piece:
    """One refit of a target on resampled countries."""
    arguments = (refit_arrays, lesson.cases, goal, base, lesson.today, seed, number)
    return Piece(f"refit {number} {goal!r} {base} {seed} {lesson.stamp}", arguments)


def _parts(value: Any) -> list[bytes]:
    """The bytes that say what a value is: an array's shape and numbers, each field of cases, the text of the rest."""
    if isinstance(value, Cases):
        return [part for f in fields(Cases) for part in _parts(getattr(value, f.name))]
    if isinstance(value, np.ndarray):
        head = f"{value.dtype} {value.shape}\n".encode()
        return [head, np.ascontiguousarray(value).tobytes()]
    return [f"{value!r}\n".encode()]
