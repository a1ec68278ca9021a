"""Questions to the evidence library, answered from records alone: what counts, how it is graded, where it is used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from upstander.records import Record
from upstander.records.forms import form

SEX_AGE = ("women", "men", "girls", "boys")


@dataclass(frozen=True)
class Sides:
    """Ids of the items that speak for and against one indicator or record."""

    supports: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """What one item does not say about the sex and age of those affected."""

    id: str
    missing: tuple[str, ...]
    words: str


def standing(records: Iterable[Record]) -> tuple[Record, ...]:
    """The items that count: those in the library, not in the inbox or set aside."""
    return tuple(
        r for r in records if r.kind == "evidence" and r.body["status"] == "library"
    )


def chosen(
    records: Iterable[Record],
    *,
    status: str = "",
    place: str = "",
    of: str = "",
    reliability: str = "",
    credibility: str = "",
    act_type: str = "",
    since: str = "",
    until: str = "",
    ungraded: bool = False,
) -> tuple[Record, ...]:
    """Items that fit every filter given. ``of``: an indicator or ``kind:id``; days as YYYY-MM-DD, undated items never fit."""
    wanted = {"status": status, "reliability": reliability, "credibility": credibility}

    def fits(r: Record) -> bool:
        b = r.body
        return (
            r.kind == "evidence"
            and all(not v or b[k] == v for k, v in wanted.items())
            and (not place or r.place == place)
            and (not of or of in b["supports"] or of in b["against"])
            and (not act_type or act_type in b["act_types"])
            and _is_within(b, since, until)
            and (not ungraded or b["reliability"] is None or b["credibility"] is None)
        )

    return tuple(r for r in records if fits(r))


def _is_within(
    body: Mapping[str, Any],
    since: str,
    until: str,
) -> bool:
    if since and (body["until"] or body["day"] or "") < since:
        return False
    return not until or "" < (body["day"] or "") <= until


def sides(records: Iterable[Record]) -> Mapping[str, Sides]:
    """Items for and against, by indicator code or ``kind:id``; items that do not count are left out."""
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for r in standing(records):
        for code in r.body["supports"]:
            found[code][0].append(r.id)
        for code in r.body["against"]:
            found[code][1].append(r.id)
    return {code: Sides(tuple(s), tuple(a)) for code, (s, a) in found.items()}


def grading(records: Iterable[Record]) -> Mapping[tuple[str, str], int]:
    """Number of items by (reliability, credibility); '' where one is not graded. Every cell is there, also at 0.

    The two grades are never made into one number: Admiralty grading keeps source and information apart.
    """
    letters = [*form("evidence").field("reliability").choices, ""]
    numbers = [*form("evidence").field("credibility").choices, ""]
    counted = Counter(
        (r.body["reliability"] or "", r.body["credibility"] or "")
        for r in records
        if r.kind == "evidence"
    )
    return {(a, b): counted[a, b] for a in letters for b in numbers}


def used_in(item: Record, others: Iterable[Record]) -> tuple[str, ...]:
    """Where an item is used: what it speaks for or against, and every record that links to it, as ``kind:id``."""
    own = [
        *item.body["supports"],
        *item.body["against"],
        *(f"act:{a}" for a in item.body["acts"]),
    ]
    links = (f"{r.kind}:{r.id}" for r in others if r.id != item.id and _links_to(r, item))
    return tuple(dict.fromkeys([*own, *links]))


def _links_to(record: Record, item: Record) -> bool:
    values = (v for v in record.body.values() if v)
    return any(
        item.id in v or f"{item.kind}:{item.id}" in v
        if isinstance(v, list)
        else v == item.id
        for v in values
    )


def sex_age_gaps(
    records: Iterable[Record], kinds: Sequence[str] = ("evidence",)
) -> tuple[Gap, ...]:
    """Records about people affected that leave open, or contradict, how many were women, men, girls and boys.

    A count of 0 is an answer; an empty one is not. An item that says nothing of people affected has no gap.
    """
    gaps = []
    for r in records:
        body = r.body
        parts = [body.get(name) for name in (*SEX_AGE, "sex_age_unknown")]
        if r.kind not in kinds or (body.get("affected") in (None, 0) and not any(parts)):
            continue
        missing = tuple(name for name in SEX_AGE if body.get(name) is None)
        if words := _gap_in_words(body, missing, sum(p for p in parts if p)):
            gaps.append(Gap(r.id, missing, words))
    return tuple(gaps)


def _gap_in_words(
    body: Mapping[str, Any],
    missing: Sequence[str],
    counted: int,
) -> str:
    """What is open or contradicts itself; '' for nothing. ``counted``: the sum of the parts that are given."""
    total, unknown = body.get("affected"), body.get("sex_age_unknown")
    words = f"{', '.join(missing)} not known" if missing else ""
    if total is not None and counted > total:
        return f"the parts make {counted}, the total is {total}: correct one"
    if unknown:
        return "; ".join(filter(None, [words, f"sex or age of {unknown} not known"]))
    if not missing and total is not None and counted < total:
        return f"the parts make {counted}, the total is {total}: {total - counted} are not accounted for"
    return words


def sex_age_complete(records: Iterable[Record]) -> tuple[int, int]:
    """(items without a gap, items about people affected)."""
    about = [
        r
        for r in records
        if r.kind == "evidence"
        and any(r.body.get(n) for n in ("affected", *SEX_AGE, "sex_age_unknown"))
    ]
    return len(about) - len(sex_age_gaps(about)), len(about)
