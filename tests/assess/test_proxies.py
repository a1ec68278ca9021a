"""Public series stand beside an indicator, dated, with standing and direction; they tick nothing."""

from datetime import date

import pytest

from upstander.assess.frameworks import Indicator, shipped
from upstander.assess.proxies import (
    NONE,
    NOT_HELD,
    beside,
    counted,
    is_public,
    known,
    wanted,
)
from upstander.lake.series import names_of

INDICATORS = [i for _, _, i in shipped().rated.values()]
YEARS = {
    "vdem_v2x_rule": {
        "AAA": [(2016, 0.5), (2021, 0.1)],
        "BBB": [(2016, 0.5), (2021, 0.6)],
        "CCC": [(2021, 0.9)],
        "DDD": [(2020, 0.2)],
    }
}


def with_tags(*tags: str) -> Indicator:
    return Indicator(code="X", label="x", proxies=tags)


def test_a_standing_has_value_year_share_of_places_and_direction_worked_by_hand():
    found = beside(with_tags("vdem:v2x_rule(-)"), YEARS, "AAA").standings[0]
    assert (found.value, found.year, found.of) == (0.1, 2021, 3), (
        "only places with that year are compared"
    )
    assert found.riskier_than == pytest.approx(1 - 0.5 / 3)
    assert found.direction == "lower is more risk"
    assert found.label == "Rule of law"
    higher = beside(with_tags("vdem:v2x_rule(+)"), YEARS, "AAA").standings[0]
    assert higher.riskier_than == pytest.approx(0.5 / 3)


def test_a_tag_of_change_is_measured_over_five_years():
    found = beside(with_tags("vdem:v2x_rule change(-)"), YEARS, "AAA").standings[0]
    assert found.is_change
    assert found.value == pytest.approx(-0.4)
    assert found.of == 2
    assert beside(with_tags("vdem:v2x_rule change(-)"), YEARS, "CCC").standings == ()


def test_what_has_no_public_proxy_says_so_and_differs_from_a_series_that_is_not_held():
    assert beside(with_tags(), YEARS, "AAA").words == NONE
    assert beside(with_tags("manual", "act ledger [internal]"), YEARS, "AAA").words == NONE
    assert beside(with_tags("sipri:transfers(+)"), YEARS, "AAA").words == NOT_HELD
    assert beside(with_tags("vdem:v2x_rule(-)"), YEARS, "ZZZ").words == NOT_HELD
    assert beside(with_tags("vdem:v2x_rule(-)", "manual"), YEARS, "AAA").words == ""


def test_the_domain_tables_count_of_indicators_without_a_public_proxy_is_found():
    mine = [
        i
        for i in shipped()["framework_2014"].indicators
        if not any(is_public(t) for t in i.proxies)
    ]
    assert len(mine) == 29  # DOMAIN.md, section C: counted there by hand


def test_violence_and_treaties_become_series_and_a_missing_count_is_no_zero():
    rows = [
        {
            "country": "AAA",
            "year": 2020,
            "state_based_best": 5,
            "non_state_best": None,
            "one_sided_best": 0,
            "one_sided_government_best": None,
        }
    ]
    acts = [
        {
            "country": "AAA",
            "instrument": "ROME",
            "act": "ratification",
            "act_date": date(2003, 1, 1),
        }
    ]
    looked = {"ROME": date(2015, 3, 1)}
    found = counted(rows, acts, ["AAA", "BBB"], looked, date(2015, 4, 1))
    assert found["ucdp_state_based_best"] == {"AAA": [(2020, 5.0)]}
    assert found["ucdp_one_sided_best"] == {"AAA": [(2020, 0.0)]}
    assert "ucdp_non_state_best" not in found
    assert found["treaty_ROME"] == {"AAA": [(2015, 1.0)], "BBB": [(2015, 0.0)]}
    assert "treaty_ATT" not in found, "an instrument nobody looked at is not unbound"
    later = counted(rows, acts, ["AAA", "BBB"], looked, date(2026, 6, 24))
    assert "treaty_ROME" not in later, "eleven years on nobody is said to be unbound"
    unbound = beside(with_tags("rome_statute:party(-)"), found, "BBB").standings[0]
    assert (unbound.year, unbound.value, unbound.riskier_than) == (2015, 0.0, 0.75)


def test_every_named_series_is_one_that_an_indicator_asks_for_and_the_bundle_can_hold():
    from importlib.resources import files

    import pyarrow.parquet as pq

    held = set()
    for name in ("indicator_year", "indicator_year_vdem"):
        held |= {
            *pq.read_table(
                str(files("upstander.bundle") / f"{name}.parquet"), columns=["indicator"]
            )["indicator"].to_pylist()
        }
    for tag, entry in known().items():
        assert any(tag in t for i in INDICATORS for t in i.proxies), tag
        own = entry["indicator"]
        assert {*names_of(own)} & held or own.startswith(("ucdp_", "treaty_")), tag
    assert "vdem_v2x_rule" in wanted(INDICATORS)
    assert len(wanted(INDICATORS) & held) >= 20
