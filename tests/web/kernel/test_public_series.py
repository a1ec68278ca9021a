"""Public figures beside an indicator: dated, with their source; what is not held is said to be not known."""

import pytest

from upstander.assess.frameworks import shipped
from upstander.assess.proxies import NONE, NOT_HELD, is_public
from upstander.web.kernel.public_series import shown

RATED = {code: i for code, (_, _, i) in shipped().rated.items()}


def rows(held, code, place="SDN"):
    return {r["label"]: r for r in shown(held, RATED[code], place)["rows"]}


@pytest.mark.parametrize(
    ("code", "label", "publisher"),
    [
        ("2.3", "Rule of law", "V-Dem Institute"),
        ("1.1", "Deaths in state-based conflict", "Uppsala Conflict Data Program"),
        ("1.3", "Displaced inside the country", "UNHCR"),
    ],
)
def test_each_family_of_public_series_stands_beside_with_its_year_source_and_day(
    held, code, label, publisher
):
    found = rows(held, code)[label]
    assert found["source"].startswith(publisher)
    assert ("known " in found["source"]) or ("looked at to " in found["source"])
    assert 2010 <= found["year"] <= held.as_of.year
    assert found["standing"].endswith("places")


def test_a_figure_is_the_lakes_own_row_with_the_release_it_came_in(held):
    newest = max((r for r in held.years["SDN"]), key=lambda r: r["year"])
    found = rows(held, "12.9")[
        "Civilians killed deliberately (one-sided violence, UCDP) by the government"
    ]
    assert (found["value"], found["year"]) == (
        f"{newest['one_sided_government_best']:,}",
        newest["year"],
    )
    assert newest["release"] in found["source"]


def test_violence_is_that_of_the_last_complete_year_as_on_every_page(held):
    last = held.years_of("SDN")[-1]
    found = rows(held, "1.1")["Deaths in state-based conflict"]
    assert (found["value"], found["year"]) == (f"{last.state_based:,}", last.year)
    assert found["source"].endswith(last.definition)


def test_a_series_that_is_not_held_is_named_as_not_known_and_never_as_zero(held):
    found = shown(held, RATED["1.3"], "SDN")
    assert "ipc:phase3plus" in found["not_known"]
    assert not {r["label"] for r in found["rows"]} & set(found["not_known"])
    nowhere = shown(held, RATED["2.3"], "")
    assert nowhere["rows"] == []
    assert "Rule of law" in nowhere["not_known"]
    assert nowhere["words"] == NOT_HELD
    by_hand = next(
        i for i in RATED.values() if i.proxies and not any(map(is_public, i.proxies))
    )
    assert (
        shown(held, by_hand, "SDN")["words"],
        shown(held, by_hand, "SDN")["not_known"],
    ) == (
        NONE,
        [],
    )


def test_on_an_earlier_day_only_what_was_known_then_stands_beside(early):
    found = shown(early, RATED["1.1"], "SDN")
    assert found["rows"] == []
    assert "Deaths in state-based conflict" in found["not_known"]


def test_what_was_last_looked_at_years_before_is_not_said_of_a_state(held, early):
    for known in (held, early):
        shown_now = shown(known, RATED["2.3"], "NLD")
        assert "Bound by the Rome Statute" not in {r["label"] for r in shown_now["rows"]}
        assert "Bound by the Rome Statute" in shown_now["not_known"]
