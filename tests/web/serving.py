"""The real application on a loopback port, and a made-up forecast to show there."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from tests.report import made_up

from upstander.forecast import issue, ledger
from upstander.forecast.ledger import Ledger
from upstander.web.kernel.slow_clients import Patience, config


def free_port() -> int:
    """A loopback port that nobody has just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(app: FastAPI, patience: Patience | None = None) -> Iterator[str]:
    """The application on a free loopback port; gives its address."""
    port = free_port()
    server = uvicorn.Server(config(app, patience, host="127.0.0.1", port=port))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def forecast_in(
    folder: Path,
    chance: Mapping[str, float] = made_up.CHANCE,
    as_of: date = made_up.AS_OF,
) -> Path:
    """Put the made-up forecast into a home folder; an earlier one goes in before a later one."""
    made = made_up.issue(chance)
    tables = {
        "forecast_draw": made.draws,
        "forecast_chance": made.chances,
        "forecast_reason": made.reasons,
        "forecast_case": made.cases,
    }
    meta = {
        k: v
        for k, v in made.meta.items()
        if k not in ("id", "as_of", "made_on", "files", "caveat")
    }
    day, book = (
        as_of + timedelta(days=1),
        Ledger(folder / "ledger.jsonl", folder / "issues", folder / "keys"),
    )
    written = issue.write(
        book.issues, tables, as_of=as_of, made_on=day, meta=meta, hindcast=False
    )
    ledger.append(book, written, beside={"records": {}, "lake": {}})
    return folder
