"""Every rule carries the id of its source; a house rule is written down where it says, and the code keeps it."""

from pathlib import Path

import pytest

from upstander.assess.confidence import derived
from upstander.assess.rating import HIGH
from upstander.assess.rules import DEFAULT, RULES
from upstander.core.types import BANDS
from upstander.records.disclosure_control import GRID_DEGREES, LEAST
from upstander.records.forms import form
from upstander.report import mandate

ROOT = Path(__file__).resolve().parents[2]


def test_every_rule_names_a_source_and_the_mandate_documents_are_there():
    sources, rules = mandate.register()
    assert {"A/67/929-S/2013/399", "A/RES/60/1"} <= {s.symbol for s in sources}
    assert {
        "outlook-band",
        "ongoing",
        "present-is-not-cause",
        "country-level",
        "gauges",
        "stage",
    } <= {r.id for r in rules}
    assert len({r.id for r in rules}) == len(rules)
    assert all(r.text and r.part for r in rules)


@pytest.mark.parametrize(
    "rule", [r for r in mandate.register()[1] if r.source == "HOUSE"], ids=lambda r: r.id
)
def test_a_house_rule_is_written_down_where_it_says(rule):
    page, heading = rule.part.split(", ", 1)
    text = (ROOT / page).read_text(encoding="utf-8").casefold()
    assert f"## {heading}\n" in text or f"**{heading}**" in text


def test_the_house_rules_say_what_the_code_does():
    said = {r.id: r.text for r in mandate.register()[1]}
    assert all(f"{n} {band}" in said["country-level"] for n, band in enumerate(BANDS))
    assert all(
        stage.replace("_", " ") in said["stage"]
        for stage in form("review").field("stage").choices
    )
    assert (
        "two of its assessed indicators reach; one alone counts a step less"
        in said["factor-level"]
    )
    assert (RULES[DEFAULT].apply([0, 2, 2]), RULES[DEFAULT].apply([0, 0, 2])) == (2, 1)
    assert f"is {HIGH} or more" in said["triggers-modify"]
    assert f"under {LEAST} only" in said["blurring"]
    assert GRID_DEGREES == 0.5
    assert derived("robust", "high") == "very_high"
    assert derived("medium", "medium") == "medium"
