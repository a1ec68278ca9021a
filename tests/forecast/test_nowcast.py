"""Late reports: what earlier copies teach, worked by hand."""

from dataclasses import replace
from datetime import date

import numpy as np

from upstander.core.months import month_after
from upstander.core.types import Panel
from upstander.forecast import nowcast


def panel(values: np.ndarray) -> Panel:
    periods = tuple(month_after(date(2020, 1, 1), n) for n in range(values.shape[1]))
    return Panel(("A", "B"), periods, values[..., None], ("fatalities",), date(2023, 1, 1))


EARLIER = np.full((2, 24), 30_000.0)
EARLIER[:, -1] = 10_000  # its newest month: 20,000 in all, of which 60,000 stand today
NOW = panel(np.full((2, 32), 30_000.0))


def test_the_newest_month_is_raised_by_what_it_grew_shrunk_towards_one() -> None:
    found = nowcast.factors(NOW, [panel(EARLIER)])
    assert found[0] == (60_000 + 20_000) / (20_000 + 20_000)
    assert found[1:].tolist() == [1.0] * (nowcast.AGES - 1)
    made = nowcast.raised(NOW, [panel(EARLIER)])
    assert made.values[:, -1, 0].tolist() == [60_000, 60_000]
    assert np.array_equal(made.values[:, :-1], NOW.values[:, :-1])


def test_a_copy_too_young_to_have_settled_teaches_nothing_and_none_lowers() -> None:
    young = panel(EARLIER[:, :24])
    today = replace(NOW, periods=NOW.periods[:29], values=NOW.values[:, :29])
    assert nowcast.factors(today, [young]).tolist() == [1.0] * nowcast.AGES
    assert nowcast.factors(NOW, [panel(EARLIER * 9)]).tolist() == [1.0] * nowcast.AGES
    assert np.array_equal(nowcast.raised(NOW, []).values, NOW.values)
