"""``upstander mcp``: public figures for an assistant that speaks the Model Context Protocol, over standard input and output."""

from __future__ import annotations

import signal
import sys
from importlib.util import find_spec

from upstander.cli import terminal

ORDER = 23  # in the list of verbs
EXAMPLE = "upstander mcp --home var"


def mcp(home: terminal.Home = None) -> None:
    """Answer an assistant (Model Context Protocol) on standard input and output: public data, read only; listens on no network."""
    from upstander.core.errors import ConfigError

    if find_spec("mcp") is None:
        raise ConfigError(
            "upstander mcp needs the package mcp, which is not installed: pip install 'upstander[mcp]'"
        )
    from upstander.web.app import make
    from upstander.web.assistants.server import serve

    app = make(terminal.settings(home))
    if sys.stdin.isatty():  # a person, not an assistant's host
        terminal.say(
            "Waiting for an assistant on standard input (docs/how-to/exchange.md); Ctrl-C stops it"
        )
    # what waits for the input cannot be told to stop otherwise
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    serve(app)
