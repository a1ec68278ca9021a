"""Who is bound on a day, from acts."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from upstander.core.treaties import BINDING, consistent, instruments, parties


def act(
    country: str, kind: str, day: date, instrument: str = "ROME", precision: str = "day"
) -> dict[str, Any]:
    return {
        "country": country,
        "instrument": instrument,
        "act": kind,
        "act_date": day,
        "date_precision": precision,
    }


def test_a_signature_binds_nobody():
    assert (
        parties([act("USA", "signature", date(2000, 12, 31))], "ROME", date(2020, 1, 1))
        == frozenset()
    )


def test_a_withdrawal_ends_it_and_a_later_act_binds_again():
    acts = [
        act("AAA", "ratification", date(2004, 1, 1)),
        act("AAA", "withdrawal", date(2017, 10, 27)),
        act("AAA", "accession", date(2021, 1, 1)),
    ]
    days = (date(2003, 1, 1), date(2017, 10, 26), date(2017, 10, 27), date(2021, 1, 1))
    assert [len(parties(acts, "ROME", day)) for day in days] == [0, 1, 0, 1]


def test_a_withdrawal_wins_over_a_binding_act_of_its_own_day_in_any_order():
    acts = [
        act("AAA", "withdrawal", date(2017, 1, 1)),
        act("AAA", "accession", date(2017, 1, 1)),
    ]
    assert (
        parties(acts, "ROME", date(2018, 1, 1))
        == parties(acts[::-1], "ROME", date(2018, 1, 1))
        == frozenset()
    )


def test_a_day_and_a_year_row_of_one_state_count_once():
    acts = [
        act("AAA", "accession", date(2010, 3, 1)),
        act("AAA", "bound", date(2010, 12, 31), precision="year"),
    ]
    assert parties(acts, "ROME", date(2011, 1, 1)) == {"AAA"}
    assert parties(acts, "ROME", date(2010, 4, 1)) == {"AAA"}


def test_a_withdrawal_whose_notice_was_rescinded_ends_nothing():
    acts = [
        act("AAA", "ratification", date(2004, 1, 1)),
        act("AAA", "withdrawal_notice", date(2016, 10, 1)),
        act("AAA", "withdrawal_rescinded", date(2017, 2, 1)),
        act("AAA", "withdrawal", date(2017, 10, 1)),
    ]
    assert parties(acts, "ROME", date(2018, 1, 1)) == {"AAA"}
    again = [
        act("AAA", "withdrawal_notice", date(2020, 1, 1)),
        act("AAA", "withdrawal", date(2021, 1, 1)),
    ]
    assert parties([*acts, *again], "ROME", date(2020, 12, 31)) == {"AAA"}
    assert parties([*acts, *again], "ROME", date(2021, 1, 1)) == frozenset()


def test_a_year_that_dated_acts_of_the_same_source_contradict_does_not_count():
    rows = [
        {**act("AAA", "accession", date(2014, 4, 2)), "source": "sheets"},
        {**act("BBB", "bound", date(1976, 12, 31), precision="year"), "source": "sheets"},
        {**act("CCC", "bound", date(2016, 12, 31), precision="year"), "source": "sheets"},
        {**act("DDD", "bound", date(1976, 12, 31), precision="year"), "source": "other"},
    ]
    kept = consistent(pa.Table.from_pylist(rows)).to_pylist()
    assert [r["country"] for r in kept] == ["AAA", "CCC", "DDD"]


def test_treaties_do_not_mix():
    assert (
        parties(
            [act("AAA", "accession", date(2010, 1, 1), "CAT")], "ROME", date(2020, 1, 1)
        )
        == frozenset()
    )


DAYS = st.integers(0, 40).map(lambda n: date(2000, 1, 1) + timedelta(days=n))
KINDS = st.sampled_from([*sorted(BINDING), "withdrawal", "signature"])


@given(
    st.lists(st.builds(act, st.sampled_from(["AAA", "BBB"]), KINDS, DAYS), max_size=12),
    DAYS,
)
def test_later_acts_never_change_an_earlier_answer_nor_does_their_order(acts, on):
    known = [a for a in acts if a["act_date"] <= on]
    assert parties(acts, "ROME", on) == parties(known[::-1], "ROME", on)


def test_every_treaty_was_adopted_before_it_came_into_force():
    assert all(i.adopted < i.in_force for i in instruments().values())
