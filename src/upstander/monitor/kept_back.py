"""The last look back that was kept: this installation's own, else the one that comes with the package."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from upstander.core.files import write_aside
from upstander.monitor.replay_table import Back

NAME = "monitor_replay.json"  # in home


def packaged() -> Path:
    """The copy that comes with the package: our own rules, nothing of a peer."""
    return Path(str(files("upstander.monitor").joinpath("look_back.json")))


def keep(found: Back, file: Path) -> None:
    """Write a look back, aside first."""
    kept = {**asdict(found), "kind": found.kind}
    write_aside(file, json.dumps(kept, indent=1).encode())


def held(home: Path) -> dict[str, Any] | None:
    """The look back that pages show, None where there is none."""
    file = _file(home)
    if not file.is_file():
        return None
    own = file.parent == home
    found: dict[str, Any] = {"own": own, **json.loads(file.read_text("utf-8"))}
    return found


def stamp(home: Path) -> str:
    """What changes when the look back does."""
    file = _file(home)
    return f"{file.name} {file.stat().st_mtime_ns}" if file.is_file() else ""


def _file(home: Path) -> Path:
    own = home / NAME
    return own if own.is_file() else packaged()
