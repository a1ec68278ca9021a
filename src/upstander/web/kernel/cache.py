"""Answers kept in memory: each made once for its key, outside any lock, and no more of them than a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Overloaded(Exception):
    """Too much is being made already; asking again in a few seconds helps."""


@dataclass
class Kept(Generic[Answer]):
    """The answers asked for last.

    A key holds everything that changes its answer. Who asks for what is being made waits for that one making; who asks for
    what is kept waits for nobody.

    Attributes:
        most_bytes: of all answers together; the one not asked for the longest goes first, the newest always stays.
        at_once: how many are made side by side: more would take each other's processor and memory.
        most_waiting: how many more may wait for their turn.
    """

    most_bytes: int
    at_once: int
    most_waiting: int
    _answers: OrderedDict[Hashable, tuple[Answer, int]] = field(
        default_factory=OrderedDict, init=False
    )
    _making: dict[Hashable, threading.Event] = field(default_factory=dict, init=False)
    _bytes: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _turns: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._turns = threading.Semaphore(self.at_once)

    @property
    def size(self) -> int:
        """Bytes of the answers kept now."""
        return self._bytes

    def get(
        self,
        key: Hashable,
        make: Callable[[], Answer],
        size: Callable[[Answer], int],
    ) -> Answer:
        """The answer for a key, made by ``make`` unless it is kept; ``size`` says its bytes.

        Raises:
            Overloaded: too many others wait already. Whatever ``make`` raises; then nothing is kept, and who waited tries anew.
        """
        while True:
            with self._lock:
                if key in self._answers:
                    self._answers.move_to_end(key)
                    return self._answers[key][0]
                made = self._making.get(key)
                if made is None:
                    mine = self._begin(key)
                    break
            made.wait()
        return self._make(key, mine, make, size)

    def _begin(self, key: Hashable) -> threading.Event:
        if len(self._making) >= self.at_once + self.most_waiting:
            raise Overloaded
        made = self._making[key] = threading.Event()
        return made

    def _make(
        self,
        key: Hashable,
        made: threading.Event,
        make: Callable[[], Answer],
        size: Callable[[Answer], int],
    ) -> Answer:
        try:
            with self._turns:
                answer = make()
            with self._lock:
                self._keep(key, answer, size(answer))
            return answer
        finally:
            with self._lock:
                del self._making[key]
            made.set()

    def _keep(
        self,
        key: Hashable,
        answer: Answer,
        size: int,
    ) -> None:
        self._answers[key] = (answer, size)
        self._bytes += size
        while self._bytes > self.most_bytes and len(self._answers) > 1:
            _, (_, gone) = self._answers.popitem(last=False)
            self._bytes -= gone
