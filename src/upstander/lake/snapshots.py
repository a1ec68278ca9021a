"""Raw releases, byte for byte, in a folder named for the hash of their bytes."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from upstander.core.errors import SourceUnavailable
from upstander.lake.files import publish

BLOCK = 1 << 20


@dataclass(frozen=True)
class Copied:
    """A temporary copy of a raw file and the SHA-256 of its bytes."""

    path: Path
    name: str
    sha256: str
    size_bytes: int


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    sha = sha256()
    with path.open("rb") as raw:
        while block := raw.read(BLOCK):
            sha.update(block)
    return sha.hexdigest()


def copy(path: Path, temporary: Path) -> Copied:
    """Copy ``path`` into the folder ``temporary`` and hash it on the way: it is read once."""
    sha, size, target = sha256(), 0, temporary / "snapshot" / path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        raw = path.open("rb")
    except OSError as error:
        raise SourceUnavailable(f"{path}: cannot be read ({error.strerror}); nothing was stored") from error
    with raw, target.open("wb") as out:
        while block := raw.read(BLOCK):
            sha.update(block)
            out.write(block)
            size += len(block)
        out.flush()
        os.fsync(out.fileno())
    return Copied(target, path.name, sha.hexdigest(), size)


def copying(path: Path, temporary: Path) -> tuple[ThreadPoolExecutor, Future[Copied]]:
    """Begin to copy and hash in a thread, so that the file can be parsed meanwhile."""
    pool = ThreadPoolExecutor(1)
    return pool, pool.submit(copy, path, temporary)


def store(copied: Copied, root: Path) -> Path:
    """Give the copy its place under ``snapshots``; the same bytes are kept once."""
    folder = root / "snapshots" / copied.sha256
    if not folder.is_dir():
        publish(copied.path.parent, folder)
    return folder
