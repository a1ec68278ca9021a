"""Every regular expression of the program, with how it is used: read from the source, so that none is forgotten."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SRC = Path(__file__).resolve().parent.parent / "src"
FROM_THE_START, WHOLE = ("match", "fullmatch"), ("fullmatch",)
# A pattern whose words are read from files, and the function that makes it.
MADE_LATER = {"upstander.assess.probability_scales": "_likelihood_words"}
USES = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")


@dataclass(frozen=True)
class Used:
    """A pattern where it is written: ``where`` is its file and name (or line's words), ``uses`` the methods called on it."""

    where: str
    pattern: str
    flags: int
    uses: frozenset[str]

    @property
    def searches(self) -> bool:
        """Whether it is tried from every character of a text; so it is taken where no use is found."""
        return not self.uses or not self.uses <= set(FROM_THE_START)

    @property
    def whole(self) -> bool:
        """Whether it must fit to the end of a text somewhere."""
        return not self.uses.isdisjoint(WHOLE)


def patterns() -> Iterator[Used]:
    """All of them. Raises NameError for one that is put together from a function's own values and not in MADE_LATER."""
    trees = {f: ast.parse(f.read_text("utf-8")) for f in sorted(SRC.rglob("*.py"))}
    anywhere = _called(trees.values())
    for file, tree in trees.items():
        here = _called([tree])
        names = {
            id(node.value): _name(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign)
        }
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and _is_re(n)):
            assert isinstance(call.func, ast.Attribute)
            name = names.get(id(call), "")
            where = f"{file.relative_to(SRC / 'upstander').as_posix()} {name or ast.unparse(call.args[0])[:60]}"
            uses = (
                frozenset((call.func.attr,))
                if call.func.attr != "compile"
                else here.get(name) or anywhere.get(name, frozenset())
            )
            pattern, flags = _values(file, call)
            yield Used(where, pattern, flags, uses)


def _is_re(call: ast.Call) -> bool:
    f = call.func
    return (
        isinstance(f, ast.Attribute)
        and isinstance(f.value, ast.Name)
        and f.value.id == "re"
        and f.attr in (*USES, "compile")
    )


def _name(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def _called(trees: Iterable[ast.Module]) -> dict[str, frozenset[str]]:
    """Methods of patterns by the name they are called on, anywhere."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in USES:
                on = node.value
                name = (
                    on.id
                    if isinstance(on, ast.Name)
                    else on.attr
                    if isinstance(on, ast.Attribute)
                    else ""
                )
                found.setdefault(name, set()).add(node.attr)
    return {name: frozenset(uses) for name, uses in found.items()}


def _values(file: Path, call: ast.Call) -> tuple[str, int]:
    """Pattern and flags, worked out with the names of the module they stand in."""
    module = importlib.import_module(
        ".".join(file.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    )
    flags = [k.value for k in call.keywords if k.arg == "flags"]
    if isinstance(call.func, ast.Attribute) and call.func.attr == "compile":
        flags += call.args[1:2]

    def value(of: ast.expr) -> Any:
        return eval(compile(ast.Expression(of), str(file), "eval"), dict(vars(module)))  # noqa: S307 (our own source)

    try:
        return str(value(call.args[0])), int(value(flags[0])) if flags else 0
    except NameError:
        made = getattr(module, MADE_LATER[module.__name__])()
        return made.pattern, made.flags
