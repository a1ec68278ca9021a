"""Why this number: a probability with its data, model, reasons, base rates, what would change it, and how such numbers fared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.report import as_json, track_record
from upstander.report.as_of_data import Known
from upstander.report.probabilities import Chance
from upstander.report.reference_classes import Ladder, ladder
from upstander.report.situation import Situation
from upstander.web.kernel.public_pages import JSON, Asked, public
from upstander.web.kernel.rendering import page_of

Content = Mapping[str, Any]


def _key(asked: Asked) -> tuple[str, ...]:
    return (asked.place_code, asked.params["target"][:40])


def _chance(asked: Asked, situation: Situation) -> Chance:
    """The probability that the address names.

    Raises:
        ConfigError: none of this event was issued for the place by that day.
    """
    wanted = asked.params["target"]
    for chance in situation.chances:
        if chance.target == wanted:
            return chance
    known = ", ".join(c.target for c in situation.chances) or say("web.api_none")
    place = situation.place.name
    raise ConfigError(say("web.why_no_such_event", place=place, known=known))


def _content(asked: Asked, situation: Situation) -> Content:
    """What stands behind the probability, as the page says it."""
    chance = _chance(asked, situation)
    data, _ = asked.state.figures(asked.edition)
    scored = asked.state.scored(asked.as_of)
    return {
        "chance": chance,
        "ladder": _ladder(asked, data, chance),
        "fared": track_record.fared(scored.board, chance),
        "gate": track_record.gate(scored.verdicts, chance),
        "is_headline": chance == situation.line.headline,
    }


def _ladder(asked: Asked, data: Known, chance: Chance) -> Ladder | None:
    """The base rates of the event, from nothing that became known after the day the forecast speaks from."""
    if data.issued_as_of is None:
        return None
    past = asked.state.past(data.issued_as_of)
    place = asked.situation.place
    return ladder(past, data.places, place, chance.target) if past else None


def show(asked: Asked) -> str:
    """The page of one probability."""
    situation = asked.situation
    content = _content(asked, situation)
    chance = content["chance"]
    return page_of(
        situation,
        "why.html",
        f"/countries/{situation.place.code}/why/{chance.target}",
        say("web.why_this_number", place=situation.place.name),
        asked.language,
        s=situation,
        **content,
    )


def _json(asked: Asked) -> str:
    situation = asked.situation
    told = {
        "place": situation.place.code,
        "as_of": situation.head.as_of,
        "reasons": situation.line.reasons,
        **_content(asked, situation),
    }
    return as_json.dumps(told)


ROUTES = (
    public("country_why", "/countries/{name}/why/{target}", show, key=_key),
    public(
        "country_why_json", "/countries/{name}/why/{target}.json", _json, JSON, key=_key
    ),
)
