"""The record of every issue: one line each, each carrying the hash of the one before.

A line once written is never changed; ``verify`` finds the first that was, and issued files that
no longer match their hashes. A process killed while writing leaves a line without its end: that
entry was never acknowledged, and the next writer removes it.

The end of the ledger is signed in a seal that stands in the folder of keys, apart from the data, and each line by itself, so
that a cut end, a ledger taken away or hashed anew, and a line put in are found by whoever has the public half of the key.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from upstander.core.checksums import Stamp, sha256, stamp
from upstander.core.errors import LedgerBroken
from upstander.core.files import write_aside
from upstander.core.keys import SIGNING_KEY, Signer, is_signed, signing_key
from upstander.core.settings import Settings
from upstander.forecast.issue import HEAD, Issue
from upstander.forecast.shapes import Names

Body = dict[str, Any]  # of a JSON text

START = "0" * 64
SEAL = "ledger.seal"  # name of its file in the folder of keys
ENTERED = "forecast entered"  # what the access log of people's records calls it


@dataclass(frozen=True)
class Ledger:
    """Where a ledger stands.

    Attributes:
        file: one line an issue; issues: the folder of what was issued; keys: the folder of the signing key and the seal.
    """

    file: Path
    issues: Path
    keys: Path

    @classmethod
    def of(cls, settings: Settings) -> Ledger:
        """That of a home folder."""
        return cls(settings.ledger, settings.issues, settings.keys_folder)

    @property
    def seal(self) -> Path:
        """File of the signed end."""
        return self.keys / SEAL


@dataclass(frozen=True)
class Entry:
    """One line of the ledger.

    Attributes:
        files: SHA-256 of each table of the issue; head: of what the issue says of itself ('' in lines of before).
        beside: where people's records and the lake stood then ({} in lines of before).
        hash: of everything else in the line but its signature, ``before`` included.
        signature: of ``hash``; '' in lines of before there was one.
    """

    number: int
    issue: str
    as_of: date
    made_on: date
    files: dict[str, str]
    before: str
    hash: str
    head: str = ""
    beside: Mapping[str, Any] | None = None
    signature: str = ""


def _hash(body: Body) -> str:
    return hashlib.sha256(
        json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def entries(ledger: Ledger) -> tuple[Entry, ...]:
    """All acknowledged entries, oldest first, with the chain and its signed end checked; read again only after a change.

    Raises:
        LedgerBroken: an entry was changed, removed or put in, or the end was cut off; it is named.
    """
    return _proved(ledger, _stamp(ledger.file), _stamp(ledger.seal))


def _stamp(file: Path) -> Stamp | None:
    return stamp(file) if file.exists() else None


@lru_cache(maxsize=16)
def _proved(ledger: Ledger, _file: Stamp | None, _seal: Stamp | None) -> tuple[Entry, ...]:
    # The seal before the lines: a writer may add one meanwhile.
    sealed = _sealed(ledger.seal) if ledger.seal.exists() else None
    chain = _chained(ledger.file)
    if sealed:
        _check_seal(ledger, sealed, chain)
    elif any(e.signature for e in chain):
        raise LedgerBroken(
            f"{ledger.seal}: missing, though the ledger is signed; restore the folder of keys"
        )
    return chain


def _chained(file: Path) -> tuple[Entry, ...]:
    chain: list[Entry] = []
    before = START
    for number, line in enumerate(_lines(file), start=1):
        chain.append(_entry(file, number, line, before))
        before = chain[-1].hash
    return tuple(chain)


def _lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8")
    return text.split("\n")[:-1]  # what follows the last line break was never acknowledged


def _entry(file: Path, number: int, line: str, before: str) -> Entry:
    body, stated, signature = _parts(file, number, line)
    if (
        body.get("number") != number
        or body.get("before") != before
        or _hash(body) != stated
    ):
        raise LedgerBroken(
            f"{file}, line {number} (issue {body.get('issue')}): changed after it was written, "
            "or an entry before it is missing; compare with a backup"
        )
    return Entry(
        number,
        body["issue"],
        date.fromisoformat(body["as_of"]),
        date.fromisoformat(body["made_on"]),
        body["files"],
        before,
        stated,
        body.get("head", ""),
        body.get("beside"),
        signature,
    )


def _parts(file: Path, number: int, line: str) -> tuple[Body, str, str]:
    """What a line says, its hash as it states it, and its signature."""
    try:
        body = json.loads(line)
        return body, body.pop("hash"), body.pop("signature", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LedgerBroken(
            f"{file}, line {number}: not an entry; restore the file from a backup"
        ) from None


def _check_seal(
    ledger: Ledger, sealed: tuple[int, str, str], chain: tuple[Entry, ...]
) -> None:
    """Hold the entries against the signed end; what stands behind it must be signed line by line.

    A process killed between a line and the seal leaves such a line; so does a folder of keys put back from a backup.
    """
    public = signing_key(ledger.keys, make=False).public
    number, hash, signature = sealed
    if not is_signed(_end_text(number, hash), signature, public):
        raise LedgerBroken(
            f"{ledger.seal}: not signed with {SIGNING_KEY} of this folder; restore both from one backup"
        )
    if not reaches(chain, number, hash):
        raise LedgerBroken(
            f"{ledger.file}: has {len(chain)} entries, and is not the ledger whose end, entry {number}, was signed: it was "
            "cut off, taken away, written anew, or an older copy was put in its place; restore the newest backup"
        )
    _check_signatures(ledger, chain[number:], public)


def _check_signatures(ledger: Ledger, behind: tuple[Entry, ...], public: str) -> None:
    for entry in behind:
        if not is_signed(entry.hash, entry.signature, public):
            raise LedgerBroken(
                f"{ledger.file}, line {entry.number} (issue {entry.issue}): not signed here: it was put in; compare with a backup"
            )


def reaches(chain: tuple[Entry, ...], number: int, hash: str) -> bool:
    """Whether the entries go as far as an end that somebody has kept; whatever comes after it."""
    return number <= len(chain) and hash == (chain[number - 1].hash if number else START)


def _sealed(seal: Path) -> tuple[int, str, str]:
    try:
        end = json.loads(seal.read_text(encoding="utf-8"))
        return int(end["number"]), str(end["hash"]), str(end["signature"])
    except (ValueError, KeyError, TypeError):
        raise LedgerBroken(
            f"{seal}: damaged; restore it from a backup of the folder of keys"
        ) from None


def _end_text(number: int, hash: str) -> str:
    """What is signed of the end of the ledger."""
    return json.dumps(["ledger", number, hash])


def append(ledger: Ledger, issue: Issue, *, beside: Mapping[str, Any]) -> Entry:
    """Enter an issue; one that is there already is not entered again.

    Args:
        beside: where people's records and the lake stand now, so that they and the ledger vouch for each other.

    Raises:
        LedgerBroken: the chain or its end does not hold; nothing is added to a broken ledger.
    """
    ledger.file.parent.mkdir(parents=True, exist_ok=True)
    with ledger.file.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _drop_torn_end(file)
        chain = entries(ledger)
        signer = signing_key(ledger.keys, make=not ledger.seal.exists())
        number = len(chain)
        before = chain[-1].hash if chain else START
        # Before the line: a ledger that has signed lines always has a seal.
        _seal(ledger, number, before, signer)
        if same := next((e for e in chain if e.issue == issue.id), None):
            return same
        line = _line(_body(ledger, issue, number + 1, before, beside), signer)
        _write_through(file, line)
        entry = _entry(ledger.file, number + 1, line, before)
        _seal(ledger, entry.number, entry.hash, signer)
    return entry


def _body(
    ledger: Ledger, issue: Issue, number: int, before: str, beside: Mapping[str, Any]
) -> Body:
    """What a new line says, without its hash and signature."""
    return {
        "number": number,
        "issue": issue.id,
        "as_of": issue.meta["as_of"],
        "made_on": issue.meta["made_on"],
        "files": dict(issue.meta["files"]),
        "head": sha256(ledger.issues / issue.id / HEAD),
        "beside": dict(beside),
        "before": before,
    }


def _line(body: Body, signer: Signer) -> str:
    digest = _hash(body)
    whole = {**body, "hash": digest, "signature": signer.sign(digest)}
    return json.dumps(whole, sort_keys=True, ensure_ascii=False)


def _write_through(file: BinaryIO, line: str) -> None:
    file.write(line.encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _seal(ledger: Ledger, number: int, hash: str, signer: Signer) -> None:
    """Sign the end of the ledger."""
    end = {
        "number": number,
        "hash": hash,
        "signature": signer.sign(_end_text(number, hash)),
    }
    if not ledger.seal.exists() or _sealed(ledger.seal) != tuple(end.values()):
        write_aside(ledger.seal, json.dumps(end).encode() + b"\n")


def sign_anew(ledger: Ledger, former: str) -> None:
    """Sign the end with the key that is in place now.

    Args:
        former: public half of the key that the end was signed with; '' when that key is lost.

    Raises:
        LedgerBroken: the end does not hold under the former key, so it is not signed anew.
    """
    if not ledger.seal.exists():
        return
    signer = signing_key(ledger.keys, make=False)
    chain = _chained(ledger.file)
    sealed = _sealed(ledger.seal)
    if not _is_signed_end(sealed, signer.public):
        _check_former(ledger, sealed, chain, former)
    if chain:
        _seal(ledger, len(chain), chain[-1].hash, signer)


def _is_signed_end(sealed: tuple[int, str, str], public: str) -> bool:
    number, hash, signature = sealed
    return is_signed(_end_text(number, hash), signature, public)


def _check_former(
    ledger: Ledger, sealed: tuple[int, str, str], chain: tuple[Entry, ...], former: str
) -> None:
    """Hold the end against the former key, and the entries against the end."""
    if former and not _is_signed_end(sealed, former):
        raise LedgerBroken(
            f"{ledger.seal}: not signed with the former key; restore it from a backup"
        )
    number, hash, _ = sealed
    if not reaches(chain, number, hash):
        raise LedgerBroken(
            f"{ledger.file}: is not the ledger whose end was signed; restore the newest backup"
        )


def _drop_torn_end(file: Any) -> None:
    """Remove what a killed writer left after the last line break."""
    file.seek(0)
    whole = file.read()
    end = whole.rfind(b"\n") + 1
    if end < len(whole):
        file.truncate(end)


def verify(ledger: Ledger) -> tuple[Entry, ...]:
    """Check the chain, its signed end and every issued file anew; return the entries.

    Raises:
        LedgerBroken: names the entry, or the issued file, that was changed or is missing.
    """
    _proved.cache_clear()
    chain = entries(ledger)
    for entry in chain:
        _check_files(ledger, entry)
    return chain


def _check_files(ledger: Ledger, entry: Entry) -> None:
    for file, stated in files_of(ledger, entry).items():
        if not file.exists():
            raise LedgerBroken(
                f"{file}: missing, though entry {entry.number} of the ledger names it; {REMEDY}"
            )
        if sha256(file) != stated:
            raise changed(file, entry)


REMEDY = "restore it from a backup"


def files_of(ledger: Ledger, entry: Entry) -> dict[Path, str]:
    """SHA-256 of each file of an entry's issue."""
    folder = ledger.issues / entry.issue
    own = {folder / HEAD: entry.head} if entry.head else {}
    return own | {
        folder / f"{name}.parquet": stated for name, stated in entry.files.items()
    }


def changed(file: Path, entry: Entry) -> LedgerBroken:
    """The error for an issued file that is not what was entered."""
    return LedgerBroken(
        f"{file}: changed after it was issued (entry {entry.number} of the ledger); {REMEDY}"
    )


def not_entered(ledger: Ledger) -> Names:
    """Folders of issues that the ledger does not name: a run was killed before it entered one, or somebody put it there.

    They are never shown. The run that is repeated enters its own.
    """
    named = {e.issue for e in entries(ledger)}
    folders = [f.name for f in ledger.issues.glob("[!.]*") if f.is_dir()]
    return tuple(sorted(name for name in folders if name not in named))
