"""Every route as every role of every space: nothing above the reader's rights shows anywhere.

The routes are read from the application, so one that is added later is tried too; one that nobody could open fails.
"""

import json
import os
import re
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.respond import recommendation_files
from tests.web.people import ORIGIN, SPACES, filled, office

from upstander.assess import publishing
from upstander.core.clock import utc_now as now
from upstander.core.rights import VISITOR, Marking, Role, Stamp, Usage, may_read, may_write
from upstander.records import (
    drafts,
    forms,
    kept_files,
    new_id,
    recommendation_reading,
)
from upstander.records.disclosure_control import blurred
from upstander.records.recommendation_reading import Asked
from upstander.records.record_cache import Memory
from upstander.report import frozen
from upstander.report.document import Document
from upstander.report.report_stamp import ReportStamp
from upstander.respond import recommendations

pytestmark = pytest.mark.slow
KIND = "group"
# Doors that hold no record and open only before there is an account, by a link that works once, or with a provider:
# test_sign_in, test_ways_back, test_oidc.
CLOSED = {
    "/setup",
    "/join",
    "/reset",
    "/oidc/start",
    "/oidc/callback",
    "/evidence/import/rejected.csv",
    "/recommendations/matrix.docx",
    # the report's address is to be named: web/reports
    "/reports/archive/new",
    # of a released alert alone, which web/alerts tests with rights; and of a subscription's own token
    "/alerts/{id}/message.{suffix}",
    "/alerts/leave/{id}/{token}",
    # needs a place to be named; public figures, as all of /v1 that has no token: web/api
    "/v1/violence/months",
    # opens to a token that writes drafts, of its own account alone: web/api/test_drafts
    "/v1/drafts",
    # of an issued forecast alone, which there is none of here; public figures: web/country/test_why
    "/countries/{name}/why/{target}",
    # files of public releases, which there are none of here: web/releases
    "/releases/latest/{file}",
    "/releases/archive/{month}/{file}",
    # by a respondent's own link, and of a point of its own round alone: test_consultations
    "/consultations/respond",
    "/consultations/{id}/consultation_point/{point}/practice",
}
QUERIES = ("", "?text=everywhere", "?q=everywhere", "?as_of=2100-01-01", "?version=1")


def stamps(space: str, author: str, other: str) -> dict[str, Stamp]:
    plain = Stamp(space, author)
    return {
        "public": replace(plain, marking=Marking.CLEAR, usage=Usage.PUBLIC),
        "clear, not public": replace(plain, marking=Marking.CLEAR),
        "clear, restricted": replace(
            plain, marking=Marking.CLEAR, usage=Usage.PUBLIC, restricted=True
        ),
        "green": replace(plain, marking=Marking.GREEN),
        "green, restricted": replace(plain, marking=Marking.GREEN, restricted=True),
        "amber": plain,
        "amber, shared": replace(plain, shared=(other,)),
        "amber, shared, edited": replace(plain, shared=(other,), editors=(other,)),
        "amber, restricted": replace(plain, restricted=True),
        "amber, restricted, shared": replace(plain, restricted=True, shared=(other,)),
        "strict": replace(plain, marking=Marking.STRICT, shared=(other,)),
        "red": replace(plain, marking=Marking.RED),
        "red, named": replace(plain, marking=Marking.RED, named=(f"analyst-{other}",)),
    }


