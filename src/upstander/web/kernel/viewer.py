"""Who looks at a page. Everything but the head of a public page is the same for everybody.

Public pages are made once and kept for all visitors; they hold marks where these parts belong, and they are put in
for each answer, so that what is kept never holds anything of a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from upstander.core.clock import Clock
from upstander.core.dates import day
from upstander.core.rights import VISITOR, Actor, Role

ROLES = {
    Role.VISITOR: "Visitor: reads what is public",
    Role.READER: "Reader: reads what is open to account holders and the unrestricted records of the space",
    Role.CONTRIBUTOR: "Contributor: sends in evidence and reports",
    Role.ANALYST: "Analyst: writes assessments and sees restricted evidence of the space",
    Role.APPROVER: "Approver: analyst who also lets records travel further",
    Role.HEAD: "Head: approver who answers for the space",
    Role.ADMINISTRATOR: "Administrator: accounts, spaces and the access log; no restricted evidence",
    Role.OVERSIGHT: "Oversight: reads the access log; no restricted evidence",
}


@dataclass(frozen=True)
class Viewer:
    """Who a page is made for, and when.

    ``csrf`` goes into every form; ``space`` is the shown title; ``note`` says that the clock is a demonstration's.
    """

    actor: Actor = VISITOR
    space: str = ""
    csrf: str = ""
    note: str = ""

    @property
    def is_known(self) -> bool:
        """Whether somebody is signed in."""
        return self.actor.role is not Role.VISITOR


def demonstration_note(clock: Clock) -> str:
    """What pages say of a clock that is the demonstration's, '' of another."""
    if not clock.is_demonstration:
        return ""
    return f"Demonstration: these pages speak from {day(clock.day)}, the day of the data they came with, where no other is chosen."
