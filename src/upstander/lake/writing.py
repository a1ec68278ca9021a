"""Write so that nothing half-written is ever visible: aside, flushed, renamed; one writer at a time."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from upstander.core.errors import ConfigError
from upstander.core.files import aside

PATIENCE = 120.0  # seconds a writer waits for another to finish; a full GED release takes about ten


@contextmanager
def only_writer(root: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lake's write lock; the system frees it when a process dies.

    Raises:
        ConfigError: another process kept it for longer than ``patience`` seconds.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("a") as lock:
        until = time.monotonic() + patience
        while not _locked(lock):
            if time.monotonic() > until:
                raise ConfigError(
                    f"{root}: another upstander process is writing; try again when it is done"
                )
            time.sleep(0.05)
        # left by a process that was killed; no reader ever saw it
        for stale in root.rglob("*.part"):
            stale.unlink(missing_ok=True)
        yield


def _locked(lock: IO[str]) -> bool:
    """Take the lock, where nobody has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def put(target: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file aside, flush it to the disk, then rename it to ``target``.

    Raises:
        ConfigError: the disk is full or the folder cannot be written; nothing was changed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with aside(target) as part:
            write(part)
    except OSError as error:
        raise ConfigError(
            f"{target}: cannot be written ({error.strerror or error}); nothing was changed"
        ) from error
