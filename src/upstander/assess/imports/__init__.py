"""Programs whose files we take evidence or reports from: ONE FILE PER PROGRAM (``kobo.py``), found by its name.

A program's file says how its own columns (id, time, point, attachments) become ours. All other columns are matched to
the fields of the form by their names, or by a mapping the office writes:

    [fields]                          # field of the form = column of the file
    title = "incident/what"
    [values.precision]                # words in the file = value of the field
    "GPS" = "exact"
    [fixed]
    language = "ar"
    [contact]                         # goes to the vault, never into a record: name, phone, email, other
    phone = "respondent/phone"
    [place]
    column = "country"                # code or name; else the place named with the import
    [dates]
    order = "%d/%m/%Y"
    [leave]
    columns = ["start", "end"]        # left out on purpose

A column that goes nowhere is said, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from upstander.core.places import Places
from upstander.core.uploads import Line


@dataclass(frozen=True)
class Found:
    """One item of a file: its line, and what the program's own columns say.

    Attributes:
        known: fields of the form by name.
        used: columns that ``known`` was made from.
        place: code of the place, '' where the program does not say.
    """

    line: Line
    known: Mapping[str, Any] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True)
class Opened:
    """A file of a program: its columns, its items (read once), and notes on what was not read."""

    columns: tuple[str, ...]
    items: Iterator[Found]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Import:
    """One program. ``private`` are columns never taken over, for they tell who filled in the form.

    Attributes:
        open: reads one file. Raises FileRefused, or SourceChanged for a publisher's own release.
        published: what it brings is open to everyone anyway, and stays exact in public views.
    """

    title: str
    citation: str
    open: Callable[[Path, str, Places], Opened]
    private: frozenset[str] = frozenset()
    published: bool = False
