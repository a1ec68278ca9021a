"""Who may read and write what: markings, usage policies, roles, spaces. The only place where this is decided.

Pages, JSON, search, exports and reports all ask ``may_read``; the records store turns the same rule into SQL, and
a test holds the two against each other. What an actor may not read is not hinted at: not counted, not named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Marking(StrEnum):
    """Traffic Light Protocol 2.0: how far a record may travel.

    Source: FIRST (2022), Traffic Light Protocol version 2.0.
    """

    CLEAR = "CLEAR"  # the world
    GREEN = "GREEN"  # everyone with an account here
    AMBER = "AMBER"  # the record's own space, and the spaces it is shared with
    STRICT = "AMBER+STRICT"  # the record's own space alone
    RED = "RED"  # its author and the accounts it names

    @property
    def label(self) -> str:
        """As printed: ``TLP:AMBER+STRICT``."""
        return f"TLP:{self.value}"


class Usage(StrEnum):
    """What may be done with a record; it travels with it into every export (after FEWS NET's data usage policy)."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    OFFICE = "office_only"
    EARLY_WARNING = "early_warning_only"

    @property
    def label(self) -> str:
        """As documents print it: ``office only``."""
        return self.value.replace("_", " ")


WIDEST_FIRST = tuple(Marking)
FREEST_FIRST = tuple(Usage)


class Role(StrEnum):
    """What an account does here. Roles are not ranks: an administrator reads less than an analyst."""

    VISITOR = "visitor"  # nobody signed in
    READER = "reader"
    CONTRIBUTOR = "contributor"
    ANALYST = "analyst"
    APPROVER = "approver"
    HEAD = "head"
    ADMINISTRATOR = "administrator"
    OVERSIGHT = "oversight"


WORKERS = (
    Role.CONTRIBUTOR,
    Role.ANALYST,
    Role.APPROVER,
    Role.HEAD,
)  # who write the substance
CLEARED = (
    Role.ANALYST,
    Role.APPROVER,
    Role.HEAD,
)  # who may see restricted records of their space
APPROVERS = (Role.APPROVER, Role.HEAD)  # who let a record travel further
AUDITORS = (
    Role.OVERSIGHT,
    Role.ADMINISTRATOR,
)  # who see who did and read what, never the restricted content


@dataclass(frozen=True)
class Actor:
    """Someone who reads or writes: account id, shown name, role, space ('' and VISITOR when nobody is signed in)."""

    account: str
    name: str
    role: Role
    space: str


VISITOR = Actor("", "visitor", Role.VISITOR, "")
OPERATOR = Actor(
    "operator", "operator at the command line", Role.OVERSIGHT, ""
)  # whoever has a shell on the machine


@dataclass(frozen=True)
class Stamp:
    """A record's rights.

    Attributes:
        space: the agency space it belongs to.
        author: the account that made its first version.
        shared: spaces that may read it when its marking is AMBER.
        editors: spaces besides its own that may write a next version (they must be able to read it).
        named: accounts that may read it when its marking is RED.
        restricted: its substance could harm a source; only CLEARED roles of the spaces that may read it, and its author.
    """

    space: str
    author: str
    marking: Marking = Marking.AMBER
    usage: Usage = Usage.RESTRICTED
    shared: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    restricted: bool = False


def may_read(actor: Actor, stamp: Stamp) -> bool:
    """Whether the actor may know that the record exists, and read it."""
    if actor.role is Role.VISITOR:
        return (
            stamp.marking is Marking.CLEAR
            and stamp.usage is Usage.PUBLIC
            and not stamp.restricted
        )
    if actor.account == stamp.author:
        return True
    if stamp.marking is Marking.RED:
        return actor.account in stamp.named
    if stamp.restricted and actor.role not in CLEARED:
        return False
    if stamp.marking in (Marking.CLEAR, Marking.GREEN):
        return (
            not stamp.restricted
            or actor.space == stamp.space
            or actor.space in stamp.shared
        )
    if actor.space == stamp.space:
        return True
    return stamp.marking is Marking.AMBER and actor.space in stamp.shared


def may_write(actor: Actor, stamp: Stamp, writers: tuple[Role, ...]) -> bool:
    """Whether the actor may write a next version: a role that writes this kind, in a space that may edit it."""
    inside = actor.space == stamp.space or actor.space in stamp.editors
    return (
        actor.role in writers and inside and bool(actor.account) and may_read(actor, stamp)
    )


def may_stamp(actor: Actor, before: Stamp | None, after: Stamp) -> bool:
    """Whether the actor, who may write the record, may also change its rights from ``before`` (None: it is new).

    The space and the author stay for ever. Only people of the record's own space change its rights; making it known
    to more people, or usable for more, takes an approver or head of that space, as does making one for the world.
    Whom a TLP:RED record names is its author's choice too, for nobody else may know that it exists.
    """
    if before is None:
        return not is_wider(None, after) or actor.role in APPROVERS
    if after == before:
        return True
    if (after.space, after.author) != (
        before.space,
        before.author,
    ) or actor.space != before.space:
        return False
    if not is_wider(before, after) or actor.role in APPROVERS:
        return True
    return actor.account == before.author and before == replace(after, named=before.named)


def may_erase(actor: Actor, stamp: Stamp) -> bool:
    """Whether the actor may erase what a record says for good: its author, an approver or a head of its space."""
    trusted = actor.role in APPROVERS or (
        actor.role in WORKERS and actor.account == stamp.author
    )
    return trusted and actor.space == stamp.space and may_read(actor, stamp)


def strictest(stamps: Iterable[Stamp]) -> tuple[Marking, Usage]:
    """The narrowest marking and the least free policy among them, each by itself: what quotes them all carries these."""
    kept = tuple(stamps)
    marking = max((s.marking for s in kept), key=WIDEST_FIRST.index, default=Marking.CLEAR)
    return marking, max(
        (s.usage for s in kept), key=FREEST_FIRST.index, default=Usage.PUBLIC
    )


def travels_with(part: Stamp, whole: Stamp) -> bool:
    """Whether everyone who may read and use the whole may read and use the part in the same way.

    What a frozen whole quotes must pass this: it is then read with the rights of the whole.
    """
    if (part.restricted and not whole.restricted) or FREEST_FIRST.index(
        part.usage
    ) > FREEST_FIRST.index(whole.usage):
        return False
    if WIDEST_FIRST.index(part.marking) > WIDEST_FIRST.index(whole.marking):
        return False
    if part.restricted or part.marking not in (Marking.CLEAR, Marking.GREEN):
        return _readers(whole) <= _readers(part)
    return True


def _readers(stamp: Stamp) -> set[tuple[str, str]]:
    """The spaces, or the accounts, that a marking below TLP:GREEN is for."""
    if stamp.marking is Marking.RED:
        return {("account", a) for a in (stamp.author, *stamp.named)}
    shared = () if stamp.marking is Marking.STRICT else stamp.shared
    return {("space", s) for s in (stamp.space, *shared)}


def is_wider(before: Stamp | None, after: Stamp) -> bool:
    """Whether anybody could read or use under ``after`` what ``before`` kept from them; of a new record: the world."""
    if before is None:
        return after.marking is Marking.CLEAR or after.usage is Usage.PUBLIC
    return (
        WIDEST_FIRST.index(after.marking) < WIDEST_FIRST.index(before.marking)
        or FREEST_FIRST.index(after.usage) < FREEST_FIRST.index(before.usage)
        or (before.restricted and not after.restricted)
        or not set(after.shared) <= set(before.shared)
        or not set(after.editors) <= set(before.editors)
        or not set(after.named) <= set(before.named)
    )


def stamp_within(review: Stamp, by: Actor) -> Stamp:
    """Rights of what a space writes in a review: it travels as far as the review does, and belongs to its writer.

    A rating that only its own space could read would be no position beside the others. In a review for the world only
    an approver or head writes for the world; what others write there is for every account here until one opens it.
    """
    if by.role not in APPROVERS:
        usage = Usage.RESTRICTED if review.usage is Usage.PUBLIC else review.usage
        review = replace(
            review,
            marking=Marking.GREEN if review.marking is Marking.CLEAR else review.marking,
            usage=usage,
        )
    near = {review.space, *review.shared} - {by.space}
    named = {review.author, *review.named} - {by.account}
    return Stamp(
        space=by.space,
        author=by.account,
        marking=review.marking,
        usage=review.usage,
        shared=tuple(sorted(near)),
        named=tuple(sorted(named)) if review.marking is Marking.RED else (),
    )
