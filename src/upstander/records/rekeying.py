"""Other keys for a store: in place of one that is lost, or of one that is to sign no more."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from upstander.core.errors import ConfigError
from upstander.core.keys import INSTALLATION_KEY, SIGNING_KEY, Signer, key_file, signing_key
from upstander.core.rights import Actor
from upstander.records import chain, chain_verification
from upstander.records.appending import entering, log_fields
from upstander.records.database import open_database
from upstander.records.store import Records


def open_with_lost_key(
    url: str,
    keys: Path,
    *,
    by: Actor,
    now: datetime,
) -> Records:
    """Make a new key for each that is lost for good.

    Without the old installation key nobody can decrypt what records say in free text any more: it reads as erased.
    Everything else stays. Without the old signing key nobody vouches for what was before but the log.

    Raises:
        ConfigError: there are both key files.
        AuditBroken: the chains do not hold, so they are not signed anew.
    """
    lost = [name for name in (INSTALLATION_KEY, SIGNING_KEY) if not (keys / name).exists()]
    if not lost:
        raise ConfigError(
            f"{keys}: there are both key files; move one away if it is not this database's"
        )
    database = open_database(url)
    with database.reading() as connection:
        chains = [at.chain for at in chain_verification.verify_unsigned(connection).chains]
    records = Records(database, key_file(keys / INSTALLATION_KEY), signing_key(keys))
    with database.writing([*chains, chain.ACCESS_LOG]) as connection:
        chain_verification.sign_anew(connection, records.signer)
        if INSTALLATION_KEY in lost:
            chain_verification.give_up_sealed(connection)
        with entering(connection, records.signer, now) as pen:
            for name in lost:
                details = {"public": records.signer.public} if name == SIGNING_KEY else {}
                pen.enter(**log_fields(by.account, now, "lost key replaced", name, details))
    return records


def sign_anew(
    records: Records,
    former: Signer,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Sign every chain with the key that is in place now; the former one vouches for it in the log.

    Raises:
        AuditBroken: the chains do not hold under the former key, so they are not signed anew.
    """
    new = records.signer
    with records.database.reading() as connection:
        chains = [at.chain for at in chain_verification.verify_unsigned(connection).chains]
    with records.database.writing([*chains, chain.ACCESS_LOG]) as connection:
        if chain_verification.is_signed_with(connection, new.public):
            return  # an interrupted change is gone on with: this part of it was done
        chain_verification.verify(connection, former.public)
        chain_verification.sign_anew(connection, new)
        vouched = {
            "former": former.public,
            "new": new.public,
            "signed": former.sign(new.public),
        }
        with entering(connection, new, now) as pen:
            pen.enter(
                **log_fields(by.account, now, chain.KEY_REPLACED, SIGNING_KEY, vouched)
            )
