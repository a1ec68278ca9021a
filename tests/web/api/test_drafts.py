"""Drafts through the API: a program fills in a form, its account finishes it on a page; a token makes no record and changes none."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from lxml import html
from tests.web.api.test_tokens import ask, keep, token_of
from tests.web.people import ADMIN, ORIGIN, office
from tests.web.serving import served

from upstander.client import Problem, Upstander
from upstander.core.clock import Clock
from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Stamp
from upstander.records import forms, held_drafts, new_id
from upstander.records.held_drafts import LASTS

KIND = "evidence"
BOTH = "read:records write:drafts"
FIELDS = {
    "title": "A market burned",
    "passage": "Witnesses say the market burned on Monday.",
    "status": "inbox",
    "day": "2026-05-04",
    "reliability": "C",
    "credibility": "3",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(tmp_path_factory.mktemp("drafts"))


def fields(**more):
    return {**FIELDS, **more}


def send(home, token, kind=KIND, *, key="", body=None, **more):
    headers = {"idempotency-key": key or new_id()}
    if token:
        headers["authorization"] = f"Bearer {token}"
    content = {"fields": fields(), "place": "SDN"} if body is None else body
    return home.client().post(
        f"/v1/drafts/{kind}", json=content, headers={**headers, **more}
    )


def problem(answer, status):
    told = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status
    assert told["detail"]
    return told


def count(home):
    return home.state.records.count(by=home.account(Role.HEAD), as_of=now())


@pytest.fixture(scope="module")
def token(home):
    return token_of(home, Role.ANALYST, scope=BOTH)


def test_a_draft_is_found_by_its_account_finished_on_the_form_and_only_then_a_record(home):
    token = token_of(home, Role.ANALYST, scope="write:drafts", name="the collector")
    before = count(home)
    answer = send(home, token, body={"fields": fields(), "place": "SDN", "why": "as read"})
    assert answer.status_code == 201, answer.text
    row = answer.json()["data"]
    assert (row["state"], row["record"]) == ("open", "")
    assert count(home) == before, "a draft is no record"
    mine = home.of(Role.ANALYST)
    page = mine.get("/account/drafts")
    assert "A market burned" in page.text
    assert "the collector" in page.text
    assert row["page"] in page.text
    form = mine.get(row["page"])
    assert form.status_code == 200
    assert f'name="_draft" value="{row["id"]}"' in form.text
    assert "Nothing of it counts until you save it" in form.text
    assert re.search(r'name="title"[^>]*value="A market burned"', form.text)
    assert re.search(r'value="as read"', form.text)
    assert re.search(r'<option value="SDN" selected', form.text)
    told = {"fields": fields(), "place": "SDN", "why": "I read it", "draft": row["id"]}
    done = mine.write(f"/records/{KIND}", **told)
    assert done.status_code == 201, done.text
    record = home.state.records.read(
        KIND, done.json()["id"], by=home.account(Role.ANALYST), as_of=now()
    )
    assert record.who == "analyst-justice"
    assert record.stamp.marking is Marking.AMBER
    assert "A market burned" not in mine.get("/account/drafts").text
    assert mine.get(row["page"]).status_code == 404, "it is finished once"
    (after,) = [
        d for d in ask(home, "/v1/drafts", token).json()["data"] if d["id"] == row["id"]
    ]
    assert (after["state"], after["record"], after["page"]) == ("kept", record.id, "")


def test_the_form_holds_the_draft_when_it_is_sent_back(home, token):
    row = send(home, token).json()["data"]
    mine = home.of(Role.ANALYST)
    page = mine.get(row["page"]).text
    assert 'name="_draft"' in page
    again = mine.fill(f"/records/{KIND}", _draft=row["id"], title="A market", _why="")
    assert again.status_code == 422
    assert f'name="_draft" value="{row["id"]}"' in again.text


def test_today_says_at_once_that_drafts_wait_and_when_they_do_no_more(home, token):
    def told() -> str:
        page = html.fromstring(mine.get("/").text)
        return " ".join(page.xpath("//tbody//a[@href='/account/drafts']//text()"))

    mine = home.of(Role.ANALYST)
    before = told()
    row = send(home, token).json()["data"]
    waiting = told()
    assert waiting != before
    assert "from a program" in waiting or "from programs" in waiting
    assert "from programs wait" not in home.of(Role.HEAD).get("/").text
    assert mine.fill(f"/account/drafts/{row['id']}/drop").status_code == 303
    assert told() == before


def test_sent_again_it_is_kept_once_and_another_under_its_key_is_refused(home, token):
    key = "the-same-key-each-time"
    first, again = (send(home, token, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["data"] == again.json()["data"]
    told = problem(
        send(home, token, key=key, body={"fields": fields(title="Another")}), 409
    )
    assert "under a new key" in told["detail"]
    home.of(Role.ANALYST).fill(f"/account/drafts/{first.json()['data']['id']}/drop")
    late = send(home, token, key=key)
    assert (late.status_code, late.json()["data"]["state"]) == (200, "deleted")
    other = send(home, token_of(home, Role.HEAD, scope=BOTH), key=key)
    assert other.status_code == 201, "of another account it is another draft"


def test_sent_many_times_at_once_it_is_kept_once(home, token):
    body = {"fields": fields(title="All at once")}

    def sent(_):
        return send(home, token, key="all-at-once", body=body).status_code

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(sent, range(8)))
    assert codes.count(201) == 1
    assert set(codes) <= {200, 201, 409}
    page = home.of(Role.ANALYST).get("/account/drafts.json").json()["drafts"]
    assert [d["called"] for d in page].count("All at once") == 1


def test_who_may_not_is_told_why_and_which_scope_it_takes(home):
    assert problem(send(home, ""), 401)["title"] == "This needs a token"
    assert send(home, "").headers["www-authenticate"] == "Bearer"
    problem(send(home, "upst_nobody"), 401)
    for scope in ("read:public", "read:records"):
        token = token_of(home, Role.HEAD, scope=scope)
        assert "write:drafts" in problem(send(home, token), 403)["detail"]
        assert "write:drafts" in problem(ask(home, "/v1/drafts", token), 403)["detail"]
    problem(ask(home, "/v1/drafts"), 401)
    for role in (Role.READER, Role.OVERSIGHT):
        viewer = token_of(home, role, scope="write:drafts")
        assert problem(send(home, viewer), 403)
    assert home.of(Role.READER).get("/account/drafts.json").json()["drafts"] == []


def test_a_browser_is_no_program_whatever_its_cookie(home):
    body = {"fields": fields(), "place": "SDN"}
    mine = home.of(Role.HEAD)
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": ORIGIN, "x-csrf-token": mine.csrf},
    ):
        answer = mine.post(
            "/v1/drafts/evidence",
            json=body,
            headers={"idempotency-key": "x" * 20, **headers},
        )
        problem(answer, 401)
    assert mine.options("/v1/drafts/evidence").status_code == 405


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"title": None}, "title"),
        ({"reliability": "excellent"}, "reliability"),
        ({"day": "yesterday"}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"title": ["a", "b"]}, "title"),
        ({"title": {"a": 1}}, "title"),
        ({"title": "x" * 5000}, "title"),
    ],
)
def test_what_the_forms_page_would_refuse_is_refused_by_field(home, token, change, field):
    answer = send(home, token, body={"fields": fields(**change), "place": "SDN"})
    told = problem(answer, 422)
    assert told["faults"][field]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "fields"),
        ({"fields": []}, "fields"),
        ({"fields": {}, "marking": "TLP:CLEAR"}, "marking"),
        ({"fields": {}, "usage": "public"}, "usage"),
        ({"fields": {}, "expected": 1}, "expected"),
        ({"fields": {}, "confirmed": "x"}, "confirmed"),
        ({"fields": {}, "id": "x"}, "id"),
        ({"fields": {}, "place": 7}, "place"),
        ({"fields": {}, "why": None}, "why"),
        ({"fields": {}, "place": "Sudan"}, "place"),
        ({"fields": {}, "parent": "x" * 26}, "parent"),
    ],
)
def test_a_body_holds_nothing_but_what_is_declared_rights_least_of_all(
    home, token, body, name
):
    given = {**body, **({"fields": fields()} if body.get("fields") == {} else {})}
    before = len(ask(home, "/v1/drafts", token).json()["data"])
    assert problem(send(home, token, body=given), 422)["faults"][name]
    assert len(ask(home, "/v1/drafts", token).json()["data"]) == before


def test_a_draft_begins_with_the_rights_of_a_new_record_and_none_wider(home, token):
    row = send(home, token).json()["data"]
    page = home.of(Role.ANALYST).get(row["page"]).text
    chosen = re.findall(r'name="_marking" value="([^"]+)"[^>]*checked', page)
    assert chosen == [Marking.AMBER.value]


@pytest.mark.parametrize(
    "kind", ["rating", "signoff", "response", "country_level", "kept_report"]
)
def test_kinds_that_are_written_on_their_own_pages_alone_take_no_drafts(home, token, kind):
    head = token_of(home, Role.HEAD, scope=BOTH, name=kind)
    assert "only" in problem(send(home, head, kind, body={"fields": {}}), 403)["detail"]


def test_a_state_that_moves_by_steps_is_not_set_by_a_draft(home, token):
    for kind, field, state in (
        ("alert", "status", "released"),
        ("review", "status", "published"),
        ("signal", "status", "dismissed"),
    ):
        told = problem(send(home, token, kind, body={"fields": {field: state}}), 422)
        assert told["faults"][field]


@pytest.mark.parametrize(
    "answer",
    [
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"content": b"[]", "headers": {"content-type": "application/json"}},
        {
            "content": b'{"fields": {"title": "\\ud800"}}',
            "headers": {"content-type": "application/json"},
        },
        {"content": b'{"fields": NaN}', "headers": {"content-type": "application/json"}},
        {"content": b"[" * 50_000, "headers": {"content-type": "application/json"}},
        {"data": {"fields": "x"}, "status": 415},
        {
            "content": b"x" * 250_000,
            "headers": {"content-type": "application/json"},
            "status": 413,
        },
        {
            "content": b"x" * 1_100_000,
            "headers": {"content-type": "application/json"},
            "status": 413,
        },
    ],
    ids=range(8),
)
def test_an_odd_body_is_refused_in_words(home, token, answer):
    given = {**answer}
    status = given.pop("status", 400)
    headers = {
        "idempotency-key": new_id(),
        "authorization": f"Bearer {token}",
        **given.pop("headers", {}),
    }
    problem(home.client().post("/v1/drafts/evidence", headers=headers, **given), status)


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "with a space in it"])
def test_a_key_that_is_none_is_named(home, token, key):
    headers = {
        "authorization": f"Bearer {token}",
        **({"idempotency-key": key} if key else {}),
    }
    answer = home.client().post(
        "/v1/drafts/evidence", json={"fields": fields()}, headers=headers
    )
    assert problem(answer, 400)["parameter"] == "idempotency-key"


def test_what_is_not_there_or_not_asked_so_is_refused(home, token):
    assert problem(send(home, token, "no_such_kind"), 400)["parameter"] == "kind"
    headers = {"authorization": f"Bearer {token}", "idempotency-key": new_id()}
    answer = home.client().post(
        "/v1/drafts/evidence?marking=x", json={"fields": fields()}, headers=headers
    )
    assert problem(answer, 400)["parameter"] == "marking"
    for path in ("/v1/records/evidence", f"/v1/records/evidence/{new_id()}", "/v1/alerts"):
        answer = home.client().post(path, json={"fields": fields()}, headers=headers)
        assert answer.status_code == 405


def test_drafts_are_told_as_they_stand_now(home, token):
    told = problem(ask(home, "/v1/drafts?as_of=2026-01-01", token), 400)
    assert told["parameter"] == "as_of"


def test_nobody_elses_draft_is_seen_finished_or_deleted(home, token):
    row = send(home, token, body={"fields": fields(title="onlymine")}).json()["data"]
    id = row["id"]
    none = new_id()
    nowhere = home.of(Role.HEAD).get(row["page"].replace(id, none))
    for who in (
        home.of(Role.HEAD),
        home.of(Role.ANALYST, "nhri"),
        home.of(Role.ADMINISTRATOR, ""),
    ):
        assert "onlymine" not in who.get("/account/drafts").text
        assert who.fill(f"/account/drafts/{id}/drop").status_code == 404
        assert "onlymine" not in who.get("/search?q=onlymine").text.replace(
            'value="onlymine"', ""
        ).replace("q=onlymine", "")
    other = home.of(Role.HEAD).get(row["page"])
    assert other.status_code == nowhere.status_code == 404
    assert other.text.replace(id, "") == nowhere.text.replace(none, "")
    assert home.client().get("/account/drafts").status_code == 303
    done = home.of(Role.HEAD).write(
        f"/records/{KIND}", fields=fields(), place="SDN", why="mine", draft=id
    )
    assert done.status_code == 201
    assert "onlymine" in home.of(Role.ANALYST).get("/account/drafts").text
    assert home.of(Role.ANALYST).get(f"/records/group/new?draft={id}").status_code == 404


def test_links_are_looked_at_with_the_rights_of_the_token(home, token):
    author = home.account(Role.HEAD)
    plain = Stamp("justice", author.account)
    amber, red = (
        keep(home, author, s) for s in (plain, replace(plain, marking=Marking.RED))
    )
    (link,) = [f.name for f in forms.form("case_entry").fields if f.name == "case"]
    for id in (amber.id, red.id, new_id()):
        told = problem(send(home, token, "case_entry", body={"fields": {link: id}}), 422)
        assert told["faults"]
    blind = token_of(home, Role.ANALYST, scope="write:drafts", name="blind")
    said = {
        problem(send(home, blind, "case_entry", body={"fields": {link: id}}), 422)[
            "faults"
        ][link]
        for id in (amber.id, red.id, new_id())
    }
    assert len(said) == 1, "it does not say whether there is such a record"


def test_what_a_draft_says_is_sealed_and_gone_when_it_is_deleted(home, token):
    row = send(home, token, body={"fields": fields(title="verysecretwords")}).json()["data"]
    held = home.state.records.database.engine.raw_connection().driver_connection
    assert "verysecretwords" not in "\n".join(held.iterdump())
    mine = home.of(Role.ANALYST)
    assert "verysecretwords" in mine.get("/account/drafts").text
    assert mine.fill(f"/account/drafts/{row['id']}/drop").status_code == 303
    assert "verysecretwords" not in mine.get("/account/drafts").text
    asked = "select sealed, state from held_draft where id = ?"
    assert held.execute(asked, (row["id"],)).fetchone() == (None, "deleted")
    log = home.of(Role.OVERSIGHT, "nhri").get("/audit.json").json()["rows"]
    said = [x["action"] for x in log if x["what"] == row["id"]]
    assert sorted(said) == ["draft deleted", "draft kept"]
    assert "verysecretwords" not in json.dumps(log)


def test_drafts_are_bounded_and_go_in_their_time(home, monkeypatch):
    monkeypatch.setattr(held_drafts, "MOST", 2)
    actor = home.account(Role.ANALYST, "nhri")
    token = token_of(home, Role.ANALYST, "nhri", scope=BOTH)
    assert [send(home, token).status_code for _ in range(3)] == [201, 201, 409]
    before = home.state.clock
    late = now() + LASTS
    home.state.clock = Clock(before.day, before.is_demonstration, lambda: late)
    try:
        assert home.state.held_drafts.of(actor.account, now=late) == ()
    finally:
        home.state.clock = before


def test_a_token_that_is_over_writes_nothing(home):
    token = token_of(home, Role.CONTRIBUTOR, scope="write:drafts")
    assert send(home, token).status_code == 201
    home.state.accounts.disable("contributor-justice", by=ADMIN, now=now())
    problem(send(home, token), 401)


def test_the_client_sends_drafts_and_says_what_is_wrong_by_field(home, token):
    with served(home.app) as site, Upstander(site, token) as api:
        body = {"fields": fields(title="By the client"), "place": "SDN"}
        made = api.draft(KIND, body, key="one-and-the-same")
        assert api.draft(KIND, body, key="one-and-the-same") == made
        assert made in list(api.drafts())
        with pytest.raises(Problem) as caught:
            api.draft(KIND, {"fields": {}})
        assert caught.value.status == 422
        assert caught.value.faults["title"]


def test_the_page_of_tokens_offers_the_scope_and_says_what_it_does(home):
    token_of(home, Role.HEAD, scope="write:drafts", name="writes")
    page = home.of(Role.HEAD).get("/account/tokens").text
    assert "writes drafts that you finish" in page