class World:
    """Accounts of every role in every space, and records of every marking, each with a word of its own."""

    def __init__(self, folder):
        self.home = office(folder, intake="justice")
        self.actors = [
            self.home.account(r, s) for s in SPACES for r in Role if r is not Role.VISITOR
        ]
        self.clients = {a.account: self.home.client(a) for a in self.actors} | {
            "": self.home.client()
        }
        self.records, self.words = {}, {}
        for space, other in zip(SPACES, reversed(SPACES), strict=True):
            author = self.home.account(Role.HEAD, space)
            all_stamps = stamps(space, author.account, other)
            few = (
                all_stamps
                if space == "justice"
                else {n: all_stamps[n] for n in ("amber", "strict", "red")}
            )
            made = {n: self.keep(KIND, author, s) for n, s in few.items()}
            for kind in forms.kinds():
                stamp = Stamp(
                    space, author.account, marking=Marking.GREEN, restricted=False
                )
                self.keep(
                    kind,
                    author,
                    stamp,
                    {KIND: made["red"].id, "any": new_id()},
                    made["amber"].id,
                )
                self.keep(
                    kind, author, replace(stamp, marking=Marking.RED), {"any": new_id()}
                )
            green = Stamp(space, author.account, marking=Marking.GREEN)
            case = self.keep("warning_case", author, green)
            for entry in (
                green,
                replace(green, marking=Marking.RED),
            ):  # a case that many read, with a step that few do
                self.keep("case_entry", author, entry, {"warning_case": case.id})
            self.version(author, green)
            self.version(author, replace(green, marking=Marking.STRICT))
        self.recommendation = self.bring(folder)

    def bring(self, folder):
        """The key of a recommendation: published, and the same for everybody."""
        row = recommendation_files.recommended("Slovenia", "Ratify it", "Spain")
        file = recommendation_files.uprinfo(folder / "upr.csv", row)
        state = self.home.state
        database = state.records.database
        recommendations.bring(database, file, state.places, who="", now=now())
        asked = Asked(as_of=now() + timedelta(days=1))
        return recommendation_reading.find(database, asked).rows[0].row.key

    def signed_in(self, actor):
        """The actor's client as a browser just signed in, whatever the request before did to its cookies and session."""
        client, fresh = (
            self.clients[actor.account],
            self.home.client(actor if actor.account else None),
        )
        client.cookies = fresh.cookies
        return client

    def version(self, author, stamp):
        """A review with a frozen version that quotes a word of its own."""
        review = self.keep("review", author, stamp)
        id = publishing.version_id(review.id, 1)
        printed = ReportStamp(stamp.marking, stamp.usage, date(2026, 5, 1))
        kicker = f"secret{id[-10:]}"
        made = Document("everywhere", kicker, printed, (), (), "", ())
        line = {
            "agency": "everywhere",
            "decision": "Agreed",
            "reservation": f"secret{id[-10:]}",
            "day": "2026-05-01",
        }
        self.keep(
            "review_version",
            author,
            stamp,
            parent=review.id,
            id=id,
            number=1,
            frozen="2026-05-01T00:00:00+00:00",
            document=frozen.frozen(made)[0],
            signed=json.dumps([line]),
        )

    def keep(self, kind, author, stamp, links=None, parent="", id="", **given):
        id = id or new_id()
        word = f"secret{id[-10:]}"
        values = {**filled(forms.form(kind), f"everywhere {word}", links), **given}
        draft = drafts.draft(
            kind,
            values,
            id=id,
            by=author,
            places=frozenset({"SDN"}),
            stamp=stamp,
            parent=parent,
            place="SDN",
        )
        # every kind is written here by a head, whoever may write it in life
        written, records = replace(draft, writers=(Role.HEAD,)), self.home.state.records
        how = {"by": author, "why": f"because {word}", "now": now()}
        if kind == kept_files.KIND:
            kept = kept_files.keep(records, written, word.encode(), **how)
        else:
            kept = records.append([written], **how)[0]
        self.records[id], self.words[id] = kept, word
        return kept

    def hidden(self, actor):
        return {
            id: w
            for id, w in self.words.items()
            if not may_read(actor, self.records[id].stamp)
        }


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("matrix"))
    with ExitStack() as stack:
        for client in made.clients.values():
            stack.enter_context(
                client
            )  # one event loop for all requests of a client: half the time
        yield made
    # Records are read once and shown to many: whatever the pages did with them, they still are what was written.
    records = made.home.state.records
    for actor in made.actors:
        asked = {"by": actor, "as_of": now(), "limit": 10_000}
        assert records.find(**asked) == replace(records, memory=Memory()).find(**asked)


def routes(app, method):
    found = {r.path for r in app.routes if method in (getattr(r, "methods", None) or ())}
    return sorted(p for p in found if not p.startswith("/static"))


