"""``upstander evidence``: for the administrator of the machine; everything is done as a named account, and logged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from upstander.core.rights import Actor
    from upstander.core.settings import Settings
    from upstander.evidence.column_mapping import Columns
    from upstander.evidence.importing import Brought
    from upstander.records import Record
    from upstander.records.forms import Form
    from upstander.records.store import Records

ORDER = 12  # in the list of verbs
MOST_SAID = 20  # faults, groups and pairs each

app = typer.Typer(
    help="Evidence and reports: bring files in, write templates.", no_args_is_help=True
)


File = Annotated[Path, typer.Argument(help="CSV, xlsx or JSON.")]
Account = Annotated[
    str, typer.Option("--as", help="Account that brings it in; its space receives it.")
]
Program = Annotated[
    str,
    typer.Option("--format", help="template, kobo, odk_central, reliefweb or ucdp_ged."),
]
Kind = Annotated[
    str,
    typer.Option(
        help="evidence; submission for reports from monitors; warning_case, case_entry or peer_label."
    ),
]
Place = Annotated[str, typer.Option(help="Place where a line says none, for example SDN.")]
MappingFile = Annotated[
    Path | None, typer.Option(help="TOML that says which column is which field.")
]
Encoding = Annotated[
    str, typer.Option(help="Of text that is not Unicode, for example cp1252.")
]
KeepGood = Annotated[
    bool,
    typer.Option("--keep-good", help="Keep the good lines although others are faulty."),
]
Faulty = Annotated[
    Path | None, typer.Option(help="Where the faulty lines are written, to be mended.")
]


@app.command(
    "import",
    epilog="Example: [bold]upstander evidence import may.csv --format kobo --place SDN --as amira[/]",
)
def bring_in(
    file: File,
    account: Account,
    program: Program = "template",
    kind: Kind = "evidence",
    place: Place = "",
    mapping: MappingFile = None,
    encoding: Encoding = "",
    keep_good: KeepGood = False,
    faulty: Faulty = None,
    home: terminal.Home = None,
) -> None:
    """Bring a file in: all of it, or nothing; evidence and reports go to the inbox. Duplicates are shown, never merged."""
    from upstander import pipeline
    from upstander.core.places import load
    from upstander.evidence import importing
    from upstander.records.forms import form
    from upstander.records.store import Records

    settings, places, now = terminal.settings(home), load(), utc_now()
    records = Records.open(settings.records, settings.keys_folder)
    by = _actor(records, account)
    columns = _columns(mapping, form(kind)) if mapping else None
    known, wanted = _readable(records, by, kind, now), form(kind)
    within = wanted.field(wanted.within).to if wanted.within else ""
    brought = importing.bring(
        program,
        file,
        by=by,
        places=places,
        kind=kind,
        place=place,
        columns=columns,
        encoding=encoding,
        keep_good=keep_good,
        known=known,
        wholes=_readable(records, by, within, now) if within else [],
        today=max(now.date(), pipeline.day(settings)),
    )
    _say(brought)
    _stop_at_faults(brought, faulty)
    _keep(brought, kind, records, settings, by, f"{program}: {file.name}", now)


def _stop_at_faults(brought: Brought, faulty: Path | None) -> None:
    """Write the faulty lines where that is asked for, and end when nothing is to be kept."""
    if faulty and brought.faulty:
        faulty.write_bytes(brought.faulty)
    if brought.faults and not brought.items:
        terminal.say(
            "Nothing was kept. Mend the lines named above and give the file again, or add --keep-good."
        )
        raise typer.Exit(2)


def _keep(
    brought: Brought,
    kind: str,
    records: Records,
    settings: Settings,
    by: Actor,
    why: str,
    now: datetime,
) -> None:
    """Keep what the file gave, and print the receipts of reports, else how much was kept."""
    from upstander.evidence import importing
    from upstander.records.vault import Vault

    vault = Vault.open(records, settings.vault_key)
    items, receipts = importing.kept(
        brought, records=records, vault=vault, by=by, why=why, now=now
    )
    rows: list[dict[str, object]] = [
        {"line": line, "receipt": code} for line, code in receipts
    ]
    if not rows:
        rows = [{"read": brought.read, "kept": len(items), "there already": brought.again}]
    title = "In the inbox" if kind in ("evidence", "submission") else "Kept"
    terminal.emit(rows, terminal.Format.table, title=title, head={"space": by.space})


@app.command(
    "template", epilog="Example: [bold]upstander evidence template submission > form.csv[/]"
)
def template(
    kind: Annotated[
        str,
        typer.Argument(
            help="evidence, submission, warning_case, case_entry or peer_label."
        ),
    ] = "evidence",
) -> None:
    """Write the empty table of a form, to be filled in offline."""
    from upstander.records import exports

    typer.echo(exports.template(kind), nl=False)


def _actor(records: Records, name: str) -> Actor:
    from upstander.core.errors import ConfigError
    from upstander.records.accounts import Accounts

    account = Accounts(records).by_name(name)
    if account is None or account.disabled:
        raise ConfigError(f"no account {name!r} that can act here; see the accounts page")
    return account.actor


def _columns(mapping: Path, wanted: Form) -> Columns:
    """The mapping in a file of ours. Raises ConfigError when it is not UTF-8, or no mapping."""
    from upstander.core.errors import ConfigError
    from upstander.evidence.column_mapping import read_mapping

    try:
        text = mapping.read_text("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(
            f"{mapping.name}: the mapping is not UTF-8 text; save it as UTF-8"
        ) from None
    return read_mapping(text, wanted)


def _readable(records: Records, by: Actor, kind: str, now: datetime) -> list[Record]:
    """Every record of the kind that the account may read, page by page."""
    readable: list[Record] = []
    after = ""
    while page := records.find(by=by, as_of=now, kinds=(kind,), after=after):
        readable += page
        after = readable[-1].id
    return readable


def _say(brought: Brought) -> None:
    for line in _faults(brought):
        terminal.say(line)
    if brought.unmapped:
        terminal.say(
            f"Not brought in, for no field takes them: {', '.join(brought.unmapped)}"
        )
    if brought.left:
        terminal.say(f"Left out on purpose: {', '.join(brought.left)}")
    for note in brought.notes:
        terminal.say(f"Note: {note}")
    for line in _alike(brought):
        terminal.say(line)


def _faults(brought: Brought) -> Iterator[str]:
    for f in brought.faults[:MOST_SAID]:
        yield f"{f.file}, {f.where}, {f.column}: {f.problem}"
    if len(brought.faults) > MOST_SAID:
        more = len(brought.faults) - MOST_SAID
        yield f"... and {more} more faults; --faulty FILE writes them all"


def _alike(brought: Brought) -> Iterator[str]:
    for g in brought.groups[:MOST_SAID]:
        yield f"Alike ({g.kind}): {len(g.ids)} items, the first {', '.join(g.ids[:3])}"
    for p in brought.pairs[:MOST_SAID]:
        yield f"May be the same ({p.kind}, {p.alike:g}): {p.first} and {p.second}"
