"""The shape of the code: sizes, words and what must not be in a file."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES, MOST_FUNCTION = 400, 60
BANNED = {"utils", "helpers", "manager", "managers", "handler", "base", "data2", "process", "info"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_is_short_named_well_and_says_what_it_is(file: Path):
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= MOST_LINES
    assert not BANNED & set(file.stem.split("_"))
    assert ast.get_docstring(tree), "a module begins with what it holds"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MOST_FUNCTION, node.name


def test_no_pickle_and_no_path_of_a_machine_is_in_the_project():
    for file in [*FILES, *(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "Makefile"]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"import (c?pickle|dill|cloudpickle)|pickle\.load", text), file
        assert not re.search(r"/(root|home|Users|work)/\w", text), file


def test_the_bundle_holds_no_pickle_and_stays_small():
    files = [f for f in (ROOT / "src/upstander/bundle").iterdir() if f.is_file()]
    assert {f.suffix for f in files} <= {".parquet", ".json", ".py"}
    assert sum(f.stat().st_size for f in files) <= 8_000_000
