"""Numbers with signs between them, inside text that is written from right to left.

After an Arabic letter 2011-07-08 would be shown as 08-07-2011, and 94–99 as 99–94 (UAX 9, rules W2 and W4): such a run is
isolated, so that it reads as it does everywhere. Dates, ranges and ids of issues are such runs.
"""

from __future__ import annotations

import re

FROM_LEFT, END = "\u2066", "\u2069"  # left-to-right isolate, and its end
# Letters of ids are ASCII; of a span of months only the years are numbers, and the months keep their own direction.
RUN = re.compile(
    r"(?<![\u2066\w.,\u2013-])\d[\w.,]{0,30}(?:[-\u2013][\w.,]{0,30}\w){1,6}", re.ASCII
)


def isolated(text: str) -> str:
    """The text with each such run in an isolate, none of them twice.

    >>> isolated("\u062d\u062a\u0649 2011-07-08.") == "\u062d\u062a\u0649 \u20662011-07-08\u2069."
    True

    >>> isolated("\u064a\u0648\u0646\u064a\u0648 2026\u2013\u0645\u0627\u064a\u0648 2027").count("\u2066")
    0
    """
    return RUN.sub(lambda run: f"{FROM_LEFT}{run[0]}{END}", text)
