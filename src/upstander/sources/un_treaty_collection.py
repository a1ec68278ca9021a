"""UN Treaty Collection, the official XML of one treaty (``IV-1.en.xml``): participants and the day of each act.

The Collection prints "STATUS AS AT : DD-MM-YYYY": that day is the release's, never the day somebody fetched it. Where
the file does not hold it, its bringer says. Numbers behind a name are footnotes ("North Macedonia 4 ,"). Parties may be
no States (European Union) or outside ISO's list of States (Cook Islands, Niue): the number of participants with a binding act is
held against the file's own count of parties before names become places, and a difference refuses the file: withdrawals stand
in the notifications, in prose, and a count that is lower than the rows tells of them.

A withdrawal told in the notifications is read where its sentence names the participant and the day it takes effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from upstander.core.arrival import dated, oldest_first, release_name
from upstander.core.errors import SourceChanged, UnknownPlace
from upstander.core.name_folding import fold
from upstander.core.places import Places
from upstander.core.reading import files
from upstander.core.tables import TREATY_ACT
from upstander.core.treaties import BINDING, act_rows, instruments
from upstander.core.types import Snapshot, Source

ENDING = ".en.xml"
MOST_BYTES = 20_000_000
STATUS = re.compile(r"STATUS AS AT ?:? ?(\d{2})-(\d{2})-(\d{4})", re.IGNORECASE)
DAY = re.compile(r"(\d{1,2} [A-Z][a-z]{2,8} \d{4})\s*([A-Za-z]{1,2})?\b")
FOOTNOTES = " ,0123456789"  # behind a name
LETTERS = {
    "": "ratification",
    "a": "accession",
    "d": "succession",
    "A": "acceptance",
    "AA": "approval",
    "c": "ratification",
}
UNBINDING = frozenset(("n", "P"))  # provisional application and participation
NOT_STATES = frozenset(("European Union", "European Community"))
LEFT = re.compile(r"withdraw|denounc", re.IGNORECASE)
EFFECT = re.compile(
    r"(?:with effect (?:from|on)|takes? effect[^.;]{0,60}? on|effective)\s+(\d{1,2} [A-Z][a-z]+ \d{4})"
)


@dataclass(frozen=True)
class Participant:
    """A row of the list: its name without footnotes, and its acts with their days."""

    name: str
    acts: tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class Treaty:
    """What a file holds; ``parties`` is the Collection's own count, None where it gives none."""

    title: str
    participants: tuple[Participant, ...]
    parties: int | None
    status_as_at: date | None


def find(path: Path) -> Iterator[Snapshot]:
    """One release a treaty; other treaties of the Collection are passed over."""
    names = [f"{i.untc_id}{ENDING}" for i in instruments().values() if i.untc_id]
    yield from oldest_first(_snapshot(file) for file in files(path, *names))


def _snapshot(file: Path) -> Snapshot:
    treaty = read(file)
    instrument = _instrument(file, treaty.title)
    known_at, basis = dated(file)
    if known_at is None and treaty.status_as_at is not None:
        known_at, basis = treaty.status_as_at, "published"
    days = [day for p in treaty.participants for _, day in p.acts]
    first = min([instruments()[instrument].adopted, *days])
    last = treaty.status_as_at or max([first, *days])
    release = f"{release_name(known_at, last)} {instrument}"
    return Snapshot(file, release, known_at, basis, first, last)


def _instrument(file: Path, title: str) -> str:
    """The treaty of a file: by its name in the Collection, else by the title in it."""
    number = file.name.removesuffix(ENDING)
    written = fold(title)
    found = next((i.id for i in instruments().values() if i.untc_id == number), "")
    found = found or next(
        (i.id for i in instruments().values() if fold(i.title) in written), ""
    )
    if not found:
        raise SourceChanged(
            f"{file.name}: is no treaty we keep; name the file as the Collection does, IV-1{ENDING}"
        )
    return found


def read(file: Path) -> Treaty:
    """The file's participants, its count of parties and its day.

    Raises:
        SourceChanged: no XML, no list of participants, or a cell that is no day.
    """
    if file.stat().st_size > MOST_BYTES:
        raise SourceChanged(f"{file.name}: is larger than any treaty's file")
    try:
        root = etree.fromstring(
            file.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True)
        )
    except etree.XMLSyntaxError as error:
        raise SourceChanged(f"{file.name}: is no XML ({error}); fetch it again") from None
    table = next(iter(root.iter("Participants")), None)
    if table is None:
        raise SourceChanged(f"{file.name}: has no list of participants; fetch it again")
    rows = [[_text(entry) for entry in row.iter("Entry")] for row in table.iter("Row")]
    found = tuple(_participants(file, rows, _withdrawals(root)))
    title = next((_text(e) for e in root.iter("Titlesect")), "")
    return Treaty(title, found, _count(root), _status(root))


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _count(root: Any) -> int | None:
    """The number of parties that the file itself gives."""
    text = next((_text(e) for e in root.iter("Parties")), "")
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None


