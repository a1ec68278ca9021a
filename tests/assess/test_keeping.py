"""From what was filled in to a draft: who may set what."""

import pytest

from upstander.assess.forms import FormError
from upstander.assess.keeping import draft
from upstander.core.rights import APPROVERS, WORKERS, Actor, Role

GIVEN = {"title": "Market shelled", "passage": "Shells fell.", "status": "inbox", "published": True,
         "url": "https://example.org/1"}  # fmt: skip


def made(role, **more):
    by = Actor("x", "X", role, "mechanism")
    return draft("evidence", {**GIVEN, **more.pop("given", {})}, id="1", by=by, places=frozenset(), **more)


def test_only_an_approver_or_head_says_that_something_is_published_and_so_not_blurred():
    for role in WORKERS:
        if role in APPROVERS:
            assert made(role).body["published"]
        else:
            with pytest.raises(FormError, match="approver or head") as refused:
                made(role)
            assert set(refused.value.faults) == {"published"}


def test_what_was_settled_before_stays_and_can_be_taken_back_by_who_writes():
    assert made(Role.ANALYST, settled={"published": True}).body["published"]
    assert not made(Role.CONTRIBUTOR, settled={"published": True}, given={"published": False}).body["published"]
    with pytest.raises(FormError):
        made(Role.ANALYST, settled={"published": None})
