"""``upstander serve``: the pages, on this machine only."""

from __future__ import annotations

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

    from upstander.web.app import make

    settings = terminal.settings(home)
    terminal.say(f"Upstander is at http://127.0.0.1:{port}/  (Ctrl-C stops it)")
    uvicorn.run(make(settings), host="127.0.0.1", port=port, log_level="warning", server_header=False)
