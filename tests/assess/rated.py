"""Made-up ratings and evidence for the tests of the assessment."""

from datetime import UTC, datetime
from typing import Any

from upstander.assess.rating import Rating, record_id
from upstander.core.rights import Stamp
from upstander.records import Record

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def record(
    kind: str,
    id: str,
    body: dict[str, Any],
    *,
    space: str = "gov",
    when: datetime = NOON,
    version: int = 1,
    who: str = "ana",
    why: str = "first look",
) -> Record:
    """A record as the store would hand it out."""
    return Record(
        kind=kind,
        id=id,
        version=version,
        body=body,
        stamp=Stamp(space, who),
        parent="r1",
        place="SDN",
        who=who,
        when=when,
        why=why,
        fingerprint="",
    )


def rating_record(
    code: str, level: int | None, *, space: str = "gov", **rest: Any
) -> Record:
    """A record of a rating; ``rest`` goes to the body, but for when and version."""
    own = {k: rest.pop(k) for k in ("when", "version", "who", "why") if k in rest}
    value = "not_assessed" if level is None else str(level)
    return record(
        "rating",
        record_id("r1", code, space),
        {"code": code, "level": value, **rest},
        space=space,
        **own,
    )


def of_levels(levels: dict[str, int | None], **rest: Any) -> dict[str, Rating]:
    """Ratings by code of one space, from levels by code."""
    return {c: Rating(code=c, space="gov", level=v, **rest) for c, v in levels.items()}
