"""Items that may be the same: found and shown, never merged by machine.

Exact: the same id in the same program. Near: the same place, days apart by at most three, and similar words.

The work is bounded. Items whose words are nearly all the same (the lines of one questionnaire) are one group, and only
one of them is compared with others; of the rest each is compared with at most MOST_COMPARED of those before it, those
with the most rare words in common first. So the work grows with the number of items, not with its square.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from rapidfuzz import fuzz

from upstander.core.folding import folded

DAYS = 3  # newspapers and monitors date one event apart by up to a weekend
# token_sort_ratio, 0 to 100. Among 86,410 pairs of different headlines of one country within three days (UCDP Candidate
# events, January to October 2023) 1.2 % reach 75; of headlines that lost a quarter of their words 85 % do. At 70 the
# share of wrong pairs is 1.8 %, at 85 every second shortened copy is missed. Proposals are read by people: a wrong one
# costs a look, a missed one counts a killing twice.
ALIKE = 75
MOST_PAIRS = 300  # proposals; more are read by nobody
MOST_COMPARED = 40  # earlier items that one is held against
MOST_OF_WORD = 60  # items by which a word is remembered; one that stands in more of those days tells little
RARE_WORDS = 12  # of each item, by which others are looked for
LONGEST = 2_000  # characters that are compared
FEWEST = 3  # items of a group; two alike are a pair


@dataclass(frozen=True)
class Item:
    """What two items are compared by. ``text`` is the title and the passage; ``published`` means that a publisher keeps
    its items apart itself, so that two of the same program with different ids are two."""

    id: str
    place: str
    day: date | None
    text: str
    origin: tuple[str, str] = ("", "")
    published: bool = False

    @cached_property
    def folded(self) -> str:
        """The text as it is compared; asked for more than once, and slow to make."""
        return folded(self.text)


@dataclass(frozen=True)
class Pair:
    """Two items that may be the same: ids, ``exact`` or ``near``, and how alike (0 to 100)."""

    first: str
    second: str
    kind: str
    alike: float


@dataclass(frozen=True)
class Group:
    """Many items alike: ids, ``exact`` (one origin) or ``near`` (the same words but for numbers)."""

    ids: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Alike:
    """Pairs, the most alike first; groups, the largest first; and how often two texts were compared."""

    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
    compared: int


def item(id: str, place: str, body: Mapping[str, Any]) -> Item:
    """What a record or draft of evidence, or a report, is compared by."""
    day = body.get("day") or body.get("reported")
    title = body.get("title") or " ".join(v for v in body.values() if isinstance(v, str))
    text = f"{title}\n{body.get('passage') or body.get('text') or ''}"[:LONGEST]
    return Item(
        id,
        place,
        date.fromisoformat(day) if day else None,
        text,
        (body.get("origin") or "", body.get("origin_id") or ""),
        bool(body.get("published")),
    )


def search(new: Sequence[Item], known: Iterable[Item] = ()) -> Alike:
    """Proposals among the new items, and between them and the known ones."""
    everything = [*known, *new]
    fresh = {i.id for i in new}
    proposed: dict[tuple[str, str], Pair] = {}
    groups: list[Group] = []
    for same in _by_origin(everything).values():
        _propose(same, "exact", 100.0, fresh, proposed, groups)
    compared = 0
    for near in _by_place(everything).values():
        alone = list[Item]()
        for same in _same_words(near):
            alone.append(_first_fresh(same, fresh))
            _propose(
                [i for i in same if not i.published], "near", 0.0, fresh, proposed, groups
            )
        alone.sort(key=_order)
        compared += _compare(alone, fresh, proposed)
    return Alike(
        tuple(_best(proposed.values())),
        tuple(sorted(groups, key=lambda g: -len(g.ids))[:MOST_PAIRS]),
        compared,
    )


def _propose(
    same: Sequence[Item],
    kind: str,
    alike: float,
    fresh: set[str],
    pairs: dict[tuple[str, str], Pair],
    groups: list[Group],
) -> None:
    """A pair of two (``alike`` 0: as their texts are), a group of more; nothing where none of them is new."""
    ids = [i.id for i in same]
    if len(ids) < 2 or fresh.isdisjoint(ids):
        return
    if len(ids) >= FEWEST:
        groups.append(Group(tuple(ids), kind))
    else:
        score = alike or round(float(fuzz.token_sort_ratio(same[0].text, same[1].text)), 1)
        pairs.setdefault((ids[0], ids[1]), Pair(ids[0], ids[1], kind, score))


def _by_origin(items: Iterable[Item]) -> dict[tuple[str, str], list[Item]]:
    found = defaultdict(list)
    for i in items:
        if i.origin[1]:
            found[i.origin].append(i)
    return found


def _by_place(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Items with a day, by place, in the order of days."""
    found = defaultdict(list)
    for i in sorted((i for i in items if i.day), key=_order):
        found[i.place].append(i)
    return found


