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

A column that goes nowhere is said, never dropped in silence; where several columns could be meant, none is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from upstander.core.places import Places
from upstander.core.upload_rows import Line


@dataclass(frozen=True)
class Found:
    """One item of a file: its line, and what the program's own columns say.

    Attributes:
        known: fields of the form by name.
        used: columns that ``known`` was made from.
        place: code of the place, '' where the program does not say.
        left_out: why the item is not taken: a verdict of its origin, such as "rejected"; '' when it is taken.
        notes: what to tell of it though it is taken.
    """

    line: Line
    known: Mapping[str, Any] = field(default_factory=dict)
    used: frozenset[str] = frozenset()
    place: str = ""
    left_out: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opened:
    """A file of a program: its columns, its items (read once), and notes on what was not read.

    Attributes:
        asked: columns that only a mapping may give to a field: options of a question, places of who told.
        left: columns left out on purpose, besides the program's private ones.
        head: what the file says of itself before its rows.
    """

    columns: tuple[str, ...]
    items: Iterator[Found]
    notes: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    head: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Import:
    """One program. ``private`` are columns never taken over, for they tell who filled in the form.

    Attributes:
        open: reads one file. Raises FileRefused, or SourceChanged for a publisher's own release.
        divider: what stands between several choices in one cell; ' ' is any blank.
        published: what it brings is open to everyone anyway, and stays exact in public views.
    """

    title: str
    citation: str
    open: Callable[[Path, str, Places], Opened]
    private: frozenset[str] = frozenset()
    divider: str = ";"
    published: bool = False
