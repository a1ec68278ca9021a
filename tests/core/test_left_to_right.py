"""What is isolated inside text from right to left: numbers with signs between them, and nothing that holds other letters."""

import pytest

from upstander.core.left_to_right import END, FROM_LEFT, isolated


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("حتى 2011-07-08.", ["2011-07-08"]),
        ("الفاصل 94–99 %", ["94–99"]),
        ("و94–99", ["94–99"]),
        ("التوقع 2026-06-24-cb1335f5e5a6", ["2026-06-24-cb1335f5e5a6"]),
        ("1,000–2,500 و 3.5–4", ["1,000–2,500", "3.5–4"]),
        # a span of months: in an isolate its end would stand before its beginning
        ("يونيو 2026–مايو 2027", []),
        ("2026–مايو", []),
        ("العدد 2026", []),
    ],
)
def test_numbers_alone_are_isolated(text, runs):
    said = isolated(text)
    assert [part.split(END)[0] for part in said.split(FROM_LEFT)[1:]] == runs
    assert said.replace(FROM_LEFT, "").replace(END, "") == text
    assert isolated(said) == said
