"""Ways back: lost passwords, locked and disabled accounts, invitations; words typed before a session ended; sent twice."""

import re

import pytest
from lxml import html
from tests.web.people import ADMIN, ORIGIN, Office, office, token_in

from upstander.core.clock import utc_now as now
from upstander.core.errors import NotAllowed
from upstander.core.rights import Role
from upstander.core.settings import Settings
from upstander.web.accounts import one_time_links, passwords
from upstander.web.evidence.import_views import on_disk

GOOD, NEW, WRONG = (
    "four words in a row",
    "another five words here now",
    "not these words at all",
)
PASSAGE = (
    'Armed men came at night.\nThey burned houses; "nobody" stopped them. قرية <b>&amp;'
)


@pytest.fixture(scope="module")
def hashed():
    return passwords.hashed(GOOD)


@pytest.fixture
def home(tmp_path, hashed):
    made = office(tmp_path, intake="justice")
    for name, role in (
        ("amira", Role.ANALYST),
        ("root", Role.ADMINISTRATOR),
        ("hana", Role.HEAD),
    ):
        made.state.accounts.create(
            name, name.title(), role, "justice", by=ADMIN, now=now(), password_hash=hashed
        )
    return made


def sign_in(client, name="amira", password=GOOD, **more):
    return client.fill(
        "/sign-in",
        **{
            "csrf": token_in(client.get("/sign-in")),
            "name": name,
            "password": password,
            **more,
        },
    )


def link_in(page, path):
    return re.search(rf"/{path}\?token=[\w-]+", page.text)[0]


def joined(client, link):
    """What somebody is answered who fills in the form behind an invitation, whether or not its page opens."""
    form = {
        "csrf": token_in(client.get("/sign-in")),
        "token": link.split("=")[1],
        "shown": "X",
        "password": GOOD,
    }
    return client.fill("/join", **form, again=GOOD).status_code


def let_in(home, name="hana"):
    """The second person: a head of the space lets in who waits; how many there were."""
    head = home.client(home.state.accounts.by_name(name).actor)
    waiting = head.get("/account.json").json()["waiting"]
    for x in waiting:
        assert head.fill(f"/account/waiting/{x['id']}/let-in").status_code == 303
    return len(waiting)


def actions(home):
    found = home.state.records.logged(
        by=ADMIN, since=now().replace(year=2000), until=now().replace(year=2100)
    )
    return [line.action for line in found]


# Lost, locked, disabled, invited


def test_a_lost_password_is_replaced_by_a_link_that_works_once(home):
    admin = home.of(Role.ADMINISTRATOR, "")
    link = link_in(admin.fill("/accounts/amira/reset"), "reset")
    client = home.client()
    assert "has to let you in first" in client.get(link).text
    assert let_in(home) == 1
    form = {
        "csrf": token_in(client.get(link)),
        "token": link.split("=")[1],
        "password": NEW,
        "again": NEW,
    }
    assert client.fill("/reset", **{**form, "again": "x"}).status_code == 422
    assert client.fill("/reset", **form).status_code == 303
    assert sign_in(home.client(), password=GOOD).status_code == 401
    assert sign_in(home.client(), password=NEW).status_code == 303
    again = home.client()
    assert again.get(link).status_code == 403
    form["csrf"] = token_in(again.get("/sign-in"))
    assert again.fill("/reset", **form).status_code == 403
    assert {"reset link made", "let in"} <= set(actions(home))


def test_of_the_links_for_a_new_password_only_the_newest_works_and_only_until_there_is_one(
    home,
):
    admin = home.of(Role.ADMINISTRATOR, "")

    def used(link):
        client = home.client()
        let_in(home)
        form = {
            "csrf": token_in(client.get("/sign-in")),
            "token": link.split("=")[1],
            "password": NEW,
            "again": NEW,
        }
        return client.fill("/reset", **form).status_code

    older, newer = (link_in(admin.fill("/accounts/amira/reset"), "reset") for _ in range(2))
    of_root = link_in(admin.fill("/accounts/root/reset"), "reset")
    assert let_in(home) == 2
    assert used(older) == 403
    assert used(newer) == 303
    left = link_in(admin.fill("/accounts/amira/reset"), "reset")
    home.state.accounts.set_password("amira", passwords.hashed(GOOD), by=ADMIN, now=now())
    assert used(left) == 403
    left = link_in(admin.fill("/accounts/amira/reset"), "reset")
    admin.fill("/accounts/amira/disable")
    admin.fill("/accounts/amira/enable")
    assert used(left) == 403
    assert used(of_root) == 303, "what became of another's link changes nothing"