def addresses(world, path, kinds):
    """The route with every value its parameters can take."""
    names = set(re.findall(r"{(\w+)", path))
    records = [r for r in world.records.values() if r.kind in kinds]
    of_alerts = {"signals": "signal", "calendar": "trigger", "leave": "subscription"}
    if path.startswith("/alerts/"):
        own = of_alerts.get(path.split("/")[2], "alert")
        wholes = [r for r in world.records.values() if r.kind == own]
        values = [{"id": r.id} for r in wholes] if "id" in names else [{}]
    elif path.startswith("/recommendations/{id}"):
        values = [{"id": world.recommendation}]
    elif path.startswith("/options/"):
        values = [{"id": "dialogue"}]
    elif path.startswith("/consultations/") and "id" in names:
        values = [{"id": r.id} for r in world.records.values() if r.kind == "consultation"]
    elif path.startswith("/questions/") and "id" in names:
        asked = [r for r in world.records.values() if r.kind == "forecast_question"]
        values = [{"id": r.id} for r in asked]
    elif path.startswith("/plans/") and "id" in names:
        values = [{"id": r.id} for r in world.records.values() if r.kind == "action"]
    elif path.startswith("/reports/archive/{id}"):
        kept = [r for r in world.records.values() if r.kind == kept_files.KIND]
        values = [{"id": r.id} for r in kept]
    elif {"kind", "id"} <= names:
        values = [{"kind": r.kind, "id": r.id} for r in records]
    elif path.startswith(("/assessments/", "/lessons/", "/records/submission/")):
        own = (
            "warning_case"
            if "/lessons/" in path
            else "submission"
            if "/submission/" in path
            else "elicitation"
            if "/questions/" in path
            else "review"
        )
        wholes = [r for r in world.records.values() if r.kind == own]
        values = [{"id": r.id} for r in wholes] if "id" in names else [{}]
    elif "id" in names:
        values = [{"id": r.id} for r in world.records.values() if r.kind in kinds]
    elif "kind" in names:
        values = [{"kind": k} for k in kinds]
    else:
        values = [{}]
    for name in names - {"kind", "id"}:
        pool = {
            "name": ["open", "freeze", "release", "dismiss"]
            if "/steps/" in path
            else ["deaths_cusum"]
            if path.startswith("/alerts/rules/")
            else ["SDN"],
            "account": ["analyst-justice", "head-nhri"],
            "code": ["9.1"],
            "collection": ["countries"],
            "feature": ["SDN"],
            "file": ["datapackage.json"],
            "month": ["2026-06"],
            "factor": ["F3"],
            "number": ["1"],
            "point": ["0" * 26],
            "round": ["7"],
            "part": ["f1", "context"],  # of an assessment
            "place": ["SDN"],
            "shape": ["html", "json", "csv"],
            "space": ["justice", "nhri"],
            "suffix": ["atom", "json", "cap.xml"],
            "target": ["civilians_100"],
            "invitee": ["0" * 26],
            "step": ["update", "copy"],
            "token": ["0" * 32],
            "other": [r.id for r in world.records.values() if r.kind == "review"][:2],
        }.get(name)
        assert pool, f"route {path}: no value to try for {name}; add one here"
        values = [{**v, name: p} for v in values for p in pool]
    return [re.sub(r"{(\w+)(:\w+)?}", lambda m, v=v: v[m[1]], path) for v in values]


def leaks(text, hidden, path=""):
    """Hidden records that a text names or quotes. The log names by id what was exported, and quotes nothing of it.

    Looked for by what all words and all ids begin with, in one pass: three hundred searches of a page took 3.5 ms, this .1.
    """
    said = starts(text, "secret", len("secret") + 10)
    first = os.path.commonprefix(list(hidden))  # noqa: RUF071 (ids, sign by sign)
    named = set() if path.startswith("/audit") else starts(text, first, 26)
    return [id for id, word in hidden.items() if word in said or id in named]


def starts(text, first, length):
    """Every stretch of a text of this length that begins so."""
    found = re.finditer(re.escape(first), text) if first else ()
    return {text[m.start() : m.start() + length] for m in found}


