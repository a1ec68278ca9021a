"""kill -9 at moments of chance: while a release is fetched, a forecast run, records written and reports sent from outside.

After each kill everything is proved as ``audit verify`` proves it, and what was acknowledged is looked for: nothing may be lost,
doubled or broken. At the end of each part the same work is done undisturbed. Loopback only. Run:
python -m benchmarks.kills [--fetch 60] [--run 30] [--records 60] [--reports 50]
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import sqlalchemy as sa
from tests.records.made_up import ADMIN, ENVIRONMENT, HEAD
from tests.web.people import token_in
from tests.web.serving import free_port

from upstander import pipeline
from upstander.core.rights import Actor, Role
from upstander.core.settings import Settings
from upstander.forecast import issued, ledger
from upstander.forecast.ledger import Ledger
from upstander.lake import Lake
from upstander.records.accounts import Accounts
from upstander.records.schema import contact
from upstander.records.store import Records
from upstander.report import receipt
from upstander.report.receipt import Installation

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "samples" / "ucdp_country_month.csv"
FETCH = (
    sys.executable,
    "-m",
    "upstander",
    "fetch",
    "ucdp_country_month",
    "--from",
    str(SAMPLE),
    "--known-on",
    "2026-07-01",
)
RUN = (sys.executable, str(ROOT / "tests" / "light_models.py"), "run", "--briefs", "1")
FAR = datetime(2100, 1, 1, tzinfo=UTC)
ANALYST = Actor("ann", "Ann", Role.ANALYST, "gov")
REPORT = {
    "title": "Houses burned",
    "consent_use": "true",
    "consent_share": "false",
    "consent_identify": "false",
}


def main() -> None:
    """Each part with as many kills as asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    for part, number in (("fetch", 60), ("run", 30), ("records", 60), ("reports", 50)):
        asked.add_argument(f"--{part}", type=int, default=number)
    given, rng = asked.parse_args(), random.Random(20261127)
    for part in (fetches, runs, writes, reports):
        with tempfile.TemporaryDirectory() as folder:
            began, words = (
                time.monotonic(),
                part(Path(folder), getattr(given, NAMES[part.__name__]), rng),
            )
            print(
                f"{NAMES[part.__name__]:8} {words}; {time.monotonic() - began:.0f} s",
                flush=True,
            )


NAMES = {"fetches": "fetch", "runs": "run", "writes": "records", "reports": "reports"}


def proved(home: Path) -> None:
    """What ``audit verify`` proves, and that pages have something to read. Raises what does not hold."""
    settings = Settings(home=home)
    here = Installation(
        Ledger.of(settings), pipeline.records_there(settings), Lake(settings.lake)
    )
    receipt.prove(here)
    issued.latest(here.book, date.max)
    if here.records is not None:
        here.records.database.engine.dispose()


