"""Operational notices: what of the unattended work failed, and which sources are late. For users, not only for operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from upstander.core.messages import Message, say
from upstander.lake import Release, lateness
from upstander.monitor.lease import Steps


@dataclass(frozen=True)
class Notice:
    """One notice.

    Attributes:
        kind: failed or late; about: the step, or the source; words: with what went wrong; briefly: without it.
    """

    kind: str
    about: str
    since: str
    words: Message
    briefly: Message


def notices(steps: Steps, releases: Iterable[Release], on: date) -> tuple[Notice, ...]:
    """The notices of a day, failures first.

    Args:
        steps: what the last runs did; releases: those known on the day.
    """
    kept = tuple(releases)
    return (*_failed(steps), *_late(kept, on))


def _failed(steps: Steps) -> Iterator[Notice]:
    for name, step in sorted(steps.items()):
        if step["state"] == "failed":
            words = say("monitor.step_failed", step=name, note=step["note"])
            briefly = say("monitor.step_failed_briefly", step=name)
            yield Notice("failed", name, step["when"][:10], words, briefly)


def _late(releases: tuple[Release, ...], on: date) -> Iterator[Notice]:
    titles = {r.source: r.title for r in releases}
    for source, due in sorted(lateness.late(releases, on).items()):
        words = say("monitor.source_late", title=titles[source], day=due)
        yield Notice("late", source, due.isoformat(), words, words)
