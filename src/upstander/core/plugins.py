"""Find one-file plug-ins by file name.

A plug-in kind is a package (``upstander.sources``). Each public module in it is
one plug-in, named after its file, and holds one object under an agreed name
(``SOURCE``). Listing names imports nothing; loading imports one module.
"""

from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pkgutil import iter_modules
from typing import TypeVar

from upstander.core.errors import ConfigError

T = TypeVar("T")


def folders(package: str, holding: str) -> list[str]:
    """Names of the folders of ``package`` that hold a file or folder of this name, sorted, without importing them."""
    inner = files(package).iterdir()
    return sorted(f.name for f in inner if f.is_dir() and _is_there(f.joinpath(holding)))


def _is_there(path: Traversable) -> bool:
    return path.is_dir() or path.is_file()


def names(package: str) -> list[str]:
    """Names of the plug-ins in ``package``, sorted, without importing them."""
    path = import_module(package).__path__
    return sorted(m.name for m in iter_modules(path) if not m.name.startswith("_"))


def load(package: str, name: str, kind: type[T]) -> T:
    """Import one plug-in and return its object.

    The object's name is the kind's name in capitals: ``Source`` -> ``SOURCE``.

    Raises:
        ConfigError: no such plug-in, or the file holds no object of ``kind``.
    """
    if name not in names(package):
        raise ConfigError(
            f"no {kind.__name__.lower()} named {name!r}; have {', '.join(names(package))}"
        )
    found = getattr(import_module(f"{package}.{name}"), kind.__name__.upper(), None)
    if not isinstance(found, kind):
        raise ConfigError(
            f"{package}.{name} must define {kind.__name__.upper()}: {kind.__name__}"
        )
    return found


def load_all(package: str, kind: type[T]) -> dict[str, T]:
    """Every plug-in of ``package`` by name, in name order."""
    return {name: load(package, name, kind) for name in names(package)}
