"""Webhooks lead nowhere into the host's own network: not by address, name, redirect or a name that changes."""

import hmac
import json
from datetime import UTC, datetime

import pytest
from tests.monitor.messages import batch

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.keys import Key
from upstander.core.settings import Settings
from upstander.monitor import network_guard, sending
from upstander.monitor.channels import webhook
from upstander.monitor.sending import Parcel, Post

OWN = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104

    "224.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "255.255.255.255", "192.0.2.1", "198.18.0.1",
]  # fmt: skip
NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = Key(b"k" * 32)


@pytest.mark.parametrize("address", OWN)
def test_an_address_of_the_own_network_is_refused_however_the_name_is_spelt(address):
    for found in ([address], ["8.8.8.8", address]):
        with pytest.raises(NotAllowed):
            network_guard.target(
                "https://example.org/x",
                allow_own=False,
                lookup=lambda *_, found=found: found,
            )


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_the_open_internet_is_allowed_and_the_connection_goes_to_what_was_checked(address):
    to = network_guard.target(
        "https://example.org/x?y=1", allow_own=False, lookup=lambda *_: [address]
    )
    assert (to.address, to.host, to.port, to.path) == (
        address,
        "example.org",
        443,
        "/x?y=1",
    )


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f.1/", "http://localhost:80/", "http://[::1]/"]
)
def test_real_look_ups_of_this_host_are_refused(url):
    with pytest.raises((NotAllowed, ConfigError)):
        network_guard.target(url.replace("http:", "https:"), allow_own=False)


@pytest.mark.parametrize(
    "url",
    ["ftp://a/", "https://", "https://user:pw@a/", "file:///etc/hosts", "https://a:x/"],
)
def test_what_is_no_address_of_a_webhook_is_refused(url):
    with pytest.raises((ConfigError, NotAllowed)):
        network_guard.target(url, allow_own=True, lookup=lambda *_: ["8.8.8.8"])


def parcel(url: str) -> Parcel:
    return Parcel("webhook", url, "d1", "s1", webhook.write(batch()))


def test_a_webhook_is_signed_and_every_try_has_the_same_id(httpserver):
    httpserver.expect_request("/hook").respond_with_data("taken")
    post = Post(Settings(own_network_targets=True), KEY)
    for _ in range(2):
        assert post.send(parcel(httpserver.url_for("/hook")), None, NOW).taken
    [first, again] = [r for r, _ in httpserver.log]
    assert (
        first.headers["X-Upstander-Delivery"]
        == again.headers["X-Upstander-Delivery"]
        == "d1"
    )
    stamp, given = first.headers["X-Upstander-Signature"].split(",")
    secret = sending.secret_of(KEY, "s1").encode()
    text = stamp.removeprefix("t=").encode() + b"." + first.data
    assert given == f"v1={hmac.new(secret, text, 'sha256').hexdigest()}"
    assert json.loads(first.data)["alerts"][0]["id"] == "a1"


def test_redirects_are_not_followed_and_failures_say_no_secret(httpserver):
    httpserver.expect_request("/away").respond_with_data(
        "", 302, {"Location": httpserver.url_for("/inner")}
    )
    httpserver.expect_request("/broken").respond_with_data("no", 500)
    post = Post(Settings(own_network_targets=True), KEY)
    for path in ("/away?token=hush", "/broken?token=hush"):
        outcome = post.send(parcel(httpserver.url_for(path)), None, NOW)
        assert not outcome.taken
        assert "hush" not in outcome.note
    assert all(r.path != "/inner" for r, _ in httpserver.log)
    closed = Post(Settings(), KEY).send(parcel(httpserver.url_for("/away")), None, NOW)
    assert not closed.taken
