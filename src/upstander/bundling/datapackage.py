"""``datapackage.json``: what each bundled file is, where it came from, and under which licence.

Written by hand after the Data Package standard (datapackage.org, v1 profile ``data-package``).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from upstander.core.tables import LAKE_TABLES, STAMPS

LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "PDDL-1.0": ("public domain", "https://opendatacommons.org/licenses/pddl/1-0/"),
}
PLACE_FILES = {
    "place": (
        "Places: States and territories, today's and former ones",
        "UN M49; Gleditsch & Ward (1999)",
    ),
    "place_code": (
        "Dated codes of places",
        "UN M49; Gleditsch & Ward (1999); Correlates of War; UCDP; V-Dem; UNHCR",
    ),
    "place_name": (
        "Names of places in the six UN languages, and publishers' spellings",
        "UN M49 and the publishers' files",
    ),
    "neighbour": (
        "Land and near-sea neighbours",
        "Stinnett et al. (2002); Gleditsch & Ward (2001)",
    ),
    "boundary": (
        "Boundaries 1:110m; points for small States",
        "Natural Earth, public domain",
    ),
}
MEANING = {c.name: c for t in LAKE_TABLES for c in t.columns} | {c.name: c for c in STAMPS}
TYPES = (
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_date, "date"),
    (pa.types.is_boolean, "boolean"),
)


def write(folder: Path) -> Path:
    """Describe every Parquet file of ``folder`` in its ``datapackage.json``."""
    releases = json.loads((folder / "releases.json").read_text())
    as_of = max(r["known_at"] for r in releases)
    package = {
        "profile": "data-package",
        "name": "upstander-bundle",
        "title": "Upstander bundled data release",
        "description": "Derived facts computed by 'upstander bundle build'. Every row says when it became known "
        "(known_at) and whether the publisher dated it or a stated rule assumed it (known_at_basis).",
        "version": as_of,
        "as_of": as_of,
        "licenses": [_licence("CC-BY-4.0"), _licence("CC-BY-SA-4.0")],
        "resources": [_resource(f, releases) for f in sorted(folder.glob("*.parquet"))],
    }
    out = folder / "datapackage.json"
    out.write_text(
        json.dumps(package, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
    )
    return out


def _licence(name: str) -> dict[str, str]:
    title, path = LICENCES[name]
    return {"name": name, "title": title, "path": path}


def _resource(file: Path, releases: list[dict[str, Any]]) -> dict[str, Any]:
    schema = _schema(pq.read_schema(file))
    resource: dict[str, Any] = {
        "name": file.stem,
        "path": file.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.stat().st_size,
        "hash": "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest(),
        "rows": pq.read_metadata(file).num_rows,
    }
    if file.stem in PLACE_FILES:
        title, source = PLACE_FILES[file.stem]
        described = {"title": title, "sources": [{"title": source}]}
    else:
        inside = set(pq.read_table(file, columns=["source"])["source"].unique().to_pylist())
        described = _described(file.stem, [r for r in releases if r["source"] in inside])
    return resource | described | {"schema": schema}


def _described(name: str, releases: list[dict[str, Any]]) -> dict[str, Any]:
    """What a file of the lake holds, by the releases it is made of."""
    titles = sorted({r["title"] for r in releases})
    licences = sorted({r["licence"] for r in releases} & set(LICENCES))
    first = min(r["first"] for r in releases)
    last = max(r["last"] for r in releases)
    return {
        "title": f"{name}: " + "; ".join(titles),
        "licenses": [_licence(n) for n in licences],
        "coverage": {"first": first, "last": last},
        "sources": [_source(r) for r in releases],
    }


def _source(release: dict[str, Any]) -> dict[str, Any]:
    """One release, as a Data Package source, with the hash of the input bytes."""
    return {
        "title": f"{release['title']}, release {release['release']}",
        "path": release["homepage"],
        "publisher": release["publisher"],
        "citation": release["citation"],
        "licence": release["licence"],
        "known_at": release["known_at"],
        "known_at_basis": release["basis"],
        "coverage": [release["first"], release["last"]],
        "input_sha256": release["sha256"],
    }


def _schema(schema: pa.Schema) -> dict[str, Any]:
    return {"fields": [_field(field) for field in schema]}


def _field(field: pa.Field) -> dict[str, Any]:
    """A column's name, type and, where it is one of ours, meaning."""
    type_ = next((name for test, name in TYPES if test(field.type)), "string")
    entry = {"name": field.name, "type": type_}
    if column := MEANING.get(field.name):
        unit = f" ({column.unit})" if column.unit else ""
        entry["description"] = column.meaning + unit
    return entry
