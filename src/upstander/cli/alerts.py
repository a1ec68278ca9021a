"""``upstander alerts``: alerts and feeds of others read; our own released alerts delivered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

if TYPE_CHECKING:
    from upstander.monitor.cap_reading import ReadAlert
    from upstander.monitor.feed_reading import Feed

ORDER = 15  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="Alerts and feeds of others read; our own released alerts delivered.",
)


@app.command(epilog="Example: [bold]upstander alerts read warning.xml --tolerant[/]")
def read(
    file: Annotated[
        Path, typer.Argument(help="A CAP 1.1 or 1.2 alert, or an RSS or Atom feed.")
    ],
    tolerant: Annotated[
        bool,
        typer.Option("--tolerant", help="Take an alert that is not valid, and say why."),
    ] = False,
    content_type: Annotated[
        str, typer.Option(help="What the server called it, for a feed.")
    ] = "",
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Say what an alert or feed of others says, and every reason to doubt it."""
    from upstander.core.errors import FileRefused
    from upstander.monitor import cap_reading, feed_reading

    content = file.read_bytes()
    if b"urn:oasis:names:tc:emergency:cap" in content[:2000] and b"<alert" in content:
        rows, head = _alert(cap_reading.read(content, tolerant=tolerant))
    elif b"<" not in content:
        raise FileRefused(f"{file.name}: neither an alert nor a feed")
    else:
        rows, head = _feed(feed_reading.read(content, content_type))
    terminal.emit(rows, shape, title=file.name, head=head)


def _alert(alert: ReadAlert) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    names = ("event", "headline", "severity", "urgency", "certainty", "expires")
    rows = [
        {
            "language": t.language or "en-US",
            **{n: next(iter(t.values.get(n, ())), "") for n in names},
            "areas": len(t.areas),
            "across_the_antimeridian": any(o.across for a in t.areas for o in a.outlines),
        }
        for t in alert.told
    ]
    head = {n: alert.one(n) for n in ("identifier", "sender", "sent", "status", "msgType")}
    return rows, {
        **head,
        "version": alert.version,
        "sent_utc": alert.sent.isoformat(),
        "faults": list(alert.faults),
        "notes": list(alert.notes),
    }


def _feed(feed: Feed) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    rows = [
        {"title": e.title, "updated": e.updated, "link": e.link, "summary": e.summary[:200]}
        for e in feed.entries
    ]
    return rows, {
        "feed": feed.title,
        "encoding": feed.encoding,
        "reasons": list(feed.reasons),
    }


@app.command(epilog="Example: [bold]upstander alerts deliver[/]")
def deliver(
    home: terminal.Home = None, shape: terminal.Shape = terminal.Format.table
) -> None:
    """Queue and send what was released and not yet taken; safe to run again at any time."""
    from upstander import jobs

    sent = jobs.deliver(terminal.settings(home), utc_now())
    rows = [{"what": state, "deliveries": number} for state, number in sent.items()]
    terminal.emit(rows, shape, title="Outbox", head={})