def start(
    command: tuple[str, ...], home: Path, **environment: str
) -> subprocess.Popen[bytes]:
    """A command on a home folder, its words thrown away."""
    env = {**ENVIRONMENT, "UPSTANDER_JOBS": "1", **environment}
    return subprocess.Popen(
        [*command, "--home", str(home)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed_at_random(
    command: tuple[str, ...], home: Path, kills: int, rng: random.Random
) -> int:
    """How many were killed before they were over; after each, all is proved."""
    calm = time.monotonic()
    assert start(command, home.with_name("calm")).wait() == 0
    longest, early = time.monotonic() - calm, 0
    for _ in range(kills):
        process = start(command, home)
        with suppress(subprocess.TimeoutExpired):
            process.wait(rng.uniform(0, longest))
        process.kill()
        early += process.wait() == -signal.SIGKILL
        proved(home)
    assert start(command, home).wait() == 0
    proved(home)
    return early


def fetches(folder: Path, kills: int, rng: random.Random) -> str:
    """One release, again and again, into lakes that a kill left; a new home folder after each that came through."""
    early = done = 0
    home = folder / "home0"
    for turn in range(max(1, kills // 15)):
        home = folder / f"home{turn}"
        early += killed_at_random(FETCH, home, min(15, kills), rng)
        done += len(
            Lake(home / "lake").releases(as_of=date.max, source="ucdp_country_month")
        )
    calm = Lake(folder / "calm" / "lake").releases(as_of=date.max)
    assert [r.sha256 for r in Lake(home / "lake").releases(as_of=date.max)] == [
        r.sha256 for r in calm
    ]
    return f"{early} killed before the end, the rest after it; every lake sound, the same releases as undisturbed"


def runs(folder: Path, kills: int, rng: random.Random) -> str:
    """A whole run with light models; the same inputs give the same one issue."""
    early = killed_at_random(RUN, folder / "home", kills, rng)
    for home in (folder / "home", folder / "calm"):
        found = ledger.entries(Ledger.of(Settings(home=home)))
        assert len(found) == 1, found
    staging = list((folder / "home" / "issues").glob(".part-*"))
    assert not staging, staging
    shown = start((sys.executable, "-m", "upstander", "watchlist"), folder / "home").wait()
    assert shown == 0
    return f"{early} killed before the end; one issue, entered once, and the watchlist is shown"


def writes(folder: Path, kills: int, rng: random.Random) -> str:
    """Two processes write pairs of records at once; both are killed."""
    url, said = f"sqlite:///{folder / 'records.db'}", dict[str, str]()
    records = Records.open(url, folder / "keys")
    command = [
        sys.executable,
        str(ROOT / "tests/records/writing_on.py"),
        url,
        str(folder / "keys"),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdin
        assert process.stdout
        for _ in range((kills + 1) // 2):
            process.stdin.write("ann bob\n")
            process.stdin.flush()
            running: list[int] = []
            while (line := process.stdout.readline().strip()) != "over":
                if line.startswith("started"):
                    running.append(int(line.split()[1]))
                    if len(running) == 2:
                        threading.Timer(rng.uniform(0, 0.2), _kill, [running]).start()
                else:
                    said |= dict(pair.split("=") for pair in line.split())
            records.verify()
        process.kill()
    found = {r.id: r.fingerprint for r in records.find(by=HEAD, as_of=FAR, limit=1_000_000)}
    assert {id: found[id] for id in said} == said
    assert len(found) % 2 == 0, "pairs are kept whole or not at all"
    return f"{len(said)} acknowledged records, all kept once; {len(found) - len(said)} kept that nobody heard of"


def _kill(pids: list[int]) -> None:
    import os

    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def reports(folder: Path, kills: int, rng: random.Random) -> str:
    """Reports with contacts through the public form; the server is killed while they come in."""
    home, heard = folder / "home", set[str]()
    home.mkdir()
    records = Records.open(f"sqlite:///{home / 'records.db'}", home / "keys")
    Accounts(records).add_space(
        "gov", "Office", "government", by=ADMIN, now=datetime.now(UTC)
    )
    for turn in range(kills):
        port = free_port()
        server = start(
            (sys.executable, "-m", "upstander", "serve", "--port", str(port)),
            home,
            UPSTANDER_INTAKE="gov",
        )
        begun = threading.Event()
        sender = threading.Thread(target=_send, args=(port, turn, heard, server, begun))
        sender.start()
        assert begun.wait(120), "the server never answered"
        time.sleep(rng.uniform(0, 0.6))
        server.kill()
        server.wait()
        sender.join()
        records.verify()
    kept = records.find(by=ANALYST, as_of=FAR, kinds=("submission",), limit=100_000)
    titles = [r.body["title"] for r in kept]
    assert heard <= set(titles), heard - set(titles)
    assert len(titles) == len(set(titles)), "kept twice"
    with records.database.reading() as connection:
        alone = (
            connection.scalar(sa.select(sa.func.count()).select_from(contact)) or 0
        ) - len(kept)
    return f"{len(heard)} acknowledged reports, all kept once, {len(kept)} in all; {alone} contacts without a report"


def _send(
    port: int,
    turn: int,
    heard: set[str],
    server: subprocess.Popen[bytes],
    begun: threading.Event,
) -> None:
    """Reports one after another until nobody answers."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        number = 0
        while server.poll() is None:
            try:
                form = client.get("/report")
                begun.set()
                once = re.search(r'name="_once" value="([^"]+)"', form.text)
                title = f"report {turn} {number}"
                sent = {
                    **REPORT,
                    "title": title,
                    "text": f"seen {title}",
                    "csrf": token_in(form),
                    "contact_phone": "1",
                }
                answer = client.post(
                    "/report",
                    data={**sent, "_once": once[1] if once else ""},
                    headers={"origin": str(client.base_url).rstrip("/")},
                )
                if answer.status_code == 201:
                    heard.add(title)
                number += 1
            except httpx2.HTTPError:
                time.sleep(0.02)


if __name__ == "__main__":
    main()
