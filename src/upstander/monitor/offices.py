"""The installation as the outbox works on it: its store, who there is, what it is called."""

from __future__ import annotations

from datetime import date, datetime

from upstander.core.places import Places
from upstander.core.settings import Settings
from upstander.monitor.outbox import Office
from upstander.monitor.recipients import House, sender_of
from upstander.records.accounts import Accounts
from upstander.records.store import Records


def office(
    settings: Settings,
    records: Records,
    places: Places,
    now: datetime,
    today: date,
) -> Office:
    """The installation now; read once for a run."""
    accounts = Accounts(records)
    house = House(
        sender=sender_of(settings.address),
        address=settings.address,
        places={p.code: p.name for p in places.current(today)},
        spaces={s.id: s.title for s in accounts.spaces()},
    )
    return Office(records, {a.account: a for a in accounts.list()}, house, now)
