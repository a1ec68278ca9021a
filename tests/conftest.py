"""Shared fixtures. The product never needs the shared data; some tests do, and skip without it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data and benchmarks, or a skip that says how to get it."""
    folder = Path(os.environ.get("UPSTANDER_SHARED", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("needs the shared data folder: set UPSTANDER_SHARED to it")
    return folder