def test_a_closed_account_is_shown_and_unlocked(home):
    for _ in range(5):
        assert sign_in(home.client(), password=WRONG).status_code == 401
    assert sign_in(home.client()).status_code == 429
    admin = home.of(Role.ADMINISTRATOR, "")
    assert "5 failed attempts" in admin.get("/accounts").text
    assert admin.fill("/accounts/amira/unlock").status_code == 303
    assert sign_in(home.client()).status_code == 303
    assert {"sign-in failed", "account unlocked"} <= set(actions(home))


def test_a_disabled_account_is_enabled_and_the_last_administrator_stays(home):
    admin = home.client(home.state.accounts.by_name("root").actor)
    for act, answer in (("disable", 401), ("enable", 303)):
        assert admin.fill(f"/accounts/amira/{act}").status_code == 303
        assert sign_in(home.client()).status_code == answer
    with pytest.raises(NotAllowed, match="last administrator"):
        home.state.accounts.disable("root", by=ADMIN, now=now())
    with pytest.raises(NotAllowed, match="last administrator"):
        home.state.accounts.change_role("root", Role.HEAD, by=ADMIN, now=now())


def test_open_invitations_are_listed_and_withdrawn(home):
    admin = home.of(Role.ADMINISTRATOR, "")
    link = link_in(
        admin.fill("/accounts/invitations", account="gita", role="head", space="nhri"),
        "join",
    )
    (invited,) = admin.get("/accounts.json").json()["invitations"]
    assert (invited["words"], invited["waits"]) == (
        "gita, to join as head of The nhri office",
        "",
    )
    assert admin.fill(f"/accounts/invitations/{invited['id']}/withdraw").status_code == 303
    assert admin.get("/accounts.json").json()["invitations"] == []
    client = home.client()
    assert client.get(link).status_code == 403
    assert joined(client, link) == 403
    assert {"invited", "invitation withdrawn"} <= set(actions(home))


def test_an_administrator_alone_gets_nobody_into_a_space_that_has_people(home):
    root = home.client(home.state.accounts.by_name("root").actor)
    link = link_in(
        root.fill("/accounts/invitations", account="puppet", role="head", space="justice"),
        "join",
    )
    (waiting,) = root.get("/accounts.json").json()["invitations"]
    assert waiting["waits"] == "head of The justice office"
    assert root.fill(f"/account/waiting/{waiting['id']}/let-in").status_code == 403
    for other in (home.of(Role.ANALYST), home.of(Role.HEAD, "nhri")):
        assert other.fill(f"/account/waiting/{waiting['id']}/let-in").status_code == 403
    client = home.client()
    assert joined(client, link) == 403
    assert home.state.accounts.by_name("puppet") is None
    hana = home.client(home.state.accounts.by_name("hana").actor)
    assert "puppet, to join as head" in hana.get("/account").text
    assert hana.fill(f"/account/waiting/{waiting['id']}/keep-out").status_code == 303
    assert root.get("/accounts.json").json()["invitations"] == []
    root.fill("/accounts/hana/disable")
    for name in ("amira", "analyst-justice"):
        root.fill(f"/accounts/{name}/disable")
    refused = root.fill(
        "/accounts/invitations", account="puppet", role="head", space="justice"
    )
    assert (refused.status_code, "Whoever holds the machine can" in refused.text) == (
        403,
        True,
    )


def test_a_role_that_reads_more_waits_and_one_that_reads_less_does_not(home):
    root, role = (
        home.client(home.state.accounts.by_name("root").actor),
        lambda: home.state.accounts.by_name("amira").role,
    )
    root.fill("/accounts/amira/role", role="head")
    assert role() is Role.ANALYST
    assert let_in(home) == 1
    assert role() is Role.HEAD
    root.fill("/accounts/amira/role", role="reader")
    assert role() is Role.READER
    assert let_in(home) == 0


