"""A factor of a review as a table to rate in place: a line an indicator, saved line by line, nothing typed lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess.frameworks import RiskFactor
from upstander.core.errors import Conflict, UnknownRecord
from upstander.core.messages import say, text
from upstander.core.upload_rows import Line
from upstander.records.exchange import Row
from upstander.records.forms import FormError
from upstander.report import review_content
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import Again, Done, Given, action, page
from upstander.web.records.writing import why_fault
from upstander.web.reviews import rating_rows
from upstander.web.reviews.factor_lines import FIELDS, Typed, lines
from upstander.web.reviews.next_step import come_so_far, lens_of, next_step, with_lens
from upstander.web.reviews.rating_rows import OWN
from upstander.web.reviews.workspace import Desk, head, open_desk

PAGE = "rate_factor.html"
NOTHING_TOLD: Mapping[str, Any] = {
    "error": "",
    "saved": 0,
    "waiting": [],
    "why": "",
    "faults_by_field": {},
}


def look(request: PageRequest, id: str, factor: str) -> dict[str, Any]:
    """The table of one factor, through the lens that was asked for."""
    desk = open_desk(request, id)
    name = lens_of(request, desk)
    shown = _content(request, desk, name, _factor(desk, name, factor), {}, {})
    saved = request.query.get("saved", "")
    return {**shown, "saved": int(saved) if saved.isdecimal() and len(saved) < 4 else 0}


def _factor(desk: Desk, name: str, code: str) -> RiskFactor:
    found = next((f for f in desk.frameworks[name].factors if f.code == code), None)
    if found is None:
        raise UnknownRecord(say("web.no_factor_of_this_code"))
    return found


def _content(
    request: PageRequest,
    desk: Desk,
    name: str,
    factor: RiskFactor,
    typed: Typed,
    outcomes: Mapping[str, Row],
) -> dict[str, Any]:
    return {
        **head(request, desk),
        **_around(request, desk, name, factor),
        "title": text("{code} {title}", code=factor.code, title=factor.title),
        "lines": lines(request, desk, name, factor, typed, outcomes),
        "anchors": review_content.anchors(),
        "own_space": desk.spaces.get(request.actor.space, say("web.your_space")),
        **NOTHING_TOLD,
    }


def _around(
    request: PageRequest, desk: Desk, name: str, factor: RiskFactor
) -> dict[str, Any]:
    """Where the table stands in its review: the other factors and lenses, how far the space has come, the next step."""
    return {
        "review_title": desk.review.record.body["title"],
        "lens": name,
        "action": with_lens(f"{desk.href}/factors/{factor.code}", name),
        "exchange": with_lens(f"{desk.href}/ratings", name),
        "factors": _factors(request, desk, name, factor.code),
        "lenses": _lenses(desk, name),
        "progress": come_so_far(request, desk, name, first=factor.codes[0]),
        "step": next_step(request, desk),
    }


def _factors(
    request: PageRequest, desk: Desk, name: str, here: str
) -> list[dict[str, Any]]:
    """The factors of the lens, each with how far the reader's space has come and where its table is."""
    own = desk.ratings.of(request.actor.space)
    return [
        {
            "code": f.code,
            "title": f.title,
            "given": sum(code in own for code in f.codes),
            "of": len(f.codes),
            "href": with_lens(f"{desk.href}/factors/{f.code}", name),
            "current": f.code == here,
        }
        for f in desk.frameworks[name].factors
    ]


def _lenses(desk: Desk, name: str) -> list[dict[str, Any]]:
    """The other lenses, each with the table of its first factor."""
    return [
        {
            "title": lens.short or lens.title,
            "href": with_lens(f"{desk.href}/factors/{lens.factors[0].code}", n),
            "current": n == name,
        }
        for n, lens in desk.frameworks.lenses.items()
    ]


def save(request: PageRequest, given: Given, id: str, factor: str) -> Done | Again:
    """Keep one line, or every line that was edited; what is not kept stays in its inputs, and what went wrong is said."""
    request.signed_in(*OWN.writers)
    desk = open_desk(request, id)
    name = lens_of(request, desk)
    at = _factor(desk, name, factor)
    why = given.text("why") or given.text("_why")
    if why and (fault := why_fault(why)):
        raise FormError({"_why": fault})
    typed = _typed(given, at)
    made = rating_rows.rows(request, desk, typed.values())
    outcomes = dict(zip(typed, made, strict=True))
    asked = given.text("_save") or given.text("save")
    kept, refused = _kept(request, at, outcomes, [asked] if asked in typed else typed, why)
    left = {code: row for code, row in outcomes.items() if row.outcome != "same"}
    waiting = {**left, **refused}.keys() - kept
    if not waiting:
        return _go_on(request, desk, name, at, given, kept)
    return _again(request, id, name, at, typed, refused, kept, waiting)


