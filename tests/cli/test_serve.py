"""``upstander serve`` as whoever sets it up meets it: where it listens, what it prints, whom it believes."""

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from tests.web.serving import free_port

from upstander.cli.serve import listen

ROOT = Path(__file__).resolve().parents[2]
OFFICE = "https://upstander.example.org"


@contextmanager
def serving(home, **settings):
    """The server in a process of its own: where it is, and the link it prints for the first administrator."""
    port = free_port()
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **settings}
    command = [
        sys.executable,
        "-u",
        "-m",
        "upstander",
        "serve",
        "--home",
        str(home),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, env=env, text=True, stderr=subprocess.PIPE)
    said = ""
    try:
        while "/setup?token=" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        yield f"http://127.0.0.1:{port}", said
    finally:
        process.terminate()
        process.communicate(timeout=120)


def failures(here, host, sources):
    """What each of several tries to sign in with a wrong password is answered."""
    said = []
    for source in sources:
        with httpx2.Client(
            base_url=here, timeout=120, headers={"host": host, "x-forwarded-for": source}
        ) as client:
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)[
                1
            ]
            cookies = {"__Host-form": client.cookies.get("__Host-form")}
            answer = client.post(
                "/sign-in",
                data={"csrf": token, "name": "amira", "password": "wrong"},
                headers={
                    "origin": OFFICE,
                    "cookie": f"__Host-form={cookies['__Host-form']}",
                },
            )
            said.append(answer.status_code)
    return said


SOURCES = [f"192.0.2.{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("proxies", "said"), [("", [401] * 5 + [429]), ("127.0.0.1", [401] * 6)]
)
def test_only_a_configured_proxy_is_believed_about_where_people_come_from(
    tmp_path, proxies, said
):
    with serving(tmp_path, UPSTANDER_URL=OFFICE, UPSTANDER_PROXIES=proxies) as (
        here,
        printed,
    ):
        assert f"{OFFICE}/setup?token=" in printed, "the link is at the address people use"
        assert ("UPSTANDER_PROXIES is not set" in printed) == (not proxies)
        assert failures(here, "upstander.example.org", SOURCES) == said
        answer = httpx2.get(
            f"{here}/about", headers={"host": "upstander.example.org"}, timeout=120
        )
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        head = httpx2.head(
            f"{here}/", headers={"host": "upstander.example.org"}, timeout=120
        )
        assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("0.0.0.0", "passwords in the clear"),  # noqa: S104
        ("::", "passwords in the clear"),
        ("here", "no address"),
    ],
)
def test_passwords_do_not_travel_in_the_clear(upstander, tmp_path, host, words):
    done = upstander("serve", "--home", tmp_path, "--host", host)
    assert (done.returncode, words in " ".join(done.stderr.split())) == (2, True)


def test_an_answer_is_sent_at_once_and_waits_for_no_acknowledgement():
    with listen(ip_address("127.0.0.1"), 0) as held:
        asked = socket.create_connection(held.getsockname())
        answering, _ = held.accept()
        assert answering.proto == socket.IPPROTO_TCP, (
            "the event loop switches Nagle's algorithm off for no other"
        )
        asked.close()
        answering.close()
