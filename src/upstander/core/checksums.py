"""SHA-256 of files: of what they hold now, or, for reading, once for each file as long as nobody writes it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

Stamp = tuple[
    int, int, int
]  # size in bytes, time of the last change in ns, number on the disk


def stamp(path: Path) -> Stamp:
    """What changes when a file is written or replaced. Raises OSError where there is none."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def sha256(path: Path) -> str:
    """Of what the file holds now, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_once(path: Path) -> str:
    """As ``sha256``, read once in this process for each stamp of the file: a change that keeps size and time is not seen."""
    return _sha256(path, stamp(path))


@lru_cache(maxsize=10_000)
def _sha256(path: Path, _stamp: Stamp) -> str:
    return sha256(path)
