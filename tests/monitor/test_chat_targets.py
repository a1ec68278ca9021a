"""Chats by Apprise: only what the administrator named, only by web, never into the host's own network, no secret anywhere."""

from __future__ import annotations

import json
import logging

import pytest
from pydantic import SecretStr
from tests.monitor.messages import SENT as NOW
from tests.monitor.messages import batch, message

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.keys import Key, new_key
from upstander.core.settings import Settings
from upstander.monitor import chat_targets
from upstander.monitor.channels.apprise import CHANNEL
from upstander.monitor.sending import Parcel, Post

OPEN, OWN = "93.184.215.14", "10.1.2.3"


def listed(**targets: str) -> dict[str, SecretStr]:
    return {name: SecretStr(address) for name, address in targets.items()}


@pytest.mark.parametrize(
    "address",
    [
        "mailto://user:pass@example.org",
        "xmpp://user:pass@example.org",
        "mqtt://example.org/topic",
        "syslog://",
        "dbus://",
        "json://example.org/in",  # by http: an administrator allows that with the own network
        "",
    ],
)
def test_services_that_are_not_the_web_by_https_are_refused(address):
    with pytest.raises(NotAllowed):
        chat_targets.address_of("duty", listed(duty=address), allow_own=False)


def test_a_name_that_is_not_on_the_list_is_refused_and_says_nothing_of_the_list():
    with pytest.raises(ConfigError) as refused:
        chat_targets.address_of(
            "jsons://evil.example", listed(duty="jsons://a.example/hush"), allow_own=False
        )
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("found", [[OWN], [OPEN, OWN], ["127.0.0.1"], ["::1"], []])
def test_a_name_that_resolves_into_the_own_network_is_not_connected_to(monkeypatch, found):
    from urllib3.util import connection

    tried = []
    monkeypatch.setattr(
        connection, "create_connection", lambda a, *_, **__: tried.append(a)
    )
    taken = chat_targets.send(
        "jsons://chat.example/in", "T\n\nB", allow_own=False, lookup=lambda *_: found
    )
    assert not taken
    assert tried == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    from urllib3.util import connection

    tried, names = [], []

    def real(address, *_rest, **_more):
        tried.append(address)
        raise OSError("nobody there")

    def lookup(host, port):
        names.append(host)
        return [OPEN] if len(names) == 1 else [OWN]  # a name that changes its mind

    monkeypatch.setattr(connection, "create_connection", real)
    assert not chat_targets.send(
        "jsons://chat.example/in", "T\n\nB", allow_own=False, lookup=lookup
    )
    assert {a for a, _ in tried} == {OPEN}
    assert connection.create_connection is real  # it was put back


def test_a_redirect_is_not_followed(httpserver):
    httpserver.expect_request("/in").respond_with_data(
        "", 302, {"location": httpserver.url_for("/inner")}
    )
    httpserver.expect_request("/inner").respond_with_data("ok")
    address = httpserver.url_for("/in").replace("http://", "json://")
    assert not chat_targets.send(address, "T\n\nB", allow_own=True)
    assert [r.path for r, _ in httpserver.log] == ["/in"]


def test_a_chat_gets_title_and_words_and_no_secret_stands_in_notes_or_logs(
    httpserver, caplog
):
    httpserver.expect_request("/in/hushhush").respond_with_data("ok")
    address = httpserver.url_for("/in/hushhush").replace("http://", "json://")
    settings = Settings(apprise=listed(duty=address), own_network_targets=True)
    post = Post(settings, Key(new_key().secret))
    with caplog.at_level(logging.DEBUG):
        sent = post.send(parcel("duty"), None, NOW)
        lost = post.send(parcel("other"), None, NOW)
    assert sent.taken
    assert not lost.taken
    [(request, _)] = httpserver.log
    body = json.loads(request.data)
    assert body["title"] == "[TLP:AMBER] Killing may come"
    assert "Known: <much> & more" in body["message"]
    of_the_server = (
        "werkzeug",
        "pytest_httpserver",
    )  # the chat's own side, in the same process
    logged = "".join(
        r.getMessage() for r in caplog.records if not r.name.startswith(of_the_server)
    )
    assert "hushhush" not in logged + sent.note + lost.note + repr(settings)


def parcel(name: str) -> Parcel:
    return Parcel("apprise", name, "d1", "s1", CHANNEL.write(batch(message())))


def test_words_of_several_alerts_and_of_a_drill_say_so():
    text = CHANNEL.write(batch(message(exercise=True), message(id="a2"))).decode()
    assert text.startswith("Alerts (2)\n\n")
    assert "EXERCISE EXERCISE EXERCISE: Darfur | 3/4" in text
