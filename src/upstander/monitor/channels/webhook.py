"""Webhook: the alerts as JSON, one stable shape, whose body is what ``monitor.delivery`` signs."""

from __future__ import annotations

import json
from typing import Any

from upstander.core.messages import say
from upstander.monitor.alert_message import (
    AlertMessage,
    Batch,
    Channel,
    fallback,
    marked,
    written_instant,
)

VERSION = "1"


def write(batch: Batch) -> bytes:
    """JSON in UTF-8, keys sorted: the same batch is the same bytes, sent once or ten times."""
    body = {
        "version": VERSION,
        "title": batch.title,
        "alerts": [_told(m, batch.language) for m in batch.messages],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


def _told(message: AlertMessage, language: str) -> dict[str, Any]:
    return {
        "id": message.id,
        "sender": message.sender,
        "sent": written_instant(message.sent),
        "expires": written_instant(message.expires),
        "step": message.step.value,
        "level": message.level,
        "marking": message.marking.label,
        "exercise": message.exercise,
        "observed": message.observed,
        **_said(message, language),
        "areas": [{"name": a.name, "codes": dict(a.codes)} for a in message.areas],
        "numbers": dict(message.numbers),
        "references": [r.id for r in message.references],
        "web": message.web,
    }


def _said(message: AlertMessage, language: str) -> dict[str, str]:
    words = message.said_in(language)
    return {
        "language": words.language,
        "fallback": fallback(message, language),
        "headline": marked(message, words.headline),
        "description": words.description,
        "instruction": words.instruction,
    }


CHANNEL = Channel(say("monitor.channel_webhook"), "application/json", "json", write)
