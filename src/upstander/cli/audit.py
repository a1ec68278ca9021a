"""``upstander audit``: proof that people's records were not changed, and who looked at what."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

if TYPE_CHECKING:
    from upstander.core.settings import Settings
    from upstander.records.store import Records
    from upstander.report.receipt import Installation

ORDER = 13  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="People's records: proof that nothing was changed, and the access log.",
)


@app.command(epilog="Example: [bold]upstander audit verify --receipt receipt.txt[/]")
def verify(
    receipt: Annotated[
        Path | None,
        typer.Option(help="A receipt kept elsewhere, to hold against all of this."),
    ] = None,
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Prove records, ledger and lake anew; name the first that was changed, removed, put in or put back."""
    from upstander.report.receipt import prove

    here = installation(terminal.settings(home))
    proved = prove(
        here, receipt.read_text(encoding="utf-8", errors="replace") if receipt else ""
    )
    rows = [{"chain": h.chain, "entries": h.number, "hash": h.hash} for h in proved.chains]
    told = {
        "entries": proved.entries,
        "forecasts": proved.forecasts,
        "releases": proved.releases,
    }
    terminal.emit(rows, shape, title="Chains that hold", head=told)
    terminal.say(
        "and everything is as the receipt says, or came after it"
        if receipt
        else "an older copy of all of it is seen only from outside: make a receipt and let somebody else keep it"
    )


@app.command(
    "receipt", epilog="Example: [bold]upstander audit receipt --out receipt.txt[/]"
)
def make_receipt(
    out: Annotated[
        Path,
        typer.Option(help="File to write: signed words, without any content of records."),
    ],
    home: terminal.Home = None,
) -> None:
    """Prove everything, and say, signed, how far it reaches, for a second person to keep where nobody here can change it."""
    from upstander.core.files import write_aside
    from upstander.core.keys import signing_key
    from upstander.report import receipt

    here = installation(terminal.settings(home))
    receipt.prove(here)
    signer = signing_key(
        here.book.keys, make=here.records is None and not here.book.seal.exists()
    )
    write_aside(out, receipt.receipt(here.standing(), signer, utc_now()).encode())
    terminal.say(
        f"{out}: give it to somebody outside this installation; hold it against: audit verify --receipt {out.name}"
    )


@app.command(epilog="Example: [bold]upstander audit log --since 2026-05-01[/]")
def log(
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD.")] = "2000-01-01",
    until: Annotated[
        str, typer.Option(help="Day after the last, YYYY-MM-DD (default: up to now).")
    ] = "2999-12-31",
    action: Annotated[
        str, typer.Option(help="Only this action, as the log names it.")
    ] = "",
    home: terminal.Home = None,
    shape: terminal.Shape = terminal.Format.table,
) -> None:
    """Who looked at, exported and changed what. Never the content."""
    import json

    records = opened(terminal.settings(home))
    found = records.logged(
        by=terminal.operator(), since=_day(since), until=_day(until), action=action
    )
    rows = [
        {
            "when": f"{line.when:%Y-%m-%d %H:%M:%S}Z",
            "who": line.who,
            "action": line.action,
            "what": line.what,
            "details": json.dumps(line.details, ensure_ascii=False) if line.details else "",
        }
        for line in found
    ]
    terminal.emit(rows, shape, title="Access log", head={"lines": len(rows)})


@app.command(epilog="Example: [bold]upstander audit rebuild[/]")
def rebuild(home: terminal.Home = None) -> None:
    """Make the tables of rights and search words anew from the entries, and verify."""
    records = opened(terminal.settings(home))
    records.rebuild()
    terminal.say(f"made anew from {records.verify().entries} entries; every hash holds")


@app.command("lost-key", epilog="Example: [bold]upstander audit lost-key --yes[/]")
def lost_key(
    yes: Annotated[
        bool, typer.Option("--yes", help="Yes, the key is lost and in no backup.")
    ] = False,
    home: terminal.Home = None,
) -> None:
    """Make each key that is missing anew. What records say in free text is lost with records.key; the rest stays."""
    from upstander.core.errors import ConfigError
    from upstander.forecast import ledger
    from upstander.records.rekeying import open_with_lost_key

    if not yes:
        raise ConfigError(
            "what every record says in free text is under the lost key and is lost for good; look for a backup, else add --yes"
        )
    settings = terminal.settings(home)
    open_with_lost_key(
        settings.records,
        settings.keys_folder,
        by=terminal.operator(),
        now=utc_now(),
    )
    ledger.sign_anew(ledger.Ledger.of(settings), "")
    terminal.say(
        f"{settings.keys_folder}: a new key was made; back it up apart from the database"
    )


@app.command("new-signing-key", epilog="Example: [bold]upstander audit new-signing-key[/]")
def new_signing_key(home: terminal.Home = None) -> None:
    """Sign with another key from now on. The former one vouches for it in the log. Stop the server first, start it after."""
    from upstander.core import keys
    from upstander.forecast import ledger
    from upstander.records import rekeying

    settings = terminal.settings(home)
    here = installation(settings)
    former, new = keys.turn_signing_key(settings.keys_folder)
    if here.records:
        rekeying.sign_anew(opened(settings), former, by=terminal.operator(), now=utc_now())
    ledger.sign_anew(here.book, former.public)
    keys.forget_former(settings.keys_folder)
    terminal.say(
        f"signed anew; the public half of the new key is {new.public}; back up {settings.keys_folder}"
    )


def opened(settings: Settings) -> Records:
    """The store that there is; looking for proof does not make one. Raises ConfigError."""
    from upstander import pipeline
    from upstander.core.errors import ConfigError

    if (found := pipeline.records_there(settings)) is None:
        file = settings.records.removeprefix("sqlite:///")
        raise ConfigError(
            f"{file}: no records yet; they begin with the first account that upstander serve makes"
        )
    return found


def installation(settings: Settings) -> Installation:
    """What there is to prove. Raises ConfigError when there is nothing yet."""
    from upstander import pipeline
    from upstander.forecast.ledger import Ledger
    from upstander.lake import Lake
    from upstander.report.receipt import Installation

    book = Ledger.of(settings)
    records = (
        pipeline.records_there(settings)
        if book.file.exists() or book.seal.exists()
        else opened(settings)
    )
    return Installation(book, records, Lake(settings.lake))


def _day(text: str) -> datetime:
    from upstander.core.errors import ConfigError

    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise ConfigError(
            f"{text[:40]!r} is not a day; write YYYY-MM-DD, for example 2026-05-01"
        ) from None
