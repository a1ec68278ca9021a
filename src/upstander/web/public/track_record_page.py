"""“Were we right?”: this installation's own scoreboard, else the packaged one, never one that speaks from a later day."""

from __future__ import annotations

from upstander.core.messages import say
from upstander.forecast import qualification, shipped
from upstander.report import as_json, track_record
from upstander.web.kernel.public_pages import JSON, Asked, public
from upstander.web.kernel.rendering import page_of
from upstander.web.kernel.urls import url


def show(asked: Asked) -> str:
    """The scoreboard; without one, why there is none."""
    scored = asked.state.scored(asked.as_of)
    board = scored.board
    return page_of(
        asked.overview,
        "track_record.html",
        url("track_record"),
        say("web.menu_track_record"),
        asked.language,
        board=board,
        why=scored.why,
        own=scored.own,
        sections=track_record.sections(board) if board else (),
        issued=(shipped.DRAWS, shipped.CHANCES),
        named=track_record.named,
        said=track_record.said,
        picture=track_record.picture,
        pieces=track_record.pieces,
        judged_here=track_record.judged_here(board) if board else "",
        rule=qualification.RULE,
    )


def twin(asked: Asked) -> str:
    """The same as JSON."""
    scored = asked.state.scored(asked.as_of)
    board = track_record.twin(scored.board, scored.own) if scored.board else {}
    return as_json.dumps({"head": asked.overview.head, "missing": scored.why, **board})


def _stamp(asked: Asked) -> tuple[str, ...]:
    return (asked.state.scored(asked.as_of).stamp,)


ROUTES = (
    public("track_record", "/track-record", show, key=_stamp),
    public("track_record_json", "/track-record.json", twin, JSON, key=_stamp),
)
