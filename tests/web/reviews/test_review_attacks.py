"""What an attacker would try on a review's steps, versions and forms: other types, half characters, the past, others' names."""

import base64
import json

import pytest
from lxml import html
from tests.web.people import ADMIN, ORIGIN, token_in
from tests.web.reviewing import Desk, offices
from tests.web.reviews.test_views import asked, begun, estimated

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role

WORDS = "not these words"
HALF = "\ud800"  # of a surrogate pair: JSON can write it, no text holds it
ODD = (
    None,
    1,
    1.5,
    True,
    [],
    {},
    ["x"],
    [["x"]],
    {"a": 1},
    "x" * 900_000,
    "\x00",
    "²",
    "-1",
    10**30,
    "",
)
FORMS = {  # by action of a review: what it takes, each field with a value that is right
    "level": {"level": "1", "reason": "Few signs, and slight.", "expected": "0"},
    "steps/reopen": {"why": "as agreed"},
    "sign": {"decision": "agreed", "reservation": ""},
    "mapping": {
        "subject": "constitution",
        "policy": "Equal Treatment Act",
        "owner": "Interior",
    },
    "rate/7.6": {"fields": {"level": "1", "note": "seen"}, "why": "seen", "expected": 0},
    "versions/1/open": {"_confirmed": ""},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return offices(tmp_path_factory.mktemp("attacks"))


@pytest.fixture
def desk(home):
    return Desk(home)


@pytest.fixture(scope="module")
def begun_desk(home):
    return Desk(home)


def sent(client, path, body):
    """JSON with characters escaped, so that halves of them arrive."""
    headers = {
        "origin": ORIGIN,
        "x-csrf-token": client.csrf,
        "content-type": "application/json",
    }
    return client.post(path, content=json.dumps(body), headers=headers)


@pytest.mark.parametrize(
    ("action", "field"), [(a, f) for a, own in FORMS.items() for f in own]
)
def test_no_type_and_no_size_of_a_value_breaks_an_action(home, begun_desk, action, field):
    client = home.client(home.account(Role.HEAD), is_raising=False)
    for value in ODD:
        answer = sent(
            client, f"{begun_desk.href}/{action}", {**FORMS[action], field: value}
        )
        assert answer.status_code < 500, (field, str(value)[:20])
    answer = sent(
        client, f"{begun_desk.href}/{action}", {**FORMS[action], field: f"a{HALF}b"}
    )
    assert (answer.status_code, "JSON in UTF-8" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/join", "/reset", "/setup", "/account/password", "/accounts/spaces"],
)
def test_half_a_character_is_no_password_name_or_token(home, path):
    client = home.client(is_raising=False)
    client.csrf = token_in(client.get("/sign-in"))
    for field in ("name", "password", "token", "_typed", "title"):
        assert sent(client, path, {field: HALF}).status_code == 400


@pytest.mark.parametrize("number", ["²", "１²", "-1", "%00", "9" * 30])
def test_a_version_is_found_by_its_digits_only(home, begun_desk, number):
    client = home.client(home.account(Role.HEAD), is_raising=False)
    for path in (
        f"versions/{number}",
        f"versions/{number}.json",
        f"versions/{number}/report.pdf",
    ):
        assert client.get(f"{begun_desk.href}/{path}").status_code == 404
    assert client.get("/evidence?page=²").status_code == 200


@pytest.mark.parametrize(
    "why", ["", "w" * 501, "be\u202ecause", "a\x00b", {"a": 1}, ["x"], 7]
)
def test_a_step_and_a_rating_need_a_reason_that_is_one(desk, why):
    step = desk.analyst.write(f"{desk.href}/steps/open", why=why)
    rated = desk.analyst.write(f"{desk.href}/rate/7.5", fields={"level": "1"}, why=why)
    if why == ["x"]:  # a form gives a list when a name stands twice: the last counts
        assert (step.status_code, rated.status_code) == (200, 201)
    else:
        assert (step.status_code, rated.status_code) == (422, 422)
        assert desk.page()["status"] == "Draft: being set up"


def test_nothing_is_written_into_the_past(desk):
    asks = {a: own for a, own in FORMS.items() if a != "versions/1/open"} | {
        "steps/open": {"why": "as agreed"}
    }
    before = desk.page()
    for action, body in asks.items():
        answer = desk.head.write(f"{desk.href}/{action}?as_of=2026-01-01", **body)
        assert (answer.status_code, "The past can be read" in answer.text) == (403, True), (
            action
        )
    assert desk.page() | {"as_of": ""} == before | {"as_of": ""}


def test_an_expert_does_not_answer_a_closed_round_by_way_of_its_past(home):
    q, experts = asked(home, begun(home))
    path, head = f"/assessments/questions/{q.id}", home.of(Role.HEAD)
    for n, e in enumerate(experts):
        assert home.client(e).write(path, fields=estimated(n)).status_code == 201
    while_open = now().isoformat()
    held = head.get(f"/records/elicitation/{q.id}.json").json()
    fields = {f["name"]: f["value"] for f in held["fields"]} | {"state": "discussion"}
    assert (
        head.write(
            f"/records/elicitation/{q.id}",
            fields=fields,
            why="next",
            expected=held["version"],
        ).status_code
        == 200
    )
    late = home.client(experts[0]).post(
        path,
        json={"fields": estimated(40)},
        params={"as_of": while_open},
        headers={"origin": ORIGIN, "x-csrf-token": home.client(experts[0]).csrf},
    )
    assert late.status_code == 403
    assert "44" not in str(home.client(experts[0]).get(f"{path}.json").json()["rounds"][0])


def test_who_was_asked_to_sign_is_not_left_out_after_the_freeze_and_nobody_comes_in_to_hold_it_up(
    desk,
):
    desk.complete()
    league = desk.add(
        desk.head,
        "participant",
        organisation="The league",
        type="ngo",
        agency="league",
        part_taken="consulted",
    )
    assert desk.step(desk.head, "freeze").status_code == 200
    held = desk.head.get(f"/records/participant/{league}.json").json()
    fields = {
        "organisation": "The league",
        "type": "ngo",
        "agency": "league",
        "part_taken": "observes",
    }
    out = desk.head.write(
        f"/records/participant/{league}", fields=fields, why="x", expected=held["version"]
    )
    assert out.status_code == 200, out.text
    desk.home.state.accounts.add_space(
        f"late-{desk.id}", "A late space", "ngo", by=ADMIN, now=now()
    )
    desk.rate(desk.home.of(Role.HEAD, f"late-{desk.id}"), ["7.5"], 4)
    for client in (desk.second, desk.commission):
        desk.sign(client)
    waiting = desk.step(desk.second, "publish")
    assert waiting.status_code == 403
    assert "league has not signed" in waiting.json()["message"]
    assert "late" not in waiting.json()["message"]
    assert (
        desk.sign(desk.league, "refused", reservation="We were left out.").status_code
        == 201
    )
    assert desk.step(desk.second, "publish").status_code == 200


def test_the_world_reads_who_signed_the_version_that_it_reads(desk):
    desk.published()
    here, visitor = f"{desk.href}/versions/1", desk.home.client()
    opened = desk.head.write(f"{here}/open")
    if opened.status_code == 422:
        opened = desk.head.write(f"{here}/open", _confirmed=opened.json()["mark"])
    assert opened.status_code == 200
    signed = {"The justice office", "The nhri office"}
    assert {s["agency"] for s in visitor.get(f"{here}.json").json()["signatures"]} == signed
    for text in (visitor.get(here).text, visitor.get(f"{here}/report.html").text):
        assert "The nhri office" in html.fromstring(text).text_content()
        assert "Nobody has signed it yet" not in text


def test_the_wizard_asks_for_the_subject_and_fills_in_none(desk):
    for body in (
        {"policy": "Act"},
        {"policy": "Act", "subject": 4},
        {"policy": "Act", "subject": ""},
    ):
        assert desk.analyst.write(f"{desk.href}/mapping", **body).status_code == 422
    assert (
        desk.analyst.write(
            f"{desk.href}/mapping", policy="Act", subject="nothing"
        ).status_code
        == 404
    )
    assert desk.analyst.get(f"{desk.href}/mapping.json").json()["mapped"] == 0


@pytest.mark.parametrize(
    "role", [Role.READER, Role.OVERSIGHT, Role.ADMINISTRATOR, Role.CONTRIBUTOR, None]
)
def test_who_only_reads_takes_no_step_signs_nothing_and_sets_no_level(home, desk, role):
    client = home.of(role) if role else home.client()
    for action in ("level", "steps/open", "sign", "versions/1/open", "rate/7.5"):
        assert client.write(
            f"{desk.href}/{action}", **FORMS.get(action, {"why": "x"})
        ).status_code in (401, 403, 404)
    assert desk.page()["status"] == "Draft: being set up"


@pytest.mark.parametrize(
    "kept",
    [
        {"path": "/about", "values": {"note": HALF}},
        {"path": "//evil.example", "values": {"note": "x"}},
        {
            "path": "/about",
            "values": {"note": "<script>alert(1)</script>\n'\"><svg onload=x>"},
        },
        {"path": "/about", "values": "x"},
        [],
    ],
)
def test_typed_words_that_were_tampered_with_are_only_text(home, kept):
    client = home.client(is_raising=False)
    client.csrf = token_in(client.get("/sign-in"))
    packed = base64.urlsafe_b64encode(json.dumps(kept).encode()).decode()
    deep = base64.urlsafe_b64encode(b"[" * 90_000).decode()
    for text in (packed, deep):
        answer = client.fill("/sign-in", name="nobody", password=WORDS, _typed=text)
        assert answer.status_code in (401, 429)
        page = html.fromstring(answer.text)
        assert not page.xpath("//script | //svg | //*[@onload or @onerror]")
        assert not page.xpath("//form[contains(@action, 'evil')]")
