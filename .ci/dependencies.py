"""What the lock files pin: held against known advisories, and written as a bill of materials (CycloneDX 1.6, JSON).

    python .ci/dependencies.py build/sbom

Reads ``locks/*.txt`` and ``locks/advisories.toml``, asks no service. Ends with 1 when a pin is affected by an advisory, or
when a package was added that nobody has looked at. Of the same lock files it writes the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"([a-z0-9][a-z0-9._-]{0,80})==([^\s;\\]{1,40})")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One package of a lock file: its name, version, and the SHA-256 of each file that may be installed."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins(lock: str) -> list[Pin]:
    """The packages of a lock file, by name. Raises ValueError for one that is not pinned, or without a hash."""
    found = []
    for entry in re.sub(r"\\\n", " ", lock).splitlines():
        text = entry.strip()
        if not text or text.startswith("#"):
            continue
        pin, hashes = PIN.match(text), tuple(HASH.findall(text))
        if pin is None or not hashes:
            raise ValueError(
                f"{text[:80]!r} is not pinned with a hash; write the lock files anew with make locks"
            )
        found.append(Pin(pin[1], pin[2], hashes))
    return sorted(found, key=lambda p: p.name)


def faults(pinned: list[Pin], known: Mapping[str, Any]) -> Iterator[str]:
    """Affected pins, and packages that nobody has looked at, each with what to do."""
    for pin in pinned:
        for advisory in known["advisories"].get(pin.name, ()):
            if Requirement(f"{pin.name}{advisory['affected']}").specifier.contains(
                pin.version, prereleases=True
            ):
                yield f"{pin.name} {pin.version}: {advisory['id']} ({advisory['what']}); pin a version outside {advisory['affected']}"
        if pin.name not in known["advisories"] and pin.name not in known["none_known"]:
            yield f"{pin.name} {pin.version}: nobody has looked for its advisories; look, and add it to locks/advisories.toml"


def bill(name: str, pinned: list[Pin]) -> str:
    """The bill of materials of one lock file. No clock and no chance is in it: its serial number comes of its content."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{p.name}@{p.version}",
            "name": p.name,
            "version": p.version,
            "purl": f"pkg:pypi/{p.name}@{p.version}",
            "properties": [{"name": "lock:sha256", "value": h} for h in p.hashes],
        }
        for p in pinned
    ]
    root = {
        "type": "application",
        "bom-ref": "upstander",
        "name": "upstander",
        "properties": [{"name": "lock:file", "value": name}],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([root, components], sort_keys=True))
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
    }
    return json.dumps(made, indent=1, sort_keys=True) + "\n"


def main(into: Path) -> int:
    """Write a bill for each lock file and print what was found; 1 when there is anything to mend."""
    known = tomllib.loads((ROOT / "locks/advisories.toml").read_text("utf-8"))
    into.mkdir(parents=True, exist_ok=True)
    found: dict[str, None] = {}
    names: set[str] = set()
    for lock in sorted((ROOT / "locks").glob("*-*.txt")):
        pinned = pins(lock.read_text("utf-8"))
        names |= {p.name for p in pinned}
        found |= dict.fromkeys(faults(pinned, known))
        (into / f"{lock.stem}.cdx.json").write_text(bill(lock.name, pinned), "utf-8")
    count = sum(len(v) for v in known["advisories"].values())
    print(
        f"{len(names)} packages held against {count} lines of known advisories, looked at by {known['by']} on {known['looked_at']};"
    )
    print(
        f"what was published later, or missed, is not on the list. Bills of materials: {into}"
    )
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
