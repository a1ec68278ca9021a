"""Made-up alerts for tests of channels."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from upstander.core.rights import Marking
from upstander.monitor.alert_message import AlertMessage, Area, Batch, Step, Words

SENT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def message(**given) -> AlertMessage:
    made = AlertMessage(
        id="a1",
        sender="upstander@example.org",
        sender_name="The office",
        sent=SENT,
        expires=SENT + timedelta(days=30),
        step=Step.ALERT,
        level=3,
        marking=Marking.AMBER,
        words=(
            Words(
                "en", "Early warning", "Killing may come", "Known: <much> & more", "Protect"
            ),
            Words("ar", "إنذار", "قد يقع قتل", "معروف", "احموا"),
        ),
        areas=(Area("Darfur", (("ISO3", "SDN"), ("P-code", "SD02"))),),
        numbers={"probability": "12 %"},
    )
    return replace(made, **given)


def batch(*messages: AlertMessage, language: str = "en") -> Batch:
    return Batch(
        messages=messages or (message(),),
        title="Alerts",
        address="https://example.org/alerts",
        language=language,
        made=SENT,
        leave="https://example.org/leave",
    )
