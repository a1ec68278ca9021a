"""The generic pages: write, read, history, conflict, erasure, lists, exports, as of."""

import csv
import io
import time

import pytest
from lxml import html
from openpyxl import load_workbook
from tests.web.people import ADMIN, link_up, office, typed_values

from upstander.assess.aggregation import CAVEAT as RATED
from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.core.types import REPORTED
from upstander.records import forms
from upstander.web.kernel.menu import SECTIONS
from upstander.web.kernel.urls import url

GROUP = {"neutral_label": "Highland people", "basis": ["ethnic"], "known_from": "UN report"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return office(tmp_path_factory.mktemp("records"))


@pytest.fixture
def kept(home):
    """A group kept by the analyst of justice; its address."""
    answer = home.of(Role.ANALYST).write(
        "/records/group", fields=GROUP, why="first", place="SDN", marking="GREEN"
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["to"]


def said(answer):
    return " ".join(html.fromstring(answer.text).text_content().split())


def typed(page):
    """What a browser would send for the form as it stands."""
    form = html.fromstring(page.text).xpath("//form[contains(@class, 'entry')]")[0]
    values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


def test_what_is_kept_is_shown_with_rights_reason_and_author(home, kept):
    page = said(home.of(Role.ANALYST).get(kept))
    for words in (
        "Highland people",
        "TLP:GREEN",
        "The justice office",
        "Why: first",
        "by Analyst-Justice",
        "Version 1",
        "A label its members would not object to",
        "Sudan",
        "not said",
    ):
        assert words in page
    assert home.of(Role.ANALYST).get(f"{kept}.json").json()["caveat"] == REPORTED


def test_a_page_and_its_twin_hold_the_same(home, kept):
    client = home.of(Role.ANALYST)
    page, twin = said(client.get(kept)), client.get(f"{kept}.json").json()
    for f in twin["fields"]:
        assert f["label"] in page
        assert all(w in page for w in f["words"])


@pytest.mark.parametrize("kind", [k for k in forms.kinds() if not forms.form(k).written_at])
def test_every_kind_can_be_written_by_page_and_read_back(home, kind):
    form = forms.form(kind)
    role = Role.HEAD if Role.HEAD in form.writers else form.writers[0]
    client = home.of(role)
    group = (
        client.write("/records/group", fields=GROUP, why="linked to").json().get("id", "")
    )
    links = link_up(client, form, {"group": group, "account": "head-justice"})
    page = client.get(f"/records/{kind}/new")
    assert page.status_code == 200
    shown = {x.get("name") for x in html.fromstring(page.text).xpath("//*[@name]")}
    assert {f.name for f in form.fields if not f.to and f.is_typed} <= shown
    values = {
        k: v if isinstance(v, list) else str(v).lower() if isinstance(v, bool) else str(v)
        for k, v in typed_values(form, "Words of mine", links).items()
    }
    place = {"_place": "SDN"} if any("place" in n.needs for n in form.needs) else {}
    answer = client.fill(
        f"/records/{kind}",
        **values,
        **place,
        _why="first",
        _marking="AMBER",
        _usage="restricted",
    )
    assert answer.status_code == 303, said(answer)[:600]
    assert client.get(answer.headers["location"]).status_code == 200
    there = client.get(f"/records/{kind}.json").json()["rows"][-1]["href"]
    for f in client.get(f"{there}.json").json()["fields"]:
        if f["name"] in values and f["type"] in ("text", "long"):
            assert f["value"] == values[f["name"]]
    assert client.get(there).status_code == 200
    assert client.get(f"{there}/edit").status_code == 200


def test_what_was_typed_is_there_again_beside_what_is_wrong_with_it(home):
    client = home.of(Role.ANALYST)
    answer = client.fill(
        "/records/group",
        neutral_label="",
        self_identification="Kept <i>as typed</i>",
        population_share="many",
        basis="nonsense",
        _why="",
        _marking="AMBER+STRICT",
    )
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    summary = page.xpath("//div[@role='alert']")[0]
    assert summary.get("tabindex") == "-1"
    assert "autofocus" in summary.attrib
    links = summary.xpath(".//a/@href")
    assert {
        "#f-neutral_label",
        "#f-population_share",
        "#f-basis",
        "#f-known_from",
        "#f-_why",
    } <= set(links)
    for link in links:
        target = page.get_element_by_id(link[1:])
        described = target.get("aria-describedby").split()
        assert target.get("aria-invalid") == "true"
        assert any("fault" in page.get_element_by_id(d).get("class") for d in described)
    assert page.xpath("//input[@name='self_identification']/@value") == [
        "Kept <i>as typed</i>"
    ]
    assert page.xpath("//input[@name='population_share']/@value") == ["many"]
    assert page.xpath("//input[@name='_marking' and @checked]/@value") == ["AMBER+STRICT"]
    assert page.xpath("//input[@name='basis' and @checked]/@value") == ["nonsense"]


def test_every_write_says_why(home, kept):
    client = home.of(Role.ANALYST)
    answer = client.write(kept, fields=GROUP, expected=1)
    assert answer.status_code == 422
    assert "_why" in answer.json()["faults_by_field"]


def test_two_who_edit_at_once_lose_nothing(home, kept):
    one, two = home.of(Role.ANALYST), home.of(Role.HEAD)
    mine, theirs = typed(one.get(f"{kept}/edit")), typed(two.get(f"{kept}/edit"))
    theirs |= {"neutral_label": ["Their label"], "_why": ["theirs"], "csrf": [two.csrf]}
    assert (
        two.post(kept, data=theirs, headers={"origin": "http://127.0.0.1"}).status_code
        == 303
    )
    mine |= {"areas": ["My areas"], "neutral_label": ["My label"], "_why": ["mine"]}
    answer = one.post(kept, data=mine, headers={"origin": "http://127.0.0.1"})
    assert answer.status_code == 409
    table = html.fromstring(answer.text).xpath("//table[contains(@class, 'compare')]")[0]
    rows = {
        r.xpath("string(th)"): (r.xpath("string(td[1])"), r.xpath("string(td[2])"))
        for r in table.xpath(".//tbody/tr")
    }
    assert rows == {
        "Neutral label": ("Their label", "My label"),
        "Where it lives": ("—", "My areas"),
    }
    assert "Head-Justice saved version 2" in said(answer)
    again = typed(answer)
    assert again["neutral_label"] == ["My label"]
    assert again["_why"] == ["mine"]
    assert (
        one.post(kept, data=again, headers={"origin": "http://127.0.0.1"}).status_code
        == 303
    )
    history = one.get(f"{kept}/history.json").json()["versions"]
    assert [v["title"] for v in history] == ["My label", "Their label", "Highland people"]


def test_a_conflict_by_json_hands_over_both_versions(home, kept):
    client = home.of(Role.ANALYST)
    assert (
        client.write(
            kept, fields={**GROUP, "neutral_label": "B"}, why="b", expected=1
        ).status_code
        == 200
    )
    answer = client.write(kept, fields={**GROUP, "neutral_label": "C"}, why="c", expected=1)
    assert answer.status_code == 409
    conflict = answer.json()["conflict"]
    assert conflict["theirs"]["title"] == "B"
    assert next(f["value"] for f in conflict["ours"] if f["name"] == "neutral_label") == "C"


def test_history_shows_every_version_with_its_changes_marked(home, kept):
    client = home.of(Role.ANALYST)
    client.write(
        kept, fields={**GROUP, "neutral_label": "New label"}, why="better word", expected=1
    )
    page = html.fromstring(client.get(f"{kept}/history").text)
    assert page.xpath("string(//del)") == "Highland people"
    assert page.xpath("string(//ins)") == "New label"
    assert "better word" in page.text_content()
    assert "Highland people" in said(client.get(f"{kept}?version=1"))
    assert "Version 1" in said(client.get(f"{kept}?version=1"))


def test_the_past_is_read_as_it_was(home, kept):
    client = home.of(Role.ANALYST)
    then = now()
    time.sleep(0.01)
    client.write(
        kept, fields={**GROUP, "neutral_label": "Later label"}, why="later", expected=1
    )
    instant = then.isoformat()
    assert client.get(kept, params={"as_of": instant}).status_code == 200
    assert "Later label" not in client.get(kept, params={"as_of": instant}).text
    assert client.get(kept, params={"as_of": "2020-01-01"}).status_code == 404
    assert (
        client.get("/records/group.json", params={"as_of": "2020-01-01"}).json()["count"]
        == 0
    )
    assert (
        client.get("/search.json", params={"q": "later", "as_of": instant}).json()["count"]
        == 0
    )
    assert client.get(f"{kept}/edit", params={"as_of": instant}).status_code == 403
    assert client.get(kept, params={"as_of": "yesterday"}).status_code == 400
    assert client.get(kept, params={"as_of": "2026-01-01T00:00:00"}).status_code == 400, (
        "an instant needs its zone"
    )


def test_rights_are_changed_by_those_who_may_and_by_nobody_else(home, kept):
    analyst, head, other = (
        home.of(Role.ANALYST),
        home.of(Role.HEAD),
        home.of(Role.HEAD, "nhri"),
    )
    assert (
        analyst.write(
            kept, fields=GROUP, why="open", expected=1, marking="CLEAR"
        ).status_code
        == 403
    )
    assert other.write(kept, fields=GROUP, why="mine now", expected=1).status_code == 403
    assert (
        head.write(
            kept, fields=GROUP, why="open", expected=1, marking="CLEAR", usage="public"
        ).status_code
        == 200
    )
    assert home.client().get(kept).status_code == 200
    assert "Analyst-Justice" not in home.client().get(kept).text, (
        "visitors see the space, no names"
    )
    assert (
        head.write(
            kept, fields=GROUP, why="shut", expected=2, marking="nonsense"
        ).status_code
        == 422
    )


def test_lists_are_filtered_and_paged(tmp_path):
    made = office(tmp_path)
    client = made.of(Role.ANALYST)
    for i in range(53):
        fields = {**GROUP, "neutral_label": f"Group number {i:02}"}
        client.write(
            "/records/group", fields=fields, why="w", place="SDN" if i % 2 else "MMR"
        )
    first = client.get("/records/group.json").json()
    assert (first["count"], len(first["rows"])) == (53, 50)
    second = client.get(
        first["next"].replace("/records/group?", "/records/group.json?")
    ).json()
    assert len(second["rows"]) == 3
    assert not {r["id"] for r in first["rows"]} & {r["id"] for r in second["rows"]}
    assert client.get("/records/group.json?place=SDN").json()["count"] == 26
    assert client.get("/records/group.json?text=number+07").json()["count"] == 1


def table_of(answer):
    """The rows of an exported CSV, below its head."""
    lines = io.StringIO(answer.content.decode("utf-8-sig"), newline="")
    text = "".join(line for line in lines if not line.startswith("#"))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(("kind", "said"), [("group", REPORTED), ("rating", RATED)])
def test_every_kind_of_export_carries_its_own_caveat_and_none_a_forecasts(
    tmp_path, kind, said
):
    client = office(tmp_path).of(Role.ANALYST)
    client.write("/records/group", fields=GROUP, why="first", place="SDN", marking="GREEN")
    plain, twin = (client.get(f"/records/{kind}/export.{s}") for s in ("csv", "json"))
    book = load_workbook(io.BytesIO(client.get(f"/records/{kind}/export.xlsx").content))
    about = {row[0].value: row[1].value for row in book["About"]}
    assert twin.json()["caveat"] == about["caveat"] == said
    assert f"# caveat: {said}" in plain.text
    assert "probabilities" not in plain.text + twin.text
    if kind == "group":
        assert about["marking"] == twin.json()["marking"] == "TLP:GREEN"
        assert [c.value for c in book["group"][1]] == list(table_of(plain)[0])


def test_exports_defuse_formulas_carry_rights_and_are_logged(tmp_path):
    made = office(tmp_path)
    client = made.of(Role.ANALYST)
    cells = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "-3.5"]
    for cell in cells:
        client.write(
            "/records/group",
            fields={**GROUP, "neutral_label": "x" + cell, "aliases": cell},
            why=cell,
        )
    answer = client.get("/records/group/export.csv")
    rows = table_of(answer)
    assert [r["aliases"] for r in rows] == [
        "'=1+1",
        "'+cmd|' /C calc'!A0",
        "'-2+3",
        "'@SUM(A1)",
        "'=1",
        "'＝1+1",
        "-3.5",
    ]
    assert {(r["marking"], r["usage"], r["space"]) for r in rows} == {
        ("TLP:AMBER", "restricted", "justice")
    }
    assert all(not r["why"].startswith(("=", "+", "@")) for r in rows)
    twin = client.get("/records/group/export.json").json()
    assert twin["records"][0]["fields"]["aliases"] == "=1+1", "JSON is not run by anybody"
    assert all(
        r["usage"] == "restricted" and r["marking"] == "TLP:AMBER" for r in twin["records"]
    )
    log = made.of(Role.OVERSIGHT).get("/audit.json?action=export").json()["rows"]
    assert {(x["who"], x["what"]) for x in log} == {("analyst-justice", "group")}
    assert '"records": 7' in log[0]["details"]


def test_exports_can_be_switched_off_for_a_role(tmp_path):
    made = office(tmp_path, no_export=frozenset({Role.READER, Role.VISITOR}))
    assert made.of(Role.READER).get("/records/group/export.csv").status_code == 403
    assert made.client().get("/records/group/export.json").status_code == 403
    assert made.of(Role.ANALYST).get("/records/group/export.csv").status_code == 200
    assert "export.csv" not in made.of(Role.READER).get("/records/group").text


def test_the_log_is_for_auditors(home):
    assert home.of(Role.OVERSIGHT).get("/audit").status_code == 200
    assert home.of(Role.ADMINISTRATOR, "").get("/audit.csv").status_code == 200
    for role in (Role.READER, Role.ANALYST, Role.HEAD):
        assert home.of(role).get("/audit").status_code == 403
        assert home.of(role).get("/accounts").status_code == 403


PUBLIC_FIGURES = {"/", "/countries", "/map", "/data", "/about", "/track-record"}
SEVEN = ["Today", "Countries", "Alerts", "Assessments", "Plans & follow-up", "Data & models", "Reports"]  # fmt: skip


def test_the_menu_has_seven_entries_for_everybody(home):
    for client in (home.of(Role.ANALYST), home.client()):
        page = html.fromstring(client.get("/options").text)
        assert page.xpath("//nav[@aria-label='Main']//a/text()") == SEVEN
        below = page.xpath("//nav[@class='section']//a/text()")
        assert below[:3] == ["Plans & follow-up", "Policy options", "UN recommendations"]


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("/assessments", ["Assessments", "Assessments"]),
        ("/records", ["Assessments", "Registers"]),
        ("/records/act", ["Assessments", "Registers"]),
        ("/records/evidence", ["Assessments", "Evidence"]),
        ("/evidence", ["Assessments", "Evidence"]),
        ("/records/invitee", ["Plans & follow-up", "Plans & follow-up"]),
        ("/records/alert", ["Alerts", "Alerts"]),
        ("/alerts/rules", ["Alerts", "Rules"]),
        ("/reports", ["Reports", "Reports"]),
        ("/reports/archive", ["Reports", "Archive"]),
        ("/records/kept_report", ["Reports", "Archive"]),
        ("/search", []),
    ],
)
def test_the_menu_says_where_a_page_is(home, path, entries):
    page = html.fromstring(home.of(Role.ANALYST).get(path).text)
    assert page.xpath("//nav//a[@aria-current]/text()") == entries


