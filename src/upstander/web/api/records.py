"""Operations on what people wrote, read with the rights of whoever asks: records, plans, alerts, recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from upstander.core.messages import say
from upstander.records import Record, forms, recommendation_reading
from upstander.records.recommendation_query import parsed
from upstander.records.recommendation_reading import Asked
from upstander.records.recommendation_rows import RESPONSES, TYPES, Kept
from upstander.web.alerts.reading import ALERT, released
from upstander.web.alerts.reading import rows as alert_rows
from upstander.web.api.operation import (
    RECORDS,
    Call,
    Found,
    Operation,
    one,
    sliced,
)
from upstander.web.api.parameters import (
    PLACE,
    Parameter,
    Wrong,
    integer,
    one_of,
    place,
    short,
)
from upstander.web.api.rows_of_records import (
    Alert,
    Kind,
    Me,
    Recommendation,
    RecordRow,
)
from upstander.web.kernel import access_log
from upstander.web.kernel.record_reading import (
    check_export,
    find,
    form_of,
    read,
    reader_of,
)
from upstander.web.records import exports

ACTION = "action"
OF_PLACE = Parameter("place", "Code of one place.", PLACE, place)
YEAR = {"type": "integer", "minimum": 1900, "maximum": 2100}


def kind(text: str) -> str:
    """The id of a kind of record."""
    if text not in forms.kinds():
        raise Wrong(say("web.api_choice", known=", ".join(forms.kinds())))
    return text


def _in_path(name: str, words: str, read_it: Any, schema: dict[str, Any]) -> Parameter:
    return Parameter(name, words, schema, read_it, is_required=True, where="path")


KIND = _in_path(
    "kind", "Id of a kind of record.", kind, {"type": "string", "enum": list(forms.kinds())}
)
ID = _in_path("id", "Id of the record.", short(40), {"type": "string", "maxLength": 40})


def me(call: Call) -> Found:
    """Who asks."""
    caller, actor = call.caller, call.request.actor
    token = caller.token
    return one(
        Me(
            account=caller.account.account if caller.account else "",
            role=actor.role.value,
            space=actor.space,
            token=token.name if token else None,
            scopes=token.scopes if token else (),
            ends=token.ends.isoformat() if token else None,
        )
    )


# Records


def kinds(call: Call) -> Found:
    """Every kind of which there is something to read."""
    request = call.request
    counts = request.state.records.counts(by=request.actor, as_of=request.as_of)
    found = [forms.form(k) for k in sorted(counts) if k in forms.kinds() and counts[k]]
    return sliced(
        call,
        found,
        lambda f: Kind(f.kind, f.title, f.plural, f.help, counts[f.kind]),
    )


def records(call: Call) -> Found:
    """The records of a kind, in the order of their ids."""
    return _listed(call, call.values["kind"])


def plans(call: Call) -> Found:
    """The actions of plans."""
    return _listed(call, ACTION)


def _listed(call: Call, kind: str) -> Found:
    check_export(call.request)
    asked = {"place": call.values["place"]} if call.values["place"] else {}
    most = call.most
    found = find(call.request, limit=most + 1, after=call.position, kinds=[kind], **asked)
    page = found[:most]
    _keep(call, kind, len(page))
    return Found(_rows(call, page), page[-1].id if len(found) > most else "")


def record(call: Call) -> Found:
    """One record. Raises UnknownRecord for one that is not there, or not to be read."""
    check_export(call.request)
    form = form_of(call.values["kind"])
    found = read(call.request, form.kind, call.values["id"])
    _keep(call, form.kind, 1)
    return one(_rows(call, [found])[0])


def _rows(call: Call, found: Sequence[Record]) -> list[RecordRow]:
    if not found:
        return []
    reader = reader_of(call.request, found)
    form = forms.form(found[0].kind)
    return [RecordRow(**row) for row in exports.rows(found, form, reader)]


def _keep(call: Call, kind: str, count: int) -> None:
    """Keep that something was taken away, once an hour for an account and a kind."""
    request = call.request
    who = request.actor.account
    if request.state.recently.first(request.now, who, "v1", kind):
        access_log.keep_export(request, kind, {"format": "v1", "records": count})


# Alerts


def alerts(call: Call) -> Found:
    """Released alerts, newest first."""
    check_export(call.request)
    where = {"place": call.values["place"]} if call.values["place"] else {}
    found = released(call.request, **where)
    if found:
        _keep(call, ALERT, len(found))
    page = sliced(call, found, lambda record: record)
    shown = alert_rows(call.request, page.rows)
    return Found([_alert(row) for row in shown], page.next)


def _alert(row: dict[str, Any]) -> Alert:
    same = ("id", "place", "title", "product", "level", "level_words", "sent", "expires")
    return Alert(
        **{name: row[name] for name in same},
        is_exercise=row["exercise"],
        marking=row["stamp"]["label"],
        usage=row["stamp"]["usage"],
    )


# Recommendations


def recommendations(call: Call) -> Found:
    """Recommendations of UN bodies, newest first."""
    asked, start = call.values, int(call.position or 0)
    state = call.request.state
    question = Asked(
        as_of=call.request.as_of,
        query=parsed(asked["q"]) if asked["q"] else None,
        labels=(("country", asked["place"]),) if asked["place"] else (),
        **{n: asked[n] or "" for n in ("body", "response", "type", "reference")},
        since=asked["since"],
        until=asked["until"],
        limit=call.most + 1,
        offset=start,
    )
    found = recommendation_reading.find(state.records.database, question).rows
    following = str(start + call.most) if len(found) > call.most else ""
    return Found([_recommendation(k) for k in found[: call.most]], following)


def _recommendation(kept: Kept) -> Recommendation:
    said = kept.row
    return Recommendation(
        id=said.key,
        reference=kept.reference,
        text=said.text,
        published=str(said.day or ""),
        places=tuple(said.having("country")),
        is_inferred=bool(said.having("inferred")),
        body=next(iter(said.having("body")), ""),
        session=next(iter(said.having("session")), ""),
        type=said.type,
        response=said.response,
        recommending=tuple(said.having("state")),
        themes=tuple(said.having("theme")),
    )


def _text(name: str, words: str) -> Parameter:
    return Parameter(name, words, {"type": "string", "maxLength": 200}, short(200))


OF_RECOMMENDATIONS = (
    OF_PLACE,
    _text("q", "Words that must occur; AND, OR, NOT, brackets and quotation marks."),
    _text("body", "Acronym of the body, such as CEDAW."),
    one_of("response", "What the State answered.", [r for r in RESPONSES if r]),
    one_of("type", "What it is.", [t for t in TYPES if t]),
    _text("reference", "Its reference, such as CEDAW-2024-17."),
    Parameter("since", "First year.", YEAR, integer(1900, 2100)),
    Parameter("until", "Last year.", YEAR, integer(1900, 2100)),
)
OF_RECORDS = (
    Operation(
        "me",
        "/v1/me",
        "Who asks, and what the token allows.",
        Me,
        me,
        about=RECORDS,
        formats=("json",),
        is_one=True,
    ),
    Operation(
        "kinds",
        "/v1/records",
        "Kinds of records, with how many of each whoever asks may read.",
        Kind,
        kinds,
        about=RECORDS,
        formats=("json",),
    ),
    Operation(
        "records",
        "/v1/records/{kind}",
        "The records of a kind that whoever asks may read.",
        RecordRow,
        records,
        (KIND, OF_PLACE),
        about=RECORDS,
        formats=("json",),
    ),
    Operation(
        "record",
        "/v1/records/{kind}/{id}",
        "One record.",
        RecordRow,
        record,
        (KIND, ID),
        about=RECORDS,
        formats=("json",),
        is_one=True,
    ),
)
OPERATIONS = (
    *OF_RECORDS,
    Operation(
        "plans",
        "/v1/plans",
        "Actions of plans that whoever asks may read.",
        RecordRow,
        plans,
        (OF_PLACE,),
        about=RECORDS,
        formats=("json",),
    ),
    Operation(
        "alerts",
        "/v1/alerts",
        "Released alerts that whoever asks may read, newest first.",
        Alert,
        alerts,
        (OF_PLACE,),
        about=RECORDS,
    ),
    Operation(
        "recommendations",
        "/v1/recommendations",
        "Recommendations of UN bodies, newest first.",
        Recommendation,
        recommendations,
        OF_RECOMMENDATIONS,
        about=RECORDS,
    ),
)
