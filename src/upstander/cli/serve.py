"""``upstander serve``: the pages, on this machine only."""

from __future__ import annotations

from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from typing import Annotated

import typer

from upstander.cli import terminal

EXAMPLE = "upstander serve --port 8080"


def serve(
    home: terminal.Home = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8080,
) -> None:
    """Open the pages on 127.0.0.1; stop with Ctrl-C."""
    import uvicorn

    from upstander.core.errors import UpstanderError
    from upstander.web.app import make
    from upstander.web.asking import now
    from upstander.web.sign_in import first_link
    from upstander.web.slow_clients import config

    settings = terminal.settings(home)
    listening = _listen(port)  # before anything is said: the link makes the administrator
    app, here = make(settings), f"http://127.0.0.1:{port}"
    try:
        app.state.held.prepare()
    except UpstanderError as error:  # people's records can still be read and written
        terminal.say(f"Today's pages cannot be made: {error}")
    terminal.say(f"Upstander is at {here}/  (Ctrl-C stops it)")
    if link := first_link(app.state.held.accounts, now()):
        terminal.say(f"No account yet. Once, within 24 hours, this makes the administrator:\n{here}{link}")
    uvicorn.Server(config(app)).run(sockets=[listening])


def _listen(port: int) -> socket:
    """The port, held from now on.

    Raises:
        ConfigError: another program has it, or it may not be used.
    """
    from upstander.core.errors import ConfigError

    held = socket(AF_INET, SOCK_STREAM)
    held.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        held.bind(("127.0.0.1", port))
        held.listen(2048)
    except OSError as error:
        held.close()
        raise ConfigError(f"port {port} on 127.0.0.1: {error.strerror}; choose another with --port") from None
    return held
