"""Recommendations of UN bodies: the list with its search, one recommendation, clusters, and how a State follows them up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander.core.errors import ConfigError
from upstander.core.messages import say
from upstander.records import Record, forms, recommendation_reading
from upstander.records.recommendation_reading import Cluster, Found
from upstander.records.recommendation_rows import RESPONSES, TYPES, Kept
from upstander.respond.recommendation_progress import (
    FOLLOW_UP,
    PROGRESS,
    Rate,
    Standing,
    rates,
)
from upstander.respond.recommendations import IMPORTERS
from upstander.web.kernel.record_reading import everything, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url
from upstander.web.recommendations import filters, reading
from upstander.web.recommendations.filters import PAGE, WORDS_OF

MOST_LISTED = 100  # rows of each list of the follow-up; all of them are in the table
CLUSTERS = ("theme", "person", "goal", "body", "session")


def look(request: PageRequest) -> dict[str, Any]:
    """Recommendations that fit what is asked, newest first; accepted and noted alike."""
    given = filters.filters(request)
    database = request.state.records.database
    try:
        asked, fault = filters.asked_for(request, given), ""
        found = recommendation_reading.find(database, asked)
    except ConfigError as error:
        found, fault = Found(0), str(error)
    standing = reading.standings_of(request, place=given["place"]) if given["place"] else {}
    return {
        "title": say("respond.recommendations"),
        "given": given,
        "fault": fault,
        "count": found.count,
        "rows": reading.rows(request, found.rows, standing),
        **_choices(request, given),
        **_around(request, given, found.count),
    }


def _choices(request: PageRequest, given: Mapping[str, str]) -> dict[str, Any]:
    """What may be chosen, and filters that have no field of their own."""
    return {
        "places": places(request),
        "bodies": recommendation_reading.values(request.state.records.database, "body"),
        "responses": [(r, WORDS_OF[r]) for r in RESPONSES],
        "types": [(t, WORDS_OF[t]) for t in TYPES],
        "chosen": _chosen(request, given),
    }


def _around(request: PageRequest, given: Mapping[str, str], count: int) -> dict[str, Any]:
    """Ways on from the list: the next page, other pages."""
    number = filters.page_number(given)
    after = filters.query(request, given, page=number + 1)
    has_next = count > number * PAGE
    return {
        "page": number,
        "next": url("recommendations") + after if has_next else "",
        "exports": _exports(filters.query(request, given)),
        "clusters": url("recommendation_clusters") + filters.query(request, given),
        "follow_up": url("recommendation_follow_up") + f"?place={given['place']}",
        "may_import": request.actor.role in IMPORTERS and not request.is_past,
        "as_of": request.as_of.date().isoformat(),
        "past": request.is_past,
    }


def _exports(here: str) -> list[tuple[str, str]]:
    return [
        (say("respond.table_plain"), url("recommendations_csv") + here),
        (say("respond.table_impact"), url("recommendations_impact_csv") + here),
    ]


def _chosen(request: PageRequest, given: Mapping[str, str]) -> list[dict[str, str]]:
    """Filters that have no field of their own in the form, each with the way back."""
    names = {sort: say(f"respond.by_{sort}") for sort in filters.LABELS}
    return [
        {
            "name": sort,
            "words": names[sort],
            "value": given[sort],
            "without": url("recommendations") + filters.query(request, given, **{sort: ""}),
        }
        for sort in filters.LABELS
        if given[sort]
    ]


def look_one(request: PageRequest, id: str) -> dict[str, Any]:
    """One recommendation: all the file said, the others of the same text, and both sides' words on progress."""
    kept = reading.one(request, id)
    standing = reading.standings_of(request, key=id).get(id)
    names = dict(places(request))
    row = reading.row(request, kept, standing, names)
    joint = recommendation_reading.joint_with(request.state.records.database, kept)
    return {
        "title": kept.reference,
        **row,
        "symbol": kept.row.symbol,
        "paragraph": kept.row.paragraph,
        "comment": kept.row.comment,
        "labels": _labels(request, kept),
        "details": [(n, _written(v)) for n, v in sorted(kept.row.details.items())],
        "joint": reading.rows(request, joint, {}),
        "may_write": reading.may_write(request) and bool(row["countries"]),
        **_words(request, id),
        **_follow_up(standing),
    }


def _labels(request: PageRequest, kept: Kept) -> list[dict[str, Any]]:
    """Themes, persons, goals, targets and regions, the first three with the way to what shares them."""
    country = next(iter(kept.row.having("country")), "")
    return [
        {
            "name": say(f"respond.by_{sort}"),
            "listed": [_label(request, country, sort, v) for v in kept.row.having(sort)],
        }
        for sort in ("theme", "person", "goal", "target", "region")
        if kept.row.having(sort)
    ]


def _label(
    request: PageRequest,
    country: str,
    sort: str,
    value: str,
) -> dict[str, str]:
    asked = filters.query(request, {"place": country}, **{sort: value})
    is_asked = sort in filters.LABELS
    return {"value": value, "href": url("recommendations") + asked if is_asked else ""}


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _words(request: PageRequest, key: str) -> dict[str, Any]:
    """Everything said of it, the newest first, with the fields to say more."""
    form = forms.form(PROGRESS)
    records = everything(request, kinds=(PROGRESS,), where={"recommendation": key})
    newest = sorted(records, key=lambda r: (str(r.body["day"]), r.when), reverse=True)
    return {
        "progress": [_word(request, r) for r in newest],
        "sides": list(form.field("side").choices.items()),
        "statuses": list(form.field("status").choices.items()),
        "today": request.today.isoformat(),
    }


