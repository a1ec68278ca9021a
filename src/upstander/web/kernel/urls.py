"""Addresses of pages, made in one place."""

from __future__ import annotations

from urllib.parse import quote

TABS = (("assessment", "Assessment"), ("crimes", "Crimes"), ("lessons", "Lessons"))


def tab_addresses(path: str) -> tuple[tuple[str, str], ...]:
    """The tabs of a country besides its public page: address and title of each."""
    here = quote(path)
    return tuple((f"{here}/{name}", title) for name, title in TABS)
