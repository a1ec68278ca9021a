"""How a dated question stands by the counts known, how often such a thing happened before, what draws say."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.months import month_after
from upstander.monitor import questions
from upstander.monitor.questions import Count, Question, State

FIRST = date(2026, 1, 1)
ASKED = Question("SDN", questions.ONE_SIDED, 10, FIRST, date(2026, 3, 1), date(2026, 6, 30))


def counts(*killed: int | None, final: int = 0) -> list[Count]:
    return [Count(month_after(FIRST, n), k, n >= final) for n, k in enumerate(killed)]


def state(*killed: int | None, final: int = 0, on: date = date(2026, 5, 1)) -> State:
    return questions.settled(ASKED, counts(*killed, final=final), on).state


def test_yes_is_said_as_soon_as_the_number_is_reached_and_no_when_every_month_is_known() -> (
    None
):
    assert state(4, 6) is State.YES_FOR_NOW
    assert state(4, 6, final=2) is State.YES
    assert state(12, 0, final=1) is State.YES, "what is consolidated is enough"
    assert state(4, 5) is State.OPEN
    assert state(4, 5, on=date(2026, 7, 1)) is State.WAITING
    assert state(4, 5, 0) is State.NO_FOR_NOW
    assert state(4, 5, 0, final=3) is State.NO
    assert state(4, 5, None) is State.OPEN, "a month whose type nobody knows is not none"
    assert state(0, 0, 0, 99) is State.NO_FOR_NOW, "later months do not count"


@given(st.lists(st.integers(0, 20), min_size=0, max_size=3), st.integers(0, 3))
def test_what_is_final_stays_whatever_the_open_months_bring(
    killed: list[int], final: int
) -> None:
    found = questions.settled(ASKED, counts(*killed, final=final), date(2026, 5, 1))
    more = questions.settled(
        ASKED, counts(*(killed + [7] * (3 - len(killed))), final=final), date(2026, 5, 1)
    )
    if found.state is State.YES:
        assert more.state is State.YES
    assert more.so_far >= found.so_far


def test_the_own_past_is_looked_back_on_in_windows_that_do_not_overlap() -> None:
    past = [Count(month_after(FIRST, -n), 5 if n <= 3 else 0, False) for n in range(1, 10)]
    assert questions.own_past(ASKED, past, FIRST) == (1, 3)
    assert questions.own_past(ASKED, [], FIRST) == (0, 0)
    assert questions.share(0, 0) is None
    assert questions.share(1, 3) == 1.5 / 4


def test_draws_are_summed_over_the_months_that_count() -> None:
    draws = np.array([[99, 99], [4, 6], [4, 4], [1, 0]])
    last = date(2025, 11, 1)
    assert questions.drawn(ASKED, last, draws) == 1.5 / 3, "9 and 10 killed"
    assert questions.drawn(ASKED, date(2026, 1, 1), draws) is None, "it has begun"
    assert questions.drawn(ASKED, date(2025, 10, 1), draws) is None, "it ends later"
