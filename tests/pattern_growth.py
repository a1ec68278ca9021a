"""Whether the work of a regular expression can grow faster than the text: read from its parts, without running it.

A backtracking engine tries every way to read a text. When two different loops of a pattern can read the same stretch one
after the other (p -w-> p, p -w-> q, q -w-> q in the pattern's automaton), a text that repeats the stretch and then does
not fit costs its length squared, or worse. A search begins anew at every character, which is one more loop before it.
Source: Weideman et al. (2016), Analyzing matching time behavior of backtracking regular expression matchers, CIAA.

Bounded repeats are written out, so only what is unbounded is found. Longer looks ahead and behind are taken as always
met, so that a guard of several characters is not seen: the test then asks for a plainer pattern.
"""

from __future__ import annotations

import re
import re._compiler as compiler  # type: ignore[import-not-found]
import re._constants as parts  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

Guard = Callable[
    [str, str], bool
]  # from the characters before and after a place; "" at the ends of the text
COMMON = ("a", "Z", "5", "_", " ", "\n", "-", ".", "/", "é", "(", "\x00")
Step = Callable[[int, str, str], frozenset[int]]
REPEATS = (parts.MAX_REPEAT, parts.MIN_REPEAT, parts.POSSESSIVE_REPEAT)
ONE = (parts.LITERAL, parts.NOT_LITERAL, parts.ANY, parts.IN, parts.CATEGORY)


@dataclass
class Automaton:
    """States by number: ``reads`` one character each and go on, ``slips`` go on without, where their guard is met."""

    flags: int
    reads: dict[int, tuple[re.Pattern[str], int]] = field(default_factory=dict)
    slips: dict[int, list[tuple[Guard | None, int]]] = field(default_factory=dict)
    inner: list[Any] = field(
        default_factory=list
    )  # patterns of looks ahead: read on their own
    turning: set[int] = field(default_factory=set)  # states within an unbounded repeat
    count: int = 0

    def state(self) -> int:
        self.count += 1
        return self.count - 1

    def slip(self, start: int, end: int, guard: Guard | None = None) -> None:
        self.slips.setdefault(start, []).append((guard, end))

    def add(self, nodes: Any, start: int) -> int:
        """The states of a sequence, from ``start``; the state after it."""
        for op, value in nodes:
            start = self._one(op, value, start)
        return start

    def _one(self, op: Any, value: Any, start: int) -> int:
        end = self.state()
        if op in ONE:
            self.reads[start] = (_single(op, value, self.flags), end)
        elif op in REPEATS:
            self._repeat(op, *value, start, end)
        elif op is parts.SUBPATTERN:
            self.slip(self.add(value[3], start), end)
        elif op is parts.ATOMIC_GROUP:
            self.slip(self.add(value, start), end)
        elif op is parts.BRANCH:
            for way in value[1]:
                first = self.state()
                self.slip(start, first)
                self.slip(self.add(way, first), end)
        elif op is parts.AT:
            self.slip(start, end, _at(value))
        elif op in (parts.ASSERT, parts.ASSERT_NOT):
            self.slip(start, end, _look(op, *value, self.flags))
            self.inner.append(value[1])
        elif op is parts.GROUPREF:
            self.slip(start, end)
        else:
            raise NotImplementedError(
                f"a part of a pattern this reading does not know: {op}"
            )
        return end

    def _repeat(
        self, op: Any, least: int, most: Any, body: Any, start: int, end: int
    ) -> None:
        for _ in range(least):
            start = self.add(body, start)
        leave = (
            _not_next(body, self.flags)
            if op is parts.POSSESSIVE_REPEAT and _is_one(body)
            else None
        )
        if most is parts.MAXREPEAT:
            loop = self.state()
            self.slip(start, loop)
            self.slip(self.add(body, loop), loop)
            self.turning.update(range(loop, self.count))
            self.slip(loop, end, leave)
            return
        for _ in range(most - least):
            self.slip(start, end, leave)
            start = self.add(body, start)
        self.slip(start, end)

    def readers(self, state: int) -> list[tuple[tuple[Guard, ...], int]]:
        """The reading states reached without reading, each with the guards on the way there."""
        found: list[tuple[tuple[Guard, ...], int]] = []
        known: set[tuple[tuple[Guard, ...], int]] = {((), state)}
        waiting = list(known)
        while waiting:
            guards, here = waiting.pop()
            if here in self.reads:
                found.append((guards, here))
            for guard, there in self.slips.get(here, ()):
                way = (
                    guards if guard is None or guard in guards else (*guards, guard),
                    there,
                )
                if way not in known:
                    known.add(way)
                    waiting.append(way)
        return found


