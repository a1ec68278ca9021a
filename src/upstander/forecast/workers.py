"""Do pieces of work side by side: on this machine's processors or, by one setting, on a Dask cluster.

Pieces are independent and carry their own seeds, so one process, many, or a cluster give the same
bytes. Finished pieces can be kept in a folder, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from upstander.core import code
from upstander.core.errors import ConfigError
from upstander.core.files import aside
from upstander.forecast.shapes import Names, Numbers

WATCH, LOOK_SECONDS = "end with the process that started this one", 1.0
Arrays = Mapping[str, Numbers]
Result = TypeVar("Result")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Piece:
    """One piece of work: a name that says all that its result depends on, and what to call it with."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Workers:
    """Who does the work.

    Attributes:
        jobs: processes side by side; a cluster brings its own number.
        kept: folder of finished pieces of this code; None keeps nothing.
    """

    jobs: int = 1
    kept: Path | None = None

    def each(
        self,
        what: str,
        do: Callable[..., Arrays],
        pieces: Sequence[Piece],
        progress: Progress | None = None,
    ) -> list[Arrays]:
        """``do(*piece.arguments)`` for every piece, in their order.

        ``do`` is a function of a module, so that another process can import it, and returns arrays by
        name. At most two pieces a process are under way: memory does not grow with their number.
        """
        results = [self._recall(p) for p in pieces]
        missing = [n for n, result in enumerate(results) if result is None]
        tell = progress or _untold
        done = len(pieces) - len(missing)
        tell(what, done, len(pieces))
        new = self._side_by_side(do, [pieces[n].arguments for n in missing])
        for n, result in zip(missing, new, strict=True):
            results[n] = result
            self._keep(pieces[n], result)
            done += 1
            tell(what, done, len(pieces))
        return [result for result in results if result is not None]

    def beside(self, do: Callable[..., Result], *arguments: Any) -> Callable[[], Result]:
        """``do(*arguments)`` begun in another process while this one goes on; what is returned waits for its result.

        With one job it is done here, when it is asked for. ``do`` is a function of a module.
        """
        results = self._side_by_side(do, [arguments])
        return lambda: next(results)

    def let_go(self) -> None:
        """End this machine's processes of the work that is done: what comes after needs the memory they hold."""
        if self.jobs > 1:
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=True)

    def _side_by_side(
        self, do: Callable[..., Result], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[Result]:
        """The results of the calls in their order, as they come."""
        from joblib import Parallel, delayed

        tasks = (delayed(_alone)(os.getpid(), do, arguments) for arguments in calls)
        parallel = Parallel(
            n_jobs=self.jobs,
            return_as="generator",
            pre_dispatch="2*n_jobs",
        )
        results: Iterator[Result] = parallel(tasks)
        return results

    def _file(self, piece: Piece) -> Path | None:
        if self.kept is None:
            return None
        digest = hashlib.sha256(piece.name.encode()).hexdigest()
        return self.kept / f"{digest[:32]}.npz"

    def _recall(self, piece: Piece) -> Arrays | None:
        file = self._file(piece)
        if file is None or not file.is_file():
            return None
        with np.load(file, allow_pickle=False) as stored:
            return dict(stored)

    def _keep(self, piece: Piece, result: Arrays) -> None:
        if (file := self._file(piece)) is None:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        with aside(file) as part, part.open("wb") as opened:
            np.savez_compressed(opened, allow_pickle=False, **dict(result))


def _untold(
    what: str,
    done: int,
    total: int,
) -> None:
    """No progress shown."""


def _alone(
    master: int,
    do: Callable[..., Result],
    arguments: tuple[Any, ...],
) -> Result:
    """One thread of linear algebra: the same bits however many processes share the machine."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    _end_with(master)
    with threadpool_limits(1):
        return do(*arguments)


def _end_with(master: int) -> None:
    """See that this process ends once the one that started it is gone, killed say: nobody would collect its work.

    A process of a cluster has another parent and is left to it.
    """
    if os.getppid() == master and not _is_watched():
        threading.Thread(
            target=_watch,
            args=(master,),
            name=WATCH,
            daemon=True,
        ).start()


def _is_watched() -> bool:
    return any(t.name == WATCH for t in threading.enumerate())


def _watch(master: int) -> None:
    while os.getppid() == master:
        time.sleep(LOOK_SECONDS)
    os._exit(1)


@contextmanager
def hired(
    jobs: int,
    cluster: str = "",
    kept: Path | None = None,
) -> Iterator[Workers]:
    """Workers for a block of code: of this machine, or of the Dask scheduler at ``cluster``.

    Inside the block every other use of joblib goes to the same workers.

    Raises:
        ConfigError: Dask is not installed, or no scheduler answers at the address.
    """
    if not cluster:
        yield Workers(jobs, kept)
        return
    from joblib import parallel_config

    client = _client(cluster)
    with client, parallel_config(backend="dask", client=client):
        yield Workers(jobs, kept)


def _client(cluster: str) -> Any:
    """A client of the Dask scheduler. Raises ConfigError: Dask is not installed, or no scheduler answers."""
    try:
        from distributed import Client
    except ImportError:
        raise ConfigError(
            "a cluster needs Dask: pip install 'upstander[cluster]'"
        ) from None
    try:
        return Client(cluster, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        said = str(error)
    # A client that could not be made stops its event loop when it is thrown away, and takes the lock of all loops for
    # that. Thrown away whenever memory is tidied up, it once waited for ever inside the start of another loop.
    gc.collect()
    raise ConfigError(
        f"{cluster}: no Dask scheduler answers there ({said}); mend UPSTANDER_CLUSTER"
    )


def folder_of_this_code(root: Path, *inputs: str) -> Path:
    """The folder under ``root`` for pieces made by exactly this code from these inputs; others are removed.

    ``inputs`` name what the pieces depend on besides their own names: hashes of data, versions.
    """
    mine = root / _digest(inputs)[:16]
    for other in root.glob("*"):
        if other.is_dir() and other != mine:
            shutil.rmtree(other)
    return mine


def _digest(inputs: Names) -> str:
    """Changes with the inputs, with the code that pieces run, and with the libraries it calls."""
    digest = hashlib.sha256("\n".join(inputs).encode())
    digest.update(
        code.fingerprint(("core", "lake", "sources", "forecast"), "*.py").encode()
    )
    for library in ("numpy", "scipy", "sklearn", "lightgbm"):
        digest.update(_version(library).encode())
    return digest.hexdigest()


def _version(library: str) -> str:
    from importlib.metadata import version

    return version({"sklearn": "scikit-learn"}.get(library, library))