def test_a_leak_is_seen_wherever_it_stands():
    ids = [new_id() for _ in range(40)]
    hidden = {id: f"secret{id[-10:]}" for id in ids}
    for some in (hidden, {ids[3]: hidden[ids[3]]}):
        for text in (f"<p>a{ids[3]}b</p>", f"secretsecret{ids[3][-10:]}", hidden[ids[3]]):
            assert leaks(text, some) == [ids[3]]
        assert leaks(f"secret {ids[3][:-1]}", some) == []
    assert leaks(f"exported {ids[3]}", hidden, "/audit.json") == []
    assert leaks(f"exported {hidden[ids[3]]}", hidden, "/audit.json") == [ids[3]]
    assert leaks("anything", {}) == []


def test_no_route_shows_anybody_what_they_may_not_read(world):
    opened = set()
    other_kinds = [k for k in forms.kinds() if k != KIND]
    for path in routes(world.home.app, "GET"):
        for actor in [VISITOR, *world.actors]:
            client, hidden = world.clients[actor.account], world.hidden(actor)
            few = (
                actor.role in (Role.VISITOR, Role.ANALYST, Role.ADMINISTRATOR)
                and actor.space != "justice"
            )
            for address in addresses(
                world, path, [KIND, *(other_kinds if few and "{id}" not in path else ())]
            ):
                lists = (f"/{KIND}" in address and "{id}" not in path) or "search" in path
                for query in QUERIES if lists else QUERIES[:1]:
                    answer = client.get(address + query)
                    assert answer.status_code < 500, address
                    assert not leaks(answer.text, hidden, path), (
                        f"{address}{query} as {actor.role} of {actor.space}"
                    )
                    if answer.status_code == 200:
                        opened.add(path)
    assert (
        not set(routes(world.home.app, "GET"))
        - opened
        - CLOSED
        - {f"{c}.json" for c in CLOSED}
    )


def test_a_hidden_record_answers_as_one_that_never_was(world):
    for actor in [VISITOR, *world.actors]:
        client = world.clients[actor.account]
        for id in [i for i in world.hidden(actor) if world.records[i].kind == KIND]:
            for end in (
                "",
                ".json",
                "/history",
                "/history.json",
                "/edit",
                "/erase",
                "?version=1",
            ):
                there = client.get(f"/records/{KIND}/{id}{end}")
                nowhere = client.get(f"/records/{KIND}/{new_id()}{end}")
                assert there.status_code == nowhere.status_code != 200
                assert there.text == nowhere.text


def test_counts_count_what_may_be_read_and_nothing_else(world):
    for actor in [VISITOR, *world.actors]:
        client = world.clients[actor.account]
        mine = [r for r in world.records.values() if may_read(actor, r.stamp)]
        groups = [r for r in mine if r.kind == KIND]
        listed = client.get(f"/records/{KIND}.json").json()
        assert listed["count"] == len(groups)
        assert {r["id"] for r in listed["rows"]} == {r.id for r in groups}
        said = [
            r for r in mine if "everywhere" in str(blurred(r, actor).body)
        ]  # words held back find nothing
        assert (
            client.get("/search.json?q=everywhere").json()["count"]
            == len(said)
            > len(mine) * 0.9
        )
        kinds = {
            k["kind"]: k["count"]
            for g in client.get("/records.json").json()["groups"]
            for k in g["kinds"]
        }
        assert kinds.get(KIND, 0) == len(groups)
        rows = client.get(f"/records/{KIND}/export.json").json()["records"]
        assert {r["id"] for r in rows} == {r.id for r in groups}
        hidden = next(
            (i for i in world.hidden(actor) if world.records[i].kind == KIND), None
        )
        if hidden:
            assert client.get(f"/records.json?parent={hidden}").status_code == 200
            near = client.get(f"/records/{KIND}.json?parent={hidden}").json()
            assert near["rows"] == [] or all(
                r["id"] not in world.hidden(actor) for r in near["rows"]
            )