def _single(op: Any, value: Any, flags: int) -> re.Pattern[str]:
    state = parser.State()
    state.flags = flags
    made: re.Pattern[str] = compiler.compile(parser.SubPattern(state, [(op, value)]), flags)
    return made


def _is_one(body: Any) -> bool:
    return len(body) == 1 and body[0][0] in ONE


def _not_next(body: Any, flags: int) -> Guard:
    one = _single(*body[0], flags)
    return lambda _, after: not (after and one.fullmatch(after))


def _at(value: Any) -> Guard | None:
    def is_word(c: str) -> bool:
        return bool(c) and (c.isalnum() or c == "_")

    if value in (parts.AT_BOUNDARY, parts.AT_NON_BOUNDARY):
        return lambda a, b: (is_word(a) != is_word(b)) is (value is parts.AT_BOUNDARY)
    if value in (parts.AT_BEGINNING, parts.AT_BEGINNING_STRING):
        return lambda a, _: not a
    return lambda _, b: not b


def _look(op: Any, direction: int, body: Any, flags: int) -> Guard | None:
    """A look at one character; None, always met, for a longer one."""
    if not _is_one(body):
        return None
    one, wanted = _single(*body[0], flags), op is parts.ASSERT
    return lambda a, b: (
        bool((c := a if direction < 0 else b) and one.fullmatch(c)) is wanted
    )


def _letters(tree: Any) -> Iterator[str]:
    """A few characters for every set in a pattern: those it names, and the ends of its ranges."""
    for op, value in tree:
        if op in (parts.LITERAL, parts.NOT_LITERAL):
            yield chr(value)
        elif op is parts.RANGE:
            yield chr(value[0])
            yield chr(value[1])
        elif op is parts.IN:
            yield from _letters(value)
        elif op is parts.BRANCH:
            for way in value[1]:
                yield from _letters(way)
        elif isinstance(value, tuple):
            for inner in value:
                if isinstance(inner, parser.SubPattern):
                    yield from _letters(inner)
        elif isinstance(value, parser.SubPattern):
            yield from _letters(value)


def faster_than_text(
    pattern: str, flags: int = 0, *, searches: bool, whole: bool = False
) -> bool:
    """Whether two loops of the pattern can read the same stretch, so that its work can outgrow the text.

    Args:
        searches: the pattern is tried from every character (``search``, ``sub``, ``finditer``), not from the first alone.
        whole: it must fit to the end of the text (``fullmatch``), so that a loop at its end can fail.
    """
    tree = parser.parse(pattern, flags)
    waiting: list[tuple[Any, bool, bool]] = [(tree, searches, whole)]
    while waiting:
        nodes, searches, whole = waiting.pop()
        made = Automaton(tree.state.flags)
        start = made.state()
        end = made.add(nodes, start)
        if whole:
            made.slip(end, end := made.state(), lambda _, after: not after)
        alphabet = _several(dict.fromkeys((*_letters(nodes), *COMMON)), made)
        if _has_loop_of_nothing(nodes) or _has_two_loops(
            made, start, end, alphabet, searches=searches
        ):
            return True
        waiting += [(inner, False, False) for inner in made.inner]
    return False


