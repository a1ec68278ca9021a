"""Write files so that nobody ever sees half of one, and let one writer in at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upstander.core.errors import ConfigError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def flush(path: Path) -> None:
    """Force a file, or a folder's list of names, onto the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(temporary: Path, final: Path) -> None:
    """Give a finished temporary file (or folder) its real name; before that nobody looks at it."""
    final.parent.mkdir(parents=True, exist_ok=True)
    flush(temporary)
    temporary.rename(final)
    flush(final.parent)


def clear(folder: Path) -> None:
    """Empty the folder of temporary files; what a killed writer left there was never visible."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def writing(root: Path, timeout_s: float) -> Iterator[Path]:
    """Be the lake's only writer; yields an empty folder for temporary files.

    The lock is the kernel's (``flock``), so it falls with the process that held it.

    Raises:
        ConfigError: another writer kept the lock for ``timeout_s`` seconds, or the disk is full.
    """
    root.mkdir(parents=True, exist_ok=True)
    temporary = root / "tmp"
    with (root / "lock").open("a") as lock:
        _acquire(lock.fileno(), root, timeout_s)
        try:
            clear(temporary)
            yield temporary
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise ConfigError(
                f"{root}: no room left to write ({error.strerror}); nothing was stored. "
                "Free some space, or set UPSTANDER_HOME to another disk, and run the command again"
            ) from error
        finally:
            clear(temporary)


def _acquire(handle: int, root: Path, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise ConfigError(
                    f"{root}: another command has been writing to this lake for {timeout_s:.0f} s; wait for it, then try again"
                ) from None
            time.sleep(0.02)
