"""Which models have earned the right to alert: they beat their baseline over the last five years.

A model that does not is shown, and never used for alerts (``NotQualified``). To beat is to have the
better mean score; whether the gain is also distinguishable from none is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from upstander.core.errors import NotQualified
from upstander.forecast.scores import Gain
from upstander.forecast.targets import TARGETS

YEARS = 5  # the last complete years judged
RULE = (
    "A model may raise an alert on an event if its mean score over the last five years was better than its baseline's, in "
    "every way of looking back it was judged in. Better is not yet sure: “not distinguishable” says that the lead may be "
    "chance, for the 90 % interval of the difference includes none."
)
DRAWN = "fatalities"  # the target behind every country-month probability


@dataclass(frozen=True)
class Verdict:
    """One model against its baseline on one target.

    Attributes:
        score: the proper score that decides, log loss or CRPS; lower is better.
        first, last: the first and last year (or month) of outcomes judged, as text.
        value, low, high: the gain with its 90 % interval. Log loss: saved over the baseline, neutral 0.
            CRPS: ratio to the baseline's, neutral 1.
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
    def answer(self) -> str:
        """Whether it was better than its baseline, in a few words."""
        if not self.qualified:
            return "no"
        return "yes" if self.distinguishable else "ahead, not distinguishable"

    @property
    def gain(self) -> str:
        """How much better, with its 90 % interval."""
        how = "CRPS ratio" if self.score == "CRPS" else f"{self.score} saved"
        return f"{how} {self._figures}"

    @property
    def _figures(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    @property
    def words(self) -> str:
        """The verdict in one sentence."""
        if self.qualified:
            return f"Qualified for alerts: {self._ahead} {self._ground}."
        return f"Outlook only: not qualified for alerts. It does not beat {self.baseline} {self._ground}."

    @property
    def _ground(self) -> str:
        how = "ratio of CRPS" if self.score == "CRPS" else "log loss saved"
        return f"({how} {self._figures}; {self.first} to {self.last}, {self.kind.lower()})"

    @property
    def _ahead(self) -> str:
        if self.distinguishable:
            return f"beats {self.baseline}"
        return f"ahead of {self.baseline}, not distinguishable"


def judge(
    target: str,
    model: str,
    baseline: str,
    score: str,
    kind: str,
    span: tuple[str, str],
    comparison: Gain,
) -> Verdict:
    """The verdict from a gain: a ratio below 1 or a saving above 0 qualifies.

    Args:
        comparison: model over baseline (neutral 1), or what the model saves over the baseline (neutral 0).
    """
    value = comparison.value
    is_ratio = comparison.neutral == 1
    return Verdict(
        target,
        model,
        baseline,
        score,
        kind,
        *span,
        value,
        comparison.low,
        comparison.high,
        bool(value < 1 if is_ratio else value > 0),
        comparison.is_distinguishable,
    )


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
        NotQualified: it does not beat its baseline in one of them, or was never judged.
    """
    own = of(verdicts, target, model)
    if not own:
        raise NotQualified(
            f"{model} was never judged on {target}; run: upstander score --all"
        )
    if bad := next((v for v in own if not v.qualified), None):
        raise NotQualified(f"{model} on {target}: {bad.words}")
    return own
