"""Shared fixtures. The product never needs the shared data; some tests do, and skip without it."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.postgres import Cluster, running
from tests.shared_data import ROOT, SHARED

HEAVY = (  # whole models, large files, crowds; in this order: with two workers the longest must not begin last
    "test_after_a_run.py",
    "test_matrix.py",
    "test_accessible.py",
    "test_pipeline.py",
    "test_repeat.py",
    "test_annual.py",
    "test_many_hands.py",
    "test_journeys.py",
    "test_ewp.py",
    "test_leakage_monthly.py",
    "test_leakage_yearly.py",
    "test_models.py",
    "test_uploads.py",
    "test_audit.py",
)
settings.register_profile(
    "shared", parent=settings(), deadline=None
)  # how busy the machine is proves nothing
settings.load_profile("shared")
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and benchmarks, or a skip that says how to get it."""
    if not SHARED.is_dir():
        pytest.skip("needs the shared data folder: set UPSTANDER_SHARED to it")
    return SHARED


@pytest.fixture(scope="session")
def upstander() -> Command:
    """Run the command line as a user would, in a process of its own."""

    def run(
        *words: object, timeout: float = 600, **options: object
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "upstander", *map(str, words)]
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "140"}
        return subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, env=env, **options
        )  # type: ignore[call-overload,no-any-return]

    return run


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL of our own in a temporary folder, or a skip that says what to install."""
    with running() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """URL of a fresh database with the records' newest tables; gone after the test."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a fresh database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The real application and real databases are no quick tests: ``make unit`` leaves them to ``make test``."""
    for item in items:
        if {"web", "records", *HEAVY} & set(item.path.relative_to(ROOT).parts):
            item.add_marker(pytest.mark.slow)
    items.sort(
        key=lambda i: HEAVY.index(i.path.name) if i.path.name in HEAVY else len(HEAVY)
    )


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage, over and over, took a twentieth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
