"""What is public is reached: a function or method that only tests name is dead, whatever it promises."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
FILES = sorted(SRC.rglob("*.py"))
# Names that a library calls, or that an entry point names.
CALLED_BY_LIBRARIES = {"process_bind_param", "process_result_value", "main"}
Used = set[tuple[str, str]]


def module_of(file: Path) -> str:
    parts = file.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(f): ast.parse(f.read_text(encoding="utf-8")) for f in FILES}


def imported(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """By local name, what it stands for: (module, '') or (module, name in it)."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("upstander"):
            for a in node.names:
                whole = f"{node.module}.{a.name}"
                found[a.asname or a.name] = (
                    (whole, "") if whole in MODULES else (node.module or "", a.name)
                )
    return found


def uses() -> tuple[Used, set[str]]:
    """Functions used, by module and name; and every attribute that is read anywhere."""
    used: Used = set()
    attributes: set[str] = set()
    for module, tree in MODULES.items():
        local = imported(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                target = local.get(node.id, (module, node.id))
                used.add(target if target[1] else (module, node.id))
            elif isinstance(node, ast.Attribute):
                attributes.add(node.attr)
                if (
                    isinstance(node.value, ast.Name)
                    and local.get(node.value.id, ("", "x"))[1] == ""
                ):
                    used.add((local[node.value.id][0], node.attr))
    for (
        module,
        tree,
    ) in MODULES.items():  # what a package hands on is used where the package's name is
        for name, (origin, own) in imported(tree).items():
            if own and (module, name) in used:
                used.add((origin, own))
    return used, attributes


def in_templates() -> set[str]:
    """Every word inside the marks of a template."""
    texts = (
        f.read_text(encoding="utf-8") for f in [*SRC.rglob("*.html"), *SRC.rglob("*.typ")]
    )
    marks = (m for t in texts for m in re.findall(r"\{[{%](.*?)[}%]\}", t, re.DOTALL))
    return {w for m in marks for w in re.findall(r"\w+", m)}


def dead_functions(module: str, tree: ast.Module, used: Used, named: set[str]) -> list[str]:
    functions = (
        n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.decorator_list
    )
    return [
        f.name
        for f in functions
        if not f.name.startswith("_")
        and (module, f.name) not in used
        and f.name not in named
    ]


def dead_methods(tree: ast.Module, named: set[str]) -> list[str]:
    classes = (n for n in tree.body if isinstance(n, ast.ClassDef))
    methods = (
        (c.name, m.name) for c in classes for m in c.body if isinstance(m, ast.FunctionDef)
    )
    return [f"{c}.{m}" for c, m in methods if not m.startswith("_") and m not in named]


def is_found_by_its_name(module: str) -> bool:
    """A verb of the command line and a migration are found by the names of their files; of the client, programs of others
    call every method, and test_client holds it against the API's operations."""
    is_of_a_file = module.startswith("upstander.cli.") or ".migrations." in module
    return is_of_a_file or module == "upstander.client"


def test_every_public_function_is_named_where_a_user_can_reach_it():
    used, attributes = uses()
    named = in_templates() | CALLED_BY_LIBRARIES
    dead = [
        f"{module}.{name}"
        for module, tree in MODULES.items()
        if not is_found_by_its_name(module)
        for name in [
            *dead_functions(module, tree, used, named),
            *dead_methods(tree, named | attributes),
        ]
    ]
    assert dead == [], "wire it to a page, the JSON or the command, or delete it"
