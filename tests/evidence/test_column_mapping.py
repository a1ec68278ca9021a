"""A mapping that an office types: read, or refused in words whatever stands in it."""

import pytest

from upstander.core.errors import ConfigError
from upstander.evidence.column_mapping import read_mapping
from upstander.records.forms import form

EVIDENCE = form("evidence")
ODD = (
    "a = " + "[" * 19_000,
    "a = " + "{a=" * 6_000,
    "a." * 9_000 + "a = 1",
    "a = " + "9" * 19_000,
    "[fields]\ntitle = " + "9" * 5_000,
    "[[fields]]\n",
    "fields = 1",
    "contact = 'x'",
    "leave = 1",
    "place = []",
    "dates = 'x'",
    "values = 2026-01-01",
    "fixed = [1]",
    "[fields]\ntitle = 2026-01-01",
    "[fields]\ntitle = ['a']",
    "[values]\ntitle = 1",
    "[leave]\ncolumns = 1",
    "[leave]\ncolumns = [1, {a = 1}]",
    "[place]\ncolumn = 7",
    "[dates]\norder = 7",
    "[dates]\norder = '%'",
    "[dates]\norder = '%Q'",
    "[dates]\norder = '%d%d'",
    "[dates]\norder = '%H'",
    f"[dates]\norder = '%d/%m/%Y{' ' * 5_000}'",
    "\x00",
    "=",
)


@pytest.mark.parametrize("text", ODD, ids=lambda t: t[:24])
def test_what_cannot_be_a_mapping_is_refused_in_words(text):
    with pytest.raises(ConfigError, match="the mapping") as refused:
        read_mapping(text, EVIDENCE)
    assert len(str(refused.value)) < 1_000


@pytest.mark.parametrize(
    "order", ["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d.%m.%y", "%Y%m%d", "%Y-%m-%dT%H:%M:%S"]
)
def test_every_common_way_to_write_a_day_is_taken(order):
    assert read_mapping(f"[dates]\norder = '{order}'", EVIDENCE).order == order
