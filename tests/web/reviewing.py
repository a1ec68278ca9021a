"""A review of three offices, driven over the real application: what a test needs before its own first step."""

from pathlib import Path

from tests.web.people import ADMIN, Office, office

from upstander.assess.frameworks import shipped
from upstander.assess.rating import rating_draft
from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Stamp

SIX = shipped()["six_factors"]
REVIEW = {
    "title": "First national review",
    "level": "country",
    "owner": "Office of the Prime Minister",
    "pillar": "1",
    "first": "2026-01-01",
    "last": "2026-06-30",
}
TEXT = "Women of two groups report less to the police; girls leave school early and boys are taken by force at night. "


def offices(folder: Path) -> Office:
    """An installation of the justice office, an NHRI and an NGO, the league."""
    made = office(folder)
    made.state.accounts.add_space("league", "The league", "ngo", by=ADMIN, now=now())
    return made


class Desk:
    """A review of the justice office with an NHRI and an NGO beside, driven over the real application."""

    def __init__(self, home):
        self.home = home
        self.head, self.second = home.of(Role.HEAD), home.of(Role.APPROVER)
        self.analyst = home.of(Role.ANALYST)
        self.commission, self.league = (
            home.of(Role.HEAD, "nhri"),
            home.of(Role.HEAD, "league"),
        )
        made = self.head.write(
            "/records/review", fields=REVIEW, why="begun", place="SDN", marking="GREEN"
        )
        assert made.status_code == 201, made.text
        self.id = made.json()["id"]
        self.href = f"/assessments/{self.id}"

    def add(self, client, kind, **fields):
        made = client.write(
            f"/records/{kind}",
            fields=fields,
            why="agreed",
            parent=self.id,
            place="SDN",
            marking="GREEN",
        )
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def rate(self, client, codes, level):
        for code in codes:
            here = f"{self.href}/rate/{code}"
            kept = client.write(
                here,
                fields={"level": str(level), "note": "two reports"},
                why="seen",
                expected=self.version(client, code),
            )
            assert kept.status_code in (200, 201), kept.text

    def keep(self, who, codes, level):
        """Many ratings at once, straight into the store."""
        own = {
            "review": self.id,
            "by": who,
            "places": frozenset(),
            "stamp": Stamp(who.space, who.account, Marking.GREEN),
        }
        drafts = [
            rating_draft({"code": c, "level": str(level)}, shipped(), **own) for c in codes
        ]
        self.home.state.records.append(drafts, by=who, why="seen", now=now())

    def version(self, client, code):
        return client.get(f"{self.href}/rate/{code}.json").json()["expected"]

    def step(self, client, name):
        return client.write(f"{self.href}/steps/{name}", why="as agreed")

    def page(self, client=None):
        return (client or self.analyst).get(f"{self.href}.json").json()

    def missing(self):
        return [g["words"] for g in self.page()["gaps"]]

    def complete(self):
        """Everything that freezing asks for."""
        assert self.step(self.analyst, "open").status_code == 200
        structural = [f for f in SIX.factors if f.role == "structural"]
        codes = [
            c for f in structural for c in f.scored_codes if c not in shipped().unscored
        ]
        self.keep(self.home.account(Role.ANALYST), codes[::3], 1)
        self.keep(
            self.home.account(Role.HEAD, "nhri"), [f.scored_codes[0] for f in structural], 2
        )
        for name in ("gender", "age"):
            self.add(self.analyst, "section", name=name, text=f"{name}: {TEXT * 2}")
        self.add(self.league, "section", name="unknown", text=TEXT)
        self.add(
            self.head,
            "participant",
            organisation="The commission",
            type="nhri",
            agency="nhri",
            part_taken="rates",
        )
        self.add(
            self.head,
            "policy_mapping",
            policy="Equal Treatment Act",
            subject="constitution",
            owner="Interior",
        )
        capacity = {
            "subject": "accountability",
            "carrier": "institutions",
            "label": "Unit",
            "law": "3",
            "practice": "3",
            "day": "2026-05-01",
            "known_from": "Annual report",
        }
        made = self.head.write(
            "/records/capacity", fields=capacity, why="agreed", place="SDN", marking="GREEN"
        )
        assert made.status_code == 201, made.text
        self.level("1")

    def level(self, level, client=None):
        kept = (client or self.analyst).write(
            f"{self.href}/level", level=level, reason="Few signs, and all of them slight."
        )
        assert kept.status_code in (200, 201), kept.text

    def sign(self, client, decision="agreed", **more):
        signing = next(
            (
                v["number"]
                for v in self.page()["standing"]["versions"]
                if v["status"] == "In signature"
            ),
            1,
        )
        return client.write(
            f"{self.href}/sign", **{"decision": decision, "version": signing, **more}
        )

    def published(self):
        self.complete()
        assert self.step(self.head, "freeze").status_code == 200
        for client in (self.second, self.commission):
            assert self.sign(client).status_code == 201
        assert self.step(self.second, "publish").status_code == 200
