"""Lines of the access log, which is a chain of its own: who did what, to what, when."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from upstander.records import chain
from upstander.records.read_rights import holds
from upstander.records.schema import entry


@dataclass(frozen=True)
class Logged:
    """One line of the access log: who did what, to what, when."""

    who: str
    when: datetime
    action: str
    what: str
    details: Mapping[str, Any]


def lines(
    connection: Connection, action: str, *when: ColumnElement[bool]
) -> tuple[Logged, ...]:
    """Lines of one action, of every one where it is '', within a time; oldest first."""
    c = entry.c
    is_line = (c.chain == chain.ACCESS_LOG, c.action == "log", *when)
    asked = select(c.who, c.at, c.body).where(*is_line)
    if action:
        asked = asked.where(holds("action", action))
    rows = connection.execute(asked.order_by(c.number)).all()
    return tuple(Logged(who=who, when=at, **json.loads(body)) for who, at, body in rows)