def _order(i: Item) -> tuple[date, str]:
    return i.day or date.min, i.id


def _same_words(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items of one place with the same words but for numbers, each no more than DAYS after the one before it."""
    by_words: dict[str, list[Item]] = defaultdict(list)
    for i in items:
        by_words[i.id if i.published else _without_numbers(i)].append(i)
    for same in by_words.values():
        run = [same[0]]
        for before, i in pairwise(same):
            if _days(before, i) > DAYS:
                yield run
                run = []
            run.append(i)
        yield run


def _without_numbers(i: Item) -> str:
    return " ".join(sorted("".join(" " if c.isdigit() else c for c in i.folded).split()))


def _first_fresh(same: Sequence[Item], fresh: set[str]) -> Item:
    """The one that stands for all in comparisons: a new one, if there is any."""
    return next((i for i in same if i.id in fresh), same[0])


def _days(a: Item, b: Item) -> int:
    return abs((b.day or date.min).toordinal() - (a.day or date.min).toordinal())


def _compare(
    items: Sequence[Item], fresh: set[str], pairs: dict[tuple[str, str], Pair]
) -> int:
    """Near pairs of one place, sorted by day: each is held against a few before it. How many comparisons it took."""
    texts = [" ".join(sorted(_words(i))) for i in items]
    compared = 0
    for at, earlier in enumerate(_candidates(items, texts)):
        b = items[at]
        for before in earlier:
            a = items[before]
            if (a.id not in fresh and b.id not in fresh) or _kept_apart(a, b):
                continue
            compared += 1
            if score := fuzz.ratio(texts[before], texts[at], score_cutoff=ALIKE):
                pairs.setdefault(
                    (a.id, b.id), Pair(a.id, b.id, "near", round(float(score), 1))
                )
        if len(pairs) > 10 * MOST_PAIRS:
            _forget_all_but_the_best(pairs)
    return compared


def _forget_all_but_the_best(pairs: dict[tuple[str, str], Pair]) -> None:
    """Only the best are shown, so only they are kept."""
    best = _best(pairs.values())
    pairs.clear()
    pairs.update({(p.first, p.second): p for p in best})


def _best(proposed: Iterable[Pair]) -> list[Pair]:
    return heapq.nsmallest(
        MOST_PAIRS, proposed, key=lambda p: (-p.alike, p.first, p.second)
    )


def _candidates(items: Sequence[Item], texts: Sequence[str]) -> Iterator[list[int]]:
    """For each item those within DAYS before it: all of a few, else the ones that share most of its rare words."""
    often = Counter(word for text in texts for word in set(text.split()))
    standing: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=MOST_OF_WORD))
    start = 0
    for at, b in enumerate(items):
        while _days(items[start], b) > DAYS:
            start += 1
        rare = _rare_words(texts[at], often)
        if at - start <= MOST_COMPARED:
            yield list(range(start, at))
        else:
            yield _sharing(rare, standing, start)
        for word in rare:
            standing[word].append(at)


def _rare_words(text: str, often: Mapping[str, int]) -> list[str]:
    """The rarest words of a text that stand in another one too."""
    shared = (word for word in set(text.split()) if often[word] > 1)
    return sorted(shared, key=lambda word: (often[word], word))[:RARE_WORDS]


def _sharing(
    words: Sequence[str], standing: Mapping[str, deque[int]], start: int
) -> list[int]:
    """The items from ``start`` on that share most of the words."""
    shared = Counter(
        before for word in words for before in standing[word] if before >= start
    )
    return [before for before, _ in shared.most_common(MOST_COMPARED)]


def _words(i: Item) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in i.folded).split()


def _kept_apart(a: Item, b: Item) -> bool:
    return a.published and b.published and a.origin[0] == b.origin[0] != ""
