"""One operation of the API: its address, parameters, row and answer, from which route and document are both made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from upstander.report.as_of_data import Known
from upstander.web.api.callers import Caller
from upstander.web.api.parameters import AS_OF, CURSOR, LIMIT, Parameter, shape
from upstander.web.kernel.requests import PageRequest

FIGURES, RECORDS = "public figures", "what people wrote"
TABLES = ("json", "csv", "parquet")
# Rows of a file: figures are in memory already, what people wrote is read for each answer.
MOST_IN_FILE = {FIGURES: 50_000, RECORDS: 5_000}
Item = TypeVar("Item")


@dataclass(frozen=True)
class Call:
    """One question: who asks (as pages have it), the values of its parameters, and from where on."""

    request: PageRequest
    caller: Caller
    values: Mapping[str, Any]
    position: str
    most: int

    @property
    def known(self) -> Known:
        """What was known on the day asked about."""
        return self.request.figures[0]


@dataclass(frozen=True)
class Found:
    """Rows of an answer, the position the next page follows ('' where this is the last), and how many there are of a list
    that is known whole."""

    rows: Sequence[Any]
    next: str = ""
    count: int = 0


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: its ``operationId``; row: a dataclass, every field of which says what it is.
        about: FIGURES (the same for everybody, kept, with an ETag of what it is made from) or RECORDS (the reader's own).
        formats: of its rows; the first where nobody says. is_one: it answers with one row.
        body, shape: what it answers instead of the envelope of all others, from the call, the rows and the address of the
            next page; and the JSON Schema of it.
    """

    name: str
    path: str
    summary: str
    row: type
    answer: Callable[[Call], Found]
    own: tuple[Parameter, ...] = ()
    about: str = FIGURES
    formats: tuple[str, ...] = TABLES
    is_one: bool = False
    body: Callable[[Call, Found, str | None], Mapping[str, Any]] | None = None
    shape: Mapping[str, Any] | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters it takes."""
        paging = () if self.is_one else (LIMIT, CURSOR)
        choice = (shape(*self.formats),) if len(self.formats) > 1 else ()
        return (*self.own, AS_OF, *paging, *choice)


@dataclass(frozen=True)
class Sent:
    """What a program sent: as whom, the values of its parameters, its key (the same each time it is sent), its body."""

    request: PageRequest
    caller: Caller
    values: Mapping[str, Any]
    once: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Writing:
    """Something a program may send, as JSON.

    Attributes:
        scope: that its token must have.
        parts: the JSON Schema of each part of its body; any other part is refused. needed: those that must be there.
        write: keeps it; gives the row that is answered, and whether it is new. Raises FormError and NotAllowed;
            ConfigError where its key was sent with something else, or too much waits.
    """

    name: str
    path: str
    summary: str
    row: type
    scope: str
    own: tuple[Parameter, ...]
    parts: Mapping[str, Mapping[str, Any]]
    needed: tuple[str, ...]
    write: Callable[[Sent], tuple[Any, bool]]


def one(row: Any) -> Found:
    """An answer of one row."""
    return Found((row,))


def sliced(
    call: Call,
    items: Sequence[Item],
    make: Callable[[Item], Any],
) -> Found:
    """The page of a list that is the same for as long as its figures are; only its rows are made."""
    start = int(call.position or 0)
    end = start + call.most
    rows = [make(item) for item in items[start:end]]
    return Found(rows, str(end) if end < len(items) else "", len(items))
