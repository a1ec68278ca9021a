"""Many hands at once over HTTP, on the real server: nothing accepted is lost, nothing is overwritten unseen, also when killed."""

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import httpx2
import pytest
from tests.conftest import ROOT
from tests.web.people import office
from tests.web.reviews.test_views import begun
from tests.web.serving import free_port

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role

pytestmark = pytest.mark.slow
ANALYSTS, CODES, TRIES, SECONDS = 100, ("9.1", "9.2", "7.5", "7.6", "6.1"), 3, 30
TLS = (
    ssl.create_default_context()
)  # made once: each client would take 20 ms for one that it never needs
KILLS, WRITERS, WRITING = 2, 6, 1.5  # per database; seconds of writing before each kill


@contextmanager
def serving(folder, records_url, port):
    """``upstander serve`` as an office runs it, in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "upstander",
        "serve",
        "--home",
        str(folder),
        "--port",
        str(port),
    ]
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "UPSTANDER_RECORDS_URL": records_url,
    }
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        ready = time.monotonic() + 90
        while time.monotonic() < ready:
            try:
                httpx2.get(f"http://127.0.0.1:{port}/sign-in", timeout=5, verify=TLS)
                break
            except httpx2.TransportError:
                assert process.poll() is None, process.stderr.read().decode()
                time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait(10)


def hand(home, actor, port):
    """An asynchronous client of somebody signed in, and the headers a write needs."""
    signed_in = home.client(actor)
    here = f"http://127.0.0.1:{port}"
    return httpx2.AsyncClient(
        base_url=here,
        timeout=60,
        verify=TLS,
        cookies={"session": signed_in.cookies["session"]},
        headers={"origin": here, "x-csrf-token": signed_in.csrf},
    )


class Kept:
    """What the server acknowledged and what it refused, as the clients saw it."""

    def __init__(self):
        self.ratings, self.comments, self.conflicts, self.other = {}, {}, [], Counter()


async def work(client, review, name, number, kept, until):
    """One analyst: a comment of her own, and an edit of an indicator that nineteen others edit too."""
    answer = await client.post(
        "/records/comment",
        json={
            "fields": {"peer": name, "about": "F1", "text": f"comment {name}"},
            "parent": review,
            "place": "SDN",
            "why": f"by {name}",
        },
    )
    if answer.status_code == 201:
        kept.comments[answer.json()["id"]] = f"comment {name}"
    else:
        kept.other[answer.status_code] += 1
    code, expected = CODES[number % len(CODES)], 0
    for attempt in range(TRIES):
        if time.monotonic() > until:
            return
        note = f"{name} attempt {attempt}"
        answer = await client.post(
            f"/assessments/{review}/rate/{code}",
            json={
                "fields": {"level": str(number % 5), "note": note},
                "why": f"by {name}",
                "expected": expected,
            },
        )
        if answer.status_code in (200, 201):
            kept.ratings[code, answer.json()["version"]] = note
            return
        if answer.status_code != 409:
            kept.other[answer.status_code] += 1
            return
        told = answer.json()
        kept.conflicts.append((note, told["conflict"]))
        expected = told["expected"]


def test_a_hundred_analysts_editing_one_review_lose_nothing(tmp_path, postgres_url):
    home = office(tmp_path, records_url=postgres_url)
    review, port = begun(home).id, free_port()
    analysts = [
        home.account(Role.ANALYST, "justice", f"analyst{n:03d}") for n in range(ANALYSTS)
    ]
    kept = Kept()

    async def everybody():
        clients = [hand(home, a, port) for a in analysts]
        until = time.monotonic() + SECONDS
        await asyncio.gather(
            *(
                work(c, review, a.account, n, kept, until)
                for n, (c, a) in enumerate(zip(clients, analysts, strict=True))
            )
        )
        await asyncio.gather(*(c.aclose() for c in clients))

    with serving(tmp_path, postgres_url, port):
        asyncio.run(everybody())
    assert not kept.other
    assert len(kept.comments) == ANALYSTS
    assert kept.conflicts, (
        "nobody wrote at the same time as somebody else: this test showed nothing"
    )
    by, records = analysts[0], home.state.records
    found = records.find(by=by, as_of=now(), kinds=["comment"], parent=review, limit=1000)
    assert {r.id: r.body["text"] for r in found} == kept.comments
    notes = set()
    for rating in records.find(by=by, as_of=now(), kinds=["rating"], parent=review):
        versions = records.history("rating", rating.id, by=by, as_of=now())
        assert [v.version for v in versions] == list(range(1, len(versions) + 1))
        assert {(v.body["code"], v.version): v.body["note"] for v in versions} == {
            k: note for k, note in kept.ratings.items() if k[0] == rating.body["code"]
        }
        notes |= {v.body["note"] for v in versions}
    assert len(notes) == len(kept.ratings) >= len(CODES)
    for ours, told in kept.conflicts:  # both versions, field by field
        change = next(c for c in told["changes"] if c["name"] == "note")
        assert change["after"] == ours
        assert change["before"] in notes
        assert told["version"] >= 1
    records.verify()


def test_a_killed_server_loses_no_acknowledged_record(tmp_path, records_url):
    home = office(tmp_path, records_url=records_url)
    review, by = begun(home).id, home.account(Role.ANALYST, "justice", "writer0")
    writers = [home.account(Role.ANALYST, "justice", f"writer{n}") for n in range(WRITERS)]
    acknowledged = {}

    async def write(client, name, round_):
        for number in range(10_000):
            text = f"{name} {round_} {number}"
            try:
                answer = await client.post(
                    "/records/comment",
                    json={
                        "fields": {"peer": name, "about": "F1", "text": text},
                        "parent": review,
                        "place": "SDN",
                        "why": "w",
                    },
                )
            except httpx2.TransportError:
                return  # the server is gone; this one was not acknowledged
            assert answer.status_code == 201, answer.text
            acknowledged[answer.json()["id"]] = text

    async def until_killed(process, port, round_):
        clients = [hand(home, w, port) for w in writers]
        tasks = [
            asyncio.create_task(write(c, w.account, round_))
            for c, w in zip(clients, writers, strict=True)
        ]
        before = len(acknowledged)
        while (
            len(acknowledged) < before + WRITERS
        ):  # every kill comes in the middle of writing
            await asyncio.sleep(0.02)
        await asyncio.sleep(WRITING)
        os.kill(process.pid, signal.SIGKILL)
        await asyncio.gather(*tasks)
        await asyncio.gather(*(c.aclose() for c in clients))
        assert len(acknowledged) > before

    for round_ in range(KILLS):
        port = free_port()
        with serving(tmp_path, records_url, port) as process:
            asyncio.run(until_killed(process, port, round_))
    home.state.records.verify()
    found = home.state.records.find(
        by=by, as_of=now(), kinds=["comment"], parent=review, limit=10_000
    )
    kept = {r.id: r.body["text"] for r in found}
    assert {id: kept.get(id) for id in acknowledged} == acknowledged
    assert (
        len(kept) <= len(acknowledged) + KILLS * WRITERS
    )  # besides, only what was on its way when the kill came
    port = free_port()
    with serving(tmp_path, records_url, port):

        async def count():
            async with hand(home, by, port) as client:
                return (await client.get(f"/records/comment.json?parent={review}")).json()[
                    "count"
                ]

        assert asyncio.run(count()) == len(kept)
