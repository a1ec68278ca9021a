"""Files as they break on their way: bytes gone, bytes of something else in their place; and how many of them a run tries.

``UPSTANDER_FUZZ=20000 pytest tests/test_parsers_of_*.py`` looks for hours, with another seed each time.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

MOST = int(os.environ.get("UPSTANDER_FUZZ", "12"))  # files of each parser; more by hand
ODD = (b"", b"\x00", b"\xff\xfe", b"\r", b'"', b",,,,", b"-1", b"1e999", b"NaN", b"99999999999999999999", b"ZZZ", b"2026-02-30", b"<!--", b"&x;", "é€".encode(), b"=1+1", b"[[", b"}")  # fmt: skip
fuzz = settings(
    max_examples=MOST,
    deadline=None,
    derandomize=MOST < 100,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def change(draw):
    """What happens to a file: where, how much of it goes, and what stands there instead."""
    return [
        (draw(st.floats(0, 1)), draw(st.sampled_from((0, 0, 1, 3, 40, 4000))), draw(st.sampled_from(ODD) | st.binary(max_size=6)))
        for _ in range(draw(st.integers(1, 4)))
    ]  # fmt: skip


def broken(whole: bytes, changes) -> bytes:
    for at, gone, instead in changes:
        place = int(at * len(whole))
        whole = whole[:place] + instead + whole[place + gone :]
    return whole
