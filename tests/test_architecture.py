"""The shape of the code: what a file and a function hold, words, and what must not be in a file."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES = 400
# Syntax nodes, without expression contexts and operators: what a reader has to take in at once.
MOST_IN_FUNCTION, MOST_IN_STATEMENT = 200, 80
LEFT_OUT = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
LONGEST_TEMPLATE_LINE = 160
BANNED = {
    "utils",
    "helpers",
    "manager",
    "managers",
    "handler",
    "base",
    "data2",
    "process",
    "info",
}
# Tables of data that a statement holds whole, by name, each with the reason why it is not a file.
TABLES = {
    "ROUTES": "the addresses of an area, a line each",
    "ERRORS": "what is said of each error, a line each",
    "entry": "the columns of a table of the database",
    "op.create_table": "a migration writes a table as it was then",
}


def size(node: ast.AST) -> int:
    return sum(not isinstance(n, LEFT_OUT) for n in ast.walk(node))


def is_table(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) in TABLES
    targets = (
        node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    )
    return isinstance(targets[0], ast.Name) and targets[0].id in TABLES


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_is_short_named_well_and_says_what_it_is(file: Path):
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= MOST_LINES
    assert not BANNED & set(file.stem.split("_"))
    assert ast.get_docstring(tree), "a module begins with what it holds"
    assert "fmt: skip" not in text, "the formatter breaks every line"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert size(node) <= MOST_IN_FUNCTION, node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr):
            assert size(node) <= MOST_IN_STATEMENT or is_table(node), node.lineno


def test_no_pickle_and_no_path_of_a_machine_is_in_the_project():
    for file in [
        *FILES,
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "Makefile",
    ]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"import (c?pickle|dill|cloudpickle)|pickle\.load", text), file
        assert not re.search(r"/(root|home|Users|work)/\w", text), file


def test_the_bundle_holds_no_pickle_and_stays_small():
    files = [f for f in (ROOT / "src/upstander/bundle").iterdir() if f.is_file()]
    assert {f.suffix for f in files} <= {".parquet", ".json", ".py"}
    assert sum(f.stat().st_size for f in files) <= 8_000_000


def test_no_two_templates_have_one_name():
    """They are found by name alone, in whichever area they stand: the second would be shown for the first."""
    names = Counter(file.name for file in (ROOT / "src").rglob("templates/*.html"))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_line_of_a_template_is_longer_than_a_screen_is_wide():
    for file in sorted((ROOT / "src").rglob("*.html")):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert max(map(len, lines)) <= LONGEST_TEMPLATE_LINE, file.name


def test_addresses_are_made_from_the_names_of_routes():
    """A literal address stands in ``ROUTES`` alone, where its page is."""
    literal = re.compile(
        r'(?:href|action)="/|f?"/(?:records|assessments|countries|evidence)/'
    )
    for file in sorted((ROOT / "src/upstander/web").rglob("*.*")):
        if file.suffix == ".html":
            found = literal.findall(file.read_text(encoding="utf-8"))
            assert not found, file.name
