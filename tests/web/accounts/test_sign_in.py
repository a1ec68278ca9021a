"""Signing in and out: by password, by invitation, by the first link; cookies, tokens, limits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.web.people import ADMIN, ORIGIN, office, token_in

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.web.accounts import one_time_links, passwords, sign_in
from upstander.web.kernel.sessions import token_hash

GOOD = "four words in a row"
WRONG = {"password": "wrong password"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(tmp_path_factory.mktemp("sign_in"))
    for name in ("amira", "basil", "chidi"):
        made.state.accounts.create(
            name,
            name.title(),
            Role.ANALYST,
            "justice",
            by=ADMIN,
            now=now(),
            password_hash=passwords.hashed(GOOD),
        )
    return made


def try_in(client, name, password, **more):
    page = client.get("/sign-in")
    return client.fill(
        "/sign-in", **{"csrf": token_in(page), "name": name, "password": password, **more}
    )


def test_a_right_password_opens_a_new_session_in_a_cookie_scripts_cannot_read(home):
    client = home.client()
    client.cookies.set("session", "planted-by-somebody-else-1234567890")
    answer = try_in(client, "amira", GOOD, next="/records")
    assert (answer.status_code, answer.headers["location"]) == (303, "/records")
    cookie = next(
        c for c in answer.headers.get_list("set-cookie") if c.startswith("session=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "planted" not in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert home.state.accounts.session(token_hash(token), now=now()) is not None, (
        "only the hash is kept"
    )
    assert home.state.accounts.session(token, now=now()) is None


def test_over_tls_the_cookies_are_bound_to_the_host(tmp_path):
    made = office(tmp_path, url="https://upstander.example.org")
    made.state.accounts.create(
        "amira",
        "Amira",
        Role.ANALYST,
        "justice",
        by=ADMIN,
        now=now(),
        password_hash=passwords.hashed(GOOD),
    )
    client = made.client()
    client.base_url = "https://upstander.example.org"
    page = client.get("/sign-in")
    answer = client.post(
        "/sign-in",
        data={"csrf": token_in(page), "name": "amira", "password": GOOD},
        headers={"origin": "https://upstander.example.org"},
    )
    cookie = next(
        c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-session=")
    )
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_nothing_tells_whether_an_account_exists(home):
    client = home.client()
    wrong, unknown = (
        try_in(client, "basil", "wrong password"),
        try_in(client, "nobody.here", "wrong password"),
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("basil", "") == unknown.text.replace("nobody.here", "")


def person(made, name="dara"):
    made.state.accounts.create(
        name,
        name.title(),
        Role.ANALYST,
        "justice",
        by=ADMIN,
        now=now(),
        password_hash=passwords.hashed(GOOD),
    )


def test_forty_tries_at_once_are_no_more_than_forty_one_after_the_other(tmp_path):
    made = office(tmp_path)
    person(made)
    clients = [made.client() for _ in range(40)]
    tokens = [token_in(c.get("/sign-in")) for c in clients]
    with ThreadPoolExecutor(40) as pool:
        said = list(
            pool.map(
                lambda c, t: c.fill("/sign-in", csrf=t, name="dara", **WRONG).status_code,
                clients,
                tokens,
            )
        )
    assert (said.count(401), said.count(429)) == (5, 35)


def test_who_signed_in_from_a_browser_before_is_not_locked_out_by_others(tmp_path):
    made = office(tmp_path)
    person(made)
    known = made.client()
    assert try_in(known, "dara", GOOD).status_code == 303
    known.cookies.delete("session")
    for _ in range(6):
        last = try_in(made.client(), "dara", "wrong password")
    assert last.status_code == 429
    assert try_in(known, "dara", GOOD).status_code == 303
    known.cookies.delete("session")
    assert [try_in(known, "dara", "wrong password").status_code for _ in range(6)] == [
        401
    ] * 5 + [429]
    other = made.client()
    other.cookies.set("device", known.cookies["device"])
    person(made, "erin")
    for _ in range(5):
        try_in(made.client(), "erin", "wrong password")
    assert try_in(other, "erin", GOOD).status_code == 429, (
        "known to one account is not known to another"
    )


def test_a_new_password_makes_every_browser_unknown(tmp_path):
    made = office(tmp_path)
    person(made)
    known = made.client()
    try_in(known, "dara", GOOD)
    known.cookies.delete("session")
    made.state.accounts.set_password(
        "dara", passwords.hashed("five other words in a row"), by=ADMIN, now=now()
    )
    for _ in range(5):
        try_in(made.client(), "dara", "wrong password")
    assert try_in(known, "dara", "five other words in a row").status_code == 429


def test_an_address_from_which_many_names_were_tried_is_slowed_down_and_never_closed(
    tmp_path,
):
    made = office(tmp_path)
    person(made)
    at = now()
    made.state.clock = replace(made.state.clock, now=lambda: at)
    for n in range(sign_in.MOST_OF_SOURCE):
        assert try_in(made.client(), f"name{n}", "wrong password").status_code == 401
    assert try_in(made.client(), "dara", GOOD).status_code == 429
    at += sign_in.PAUSE
    assert try_in(made.client(), "dara", GOOD).status_code == 303
    assert try_in(made.client(), "another", "wrong password").status_code == 401
    assert try_in(made.client(), "another", "wrong password").status_code == 429, (
        "one in five seconds"
    )


def test_five_failures_close_an_account_for_a_while_and_for_unknown_names_too(tmp_path):
    made = office(tmp_path)
    person(made)
    for name in ("dara", "nobody"):
        said = [try_in(made.client(), name, "wrong password").status_code for _ in range(6)]
        assert said == [401] * 5 + [429]
    locked = try_in(made.client(), "dara", GOOD)
    assert locked.status_code == 429
    assert "Wait 15 minutes" in locked.text
    made.state.attempts.forget("dara")  # as if the time had passed
    assert try_in(made.client(), "dara", GOOD).status_code == 303


def test_an_older_hash_is_made_anew_at_sign_in(home):
    from argon2 import PasswordHasher

    home.state.accounts.set_password(
        "chidi",
        PasswordHasher(time_cost=1, memory_cost=8192).hash(GOOD),
        by=ADMIN,
        now=now(),
    )
    before = home.state.accounts.by_name("chidi").password_hash
    assert try_in(home.client(), "chidi", GOOD).status_code == 303
    after = home.state.accounts.by_name("chidi").password_hash
    assert before != after
    assert "m=65536" in after


def test_a_session_ends_when_idle_at_its_end_and_when_the_account_changes(home):
    actor = home.account(Role.ANALYST, name="emil")
    accounts, at = home.state.accounts, now()

    def status(created, ends):
        token = f"emil-{created.timestamp()}-{'x' * 30}"
        accounts.start_session(token_hash(token), "emil", csrf="c", ends=ends, now=created)
        client = home.client()
        client.cookies.set("session", token)
        return client.get("/account.json").status_code

    assert status(at, at + timedelta(hours=1)) == 200
    assert status(at - timedelta(hours=2), at + timedelta(hours=1)) == 401
    assert status(at - timedelta(minutes=3), at - timedelta(minutes=1)) == 401
    client = home.client(actor)
    accounts.change_role("emil", Role.READER, by=ADMIN, now=now())
    assert client.get("/account.json").status_code == 401


def test_sign_out_and_sign_out_everywhere(home):
    actor = home.account(Role.ANALYST, name="fatou")
    one = home.client(actor)
    home.state.accounts.start_session(
        "other", "fatou", csrf="c", ends=now() + timedelta(hours=1), now=now()
    )
    assert one.fill("/sign-out").status_code == 303
    assert one.get("/account.json").status_code == 401
    assert home.state.accounts.session("other", now=now())
    two = home.client(actor)
    assert two.fill("/sign-out-everywhere").status_code == 303
    assert home.state.accounts.session("other", now=now()) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_from_another_site_is_refused(home, headers):
    client = home.of(Role.ANALYST)
    answer = client.post("/sign-out", data={"csrf": client.csrf}, headers=headers)
    assert answer.status_code == 403
    assert client.get("/account.json").status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_a_form_without_the_sessions_token_is_refused(home, token):
    client = home.of(Role.ANALYST)
    data = {"other": "1"} if token is None else {"csrf": token}
    assert (
        client.post("/sign-out", data=data, headers={"origin": ORIGIN}).status_code == 403
    )
    json = client.post(
        "/records/group", json={"fields": {}}, headers={"x-csrf-token": token or ""}
    )
    assert json.status_code == 403


def test_after_signing_in_one_goes_on_inside_only(home):
    for there in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
    ):
        assert try_in(home.client(), "amira", GOOD, next=there).headers["location"] == "/"


def test_the_first_link_works_once_and_only_while_there_is_no_account(tmp_path):
    from tests.web.people import Office

    from upstander.core.settings import Settings
    from upstander.web.app import make

    made = Office(make(Settings(home=tmp_path)))
    link = one_time_links.first(made.state.accounts, now())
    client = made.client()
    page = client.get(link)
    assert "Create the administrator" in page.text
    filled = {
        "csrf": token_in(page),
        "token": link.split("=")[1],
        "name": "amira",
        "shown": "Amira",
        "password": GOOD,
        "again": GOOD,
        "space_title": "Ministry of Justice",
    }
    short = client.fill("/setup", **{**filled, "password": "short", "again": "short"})
    assert short.status_code == 422
    assert 'value="Amira"' in short.text
    assert "short" not in short.text.replace("shorten", "")
    assert client.fill("/setup", **{**filled, "token": "x" * 43}).status_code == 403
    assert client.fill("/setup", **filled).headers["location"] == "/accounts"
    assert made.state.accounts.by_name("amira").role is Role.ADMINISTRATOR
    other = made.client()
    assert other.get(link).status_code == 403
    assert one_time_links.first(made.state.accounts, now()) == ""


def test_a_link_that_is_too_old_makes_nobody(tmp_path):
    from tests.web.people import Office

    from upstander.core.settings import Settings
    from upstander.web.app import make

    made = Office(make(Settings(home=tmp_path)))
    link = one_time_links.first(made.state.accounts, now() - timedelta(hours=25))
    client = made.client()
    page = client.get(link)
    answer = client.fill(
        "/setup",
        csrf=token_in(page),
        token=link.split("=")[1],
        name="amira",
        shown="Amira",
        password=GOOD,
        again=GOOD,
        space_title="Ministry",
    )
    assert answer.status_code == 403
    assert made.state.accounts.list() == ()


def test_an_invitation_makes_one_account_of_its_role_and_space(home):
    admin = home.of(Role.ADMINISTRATOR, "")
    page = admin.fill(
        "/accounts/invitations", account="gita", role="contributor", space="nhri"
    )
    token = page.text.split("/join?token=")[1].split("<")[0]
    client = home.client()
    form = {
        "csrf": token_in(client.get(f"/join?token={token}")),
        "token": token,
        "shown": "Gita",
        "password": GOOD,
        "again": GOOD,
    }
    assert client.fill("/join", **form).status_code == 303
    made = home.state.accounts.by_name("gita")
    assert (made.role, made.space) == (Role.CONTRIBUTOR, "nhri")
    again = home.client()
    assert again.get(f"/join?token={token}").status_code == 403
    form["csrf"] = token_in(again.get("/sign-in"))
    assert again.fill("/join", **form).status_code == 403


def test_a_password_change_needs_the_old_one_and_ends_other_sessions(home):
    client = home.client()
    try_in(client, "basil", GOOD)
    csrf = client.get("/account.json").json()["csrf"]
    home.state.accounts.start_session(
        "elsewhere", "basil", csrf="c", ends=now() + timedelta(hours=1), now=now()
    )
    new = "another four words here"
    assert (
        client.fill(
            "/account/password", csrf=csrf, old="wrong", password=new, again=new
        ).status_code
        == 422
    )
    assert (
        client.fill(
            "/account/password", csrf=csrf, old=GOOD, password=new, again=new
        ).status_code
        == 303
    )
    assert client.get("/account.json").status_code == 200
    assert home.state.accounts.session("elsewhere", now=now()) is None


def test_no_secret_is_written_to_a_log(home, caplog):
    with caplog.at_level(0):
        client = home.client()
        try_in(client, "amira", GOOD)
        token = client.cookies["session"]
    assert GOOD not in caplog.text
    assert token not in caplog.text
    for line in home.state.records.logged(
        by=ADMIN, since=now() - timedelta(days=1), until=now()
    ):
        assert GOOD not in str(line)
        assert token not in str(line)


def test_a_page_of_somebody_signed_in_is_not_stored_and_visitors_share_one_without_persons(
    home,
):
    visitor, client = home.client(), home.of(Role.ANALYST)
    first = visitor.get("/about")
    inside = client.get("/about", headers={"if-none-match": first.headers["etag"]})
    assert inside.status_code == 200
    assert "Analyst-Justice" in inside.text
    assert inside.headers["cache-control"] == "no-store"
    assert "etag" not in inside.headers
    assert visitor.get("/about").text == first.text
    assert "Analyst-Justice" not in first.text
    assert (
        visitor.get("/about", headers={"if-none-match": first.headers["etag"]}).status_code
        == 304
    )