def test_the_sole_head_of_a_space_gets_a_new_password_from_the_machine_alone(home):
    home.state.accounts.disable("amira", by=ADMIN, now=now())
    root = home.client(home.state.accounts.by_name("root").actor)
    assert root.fill("/accounts/hana/reset").status_code == 403
    path, offer = one_time_links.new_password(
        home.state.accounts, "hana", by=ADMIN, at=now(), at_once=True
    )
    assert (offer.waits, home.client().get(path).status_code) == ("", 200)


def test_an_invitation_tells_nobody_which_names_there_are(home):
    admin = home.of(Role.ADMINISTRATOR, "")
    assert (
        "there is an account of this name"
        in admin.fill(
            "/accounts/invitations", account="amira", role="reader", space="nhri"
        ).text
    )
    link = link_in(
        admin.fill("/accounts/invitations", account="gita", role="reader", space="nhri"),
        "join",
    )
    assert (
        "somebody is invited"
        in admin.fill(
            "/accounts/invitations", account="gita", role="reader", space="nhri"
        ).text
    )
    client = home.client()
    form = {
        "csrf": token_in(client.get(link)),
        "token": link.split("=")[1],
        "shown": "G",
        "password": GOOD,
        "again": GOOD,
    }
    assert client.fill("/join", name="amira", **form).status_code == 303
    assert home.state.accounts.by_name("gita").name == "G"


@pytest.mark.parametrize("act", ["reset", "unlock", "enable", "disable"])
def test_only_an_administrator_lets_people_in_again(home, act):
    assert home.of(Role.HEAD).fill(f"/accounts/amira/{act}").status_code == 403


# Words typed before the session ended


def ended(home, path, **values):
    """A form sent with the token of a session that is over; its browser."""
    client = home.client()
    return client, client.post(
        path, data={"csrf": "of an earlier session", **values}, headers={"origin": ORIGIN}
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/records/evidence", "passage"),
        ("/assessments/01m8csyjjknk1swamw1xezjkpe/rate/F1", "reason"),
        ("/assessments/questions/01m8csyjjknk1swamw1xezjkpe", "reason"),
        ("/assessments/questions/01m8csyjjknk1swamw1xezjkpe/comments", "text"),
    ],
)
def test_words_typed_before_the_session_ended_come_back_after_signing_in(home, path, name):
    client, asked = ended(
        home, path, title="A title", act_types=["killing", "torture"], **{name: PASSAGE}
    )
    page = html.fromstring(asked.text)
    assert asked.status_code == 403
    assert page.xpath("//form[@action='/sign-in']//input[@type='password']")
    assert PASSAGE in page.text_content()
    kept = page.xpath("//input[@name='_typed']/@value")[0]
    wrong = client.fill(
        "/sign-in", csrf=token_in(asked), name="amira", password=WRONG, _typed=kept
    )
    assert html.fromstring(wrong.text).xpath("//input[@name='_typed']/@value") == [kept]
    back = client.fill(
        "/sign-in", csrf=token_in(wrong), name="amira", password=GOOD, _typed=kept
    )
    form = html.fromstring(back.text).xpath(f"//form[@action='{path}']")[0]
    sent = form.form_values()
    assert (name, PASSAGE) in [(n, v.lstrip("\n").replace("\r\n", "\n")) for n, v in sent]
    assert [v for n, v in sent if n == "act_types"] == ["killing", "torture"]


def test_what_came_back_is_kept_when_it_is_sent(home):
    fields = {"title": "A title", "status": "inbox", "passage": PASSAGE, "_why": "seen"}
    client, asked = ended(home, "/records/evidence", **fields)
    kept = html.fromstring(asked.text).xpath("//input[@name='_typed']/@value")[0]
    back = client.fill(
        "/sign-in", csrf=token_in(asked), name="amira", password=GOOD, _typed=kept
    )
    sent = dict(
        html.fromstring(back.text)
        .xpath("//form[@action='/records/evidence']")[0]
        .form_values()
    )
    assert (
        client.post("/records/evidence", data=sent, headers={"origin": ORIGIN}).status_code
        == 303
    )
    (item,) = home.state.records.find(
        by=home.account(Role.ANALYST), as_of=now(), kinds=("evidence",)
    )
    assert item.body["passage"] == PASSAGE


