"""Fetching over HTTP from servers that behave, misbehave and lie. Loopback only."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from upstander.core.download import Patience, download
from upstander.core.errors import SourceChanged, SourceUnavailable
from upstander.core.types import Download

BODY = b"PK\x03\x04" + bytes(range(256)) * 400
QUICK = Patience(
    attempts=4,
    first_wait=0.01,
    most_wait=0.05,
    connect=1,
    silence=0.4,
    most_redirects=3,
    whole=5,
)
Reply = Callable[[BaseHTTPRequestHandler], None]


class Publisher:
    """A server that answers each request by the next reply; the last one repeats."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[dict[str, str]] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                publisher.asked.append(
                    {k.lower(): v for k, v in self.headers.items()} | {"path": self.path}
                )
                reply = publisher.replies[
                    min(len(publisher.asked), len(publisher.replies)) - 1
                ]
                reply(self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/data.zip"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()


def answer(
    code: int = 200, body: bytes = BODY, length: int | None = -1, **headers: str
) -> Reply:
    """A reply; ``length`` -1 tells the truth, None says nothing, another number lies."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if length is not None:
            handler.send_header(
                "Content-Length", str(len(body) if length == -1 else length)
            )
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        with suppress(OSError):  # the client hangs up once it has read enough
            handler.wfile.write(body)

    return reply


def broken_off(after: int, **headers: Any) -> Reply:
    """Promises the whole and hangs up after some bytes."""
    return answer(body=BODY[:after], length=len(BODY), **headers)


def rest(handler: BaseHTTPRequestHandler) -> None:
    """Honours Range for the version "v1"."""
    start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
    said = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
    answer(206, BODY[start:], Content_Range=said, ETag='"v1"')(handler)


def fetch(publisher: Publisher, folder: Path, **item: Any) -> Path:
    wanted = Download(
        publisher.url, "data.zip", **{"least_bytes": 100, "magic": b"PK\x03\x04", **item}
    )
    return download(
        wanted, folder, agent="upstander-test", progress=lambda *_: None, patience=QUICK
    )


def visible(folder: Path) -> list[str]:
    return sorted(
        f.name for f in folder.iterdir() if not f.name.endswith((".part", ".json"))
    )


def test_a_file_arrives_whole_under_its_name_and_the_agent_is_told(publisher, tmp_path):
    publisher.replies = [answer(ETag='"v1"')]
    seen: list[tuple[int, int | None]] = []
    item = Download(publisher.url, "data.zip", magic=b"PK\x03\x04")
    got = download(
        item,
        tmp_path / "new",
        agent="upstander/0.1",
        progress=lambda *p: seen.append(p),
        patience=QUICK,
    )
    assert got.read_bytes() == BODY
    assert publisher.asked[0]["user-agent"] == "upstander/0.1"
    assert publisher.asked[0]["accept-encoding"] == "identity"
    assert seen[0] == (0, len(BODY))
    assert seen[-1] == (len(BODY), len(BODY))
    assert [n for n, _ in seen] == sorted(n for n, _ in seen)
    assert sorted(f.name for f in got.parent.iterdir()) == [
        "data.zip",
        "data.zip.http.json",
    ]


def test_an_unchanged_file_is_not_fetched_again(publisher, tmp_path):
    publisher.replies = [answer(ETag='"v1"'), answer(304, b"", length=None)]
    first = fetch(publisher, tmp_path)
    stamp = first.stat().st_mtime_ns
    assert fetch(publisher, tmp_path) == first
    assert publisher.asked[1]["if-none-match"] == '"v1"'
    assert first.stat().st_mtime_ns == stamp


def test_a_changed_file_takes_the_place_of_the_old_one(publisher, tmp_path):
    newer = BODY + b"more"
    publisher.replies = [answer(ETag='"v1"'), answer(body=newer, ETag='"v2"')]
    fetch(publisher, tmp_path)
    assert fetch(publisher, tmp_path).read_bytes() == newer


def test_a_file_somebody_edited_is_fetched_anew(publisher, tmp_path):
    publisher.replies = [answer(ETag='"v1"')]
    fetch(publisher, tmp_path).write_bytes(b"edited")
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert "if-none-match" not in publisher.asked[1]


def test_a_connection_that_breaks_is_continued_where_it_broke(publisher, tmp_path):
    publisher.replies = [broken_off(5_000, ETag='"v1"'), rest]
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert publisher.asked[1]["range"].startswith("bytes=")
    assert publisher.asked[1]["if-range"] == '"v1"'


def test_the_next_call_continues_what_an_earlier_one_left(publisher, tmp_path):
    publisher.replies = [broken_off(5_000, ETag='"v1"'), answer(503, b"")]
    with pytest.raises(SourceUnavailable):
        fetch(publisher, tmp_path)
    assert visible(tmp_path) == []
    publisher.replies, publisher.asked = [rest], []
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert int(publisher.asked[0]["range"][6:-1]) > 0


def test_a_file_that_changed_in_between_is_never_mixed(publisher, tmp_path):
    newer = bytes(reversed(BODY))
    newer = b"PK\x03\x04" + newer
    publisher.replies = [broken_off(5_000, ETag='"v1"'), answer(body=newer, ETag='"v2"')]
    assert fetch(publisher, tmp_path).read_bytes() == newer


def test_a_server_that_ignores_if_range_does_not_mix_versions_either(publisher, tmp_path):
    def rest_of_another(handler: BaseHTTPRequestHandler) -> None:
        start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        answer(
            206,
            b"x" * 10,
            Content_Range=f"bytes {start}-{start + 9}/{start + 10}",
            ETag='"v2"',
        )(handler)

    publisher.replies = [
        broken_off(5_000, ETag='"v1"'),
        rest_of_another,
        answer(ETag='"v2"'),
    ]
    assert fetch(publisher, tmp_path).read_bytes() == BODY


@pytest.mark.parametrize("said", ["bytes 0-9/10", "bytes 7-9/10", "nonsense", ""])
def test_a_rest_that_begins_elsewhere_is_thrown_away(said, publisher, tmp_path):
    publisher.replies = [
        broken_off(5_000, ETag='"v1"'),
        answer(206, b"0123456789", Content_Range=said),
        answer(),
    ]
    assert fetch(publisher, tmp_path).read_bytes() == BODY


def test_a_part_longer_than_the_file_is_thrown_away(publisher, tmp_path):
    publisher.replies = [broken_off(5_000, ETag='"v1"'), answer(416, b""), answer()]
    assert fetch(publisher, tmp_path).read_bytes() == BODY


def test_without_a_version_a_broken_file_begins_anew(publisher, tmp_path):
    publisher.replies = [broken_off(5_000), answer()]
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert "range" not in publisher.asked[1]


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(code, publisher, tmp_path):
    publisher.replies = [answer(code, b"busy"), answer(code, b"busy"), answer()]
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert len(publisher.asked) == 3


def test_a_server_that_stays_busy_is_given_up_after_every_attempt(publisher, tmp_path):
    publisher.replies = [answer(503, b"")]
    with pytest.raises(
        SourceUnavailable,
        match=r"the server answered 503 \(tried 4 times\); try again later",
    ):
        fetch(publisher, tmp_path)
    assert len(publisher.asked) == QUICK.attempts
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("said", ["3600", "Wed, 21 Oct 2099 07:28:00 GMT", "soon", "-5"])
def test_retry_after_is_honoured_but_bounded(said, publisher, tmp_path):
    publisher.replies = [answer(429, b"", Retry_After=said), answer()]
    # unbounded, the hour that was asked for would outlast any run of the tests
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert len(publisher.asked) == 2


def test_nobody_listening_is_unavailable(tmp_path):
    silent = Publisher()
    silent.close()
    with pytest.raises(SourceUnavailable, match="try again later"):
        fetch(silent, tmp_path)


def test_a_server_that_falls_silent_is_left(publisher, tmp_path):
    def fall_silent(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(BODY)))
        handler.end_headers()
        handler.wfile.write(BODY[:1000])
        handler.wfile.flush()
        time.sleep(0.8)
        handler.close_connection = True

    publisher.replies = [fall_silent, answer()]
    assert fetch(publisher, tmp_path).read_bytes() == BODY


@pytest.mark.parametrize(
    ("code", "said"),
    [(404, "is gone"), (410, "is gone"), (403, "needs a key"), (400, "not given")],
)
def test_a_refusal_is_not_asked_again(code, said, publisher, tmp_path):
    publisher.replies = [answer(code, b"no")]
    with pytest.raises(SourceChanged, match=said):
        fetch(publisher, tmp_path)
    assert len(publisher.asked) == 1


def test_redirects_without_end_are_given_up(publisher, tmp_path):
    publisher.replies = [answer(302, b"", Location="/again.zip")]
    with pytest.raises(SourceChanged, match="redirects without end"):
        fetch(publisher, tmp_path)
    assert len(publisher.asked) <= QUICK.most_redirects + 1


def test_one_redirect_is_followed(publisher, tmp_path):
    publisher.replies = [answer(302, b"", Location="/moved.zip"), answer()]
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert publisher.asked[1]["path"] == "/moved.zip"


LIES = {
    "a page by its type": (
        answer(body=b"<html>Sign in</html>" * 50, Content_Type="text/html; charset=utf-8"),
        "web page",
    ),
    "a page called a zip": (
        answer(body=b"\n<!DOCTYPE html>" * 50, Content_Type="application/zip"),
        "web page",
    ),
    "other bytes": (answer(body=b"RAR!" * 500), "begins with b'RAR!', should with"),
    "a stump": (answer(body=b"PK\x03\x04" + b"x" * 50), "has 54 bytes, fewer than 100"),
    "too large by its length": (
        answer(length=10**12),
        "says it has 1,000,000,000,000 bytes",
    ),
    "too large without a length": (
        answer(body=BODY * 3, length=None),
        "is larger than 200,000 bytes",
    ),
    "a bomb in gzip": (answer(Content_Encoding="gzip"), "comes compressed"),
    "an empty file": (answer(body=b""), "has 0 bytes, fewer than 100"),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_lie_is_refused_at_once_and_nothing_is_visible(lie, publisher, tmp_path):
    reply, said = LIES[lie]
    publisher.replies = [reply]
    with pytest.raises(SourceChanged, match=said) as error:
        fetch(publisher, tmp_path, most_bytes=200_000)
    assert publisher.url in str(error.value)
    assert len(publisher.asked) == 1
    assert visible(tmp_path) == []
    publisher.replies, publisher.asked = [answer()], []
    assert fetch(publisher, tmp_path, most_bytes=200_000).read_bytes() == BODY


def test_a_body_shorter_than_its_length_through_every_attempt_is_unavailable(
    publisher, tmp_path
):
    publisher.replies = [broken_off(500)]
    with pytest.raises(SourceUnavailable):
        fetch(publisher, tmp_path)
    assert visible(tmp_path) == []


def test_a_failed_fetch_leaves_the_old_file_as_it_was(publisher, tmp_path):
    publisher.replies = [answer(ETag='"v1"'), answer(body=b"<html>gone</html>" * 50)]
    old = fetch(publisher, tmp_path)
    with pytest.raises(SourceChanged):
        fetch(publisher, tmp_path)
    assert old.read_bytes() == BODY


def test_a_note_cut_off_by_a_crash_is_as_if_there_were_none(publisher, tmp_path):
    (tmp_path / "data.zip.part").write_bytes(BODY[:500])
    (tmp_path / "data.zip.part.http.json").write_text('{"etag": "\\"v', "utf-8")
    publisher.replies = [answer()]
    assert fetch(publisher, tmp_path).read_bytes() == BODY
    assert "range" not in publisher.asked[0]


def test_a_transport_can_be_passed_in(tmp_path):
    import httpx2

    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, content=BODY))
    item = Download("https://example.org/data.zip", "data.zip")
    got = download(
        item,
        tmp_path,
        agent="a",
        progress=lambda *_: None,
        transport=transport,
        patience=QUICK,
    )
    assert got.read_bytes() == BODY


def test_importing_the_module_loads_no_http_library():
    import subprocess
    import sys

    code = "import sys, upstander.core.download; print([m for m in ('httpx2', 'stamina') if m in sys.modules])"
    path = str(Path(__file__).resolve().parents[2] / "src")
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": path},
        check=True,
    )
    assert ran.stdout.strip() == "[]"
