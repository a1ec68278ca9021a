"""Reports that are kept: byte for byte, with their hash, for those who may read them; damaged ones are refused."""

import hashlib
import re
from threading import Thread
from urllib.parse import quote, unquote

import pytest
from sqlalchemy import delete, update
from tests.web import country_seed as seed
from tests.web.people import office
from tests.web.serving import forecast_in

from upstander.core.clock import utc_now as now
from upstander.core.errors import AuditBroken
from upstander.core.rights import Marking, Role, Usage
from upstander.records import kept_files
from upstander.records.schema import kept_file
from upstander.report import archive
from upstander.web.kernel.routing import routes
from upstander.web.reports.making import in_shape, shapes_at

BRIEF = "/countries/SDN/brief.json"
ARCHIVE = "/reports/archive"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = office(forecast_in(tmp_path_factory.mktemp("archive")))
    made.case = seed.write(made, "warning_case", title="River crossing", judged="open", known_from="Report")  # fmt: skip
    return made


def keep(client, address, shape=""):
    kept = client.write(ARCHIVE, report=address, shape=shape)
    assert kept.status_code == 200, kept.text
    return kept.json()


def listed(client):
    return {x["id"]: x for x in client.get(f"{ARCHIVE}.json").json()["rows"]}


def take(client, id, shape="json"):
    return client.get(f"{ARCHIVE}/{id}/kept.{shape}")


def lessons(home):
    return f"/lessons/{home.case.id}/report.json"


