"""The seven steps of the report's way forward, each worked out from records and showing them; and a mechanism's maturity.

Done, partly, or not on record: what nobody recorded is not called "not done". Rules are ours (HOUSE): a step is *done* where the
records say the whole of it, *partly* where they say some. Of W2 the review itself speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from upstander.assess.peers import calendar
from upstander.core.messages import say
from upstander.core.treaties import TWELVE
from upstander.records import Record
from upstander.records.forms import choices
from upstander.respond import treaties

YEAR = timedelta(days=365)
KINDS = (
    "mechanism",
    "review",
    "dialogue",
    "peer_review",
    "lesson",
    "need",
    "action",
    "recommendation",
    treaties.STEP,
)
COOPERATION, DISCUSSION = (
    ("bilateral", "regional"),
    ("national", "regional", "international"),
)
MEETS_A_YEAR, FAIR_SHARE = 4, 0.4


@dataclass(frozen=True)
class Step:
    """One step: its state (done, partly, none), why in words, and the records that say so."""

    id: str
    title: str
    state: str
    words: str
    records: tuple[Record, ...] = ()

    @property
    def state_words(self) -> str:
        """Done, partly, not on record."""
        return say(f"respond.step_{self.state}")


@dataclass(frozen=True)
class Material:
    """What the steps are worked out from: records of a place, and by how many of the twelve instruments it is bound."""

    records: Sequence[Record]
    bound: treaties.Completion
    on: date

    def of(self, kind: str) -> tuple[Record, ...]:
        """Records of a kind."""
        return tuple(r for r in self.records if r.kind == kind)


Answer = tuple[str, str, Sequence[Record]]


def scorecard(material: Material) -> tuple[Step, ...]:
    """All seven, in the report's order."""
    titles = choices("way_forward")
    return tuple(_step(id, titles[id], work(material)) for id, work in STEPS.items())


def _step(id: str, title: str, answer: Answer) -> Step:
    state, words, records = answer
    return Step(id, title, state, words, tuple(records))


def _w1(material: Material) -> Answer:
    mechanisms = material.of("mechanism")
    if not mechanisms:
        return "none", say("respond.w1_none"), ()
    best = max(mechanisms, key=lambda r: maturity(r).level)
    level = maturity(best)
    state = "done" if level.level >= FUNDED else "partly"
    return state, level.words, mechanisms


def _w2(material: Material) -> Answer:
    reviews = material.of("review")
    done = [r for r in reviews if r.body["status"] in ("published", "superseded")]
    if done:
        return "done", say("respond.w2_done", n=len(done)), done
    state = "partly" if reviews else "none"
    return state, say("respond.w2_open", n=len(reviews)), reviews


def _w3(material: Material) -> Answer:
    """Done where all twelve bind the State and are made law; what is not known is said."""
    held, records = material.bound, material.of(treaties.STEP)
    taken = treaties.steps(records, material.on)
    laws = sum(_is_law(taken.get(name, {})) for name in TWELVE)
    values = {"bound": held.bound, "of": held.of, "unknown": held.unknown}
    words = say("respond.w3", laws=laws, **values)
    if min(held.bound, laws) == held.of:
        return "done", words, records
    return "partly" if held.bound or laws else "none", words, records


def _is_law(steps: Mapping[str, treaties.Taken]) -> bool:
    made = steps.get("domesticated")
    return made is not None and made.record.body["status"] == treaties.DONE


def _w4(material: Material) -> Answer:
    return _log(material, COOPERATION, "respond.w4")


def _w7(material: Material) -> Answer:
    return _log(material, DISCUSSION, "respond.w7")


def _log(material: Material, sorts: Sequence[str], message: str) -> Answer:
    """Done where there was one in the last twelve months, partly where there was one before."""
    found = [r for r in material.of("dialogue") if r.body["sort"] in sorts]
    last = max((str(r.body["day"]) for r in found), default="")
    if not found:
        return "none", say("respond.log_none"), ()
    recent = last >= (material.on - YEAR).isoformat()
    words = say(message, n=len(found), last=date.fromisoformat(last))
    return "done" if recent else "partly", words, found


