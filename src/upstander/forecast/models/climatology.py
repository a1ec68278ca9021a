"""Each month of the unit's own past is as likely as any other: long memory, no news."""

import numpy as np

from upstander.core.types import Array, Model
from upstander.forecast.memory import Memory


def weights(months: int) -> list[Array]:
    """All months of the panel given to predict alike, 1989 onwards in production."""
    return [np.ones(months)]


MODEL = Model(
    title="Climatology",
    citation="All past months of the own unit as draws",
    fit=Memory("climatology", weights),
    baseline=True,
)