def test_every_entry_of_the_menu_leads_to_a_page(home):
    hrefs = {url(r) for s, below in SECTIONS.items() for r in (s, *below)}
    analyst = home.of(Role.ANALYST)
    of_people = {h for h in hrefs if h not in PUBLIC_FIGURES}
    assert {h: analyst.get(h).status_code for h in of_people} == dict.fromkeys(
        of_people, 200
    )
    asked = {h: home.client().get(h).status_code for h in of_people}
    assert {h for h, status in asked.items() if status != 200} == {"/alerts/subscriptions"}
    assert asked["/alerts/subscriptions"] == 303, "to where one signs in"


def test_a_refusal_says_whose_page_it_is_and_what_to_do(home):
    reader = home.of(Role.READER)
    for path, who in (
        ("/records/act/new", "analyst, approver, head"),
        ("/accounts", "administrator"),
    ):
        answer = reader.get(path)
        assert answer.status_code == 403
        assert f"{who}. Your role is reader; an administrator can change it." in said(
            answer
        )


def test_sensitive_fields_are_shown_only_when_asked(home):
    kind = next(
        (
            k
            for k in forms.kinds()
            if any(f.sensitive and not f.to for f in forms.form(k).fields)
        ),
        "",
    )
    if not kind:
        pytest.skip("no form has a sensitive field")
    form = forms.form(kind)
    role = form.writers[-1]
    client = home.of(role)
    group = (
        home.of(Role.HEAD)
        .write("/records/group", fields=GROUP, why="linked to", marking="GREEN")
        .json()["id"]
    )
    links = {"group": group, "account": "head-justice"}
    for other in {
        f.to for f in form.fields if f.required and f.to not in ("", "group", "account")
    }:
        links[other] = client.write(
            f"/records/{other}", fields=typed_values(forms.form(other), "x", links), why="w"
        ).json()["id"]
    answer = client.write(
        f"/records/{kind}", fields=typed_values(form, "Words to hide", links), why="w"
    )
    assert answer.status_code == 201, answer.text
    page = html.fromstring(client.get(answer.json()["to"]).text)
    name = next(f.label for f in form.fields if f.sensitive and f.type in ("text", "long"))
    row = next(
        d
        for d in page.xpath("//dl[@class='values']/div")
        if d.xpath("string(dt)").startswith(name)
    )
    assert row.xpath("dd/details[not(@open)]")
    assert ADMIN.role is Role.ADMINISTRATOR


