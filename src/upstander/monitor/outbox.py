"""The outbox: each released alert to each subscription that is entitled to it, at least once, always under the same id.

A delivery is a record of its own whose id is made from alert and subscription: made twice it is one. It is kept before
anything is sent, and again once the receiver took it; a run that dies in between sends the same again, under the same id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from smtplib import SMTP

from upstander.core import plugins
from upstander.core.rights import Actor, Marking, Role, Stamp, may_read
from upstander.monitor import alerts
from upstander.monitor.alert_message import AlertMessage, Batch, Channel
from upstander.monitor.recipients import House, message_for
from upstander.monitor.sending import CHAT, Outcome, Parcel, Post, leave_token, mail_server
from upstander.records import Draft, Record, id_of_the_one
from upstander.records.accounts import Account
from upstander.records.drafts import draft
from upstander.records.store import Records

DELIVERY, SUBSCRIPTION = "delivery", "subscription"
CHANNELS = "upstander.monitor.channels"
BATCH = 500  # records kept in one transaction
MOST = 100_000  # records of one kind that a run looks at
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
PERIODS = {"instant": "", "daily": "%Y-%m-%d", "weekly": "%G-%V", "monthly": "%Y-%m"}
OPEN = ("queued", "failed")
SHARED = (Marking.CLEAR, Marking.GREEN)  # what may stand where several read along
# Deliveries are looked for on every day: what a clock that ran ahead has sent is sent, though its day has not come.
EVER = datetime(9999, 12, 31, tzinfo=UTC)


def monitor(space: str) -> Actor:
    """As whom the program works in a space: nobody can sign in to it. It does not read what is TLP:RED."""
    return Actor("monitor", "the monitor", Role.HEAD, space)


@dataclass(frozen=True)
class Office:
    """What a run works on: the store, who there is, what the installation is called."""

    records: Records
    accounts: Mapping[str, Account]
    house: House
    now: datetime

    def find(self, space: str, kind: str, **asked: str) -> Iterator[Record]:
        """Records of a kind in one space, as the monitor reads them there."""
        after, by = "", monitor(space)
        as_of = EVER if kind == DELIVERY else self.now
        for _ in range(0, MOST, BATCH):
            found = self.records.find(
                by=by, as_of=as_of, kinds=[kind], where=asked, limit=BATCH, after=after
            )
            yield from (r for r in found if r.stamp.space == space)
            if len(found) < BATCH:
                return
            after = found[-1].id

    def of_all_spaces(self, kind: str, **asked: str) -> list[Record]:
        """Records of a kind in every space."""
        return [r for s in self.house.spaces for r in self.find(s, kind, **asked)]

    def subscriber(self, subscription: Record) -> Actor | None:
        """Whose it is, None for an account that is gone or disabled."""
        account = self.accounts.get(subscription.stamp.author)
        return account.actor if account and not account.disabled else None


def queue(office: Office) -> int:
    """Keep a delivery for every released alert and every subscription that wants it and may have it; how many are new."""
    today = office.now.date().isoformat()
    all_released = office.of_all_spaces("alert", status="released")
    # whoever subscribes gets what stands then, and nothing that is over
    released = [a for a in all_released if str(a.body["expires"]) >= today]
    wanted = [s for s in office.of_all_spaces(SUBSCRIPTION) if not s.body.get("ended")]
    known = {d.id for d in office.of_all_spaces(DELIVERY)} if released and wanted else set()
    new = [
        _queued(alert, subscription)
        for alert in released
        for subscription in wanted
        if _is_meant(alert, subscription, office.subscriber(subscription))
        and delivery_id(alert, subscription) not in known
    ]
    for space, drafts in groupby(sorted(new, key=_space), key=_space):
        _append(office, list(drafts), space, "queued")
    return len(new)


def _space(one: Draft) -> str:
    return one.stamp.space


def delivery_id(alert: Record, subscription: Record) -> str:
    """The one delivery of an alert to a subscription."""
    return id_of_the_one(DELIVERY, alert.id, subscription.id)


def _is_meant(alert: Record, subscription: Record, subscriber: Actor | None) -> bool:
    """Whether a subscription wants this alert, its owner may read it, and so may others where a chat is shared."""
    if subscriber is None or not may_read(subscriber, alert.stamp):
        return False
    if subscription.body["channel"] == CHAT and alert.stamp.marking not in SHARED:
        return False
    chosen = ((subscription.body.get(n), alert.body[n]) for n in ("place", "product"))
    return all(not want or want == has for want, has in chosen)


def _queued(alert: Record, subscription: Record) -> Draft:
    by = monitor(subscription.stamp.space)
    stamp = Stamp(by.space, by.account, marking=Marking.STRICT, restricted=True)
    return draft(
        DELIVERY,
        {"subscription": subscription.id, "status": "queued", "tries": 0},
        id=delivery_id(alert, subscription),
        by=by,
        places=frozenset(),
        stamp=stamp,
        parent=alert.id,
    )


def _append(
    office: Office,
    drafts: Sequence[Draft],
    space: str,
    why: str,
) -> None:
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        office.records.append(batch, by=monitor(space), why=why, now=office.now)


# Sending


@dataclass(frozen=True)
class Run:
    """What one run of sending works with."""

    office: Office
    post: Post
    mail: SMTP | None
    channels: Mapping[str, Channel]
    released: Mapping[str, Record]
    texts: Mapping[str, Sequence[Record]]


def channels() -> Mapping[str, Channel]:
    """The ways out by name."""
    return plugins.load_all(CHANNELS, Channel)


def send(office: Office, post: Post) -> Mapping[str, int]:
    """Send what is due; how many deliveries ended in which state."""
    released = {a.id: a for a in office.of_all_spaces("alert", status="released")}
    counted: Counter[str] = Counter()
    with mail_server(post.settings) as mail:
        run = Run(office, post, mail, channels(), released, _texts_of(office, released))
        for space in office.house.spaces:
            counted += _send_in(run, space)
    return counted


def _send_in(run: Run, space: str) -> Counter[str]:
    """Send what is due to subscriptions of one space; what was taken is kept in batches, what was not at once."""
    subscriptions = {s.id: s for s in run.office.find(space, SUBSCRIPTION)}
    counted: Counter[str] = Counter()
    done: list[Draft] = []
    for group in list(_due(run.office, space, subscriptions, run.released)):
        subscription = subscriptions[_subscription(group[0])]
        outcome = _try(run, subscription, group)
        status = _status(outcome, subscription)
        counted[status] += len(group)
        done += [_after(d, status, outcome, space) for d in group]
        if len(done) >= BATCH or not outcome.taken:
            _append(run.office, done, space, "tried")
            done = []
    _append(run.office, done, space, "tried")
    return counted


def _texts_of(office: Office, released: Mapping[str, Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for text in office.of_all_spaces("alert_text") if released else ():
        found.setdefault(text.parent, []).append(text)
    return found


def _due(
    office: Office,
    space: str,
    subscriptions: Mapping[str, Record],
    released: Mapping[str, Record],
) -> Iterator[list[Record]]:
    """Deliveries to send now: one by one, or those of a subscription together in its digest."""
    for status in OPEN:
        open_ = [
            d
            for d in office.find(space, DELIVERY, status=status)
            if d.parent in released
            and str(d.body["subscription"]) in subscriptions
            and _is_time(d, office.now)
        ]
        open_.sort(key=_subscription)
        for id, together in groupby(open_, key=_subscription):
            subscription = subscriptions[id]
            pattern = PERIODS[str(subscription.body["rhythm"])]
            group = list(together)
            if not pattern or subscription.body.get("ended"):
                yield from ([d] for d in group)
            elif ready := [d for d in group if _is_over(d, released, pattern, office.now)]:
                yield ready


def _subscription(delivery: Record) -> str:
    return str(delivery.body["subscription"])


def _is_time(delivery: Record, now: datetime) -> bool:
    """Whether the wait after the tries so far is over: it doubles from a minute to six hours."""
    tries = int(delivery.body.get("tries") or 0)
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT) if tries else timedelta()
    return delivery.when + wait <= now


def _is_over(
    delivery: Record,
    released: Mapping[str, Record],
    pattern: str,
    now: datetime,
) -> bool:
    """Whether the day, week or month in which the alert was released is over."""
    sent = alerts.sent_at(released[delivery.parent])
    return sent is not None and sent.strftime(pattern) != now.strftime(pattern)


def _try(run: Run, subscription: Record, group: Sequence[Record]) -> Outcome:
    """Render for the subscriber's rights and language as they are now, and send."""
    reader = run.office.subscriber(subscription)
    if reader is None or subscription.body.get("ended"):
        return Outcome(True, "the subscription ended")
    messages = _messages(run, reader, [run.released[d.parent] for d in group])
    if not messages:
        return Outcome(True, "the subscriber may not read it any more")
    channel = str(subscription.body["channel"])
    parcel = Parcel(
        channel=channel,
        address=str(subscription.body["address"]),
        delivery=group[0].id,
        subscription=subscription.id,
        body=run.channels[channel].write(_batch(run, subscription, messages)),
    )
    return run.post.send(parcel, run.mail, run.office.now)


