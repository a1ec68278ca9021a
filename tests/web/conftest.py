"""The real application on a loopback port, on the bundle and a made-up issue; and a real Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from tests.web.serving import forecast_in, served

from upstander.core.settings import Settings
from upstander.web.app import make

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return forecast_in(tmp_path_factory.mktemp("webhome"))


@pytest.fixture(scope="session")
def site(home: Path) -> Iterator[str]:
    with served(make(Settings(home=home))) as url:
        yield url


@pytest.fixture(scope="session")
def get(site: str) -> Callable[..., httpx2.Response]:
    with httpx2.Client(base_url=site, timeout=300) as client:
        yield lambda path, **more: client.get(path, **more)


@pytest.fixture(
    scope="module"
)  # its event loop would be in the way of tests that run one of their own
def browser():
    """A real Chromium, or a skip."""
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium at /usr/bin/chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        try:
            yield started
        finally:
            started.close()
