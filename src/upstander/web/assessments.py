"""The pages of a review: the list, the guide, the grid through any lens, one indicator, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from upstander.assess import review
from upstander.assess.aggregation import CAVEAT, Adjustment, Ties, ties_of
from upstander.assess.blur import blurred
from upstander.assess.context import badge, conflicts
from upstander.assess.duties import CONTINUE
from upstander.assess.forms import FormError, choices, form
from upstander.assess.frameworks import Frameworks, load, shipped
from upstander.assess.lenses import Setting, View, positions, view
from upstander.assess.library import standing
from upstander.assess.measures.history import compounded, discrimination_grid, exclusion
from upstander.assess.peers import co_rating
from upstander.assess.rating import Ratings, rating_draft, ratings, record_id
from upstander.assess.resilience import inventory
from upstander.assess.trajectory import proposed, what_changed
from upstander.core.errors import Conflict, NotAllowed, UnknownRecord
from upstander.core.rights import may_read, may_write
from upstander.lake.records import Record
from upstander.report import assessing, entries, inputs, words
from upstander.web.asking import Asking, instant
from upstander.web.doors import Again, Done, Doors, Given
from upstander.web.outlooks import neighbours, outlook, public, violence
from upstander.web.reading import places, reader_of
from upstander.web.writing import compared as both_versions

PLACE_KINDS = ("capacity", "context", "evidence", "group", "discrimination", "exclusion", "override")
SIX = "six_factors"
MOST_SHOWN = 12  # records of a kind that a review's page lists
MOST_VERSIONS = 20_000  # of ratings, looked through for what changed


def add(doors: Doors) -> None:
    """The pages and actions of reviews."""
    doors.page("/assessments", look_list, "assessments.html")
    doors.page("/assessments/guide", look_guide, "guide.html")
    doors.page("/assessments/{id}", look, "assessment.html")
    doors.page("/assessments/{id}/rate/{code}", look_rating, "rate.html")
    doors.action("/assessments/{id}/rate/{code}", rate)
    doors.page("/assessments/{id}/changes", look_changes, "assessment_changes.html")


@dataclass(frozen=True)
class Desk:
    """A review with everything that its pages are made from, as one reader may see it.

    Attributes:
        space: in whose eyes the grid is shown.
        spaces: titles by id.
    """

    review: review.Review
    frameworks: Frameworks
    ratings: Ratings
    ties: Ties
    setting: Setting
    space: str
    spaces: Mapping[str, str]
    on: date

    @property
    def href(self) -> str:
        """Address of the review."""
        return f"/assessments/{self.review.record.id}"

    def seen(self, lens: str) -> View:
        """The review through a lens."""
        return view(self.frameworks, lens, self.ratings, self.space, self.ties, self.setting)


def frameworks_of(home: Path) -> Frameworks:
    """Ours, with the office's own files laid over them; read again when one of them changes."""
    folder = home / "frameworks"
    if not folder.is_dir():
        return shipped()
    return _laid_over(folder, tuple((f.name, f.stat().st_mtime_ns) for f in sorted(folder.glob("*.toml"))))


@lru_cache(maxsize=4)
def _laid_over(folder: Path, stamps: tuple[tuple[str, int], ...]) -> Frameworks:
    del stamps  # the key: other files, other frameworks
    return load(folder)


def open_desk(asking: Asking, id: str) -> Desk:
    """Read a review. Raises UnknownRecord."""
    types = {i: s.type for i, s in asking.spaces.items()}
    try:
        held = review.gather(
            asking.state.records, id, by=asking.actor, as_of=asking.as_of, spaces=types, kinds=PLACE_KINDS
        )
    except UnknownRecord:
        raise UnknownRecord("There is no review at this address that you may read.") from None
    frameworks = frameworks_of(asking.state.settings.home)
    found = ratings((blurred(r, asking.actor) for r in held.of("rating")), frameworks)
    wanted = asking.query.get("space", "") or asking.actor.space
    own = next(
        (s for s in (wanted, held.record.stamp.space, *sorted(found.by_space)) if s in found.by_space),
        held.record.stamp.space,
    )
    near, on = held.registers, asking.as_of.date()
    setting = Setting(
        adjustments={"F1": _compounded(near, on)}, overrides=held.place_parts.get("override", ()),
        has_nexus=bool(conflicts(near, on)),
    )  # fmt: skip
    titles = {i: s.title for i, s in asking.spaces.items()}
    return Desk(held, frameworks, found, ties_of(standing(held.of("evidence"))), setting, own, titles, on)


