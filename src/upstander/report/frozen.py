"""A report that was frozen: kept as JSON with its digest, and printed again word for word, with what came after beside it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from upstander.core.messages import say
from upstander.core.rights import FREEST_FIRST, Marking, Usage
from upstander.report import document
from upstander.report.document import Block, Document, Grid, Paragraph, Section
from upstander.report.report_stamp import ReportStamp


def frozen(report: Document) -> tuple[str, str]:
    """The document as JSON, and the SHA-256 of exactly that text, in hexadecimal.

    A random salt stands in the text: whoever may read the document can check the digest, and from the digest alone, which
    signatures repeat, nobody can guess at a number in it.
    """
    values = {"salt": secrets.token_hex(32), **json.loads(document.as_json(report))}
    # No line break at its end: a field is kept without.
    text = json.dumps(values, ensure_ascii=False, indent=1)
    return text, hashlib.sha256(text.encode()).hexdigest()


def as_frozen(text: str) -> bytes:
    """The bytes that the digest of a kept document is of; before the salt, a line break stood at their end."""
    return (text if "salt" in json.loads(text) else text + "\n").encode()


def thawed(text: str) -> Document:
    """The document that was frozen. Raises ValueError, KeyError or TypeError for a text that is none."""
    values = json.loads(text)
    values.pop("salt", "")  # documents frozen before have none
    stamp = _stamp(values)
    sections = tuple(_section(section) for section in values.pop("sections"))
    facts = tuple((label, value) for label, value in values.pop("facts"))
    foot = tuple(values.pop("foot"))
    return Document(stamp=stamp, sections=sections, facts=facts, foot=foot, **values)


def _stamp(values: dict[str, Any]) -> ReportStamp:
    """By its codes; of a document that was frozen before it had them, by the words that stand on its pages."""
    marking, usage = values.pop("marking"), values.pop("usage")
    codes = values.pop("stamp", None)
    if codes is not None:
        return ReportStamp.read(codes)
    by_words = {u.label: u for u in Usage}
    strictest = by_words.get(usage, FREEST_FIRST[-1])
    return ReportStamp(Marking(marking.removeprefix("TLP:")), strictest, None)


def _section(values: dict[str, Any]) -> Section:
    return Section(values["title"], tuple(_block(block) for block in values["blocks"]))


def _block(values: dict[str, Any]) -> Block:
    kind = document.KINDS[values.pop("kind")]
    return kind(**{name: _tuples(value) for name, value in values.items()})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value


def with_signatures(
    report: Document,
    status: str,
    signed: Section,
    seal: str,
) -> Document:
    """The frozen document as it is read later: where it stands now, who signed it, and its digest; no word of it changes."""
    facts = (
        *report.facts,
        (say("report.status_of_this_version"), status),
        (say("report.sha_256_of_the_frozen_document"), seal),
    )
    return replace(report, facts=facts, sections=(*report.sections, signed))


def signatures(lines: Sequence[Mapping[str, str]]) -> Section:
    """Who signed, as a table."""
    if not lines:
        return Section(
            say("report.signatures"), (Paragraph(say("report.nobody_has_signed_it_yet")),)
        )
    rows = tuple(
        (x["agency"], x["decision"], x["day"], x["reservation"] or "–") for x in lines
    )
    columns = (
        say("report.agency"),
        say("report.decision"),
        say("report.signed_on"),
        say("report.reservation_or_reason"),
    )
    return Section(
        say("report.signatures"),
        (Grid(say("report.agencies_sign_for_themselves"), columns, rows),),
    )
