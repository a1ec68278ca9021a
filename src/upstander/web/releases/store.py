"""Releases on the disk: each month in a folder of its own, written once, whole or not at all, never again."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from upstander.core.checksums import sha256
from upstander.core.errors import ConfigError
from upstander.core.files import write_aside
from upstander.report.as_json import dumps
from upstander.report.as_of_data import Known
from upstander.report.head import ages, head
from upstander.web.api import formats
from upstander.web.releases import metadata
from upstander.web.releases.metadata import Told, WrittenFile
from upstander.web.releases.tables import TABLES

FOLDER, PACKAGE, SUMS = "releases", "datapackage.json", "SHA256SUMS"
MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])", re.ASCII)


def months(home: Path) -> tuple[str, ...]:
    """Months that have a release, newest first."""
    folder = home / FOLDER
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted((f.name for f in found if MONTH.fullmatch(f.name)), reverse=True))


def files_of(home: Path, month: str) -> Mapping[str, str]:
    """Files of a release with their SHA-256, as its list of sums has them; empty where there is none of the month."""
    listed = home / FOLDER / month / SUMS
    if not MONTH.fullmatch(month) or not listed.is_file():
        return {}
    lines = (line.split("  ", 1) for line in listed.read_text("utf-8").splitlines())
    return {name: check for check, name in lines}


def make(known: Known, home: Path, address: str = "") -> str:
    """Write the release of the day's month; gives the month.

    Raises:
        ConfigError: no forecast was issued by the day, or the month has a release that says something else.
    """
    if known.issue is None:
        raise ConfigError("no forecast was issued by this day; run: upstander run")
    month = f"{known.as_of:%Y-%m}"
    part = home / FOLDER / f".{month}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _write(known, part, month, address)
        _keep(part, home / FOLDER / month)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return month


def _keep(part: Path, target: Path) -> None:
    if not target.exists():
        part.replace(target)
        return
    if (target / SUMS).read_bytes() != (part / SUMS).read_bytes():
        raise ConfigError(
            f"{target}: this month's release says something else, and a release is never written over; "
            "ask as of a day of another month"
        )


def _write(known: Known, folder: Path, month: str, address: str) -> None:
    files = [f for name in TABLES for f in _write_table(known, folder, name)]
    told = Told(month, head(known), ages(known), files, address)
    for name, made in (
        (PACKAGE, metadata.datapackage(told)),
        ("croissant.json", metadata.croissant(told)),
        ("dataset.jsonld", metadata.schema_org(told)),
    ):
        write_aside(folder / name, dumps(made).encode())
    sums = (f"{sha256(f)}  {f.name}" for f in sorted(folder.iterdir()))
    write_aside(folder / SUMS, ("\n".join(sums) + "\n").encode())


def _write_table(known: Known, folder: Path, name: str) -> list[WrittenFile]:
    table = TABLES[name]
    rows = table.make(known)
    said = head(known)
    about = {"as_of": str(said.as_of), "issue": str(said.issue_id), "caveat": said.caveat}
    made = {
        "csv": formats.csv(table.row, rows).removeprefix(formats.BOM),
        "parquet": formats.parquet(table.row, rows, about),
    }
    return [_written(folder, name, shape, made[shape], len(rows)) for shape in made]


def _written(
    folder: Path, table: str, shape: str, content: bytes, rows: int
) -> WrittenFile:
    file = folder / f"{table}.{shape}"
    write_aside(file, content)
    return WrittenFile(file.name, table, shape, len(content), sha256(file), rows)


def package(home: Path, month: str) -> dict[str, object]:
    """The data package of a release."""
    text = (home / FOLDER / month / PACKAGE).read_text("utf-8")
    found: dict[str, object] = json.loads(text)
    return found
