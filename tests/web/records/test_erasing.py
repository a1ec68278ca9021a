"""What a record says is erased for good: from every page, file, search and the database; and contacts are opened and deleted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select
from tests.web.country_seed import PLACE, group, registers, write
from tests.web.people import ADMIN, filled, office, token_in

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role, Stamp
from upstander.records import drafts, forms, new_id
from upstander.records.schema import metadata

WORD = "Zebulon"
PAGES = (
    "/records",
    "/evidence",
    f"/countries/{PLACE}/assessment",
    *(f"/countries/{PLACE}/assessment/f{n}" for n in range(1, 7)),
    f"/countries/{PLACE}/assessment/context",
    f"/countries/{PLACE}/crimes",
    f"/search?q={WORD}",
    "/lessons",
    "/assessments",
    f"/countries/{PLACE}/acts",
)


def said(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


def tables(home):
    with home.state.records.database.reading() as connection:
        return repr(
            [connection.execute(select(table)).all() for table in metadata.sorted_tables]
        )


@pytest.fixture
def home(tmp_path):
    return office(tmp_path, intake="justice")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    return office(tmp_path_factory.mktemp("kinds"))


@pytest.mark.parametrize("kind", forms.kinds())
def test_what_is_erased_is_gone_from_every_page_file_and_search_and_never_stood_in_the_open(
    kinds, kind
):
    form, author, head = forms.form(kind), kinds.account(Role.HEAD), kinds.of(Role.HEAD)
    values = filled(form, f"{WORD} said so", {"any": new_id(), "account": author.account})
    values |= {
        f.name: "".join((*f.starts[:1], "code"[: f.most or 4]))
        for f in form.fields
        if f.type in ("text", "long") and f.name not in form.sealed
    }
    parent = (
        write(kinds, "review", by=author, title="Review").id
        if form.parent == "review"
        else ""
    )
    draft = drafts.draft(
        kind,
        values,
        id=new_id(),
        by=author,
        places=frozenset({PLACE}),
        parent=parent,
        place=PLACE,
        stamp=Stamp("justice", author.account),
    )
    (kept,) = kinds.state.records.append([draft], by=author, why="", now=now())
    sealed = [name for name in form.sealed if kept.body.get(name)]
    assert WORD not in tables(kinds)
    there = f"/records/{kind}/{kept.id}"
    if not sealed:
        assert not any(
            f.type in ("text", "long") and f.is_typed and f.erasable is None
            for f in form.fields
        )
        return
    if not all(form.field(name).apart for name in sealed):
        assert WORD in kinds.of(Role.HEAD).get(f"{there}.json").text
    asked = said(head.get(f"{there}/erase"))
    assert all(form.field(name).label in asked for name in sealed)
    assert head.fill(f"{there}/erase", _why="they asked").status_code == 303
    again = kinds.state.records.read(kind, kept.id, by=author, as_of=now())
    assert not any(again.body[name] for name in sealed)
    for path in (
        there,
        f"{there}.json",
        f"{there}/history",
        f"/records/{kind}",
        f"/records/{kind}/export.csv",
        f"/records/{kind}/export.json",
        f"{there}?version=1",
        "/evidence",
        f"/countries/{PLACE}/assessment",
    ):
        answer = head.get(path)
        assert answer.status_code == 200, path
        assert WORD not in answer.text, path
    assert head.get(f"/search.json?q={WORD}").json()["count"] == 0
    assert head.get(f"{there}/edit").status_code == 403
    assert WORD not in repr(kinds.state.records.memory.held)


def test_a_country_whose_registers_were_all_erased_still_shows_and_says_so(home):
    registers(home, group(home))
    who = home.account(Role.HEAD)
    for record in home.state.records.find(by=who, as_of=now()):
        home.state.records.erase(record.kind, record.id, by=who, why="asked", now=now())
        home.state.records.memory.held.clear()
    head = home.of(Role.HEAD)
    for path in PAGES:
        assert head.get(path).status_code == 200 or path.endswith("/acts"), path
        assert head.get(f"{path.split('?')[0]}.json").status_code in (200, 404), path


def test_what_was_written_in_the_open_before_is_said_to_stay(home):
    who = home.account(Role.HEAD)
    kept = write(home, "group", by=who, neutral_label="Highland people", basis=["ethnic"])
    old = drafts.draft(
        "group", kept.body, id=new_id(), by=who, places=frozenset(), stamp=kept.stamp
    )
    (old,) = home.state.records.append(
        [replace(old, sealed=frozenset())], by=who, why="before", now=now()
    )
    head = home.of(Role.HEAD)
    assert "Versions 1 were written before" in said(
        head.get(f"/records/group/{old.id}/erase")
    )
    assert "were written before" not in said(head.get(f"/records/group/{kept.id}/erase"))


def report(home, **more):
    visitor = home.client()
    visitor.csrf = token_in(visitor.get("/report"))
    values = {
        "title": "Houses burned",
        "text": "I saw it",
        "consent_use": "true",
        "consent_share": "false",
        "consent_identify": "false",
        "contact_phone": "+249 555 0100",
        **more,
    }
    assert visitor.fill("/report", **values).status_code == 201
    (kept,) = home.state.records.find(
        by=home.account(Role.ANALYST), as_of=now(), kinds=("submission",)
    )
    return f"/records/submission/{kept.id}"


def test_a_contact_is_opened_by_the_cleared_of_its_space_with_a_reason_that_is_kept(home):
    there, analyst = report(home), home.of(Role.ANALYST)
    assert f"{there}/contact" in analyst.get(there).text
    assert "0100" not in analyst.get(f"{there}/contact").text
    assert analyst.fill(f"{there}/contact", _why="").status_code == 422
    answer = analyst.fill(f"{there}/contact", _why="to ask when it was")
    assert "+249 555 0100" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    lines = home.state.records.logged(
        by=ADMIN, since=now() - timedelta(days=1), until=now(), action="contact read"
    )
    assert [(x.who, x.details) for x in lines] == [
        ("analyst-justice", {"why": "to ask when it was"})
    ]
    for other in (
        home.of(Role.ANALYST, "nhri"),
        home.of(Role.CONTRIBUTOR),
        home.of(Role.OVERSIGHT),
        home.client(),
    ):
        for do in (
            other.get(f"{there}/contact"),
            other.fill(f"{there}/contact", _why="to see"),
        ):
            assert do.status_code in (303, 401, 403, 404)
            assert "0100" not in do.text


def test_a_contact_is_deleted_and_the_report_stays(home):
    there, analyst = report(home), home.of(Role.ANALYST)
    assert (
        "Its contact in the vault" in analyst.get(f"{there}/erase").text
        or analyst.get(f"{there}/erase").status_code == 403
    )
    assert analyst.fill(f"{there}/contact/delete", _why="they asked").status_code == 303
    assert "There is no contact" in analyst.get(f"{there}/contact").text
    assert analyst.fill(f"{there}/contact", _why="again").status_code == 404
    assert "Houses burned" in analyst.get(there).text


def test_erasing_a_report_names_what_was_made_from_it(home):
    there, head = report(home), home.of(Role.HEAD)
    write(
        home,
        "evidence",
        title="Burned houses, reported",
        passage="x",
        submission=there.rsplit("/", 1)[1],
    )
    page = head.get(f"{there}/erase")
    assert "Burned houses, reported" in page.text
    assert f'href="{there}/contact"' in page.text
    assert head.fill(f"{there}/erase", _why="they asked").status_code == 303
    assert "What this record said was erased" in said(head.get(there))


def test_an_erased_record_is_called_by_its_kind_and_by_nothing_that_refers_to_it(home):
    there, head = report(home), home.of(Role.HEAD)
    head.fill(f"{there}/erase", _why="they asked")
    assert (
        html.fromstring(head.get(there).text)
        .xpath("string(//h1)")
        .startswith("Report from a monitor")
    )
