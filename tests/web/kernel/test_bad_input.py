"""What people should not send, and what becomes of it: a clear sentence, or kept as harmless text."""

import socket

import httpx2
import pytest
from lxml import html
from tests.web.people import ORIGIN, link_up, office, typed_values
from tests.web.serving import served

from upstander.core.rights import Role
from upstander.records import forms
from upstander.web.kernel.headers import headers_of_answers

SCRIPT = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>{{7*7}}"
)
GROUP = {
    "neutral_label": "Highland people",
    "basis": "ethnic",
    "known_from": "UN report",
    "_why": "first",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(tmp_path_factory.mktemp("bad"))


@pytest.mark.parametrize("kind", [k for k in forms.kinds() if not forms.form(k).written_at])
def test_script_in_every_text_field_is_only_text(home, kind):
    form = forms.form(kind)
    client = home.of(Role.HEAD if Role.HEAD in form.writers else form.writers[0])
    group = home.of(Role.HEAD).write(
        "/records/group",
        fields={k: v for k, v in GROUP.items() if k[0] != "_"} | {"basis": ["ethnic"]},
        why="w",
    )
    links = {"group": group.json()["id"], "account": "head-justice"}
    link_up(client, form, links)
    answer = client.write(
        f"/records/{kind}",
        fields=typed_values(form, SCRIPT, links),
        why=SCRIPT,
        place="SDN",
    )
    assert answer.status_code == 201, answer.text
    there = answer.json()["to"]
    for path in (
        there,
        f"{there}/edit",
        f"{there}/history",
        f"/records/{kind}",
        "/search?q=onerror",
        f"/records/{kind}?text={SCRIPT}",
    ):
        page = client.get(path)
        found = html.fromstring(page.text)
        assert page.status_code == 200
        assert not found.xpath("//script | //img | //svg | //*[@onerror or @onload]"), path
        assert "49" not in page.text.split("{{7*7}}")[0][-5:]
    assert "alert(1)" in html.fromstring(client.get(there).text).text_content()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("neutral_label", "x" * 10_000, "10,000 characters"),
        ("neutral_label", "safe\u202egnp.exe", "change the direction of reading"),
        ("neutral_label", "a\x00b", "U+0000"),
        ("neutral_label", "one\ntwo", "one line only"),
        ("population_share", "9" * 200, "outside"),
        ("population_share", "1e999", "written with digits"),
        ("population_share", "NaN", "written with digits"),
        ("basis", "nonsense", "not one of"),
        ("part_of", "../../etc/passwd", "none that you may read"),
        ("no_such_field", "x", "no such field"),
        ("_place", "ZZZ", "Choose a place"),
        ("_why", "w" * 2000, "at most 500"),
        ("_why", "be\u202ecause", "change the direction of reading"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(home, field, value, words):
    client = home.of(Role.ANALYST)
    before = client.get("/records/group.json").json()["count"]
    answer = client.fill("/records/group", **{**GROUP, field: value})
    assert answer.status_code == 422
    assert words in " ".join(html.fromstring(answer.text).text_content().split()), (
        answer.text[:3000]
    )
    assert client.get("/records/group.json").json()["count"] == before


def test_plain_marks_of_direction_and_every_script_of_the_world_are_kept(home):
    client = home.of(Role.ANALYST)
    text = "\u200fالعربية\u200f አማርኛ မြန်မာ 中文 हिन्दी"
    answer = client.fill("/records/group", **{**GROUP, "neutral_label": text})
    assert answer.status_code == 303
    assert (
        client.get(answer.headers["location"] + ".json").json()["fields"][0]["value"]
        == text.strip()
    )


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"csrf=x&neutral_label=%FF%FE", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b'{"fields": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'{"fields": []}', "application/json", 422),
        (b"<a/>", "text/xml", 415),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 403),
        (b"x", "multipart/form-data", 400),
        (
            "&".join(f"f{i}=1" for i in range(10_000)).encode(),
            "application/x-www-form-urlencoded",
            400,
        ),
    ],
)
def test_a_body_that_is_no_form_is_refused_in_words(home, body, media, status):
    client = home.of(Role.ANALYST)
    headers = {"content-type": media, "origin": ORIGIN, "x-csrf-token": client.csrf}
    answer = client.post("/records/group", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.text


def test_json_of_the_wrong_shape_is_a_fault_of_its_field(home):
    client = home.of(Role.ANALYST)
    for value in ({"a": 1}, [["x"]], 10**400, True, None, ["x"] * 5):
        fields = {
            "neutral_label": value,
            "basis": {"a": "b"},
            "population_share": [1],
            "known_from": "x",
        }
        answer = client.write(
            "/records/group",
            fields=fields,
            why={"a": 1},
            marking=["RED"],
            shared="x",
            expected={},
        )
        assert answer.status_code == 422, value
        assert "basis" in answer.json()["faults_by_field"]


@pytest.mark.parametrize(
    "path",
    [
        "/records/nonsense",
        "/records/..%2f..%2fetc",
        "/records/group/" + "z" * 26,
        "/records/group/%00",
        "/records/group/%F0%9F%98%80",
        "/records/group/1%27%20or%201=1",
    ],
)
def test_an_address_that_leads_nowhere_says_so(home, path):
    for end in ("", ".json"):
        assert home.of(Role.ANALYST).get(path + end).status_code == 404


def test_odd_queries_break_nothing(home):
    client = home.of(Role.ANALYST)
    for query in (
        "text=%00",
        "text=%25_%5C",
        "place='--",
        "parent=x",
        "after=%FF",
        "version=99999999999",
        "version=-1",
        "as_of=0001-01-01",
        "as_of=9999-12-31",
        "as_of=2026-01-01T00:00:00%2B00:00",
    ):
        for path in ("/records/group", "/records/group.json", "/search?q=x&"):
            answer = client.get(path + ("" if "?" in path else "?") + query)
            assert answer.status_code in (200, 400), (path, query)


def test_methods_headers_and_addresses_have_bounds(home):
    client = home.client()
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = client.request(method, "/records")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, POST"
    assert client.get("/records", headers={"x-long": "x" * 20_000}).status_code == 431
    assert client.get("/records?q=" + "x" * 3000).status_code == 414
    assert (
        client.post("/about", data={"a": "b"}, headers={"origin": ORIGIN}).status_code
        == 405
    )
    answer = client.get("/records")
    for name, value in headers_of_answers().items():
        assert answer.headers[name] == value
    assert "Cookie" in answer.headers["vary"]


@pytest.fixture(scope="module")
def port(home):
    with served(home.app) as url:
        yield int(url.rpartition(":")[2])


def test_an_upload_of_a_gigabyte_that_says_so_is_refused_unread(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(
            b"POST /records/group HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 1000000000\r\n\r\n"
        )
        answer = b""
        while piece := wire.recv(65_536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"At most 25 MB" in answer


@pytest.mark.parametrize(
    ("media", "most"), [("multipart/form-data; boundary=x", 25), ("application/json", 1)]
)
def test_an_upload_that_never_ends_is_cut_off_while_it_streams(port, media, most):
    sent = 0

    def endless():
        nonlocal sent
        yield b"--x\r\ncontent-disposition: form-data; name=file; filename=a\r\n\r\n"
        for _ in range(1_000):
            sent += 1_000_000
            yield b"x" * 1_000_000

    try:
        answer = httpx2.post(
            f"http://127.0.0.1:{port}/records/group",
            content=endless(),
            headers={"content-type": media},
            timeout=300,
        )
        assert answer.status_code == 413
        assert f"At most {most} MB" in answer.text
    except httpx2.TransportError:
        pass  # the server hung up on a client that would not stop talking
    assert sent < 250_000_000
    assert httpx2.get(f"http://127.0.0.1:{port}/sign-in").status_code == 200
