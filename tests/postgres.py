"""A real PostgreSQL for the tests: a cluster in a temporary folder, reached by a socket in it, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Cluster:
    """A running server, its socket in ``folder``."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        """URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def run(self, words: str) -> None:
        """One statement, outside of a transaction."""
        import psycopg

        with psycopg.connect(
            f"host={self.folder} user=postgres dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(words)  # type: ignore[call-overload]

    @contextmanager
    def database(self, template: str = "newest") -> Iterator[str]:
        """URL of a database copied from ``newest`` (our tables) or ``template0`` (nothing)."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running() -> Iterator[Cluster]:
    """Start a cluster, make the template ``newest``, stop and remove all of it in the end; skip where there is none."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name)
    )
    found = shutil.which("initdb")
    programs = Path(found).parent if found else (installed[-1] if installed else None)
    if programs is None:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="upstander-pg-"))
    as_user = (
        {"user": "postgres"} if os.geteuid() == 0 else {}
    )  # PostgreSQL refuses to run as root
    if as_user:
        shutil.chown(folder, "postgres")

    def call(*words: str) -> None:
        subprocess.run(
            [str(programs / words[0]), *words[1:]],
            check=True,
            cwd=folder,
            timeout=120,
            stdout=subprocess.DEVNULL,
            **as_user,
        )  # type: ignore[call-overload]

    data = str(folder / "data")
    # No fsync: these tests kill processes, never the machine, and what the system has been handed survives that.
    settings = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=130 -c shared_buffers=64MB"
    try:
        call(
            "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        call("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", settings, "start")
        try:
            cluster = Cluster(folder)
            _make_template(cluster)
            yield cluster
        finally:
            call("pg_ctl", "-D", data, "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_template(cluster: Cluster) -> None:
    from upstander.records.database import open_database

    cluster.run("CREATE DATABASE newest")
    open_database(cluster.url("newest")).engine.dispose()
