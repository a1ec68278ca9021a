"""Chats and pagers that the administrator named: sent to by Apprise, by web services alone, never into the host's own network.

A subscriber types a name of the list, never an address. Every connection that is opened while a message is sent, redirects
included, goes to an address that was looked up once and checked; redirects are not followed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from pydantic import SecretStr

from upstander.core.errors import ConfigError, NotAllowed
from upstander.monitor.network_guard import Lookup, is_open, looked_up

# Services that are spoken to by https alone: neither mail, nor sockets of their own, nor this machine's screen.
SERVICES = frozenset(
    [
        "discord",
        "gchat",
        "jsons",
        "matrixs",
        "mmosts",
        "msteams",
        "nctalks",
        "ntfys",
        "opsgenie",
        "pagerduty",
        "pover",
        "rockets",
        "signals",
        "slack",
        "tgram",
        "webexteams",
        "wxteams",
        "workflows",
        "zulip",
    ]
)
BY_HTTP = frozenset(["json", "matrix", "mmost", "nctalk", "ntfy", "rocket", "signal"])
ONE_AT_A_TIME = Lock()
SPEAKING = ("apprise", "urllib3.connectionpool")  # whose logs name addresses


def address_of(name: str, listed: Mapping[str, SecretStr], *, allow_own: bool) -> str:
    """The address of a target. Raises ConfigError: not on the list; NotAllowed: no service that may be used."""
    if name not in listed:
        raise ConfigError("no such chat on the administrator's list (UPSTANDER_APPRISE)")
    address = listed[name].get_secret_value()
    services = SERVICES | BY_HTTP if allow_own else SERVICES
    if address.partition("://")[0].lower() not in services:
        raise NotAllowed("the chat's service is none that may be used")
    return address


def send(
    address: str,
    text: str,
    *,
    allow_own: bool,
    lookup: Lookup = looked_up,
) -> bool:
    """Send; whether the service took it. Raises ConfigError: the address is none that Apprise knows."""
    import apprise  # its hundred services are read when first asked for

    asset = apprise.AppriseAsset(http_redirects=False, async_mode=False)
    target = apprise.Apprise(asset=asset)
    with ONE_AT_A_TIME, unlogged():
        is_known = target.add(address)
    if not is_known:
        raise ConfigError("the chat's address is none that Apprise can use")
    title, _, body = text.partition("\n\n")
    with unlogged(), guarded(allow_own=allow_own, lookup=lookup):
        return bool(target.notify(body=body, title=title))


@contextmanager
def guarded(*, allow_own: bool, lookup: Lookup) -> Iterator[None]:
    """While it lasts, web connections go to checked addresses alone: a name is looked up once, here."""
    from urllib3.util import connection

    real = connection.create_connection

    def checked(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        host, port = address
        found = lookup(host.strip("[]"), port)
        if not allow_own and not (found and all(is_open(a) for a in found)):
            raise OSError("the address lies in this machine's own network")
        return real((found[0], port), *rest, **more)

    with ONE_AT_A_TIME:
        connection.create_connection = checked
        try:
            yield
        finally:
            connection.create_connection = real


@contextmanager
def unlogged() -> Iterator[None]:
    """While it lasts, what is spoken to chats is logged nowhere: their addresses are secrets."""
    loggers = [logging.getLogger(name) for name in SPEAKING]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
