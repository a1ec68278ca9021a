"""People for tests of the doors: an application on a fresh store, with spaces, accounts and signed-in clients."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
from fastapi import FastAPI
from tests.web.asking import Here

from upstander.core.clock import utc_now as now
from upstander.core.rights import Actor, Role
from upstander.core.settings import Settings
from upstander.records import forms
from upstander.web.app import make
from upstander.web.kernel.rate_limits import Rate
from upstander.web.kernel.sessions import token_hash

ORIGIN = "http://127.0.0.1"
ADMIN = Actor("root", "Root", Role.ADMINISTRATOR, "")
SPACES = {"justice": "government", "nhri": "nhri"}


@dataclass
class Office:
    """An installation with two spaces."""

    app: FastAPI

    @property
    def state(self):
        return self.app.state.installation

    def account(self, role: Role, space: str = "justice", name: str = "") -> Actor:
        """The account of a role in a space; made when it is new."""
        name = name or f"{role.value}-{space or 'none'}"
        found = self.state.accounts.by_name(name)
        made = found or self.state.accounts.create(
            name, name.title(), role, space, by=ADMIN, now=now()
        )
        return made.actor

    def client(self, actor: Actor | None = None, **more) -> "Client":
        """A browser of somebody (nobody when None); signed in by a session put into the store."""
        made = Client(transport=Here(self.app, **more), base_url=ORIGIN)
        if actor is not None:
            token = f"token-of-{actor.account}-{'x' * 30}"
            made.csrf = f"csrf-of-{actor.account}"
            at = now()
            if self.state.accounts.session(token_hash(token), now=at) is None:
                self.state.accounts.start_session(
                    token_hash(token),
                    actor.account,
                    csrf=made.csrf,
                    ends=at + timedelta(hours=1),
                    now=at,
                )
            made.cookies.set("session", token)
        return made

    def of(self, role: Role, space: str = "justice") -> "Client":
        return self.client(self.account(role, space))


class Client(httpx2.Client):
    """A client that sends forms as a browser does."""

    csrf = ""

    def fill(self, path: str, **values):
        """A form of ours: its token is read from the page when nobody is signed in."""
        return self.post(
            path, data={"csrf": self.csrf, **values}, headers={"origin": ORIGIN}
        )

    def write(self, path: str, **content):
        """A JSON write."""
        return self.post(
            path, json=content, headers={"origin": ORIGIN, "x-csrf-token": self.csrf}
        )


def token_in(answer) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', answer.text).group(1)


def office(folder: Path, **settings) -> Office:
    made = Office(make(Settings(home=folder, **settings)))
    made.state.calls = Rate(10**9, 10**9)  # a test asks more in a minute than anybody does
    for space, type in SPACES.items():
        made.state.accounts.add_space(
            space, f"The {space} office", type, by=ADMIN, now=now()
        )
    return made


def typed_values(form: forms.Form, text: str, links: dict[str, str] | None = None) -> dict:
    """As ``filled``, without what only the system sets."""
    of_system = {f.name for f in form.fields if f.kept and not f.required}
    return {k: v for k, v in filled(form, text, links).items() if k not in of_system}


def filled(form: forms.Form, text: str, links: dict[str, str] | None = None) -> dict:
    """Values that fill every field of a form; ``text`` stands in each field of text.

    Links are left empty unless ``links`` gives an id for their kind, or, where one is needed, for "any".
    """
    made = {}
    for f in (f for f in form.fields if not f.moved):
        if f.type in ("text", "long"):
            made[f.name] = "".join((*f.starts[:1], text))[: f.most or 300]
        elif f.type in ("choice", "choices"):
            first = next(iter(f.choices))
            made[f.name] = first if f.type == "choice" else [first]
        elif f.type in ("integer", "real"):
            made[f.name] = (
                f.maximum
                if f.maximum is not None
                else f.minimum
                if f.minimum is not None
                else 1
            )
        elif f.type == "date":
            made[f.name] = "2026-05-01"
        elif f.type == "place":
            made[f.name] = "SDN"
        elif f.type == "flag":
            made[f.name] = True
        elif id := (links or {}).get(f.to) or (f.required and (links or {}).get("any")):
            made[f.name] = id if f.type == "link" else [id]
    return made


def link_up(client: Client, form: forms.Form, links: dict[str, str]) -> dict[str, str]:
    """Write the records that a form's needed links lead to, and theirs; ``links`` with their ids by kind."""
    wanted = [f.to for f in form.fields if f.required and f.to in forms.kinds()]
    for kind in dict.fromkeys(wanted):
        if kind not in links:
            of_kind = forms.form(kind)
            link_up(client, of_kind, links)
            made = client.write(
                f"/records/{kind}",
                fields=typed_values(of_kind, "linked to", links),
                why="linked to",
            )
            links[kind] = made.json().get("id", "")
    return links
