"""Handing a rendered message to a receiver: by SMTP, or as a signed webhook. What went wrong is told without secrets.

A webhook carries ``X-Upstander-Delivery`` (the same for every try of the same delivery) and ``X-Upstander-Signature``:
``t=<seconds>,v1=<hex>``, the HMAC-SHA-256 of ``<seconds>.<body>`` under the subscription's own secret. A receiver refuses
what is older than some minutes and what it has taken before.
"""

from __future__ import annotations

import hmac
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException

from upstander.core.errors import ConfigError, NotAllowed
from upstander.core.keys import Key
from upstander.core.settings import Settings
from upstander.monitor import chat_targets, network_guard
from upstander.monitor.network_guard import Lookup

CHAT = "apprise"
SMTP_PATIENCE = 30.0  # seconds
TAKEN = range(200, 300)


@dataclass(frozen=True)
class Outcome:
    """What became of one try; ``note`` is the answer's number or the fault, never an address or a secret."""

    taken: bool
    note: str


@dataclass(frozen=True)
class Parcel:
    """One message on its way: where to, its bytes, and the id that every try of it carries."""

    channel: str
    address: str
    delivery: str
    subscription: str
    body: bytes


@dataclass(frozen=True)
class Post:
    """The ways out of one run."""

    settings: Settings
    key: Key
    lookup: Lookup = network_guard.looked_up

    def send(
        self,
        parcel: Parcel,
        mail: smtplib.SMTP | None,
        now: datetime,
    ) -> Outcome:
        """Try once. ``mail``: the open connection to the mail server, None where there is none."""
        if parcel.channel == "webhook":
            return self._webhook(parcel, now)
        if parcel.channel == CHAT:
            return self._chat(parcel)
        if mail is None:
            return Outcome(False, "no mail server is set or answers (UPSTANDER_SMTP_HOST)")
        return self._email(parcel, mail)

    def _email(self, parcel: Parcel, mail: smtplib.SMTP) -> Outcome:
        sender = self.settings.mail_from
        head = f"From: {sender}\r\nTo: {one_line(parcel.address)}\r\n".encode()
        try:
            mail.sendmail(sender, [one_line(parcel.address)], head + parcel.body)
        except smtplib.SMTPRecipientsRefused:
            return Outcome(False, "the mail server refused the recipient")
        except smtplib.SMTPResponseException as error:
            return Outcome(False, f"the mail server answered {error.smtp_code}")
        except (smtplib.SMTPException, OSError) as error:
            return Outcome(False, f"mail: {type(error).__name__}")
        return Outcome(True, "taken by the mail server")

    def _chat(self, parcel: Parcel) -> Outcome:
        allow_own, text = self.settings.own_network_targets, parcel.body.decode()
        try:
            address = chat_targets.address_of(
                parcel.address, self.settings.apprise, allow_own=allow_own
            )
            taken = chat_targets.send(
                address, text, allow_own=allow_own, lookup=self.lookup
            )
        except (ConfigError, NotAllowed) as error:
            return Outcome(False, str(error))
        return Outcome(taken, "taken by the chat" if taken else "the chat did not take it")

    def _webhook(self, parcel: Parcel, now: datetime) -> Outcome:
        allow_own = self.settings.own_network_targets
        try:
            to = network_guard.target(
                parcel.address, allow_own=allow_own, lookup=self.lookup
            )
            headers = {
                "Content-Type": "application/json",
                "User-Agent": self.settings.agent,
                "X-Upstander-Delivery": parcel.delivery,
                "X-Upstander-Signature": signature(
                    secret_of(self.key, parcel.subscription), parcel.body, now
                ),
            }
            status = network_guard.post(to, parcel.body, headers)
        except (ConfigError, NotAllowed) as error:
            return Outcome(False, str(error))
        except (OSError, HTTPException) as error:
            return Outcome(False, f"no answer: {type(error).__name__}")
        if 300 <= status < 400:
            return Outcome(False, f"{status}: it leads elsewhere, which is not followed")
        return Outcome(status in TAKEN, f"answered {status}")


def secret_of(key: Key, subscription: str) -> str:
    """The secret of a subscription: made from the installation's key, kept nowhere, shown to its owner alone."""
    return key.sign(f"webhook of {subscription}")


def signature(secret: str, body: bytes, now: datetime) -> str:
    """The header that shows a webhook to be ours, and when it was signed."""
    seconds = str(int(now.timestamp()))
    text = seconds.encode() + b"." + body
    return f"t={seconds},v1={hmac.new(secret.encode(), text, 'sha256').hexdigest()}"


def leave_token(key: Key, subscription: str) -> str:
    """What ends a subscription without signing in."""
    return key.sign(f"leave {subscription}")[:32]


def one_line(text: str) -> str:
    """An address without line breaks: it cannot add a header."""
    return "".join(text.split())


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP | None]:
    """The connection to the mail server for one run; None where none is set or it does not answer."""
    if not settings.smtp_host:
        yield None
        return
    try:
        mail = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SMTP_PATIENCE)
        if settings.smtp_tls:
            mail.starttls()
        if settings.smtp_user:
            mail.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except (smtplib.SMTPException, OSError):
        yield None
        return
    try:
        yield mail
    finally:
        try:
            mail.quit()
        except (smtplib.SMTPException, OSError):
            mail.close()
