"""The outlook band: a stated rule of a machine, never an assessment. People assign levels.

    4 very high        ongoing mass violence, and the probability is at least 50 %
    3 high             ongoing mass violence, or at least 3 times the base rate
    2 raised           at least the base rate
    1 moderate         at least a quarter of the base rate
    0                  lower, not immune

These are not the words of the levels that people set (watch, concern, warning, crisis): nobody is to take a machine's
band for one of them.

Ongoing: at least 100 civilians killed deliberately, or 1,000 deaths in all organised violence, in the last twelve months
known, provisional ones included (core/thresholds.py, report/history.py). Source: the house's own bands (docs/reference/pages.md); mandate.toml, rule ``outlook-band``.
"""

from __future__ import annotations

from dataclasses import dataclass

from upstander.core.messages import say, text
from upstander.core.thresholds import MASS_ONE_SIDED, MASS_TOTAL, ONE_SIDED
from upstander.core.types import BANDS

NAMES = (BANDS[0], *map(text, ("moderate", "raised", "high", "very high")))
RAISED = NAMES.index("raised")
SIGNS = ("○", "◔", "◑", "◕", "●")  # filled by quarters: the band without colour
RULE = say(
    "report.outlook_band_given_by_a_machine_from",
    mass_one_sided=MASS_ONE_SIDED,
    one_sided=ONE_SIDED,
    mass_total=MASS_TOTAL,
)


@dataclass(frozen=True)
class Band:
    """An outlook band, 0 to 4."""

    number: int
    name: str
    sign: str
    rule: str = "outlook-band"


def band(probability: float | None, base_rate: float, ongoing: bool | None) -> Band | None:
    """The band, or None where no forecast had been issued."""
    if probability is None:
        return None
    if ongoing:
        number = 4 if probability >= 0.5 else 3
    else:
        number = next(
            (n for n, k in ((3, 3.0), (2, 1.0), (1, 0.25)) if probability >= k * base_rate),
            0,
        )
    return Band(number, NAMES[number], SIGNS[number])
