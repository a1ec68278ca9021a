"""The real application on a loopback port, on the bundle and a made-up issue."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx2
import pytest
import uvicorn
from tests.report import made_up

from upstander.core.settings import Settings
from upstander.forecast import issue
from upstander.web.app import make


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return forecast_in(tmp_path_factory.mktemp("webhome"))


def forecast_in(folder: Path) -> Path:
    """Put the made-up forecast into a home folder."""
    made = made_up.issue()
    tables = {
        "forecast_draw": made.draws,
        "forecast_chance": made.chances,
        "forecast_reason": made.reasons,
        "forecast_case": made.cases,
    }
    meta = {k: v for k, v in made.meta.items() if k not in ("id", "as_of", "made_on", "files", "caveat")}
    issue.write(folder / "issues", tables, as_of=made_up.AS_OF, made_on=date(2026, 6, 25), meta=meta, hindcast=False)
    return folder


@pytest.fixture(scope="session")
def site(home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make(Settings(home=home)), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def get(site: str) -> Callable[..., httpx2.Response]:
    with httpx2.Client(base_url=site, timeout=30) as client:
        yield lambda path, **more: client.get(path, **more)