def test_what_is_kept_is_what_a_visitor_sees_and_its_hash_is_the_one_that_is_shown(home):
    head, visitor = home.of(Role.HEAD), home.client()
    made = keep(head, BRIEF)
    row, file = listed(visitor)[made["id"]], take(visitor, made["id"])
    assert visitor.get(row["href"]).content == file.content
    assert take(visitor, made["id"], "pdf").status_code == 404
    assert file.content == visitor.get(BRIEF).content
    assert row["sha256"] == made["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert row["size"] == len(file.content)
    assert (row["place"], row["shape"], row["marking"]) == ("Sudan", "JSON", "TLP:CLEAR")
    assert row["issue"] in file.text
    assert row["name"] in file.headers["content-disposition"]
    assert row["by"] == ""  # who kept it is for those who are signed in
    assert listed(head)[made["id"]]["by"]
    page = visitor.get(f"{ARCHIVE}?place=SDN").text
    assert row["sha256"] in page
    assert row["sha256"] not in visitor.get(f"{ARCHIVE}?place=KEN").text


def test_a_page_of_its_own_looks_the_same_to_whoever_keeps_it(home):
    head = home.of(Role.HEAD)
    made = keep(head, "/countries/SDN/brief.html")
    assert (
        take(head, made["id"], "html").content
        == home.client().get("/countries/SDN/brief.html").content
    )


def test_the_button_keeps_the_shape_that_is_chosen_and_goes_to_the_list(home):
    head = home.of(Role.HEAD)
    there = head.get("/reports?place=SDN")
    assert "Keep a copy" in there.text
    asked = head.get(f"{ARCHIVE}/new?report=/countries/SDN/brief.json")
    assert 'value="/countries/SDN/brief.json"' in asked.text
    done = head.fill(ARCHIVE, report="/watchlist.json", shape="csv")
    assert done.status_code == 303
    id = done.headers["location"].partition("#kept-")[2]
    assert take(head, id, "csv").text.startswith("place_code,")
    assert f'id="kept-{id}"' in head.get(ARCHIVE).text


def test_an_analyst_keeps_for_accounts_and_an_approver_for_the_world(home):
    made = keep(home.of(Role.ANALYST), "/watchlist.json")
    assert listed(home.of(Role.READER))[made["id"]]["marking"] == "TLP:GREEN"
    assert made["id"] not in listed(home.client())
    assert take(home.client(), made["id"]).status_code == 404


def test_a_report_on_records_is_for_the_cleared_of_the_keepers_space(home):
    analyst = home.of(Role.ANALYST)
    made = keep(analyst, lessons(home))
    file = take(home.of(Role.APPROVER), made["id"])
    assert "River crossing" in file.text
    assert listed(analyst)[made["id"]]["marking"] == "TLP:AMBER" == file.json()["marking"]
    strangers = (
        home.client(),
        home.of(Role.READER),
        home.of(Role.HEAD, "nhri"),
        home.of(Role.ADMINISTRATOR, ""),
    )
    for stranger in strangers:
        assert made["id"] not in listed(stranger)
        assert "River crossing" not in stranger.get(ARCHIVE).text
        assert take(stranger, made["id"]).status_code == 404


def test_what_only_the_keeper_may_read_is_the_keepers_alone(home):
    analyst = home.account(Role.ANALYST)
    own = seed.write(home, "warning_case", title="Kept apart", marking=Marking.RED)
    made = keep(home.client(analyst), f"/lessons/{own.id}/report.json")
    assert listed(home.client(analyst))[made["id"]]["marking"] == "TLP:RED"
    assert made["id"] not in listed(home.of(Role.HEAD))


def test_what_is_public_is_kept_for_the_space_even_so(home):
    """It shows what a cleared reader sees; a visitor may be shown less of the same records."""
    open_case = seed.write(home, "warning_case", title="Open case", marking=Marking.CLEAR, usage=Usage.PUBLIC, by=home.account(Role.HEAD))  # fmt: skip
    made = keep(home.of(Role.HEAD), f"/lessons/{open_case.id}/report.json")
    assert made["id"] not in listed(home.client())
    assert made["id"] in listed(home.of(Role.ANALYST))


@pytest.mark.parametrize("address", [
    "", "/", "/account.json", "//evil.example/brief.pdf", "/countries/SDN.json", "https://evil.example/brief.pdf",
    "/lessons/report.csv", "/lessons/00000000000000000000000000/report.json", "/countries/Nowhere/brief.json",
])  # fmt: skip
def test_what_is_no_report_that_one_may_have_is_not_kept(home, address):
    head = home.of(Role.HEAD)
    before = len(listed(head))
    refused = head.write(ARCHIVE, report=address, shape="")
    assert 400 <= refused.status_code < 500
    assert len(listed(head)) == before


def test_who_is_not_signed_in_or_not_of_our_pages_keeps_nothing(home):
    assert home.client().post(ARCHIVE, json={"report": BRIEF}).status_code == 403
    head = home.of(Role.HEAD)
    assert head.post(ARCHIVE, json={"report": BRIEF}).status_code == 403
    assert home.of(Role.READER).write(ARCHIVE, report=BRIEF).status_code == 403
    assert home.client().get(f"{ARCHIVE}/new?report={BRIEF}").status_code == 303


def test_where_exports_are_off_nothing_is_kept_and_nothing_taken(home):
    analyst, head = home.of(Role.ANALYST), home.of(Role.HEAD)
    made = keep(head, BRIEF)
    before = home.state.settings
    home.state.settings = before.model_copy(update={"no_export": (Role.ANALYST,)})
    try:
        assert analyst.write(ARCHIVE, report=BRIEF).status_code == 403
        assert take(analyst, made["id"]).status_code == 403
    finally:
        home.state.settings = before


def test_keeping_and_taking_are_in_the_export_log(home):
    analyst = home.of(Role.ANALYST)
    made = keep(analyst, lessons(home))
    take(analyst, made["id"])
    logged = home.state.records.logged_of_all("export")
    assert {"lessons", "kept_report"} <= {x.what for x in logged}
    assert not any(home.case.id in str(x) for x in logged)


@pytest.mark.parametrize("harm", ["changed", "moved", "gone"])
def test_a_damaged_file_is_refused_and_named(home, harm):
    head, records = home.of(Role.HEAD), home.state.records
    made, other = keep(head, BRIEF), keep(head, "/watchlist.json")
    with records.database.writing() as connection:
        of_other = kept_file.select().where(kept_file.c.id == other["id"])
        kept = connection.execute(
            kept_file.select().where(kept_file.c.id == made["id"])
        ).one()
        moved = connection.execute(of_other).one().sealed
        changed = {"changed": bytes([kept.sealed[0] ^ 1]) + kept.sealed[1:], "moved": moved}
        here = kept_file.c.id == made["id"]
        if harm == "gone":
            connection.execute(delete(kept_file).where(here))
        else:
            connection.execute(update(kept_file).where(here).values(sealed=changed[harm]))
    try:
        refused = take(head, made["id"])
        assert refused.status_code == 503
        assert made["id"] in refused.text
        with pytest.raises(AuditBroken, match=made["id"]):
            records.verify()
    finally:
        with records.database.writing() as connection:
            connection.execute(delete(kept_file).where(kept_file.c.id == made["id"]))
            connection.execute(kept_file.insert().values(id=kept.id, sealed=kept.sealed))
    assert take(head, made["id"]).status_code == 200
    records.verify()


def test_a_kept_report_that_is_erased_is_gone_with_its_file(home):
    head = home.of(Role.HEAD)
    made = keep(head, BRIEF)
    erased = head.write(f"/records/kept_report/{made['id']}/erase", why="asked for")
    assert erased.status_code == 200, erased.text
    assert take(head, made["id"]).status_code == 404
    assert made["id"] not in listed(head)
    with home.state.records.database.reading() as connection:
        asked = kept_file.select().where(kept_file.c.id == made["id"])
        assert connection.execute(asked).first() is None
    home.state.records.verify()


def test_whoever_dies_between_the_record_and_its_bytes_has_kept_nothing(home, monkeypatch):
    head = home.of(Role.HEAD)
    before = len(listed(head))

    def die(*_):
        raise SystemExit

    monkeypatch.setattr(kept_files, "_bound", die)
    who = home.account(Role.HEAD)
    copy = archive.Copy(
        content=b"x", title="t", report="r", address="", name="n", shape="json", language="en", place="",
        as_of=home.state.today, issue="", releases="",
    )  # fmt: skip
    with pytest.raises(SystemExit):
        archive.keep(
            home.state.records, copy, archive.public_stamp(who), by=who, why="w", now=now()
        )
    assert len(listed(head)) == before


def test_two_at_once_are_both_kept_whole(home):
    head = home.of(Role.HEAD)
    made = []
    threads = [
        Thread(target=lambda: made.append(keep(home.of(Role.HEAD), BRIEF)))
        for _ in range(2)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    assert len({m["id"] for m in made}) == 2
    assert all(take(head, m["id"]).status_code == 200 for m in made)


def test_every_report_that_people_take_away_can_be_kept():
    """By its route: one that is added answers here by itself."""
    reports = [r for r in routes() if r.path.endswith("report.{shape}")]
    assert len(reports) > 3
    for route in reports:
        address = (
            route.path.replace("{shape}", "pdf")
            .replace("{id}", "x")
            .replace("{number}", "1")
        )
        assert "docx" in shapes_at(address)
    assert (
        in_shape("/watchlist.html?as_of=2026-01-01", "csv")
        == "/watchlist.csv?as_of=2026-01-01"
    )


def test_every_shape_that_is_offered_can_be_kept_and_a_visitor_is_offered_none(home):
    analyst = home.of(Role.ANALYST)
    pages = (f"/lessons/{home.case.id}", "/lessons", "/plans/follow-up", "/countries/SDN/statement", "/reports?place=SDN")  # fmt: skip
    for page in pages:
        links = re.findall(r'/reports/archive/new\?report=([^"]+)"', analyst.get(page).text)
        assert links, page
        assert "/reports/archive/new" not in home.client().get(page).text
    for address in map(unquote, set(links)):
        offered = analyst.get(f"{ARCHIVE}/new.json?report={quote(address)}").json()[
            "shapes"
        ]
        for shape, _ in offered:
            made = keep(analyst, address, shape)
            assert take(analyst, made["id"], shape).status_code == 200, (address, shape)


def test_in_arabic_the_forecasts_day_keeps_its_order(home):
    head = home.of(Role.HEAD)
    made = keep(head, BRIEF)
    issue = listed(head)[made["id"]]["issue"]
    assert f"\u2066{issue}\u2069" in head.get(f"{ARCHIVE}?lang=ar").text
    assert f"Forecast: {issue}." in head.get(f"{ARCHIVE}?lang=en").text
