"""Sign in by an OpenID Connect provider that is honest, and by one that lies."""

import time

import pytest
from pydantic import SecretStr
from tests.web import provider as fake
from tests.web.people import ADMIN, office

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role


@pytest.fixture(scope="module")
def provider():
    with fake.running() as started:
        yield started


@pytest.fixture(scope="module")
def home(provider, tmp_path_factory):
    return office(
        tmp_path_factory.mktemp("oidc"),
        oidc_issuer=provider.issuer,
        oidc_client=fake.CLIENT,
        oidc_secret=SecretStr(fake.SECRET),
        oidc_name="the Ministry",
    )


@pytest.fixture
def honest(provider):
    provider.lie, provider.claims, provider.subject = "", {}, "person-7"
    return provider


def leave(client, **more):
    """Follow the link of the sign-in page; where the provider is to be found."""
    client.get("/sign-in")
    answer = client.get("/oidc/start", params=more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def known(home, provider, subject):
    home.state.accounts.create(
        f"account-{subject}",
        "Ines",
        Role.ANALYST,
        "justice",
        by=ADMIN,
        now=now(),
        subject=f"{provider.issuer} {subject}",
    )


def test_somebody_known_by_issuer_and_subject_signs_in(home, honest):
    honest.subject = "known-1"
    known(home, honest, "known-1")
    client = home.client()
    answer = client.get(honest.authorize(leave(client, next="/records")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/records")
    assert client.get("/account.json").json()["name"] == "Ines"


def test_somebody_unknown_needs_an_invitation(home, honest):
    honest.subject = "new-1"
    client = home.client()
    answer = client.get(honest.authorize(leave(client)))
    assert answer.status_code == 403
    assert "invitation" in answer.text
    page = home.of(Role.ADMINISTRATOR, "").fill(
        "/accounts/invitations", account="oda", role="analyst", space="nhri"
    )
    token = page.text.split("/join?token=")[1].split("<")[0]
    assert client.get(honest.authorize(leave(client, invitation=token))).status_code == 303
    made = home.state.accounts.by_subject(f"{honest.issuer} new-1")
    assert (made.role, made.space, made.name) == (Role.ANALYST, "nhri", "Ines")
    honest.subject = "new-2"
    other = home.client()
    assert other.get(honest.authorize(leave(other, invitation=token))).status_code == 403, (
        "an invitation is for one"
    )


def test_an_installation_may_let_its_providers_people_in(honest, tmp_path):
    made = office(
        tmp_path,
        oidc_issuer=honest.issuer,
        oidc_client=fake.CLIENT,
        oidc_secret=SecretStr(fake.SECRET),
        oidc_role="reader",
        oidc_space="justice",
    )
    client = made.client()
    assert client.get(honest.authorize(leave(client))).status_code == 303
    assert client.get("/account.json").json()["role"] == "reader"


LIES = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://other.example"},
    "another audience": {"aud": "somebody-else"},
    "several audiences, for another party": {"aud": [fake.CLIENT, "b"], "azp": "b"},
    "expired": {"exp": int(time.time()) - 3600},
    "no end": {"exp": None},
    "not yet": {"nbf": int(time.time()) + 3600},
    "no subject": {"sub": None},
    "subject that is no text": {"sub": 7},
}


@pytest.mark.parametrize(
    "name", [*LIES, "no signature", "another key", "signed with the public key as a secret"]
)
def test_a_lying_provider_opens_nothing(home, honest, name):
    if home.state.accounts.by_subject(f"{honest.issuer} person-7") is None:
        known(home, honest, "person-7")
    honest.lie, honest.claims = name, LIES.get(name, {})
    client = home.client()
    answer = client.get(honest.authorize(leave(client)))
    assert answer.status_code == 403
    assert "did not prove who you are" in answer.text
    assert client.get("/account.json").status_code == 401
    honest.lie, honest.claims = "", {}
    assert client.get(honest.authorize(leave(client))).status_code == 303, (
        "the same person, proven, gets in"
    )


def test_an_answer_is_taken_once_and_only_in_the_browser_that_left(home, honest):
    honest.subject = "once"
    known(home, honest, "once")
    client, thief = home.client(), home.client()
    there = leave(client)
    leave(thief)
    back = honest.authorize(there)
    assert thief.get(back).status_code == 403
    client = home.client()
    back = honest.authorize(leave(client))
    assert client.get(back).status_code == 303
    again = home.client()
    again.cookies = client.cookies
    assert again.get(back).status_code == 403, "a replayed state"


def test_an_answer_with_another_state_issuer_or_an_error_is_refused(home, honest):
    client = home.client()
    back = honest.authorize(leave(client))
    assert client.get(back.replace("state=", "state=x")).status_code == 403
    assert (
        client.get(
            honest.authorize(leave(client)) + "&iss=https%3A%2F%2Fother.example"
        ).status_code
        == 403
    )
    assert (
        client.get(honest.authorize(leave(client)) + "&error=access_denied").status_code
        == 403
    )


def test_a_document_of_another_issuer_is_refused(home, honest):
    honest.lie = "another issuer's document"
    client = home.client()
    client.get("/sign-in")
    assert client.get("/oidc/start").status_code == 403


def test_a_browser_without_our_cookie_is_sent_to_the_sign_in_page_first(home, honest):
    assert home.client().get("/oidc/start").headers["location"] == "/sign-in"


def test_a_disabled_account_stays_out(home, honest):
    honest.subject = "gone"
    known(home, honest, "gone")
    home.state.accounts.disable("account-gone", by=ADMIN, now=now())
    client = home.client()
    assert client.get(honest.authorize(leave(client))).status_code == 403
