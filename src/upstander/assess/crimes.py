"""The catalogue of crimes and acts, many to many, and the words that may be said of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache

from upstander.assess.data_files import data_of
from upstander.core.messages import joined, say, text
from upstander.records.forms import choices

# How a provision was checked, as printed beside it; "read" was read against the authentic text.
CHECKED = {
    "read": say("assess.read_against_the_authentic_text"),
    "recalled": say("assess.given_from_knowledge_of_the_text_not"),
}
# A derived label over acts, with no lane and no elements of its own.
ETHNIC_CLEANSING = "ethnic_cleansing"


def legend(checked: Iterable[str]) -> str:
    """What the marks beside provisions mean, those that are used, in one sentence."""
    used = sorted(set(checked))
    each = (text("“{mark}”, {means}", mark=m, means=CHECKED[m]) for m in used)
    marks = joined(each, "; ")
    return say("assess.provisions", marks=marks)


@dataclass(frozen=True)
class Crime:
    """A crime: the legal test in our own words, what must be noted beside it, its elements and where it stands."""

    id: str
    source: str
    part: str
    test: str
    note: str
    elements: tuple[str, ...]

    @property
    def words(self) -> str:
        """Its name as shown."""
        return choices("crime")[self.id]


@dataclass(frozen=True)
class Provision:
    """Where an act stands in law for one crime, how that was checked, and which part binds only States that accepted it."""

    text: str
    checked: str
    amended: str = ""

    @property
    def words(self) -> str:
        """As printed, with what binds only some States."""
        if not self.amended:
            return self.text
        return say(
            "assess.binding_only_states_that_accepted_the_amendment",
            text=self.text,
            amended=self.amended,
        )


@cache
def _catalogue() -> tuple[tuple[Crime, ...], Mapping[str, Mapping[str, Provision]]]:
    loaded = data_of("crimes.toml")
    crimes = tuple(
        Crime(**{**row, "elements": tuple(row["elements"])}) for row in loaded["crime"]
    )
    ids = {crime.id for crime in crimes}
    return crimes, {act: _provisions_of(row, ids) for act, row in loaded["act"].items()}


def _provisions_of(row: Mapping[str, str], crimes: Set[str]) -> dict[str, Provision]:
    """By crime, from an act's row: a text for each crime, how they were checked, an amendment."""
    texts = ((crime, text) for crime, text in row.items() if crime in crimes)
    return {
        crime: Provision(text, row["checked"], _amended(row, crime))
        for crime, text in texts
    }


def _amended(row: Mapping[str, str], crime: str) -> str:
    return row.get("amended", "") if crime == "war_crimes" else ""


def crimes() -> tuple[Crime, ...]:
    """Genocide, crimes against humanity, war crimes."""
    return _catalogue()[0]


def provisions() -> Mapping[str, Mapping[str, Provision]]:
    """Act -> crime -> provision: one act may be an element of several crimes."""
    return _catalogue()[1]


def acts_of(crime: str) -> frozenset[str]:
    """The acts of the catalogue that may be an element of a crime; none for a word that names no crime."""
    return frozenset(act for act, links in provisions().items() if crime in links)


_CRIME = r"(?:genocid\w*|war\s+crimes?|crimes?\s+against\s+humanity|ethnic(?:ally)?\s+cleans\w+|atrocit(?:y|ies)(?:\s+crimes?)?)"
_STATE = r"(?:is|are|was|were|be|been|being|has|have|had|keeps?|continues?)"
_HAPPENS = (
    r"(?:occur\w*|happen\w*|taking\s+place|took\s+place|taken\s+place|under\s*way|ongoing|committed|perpetrated|carried\s+out"
    r"|proven|proved|established|confirmed|in\s+progress|going\s+on|a\s+fact)"
)
ASSERTED = re.compile(
    rf"\b{_CRIME}\W+(?:\w+\W+){{0,4}}?{_STATE}\W+(?:\w+\W+){{0,3}}?{_HAPPENS}\b"  # "genocide is now taking place"
    rf"|\b{_CRIME}\W+(?:occurs|occurred|happens|happened|took\s+place|continues)\b"
    rf"|\b(?:commit\w*|perpetrat\w*|guilty\s+of|carr(?:y|ies|ied|ying)\s+out)\W+(?:\w+\W+){{0,3}}?{_CRIME}"
    rf"|\b(?:this|that|it|these|they)\W+(?:is|are|was|were|amounts?\s+to|constitutes?)\W+(?:an?\W+)?{_CRIME}",
    re.IGNORECASE,
)


def asserted(text: str) -> tuple[str, ...]:
    """Passages that state a crime as a fact, which is for a competent body alone; () when the text is fit to print.

    Sentences of the system say "indicators consistent with"; a body's finding is quoted as "established by ...".
    """
    return tuple(passage.group(0) for passage in ASSERTED.finditer(text))
