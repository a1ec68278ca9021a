"""Recommendations as tables for other programs: IMPACT OSS and NRTD (their import template), and a plain one with everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from upstander.core import formulas
from upstander.records.recommendation_rows import Kept
from upstander.respond.recommendation_progress import STATE, Standing

# Titles as IMPACT OSS's own template writes them; its importer reads what stands in the brackets.
IMPACT = (
    ("Framework [database:framework_id]", "framework"),
    ("Reference [database:reference]", "reference"),
    ("Title [database:title]", "title"),
    ("Description [database:description]", "description"),
    ("Response [database:response]", "response"),
    ("Support level [database:support_level]", "level"),
    ("Actions [rel:action-reference]", "actions"),
    ("Categories [rel:category-short-title]", "categories"),
)
LEVELS = {"noted": "0", "supported_in_part": "1", "supported": "2"}
PLAIN = [
    "reference",
    "key",
    "country",
    "inferred",
    "body",
    "session",
    "symbol",
    "paragraph",
    "published",
    "type",
    "response",
    "text",
    "recommending",
    "themes",
    "persons",
    "goals",
    "state_says",
    "state_as_of",
    "others_say",
    "lead",
    "due",
    "days_overdue",
]
JOINED = ("country", "body", "session", "state", "theme", "person", "goal")
LONGEST_TITLE = 120
LINE_END = "\r\n"


def impact(rows: Iterable[Kept], standings: Mapping[str, Standing]) -> bytes:
    """The batch that IMPACT OSS imports: a row each, links by reference."""
    return formulas.as_csv(
        [title for title, _ in IMPACT],
        ([_impact(k, standings.get(k.row.key))[n] for _, n in IMPACT] for k in rows),
        line_end=LINE_END,
    )


def _impact(kept: Kept, standing: Standing | None) -> Mapping[str, str]:
    row, own = kept.row, standing.of(STATE) if standing else None
    follow_up = standing.follow_up if standing else None
    return {
        "framework": next(iter(row.having("body")), ""),
        "reference": kept.reference,
        "title": row.text[:LONGEST_TITLE],
        "description": row.text,
        "response": str(own.record.body.get("account") or "") if own else row.comment,
        "level": LEVELS.get(row.response, "null"),
        "actions": ", ".join(follow_up.body.get("actions") or ()) if follow_up else "",
        "categories": ", ".join(t.replace(",", "") for t in row.having("theme")),
    }


def plain(rows: Iterable[Kept], standings: Mapping[str, Standing]) -> bytes:
    """A row each with all that is known of it: of the file it came from, and of what people say."""
    return formulas.as_csv(
        PLAIN,
        (_plain(k, standings.get(k.row.key, Standing())) for k in rows),
        line_end=LINE_END,
    )


def _plain(kept: Kept, standing: Standing) -> list[str]:
    row = kept.row
    joined = {sort: "; ".join(row.having(sort)) for sort in JOINED}
    said = [
        kept.reference,
        row.key,
        joined["country"],
        "yes" if row.having("inferred") else "",
        joined["body"],
        joined["session"],
        row.symbol,
        row.paragraph,
        str(row.day or ""),
        row.type,
        row.response,
        row.text,
    ]
    listed = [joined[sort] for sort in ("state", "theme", "person", "goal")]
    return [*said, *listed, *_said_of(standing)]


def _said_of(standing: Standing) -> list[str]:
    """The last six columns: both sides' words, and the follow-up."""
    own, follow_up = standing.of(STATE), standing.follow_up
    others = [f"{s.side}: {s.status}" for s in standing.said if s is not own]
    return [
        own.status if own else "",
        str(own.day) if own else "",
        "; ".join(others),
        str(follow_up.body.get("lead") or "") if follow_up else "",
        str(follow_up.body.get("due") or "") if follow_up else "",
        str(standing.overdue_days or ""),
    ]