def _typed(given: Given, factor: RiskFactor) -> dict[str, Line]:
    """The lines that were sent, by code of the factor."""
    sent = given.values.get("lines") if given.is_json else None
    if sent is not None and not isinstance(sent, Mapping):
        raise FormError({"lines": say("web.lines_takes_an_object_of_codes")})
    lines = ((code, _line(given, sent, code)) for code in factor.codes)
    return {code: line for code, line in lines if line is not None}


def _line(given: Given, sent: Mapping[str, Any] | None, code: str) -> Line | None:
    """One line as it was sent, None where it was not."""
    if given.is_json:
        values = (sent or {}).get(code)
        if not isinstance(values, Mapping):
            return None
        cells = {name: values[name] for name in (*FIELDS, "version") if name in values}
    else:
        names = [n for n in (*FIELDS, "version") if f"{n}:{code}" in given.values]
        cells = {name: given.text(f"{name}:{code}") for name in names}
    return Line(code, {**cells, "code": code}) if cells else None


def _kept(
    request: PageRequest,
    factor: RiskFactor,
    outcomes: Mapping[str, Row],
    wanted: Sequence[str] | Typed,
    why: str,
) -> tuple[set[str], dict[str, Row]]:
    """The codes that were kept, and the rows that could not be."""
    kept, refused = set[str](), dict[str, Row]()
    for code in wanted:
        row = outcomes[code]
        if row.outcome == "refused":
            refused[code] = row
        elif row.draft is not None:
            try:
                rating_rows.keep(request, row, why or _reason(factor, row))
                kept.add(code)
            except Conflict:
                refused[code] = Row(
                    code, "refused", row.record, row.fields, is_conflict=True
                )
    return kept, refused


def _reason(factor: RiskFactor, row: Row) -> str:
    """Why a line was written where no reason of its own was typed: its reasoning, else where it was written."""
    note = str(row.draft.body.get("note") or "") if row.draft else ""
    written = say("web.rated_in_the_table_of", factor=factor.code)
    return note if note and "note" in row.fields else written


def _go_on(
    request: PageRequest,
    desk: Desk,
    name: str,
    factor: RiskFactor,
    given: Given,
    kept: set[str],
) -> Done:
    """Everything is kept: the next indicator to rate, in this table or, where that was asked for, in the next one's."""
    fresh = open_desk(request, desk.review.record.id)
    last = max(kept, key=factor.codes.index, default="")
    there = come_so_far(request, fresh, name, after=last)
    here = f"{desk.href}/factors/{factor.code}"
    told = {"saved": len(kept), "next": there["next"]}
    if given.text("_then") == "next" and there["next_factor"]:
        return Done(there["next_factor"], told)
    marks = f"lens={name}&saved={len(kept)}"
    spot = f"#r-{there['next']}" if there["next"] in factor.codes else "#lines"
    return Done(f"{here}?{marks}{spot}", told)


def _again(
    request: PageRequest,
    id: str,
    name: str,
    factor: RiskFactor,
    typed: Typed,
    refused: Mapping[str, Row],
    kept: set[str],
    waiting: set[str],
) -> Again:
    """The table once more: what was kept as it stands now, everything else as it was typed."""
    left = {code: typed[code] for code in waiting}
    shown = _content(request, open_desk(request, id), name, factor, left, refused)
    conflicts = [code for code, row in refused.items() if row.is_conflict]
    error = say("web.n_lines_not_kept", n=len(refused)) if refused else ""
    told = {
        "saved": len(kept),
        "waiting": sorted(waiting - refused.keys(), key=factor.codes.index),
        "error": error,
        "faults_by_field": {code: row.why for code, row in refused.items()},
    }
    status = 409 if conflicts else 422 if refused else 200
    return Again(PAGE, {**shown, **told}, status)


ROUTES = (
    *page("assessment_factor", "/assessments/{id}/factors/{factor}", look, PAGE),
    action("post_assessment_factor", "/assessments/{id}/factors/{factor}", save),
)
