"""What is kept is made once for its key, delays nobody who asks for something else, and stays within its bytes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from upstander.web.kernel.cache import Kept, Overloaded

LONG = 60  # seconds after which a test that hangs fails


def kept(most_bytes=100, at_once=2, most_waiting=10):
    return Kept(most_bytes, at_once=at_once, most_waiting=most_waiting)


def test_whoever_asks_for_something_else_does_not_wait_for_what_is_being_made():
    shelf, begun, go_on = kept(), threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert go_on.wait(LONG)
        return "slow"

    shelf.get("there", lambda: "there", len)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shelf.get, "slow", slow, len)
        assert begun.wait(LONG)
        assert shelf.get("there", lambda: "made again", len) == "there"
        assert shelf.get("other", lambda: "other", len) == "other"
        assert not waiting.done()
        go_on.set()
        assert waiting.result(LONG) == "slow"


def test_what_many_ask_for_at_once_is_made_once():
    shelf, made, all_there = kept(), [], threading.Barrier(8)

    def make():
        made.append(1)
        return "page"

    def ask():
        all_there.wait(LONG)
        return shelf.get("page", make, len)

    with ThreadPoolExecutor(8) as pool:
        assert {f.result(LONG) for f in [pool.submit(ask) for _ in range(8)]} == {"page"}
    assert len(made) == 1


def test_no_more_are_made_side_by_side_than_may_be_and_too_many_waiting_are_refused():
    shelf, go_on = kept(at_once=1, most_waiting=2), threading.Event()
    begun, running, most = threading.Event(), [], []

    def make():
        running.append(1)
        most.append(len(running))
        begun.set()
        assert go_on.wait(LONG)
        running.pop()
        return "page"

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(shelf.get, n, make, len) for n in range(3)]
        assert begun.wait(LONG)
        while len(shelf._making) < 3:
            begun.wait(0.01)
        with pytest.raises(Overloaded):
            shelf.get("one too many", make, len)
        go_on.set()
        assert [f.result(LONG) for f in asked] == ["page"] * 3
    assert max(most) == 1
    assert shelf.get("one too many", make, len) == "page", "the refusal is for the moment"


def test_what_could_not_be_made_is_said_to_each_who_asks_and_is_not_kept():
    shelf, tries = kept(), []

    def fail():
        tries.append(1)
        raise ValueError("damaged")

    for _ in range(2):
        with pytest.raises(ValueError, match="damaged"):
            shelf.get("page", fail, len)
    assert len(tries) == 2
    assert shelf.get("page", lambda: "mended", len) == "mended"


def test_the_bytes_are_bounded_and_what_was_asked_for_last_stays():
    shelf = kept(most_bytes=100)
    for n in range(3):
        shelf.get(n, lambda: "x" * 30, len)
    shelf.get(0, lambda: "made again", len)
    for n in range(3, 50):
        shelf.get(n, lambda: "x" * 30, len)
        assert shelf.size <= 100
        assert shelf.get(0, lambda: "made again", len) != "made again"
    assert shelf.get(1, lambda: "made again", len) == "made again"
    shelf.get("large", lambda: "x" * 1000, len)
    assert shelf.size == 1000
    shelf.get("small", lambda: "x", len)
    assert shelf.size == 1
