"""Who looks at a page. Everything but the head of a public page is the same for everybody.

Public pages are made once and kept for all visitors; they hold marks where these parts belong, and they are put in
for each answer, so that what is kept never holds anything of a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from upstander.core.languages import ENGLISH, Language
from upstander.core.messages import say
from upstander.core.rights import VISITOR, Actor, Role

ROLES = {
    Role.VISITOR: say("web.visitor_reads_what_is_public"),
    Role.READER: say("web.reader_reads_what_is_open_to_account"),
    Role.CONTRIBUTOR: say("web.contributor_sends_in_evidence_and_reports"),
    Role.ANALYST: say("web.analyst_writes_assessments_and_sees_restricted_e"),
    Role.APPROVER: say("web.approver_analyst_who_also_lets_records_travel"),
    Role.HEAD: say("web.head_approver_who_answers_for_the_space"),
    Role.ADMINISTRATOR: say("web.administrator_accounts_spaces_and_the_access_log"),
    Role.OVERSIGHT: say("web.oversight_reads_the_access_log_no_restricted"),
}


@dataclass(frozen=True)
class Viewer:
    """Who a page is made for, and when.

    ``csrf`` goes into every form; ``space`` is the shown title; ``note`` says that the clock is a
    demonstration's; ``is_made_up`` that everything shown is of the made-up country; ``languages`` are those that the page
    can be read in, each with its address.
    """

    actor: Actor = VISITOR
    space: str = ""
    csrf: str = ""
    note: str = ""
    language: Language = ENGLISH
    is_made_up: bool = False
    languages: tuple[tuple[Language, str], ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether somebody is signed in."""
        return self.actor.role is not Role.VISITOR