def test_personal_values_are_erased_by_those_who_may_with_a_reason(home, kept):
    assert home.of(Role.READER).fill(f"{kept}/erase", _why="asked").status_code == 403
    assert home.of(Role.HEAD, "nhri").fill(f"{kept}/erase", _why="asked").status_code == 403
    head = home.of(Role.HEAD)
    assert head.fill(f"{kept}/erase", _why="").status_code == 422
    assert head.fill(f"{kept}/erase", _why="The person asked for it").status_code == 303
    page = said(head.get(kept))
    assert "was erased" in page
    assert "The person asked for it" in page


def test_opening_a_record_does_not_open_what_it_said_before(home):
    head, visitor = home.of(Role.HEAD), home.client()
    secret = {**GROUP, "neutral_label": "Name of the informant's village"}
    to = head.write("/records/group", fields=secret, why="first", marking="RED").json()[
        "to"
    ]
    then = now().isoformat()
    time.sleep(0.01)
    opened = head.write(
        to,
        fields={**GROUP, "neutral_label": "Opened label"},
        why="redacted",
        expected=1,
        marking="CLEAR",
        usage="public",
    )
    assert opened.status_code == 200
    assert "Opened label" in visitor.get(to).text
    for path in (
        to,
        f"{to}/history",
        "/records/group",
        "/search?q=informant",
        "/records/group/export.csv",
        "/records",
    ):
        for more in ({}, {"as_of": then}, {"version": "1"}):
            answer = visitor.get(
                path, params={**dict(p.split("=") for p in path.split("?")[1:]), **more}
            )
            assert "village" not in answer.text, (path, more)
    assert visitor.get(to, params={"version": "1"}).status_code == 404
    assert visitor.get(to, params={"as_of": then}).status_code == 404
    assert (
        visitor.get("/search.json", params={"q": "informant", "as_of": then}).json()[
            "count"
        ]
        == 0
    )
    assert [v["version"] for v in visitor.get(f"{to}/history.json").json()["versions"]] == [
        2
    ]


