"""Which models have earned the right to alert: clearly ahead of their baseline, over all years that were judged.

A model that is not is shown, and never used for alerts (``NotQualified``). Each year is a look at all years until then. The
door has two thresholds, so that a model does not come and go with one year: it is let in where the 90 % interval of its gain
leaves none out on the good side, and stays until its gain is none.

How often the rule errs, by simulation of yearly gains that are independent (Student's t with 5 degrees of freedom), 12 looks over
16 years, 20,000 times: a model that is no better than its baseline stands inside at the end in 16 of 100 cases (the rule of
before, a better mean of the last five years, let it in in 50 of 100), one that is better by a quarter, half or whole of the
standard deviation of a year's gain in 48, 80 and 99; and the door moves .1, .3, .4 and .2 times where it moved 2.2, 1.8, 1.1 and .2
times (``benchmarks/alert_gate.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from upstander.core.errors import NotQualified
from upstander.core.messages import changed, say, text
from upstander.forecast.scores import Gain
from upstander.forecast.shapes import Index
from upstander.forecast.targets import TARGETS

YEARS = 5  # judged before the first look
RULE = say("forecast.qualification_rule")
DRAWN = "fatalities"  # the target behind every country-month probability


@dataclass(frozen=True)
class Verdict:
    """One model against its baseline on one target.

    Attributes:
        score: the proper score that decides, log loss or CRPS; lower is better.
        first, last: the first and last year (or month) of outcomes judged, as text.
        value, low, high: the gain with its 90 % interval. Log loss: saved over the baseline, neutral 0.
            CRPS: ratio to the baseline's, neutral 1.
        distinguishable: whether the interval leaves the neutral value out.
    """

    target: str
    model: str
    baseline: str
    score: str
    kind: str
    first: str
    last: str
    value: float
    low: float
    high: float
    qualified: bool
    distinguishable: bool

    @property
    def is_ahead(self) -> bool:
        """Whether its mean score is better than the baseline's."""
        return _is_ahead(self.value, 1.0 if self.score == "CRPS" else 0.0)

    @property
    def answer(self) -> str:
        """Whether it may raise an alert, in a few words."""
        if not self.qualified:
            return text("ahead, not clearly") if self.is_ahead else text("no")
        return text("yes") if self.distinguishable else text("yes, from an earlier year")

    @property
    def gain(self) -> str:
        """How much better, with its 90 % interval."""
        if self.score == "CRPS":
            return say("forecast.gain_crps", figures=self._figures)
        return say("forecast.gain_saved", score=text(self.score), figures=self._figures)

    @property
    def _figures(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    @property
    def words(self) -> str:
        """The verdict in one sentence."""
        if self.qualified:
            said = "beats" if self.distinguishable else "has_beaten"
        else:
            said = "not_clearly_ahead" if self.is_ahead else "not_ahead"
        return say(
            f"forecast.verdict_{said}", baseline=text(self.baseline), ground=self._ground
        )

    @property
    def _ground(self) -> str:
        return say(
            "forecast.verdict_crps"
            if self.score == "CRPS"
            else "forecast.verdict_log_loss",
            figures=self._figures,
            first=self.first,
            last=self.last,
            kind=changed(text(self.kind), str.lower),
        )


def judge(
    target: str,
    model: str,
    baseline: str,
    score: str,
    kind: str,
    span: tuple[str, str],
    looks: Sequence[Gain],
) -> Verdict:
    """The verdict from the gain at each look, the last of which is over everything that was judged.

    Args:
        looks: model over baseline (neutral 1), or what the model saves over the baseline (neutral 0).
    """
    last = looks[-1]
    return Verdict(
        target,
        model,
        baseline,
        score,
        kind,
        *span,
        last.value,
        last.low,
        last.high,
        is_let_in(looks),
        last.is_distinguishable,
    )


def is_let_in(looks: Iterable[Gain]) -> bool:
    """Whether a model stands inside after the last look: let in where it is clearly ahead, until it is ahead no more."""
    is_inside = False
    for gain in looks:
        is_clear = is_inside or gain.is_distinguishable
        is_inside = is_clear and _is_ahead(gain.value, gain.neutral)
    return is_inside


def _is_ahead(value: float, neutral: float) -> bool:
    """Whether a ratio (neutral 1) is below it, or a saving (neutral 0) above it."""
    return value < neutral if neutral == 1 else value > neutral


def ends_of_looks(years: Index) -> Index:
    """The last year of each look at (N,) years: each of them from the first YEARS on; where there are fewer, the last alone."""
    different = np.unique(years)
    return different[min(YEARS, len(different)) - 1 :]


def judged_as(target: str) -> str:
    """The target whose scores decide: all targets of all deaths in coming months are sums of the same draws."""
    monthly = {t.id for t in TARGETS if t.kind == "total"}
    return DRAWN if target in monthly else target


def of(
    verdicts: Iterable[Verdict],
    target: str,
    model: str,
) -> tuple[Verdict, ...]:
    """The verdicts on a model for a target: one for each way of looking back it was judged in."""
    wanted = judged_as(target)
    return tuple(v for v in verdicts if v.target == wanted and v.model == model)


def qualified(
    verdicts: Iterable[Verdict],
    target: str,
    model: str,
) -> tuple[Verdict, ...]:
    """The verdicts on a model that may be used for alerts on a target: every one of them must be good.

    Raises:
        NotQualified: it is not let in in one of them, or was never judged.
    """
    own = of(verdicts, target, model)
    if not own:
        raise NotQualified(
            f"{model} was never judged on {target}; run: upstander score --all"
        )
    if bad := next((v for v in own if not v.qualified), None):
        raise NotQualified(f"{model} on {target}: {bad.words}")
    return own
