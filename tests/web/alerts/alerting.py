"""An office that warns: signals, drafts, releases, for tests of the pages of alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.web.people import Office, office

from upstander.core.clock import utc_now
from upstander.core.rights import Role


class Desk:
    """Two offices: justice warns, nhri answers."""

    def __init__(self, folder: Path, back: timedelta = timedelta(), **settings):
        self.office: Office = office(folder, **settings)
        if back:  # its clock stands in the past, so that a test can let time go by
            app = self.office.app
            clock = replace(app.state.installation.clock, now=lambda: utc_now() - back)
            app.state.installation = replace(app.state.installation, clock=clock)
        self.analyst = self.office.of(Role.ANALYST)
        self.approver = self.office.of(Role.APPROVER)
        self.head = self.office.of(Role.HEAD)
        self.responder = self.office.of(Role.HEAD, "nhri")

    def fields(self, **given) -> dict:
        today = utc_now().date()
        return {
            "headline": "Killing may come in the north",
            "place": "SDN",
            "product": "early_warning",
            "level": "3",
            "inputs": "Two graded reports and the rise of the month.",
            "what": "Militia gathers near two towns.",
            "sure": "medium",
            "since": today.isoformat(),
            "expires": (today + timedelta(days=60)).isoformat(),
            "halt": "Ask for presence in both towns.",
            "responder": "head-nhri",
            **given,
        }

    def signal(self, **given) -> str:
        today = utc_now().date().isoformat()
        fields = {
            "title": "Militia gathers",
            "place": "SDN",
            "topic": "killing",
            "found": today,
        }
        made = self.analyst.write("/records/signal", fields={**fields, **given}, why="seen")
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def draft(self, marking: str = "GREEN", **given) -> str:
        made = self.analyst.write(
            "/records/alert", fields=self.fields(**given), why="drafted", marking=marking
        )
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def step(self, who, id: str, name: str):
        return who.write(f"/alerts/{id}/steps/{name}", why=f"{name}, agreed")

    def released(self, **given) -> str:
        id = self.draft(**given)
        assert self.step(self.analyst, id, "propose").status_code == 200
        answer = self.step(self.approver, id, "release")
        assert answer.status_code == 200, answer.text
        return id
