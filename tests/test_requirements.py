"""The page of requirements tells what the tests claim, and the tests claim nothing that was not asked."""

from pathlib import Path

import pytest
from tests import requirements_table as page


def test_the_page_is_current():
    text = page.PAGE.read_text(encoding="utf-8")
    written = page.table(page.requirements(text), page.claims())
    assert text == written, "run: python -m tests.requirements_table"


def test_no_test_claims_a_requirement_that_nobody_asked_for():
    assert set(page.claims()) <= set(
        page.requirements(page.PAGE.read_text(encoding="utf-8"))
    )


def test_the_page_holds_every_requirement_of_the_domain(shared: Path):
    file = shared.parent / "domain" / "requirements.csv"
    if not file.is_file():
        pytest.skip("needs domain/requirements.csv beside the shared data folder")
    assert page.requirements(page.PAGE.read_text(encoding="utf-8")) == page.from_csv(file)


def test_a_mark_stands_only_on_a_test_that_opens_a_page_reads_the_json_or_runs_the_command():
    hollow = [
        f"{file.relative_to(page.ROOT)}::{name}"
        for file in sorted((page.ROOT / "tests").rglob("test_*.py"))
        for name, _, ways in page.of_file(
            file.read_text(encoding="utf-8"), page.room_of(file)
        )
        if not ways
    ]
    assert not hollow, (
        f"these tests call functions only; the mark belongs on one that a user could follow: {hollow}"
    )


MARKED = """
def opened(client):
    return client.get("/about").text

@pytest.mark.requirement("S01")
def test_through_a_helper(client):
    assert "report" in opened(client)

@pytest.mark.requirement("S02")
def test_of_a_function():
    assert register()[0]

@pytest.mark.requirement("S03")
def test_of_the_command(upstander):
    assert upstander("run").json
"""


def test_how_a_test_meets_the_product_is_read_from_it():
    assert list(page.of_file(MARKED, "web")) == [
        ("test_through_a_helper", ["S01"], ("page",)),
        ("test_of_a_function", ["S02"], ()),
        ("test_of_the_command", ["S03"], ("JSON", "command")),
    ]
    assert [ways for *_, ways in page.of_file(MARKED, "report")] == [(), (), ()]