TRACE = {**GROUP, "areas": "Ask amina.k@example.org in the north"}


def test_what_may_lead_to_a_person_is_shown_and_confirmed_before_a_record_travels_further(
    home,
):
    head = home.of(Role.HEAD)
    to = head.write("/records/group", fields=TRACE, why="first").json()["to"]
    page = typed(head.get(f"{to}/edit"))
    assert "_confirmed" not in page
    wider = {**page, "_marking": ["GREEN"], "_why": ["open"], "csrf": [head.csrf]}
    asked = head.post(to, data=wider, headers={"origin": "http://127.0.0.1"})
    assert asked.status_code == 422
    assert "e-mail address: amina.k@example.org" in said(asked)
    again = html.fromstring(asked.text)
    assert again.xpath("//div[@role='alert']//a/@href") == ["#f-_confirmed"]
    [box] = again.xpath("//input[@id='f-_confirmed']")
    assert (box.get("type"), box.get("checked")) == ("checkbox", None)
    assert head.get(f"{to}.json").json()["version"] == 1
    more = {
        **typed(asked),
        "_confirmed": box.get("value"),
        "areas": f"{TRACE['areas']}, or call +249 91 234 5678",
    }
    for sent in (
        more,
        {**typed(asked), "_confirmed": "true"},
    ):  # something new came in; no mark of what was seen
        anew = head.post(to, data=sent, headers={"origin": "http://127.0.0.1"})
        assert anew.status_code == 422
        assert "e-mail address: amina.k@example.org" in said(anew)
    assert head.get(f"{to}.json").json()["version"] == 1
    kept = head.post(
        to,
        data={**typed(asked), "_confirmed": box.get("value")},
        headers={"origin": "http://127.0.0.1"},
    )
    assert kept.status_code == 303
    assert head.get(f"{to}.json").json()["stamp"]["marking"] == "GREEN"
    same = head.write(to, fields=TRACE, why="no wider than before", expected=2)
    assert same.status_code == 200


