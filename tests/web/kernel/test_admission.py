"""Too much at once is refused in words and at once; slow and half-sent requests are cut, and others are served meanwhile."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient
from tests.web.people import office
from tests.web.serving import served

from upstander.web.kernel.admission import Admission
from upstander.web.kernel.cache import Overloaded
from upstander.web.kernel.slow_clients import Patience

LONG = 60  # seconds after which a test that hangs fails


@pytest.fixture
def gate():
    """An application of one page that waits, behind an admission of two."""
    app, begun, go_on = FastAPI(), threading.Semaphore(0), threading.Event()

    @app.get("/slow")
    def slow() -> str:
        begun.release()
        assert go_on.wait(LONG)
        return "done"

    @app.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(Admission, at_once=2)
    yield app, begun, go_on
    go_on.set()


def test_one_too_many_is_refused_in_words_while_the_others_are_answered(gate):
    app, begun, go_on = gate
    with served(app) as url, ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(httpx2.get, f"{url}/slow", timeout=LONG) for _ in range(2)]
        for _ in asked:
            assert begun.acquire(timeout=LONG)
        refused = httpx2.get(f"{url}/slow", timeout=LONG)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert "try again in a few seconds" in refused.text
        assert httpx2.get(f"{url}/slow.json", timeout=LONG).json()["error"] == "Busy"
        go_on.set()
        assert [f.result(LONG).status_code for f in asked] == [200, 200]
        assert httpx2.get(f"{url}/slow", timeout=LONG).status_code == 200


def test_requests_that_only_wait_for_their_senders_take_nobodys_place(gate):
    app, _, go_on = gate
    go_on.set()
    with served(app) as url:
        host, port = url.removeprefix("http://").split(":")
        slow = [socket.create_connection((host, int(port))) for _ in range(6)]
        for one in slow:
            one.sendall(
                b"POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc"
            )
        assert httpx2.get(f"{url}/slow", timeout=LONG).status_code == 200
        for one in slow:
            one.close()


def test_a_day_too_many_is_refused_as_busy_too(tmp_path):
    home = office(tmp_path)

    def busy(edition):
        raise Overloaded

    home.state.figures = busy
    with TestClient(home.app, base_url="http://127.0.0.1") as visitor:
        for path in ("/", "/countries/SDN", "/countries/SDN.json"):
            answer = visitor.get(path)
            assert (path, answer.status_code) == (path, 503)
            assert answer.headers["retry-after"]


def is_cut(connection: socket.socket) -> bool:
    """Whether the other side ends the connection, within a generous time."""
    connection.settimeout(LONG)
    try:
        while connection.recv(65_536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n",
        b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 50000\r\n\r\n{",
        b"GET /static/style.css HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\nG",
    ],
    ids=["nothing", "half a head", "half a body", "half a second request"],
)
def test_a_connection_that_sends_half_a_request_is_cut(tmp_path, sent):
    patience = Patience(head_seconds=0.3, body_seconds=0.3)
    with served(office(tmp_path).app, patience) as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(sent)
            assert is_cut(connection)


def test_a_large_body_that_keeps_coming_is_not_cut(tmp_path):
    app = FastAPI()

    @app.post("/body")
    async def body(request: Request) -> int:
        return len(await request.body())

    with served(app, Patience(body_seconds=4, body_bytes=1)) as url:
        parts, pause = 10, asyncio.sleep

        async def send() -> int:
            async def content():
                for _ in range(parts):
                    await pause(0.5)  # longer together than one stretch
                    yield b"x" * 1000

            async with httpx2.AsyncClient(timeout=LONG) as client:
                return (await client.post(f"{url}/body", content=content())).json()

        assert asyncio.run(send()) == 1000 * parts


def test_many_half_sent_requests_leave_room_for_others(tmp_path):
    most = 20
    with served(office(tmp_path).app, Patience(most_waiting=most)) as url:
        host, port = url.removeprefix("http://").split(":")
        half = []
        for _ in range(3 * most):
            half.append(socket.create_connection((host, int(port))))
            half[-1].sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n")
        assert httpx2.get(f"{url}/static/style.css", timeout=LONG).status_code == 200
        assert is_cut(half[0])
        for one in half:
            one.close()
