"""``upstander account``: for whoever holds the machine; what the accounts page does, and all of it in the access log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal
from upstander.core.clock import utc_now

if TYPE_CHECKING:
    from upstander.core.settings import Settings
    from upstander.records.accounts import Accounts

ORDER = 14  # in the list of verbs

app = typer.Typer(
    no_args_is_help=True,
    help="Accounts: lost passwords, locked and disabled accounts, invitations.",
)
Name = Annotated[str, typer.Argument(help="The account's sign-in name.")]


@app.command("list", epilog="Example: [bold]upstander account list[/]")
def list_(
    home: terminal.Home = None, shape: terminal.Shape = terminal.Format.table
) -> None:
    """Every account, and the links that are open."""
    from upstander.records.one_time_tokens import OneTime

    _, accounts = _opened(home)
    now = utc_now()
    held = accounts.list()
    rows = [
        {
            "account": a.account,
            "name": a.name,
            "role": a.role.value,
            "space": a.space,
            "state": "disabled" if a.disabled else "",
        }
        for a in held
    ]
    rows += [
        {
            "account": x.account,
            "name": f"{x.purpose} {x.id}",
            "role": x.role,
            "space": x.space,
            "state": f"until {x.ends:%Y-%m-%d %H:%M}Z"
            + (f", waits for {x.waits}" if x.waits else ""),
        }
        for x in OneTime(accounts.records).offers(now=now)
    ]
    terminal.emit(
        rows, shape, title="Accounts and invitations", head={"accounts": len(held)}
    )


@app.command(epilog="Example: [bold]upstander account reset amira[/]")
def reset(account: Name, home: terminal.Home = None) -> None:
    """Print a link with which the account's holder chooses a new password. It works once, within 24 hours."""
    from upstander.web.accounts import one_time_links

    settings, accounts = _opened(home)
    path, _ = one_time_links.new_password(
        accounts,
        account,
        by=terminal.operator(administrator=True),
        at=utc_now(),
        at_once=True,
    )
    typer.echo(f"{settings.address}{path}")


@app.command(epilog="Example: [bold]upstander account unlock amira[/]")
def unlock(account: Name, home: terminal.Home = None) -> None:
    """Forget the failed attempts that closed an account."""
    from upstander.records.sign_in_attempts import Attempts

    Attempts(_opened(home)[1].records).unlock(
        account, by=terminal.operator(administrator=True), now=utc_now()
    )
    terminal.say(f"{account}: open to sign in")


@app.command(epilog="Example: [bold]upstander account enable amira[/]")
def enable(account: Name, home: terminal.Home = None) -> None:
    """Let a disabled account sign in again."""
    _opened(home)[1].enable(
        account, by=terminal.operator(administrator=True), now=utc_now()
    )
    terminal.say(f"{account}: may sign in again")


@app.command(epilog="Example: [bold]upstander account disable amira[/]")
def disable(account: Name, home: terminal.Home = None) -> None:
    """Let an account sign in no more; what it wrote stays. The last administrator stays, too."""
    _opened(home)[1].disable(
        account, by=terminal.operator(administrator=True), now=utc_now()
    )
    terminal.say(f"{account}: can sign in no more")


@app.command(
    epilog="Example: [bold]upstander account invite amira --role administrator --space justice[/]"
)
def invite(
    account: Name,
    role: Annotated[str, typer.Option(help="Role of the new account.")],
    space: Annotated[str, typer.Option(help="Id of its space.")],
    home: terminal.Home = None,
) -> None:
    """Print a link that makes one account. It works once, within seven days."""
    from upstander.core.errors import ConfigError
    from upstander.core.rights import Role
    from upstander.records.one_time_tokens import OneTime
    from upstander.web.accounts import one_time_links
    from upstander.web.accounts.joining import name_fault

    if role not in tuple(Role):
        raise ConfigError(f"{role[:40]!r} is no role; choose one of {', '.join(Role)}")
    if fault := name_fault(account):
        raise ConfigError(f"{account[:80]!r} cannot be an account. {fault}")
    settings, accounts = _opened(home)
    path, _ = one_time_links.invitation(
        OneTime(accounts.records),
        account,
        Role(role),
        space,
        by=terminal.operator(administrator=True),
        at=utc_now(),
        at_once=True,
    )
    typer.echo(f"{settings.address}{path}")


@app.command(epilog="Example: [bold]upstander account withdraw 3f9c0a1b2c3d4e5f[/]")
def withdraw(
    invitation: Annotated[str, typer.Argument(help="Its id, as 'account list' shows it.")],
    home: terminal.Home = None,
) -> None:
    """Take an invitation, or another link, back."""
    from upstander.records.one_time_tokens import OneTime

    OneTime(_opened(home)[1].records).withdraw(
        invitation, by=terminal.operator(administrator=True), now=utc_now()
    )
    terminal.say("withdrawn: the link works no more")


def _opened(home: terminal.Home) -> tuple[Settings, Accounts]:
    from upstander.cli.audit import opened
    from upstander.records.accounts import Accounts

    settings = terminal.settings(home)
    return settings, Accounts(opened(settings))