def _w5(material: Material) -> Answer:
    reviews = material.of("peer_review")
    if not reviews:
        return "none", say("respond.w5_none"), ()
    held = calendar(reviews, material.on)
    words = say(
        "respond.w5", punctual=held.punctual, due=held.due, overdue=len(held.overdue)
    )
    return "partly" if held.overdue or not held.due else "done", words, reviews


def _w6(material: Material) -> Answer:
    lessons, needs = material.of("lesson"), material.of("need")
    used = sum(len(uses) for uses in reuse(lessons, material.records).values())
    met = sum(bool(r.body["offer"]) for r in needs)
    words = say("respond.w6", lessons=len(lessons), used=used, met=met, needs=len(needs))
    if not lessons and not needs:
        return "none", words, ()
    return "done" if used or met else "partly", words, (*lessons, *needs)


STEPS: Mapping[str, Callable[[Material], Answer]] = {
    "W1": _w1,
    "W2": _w2,
    "W3": _w3,
    "W4": _w4,
    "W5": _w5,
    "W6": _w6,
    "W7": _w7,
}


def reuse(lessons: Iterable[Record], users: Iterable[Record]) -> dict[str, list[Record]]:
    """By lesson, the actions and recommendations that use it."""
    found: dict[str, list[Record]] = {lesson.id: [] for lesson in lessons}
    for user in users:
        for id in user.body.get("lessons") or ():
            if id in found:
                found[id].append(user)
    return found


# The maturity of a mechanism

FUNDED = 3
LEVELS = ("named", "mandated", "funded", "works", "includes")


@dataclass(frozen=True)
class Maturity:
    """Level 1 to 5, each holding the ones below: named, mandated, funded, works, includes; and what the next one lacks."""

    level: int
    next: str
    women: float | None

    @property
    def words(self) -> str:
        """As shown."""
        name = say(f"respond.maturity_{LEVELS[self.level - 1]}")
        lacks = (
            say(f"respond.lacks_{self.next}") if self.next else say("respond.lacks_nothing")
        )
        return say(
            "respond.maturity", level=self.level, of=len(LEVELS), name=name, lacks=lacks
        )


def maturity(mechanism: Record) -> Maturity:
    """From what its profile says; what is not known does not count as there, and is named as what the next level lacks."""
    women = womens_share([mechanism])
    holds = {
        "mandated": mechanism.body["mandate"] in ("decree", "law"),
        "funded": bool(mechanism.body["budget"]),
        "works": (mechanism.body["meetings"] or 0) >= MEETS_A_YEAR,
        "includes": bool(mechanism.body["society"]) and (women or 0) >= FAIR_SHARE,
    }
    lacking = [name for name, is_there in holds.items() if not is_there]
    level = 1 + (list(holds).index(lacking[0]) if lacking else len(holds))
    return Maturity(level, lacking[0] if lacking else "", women)


def womens_share(records: Iterable[Record]) -> float | None:
    """Women of all people counted, where both are counted; None where nobody is."""
    counted = [r.body for r in records if None not in (r.body["women"], r.body["men"])]
    women = sum(body["women"] for body in counted)
    people = women + sum(body["men"] for body in counted)
    return women / people if people else None


# Dialogue


@dataclass(frozen=True)
class Dialogues:
    """Meetings counted: women's share, how many included civil society, issues open and settled, median days to settle."""

    count: int
    women: float | None
    society: int
    open: int
    settled: int
    days: float | None


def dialogues(records: Sequence[Record]) -> Dialogues:
    """The log of dialogues, worked out."""
    issues = [r.body for r in records if r.body["issue"]]
    days = sorted(_days(body) for body in issues if body["settled"])
    middle = len(days) // 2
    median = (days[middle] + days[~middle]) / 2 if days else None
    return Dialogues(
        count=len(records),
        women=womens_share(records),
        society=sum(bool(r.body["society"]) for r in records),
        open=len(issues) - len(days),
        settled=len(days),
        days=median,
    )


def _days(body: Mapping[str, str]) -> int:
    raised, settled = (date.fromisoformat(body[name]) for name in ("raised", "settled"))
    return (settled - raised).days
