"""What one part of an installation knows of the others, and the receipt that a second person keeps of all of them.

The ledger of forecasts, the chains of people's records and the releases in the lake each prove themselves from within. That a
whole one was taken away, or put back as it was earlier, only something else can tell: the others, and what was kept outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from upstander.core.errors import AuditBroken, FileRefused
from upstander.core.keys import Signer, is_signed, signing_key
from upstander.forecast import ledger
from upstander.records.chain import KEY_REPLACED, Head

if TYPE_CHECKING:
    from upstander.forecast.ledger import Ledger
    from upstander.lake import Lake
    from upstander.records.store import Records

TITLE = "Receipt of an Upstander installation"
WORDS = """
It says how far the installation's records reached when it was made. Keep it where nobody who can change the installation
can change it: with another office, on paper, in another's mail. It holds no content, and nothing can be guessed from it.
To hold it against the installation: upstander audit verify --receipt FILE
"""
NO_RECEIPT = "this is no receipt of an Upstander installation; give the file that audit receipt wrote"
CHANGED = "the receipt was changed after it was signed; give the file as it was written"
STRANGE_KEY = "the receipt was signed with a key that this installation never had, or whose replacement nobody vouched for"
_LEDGER = re.compile(r"^forecasts: (\d+) entries, the end is ([0-9a-f]{64})$", re.MULTILINE)
_CHAIN = re.compile(
    r"^records of (\S+): (\d+) entries, the end is ([0-9a-f]{64})$", re.MULTILINE
)
_RELEASE = re.compile(r"^release (\S+): ([0-9a-f]{64})$", re.MULTILINE)
_PUBLIC = re.compile(r"^public key \(Ed25519\): ([0-9a-f]{64})$", re.MULTILINE)
_SIGNATURE = "signature of everything above: "


@dataclass(frozen=True)
class Standing:
    """Where an installation stands.

    Attributes:
        forecasts: number and hash of the ledger's last entry; chains: the ends of the records' chains.
        releases: check of each fetched release's file, by name.
    """

    forecasts: tuple[int, str]
    chains: tuple[Head, ...]
    releases: Mapping[str, str]


@dataclass(frozen=True)
class Installation:
    """The parts that vouch for each other; ``records`` is None where there are none yet."""

    book: Ledger
    records: Records | None
    lake: Lake

    def standing(self) -> Standing:
        """Where it stands now."""
        entries = ledger.entries(self.book)
        end = (entries[-1].number, entries[-1].hash) if entries else (0, ledger.START)
        return Standing(
            end, self.records.heads() if self.records else (), self.lake.manifest()
        )


def receipt(standing: Standing, signer: Signer, now: datetime) -> str:
    """A receipt in plain words, signed."""
    number, hash = standing.forecasts
    chains = (
        f"records of {at.chain}: {_reach(at.number, at.hash)}" for at in standing.chains
    )
    releases = sorted(standing.releases.items())
    lines = [
        TITLE,
        f"made {now:%Y-%m-%d %H:%M} UTC",
        WORDS,
        f"forecasts: {_reach(number, hash)}",
        *chains,
        *(f"release {name}: {check}" for name, check in releases),
        f"public key (Ed25519): {signer.public}",
        "",
    ]
    text = "\n".join(lines)
    return f"{text}{_SIGNATURE}{signer.sign(text)}\n"


def _reach(number: int, hash: str) -> str:
    return f"{number} entries, the end is {hash}"


def read(text: str) -> tuple[Standing, str]:
    """What a receipt says, and the public half of the key that signed it.

    Raises:
        FileRefused: it is no receipt. AuditBroken: it was changed after it was signed.
    """
    signed, _, signature = text.replace("\r\n", "\n").rpartition(_SIGNATURE)
    forecasts, public = _LEDGER.search(signed), _PUBLIC.search(signed)
    if not signed.startswith(TITLE) or forecasts is None or public is None:
        raise FileRefused(NO_RECEIPT)
    if not is_signed(signed, signature.strip(), public[1]):
        raise AuditBroken(CHANGED)
    chains = (
        Head(name, int(number), hash) for name, number, hash in _CHAIN.findall(signed)
    )
    standing = Standing(
        forecasts=(int(forecasts[1]), forecasts[2]),
        chains=tuple(chains),
        releases=dict(_RELEASE.findall(signed)),
    )
    return standing, public[1]


@dataclass(frozen=True)
class Proved:
    """What was proved: the ends of the chains and their entries in all, the ledger's entries, the lake's releases."""

    chains: tuple[Head, ...]
    entries: int
    forecasts: int
    releases: int


def prove(here: Installation, kept: str = "") -> Proved:
    """Read everything anew and hold it against its hashes, its signatures, each other and, if given, a receipt.

    Args:
        kept: text of a receipt that somebody kept; '' for none.

    Raises:
        AuditBroken, LedgerBroken, TableError: names the first thing that is not as it was written.
        FileRefused: what was kept is no receipt.
    """
    verified = here.records.verify() if here.records else None
    forecasts = ledger.verify(here.book)
    releases, _ = here.lake.verify()
    _check_each_other(here)
    if kept:
        standing, public = read(kept)
        _check_key(here, public, signing_key(here.book.keys, make=False).public)
        _check(standing, here, said_by="the receipt")
    return Proved(
        chains=verified.chains if verified else (),
        entries=verified.entries if verified else 0,
        forecasts=len(forecasts),
        releases=releases,
    )


def _check_key(here: Installation, public: str, own: str) -> None:
    """Whether a receipt was signed here: with the key of now, or with a former one that the log leads on from.

    Raises:
        AuditBroken: it was signed with another.
    """
    lines = here.records.logged_of_all(KEY_REPLACED) if here.records else ()
    for line in lines:
        replacement = line.details
        new, signature = replacement["new"], replacement["signed"]
        if replacement["former"] == public and is_signed(new, signature, public):
            public = new
    if public != own:
        raise AuditBroken(STRANGE_KEY)


def _check(standing: Standing, here: Installation, *, said_by: str) -> None:
    """Hold what somebody has kept against the installation: it must have reached every end, whatever came after.

    Raises:
        AuditBroken: names what was taken away, cut off or put back as it was earlier.
    """
    _check_forecasts(*standing.forecasts, here, said_by)
    if standing.chains and here.records is None:
        raise AuditBroken(
            f"people's records: {said_by} knows them, and there are none; restore them from a backup"
        )
    if here.records is not None:
        here.records.check_reached(standing.chains, said_by=said_by)
    _check_releases(standing.releases, here, said_by)


def _check_forecasts(
    number: int,
    hash: str,
    here: Installation,
    said_by: str,
) -> None:
    entries = ledger.entries(here.book)
    if not ledger.reaches(entries, number, hash):
        raise AuditBroken(
            f"ledger of forecasts: {said_by} knows its entry {number}, which is not there, or is another now (it has "
            f"{len(entries)}): it was cut off, written anew, or an older copy was put in its place; compare with a backup"
        )


def _check_releases(releases: Mapping[str, str], here: Installation, said_by: str) -> None:
    checks = here.lake.manifest()
    for name, check in releases.items():
        if checks.get(name) != check:
            raise AuditBroken(
                f"lake: {said_by} knows the release {name}, which is gone, or is another now; fetch it again, and make a new receipt"
            )


def _check_each_other(here: Installation) -> None:
    """Hold what the ledger knows of the records and the lake, and what the records' log knows of the ledger, against them.

    Raises:
        AuditBroken: as ``_check``.
    """
    entries = ledger.entries(here.book)
    if entries and (beside := entries[-1].beside):
        chains = tuple(Head(name, *end) for name, end in beside["records"].items())
        standing = Standing((0, ledger.START), chains, beside["lake"])
        _check(standing, here, said_by=f"entry {entries[-1].number} of the ledger")
    logged = here.records.logged_of_all(ledger.ENTERED) if here.records else ()
    for line in logged[-1:]:
        end = (line.details["number"], line.details["hash"])
        _check(Standing(end, (), {}), here, said_by="the access log")
