"""``upstander serve``: the pages, on this machine or behind a proxy that speaks TLS."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import (
    AF_INET,
    AF_INET6,
    IPPROTO_TCP,
    SO_REUSEADDR,
    SOCK_STREAM,
    SOL_SOCKET,
    socket,
)
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.core.settings import Settings
    from upstander.web.kernel.state import State

ORDER = 4  # in the list of verbs

EXAMPLE = "upstander serve --port 8080"


Port = Annotated[int, typer.Option(min=1, max=65535, help="Port.")]
Host = Annotated[
    str,
    typer.Option(
        help="Address to listen on; another than this machine's own needs UPSTANDER_URL=https://..."
    ),
]


def serve(home: terminal.Home = None, port: Port = 8080, host: Host = "127.0.0.1") -> None:
    """Open the pages on 127.0.0.1, or on another address for a proxy; stop with Ctrl-C."""
    import uvicorn

    from upstander.web.app import make
    from upstander.web.kernel.slow_clients import config

    settings = terminal.settings(home)
    # Before anything is said: the link makes the administrator.
    listening = listen(_allowed(host, settings), port)
    app = make(settings)
    _say_where(app.state.installation, settings, settings.url or f"http://127.0.0.1:{port}")
    # A country's page waits for it, where one is asked for in the first second.
    Thread(target=_prepare_rest, args=(app.state.installation,), daemon=True).start()
    served = config(
        app,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
    )
    uvicorn.Server(served).run(sockets=[listening])


def _prepare_rest(installation: State) -> None:
    """What the first page needs not; what is wrong with it, the pages say that show it."""
    from upstander.core.errors import UpstanderError

    with suppress(UpstanderError):
        installation.prepare_rest()


def _say_where(installation: State, settings: Settings, here: str) -> None:
    """Make today's pages, and say where they are and what stands in the way; once, the first link."""
    from upstander.core.errors import UpstanderError
    from upstander.web.accounts import one_time_links

    try:
        installation.prepare()
    except UpstanderError as error:  # people's records can still be read and written
        terminal.say(f"Today's pages cannot be made: {error}")
    if settings.url and not settings.proxies:
        terminal.say(
            "UPSTANDER_PROXIES is not set: whoever comes by your proxy counts as one address (docs/how-to/network.md)"
        )
    terminal.say(f"Upstander is at {here}/  (Ctrl-C stops it)")
    if link := one_time_links.first(installation.accounts, installation.clock.now()):
        terminal.say(
            f"No account yet. Once, within 24 hours, this makes the administrator:\n{here}{link}"
        )


def _allowed(host: str, settings: Settings) -> IPv4Address | IPv6Address:
    """The address to listen on.

    Raises:
        ConfigError: it is none, or passwords would travel to it in the clear.
    """
    from upstander.core.errors import ConfigError

    try:
        found = ip_address(host)
    except ValueError:
        raise ConfigError(
            f"--host {host[:80]!r} is no address; write one as 127.0.0.1 or 0.0.0.0"
        ) from None
    if not found.is_loopback and not settings.url.startswith("https://"):
        raise ConfigError(
            f"--host {found}: other machines would send passwords in the clear; set UPSTANDER_URL=https://... and put a "
            "proxy that speaks TLS before it (docs/how-to/network.md)"
        )
    return found


def listen(host: IPv4Address | IPv6Address, port: int) -> socket:
    """The port, held from now on.

    Raises:
        ConfigError: another program has it, or it may not be used.
    """
    from upstander.core.errors import ConfigError

    # said to be TCP, so that the server sends at once: without it each answer waits 40 ms for the reader's acknowledgement
    held = socket(AF_INET if host.version == 4 else AF_INET6, SOCK_STREAM, IPPROTO_TCP)
    held.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        held.bind((str(host), port))
        held.listen(2048)
    except OSError as error:
        held.close()
        raise ConfigError(
            f"port {port} on {host}: {error.strerror}; choose another with --port"
        ) from None
    return held
