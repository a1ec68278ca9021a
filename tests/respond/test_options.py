"""Options from their files, what is refused of them, and reviewed evidence read by meaning."""

from importlib.resources import files

import pytest
from tests.assess.test_resilience import OPTIONS
from tests.web.plans.test_options import tables

from upstander.core.errors import ConfigError, FileRefused
from upstander.report.mandate import register
from upstander.respond import effects
from upstander.respond.option import options, read
from upstander.respond.practices import library

TEXT = files("upstander.respond").joinpath("options", "dialogue.md").read_text("utf-8")


def test_all_eighteen_are_read_in_the_report_s_order_and_rest_on_registered_sources():
    assert [o.code for o in options().values()] == OPTIONS
    known = {s.id for s in register()[0]}
    assert all(source in known for o in options().values() for source, _ in o.rests_on)
    assert {f for o in options().values() for f in o.factors} >= {"F1", "F6", "T"}


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("## Risks\n", "## Dangers\n", "says nothing under '## Risks'"),
        ("## Harm check\n", "", "says nothing under '## Harm check'"),
        ('"after"]', '"later"]', r"\[structural\] stages are of"),
        ("months = [6, 36]", "months = [36, 6]", "the soonest first"),
        ('code = "C3"', 'code = "A1"', "code is not C3"),
        ("cost = ", "price = ", "lacks cost"),
        ("+++\n", "", "begins with a head"),
    ],
)
def test_an_option_that_lacks_something_is_refused_by_name(was, now, says):
    assert was in TEXT
    with pytest.raises(ConfigError, match=says):
        read("dialogue.md", TEXT.replace(was, now, 1))


def test_practice_is_sixty_seven_cases_of_every_option_and_the_recalled_ones_are_marked():
    assert len(library()) == 67
    assert {p.option for p in library()} == {o.code for o in options().values()}
    assert sum(not p.is_verified for p in library()) == 12


RENAMED = {"tool_name": "Instrument", "overall": "Average.direction", "research_qualitative": "Weight of research",
           "Name.Final": "Condition final", "Dedoose.name_tool": "Key of tool"}  # fmt: skip


def test_columns_are_found_by_what_they_hold_and_a_new_one_is_named(tmp_path):
    plain = effects.release("1", tables(tmp_path))
    later = effects.release("2", tables(tmp_path, RENAMED, extra=["Cost.rating"]))
    assert later.effects == plain.effects
    assert plain.effects["Mediation"].count == 3
    assert set(later.unknown.values()) == {("Cost.rating",)}
    assert not plain.unknown


def test_a_table_that_is_none_of_theirs_is_refused(tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(FileRefused, match="none is a table of factors"):
        effects.release("1", [tmp_path / "other.csv"])


@pytest.mark.parametrize(
    ("release", "conditions", "mediation"),
    [(1, 66, {}), (2, 82, {"decrease": 22, "increase": 4, "mixed": 33})],
)
def test_both_real_releases_are_read(shared, release, conditions, mediation):
    folder = shared / "evidence" / "tap"
    if not folder.is_dir():
        pytest.skip(
            "needs the tables of Tools for Atrocity Prevention in the shared data folder"
        )
    found = effects.release(
        "x", [folder / f"all_factors_{release}.csv", folder / f"all_sources_{release}.csv"]
    )
    assert not found.unknown
    assert len(found.effects) == 23
    assert found.effects["Mediation"].directions == mediation
    assert len(found.effects["Mediation"].conditions) == conditions
