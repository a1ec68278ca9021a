"""Tokens for programs: made and revoked by their holder, never more than the account, never a way to write."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.web.people import ADMIN, ORIGIN, filled, office

from upstander.core.clock import Clock
from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Stamp, Usage, may_read
from upstander.records import drafts, forms, new_id
from upstander.web.accounts import passwords
from upstander.web.kernel.rate_limits import Rate

KIND = "group"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(tmp_path_factory.mktemp("tokens"))


@pytest.fixture(scope="module")
def kept(home):
    """A record of each marking, with a word of its own."""
    author = home.account(Role.HEAD, "justice")
    plain = Stamp("justice", author.account)
    stamps = {
        "public": replace(plain, marking=Marking.CLEAR, usage=Usage.PUBLIC),
        "green": replace(plain, marking=Marking.GREEN),
        "amber": plain,
        "shared": replace(plain, shared=("nhri",)),
        "restricted": replace(plain, restricted=True),
        "red": replace(plain, marking=Marking.RED),
    }
    return {name: keep(home, author, stamp) for name, stamp in stamps.items()}


def keep(home, author, stamp):
    id = new_id()
    values = filled(forms.form(KIND), f"secret{id[-10:]}")
    made = drafts.draft(
        KIND, values, id=id, by=author, places=frozenset({"SDN"}), stamp=stamp, place="SDN"
    )
    rows = [replace(made, writers=(Role.HEAD,))]
    return home.state.records.append(rows, by=author, why="it is so", now=now())[0]


def token_of(home, role, space="justice", **given):
    client = home.of(role, space)
    typed = {"name": "a program", "scope": "read:records", "lasts": "30", **given}
    answer = client.fill("/account/tokens", **typed)
    assert answer.status_code == 201, answer.text
    return re.search(r"<code>(upst_[\w-]+)</code>", answer.text)[1]


def ask(home, path, token=None, **more):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return home.client().get(path, headers={**headers, **more})


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.VISITOR])
@pytest.mark.parametrize("space", ["justice", "nhri"])
def test_a_token_reads_what_its_account_reads_and_nothing_of_the_rest(
    home, kept, role, space
):
    actor = home.account(role, space)
    token = token_of(home, role, space)
    lists = [f"/v1/records/{KIND}", f"/v1/records/{KIND}?place=SDN"]
    may = {r.id for r in kept.values() if may_read(actor, r.stamp)}
    for path in lists:
        answer = ask(home, path, token)
        assert {row["id"] for row in answer.json()["data"]} == may
        assert not [
            r for r in kept.values() if r.id not in may and r.id[-10:] in answer.text
        ]
    counted = {
        k["kind"]: k["count"] for k in ask(home, "/v1/records", token).json()["data"]
    }
    assert counted.get(KIND, 0) == len(may)
    nowhere = ask(home, f"/v1/records/{KIND}/{new_id()}", token)
    for record in kept.values():
        answer = ask(home, f"/v1/records/{KIND}/{record.id}", token)
        assert answer.status_code == (200 if record.id in may else 404)
        if record.id not in may:
            assert answer.text == nowhere.text


@pytest.mark.parametrize("given", [None, "read:public"])
def test_without_the_scope_it_is_a_visitors_reading(home, kept, given):
    token = token_of(home, Role.HEAD, scope=given) if given else None
    rows = ask(home, f"/v1/records/{KIND}", token).json()["data"]
    assert [r["id"] for r in rows] == [kept["public"].id]
    assert ask(home, f"/v1/records/{KIND}/{kept['amber'].id}", token).status_code == 404
    assert ask(home, "/v1/me", token).json()["data"]["role"] == "visitor"


def test_a_browsers_session_counts_for_nothing_here(home, kept):
    rows = home.of(Role.HEAD).get(f"/v1/records/{KIND}").json()["data"]
    assert [r["id"] for r in rows] == [kept["public"].id]


def test_pages_of_records_are_of_one_instant_and_hold_each_once(home, kept):
    token, seen = token_of(home, Role.HEAD), []
    path = f"/v1/records/{KIND}?limit=2"
    while path:
        answer = ask(home, path, token).json()
        seen += [row["id"] for row in answer["data"]]
        path = answer["page"]["next"]
        late = keep(home, home.account(Role.HEAD), Stamp("justice", "head-justice"))
        assert late.id not in seen
    assert sorted(seen) == sorted(set(seen))
    assert {r.id for r in kept.values()} <= set(seen)
    other = token_of(home, Role.READER, "nhri")
    first = ask(home, f"/v1/records/{KIND}?limit=2", token).json()["page"]["next"]
    borrowed = ask(home, first, other)  # a cursor is a place in a list, no right
    may = {
        r.id for r in kept.values() if may_read(home.account(Role.READER, "nhri"), r.stamp)
    }
    assert {r["id"] for r in borrowed.json()["data"]} <= may


def test_a_token_is_shown_once_kept_as_a_hash_and_its_use_is_told(home):
    client = home.of(Role.ANALYST)
    token = token_of(home, Role.ANALYST, name="dashboard")
    page = client.get("/account/tokens")
    assert token not in page.text
    assert "not used yet" in page.text
    assert ask(home, "/v1/me", token).json()["data"]["token"] == "dashboard"  # noqa: S105
    (row,) = [
        t
        for t in client.get("/account/tokens.json").json()["tokens"]
        if t["name"] == "dashboard"
    ]
    assert row["seen"]
    held = home.state.records.database.engine.raw_connection().driver_connection
    assert token not in "\n".join(held.iterdump())


def test_a_revoked_token_is_over_and_nobody_revokes_anothers(home):
    token = token_of(home, Role.ANALYST)
    (mine, *_) = home.of(Role.ANALYST).get("/account/tokens.json").json()["tokens"]
    other = home.of(Role.HEAD).fill(f"/account/tokens/{mine['id']}/revoke")
    assert other.status_code == 400
    assert ask(home, "/v1/me", token).status_code == 200
    assert (
        home.of(Role.ANALYST).fill(f"/account/tokens/{mine['id']}/revoke").status_code
        == 303
    )
    told = ask(home, "/v1/me", token)
    assert told.status_code == 401
    assert told.headers["www-authenticate"] == "Bearer"


def test_making_and_revoking_stand_in_the_log(home):
    token_of(home, Role.APPROVER, name="for the log")
    client = home.of(Role.APPROVER)
    (row,) = [
        t
        for t in client.get("/account/tokens.json").json()["tokens"]
        if t["name"] == "for the log"
    ]
    client.fill(f"/account/tokens/{row['id']}/revoke")
    log = home.of(Role.OVERSIGHT, "nhri").get("/audit.json").json()
    said = [(x["action"], x["what"]) for x in log["rows"]]
    assert ("token made", row["id"]) in said
    assert ("token revoked", row["id"]) in said


def test_restricted_records_read_with_a_token_stand_in_the_log(home, kept):
    token = token_of(home, Role.ANALYST)
    ask(home, f"/v1/records/{KIND}/{kept['restricted'].id}", token)
    log = home.of(Role.OVERSIGHT, "nhri").get("/audit.json").json()["rows"]
    read = [x for x in log if x["action"] == "restricted read"]
    assert any(kept["restricted"].id in str(x) for x in read)


def test_what_was_refused_to_a_token_stands_in_the_log(home, kept):
    token = token_of(home, Role.READER, "nhri")
    path = f"/v1/records/{KIND}/{kept['red'].id}"
    assert ask(home, path, token).status_code == 404
    log = home.of(Role.OVERSIGHT, "nhri").get("/audit.json").json()["rows"]
    assert path in [x["what"] for x in log if x["action"] == "refused"]


@pytest.mark.parametrize("change", ["password", "role", "disabled"])
def test_tokens_end_when_the_account_changes(home, change):
    name = f"somebody-{change}"
    actor = home.account(Role.READER, "justice", name)
    client = home.client(actor)
    typed = {"name": "x", "scope": "read:records", "lasts": "30"}
    token = re.search(
        r"<code>(upst_[\w-]+)</code>", client.fill("/account/tokens", **typed).text
    )[1]
    assert ask(home, "/v1/me", token).status_code == 200
    accounts = home.state.accounts
    if change == "password":
        accounts.set_password(
            name, passwords.hashed("four words in a row"), by=ADMIN, now=now()
        )
    elif change == "role":
        accounts.change_role(name, Role.ANALYST, by=ADMIN, now=now())
    else:
        accounts.disable(name, by=ADMIN, now=now())
    assert ask(home, "/v1/me", token).status_code == 401
    if change == "disabled":
        accounts.enable(name, by=ADMIN, now=now())
        assert ask(home, "/v1/me", token).status_code == 401


def test_a_token_ends_in_its_time(home):
    token = token_of(home, Role.READER, lasts="30")
    before = home.state.clock
    late = now() + timedelta(days=31)
    home.state.clock = Clock(before.day, before.is_demonstration, lambda: late)
    try:
        assert ask(home, "/v1/me", token).status_code == 401
    finally:
        home.state.clock = before


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic aGVhZDp4", "bearer\tx", "Bearer " + "x" * 5000, "Bearer upst_é", "Token x"],
)  # fmt: skip
def test_a_header_that_names_no_token_is_401_and_never_a_visit(home, header):
    answer = home.client().get("/v1/countries", headers={"authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.json()["status"] == 401


def test_two_headers_are_none(home):
    token = token_of(home, Role.HEAD)
    headers = [("authorization", f"Bearer {token}"), ("authorization", "Bearer x")]
    assert home.client().get("/v1/me", headers=headers).status_code == 401


def test_a_token_opens_no_page_and_writes_nothing(home, kept):
    token = token_of(home, Role.HEAD)
    for path in (
        "/account",
        "/account.json",
        "/account/tokens.json",
        f"/records/{KIND}/{kept['amber'].id}.json",
    ):
        answer = ask(home, path, token)
        assert answer.status_code in (303, 401, 404), path
    client = home.client()
    client.cookies.set("session", token)
    assert client.get("/account.json").status_code == 401
    session = f"token-of-head-justice-{'x' * 30}"
    assert ask(home, "/v1/me", session).status_code == 401
    for method in ("post", "put", "patch", "delete"):
        asked = getattr(home.client(), method)
        answer = asked(
            f"/v1/records/{KIND}",
            headers={"authorization": f"Bearer {token}", "origin": ORIGIN},
        )
        assert answer.status_code == 405


def test_the_password_is_asked_for_again(home):
    actor = home.account(Role.ANALYST, "nhri", "with-password")
    home.state.accounts.set_password(
        actor.account, passwords.hashed("four words in a row"), by=ADMIN, now=now()
    )
    client = home.client(actor)
    typed = {"name": "x", "scope": "read:public", "lasts": "30"}
    for wrong in ({}, {"password": "four words in a column"}):
        answer = client.fill("/account/tokens", **typed, **wrong)
        assert answer.status_code == 422
        assert "upst_" not in answer.text
    right = {"password": "four words in a row"}
    assert client.fill("/account/tokens", **typed, **right).status_code == 201


@pytest.mark.parametrize(
    "typed", [{"name": ""}, {"scope": "write:all"}, {"lasts": "99999"}, {"lasts": "-1"}, {"name": "x" * 81}, {"name": "a\nb"}]
)  # fmt: skip
def test_what_is_typed_wrong_makes_no_token(home, typed):
    given = {"name": "a program", "scope": "read:records", "lasts": "30", **typed}
    answer = home.of(Role.READER).fill("/account/tokens", **given)
    assert answer.status_code == 422
    assert "upst_" not in answer.text


def test_no_more_tokens_than_somebody_can_look_after(home):
    actor = home.account(Role.READER, "nhri", "many")
    client = home.client(actor)
    typed = {"name": "x", "scope": "read:public", "lasts": "30"}
    codes = [client.fill("/account/tokens", **typed).status_code for _ in range(21)]
    assert codes == [201] * 20 + [422]


def test_more_questions_than_a_minute_holds_are_told_when_to_ask_again(home):
    before, home.state.calls = home.state.calls, Rate(3, 100)
    try:
        codes = [ask(home, "/v1/me").status_code for _ in range(5)]
        assert codes[:3] == [200] * 3
        last = ask(home, "/v1/me")
        assert codes[3:] == [429, 429]
        assert 1 <= int(last.headers["retry-after"]) <= 60
        assert last.headers["content-type"] == "application/problem+json"
    finally:
        home.state.calls = before


def test_a_role_whose_exports_are_off_takes_no_records(tmp_path):
    made = office(tmp_path, no_export=(Role.READER,))
    token = token_of(made, Role.READER)
    assert ask(made, f"/v1/records/{KIND}", token).status_code == 403
    assert ask(made, "/v1/countries?limit=1", token).status_code == 200
