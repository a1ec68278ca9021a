"""The page on the registers tells what kinds there are."""

from tests import kinds_table as page


def test_the_table_of_kinds_is_current():
    text = page.PAGE.read_text(encoding="utf-8")
    assert text == page.written(text), "run: python -m tests.kinds_table"