def test_by_json_too_wider_rights_need_a_confirmed_look(home):
    head, analyst = home.of(Role.HEAD), home.of(Role.ANALYST)
    to = head.write("/records/group", fields=TRACE, why="first").json()["to"]
    for wide in ({"marking": "CLEAR"}, {"usage": "public"}):
        refused = head.write(to, fields=TRACE, why="open", expected=1, **wide)
        assert refused.status_code == 422
        assert [(f["what"], f["text"]) for f in refused.json()["findings"]] == [
            ("e-mail address", "amina.k@example.org")
        ]
        assert "_confirmed" in refused.json()["faults_by_field"]
        assert (
            head.write("/records/group", fields=TRACE, why="new", **wide).status_code == 422
        )
        assert (
            head.write(
                to, fields=TRACE, why="open", expected=1, confirmed=False, **wide
            ).status_code
            == 422
        )
        mark = refused.json()["mark"]
        assert (
            analyst.write(
                to, fields=TRACE, why="open", expected=1, confirmed=mark, **wide
            ).status_code
            == 403
        )
        worse = {**TRACE, "areas": f"{TRACE['areas']}, +249 91 234 5678"}
        assert (
            head.write(
                to, fields=worse, why="open", expected=1, confirmed=mark, **wide
            ).status_code
            == 422
        )
    clean = head.write(to, fields=GROUP, why="taken out", expected=1, marking="GREEN")
    assert clean.status_code == 200
    wide = head.write(
        to, fields=TRACE, why="open", expected=2, marking="CLEAR", confirmed=mark
    )
    assert wide.status_code == 200