def _compounded(near: Sequence[Record], on: date) -> tuple[Adjustment, ...]:
    """What the registers say: strong discrimination meets strong exclusion for one group (F1d)."""
    groups = [r.id for r in near if r.kind == "group"]
    found = (compounded(None, discrimination_grid(near, g, on), exclusion(near, g, on)) for g in groups)
    return tuple(
        Adjustment("compounded", 1, c.words.removeprefix("Compounded: ").rstrip(".")) for c in found if c.compounded
    )[:1]


def look_list(asking: Asking) -> dict[str, Any]:
    """The reviews this reader may read, and the way to the registers."""
    found = asking.state.records.find(by=asking.actor, as_of=asking.as_of, kinds=["review"], limit=200)
    reader, shown = reader_of(asking, found), form("review")
    rows = [
        {**entries.line(r, shown, reader), "href": f"/assessments/{r.id}", "owner": r.body["owner"],
         "status": shown.field("status").choices[r.body["status"]],
         "covers": review_days(r)}
        for r in found
    ]  # fmt: skip
    return {"title": "Assessments", "rows": rows, "caveat": CAVEAT,
            "may_write": bool(asking.session) and asking.actor.role in shown.writers}  # fmt: skip


def look(asking: Asking, id: str) -> dict[str, Any]:
    """A review: who owns it, the grid through a lens, resilience beside, what is missing, what belongs to it."""
    desk = open_desk(asking, id)
    name = asking.query.get("lens", SIX)
    lens = name if name in desk.frameworks.lenses else SIX
    held = desk.review
    context = badge(held.registers, desk.on)
    seen = desk.seen(lens)
    return {
        **head(asking, desk), "stage_proposed": _stage(asking, desk, seen), "lens": assessing.lens(seen, desk.href, desk.spaces),
        "lenses": [{"name": n, "title": f.short or f.title, "href": f"{desk.href}?lens={n}", "current": n == lens}
                   for n, f in desk.frameworks.lenses.items()],
        "spaces": [{"id": s, "title": desk.spaces.get(s, s), "href": f"{desk.href}?lens={lens}&space={s}",
                    "current": s == desk.space} for s in sorted(desk.ratings.by_space)],
        "context": context.words, "continue": CONTINUE if desk.setting.has_nexus else "",
        "resilience": assessing.resilience(inventory(held.of("capacity"), desk.on)),
        "co_rating": _co_rating(desk, lens), "new_capacity": _new(asking, desk, "capacity"), "gaps": _gaps(asking, desk),
        "parts": _parts(asking, desk), "inclusion": _inclusion(held),
        "steps": [{"id": s.id, "title": s.title, "status": s.status} for s in review.way_forward()],
        "outlook": outlook(asking, held.record.place), "neighbours": neighbours(asking, held.record.place),
        "others": _others(asking, held.record),
    }  # fmt: skip


def head(asking: Asking, desk: Desk) -> dict[str, Any]:
    """What every page of a review begins with."""
    record, shown = desk.review.record, form("review")
    body = record.body
    named = dict(places(asking))
    return {
        "title": body["title"], "href": desk.href, "id": record.id, "place": record.place,
        "place_name": named.get(record.place, record.place), "owner": body["owner"],
        "pillar": shown.field("pillar").choices[body["pillar"]], "area": body["area"] or "",
        "covers": review_days(record), "status": shown.field("status").choices[body["status"]],
        "stage": shown.field("stage").choices[body["stage"]] if body["stage"] else "not assessed", "stage_reason": body["stage_reason"] or "",
        "stamp": entries.stamp(record.stamp, reader_of(asking, ())), "as_of": asking.as_of.date().isoformat(), "past": asking.is_past,
        "version": record.version, "caveat": CAVEAT, "may_write": _may_rate(asking, record),
    }  # fmt: skip


