"""The ratings of one's own space in a review, taken away as CSV or xlsx and brought back after they were edited: row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import Response

from upstander.assess.progress import codes
from upstander.assess.rating import record_id
from upstander.core import workbook
from upstander.core.errors import ConfigError, FileRefused
from upstander.core.formulas import as_csv, defused
from upstander.core.messages import say, words_of
from upstander.core.rights import strictest
from upstander.records import Record
from upstander.records.exchange import Row
from upstander.web.kernel import access_log
from upstander.web.kernel.form_fields import MOST_WHY
from upstander.web.kernel.record_reading import check_export, may_export, reader_of
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Again, file_answer
from upstander.web.kernel.routing import Given, action, file, page
from upstander.web.records import brought_back, exports, links
from upstander.web.reviews import rating_rows
from upstander.web.reviews.next_step import come_so_far, lens_of, next_step, with_lens
from upstander.web.reviews.rating_rows import FIXED, OWN
from upstander.web.reviews.workspace import Desk, head, may_rate, open_desk

PAGE = "rating_exchange.html"
LONGEST_NAME = 100
FIELDS = tuple(f.name for f in OWN.fields if f.is_typed and f.name not in FIXED)
COLUMNS = ("id", "version", "code", "question", *FIELDS)
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def look(request: PageRequest, id: str) -> dict[str, Any]:
    """Where the ratings of a review are taken away, and a file to bring back is chosen."""
    request.signed_in()
    return _content(request, open_desk(request, id))


def _content(request: PageRequest, desk: Desk) -> dict[str, Any]:
    lens = lens_of(request, desk)
    here = f"{desk.href}/ratings"
    return {
        **head(request, desk),
        "title": say("web.ratings_away_and_back"),
        "review_title": desk.review.record.body["title"],
        "own_space": desk.spaces.get(request.actor.space, say("web.your_space")),
        "action": with_lens(here, lens),
        "files": [(shape, with_lens(f"{here}.{shape}", lens)) for shape in MEDIA],
        "may_take": may_export(request),
        "may_write": may_rate(request, desk.review.record),
        "progress": come_so_far(request, desk, lens),
        "step": next_step(request, desk),
        "fault": "",
        "rows": None,
        "counts": {},
        "kept": False,
    }


# Away


def away(request: PageRequest, id: str, shape: str) -> Response:
    """Every indicator of the lens, with what the reader's space says of it: rated or not."""
    request.signed_in()
    check_export(request)
    desk = open_desk(request, id)
    own = rating_rows.own_ratings(request, desk)
    about = _about(request, desk, own)
    access_log.keep_export(
        request, "rating", {"format": shape, "records": len(own), "as_of": about["as_of"]}
    )
    table = list(_table(request, desk, own))
    content = _written(table, about, shape)
    return file_answer(content, f"ratings.{shape}", MEDIA[shape])


def _written(table: Sequence[Sequence[Any]], about: Mapping[str, str], shape: str) -> bytes:
    """The file: the table, and what it says of itself before it or on a sheet of its own."""
    if shape == "xlsx":
        rows = [list(COLUMNS), *([defused(c) for c in row] for row in table)]
        return workbook.write(rows, title="rating", about=list(about.items()))
    said = "".join(f"# {name}: {' '.join(str(w).split())}\n" for name, w in about.items())
    written = as_csv(COLUMNS, table)
    mark = written[:3]  # the mark of UTF-8 stands before everything
    return mark + said.encode() + written[3:]


def _about(request: PageRequest, desk: Desk, own: Mapping[str, Record]) -> dict[str, str]:
    """What the file says of itself; it travels no further than the review and every rating in it."""
    whole = desk.review.record
    marking, usage = strictest(r.stamp for r in (whole, *own.values()))
    return {
        **exports.head(list(own.values()), OWN, as_of=request.as_of),
        "review": str(whole.body["title"]),
        "marking": marking.label,
        "usage": usage.value,
    }


def _table(request: PageRequest, desk: Desk, own: Mapping[str, Record]) -> list[list[Any]]:
    """A row an indicator of the lens; links that the reader may not follow are left out, and come back by themselves."""
    reader = reader_of(request, own.values())
    hidden = {c: links.hidden_among(r, OWN, reader) for c, r in own.items()}
    wanted = codes(desk.frameworks[lens_of(request, desk)])
    return [
        _row(request, desk, code, own.get(code), hidden.get(code, {})) for code in wanted
    ]


def _row(
    request: PageRequest,
    desk: Desk,
    code: str,
    record: Record | None,
    hidden: Mapping[str, list[str]],
) -> list[Any]:
    values = rating_rows.values_of(record)
    own_id = record_id(desk.review.record.id, code, request.actor.space)
    begun = [record.id if record else own_id, record.version if record else 0, code]
    label = desk.frameworks.rated[code][2].label
    cells = (_without(values[name], hidden.get(name, [])) for name in FIELDS)
    return [*begun, str(label), *cells]


def _without(value: Any, hidden: Sequence[str]) -> Any:
    return [v for v in value if v not in hidden] if isinstance(value, list) else value


# And back


def bring(request: PageRequest, given: Given, id: str) -> Again:
    """Read a file; keep the rows that can be kept where that is asked for, and say of each row what became of it."""
    request.signed_in(*OWN.writers)
    desk = open_desk(request, id)
    sent = given.files.get("file")
    if sent is None or not sent.filename:
        return _refused(request, desk, say("web.choose_a_file"))
    name, content = Path(sent.filename).name[:LONGEST_NAME], sent.file.read()
    try:
        read = brought_back.lines(request, name, content)
        rows = rating_rows.rows(request, desk, read)
    except (ConfigError, FileRefused) as error:
        return _refused(request, desk, words_of(error))
    is_kept = given.text("do") == "keep"
    if is_kept:
        _keep(request, rows, name)
    return _told(request, id, rows, is_kept)


def _refused(request: PageRequest, desk: Desk, words: str) -> Again:
    return Again(PAGE, {**_content(request, desk), "fault": words, "error": words})


def _told(request: PageRequest, id: str, rows: Sequence[Row], is_kept: bool) -> Again:
    told = {
        "rows": brought_back.shown(rows, OWN),
        "counts": brought_back.counts(rows),
        "kept": is_kept,
    }
    shown = _content(request, open_desk(request, id))
    return Again(PAGE, {**shown, **told}, 201 if is_kept else 200)


def _keep(request: PageRequest, rows: Sequence[Row], name: str) -> None:
    """Keep what can be kept, at once."""
    drafts = [row.draft for row in rows if row.draft is not None]
    if drafts:
        why = say("respond.brought_back", name=name)[:MOST_WHY]
        request.state.records.append(drafts, by=request.actor, why=why, now=request.now)


ROUTES = (
    *page("assessment_ratings", "/assessments/{id}/ratings", look, PAGE),
    file(
        "assessment_ratings_csv",
        "/assessments/{id}/ratings.csv",
        lambda request, id: away(request, id, "csv"),
    ),
    file(
        "assessment_ratings_xlsx",
        "/assessments/{id}/ratings.xlsx",
        lambda request, id: away(request, id, "xlsx"),
    ),
    action("post_assessment_ratings", "/assessments/{id}/ratings", bring),
)