def _messages(run: Run, reader: Actor, found: Sequence[Record]) -> list[AlertMessage]:
    made = []
    for alert in found:
        before = run.released.get(str(alert.body.get("follows")))
        texts, followed = run.texts.get(alert.id, ()), [before] if before else []
        made.append(message_for(reader, alert, texts, followed, run.office.house))
    return [m for m in made if m is not None]


def _batch(run: Run, subscription: Record, messages: Sequence[AlertMessage]) -> Batch:
    house, token = run.office.house, leave_token(run.post.key, subscription.id)
    return Batch(
        messages=messages,
        title="Upstander",
        address=f"{house.address}/alerts",
        language=str(subscription.body["language"]),
        made=run.office.now,
        leave=f"{house.address}/alerts/leave/{subscription.id}/{token}",
    )


def _status(outcome: Outcome, subscription: Record) -> str:
    if subscription.body.get("ended"):
        return "ended"
    return "sent" if outcome.taken else "failed"


def _after(
    delivery: Record,
    status: str,
    outcome: Outcome,
    space: str,
) -> Draft:
    by, tries = monitor(space), int(delivery.body.get("tries") or 0) + 1
    fields = {
        "subscription": delivery.body["subscription"],
        "status": status,
        "tries": tries,
        "note": outcome.note[:200],
    }
    return draft(
        DELIVERY,
        fields,
        id=delivery.id,
        by=by,
        places=frozenset(),
        stamp=delivery.stamp,
        parent=delivery.parent,
        expected=delivery.version,
    )
