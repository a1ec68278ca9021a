"""Tables of ours that lie beside the code as TOML files: duties, crimes, subjects, series."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from upstander.core.messages import texts


def data_of(name: str) -> dict[str, Any]:
    """What the file of this name in the package holds."""
    text = files("upstander.assess").joinpath(name).read_text("utf-8")
    values: dict[str, Any] = texts(tomllib.loads(text))
    return values
