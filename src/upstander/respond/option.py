"""Policy options: ONE FILE PER OPTION in ``options/``, Markdown with a TOML head, named for its subject of resilience.

    +++
    code = "A3"                              # as in the report's order; its factors, legal basis and benefit stand in
    title = "Share power ..."                # ``assess/resilience.toml`` under the file's name, and nowhere else
    part = "policy options, national resilience (A3)"
    cost = "low"                             # low, medium, high: our judgement
    tractability = 2                         # 1 hard, 2 possible, 3 within reach: our judgement
    relapse = true                           # it answers an earlier episode that was left open
    tools = ["Mediation"]                    # tools of reviewed evidence that resemble it
    rests_on = [["ICCPR-1966", "article 25"]]

    [structural]                             # root causes and mechanisms; or [operational], with its aims; or both
    stages = ["upstream", "after"]           # where it can begin
    months = [12, 60]                        # until it works, soonest and latest: our judgement
    +++
    ## What it does
    ...

The body holds every heading of ``SECTIONS`` but those of ``OPTIONAL``, and no other. An option without risks is refused. The
checklist of an option is the list ``option_item`` of the forms: capacity records answer it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from upstander.assess.resilience import Subject, subjects
from upstander.core.errors import ConfigError
from upstander.core.messages import text
from upstander.records.forms import choices, form

FOLDER = "options"
TYPES = ("structural", "operational")
AIMS = ("ease", "halt", "account")
COSTS = ("low", "medium", "high")
OPTIONAL = ("In armed conflict",)
SECTIONS = (
    "What it does",
    "Progress shows in",
    "Risks",
    "Harm check",
    "Women, men, girls and boys",
    "Root causes",
    *OPTIONAL,
)
KEYS = {"code", "title", "part", "cost", "tractability", "relapse", "tools", "rests_on"}


@dataclass(frozen=True)
class Way:
    """How an option works: on causes and mechanisms (structural), or on what happens now (operational, with its aims).

    Attributes:
        stages: where it can begin; months: until it works, soonest and latest.
    """

    type: str
    stages: tuple[str, ...]
    months: tuple[int, int]
    aims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One policy option.

    Attributes:
        subject: what it is in the inventory of resilience; rests_on: law and practice, each an id of a source and a place.
        sections: paragraphs or points by heading.
    """

    subject: Subject
    code: str
    title: str
    part: str
    cost: str
    tractability: int
    relapse: bool
    tools: tuple[str, ...]
    rests_on: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]
    sections: Mapping[str, tuple[str, ...]]
    source: str = "SG-2013"

    @property
    def id(self) -> str:
        """The name of its file, and of its subject."""
        return self.subject.id

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors it works on; T for triggers."""
        return self.subject.factors

    @property
    def checklist(self) -> Mapping[str, str]:
        """Its own checklist: words by item."""
        start = f"{self.code.lower()}_"
        return {
            item: words
            for item, words in choices("option_item").items()
            if item.startswith(start)
        }

    def way(self, type: str) -> Way | None:
        """How it works in one of the two ways."""
        return next((way for way in self.ways if way.type == type), None)


def stages() -> tuple[str, ...]:
    """The stages of a situation, in order: those that a review knows."""
    return tuple(form("review").field("stage").choices)


@cache
def options() -> Mapping[str, Option]:
    """Every option by its id, in the report's order.

    Raises:
        ConfigError: a file is no option; what is wrong with it is named.
    """
    folder = files("upstander.respond").joinpath(FOLDER)
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir()}
    made = {name: read(name, words) for name, words in texts.items() if name[-3:] == ".md"}
    order = [s.option for s in subjects()]
    return {o.id: o for o in sorted(made.values(), key=lambda o: order.index(o.code))}


def read(name: str, content: str) -> Option:
    """An option from its file's text. Raises ConfigError with everything that is wrong with it."""
    head, body = _parts(name, content)
    sections = dict(_sections(body))
    own = {s.id: s for s in subjects()}.get(name.removesuffix(".md"))
    if own is None:
        raise ConfigError(f"{name}: no subject of resilience.toml is called so")
    if faults := [*_head_faults(own, head), *_section_faults(sections)]:
        raise ConfigError(f"{name}: {'; '.join(faults)}")
    return _option(own, head, sections)


def _parts(name: str, content: str) -> tuple[dict[str, Any], str]:
    """The head and the body. Raises ConfigError where there is no head, or it is no TOML."""
    before, _, rest = content.partition("+++\n")
    head, closed, body = rest.partition("\n+++\n")
    if before.strip() or not closed:
        raise ConfigError(f"{name}: begins with a head between two lines of +++")
    try:
        return tomllib.loads(head), body
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: its head is no TOML: {error}") from None


def _sections(body: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in f"\n{body}".split("\n## ")[1:]:
        heading, _, words = part.partition("\n")
        yield heading.strip(), tuple(_paragraphs(words))


def _paragraphs(words: str) -> Iterator[str]:
    """Paragraphs, and points that begin with a dash; their lines joined."""
    for block in words.strip().split("\n\n"):
        points = f"\n{block}".split("\n- ")
        for point in points:
            if joined := " ".join(point.split()):
                yield text(joined)


def _section_faults(sections: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for heading in SECTIONS:
        if heading not in OPTIONAL and not sections.get(heading):
            yield f"says nothing under '## {heading}'"
    for heading in sections.keys() - set(SECTIONS):
        yield f"'## {heading}' is none of {', '.join(SECTIONS)}"


def _head_faults(own: Subject, head: Mapping[str, Any]) -> Iterator[str]:
    if missing := KEYS - {"relapse"} - head.keys():
        yield f"its head lacks {', '.join(sorted(missing))}"
    if unknown := head.keys() - KEYS - set(TYPES):
        yield f"its head has {', '.join(sorted(unknown))}, which nothing reads"
    if head.get("code") != own.option:
        yield f"code is not {own.option}"
    if head.get("cost") not in COSTS or head.get("tractability") not in (1, 2, 3):
        yield f"cost is one of {', '.join(COSTS)}, tractability 1 to 3"
    if not set(TYPES) & head.keys():
        yield "has neither [structural] nor [operational]"
    for type in TYPES:
        yield from _way_faults(type, head.get(type, {"stages": stages(), "months": (0, 0)}))


def _way_faults(type: str, way: Mapping[str, Any]) -> Iterator[str]:
    months = way.get("months", ())
    if not way.get("stages") or set(way["stages"]) - set(stages()):
        yield f"[{type}] stages are of {', '.join(stages())}"
    if len(months) != 2 or not 0 <= months[0] <= months[1]:
        yield f"[{type}] months are two numbers, the soonest first"
    if set(way.get("aims", ())) - set(AIMS):
        yield f"[{type}] aims are of {', '.join(AIMS)}"


def _option(
    own: Subject, head: Mapping[str, Any], sections: Mapping[str, tuple[str, ...]]
) -> Option:
    return Option(
        subject=own,
        code=own.option,
        title=text(head["title"]),
        part=text(head["part"]),
        cost=head["cost"],
        tractability=head["tractability"],
        relapse=head.get("relapse", False),
        tools=tuple(head["tools"]),
        rests_on=tuple((id, text(part)) for id, part in head["rests_on"]),
        ways=tuple(_way(type, head[type]) for type in TYPES if type in head),
        sections=sections,
    )


def _way(type: str, given: Mapping[str, Any]) -> Way:
    low, high = given["months"]
    return Way(type, tuple(given["stages"]), (low, high), tuple(given.get("aims", ())))
