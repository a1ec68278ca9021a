"""What may be said of a State and a treaty: by its acts, and by how far they are known."""

from datetime import date

import pytest

from upstander.report.treaty_status import statuses

ON, EARLIER = date(2026, 6, 24), date(2014, 6, 16)
SIGNED = ("signature", date(2013, 6, 3))
BOUND = ("ratification", date(2014, 1, 1))
NOTICE, BACK = (
    ("withdrawal_notice", date(2016, 11, 10)),
    ("withdrawal_rescinded", date(2017, 2, 10)),
)
LEFT = ("withdrawal", date(2017, 11, 10))


def told(acts, known_to):
    rows = [
        {"instrument": "ATT", "act": a, "act_date": d, "date_precision": "day"}
        for a, d in acts
    ]
    [status] = statuses(rows, {"ATT": known_to} if known_to else {}, ON, ("ATT",))
    return status


@pytest.mark.parametrize(
    ("acts", "known_to", "words", "since", "is_open"),
    [((), EARLIER, "no action known", None, True), ((SIGNED,), EARLIER, "signed; no act that binds is known", SIGNED, True),
     ((SIGNED,), ON, "signed, not bound", SIGNED, False), ((SIGNED, BOUND), EARLIER, "bound", BOUND, True),
     ((BOUND, NOTICE), ON, "bound; notice of withdrawal given", NOTICE, False), ((BOUND, NOTICE, BACK), ON, "bound", BOUND, False),
     ((BOUND, NOTICE, BACK, LEFT), ON, "bound", BOUND, False), ((BOUND, NOTICE, LEFT), ON, "withdrawn", LEFT, False),
     ((), None, "no action known", None, True)],
)  # fmt: skip
def test_the_words_say_no_more_than_was_known(acts, known_to, words, since, is_open):
    status = told(acts, known_to)
    assert (str(status.status), status.when, status.is_open) == (
        words,
        since[1] if since else None,
        is_open,
    )
