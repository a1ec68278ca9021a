"""``upstander evidence``: for the administrator of the machine; everything is done as a named account, and logged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.core.rights import Actor
    from upstander.evidence.importing import Brought
    from upstander.records.store import Records

ORDER = 12  # in the list of verbs

app = typer.Typer(
    help="Evidence and reports: bring files in, write templates.", no_args_is_help=True
)


@app.command(
    "import",
    epilog="Example: [bold]upstander evidence import may.csv --format kobo --place SDN --as amira[/]",
)
def bring_in(
    file: Annotated[Path, typer.Argument(help="CSV, xlsx or JSON.")],
    account: Annotated[
        str, typer.Option("--as", help="Account that brings it in; its space receives it.")
    ],
    program: Annotated[
        str, typer.Option("--format", help="template, kobo, odk_central, reliefweb or ucdp_ged.")
    ] = "template",
    kind: Annotated[
        str,
        typer.Option(
            help="evidence; submission for reports from monitors; warning_case or case_entry."
        ),
    ] = "evidence",
    place: Annotated[str, typer.Option(help="Place where a line says none, for example SDN.")] = "",
    mapping: Annotated[
        Path | None, typer.Option(help="TOML that says which column is which field.")
    ] = None,
    encoding: Annotated[
        str, typer.Option(help="Of text that is not Unicode, for example cp1252.")
    ] = "",
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Keep the good lines although others are faulty.")
    ] = False,
    faulty: Annotated[
        Path | None, typer.Option(help="Where the faulty lines are written, to be mended.")
    ] = None,
    home: terminal.Home = None,
) -> None:
    """Bring a file in: all of it, or nothing; evidence and reports go to the inbox. Duplicates are shown, never merged."""
    from datetime import UTC, datetime

    from upstander import pipeline
    from upstander.core.places import load
    from upstander.evidence import importing
    from upstander.evidence.column_mapping import read_mapping
    from upstander.records.forms import form
    from upstander.records.store import Records
    from upstander.records.vault import Vault

    settings, places, now = terminal.settings(home), load(), datetime.now(UTC)
    records = Records.open(settings.records, settings.keys_folder)
    by = _actor(records, account)
    columns = read_mapping(_text_of(mapping), form(kind)) if mapping else None
    known, part = _known(records, by, kind, now), form(kind)
    wholes = _known(records, by, part.field(part.within).to, now) if part.within else []
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
        wholes=wholes,
        today=max(now.date(), pipeline.day(settings)),
    )
    _say(brought)
    if faulty and brought.faulty:
        faulty.write_bytes(brought.faulty)
    if brought.faults and not brought.items:
        terminal.say(
            "Nothing was kept. Mend the lines named above and give the file again, or add --keep-good."
        )
        raise typer.Exit(2)
    vault = Vault.open(records, settings.vault_key)
    made, receipts = importing.kept(
        brought, records=records, vault=vault, by=by, why=f"{program}: {file.name}", now=now
    )
    rows: list[dict[str, object]] = [{"line": line, "receipt": code} for line, code in receipts]
    if not rows:
        rows = [{"read": brought.read, "kept": len(made), "there already": brought.again}]
    terminal.emit(
        rows,
        terminal.Format.table,
        title="In the inbox" if kind in ("evidence", "submission") else "Kept",
        head={"space": by.space},
    )


@app.command(
    "template", epilog="Example: [bold]upstander evidence template submission > form.csv[/]"
)
def template(
    kind: Annotated[
        str, typer.Argument(help="evidence, submission, warning_case or case_entry.")
    ] = "evidence",
) -> None:
    """Write the empty table of a form, to be filled in offline."""
    from upstander.records import exports

    typer.echo(exports.template(kind), nl=False)


def _actor(records: Records, name: str) -> Actor:
    from upstander.core.errors import ConfigError
    from upstander.records.accounts import Accounts

    found = Accounts(records).by_name(name)
    if found is None or found.disabled:
        raise ConfigError(f"no account {name!r} that can act here; see the accounts page")
    return found.actor


def _text_of(mapping: Path) -> str:
    """What stands in a file of ours. Raises ConfigError when it is not UTF-8."""
    from upstander.core.errors import ConfigError

    try:
        return mapping.read_text("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(
            f"{mapping.name}: the mapping is not UTF-8 text; save it as UTF-8"
        ) from None


def _known(records: Records, by: Actor, kind: str, now: Any) -> list[Any]:
    """Every record of the kind that the account may read, page by page."""
    found: list[Any] = []
    while page := records.find(
        by=by, as_of=now, kinds=(kind,), after=found[-1].id if found else ""
    ):
        found += page
    return found


def _say(brought: Brought) -> None:
    for f in brought.faults[:20]:
        terminal.say(f"{f.file}, {f.where}, {f.column}: {f.problem}")
    if len(brought.faults) > 20:
        terminal.say(
            f"... and {len(brought.faults) - 20} more faults; --faulty FILE writes them all"
        )
    if brought.unmapped:
        terminal.say(f"Not brought in, for no field takes them: {', '.join(brought.unmapped)}")
    if brought.left:
        terminal.say(f"Left out on purpose: {', '.join(brought.left)}")
    for note in brought.notes:
        terminal.say(f"Note: {note}")
    for g in brought.groups[:20]:
        terminal.say(f"Alike ({g.kind}): {len(g.ids)} items, the first {', '.join(g.ids[:3])}")
    for p in brought.pairs[:20]:
        terminal.say(f"May be the same ({p.kind}, {p.alike:g}): {p.first} and {p.second}")
