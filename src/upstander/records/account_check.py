"""Whether accounts have the roles that the access log gave them: their rows stand outside the chains."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from upstander.core.errors import AuditBroken
from upstander.core.messages import say
from upstander.records import chain
from upstander.records.schema import account, entry

CREATED, ROLE_CHANGED = (
    say("records.account_created"),
    say("records.role_changed"),
)  # as ``accounts`` logs them


def check_roles(connection: Connection) -> None:
    """Hold each account's role and space against the last line of the log that gave them.

    Raises:
        AuditBroken: names an account that was made, or given another role or space, without a line in the log.
    """
    asked = (
        select(entry.c.body)
        .where(entry.c.chain == chain.ACCESS_LOG, entry.c.action == "log")
        .order_by(entry.c.number)
    )
    given: dict[str, dict[str, str]] = {}
    for body in connection.scalars(asked):
        line = json.loads(body)
        if line["action"] in (CREATED, ROLE_CHANGED):
            given[line["what"]] = {**given.get(line["what"], {}), **line["details"]}
    for row in connection.execute(
        select(account.c.account, account.c.role, account.c.space)
    ):
        logged = given.get(row.account, {})
        if (logged.get("role"), logged.get("space")) != (row.role, row.space):
            raise AuditBroken(
                say(
                    "records.account_is_of_which_the_access_log",
                    account=row.account,
                    role=row.role,
                    space=row.space or "no space",
                )
            )