def _stage(asking: Asking, desk: Desk, seen: View) -> str:
    """The stage that the stated rule proposes, beside the one people set; a sentence."""
    now, before = violence(asking, desk.review.record.place)
    found = proposed(seen.overall, seen.findings, is_ongoing=now, was_ongoing=before)
    if found is None:
        return "No stage is proposed: nothing is known to go by."
    name = form("review").field("stage").choices[found.stage].split(":")[0].lower()
    return f"A stated rule would propose “{name}”: {found.reason}. People set the stage."


def review_days(record: Record) -> str:
    """The days a review covers: 1 January 2026 to 30 June 2026."""
    return f"{words.iso_day(record.body['first'])} to {words.iso_day(record.body['last'])}"


def _may_rate(asking: Asking, record: Record) -> bool:
    return bool(asking.session) and not asking.is_past and asking.actor.role in form("rating").writers and bool(record)


def _co_rating(desk: Desk, lens: str) -> list[dict[str, str]]:
    """Self-rating of government spaces beside the independent ones, factor by factor; levels in words."""
    seen = positions(desk.frameworks, lens, desk.ratings, desk.ties, desk.setting)
    levels: dict[str, dict[str, int | None]] = {}
    for factor, row in seen.items():
        for space, found in row.items():
            levels.setdefault(space, {})[factor] = found.level
    sides = co_rating(levels, desk.review.spaces)
    return [{"factor": f, "self": assessing.words_of(r["self"]), "independent": assessing.words_of(r["independent"])}
            for f, r in sides.items()]  # fmt: skip


def _parts(asking: Asking, desk: Desk) -> list[dict[str, Any]]:
    """What belongs to the review, kind by kind, and who may add to it."""
    made, kinds = [], [k for k in review.PARTS if k != "rating"]
    shown = {k: desk.review.parts.get(k, ())[:MOST_SHOWN] for k in kinds}
    reader = reader_of(asking, [r for rows in shown.values() for r in rows])
    for kind in kinds:
        own, rows = form(kind), desk.review.parts.get(kind, ())
        special = "/assessments/questions" if kind == "elicitation" else f"/records/{kind}"
        made.append({
            "title": own.title, "plural": own.plural, "help": own.help, "number": len(rows),
            "rows": [{**entries.line(r, own, reader), "href": f"{special}/{r.id}"} for r in shown[kind]],
            "all": f"/records/{kind}?parent={desk.review.record.id}",
            "kind": kind, "new": _new(asking, desk, kind),
        })  # fmt: skip
    return made


def _gaps(asking: Asking, desk: Desk) -> list[dict[str, str]]:
    """What is missing, each with where this reader can mend it."""
    return [
        {"words": g.words, "href": "#grid" if g.kind == "rating" else _new(asking, desk, g.kind) or f"#{g.kind}"}
        for g in review.before_publishing(desk.review)
    ]


def _new(asking: Asking, desk: Desk, kind: str, code: str = "") -> str:
    """Where a record of the kind is added to this review, '' for who may not; what is no part of it leads back here,
    or to the indicator of ``code``."""
    may = bool(asking.session) and not asking.is_past and asking.actor.role in form(kind).writers
    here = f"{desk.href}/rate/{code}" if code else desk.href
    own = {"parent": desk.review.record.id} if form(kind).parent == "review" else {"next": here}
    about = urlencode({**own, "place": desk.review.record.place})
    return f"/records/{kind}/new?{about}" if may else ""


def _others(asking: Asking, record: Record) -> list[dict[str, str]]:
    """Reviews to lay beside this one, the same place's first."""
    found = asking.state.records.find(by=asking.actor, as_of=asking.as_of, kinds=["review"], limit=200)
    named = dict(places(asking))
    near = sorted((r for r in found if r.id != record.id), key=lambda r: (r.place != record.place, r.body["title"]))
    return [{"title": r.body["title"], "place": named.get(r.place, r.place), "covers": review_days(r),
             "href": f"/assessments/{record.id}/beside/{r.id}"} for r in near[:20]]  # fmt: skip


def _inclusion(held: review.Review) -> dict[str, Any]:
    found, shown = review.inclusion(held.of("participant")), choices("participant_type")
    share = (
        "not counted"
        if found.women_share is None
        else f"{found.women_share:.0%} of {found.people} people".replace("%", " %")
    )
    return {"by_type": [{"type": shown[t], "number": n} for t, n in sorted(found.by_type.items())], "women": share}


