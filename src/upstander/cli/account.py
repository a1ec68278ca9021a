"""``upstander account``: for whoever holds the machine; what the accounts page does, and all of it in the access log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from upstander.cli import terminal

if TYPE_CHECKING:
    from upstander.core.rights import Actor
    from upstander.core.settings import Settings
    from upstander.lake.records.accounts import Accounts

app = typer.Typer(no_args_is_help=True, help="Accounts: lost passwords, locked and disabled accounts, invitations.")
Name = Annotated[str, typer.Argument(help="The account's sign-in name.")]


@app.command("list", epilog="Example: [bold]upstander account list[/]")
def list_(home: terminal.Home = None, shape: terminal.Shape = terminal.Format.table) -> None:
    """Every account, and the invitations that are open."""
    _, accounts = _opened(home)
    now = datetime.now(UTC)
    rows = [
        {"account": a.account, "name": a.name, "role": a.role.value, "space": a.space, "state": "disabled" if a.disabled else ""}
        for a in accounts.list()
    ]  # fmt: skip
    rows += [
        {"account": "", "name": f"invitation {i.id}", "role": i.role, "space": i.space, "state": f"until {i.ends:%Y-%m-%d %H:%M}Z"}
        for i in accounts.invitations(now=now)
    ]  # fmt: skip
    terminal.emit(rows, shape, title="Accounts and invitations", head={"accounts": len(accounts.list())})


@app.command(epilog="Example: [bold]upstander account reset amira[/]")
def reset(account: Name, home: terminal.Home = None) -> None:
    """Print a link with which the account's holder chooses a new password. It works once, within 24 hours."""
    from upstander.web.asking import token_hash
    from upstander.web.sign_in import RESET_LASTS

    settings, accounts = _opened(home)
    token, now = _token(), datetime.now(UTC)
    accounts.offer_reset(token_hash(token), account, by=_operator(), now=now, ends=now + RESET_LASTS)
    typer.echo(f"{_address(settings)}/reset?token={token}")


@app.command(epilog="Example: [bold]upstander account unlock amira[/]")
def unlock(account: Name, home: terminal.Home = None) -> None:
    """Forget the failed attempts that closed an account."""
    _opened(home)[1].unlock(account, by=_operator(), now=datetime.now(UTC))
    terminal.say(f"{account}: open to sign in")


@app.command(epilog="Example: [bold]upstander account enable amira[/]")
def enable(account: Name, home: terminal.Home = None) -> None:
    """Let a disabled account sign in again."""
    _opened(home)[1].enable(account, by=_operator(), now=datetime.now(UTC))
    terminal.say(f"{account}: may sign in again")


@app.command(epilog="Example: [bold]upstander account disable amira[/]")
def disable(account: Name, home: terminal.Home = None) -> None:
    """Let an account sign in no more; what it wrote stays. The last administrator stays, too."""
    _opened(home)[1].disable(account, by=_operator(), now=datetime.now(UTC))
    terminal.say(f"{account}: can sign in no more")


@app.command(epilog="Example: [bold]upstander account invite --role administrator --space justice[/]")
def invite(
    role: Annotated[str, typer.Option(help="Role of the new account.")],
    space: Annotated[str, typer.Option(help="Id of its space.")],
    home: terminal.Home = None,
) -> None:
    """Print a link that makes one account. It works once, within seven days."""
    from upstander.core.errors import ConfigError
    from upstander.core.rights import Role
    from upstander.web.asking import token_hash
    from upstander.web.sign_in import INVITATION_LASTS

    if role not in tuple(Role):
        raise ConfigError(f"{role[:40]!r} is no role; choose one of {', '.join(Role)}")
    settings, accounts = _opened(home)
    token, now = _token(), datetime.now(UTC)
    accounts.invite(token_hash(token), Role(role), space, by=_operator(), now=now, ends=now + INVITATION_LASTS)
    typer.echo(f"{_address(settings)}/join?token={token}")


@app.command(epilog="Example: [bold]upstander account withdraw 3f9c0a1b2c3d4e5f[/]")
def withdraw(
    invitation: Annotated[str, typer.Argument(help="Its id, as 'account list' shows it.")], home: terminal.Home = None
) -> None:
    """Take an invitation back."""
    _opened(home)[1].withdraw(invitation, by=_operator(), now=datetime.now(UTC))
    terminal.say("withdrawn: the link works no more")


def _opened(home: terminal.Home) -> tuple[Settings, Accounts]:
    from upstander.cli.audit import opened
    from upstander.lake.records.accounts import Accounts

    settings = terminal.settings(home)
    return settings, Accounts(opened(settings))


def _operator() -> Actor:
    """Whoever has a shell on this machine; named so in the log."""
    from upstander.core.rights import Actor, Role

    return Actor("operator", "operator at the command line", Role.ADMINISTRATOR, "")


def _token() -> str:
    import secrets

    return secrets.token_urlsafe(32)


def _address(settings: Settings) -> str:
    return settings.url or "http://127.0.0.1:8080"