@pytest.mark.parametrize(
    ("level", "needs"), [("country", True), ("area", True), ("region", False)]
)
def test_a_review_of_a_country_is_not_kept_without_its_place(tmp_path, level, needs):
    head = office(tmp_path).of(Role.HEAD)
    fields = {
        "title": "First review",
        "level": level,
        "area": "" if level == "country" else "The lakes",
        "owner": "The office",
        "pillar": "1",
        "first": "2026-01-01",
        "last": "2026-06-30",
        "yardstick": "icd203",
    }
    answer = head.write("/records/review", fields=fields, why="begin")
    if needs:
        assert answer.status_code == 422
        assert "Choose a place from the list" in answer.json()["faults_by_field"]["_place"]
        answer = head.write("/records/review", fields=fields, why="begin", place="SDN")
    assert answer.status_code == 201, answer.text
    page = head.get(f"/assessments/{answer.json()['id']}").text
    if not needs:
        assert "No forecast was issued" not in page
        assert "Forecasts are of single countries" in page


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Attack on O’Connor road", "O'Connor"),
        ("Al-Ḥaṣāḥīṣā", "Al-Hasahisa"),
        ("Straße", "STRASSE"),
        ("قرية أم درمان", "ام درمان"),
    ],
)
def test_search_finds_what_is_written_in_another_way(home, title, asked):
    me = home.of(Role.ANALYST)
    kept = me.write(
        "/records/evidence",
        fields={"title": title, "status": "inbox", "passage": "x"},
        why="seen",
    )
    assert kept.status_code == 201
    for path in (f"/search.json?q={asked}", f"/evidence.json?status=inbox&text={asked}"):
        assert title in [r["title"] for r in me.get(path).json()["rows"]]