def _several(letters: Any, made: Automaton) -> list[str]:
    """One character for each way in which the sets of the pattern read one."""
    word = re.compile(r"\w")
    sets = [
        *{
            s.pattern if isinstance(s.pattern, str) else id(s): s
            for s, _ in made.reads.values()
        }.values()
    ]
    kinds: dict[tuple[bool, ...], str] = {}
    for letter in letters:
        kinds.setdefault(
            (*(bool(s.fullmatch(letter)) for s in sets), bool(word.match(letter))), letter
        )
    return list(kinds.values())


def _has_loop_of_nothing(nodes: Any) -> bool:
    """Whether an unbounded repeat stands around what may itself be nothing: every turn of it is a choice."""
    for op, value in nodes:
        if op in REPEATS and value[1] is parts.MAXREPEAT and value[2].getwidth()[0] == 0:
            return True
        bodies = (
            value[1]
            if op is parts.BRANCH
            else value
            if isinstance(value, tuple)
            else [value]
        )
        if any(_has_loop_of_nothing(b) for b in bodies if isinstance(b, parser.SubPattern)):
            return True
    return False


def _has_two_loops(
    made: Automaton, start: int, end: int, alphabet: list[str], *, searches: bool
) -> bool:
    before = made.state()  # where a search waits: any character may be passed over
    made.slip(before, start)
    fits = {
        (s, letter): bool(one.fullmatch(letter))
        for s, (one, _) in made.reads.items()
        for letter in alphabet
    }
    readers = {s: made.readers(s) for s in (before, *(e for _, e in made.reads.values()))}

    @cache
    def after(state: int, last: str, letter: str) -> frozenset[int]:
        """States that have just read ``letter``, which stands after ``last``."""
        read = {
            made.reads[s][1]
            for guards, s in readers[state]
            if fits[s, letter] and all(g(last, letter) for g in guards)
        }
        return frozenset(read | ({before} if state == before and searches else set()))

    firsts = {
        end: {x for x in alphabet if fits[s, x]} for s, (_, end) in made.reads.items()
    } | {before: set(alphabet)}
    steps = {s: {made.reads[r][1] for _, r in ways} for s, ways in readers.items()}
    if searches:
        steps[before].add(before)
    reached = {s: _reached(s, steps) for s in steps if s == before or s in made.turning}
    loops = {
        s: frozenset(t for t in there if s in reached.get(t, ()))
        for s, there in reached.items()
    }
    tries = [
        s for s in loops if loops[s] and not any(_ends(made, t, end) for t in loops[s])
    ]
    return any(
        p != q
        and q != before
        and q in reached[p]
        and _both(p, q, loops[p], loops[q], after, firsts[p] & firsts[q], alphabet)
        for p in tries
        for q in tries
    )


def _reached(state: int, steps: Mapping[int, set[int]]) -> frozenset[int]:
    known: set[int] = set()
    waiting = [state]
    while waiting:
        more = steps[waiting.pop()] - known
        known |= more
        waiting += more
    return frozenset(known)


def _ends(made: Automaton, state: int, end: int) -> bool:
    """Whether the pattern fits here whatever follows: then nothing is tried again."""
    known, waiting = {state}, [state]
    while waiting:
        for guard, there in made.slips.get(waiting.pop(), ()):
            if guard is None and there not in known:
                known.add(there)
                waiting.append(there)
    return end in known


def _both(
    p: int,
    q: int,
    loop: frozenset[int],
    other: frozenset[int],
    after: Step,
    lasts: set[str],
    alphabet: list[str],
) -> bool:
    """Whether one stretch leads from p to p within its loop, from p to q, and from q to q within the other loop.

    Args:
        lasts: the characters that it may end with: those that both p and q have just read.
    """
    for first in lasts:
        known = {(p, p, q, first)}
        waiting = list(known)
        while waiting:
            a, b, c, last = waiting.pop()
            for letter in alphabet:
                near, far = after(a, last, letter) & loop, after(c, last, letter) & other
                more = (
                    set(product(near, after(b, last, letter), far, [letter])) - known
                    if near and far
                    else set()
                )
                if (p, q, q, first) in more:
                    return True
                known |= more
                waiting += more
    return False
