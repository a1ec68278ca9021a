"""Write docs/reference/requirements.md: every requirement of the mission document, and the tests that prove it.

``python -m tests.requirements_table --from ../shared/domain/requirements.csv`` takes the requirements anew; without
``--from`` those already in the page are kept and only the tests are read again.

A test proves a requirement where a user meets it: it opens a page, reads or writes the JSON, or runs the command.
"""

import argparse
import ast
import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "requirements.md"
ROW = re.compile(r"^\| ([A-Z0-9a-z]+) \| ([^|]*) \| (.*) \|$", re.MULTILINE)
HEAD = """# Requirements

Every element of the mission document (the overview of the Secretary-General's 2013 report), and the tests that prove
it: through a page, the JSON or the command, as a user meets it. Written from the tests by
`python -m tests.requirements_table`; a test checks that it is current. A row without a test is not built yet: it says so.

{claimed} of {total} are claimed by a test.

| id | what is asked (own words) | proved by |
|---|---|---|
"""
NOT_YET = "not yet"
# What a test does where a user meets the product: names that it, or a helper in its file or in one it imports from, uses.
OPENS = {
    "page": frozenset({"text", "content", "fill", "go", "goto", "click", "inner_text"}),
    "JSON": frozenset({"json", "write"}),
    "command": frozenset({"upstander"}),
}
FOLDERS = {"web": ("page", "JSON", "command"), "cli": ("command",)}
_Functions = Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]


def claims() -> dict[str, list[str]]:
    """Tests by requirement id, each with how it meets the product, read from the files without running them."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, ids, ways in of_file(file.read_text(encoding="utf-8"), room_of(file)):
            for id in ids:
                told = f"`{file.relative_to(ROOT / 'tests')}::{name}` ({', '.join(ways)})"
                found.setdefault(id, []).append(told)
    return found


def room_of(file: Path) -> str:
    """The first folder of a test: web, cli ..."""
    return file.relative_to(ROOT / "tests").parts[0]


def of_file(text: str, folder: str) -> Iterator[tuple[str, list[str], tuple[str, ...]]]:
    """Each marked test with its ids and how it meets the product; no way where it only calls functions of ours."""
    tree = ast.parse(text)
    own = _functions(tree)
    functions = _borrowed(tree) | own
    for name, node in own.items():
        if ids := _marks(node):
            used = _used(name, functions)
            yield (
                name,
                ids,
                tuple(way for way in FOLDERS.get(folder, ()) if OPENS[way] & used),
            )


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {
        n.name: n
        for n in ast.walk(tree)
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _borrowed(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions of the helper files that a test file imports from."""
    modules = [n.module for n in tree.body if isinstance(n, ast.ImportFrom) and n.module]
    files = [
        ROOT.joinpath(*module.split(".")).with_suffix(".py")
        for module in modules
        if module.startswith("tests.")
    ]
    read = [
        _functions(ast.parse(file.read_text(encoding="utf-8")))
        for file in files
        if file.is_file()
    ]
    return {name: node for functions in read for name, node in functions.items()}


def _marks(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The ids on a test."""
    calls = [d for d in node.decorator_list if isinstance(d, ast.Call)]
    marks = [c for c in calls if ast.unparse(c.func).endswith("mark.requirement")]
    return [str(a.value) for c in marks for a in c.args if isinstance(a, ast.Constant)]


def _used(name: str, functions: _Functions) -> frozenset[str]:
    """Names that a function uses, with those of the helpers and fixtures that it reaches."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        node = functions.get(waiting.pop())
        names = _names(node) - seen if node else set()
        seen |= names
        waiting += names
    return frozenset(seen)


def _names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    body = [part for statement in node.body for part in ast.walk(statement)]
    names = {n.id for n in body if isinstance(n, ast.Name)} | {
        n.attr for n in body if isinstance(n, ast.Attribute)
    }
    return names | {a.arg for a in node.args.args}


def requirements(page: str) -> dict[str, str]:
    """What is asked, by id, from the page."""
    return {id: words for id, words, _ in ROW.findall(page) if id != "id"}


def from_csv(path: Path) -> dict[str, str]:
    """What is asked, by id, from the table of requirements."""
    with path.open(newline="", encoding="utf-8") as rows:
        return {
            r["req_id"]: r["element_own_words"].replace("|", "/")
            for r in csv.DictReader(rows)
        }


def table(asked: dict[str, str], proved: dict[str, list[str]]) -> str:
    """The page."""
    head = HEAD.format(claimed=sum(id in proved for id in asked), total=len(asked))
    rows = (
        f"| {id} | {words} | {'<br>'.join(proved.get(id, ())) or NOT_YET} |\n"
        for id, words in asked.items()
    )
    return head + "".join(rows)


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--from", dest="source", type=Path)
    given = words.parse_args()
    asked = (
        from_csv(given.source)
        if given.source
        else requirements(PAGE.read_text(encoding="utf-8"))
    )
    PAGE.write_text(table(asked, claims()), encoding="utf-8")
