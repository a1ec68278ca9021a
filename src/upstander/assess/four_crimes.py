"""The closed list of crimes and violations that the responsibility to protect names, and incitement to each (S03).

Source: 2005 World Summit Outcome (A/RES/60/1), paragraph 138; the four "including their incitement".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Crime(StrEnum):
    """One of the four. Ethnic cleansing has no definition of its own in law: it is a label over acts and crimes."""

    GENOCIDE = "genocide"
    WAR_CRIMES = "war_crimes"
    AGAINST_HUMANITY = "crimes_against_humanity"
    ETHNIC_CLEANSING = "ethnic_cleansing"

    @property
    def label(self) -> str:
        """As shown: ``crimes against humanity``."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, order=True)
class CrimeLink:
    """A crime that a finding bears on. ``act``: on the crime itself; ``incitement``: on incitement to it."""

    crime: Crime
    act: bool
    incitement: bool
