"""Write docs/requirements.md: every requirement of the mission document, and the tests that prove it.

``python -m tests.requirements_table --from ../shared/domain/requirements.csv`` takes the requirements anew; without
``--from`` those already in the page are kept and only the tests are read again.
"""

import argparse
import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "requirements.md"
ROW = re.compile(r"^\| ([A-Z0-9a-z]+) \| ([^|]*) \| (.*) \|$", re.MULTILINE)
HEAD = """# Requirements

Every element of the mission document (the overview of the Secretary-General's 2013 report), and the tests that prove
it. Written from the tests by `python -m tests.requirements_table`; a test checks that it is current. A row without a
test is not built yet: it says so.

{claimed} of {total} are claimed by a test.

| id | what is asked (own words) | proved by |
|---|---|---|
"""
NOT_YET = "not yet"


def claims() -> dict[str, list[str]]:
    """Tests by requirement id, read from the files without running them."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, ids in _marked(ast.parse(file.read_text(encoding="utf-8"))):
            for id in ids:
                found.setdefault(id, []).append(f"{file.relative_to(ROOT / 'tests')}::{name}")
    return found


def _marked(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Each test function with the ids on it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = [d for d in node.decorator_list if isinstance(d, ast.Call)]
            ids = [str(a.value) for c in calls if ast.unparse(c.func).endswith("mark.requirement")
                   for a in c.args if isinstance(a, ast.Constant)]  # fmt: skip
            if ids:
                yield node.name, ids


def requirements(page: str) -> dict[str, str]:
    """What is asked, by id, from the page."""
    return {id: words for id, words, _ in ROW.findall(page) if id != "id"}


def from_csv(path: Path) -> dict[str, str]:
    """What is asked, by id, from the table of requirements."""
    with path.open(newline="", encoding="utf-8") as rows:
        return {r["req_id"]: r["element_own_words"].replace("|", "/") for r in csv.DictReader(rows)}


def table(asked: dict[str, str], proved: dict[str, list[str]]) -> str:
    """The page."""
    head = HEAD.format(claimed=sum(id in proved for id in asked), total=len(asked))
    rows = (
        f"| {id} | {words} | {'<br>'.join(f'`{t}`' for t in proved.get(id, ())) or NOT_YET} |\n"
        for id, words in asked.items()
    )
    return head + "".join(rows)


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--from", dest="source", type=Path)
    given = words.parse_args()
    asked = from_csv(given.source) if given.source else requirements(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(table(asked, claims()), encoding="utf-8")
