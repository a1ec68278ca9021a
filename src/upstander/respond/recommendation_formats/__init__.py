"""Files of UN recommendations that offices hold: ONE FILE PER FORMAT (``uhri_excel.py``), found by its name.

A format's file says how to know such a file and how to read it, row by row, in bounded memory. What the formats share
(countries, bodies, references, what is no recommendation) stands in ``recommendation_reading``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from upstander.core.places import Places
from upstander.records.recommendation_rows import Aside, Row


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format of files.

    Attributes:
        is_one: whether a file is of this format, by its first bytes and names of columns.
        read: its rows, and those set aside. ``about`` is the code of the place that a file is about which does not say so
            itself, '' where it does. Raises FileRefused where the file as a whole cannot be read.
        needs_place: whether the file itself does not say which State it is about.
    """

    title: str
    citation: str
    is_one: Callable[[Path], bool]
    read: Callable[[Path, Places, str], Iterator[Row | Aside]]
    needs_place: bool = False