def test_passwords_are_never_kept_and_another_site_never_gets_so_far(home):
    assert (
        GOOD
        not in ended(home, "/account/password", old=GOOD, password=NEW, again=NEW)[1].text
    )
    client = home.client()
    evil = client.post(
        "/records/evidence",
        data={"passage": PASSAGE},
        headers={"origin": "https://evil.example"},
    )
    assert (evil.status_code, "_typed" in evil.text) == (403, False)
    me = home.of(Role.ANALYST)
    own = me.post(
        "/records/evidence",
        data={"csrf": "of an earlier session", "passage": PASSAGE},
        headers={"origin": ORIGIN},
    )
    assert html.fromstring(own.text).xpath(
        "//form[@action='/records/evidence']//input[@name='csrf']/@value"
    ) == [me.csrf]


def test_a_report_whose_cookie_is_lost_is_shown_again_and_not_asked_to_sign_in(home):
    _, asked = ended(home, "/report", title="Houses burned", text=PASSAGE)
    assert "/sign-in" not in [
        f.get("action") for f in html.fromstring(asked.text).xpath("//form")
    ]
    assert PASSAGE in html.fromstring(asked.text).text_content()


# Sent twice


def test_a_report_sent_twice_is_one(home):
    visitor = home.client()
    page = visitor.get("/report")
    once = html.fromstring(page.text).xpath("//input[@name='_once']/@value")[0]
    report = {
        "title": "Houses burned",
        "text": "I saw it",
        "consent_use": "true",
        "consent_share": "false",
        "consent_identify": "false",
        "contact_phone": "+249 912345678",
        "csrf": token_in(page),
        "_once": once,
    }
    first, second = visitor.fill("/report", **report), visitor.fill("/report", **report)
    assert (first.status_code, second.status_code) == (201, 200)
    (code,) = html.fromstring(first.text).xpath("//main//code/text()")
    assert code not in second.text
    assert "kept once" in second.text
    assert (
        len(
            home.state.records.find(
                by=home.account(Role.ANALYST), as_of=now(), kinds=("submission",)
            )
        )
        == 1
    )
    other = html.fromstring(visitor.get("/report").text).xpath(
        "//input[@name='_once']/@value"
    )[0]
    assert visitor.fill("/report", **{**report, "_once": other}).status_code == 201


# Settings and names


@pytest.mark.parametrize(
    "url",
    [
        "https://Upstander.Example.org",
        "https://upstander.example.org:443",
        "HTTPS://upstander.example.org/",
    ],
)
def test_the_address_of_the_installation_is_compared_as_browsers_write_it(tmp_path, url):
    made = Office(office(tmp_path, url=url).app)
    client = made.client()
    client.base_url = "https://upstander.example.org"
    page = client.get("/sign-in")
    origin = {"origin": "https://upstander.example.org"}
    answer = client.post(
        "/sign-in",
        data={"csrf": token_in(page), "name": "a", "password": "b"},
        headers=origin,
    )
    assert answer.status_code == 401, "a wrong password, and not another site"


@pytest.mark.parametrize(
    "url",
    [
        "upstander.example.org",
        "https://x.org/app",
        "https://a:b@x.org",
        "ftp://x.org",
        "https://x.org:99999",
        "https://x org",
    ],
)
def test_an_address_that_cannot_work_is_refused(url):
    with pytest.raises(ValueError, match=r"https://upstander\.example\.org"):
        Settings(url=url)


@pytest.mark.parametrize(
    "name",
    [
        "စ" * 90 + ".csv",
        "中" * 100 + ".csv",
        "..",
        ".",
        "a/../b.csv",
        "\0.csv",
        "x" * 300,
        "a\nb.csv",
    ],
)
def test_any_name_of_a_file_can_be_looked_at(home, name):
    me = home.of(Role.ANALYST)
    looked = me.post(
        "/evidence/import",
        data={
            "csrf": me.csrf,
            "do": "look",
            "program": "template",
            "kind": "evidence",
            "place": "SDN",
        },
        files={"file": (name, b"title,passage\nA,b\n")},
        headers={"origin": ORIGIN},
    )
    assert (looked.status_code, "would be kept" in looked.text) == (200, True)
    assert 0 < len(on_disk(name).encode()) < 140
