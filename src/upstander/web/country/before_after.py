"""One page before and after: a country as of two days side by side, with the revision in figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.report import as_json, before_after
from upstander.report.before_after import BeforeAfter, Counted, Odds
from upstander.report.situation import Situation
from upstander.web.kernel.public_pages import JSON, Asked, public
from upstander.web.kernel.rendering import page_of

DAY = timedelta(days=1)


def _earlier(asked: Asked) -> date:
    """The earlier day: as asked for, else the day before the newest release that the page rests on became known.

    Raises:
        ConfigError: no day, or none before the later one.
    """
    wanted = asked.query.get("before")
    if wanted:
        day = asked.state.day(wanted)
    else:
        ages = asked.overview.ages
        day = max((a.known_at for a in ages), default=asked.as_of) - DAY
    if day >= asked.as_of:
        raise ConfigError(
            say(
                "web.before_lies_before",
                before=day.isoformat(),
                after=asked.as_of.isoformat(),
            )
        )
    return day


def _key(asked: Asked) -> tuple[str, ...]:
    """The place, and all that the earlier day is made from."""
    return (asked.place_code, repr(asked.state.edition(_earlier(asked))))


def _both(asked: Asked) -> tuple[Situation, Situation]:
    code, state = asked.place_code, asked.state
    before = state.situation(state.edition(_earlier(asked)), code)
    return before, state.situation(asked.edition, code)


def show(asked: Asked) -> str:
    """The two days, what each knew, and what was revised."""
    before, after = _both(asked)
    found = before_after.compare(before, after)
    return page_of(
        after,
        "before_after.html",
        f"/countries/{after.place.code}/before",
        say("web.before_and_after", name=after.place.name),
        asked.language,
        place=after.place,
        days=(before, after),
        found=found,
    )


def _json(asked: Asked) -> str:
    before, after = _both(asked)
    return as_json.dumps(_content(before, after, before_after.compare(before, after)))


def _content(before: Situation, after: Situation, found: BeforeAfter) -> dict[str, Any]:
    """As the page says it; what was not known is null."""
    return {
        "place": after.place.code,
        "before": as_json.plain(before.head),
        "after": as_json.plain(after.head),
        "probabilities": [_odds(o) for o in found.odds],
        "years": [_counted(y) for y in found.years],
        "months_revised": [_counted(m) for m in found.months],
        "months_the_same": found.same_months,
        "releases": [list(r) for r in found.releases],
    }


def _odds(odds: Odds) -> dict[str, Any]:
    sides = {"before": odds.before, "after": odds.after}
    return {
        "label": odds.label,
        **{
            name: as_json.plain(chance) if chance else None
            for name, chance in sides.items()
        },
        "points": odds.points,
    }


def _counted(counted: Counted) -> dict[str, Any]:
    revised = {
        "revision": counted.revision,
        "one_sided_revision": counted.one_sided_revision,
    }
    return {**as_json.plain(counted), **revised}


ROUTES = (
    public("country_before", "/countries/{name}/before", show, key=_key),
    public("country_before_json", "/countries/{name}/before.json", _json, JSON, key=_key),
)
