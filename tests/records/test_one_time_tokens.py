"""One-time tokens, and who lets people into a space."""

import pytest
from tests.records.made_up import ADMIN, DAY, HEAD, LATER, opened

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.rights import Actor, Role
from upstander.records.accounts import Accounts
from upstander.records.one_time_tokens import OneTime

HASHED = {"password_hash": "$argon2id$x"}


@pytest.fixture
def links(records_url, tmp_path):
    records = opened(records_url, tmp_path)
    Accounts(records).add_space("gov", "Focal point", "government", by=ADMIN, now=DAY)
    return OneTime(records)


def offer(
    links,
    account="gita",
    *,
    key="hash",
    purpose="invitation",
    role=Role.HEAD,
    by=ADMIN,
    **more,
):
    return links.offer(
        key, purpose, account, role=role, space="gov", by=by, now=DAY, ends=LATER, **more
    )


def person(links, name, role):
    return (
        Accounts(links.records)
        .create(name, name, role, "gov", by=ADMIN, now=DAY, **HASHED)
        .actor
    )


def test_a_token_works_once_for_its_purpose_and_in_time(links):
    links.issue("hash", "setup", {"account": "root"}, ends=LATER)
    assert links.redeem("hash", "invitation", now=DAY) is None
    assert links.redeem("hash", "setup", now=DAY) == {"account": "root"}
    assert links.redeem("hash", "setup", now=DAY) is None
    links.issue("late", "setup", {}, ends=DAY)
    assert links.redeem("late", "setup", now=DAY) is None


def test_into_an_empty_space_an_administrator_lets_people_and_after_them_its_own_do(links):
    assert offer(links).waits == ""
    assert links.redeem("hash", "invitation", now=DAY)["account"] == "gita"
    ann, root = (
        person(links, "ann", Role.ANALYST),
        person(links, "root", Role.ADMINISTRATOR),
    )
    assert offer(links, "ben", key="2").waits == "analyst of gov"
    head = person(links, "hana", Role.HEAD)
    made = offer(links, "carl", key="3", by=root)
    assert made.waits == "head of gov"
    assert [x.account for x in links.for_me(head, now=DAY)] == ["carl"]
    for by in (ann, root, ADMIN, Actor("hana", "", Role.HEAD, "ngo")):
        with pytest.raises(NotAllowed):
            links.let_in(made.id, by=by, now=DAY)
    with pytest.raises(NotAllowed, match="head of gov has to let you in"):
        links.redeem("3", "invitation", now=DAY)
    links.let_in(made.id, by=head, now=DAY)
    assert links.redeem("3", "invitation", now=DAY)["role"] == "head"


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("there is an account", {"account": "ann"}),
        ("no account", {"account": "nobody", "purpose": "reset"}),
        ("choose a role", {"role": Role.VISITOR}),
    ],
)
def test_what_cannot_be_offered_is_refused_and_leaves_no_line_in_the_log(
    links, words, more
):
    person(links, "ann", Role.ANALYST)
    before = links.records.verify().entries
    with pytest.raises(ConfigError, match=words):
        offer(links, **more)
    with pytest.raises(NotAllowed):
        offer(links, by=HEAD)
    assert links.records.verify().entries == before


def test_an_offer_is_withdrawn_by_an_administrator_or_whom_it_waits_for(links):
    head, other = person(links, "hana", Role.HEAD), person(links, "ben", Role.ANALYST)
    for by in (ADMIN, head):
        made = offer(links)
        with pytest.raises(NotAllowed):
            links.withdraw(made.id, by=other, now=DAY)
        links.withdraw(made.id, by=by, now=DAY)
        with pytest.raises(ConfigError, match="nothing open"):
            links.withdraw(made.id, by=by, now=DAY)
