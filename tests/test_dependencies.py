"""The audit of what the lock files pin, and the bills of materials made from them."""

import importlib.util
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "locks").glob("*-*.txt"))
KNOWN = {
    "none_known": ["quiet"],
    "advisories": {"loud": [{"id": "CVE-1", "affected": ">=2,<2.1", "what": "falls over"}]},
}


@pytest.fixture(scope="module")
def dependencies():
    spec = importlib.util.spec_from_file_location(
        "dependencies", ROOT / ".ci/dependencies.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclass looks for its own names
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def lock(**versions):
    return "".join(
        f"{name}=={version} \\\n    --hash=sha256:{'0' * 64}\n"
        for name, version in versions.items()
    )


def test_a_pin_that_is_affected_is_named_with_its_advisory_and_the_way_out(dependencies):
    (fault,) = dependencies.faults(dependencies.pins(lock(loud="2.0.9", quiet="1")), KNOWN)
    assert "CVE-1" in fault
    assert "outside >=2,<2.1" in fault
    for safe in ("1.9", "2.1", "3"):
        assert not [*dependencies.faults(dependencies.pins(lock(loud=safe)), KNOWN)]


def test_a_package_that_nobody_has_looked_at_is_a_fault(dependencies):
    (fault,) = dependencies.faults(dependencies.pins(lock(new="1")), KNOWN)
    assert "nobody has looked" in fault


@pytest.mark.parametrize("text", ["quiet>=1", "quiet==1", "git+https://example.org/quiet"])
def test_a_line_without_a_pin_and_a_hash_is_refused(dependencies, text):
    with pytest.raises(ValueError, match="make locks"):
        dependencies.pins(text)


@pytest.mark.parametrize("file", LOCKS, ids=lambda f: f.name)
def test_no_pin_of_ours_has_a_known_advisory_and_every_package_was_looked_at(
    dependencies, file
):
    pinned = dependencies.pins(file.read_text("utf-8"))
    known = tomllib.loads((ROOT / "locks/advisories.toml").read_text("utf-8"))
    assert len(pinned) == file.read_text("utf-8").count("==") > 60
    assert [*dependencies.faults(pinned, known)] == []
    assert not set(known["none_known"]) & set(known["advisories"])


def test_the_command_writes_the_same_bills_twice_and_fails_on_an_affected_pin(tmp_path):
    for folder in (".ci", "locks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    command = [sys.executable, tmp_path / ".ci/dependencies.py"]
    for into in ("one", "two"):
        subprocess.run([*command, tmp_path / into], check=True, stdout=subprocess.DEVNULL)
    for file in LOCKS:
        one, two = (
            (tmp_path / into / f"{file.stem}.cdx.json").read_bytes()
            for into in ("one", "two")
        )
        assert one == two
        bill = json.loads(one)
        assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
        assert {"purl", "version", "bom-ref", "name", "type"} <= set(bill["components"][0])
    bad = tmp_path / "locks" / LOCKS[0].name
    bad.write_text(bad.read_text("utf-8").replace("h11==0.16.0", "h11==0.14.0"), "utf-8")
    answer = subprocess.run([*command, tmp_path / "three"], capture_output=True, text=True)
    assert answer.returncode == 1
    assert "CVE-2025-43859" in answer.stdout
