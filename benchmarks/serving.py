"""How the pages stand up to visitors, on loopback and within bounds: the first answer, 50 requests a second, many days, half requests.

    PYTHONPATH=src python -m benchmarks.serving HOME [SECONDS]     # HOME: a folder after ``upstander run``; 60 s a page

An account, a review with ratings and a session are put into a copy of HOME's records; HOME itself is only read. Prints each
figure beside its target; nothing fails here: a figure above its target is looked into by a person, on an idle machine.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import httpx2
from benchmarks import assessment_pages
from benchmarks.assessment_pages import PLACE, now
from tests.web.serving import free_port

from upstander.core.settings import Settings
from upstander.web.app import make
from upstander.web.kernel.sessions import token_hash

RATE, DAYS, HALF = (
    50,
    20,
    1300,
)  # requests a second; visitors on days of their own; half-sent requests
FIRST_MS, MEDIAN_MS, LATE_MS, DAY_SECONDS, MEMORY_MB = 1500, 60, 200, 5, 900
TOKEN, LONGEST = "token" * 8, 30.0  # seconds a request may take before it counts as failed
ITEMS = 50  # of evidence: a review as an office has it after some weeks


def prepared(home: Path, folder: Path) -> str:
    """A copy of the home with a review; gives the review's id."""
    shutil.copytree(home, folder, dirs_exist_ok=True)
    state = make(Settings(home=folder)).state.installation
    assessment_pages.ITEMS = ITEMS
    id, lead, _ = assessment_pages.full(state)
    state.accounts.start_session(
        token_hash(TOKEN),
        lead.account,
        csrf="c" * 30,
        ends=now() + timedelta(hours=3),
        now=now(),
    )
    return str(id)


class Server:
    """``upstander serve`` in a process of its own; ``launched`` and ``said`` are when it was started and said where it is."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        command = [
            sys.executable,
            "-u",
            "-m",
            "upstander",
            "serve",
            "--home",
            str(home),
            "--port",
            str(self.port),
        ]
        self.launched = time.perf_counter()
        self.process = subprocess.Popen(
            command, env=dict(os.environ), stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        while "Upstander is at" not in self.process.stderr.readline():
            assert self.process.poll() is None
        self.said = time.perf_counter()
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def megabytes(self) -> float:
        """Memory it holds now."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)


async def timed(client: httpx2.AsyncClient, path: str) -> tuple[int, float]:
    """Status, 0 where there was no answer, and milliseconds."""
    began = time.perf_counter()
    try:
        status = (await client.get(path)).status_code
    except httpx2.HTTPError:
        status = 0
    return status, 1000 * (time.perf_counter() - began)


async def steady(
    client: httpx2.AsyncClient, path: str, seconds: int
) -> list[tuple[int, float]]:
    """RATE requests a second, sent whether or not those before were answered."""
    began, asked = time.perf_counter(), []
    for n in range(RATE * seconds):
        await asyncio.sleep(max(0.0, began + n / RATE - time.perf_counter()))
        asked.append(asyncio.create_task(timed(client, path)))
    return list(await asyncio.gather(*asked))


def client_of(url: str, *, signed_in: bool) -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=50)
    cookies = {"session": TOKEN} if signed_in else {}
    return httpx2.AsyncClient(base_url=url, timeout=LONGEST, cookies=cookies, limits=limits)


async def pages_under_load(server: Server, review: str, seconds: int) -> None:
    """Each page in turn, for a visitor and for somebody signed in."""
    pages = (
        "/",
        f"/countries/{PLACE}",
        f"/countries/{PLACE}/assessment",
        f"/assessments/{review}",
    )
    for signed_in in (False, True):
        for path in (
            pages if signed_in else pages[:2]
        ):  # a visitor is asked to sign in for the others
            async with client_of(server.url, signed_in=signed_in) as client:
                await timed(client, path)
                before = server.megabytes
                answers = await steady(client, path, seconds)
            took = sorted(ms for _, ms in answers)
            failed = sum(status != 200 for status, _ in answers)
            who = "signed in" if signed_in else "visitor"
            print(
                f"{path.replace(review, 'ID'):30} {who:10} median {took[len(took) // 2]:6.0f} (target {MEDIAN_MS}) "
                f"p95 {took[int(len(took) * 0.95)]:6.0f} ms ({LATE_MS})  failed {failed} of {len(took)}  "
                f"memory {before:.0f} to {server.megabytes:.0f} MB ({MEMORY_MB})"
            )


async def many_days(server: Server) -> None:
    """DAYS visitors at once, each on a day of its own."""
    days = [f"/?as_of={2024 + n // 12}-{n % 12 + 1:02d}-15" for n in range(DAYS)]
    async with client_of(server.url, signed_in=False) as client:
        answers = await asyncio.gather(*(timed(client, path) for path in days))
    print(
        f"{DAYS} visitors on {DAYS} days: the last waits {max(ms for _, ms in answers) / 1000:.1f} s ({DAY_SECONDS}), "
        f"failed {sum(status != 200 for status, _ in answers)}, memory {server.megabytes:.0f} MB"
    )


async def half_sent(server: Server) -> None:
    """HALF requests without their end, and somebody who asks meanwhile."""
    writers = []
    for _ in range(HALF):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n")
        writers.append(writer)
    async with client_of(server.url, signed_in=False) as client:
        answers = [await timed(client, "/") for _ in range(20)]
    for writer in writers:
        writer.close()
    print(
        f"beside {HALF} half-sent requests: the slowest of 20 {max(ms for _, ms in answers):.0f} ms, "
        f"failed {sum(status != 200 for status, _ in answers)}"
    )


def main(home: str, seconds: str = "60") -> None:
    """Measure all four and print."""
    with tempfile.TemporaryDirectory() as folder:
        review = prepared(Path(home), Path(folder))
        server = Server(Path(folder))
        try:
            answer = httpx2.get(f"{server.url}/", timeout=LONGEST)
            first = 1000 * (time.perf_counter() - server.said)
            print(
                f"first answer {first:.0f} ms after it says where it is ({FIRST_MS}), "
                f"{1000 * (server.said - server.launched):.0f} ms after its start; status {answer.status_code}"
            )
            asyncio.run(many_days(server))
            asyncio.run(pages_under_load(server, review, int(seconds)))
            asyncio.run(half_sent(server))
        finally:
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:3])
