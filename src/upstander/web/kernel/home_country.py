"""The installation's home country: set by UPSTANDER_COUNTRY, else chosen once by an administrator or the command; or none."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from upstander.core.errors import ConfigError
from upstander.core.files import write_aside
from upstander.core.settings import Settings

FILE = "home_country.txt"  # in the home folder: one code


def chosen(settings: Settings) -> str:
    """Its code, '' where none was set."""
    if settings.country:
        return settings.country
    file = settings.home / FILE
    try:
        stat = file.stat()
    except FileNotFoundError:
        return ""
    return _read(file, stat.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, stamp: int) -> str:
    del stamp  # the key: written anew, read anew
    return file.read_text("utf-8").strip()


def choose(settings: Settings, code: str) -> None:
    """Set it, or with '' take it back.

    Raises:
        ConfigError: the setting says it already.
    """
    if settings.country:
        raise ConfigError(
            f"UPSTANDER_COUNTRY is set to {settings.country}; change it there, or unset it and choose again"
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    write_aside(settings.home / FILE, f"{code}\n".encode())
