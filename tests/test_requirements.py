"""The page of requirements tells what the tests claim, and the tests claim nothing that was not asked."""

from pathlib import Path

import pytest
from tests import requirements_table as page


def test_the_page_is_current():
    text = page.PAGE.read_text(encoding="utf-8")
    written = page.table(page.requirements(text), page.claims())
    assert text == written, "run: python -m tests.requirements_table"


def test_no_test_claims_a_requirement_that_nobody_asked_for():
    assert set(page.claims()) <= set(page.requirements(page.PAGE.read_text(encoding="utf-8")))


def test_the_page_holds_every_requirement_of_the_domain(shared: Path):
    file = shared.parent / "domain" / "requirements.csv"
    if not file.is_file():
        pytest.skip("needs domain/requirements.csv beside the shared data folder")
    assert page.requirements(page.PAGE.read_text(encoding="utf-8")) == page.from_csv(file)