def _word(request: PageRequest, record: Record) -> dict[str, Any]:
    form, body = forms.form(PROGRESS), record.body
    return {
        "href": url("record", kind=PROGRESS, id=record.id),
        "side": form.field("side").choices[str(body["side"])],
        "status": form.field("status").choices[str(body["status"])],
        "day": str(body["day"]),
        **{n: str(body.get(n) or "") for n in ("account", "known_from")},
        "space": request.space_title(record.stamp.space) if request.session else "",
    }


def _follow_up(standing: Standing | None) -> dict[str, Any]:
    """Who sees to it, and with which options, factors and actions."""
    form = forms.form(FOLLOW_UP)
    record = standing.follow_up if standing else None
    body: Mapping[str, Any] = record.body if record else {}
    chosen = {
        name: list(body.get(name) or ()) for name in ("options", "factors", "actions")
    }
    choices = {name: form.field(name).choices for name in ("options", "factors")}
    return {
        "subjects": list(choices["options"].items()),
        "all_factors": list(choices["factors"].items()),
        **{name: [of[v] for v in chosen[name]] for name, of in choices.items()},
        "chosen_options": chosen["options"],
        "chosen_factors": chosen["factors"],
        "actions": chosen["actions"],
        "note": str(body.get("note") or ""),
        "record": url("record", kind=FOLLOW_UP, id=record.id) if record else "",
    }


def look_clusters(request: PageRequest) -> dict[str, Any]:
    """Recommendations to a State, or of a body, counted by theme, group of persons, goal, body or session."""
    given = filters.filters(request)
    sort = request.query.get("by", "")
    sort = sort if sort in CLUSTERS else CLUSTERS[0]
    database, asked = request.state.records.database, filters.asked_for(request, given)
    is_chosen = bool(given["place"])
    found = recommendation_reading.clusters(database, sort, asked) if is_chosen else ()
    return {
        "title": say("respond.clusters"),
        "given": given,
        "by": sort,
        "sorts": [_sort(request, given, s) for s in CLUSTERS],
        "rows": [_cluster(request, given, sort, c) for c in found],
        "places": places(request),
        "list": url("recommendations") + filters.query(request, given),
    }


def _sort(request: PageRequest, given: Mapping[str, str], sort: str) -> dict[str, str]:
    there = url("recommendation_clusters") + filters.query(request, given, by=sort)
    return {"name": sort, "words": say(f"respond.by_{sort}"), "href": there}


def _cluster(
    request: PageRequest,
    given: Mapping[str, str],
    sort: str,
    cluster: Cluster,
) -> dict[str, Any]:
    by_response = {r or "none": cluster.responses.get(r, 0) for r in ("", *RESPONSES)}
    asked = filters.query(request, given, **{sort: cluster.value})
    href = url("recommendations") + asked
    return {"value": cluster.value, "count": cluster.count, **by_response, "href": href}


def look_follow_up(request: PageRequest) -> dict[str, Any]:
    """How a State follows its recommendations up: rates by side, what is overdue, where the sides disagree."""
    given = filters.filters(request)
    place, database = given["place"], request.state.records.database
    standing = reading.standings_of(request, place=place) if place else {}
    asked = filters.asked_for(request, {**given, "type": "recommendation"}, 1)
    count = recommendation_reading.find(database, asked).count if place else 0
    return {
        "title": say("respond.follow_up"),
        "given": given,
        "place": place,
        "place_name": dict(places(request)).get(place, ""),
        "places": places(request),
        "count": count,
        "rates": [_rate(r) for r in rates(standing, count)],
        **_lists(request, standing),
        "as_of": request.as_of.date().isoformat(),
        "list": url("recommendations") + f"?place={place}",
        "draft": url("recommendations_draft_report") + f"?place={place}",
        "table": url("recommendations_csv") + f"?place={place}",
    }


def _lists(request: PageRequest, standing: Mapping[str, Standing]) -> dict[str, Any]:
    """What is overdue, longest first, what is disputed, and everything followed up: the first of each, and how many there are."""
    late = sorted(
        (key for key, s in standing.items() if s.overdue_days),
        key=lambda key: (-standing[key].overdue_days, key),
    )
    disputed = [key for key, s in standing.items() if s.is_disputed]
    keys = {"overdue": late, "disputed": disputed, "rows": list(standing)}
    shown = {name: of[:MOST_LISTED] for name, of in keys.items()}
    wanted = list(dict.fromkeys(key for of in shown.values() for key in of))
    database = request.state.records.database
    kept = recommendation_reading.by_keys(database, wanted, request.as_of)
    rows = {r["id"]: r for r in reading.rows(request, kept, standing)}
    return {
        **{name: [rows[k] for k in of if k in rows] for name, of in shown.items()},
        **{f"n_{name}": len(of) for name, of in keys.items()},
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "side": forms.form(PROGRESS).field("side").choices[rate.side],
        "done": rate.done,
        "spoken_of": rate.spoken_of,
        "percent": round(100 * rate.done / rate.all, 1) if rate.all else None,
    }


ROUTES = (
    *page("recommendations", "/recommendations", look, "recommendations.html"),
    *page("recommendation", "/recommendations/{id}", look_one, "recommendation.html"),
    *page(
        "recommendation_clusters",
        "/recommendations/clusters",
        look_clusters,
        "recommendation_clusters.html",
    ),
    *page(
        "recommendation_follow_up",
        "/recommendations/follow-up",
        look_follow_up,
        "recommendation_follow_up.html",
    ),
)
