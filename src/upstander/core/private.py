"""Files and folders for this account of the machine alone (0600, 0700), made so before anything is written into them."""

from __future__ import annotations

import os
from pathlib import Path

from upstander.core.errors import ConfigError

OTHERS = 0o077  # what group and others may do


def folder(path: Path) -> None:
    """Make a folder for its owner alone, with those above it; one that is there already stays as it is.

    Raises:
        ConfigError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path}: this folder cannot be made ({error.strerror}); name another file or folder"
        ) from None


def file(path: Path) -> None:
    """Make an empty file for its owner alone, or close one that others may read.

    Raises:
        ConfigError: it cannot be made, or belongs to somebody else and is open to others.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & OTHERS:
            path.chmod(0o600)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be kept for its owner alone ({error.strerror}); mend its rights"
        ) from None
