"""“Were we right?”: this installation's own scoreboard, else the packaged one, never one that speaks from a later day."""

from __future__ import annotations

from upstander.core.messages import say
from upstander.forecast import qualification
from upstander.monitor import kept_back
from upstander.report import as_json, track_record, warnings_compared
from upstander.report.warnings_compared import Compared
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
        judged=track_record.judged(board) if board else None,
        named=track_record.named,
        said=track_record.said,
        picture=track_record.picture,
        pieces=track_record.pieces,
        judged_here=track_record.judged_here(board) if board else "",
        rule=qualification.RULE,
        warned=_warned(asked),
    )


def twin(asked: Asked) -> str:
    """The same as JSON."""
    scored = asked.state.scored(asked.as_of)
    board = track_record.twin(scored.board, scored.own) if scored.board else {}
    told = {"head": asked.overview.head, "missing": scored.why, **board}
    return as_json.dumps({**told, "warnings": as_json.plain(_warned(asked))})


def _warned(asked: Asked) -> Compared:
    """Our warnings beside those of peers, as everybody may read them."""
    state, now = asked.state, asked.state.clock.now()
    found = warnings_compared.public_alerts(state.records, now)
    back, truth = kept_back.held(state.settings.home), state.truth(asked.as_of)
    return warnings_compared.compared(back, found, truth, now)


def _stamp(asked: Asked) -> tuple[str, ...]:
    state = asked.state
    found = warnings_compared.public_alerts(state.records, state.clock.now())
    back = kept_back.stamp(state.settings.home)
    today = state.clock.now().date().isoformat()  # an answer is late from a day on
    return (
        state.scored(asked.as_of).stamp,
        back,
        warnings_compared.stamp(found),
        today,
    )


ROUTES = (
    public("track_record", "/track-record", show, key=_stamp),
    public("track_record_json", "/track-record.json", twin, JSON, key=_stamp),
)