def test_no_writing_route_tells_or_does_more_than_the_role_may(world):
    before = {id: r.version for id, r in world.records.items()}
    for path in routes(world.home.app, "POST"):
        for actor in [
            VISITOR,
            *(a for a in world.actors if a.role is not Role.ADMINISTRATOR),
        ]:
            hidden = world.hidden(actor)
            for address in addresses(world, path, [KIND]):
                client = world.signed_in(actor)
                answer = client.fill(
                    address, _why="", why="", _expected="0", role="head", neutral_label="x"
                )
                assert answer.status_code < 500, address
                assert not leaks(answer.text, hidden), (
                    f"{address} as {actor.role} of {actor.space}"
                )
                id = next(
                    (part for part in address.split("/") if part in world.records), ""
                )
                if id in hidden:
                    fresh = client.fill(
                        address.replace(id, new_id()), _why="", _expected="0"
                    )
                    assert (answer.status_code, answer.text) == (
                        fresh.status_code,
                        fresh.text,
                    )
                elif (
                    id and address.startswith(f"/records/{KIND}/") and "/erase" not in path
                ):
                    may = may_write(
                        actor, world.records[id].stamp, forms.form(KIND).writers
                    )
                    assert (answer.status_code == 422) == may, (
                        f"{address} as {actor.role} of {actor.space}"
                    )
    author = {s: world.home.account(Role.HEAD, s) for s in SPACES}
    for id, record in world.records.items():
        read = world.home.state.records.read(
            record.kind, id, by=author[record.stamp.space], as_of=now()
        )
        assert read.version == before[id]
    assert {a.account: a.role for a in world.home.state.accounts.list()} == {
        a.account: a.role for a in world.actors
    }


def test_a_link_to_a_hidden_record_is_refused_in_the_words_for_one_that_never_was(world):
    kind = next(
        k
        for k in forms.kinds()
        if any(f.to == KIND and f.type == "link" for f in forms.form(k).fields)
        and Role.ANALYST in forms.form(k).writers
    )
    form = forms.form(kind)
    name = next(f.name for f in form.fields if f.to == KIND and f.type == "link")
    actor = world.home.account(Role.ANALYST, "nhri")
    red = next(
        r
        for r in world.records.values()
        if r.stamp.space == "justice" and r.stamp.marking is Marking.RED
    )
    said = []
    for id in (red.id, new_id()):
        answer = world.home.client(actor).write(
            f"/records/{kind}", fields={**filled(form, "text"), name: id}, why="why"
        )
        assert answer.status_code == 422
        said.append(answer.json()["faults_by_field"])
    assert said[0] == said[1]
    assert name in said[0]


def test_an_edit_by_somebody_who_cannot_see_a_link_keeps_it(world):
    kind = next(
        k
        for k in forms.kinds()
        if any(f.to == KIND and f.type == "link" for f in forms.form(k).fields)
        and Role.ANALYST in forms.form(k).writers
    )
    form = forms.form(kind)
    name = next(f.name for f in form.fields if f.to == KIND and f.type == "link")
    record = next(
        r
        for r in world.records.values()
        if r.kind == kind and r.body.get(name) and r.stamp.space == "nhri"
    )
    client = world.home.client(world.home.account(Role.ANALYST, "nhri"))
    shown = client.get(f"/records/{kind}/{record.id}.json").json()
    assert record.body[name] not in str(shown)
    fields = {f["name"]: f["value"] for f in shown["fields"]}
    answer = client.write(
        f"/records/{kind}/{record.id}",
        fields=fields,
        why="read again",
        expected=shown["version"],
    )
    assert answer.status_code == 200, answer.text
    author = world.home.account(Role.HEAD, "nhri")
    kept = world.home.state.records.read(kind, record.id, by=author, as_of=now())
    assert kept.body[name] == record.body[name]
    assert kept.version == record.version + 1


def test_reading_is_refused_over_another_name_of_the_host(world):
    assert (
        world.clients[""].get("/records", headers={"host": "evil.example"}).status_code
        == 400
    )
    assert ORIGIN.endswith("127.0.0.1")