def _status(root: Any) -> date | None:
    found = STATUS.search(_text(root))
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _withdrawals(root: Any) -> Mapping[str, date]:
    """Sentences of the notifications that tell of a withdrawal, and the day it takes effect."""
    sentences = (
        s
        for block in root.iter("Notifications")
        for s in re.split(r"(?<=[.;])\s+(?=[A-Z])", _text(block))
        if LEFT.search(s)
    )
    told = ((s, EFFECT.search(s)) for s in sentences)
    return {s: _day(f[1]) for s, f in told if f}


def _day(text: str) -> date:
    for pattern in ("%d %b %Y", "%d %B %Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise ValueError(text)


def _participants(
    file: Path, rows: Sequence[Sequence[str]], left: Mapping[str, date]
) -> Iterator[Participant]:
    titles: Sequence[str] = ()
    for cells in rows:
        if cells and cells[0].startswith("Participant"):
            titles = cells
        elif cells and cells[0] and titles:
            name = cells[0].rstrip(FOOTNOTES)
            acts = tuple(_acts(file, name, titles, cells))
            ends = [("withdrawal", day) for s, day in left.items() if name in s]
            yield Participant(name, (*acts, *ends[:1]))
    if not titles:
        raise SourceChanged(f"{file.name}: no column is called Participant; fetch it again")


def _acts(
    file: Path, name: str, titles: Sequence[str], cells: Sequence[str]
) -> Iterator[tuple[str, date]]:
    for title, cell in zip(titles[1:], cells[1:], strict=False):
        if not cell:
            continue
        found = DAY.match(cell)
        try:
            if found is None:
                raise ValueError(cell)
            day, letter = _day(found[1]), found[2] or ""
        except ValueError:
            raise SourceChanged(
                f"{file.name}, {name}: {cell!r} is not a day like 22 Mar 1956 a; fetch it again"
            ) from None
        if letter not in UNBINDING:
            is_signature = title.startswith("Signature")
            yield ("signature" if is_signature else _of_letter(file, name, letter)), day


def _of_letter(file: Path, name: str, letter: str) -> str:
    if letter not in LETTERS:
        raise SourceChanged(
            f"{file.name}, {name}: the letter {letter!r} after a day is unknown"
        )
    return LETTERS[letter]


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of TREATY_ACT, sorted by country and day."""
    treaty = read(snapshot.path)
    instrument = _instrument(snapshot.path, treaty.title)
    _check_count(snapshot, treaty)
    return act_rows(
        (_country(snapshot, p.name, places), instrument, act, day, "day")
        for p in treaty.participants
        if p.name not in NOT_STATES
        for act, day in p.acts
    )


def _check_count(snapshot: Snapshot, treaty: Treaty) -> None:
    """The participants bound must be as many as the file says there are parties."""
    ended = {"withdrawal"}
    bound = [
        p
        for p in treaty.participants
        if BINDING & {a for a, _ in p.acts} and not ended & {a for a, _ in p.acts}
    ]
    if treaty.parties is not None and treaty.parties != len(bound):
        raise SourceChanged(
            f"{snapshot.path.name}: says {treaty.parties} parties, and its list has {len(bound)} with a "
            "binding act; a withdrawal may stand in its notifications in words that are not read: list it by hand"
        )


def _country(snapshot: Snapshot, name: str, places: Places) -> str:
    try:
        return places.resolve(name, "name", snapshot.known_at or snapshot.last).code
    except UnknownPlace as unknown:
        raise SourceChanged(f"{snapshot.path.name}: {unknown}") from unknown


SOURCE = Source(
    title="UN Treaty Collection: official XML of one treaty, with the day of its status",
    publisher="United Nations Treaty Collection",
    homepage="https://treaties.un.org/",
    licence="facts",
    citation="United Nations Treaty Collection, Multilateral Treaties Deposited with the Secretary-General",
    table=TREATY_ACT,
    rows=(1, 1_000),
    lag_days=0,
    find=find,
    parse=parse,
)