def look_rating(asking: Asking, id: str, code: str) -> dict[str, Any]:
    """One indicator: its question, the evidence, every position, and the inputs."""
    desk = open_desk(asking, id)
    held = _own_rating(asking, desk, code)
    values = inputs.kept(held, form("rating")) if held else {}
    return _rating_page(asking, desk, code, values, {}, why="", expected=held.version if held else 0)


def look_guide(asking: Asking) -> dict[str, Any]:
    """Guided mode: the questions in plain words, the severity scale, worked cases, the glossary; for a review if one is named."""
    frameworks, id = frameworks_of(asking.state.settings.home), asking.query.get("review", "")
    found = asking.state.records.find(by=asking.actor, as_of=asking.as_of, kinds=["review"], ids=[id]) if id else ()
    name = asking.query.get("lens", SIX)
    lens = name if name in frameworks.lenses else SIX
    href = f"/assessments/{found[0].id}" if found else ""
    more = f"&review={found[0].id}" if found else ""
    return {
        "title": "How to rate", "caveat": CAVEAT, "href": href, "review_title": found[0].body["title"] if found else "",
        "lenses": [{"title": f.short or f.title, "href": f"/assessments/guide?lens={n}{more}", "current": n == lens}
                   for n, f in frameworks.lenses.items()],
        **assessing.guided(frameworks[lens], href),
    }  # fmt: skip


def _own_rating(asking: Asking, desk: Desk, code: str) -> Record | None:
    if code not in desk.frameworks.rated:
        raise UnknownRecord("No framework has an indicator of this code.")
    own = record_id(desk.review.record.id, code, asking.actor.space)
    return next((r for r in desk.review.of("rating") if r.id == own), None)


