"""Files written so that a reader sees the old content or the new, and a crash loses neither. The one place for it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to be filled; then it is flushed to the disk and renamed, or removed where that failed.

    Each writer has a file of its own: of two that write the same at once, the one that ends last is kept, whole.

    Raises:
        OSError: the folder is missing, full or not ours; nothing of ``path`` is changed.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
        _flush_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def write_aside(path: Path, content: bytes) -> None:
    """Write all of a file, or nothing. What is no regular file (``/dev/stdout``) is written to as it is."""
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(content)
        return
    with aside(path) as part:
        part.write_bytes(content)


def _flush_folder(folder: Path) -> None:
    """Ask the disk to keep the names in a folder: a rename is not on it before."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
