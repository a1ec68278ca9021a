"""How often a factor stood before past cases, worked by hand on three made-up places."""

from upstander.assess.frameworks import shipped
from upstander.assess.prevalence import past_cases, prevalence, quiet_years, stand_ins

ONE_SIDED = {
    "AAA": dict.fromkeys(range(2000, 2010), 0.0)
    | {2007: 150.0, 2008: 300.0},  # one case: 2007
    "BBB": dict.fromkeys(range(2000, 2010), 0.0),  # quiet from 2005 on
    "CCC": dict.fromkeys(range(2004, 2009), 0.0)
    | {2009: 500.0},  # five years before it: a case in 2009
}


def test_a_case_begins_after_five_years_without_and_a_quiet_year_follows_five_quiet_ones():
    assert past_cases(ONE_SIDED) == (("AAA", 2007), ("CCC", 2009))
    quiet = quiet_years(ONE_SIDED)
    assert [year for place, year in quiet if place == "BBB"] == [
        2005,
        2006,
        2007,
        2008,
        2009,
    ]
    assert [year for place, year in quiet if place == "AAA"] == [2005, 2006]


def test_what_stood_is_read_in_the_year_before_and_counted_where_it_is_known():
    rule = {
        p: [(year, level) for year in range(2000, 2010)]
        for p, level in (("AAA", 0.1), ("BBB", 0.9), ("CCC", 0.8))
    }
    rule["CCC"] = [(y, v) for y, v in rule["CCC"] if y != 2008]
    found = {p.factor: p for p in prevalence({"vdem_v2x_rule": rule}, ONE_SIDED)}["F5"]
    assert (found.cases, found.of_cases) == (1, 1), (
        "what is not known is not counted as absent"
    )
    assert (found.quiet, found.of_quiet) == (2, 7)
    assert "Seen in 1 of 1 past cases" in found.words
    assert "2 of 7 quiet country-years (29 %)" in found.words
    nothing = {p.factor: p for p in prevalence({}, ONE_SIDED)}["F5"]
    assert nothing.words.endswith("not known for past cases.")


def test_every_stand_in_is_of_a_factor_of_the_report():
    assert {s.factor for s in stand_ins()} <= {
        f.code for f in shipped()["six_factors"].factors
    }