def _rating_page(
    asking: Asking, desk: Desk, code: str, values: Mapping[str, Any], faults: Mapping[str, str], *, why: str,
    expected: int, conflict: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    own = form("rating")
    names = {n: f.short or f.title for n, f in desk.frameworks.lenses.items()}
    near = {"evidence": _items(asking, desk, code)}
    shown = [i for i in inputs.inputs(own, values, faults, near, ()) if i["name"] not in ("code", "edition")]
    at = [{"space": desk.spaces.get(s, s), "words": assessing.words_of(t[code].level), "note": t[code].note, "by": t[code].why}
          for s, t in desk.ratings.by_space.items() if code in t]  # fmt: skip
    tied = desk.ties.get(code, (frozenset(), frozenset()))
    reader = reader_of(asking, ())
    items = [e for e in desk.review.of("evidence") if e.id in tied[0] | tied[1]]
    return {
        **head(asking, desk), "title": f"{code} {desk.frameworks.rated[code][2].label}",
        "indicator": assessing.indicator(code, desk.frameworks, names), "positions": at,
        "public": public(asking, desk.frameworks.rated[code][2], desk.review.record.place),
        "evidence": [{**entries.line(e, form("evidence"), reader), "side": "for" if e.id in tied[0] else "against",
                      "grade": f"{e.body['reliability'] or '–'}{e.body['credibility'] or '–'}"} for e in items[:50]],
        "inputs": shown if _may_rate(asking, desk.review.record) else [], "faults": inputs.summary(own, faults),
        "why": why, "expected": expected, "conflict": conflict, "own_space": desk.spaces.get(asking.actor.space, "your space"), "review_title": desk.review.record.body["title"],
        "anchors": assessing.anchors(), "new_evidence": _new(asking, desk, "evidence", code), "near": _near(desk, code), "guide": f"/assessments/guide?review={desk.review.record.id}",
    }  # fmt: skip


def _near(desk: Desk, code: str) -> dict[str, str]:
    """The codes before and after, in the order of the frameworks; '' at an end."""
    codes = list(desk.frameworks.rated)
    at = codes.index(code)
    return {"before": codes[at - 1] if at else "", "after": codes[at + 1] if at + 1 < len(codes) else ""}


def _items(asking: Asking, desk: Desk, code: str) -> list[tuple[str, str]]:
    """Evidence to choose from: what was tied to the code, else the newest."""
    items = desk.review.of("evidence")
    tied = [e for e in items if code in (e.body["supports"] or []) or code in (e.body["against"] or [])]
    return [(e.id, entries.title_of(e, form("evidence"), asking.actor)) for e in (tied or items[-30:])[:100]]


def rate(asking: Asking, given: Given, id: str, code: str) -> Done | Again:
    """Keep this space's rating of an indicator: once, seen through every lens."""
    who, desk = asking.signed_in(*form("rating").writers), open_desk(asking, id)
    before = _own_rating(asking, desk, code)
    own, fields = form("rating"), _fields(given)
    why = str(given.values.get("why", given.values.get("_why", ""))).strip()
    expected = (
        int(text) if (text := str(given.values.get("expected", given.values.get("_expected", "0")))).isdigit() else 0
    )
    try:
        if not 0 < len(why) <= inputs.MOST_WHY:
            raise FormError({"_why": f"Say in one sentence why, in at most {inputs.MOST_WHY} characters"})
        draft = rating_draft(
            {**fields, "code": code}, desk.frameworks, review=id, by=who, places=frozenset(), place=desk.review.record.place,
            stamp=before.stamp if before else review.stamp_within(desk.review.record.stamp, who), expected=expected,
        )  # fmt: skip
        if before and not may_write(who, before.stamp, own.writers):
            raise NotAllowed("Your role or space may not change this rating.")
        kept = asking.state.records.append([draft], by=who, why=why, now=asking.now)[0]
    except FormError as error:
        page = _rating_page(asking, desk, code, fields, error.faults, why=why, expected=expected)
        return Again("rate.html", {"error": "This cannot be kept", "faults_by_field": error.faults, **page})
    except Conflict as error:
        both = both_versions(asking, own, error.theirs, error.ours)
        page = _rating_page(asking, desk, code, fields, {}, why=why, expected=error.theirs.version, conflict=both)
        return Again("rate.html", {"error": "Somebody else wrote in between", **page}, 409)
    after = _near(desk, code)["after"] if given.text("_then") == "next" else ""
    there = f"{desk.href}/rate/{after}" if after else f"{desk.href}#r-{code}"
    return Done(there, {"id": kept.id, "version": kept.version}, 200 if before else 201)


def _fields(given: Given) -> dict[str, Any]:
    """What was typed, by field of the rating form."""
    sent = given.values.get("fields", {}) if given.is_json else given.values
    if not isinstance(sent, Mapping):
        raise FormError({"fields": "fields takes an object of field names and values"})
    several = {f.name for f in form("rating").fields if f.type in ("choices", "links")}
    return {f.name: (sent[f.name] if f.name not in several or isinstance(sent[f.name], list) else [sent[f.name]])
            for f in form("rating").fields if f.name in sent and sent[f.name] not in ("", None)}  # fmt: skip


def look_changes(asking: Asking, id: str) -> dict[str, Any]:
    """What changed in a review since a day: ratings in order of the step, then everything else that was written."""
    desk = open_desk(asking, id)
    since = instant(asking.query.get("since", ""), asking.now)
    start = since or desk.review.record.when
    records = asking.state.records
    kept = records.versions(by=asking.actor, as_of=asking.as_of, kinds=["rating"], parent=id, limit=MOST_VERSIONS)
    versions = [v for v in kept if may_read(asking.actor, v.stamp)]
    shown = [blurred(v, asking.actor) for v in versions]
    changed = what_changed(desk.frameworks, shown, start, asking.as_of)
    others = [r for kind, rows in desk.review.parts.items() if kind != "rating" for r in rows if r.when > start]
    reader = reader_of(asking, others)
    return {
        **head(asking, desk), "title": "What changed", "review_title": desk.review.record.body["title"],
        "since": start.date().isoformat(),
        "ratings": [{"text": c.text, "code": c.code, "label": desk.frameworks.rated[c.code][2].label, "space": desk.spaces.get(c.space, c.space),
                     "why": c.after.why, "href": f"{desk.href}/rate/{c.code}"} for c in changed],
        "others": [{**entries.line(r, form(r.kind), reader), "sort": form(r.kind).title,
                    "why": blurred(r, asking.actor).why} for r in others],
    }  # fmt: skip
